//! What flies: the catalogue of types, how they move, what it costs them.

mod catalogue;
mod energy;
mod kinematics;

pub use catalogue::{AircraftType, catalogue};
pub use energy::electric_power_w;
pub use kinematics::{Kinematics, advanced};
