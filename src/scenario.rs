//! Our own file: its model, reading it with all faults at once, checking it, and resolving it into local metres.

mod aircraft_files;
mod check;
mod drawn;
mod load;
pub mod model;
mod recorded;
mod report;
mod resolve;
mod resolved;
mod route_flight;
mod shape;
mod sortie;
mod source;
mod template;

pub use aircraft_files::aircraft_file;
pub use drawn::{DrawnPlans, Flown, FlownPoints, NamedPlan, ROUTE_END_M, distance_m, flight_plans, flown};
pub use load::{Override, schema};
pub use recorded::with_recorded;
pub use resolve::{Resolution, resolve};
pub use resolved::{
    Action, Clock, DepartureHold, Failure, Failures, Fleet, Hub, InputFile, Intervention, Landmark, Origin,
    OthersIntent, Pad, Rally, ResolvedScenario, River, Route,
};
pub use route_flight::{FlownWay, RouteFlyer, WayToFly};
pub use sortie::{SortieBudget, SortieHeldBack, greatest_payload_kg, hand_over_budget, sortie_budget};
pub use source::Source;
pub use template::new_scenario;
