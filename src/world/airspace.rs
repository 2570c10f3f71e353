//! Where may be flown: the box, the ceiling surface, what stands in the way, and the one permission question.

mod building;
mod permission;

pub use building::{Building, schematic_block};
pub use permission::{Airspace, Denial, LegSample};
