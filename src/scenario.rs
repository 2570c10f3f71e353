//! Our own file: its model, reading it with all faults at once, checking it, and resolving it into local metres.

mod aircraft_files;
mod check;
mod load;
pub mod model;
mod recorded;
mod report;
mod resolve;
mod resolved;
mod shape;
mod sortie;
mod source;
mod template;

pub use aircraft_files::aircraft_file;
pub use load::{Override, schema};
pub use recorded::with_recorded;
pub use resolve::{Resolution, resolve};
pub use resolved::{
    Action, Clock, DepartureHold, Failure, Failures, Fleet, Hub, InputFile, Intervention, Landmark, Origin, Pad, Rally,
    ResolvedScenario, River, Route,
};
pub use sortie::{SortieBudget, SortieHeldBack, greatest_payload_kg, hand_over_budget, sortie_budget};
pub use source::Source;
pub use template::new_scenario;
