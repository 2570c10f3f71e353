//! What flies: the catalogue of types, how they move, what it costs them.

mod aircraft_type;
mod battery;
mod catalogue;
mod class;
mod energy;
mod fault;
mod kinematics;
mod navigation;
mod rotor;
mod type_file;
mod wind;

pub use aircraft_type::{Air, AircraftType, Airframe, Confidence, Figure, Wing};
pub use battery::{Battery, BatteryService, available_share};
pub use catalogue::{catalogue, embedded_file};
pub use class::CaacClass;
pub use energy::{EnergyModel, Power, PowerModel, ZengRotor};
pub use fault::Fault;
pub use kinematics::{Kinematics, advanced, loiter_command};
pub use navigation::{Navigation, Pace, PositionError, Positioning};
pub use type_file::{TypeFault, known_keys, read_type};
pub use wind::{ground_speed_along, held};
