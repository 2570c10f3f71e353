//! Where may be flown: the box, the ceiling surface, what stands in the way, and the one permission question.

mod airport;
mod building;
mod denial;
mod footprint;
mod permission;
mod schedule;
mod shape;
mod volume;
mod zone;

pub use airport::{Runway, Surface, Surfaces};
pub use building::{Building, schematic_block};
pub use denial::{Denial, LegSample};
pub use footprint::{Footprint, Ring};
pub use permission::Airspace;
pub use schedule::{DailyPeriod, DayMoment, Schedule, Window};
pub use shape::Shape;
pub use volume::Volume;
pub use zone::{Authority, Geozone, Purpose, Reason, Restriction};
