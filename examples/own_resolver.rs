//! A resolver of one's own, in the whole program: `run`, `sweep` and all other commands know it by its name.
//!
//! ```sh
//! cargo run --release --example own_resolver -- run scenarios/random-1000.toml --set algorithms.resolver=up-and-down
//! cargo run --release --example own_resolver -- sweep league.toml      # with "up-and-down" among the values of a factor
//! ```

use std::process::ExitCode;

use skygrid::cli::main_with;
use skygrid::sim::Algorithms;
use skygrid::traffic::conflict::{Intruder, Own, Resolver};
use skygrid::world::geo::Velocity;

/// Half of the climb and the descent that a type is capable of.
const SHARE: f64 = 0.5;

/// Of two in conflict the higher climbs and the lower descends, on their tracks; of equals the one with the smaller id climbs.
struct UpAndDown;

impl Resolver for UpAndDown {
    fn velocity(&self, own: &Own, intruders: &[Intruder]) -> Velocity {
        let is_above = |intruder: &Intruder| {
            let above_m = own.motion.position.z - intruder.motion.position.z;
            above_m > 0.0 || (above_m >= 0.0 && own.motion.drone < intruder.motion.drone)
        };
        let below = intruders.iter().filter(|intruder| is_above(intruder)).count();
        let climb_mps = match below.cmp(&(intruders.len() - below)) {
            std::cmp::Ordering::Greater => SHARE * own.speeds.climb_mps,
            std::cmp::Ordering::Less => -SHARE * own.speeds.descent_mps,
            std::cmp::Ordering::Equal => 0.0,
        };
        Velocity::new(own.wanted.x, own.wanted.y, climb_mps)
    }
}

fn main() -> ExitCode {
    main_with(&Algorithms::default().with_resolver("up-and-down", || Box::new(UpAndDown)))
}
