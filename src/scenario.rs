//! Our own file: its model, reading it with all faults at once, checking it, and resolving it into local metres.

mod check;
mod load;
pub mod model;
mod report;
mod resolve;
mod resolved;
mod shape;
mod source;
mod template;

pub use load::{Override, schema};
pub use resolve::{Resolution, resolve};
pub use resolved::{
    Action, Clock, DepartureHold, Fleet, Hub, InputFile, Intervention, Landmark, Origin, Pad, ResolvedScenario, River,
    Route,
};
pub use source::Source;
pub use template::new_scenario;
