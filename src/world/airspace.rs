//! Where may be flown: the box, the ceiling surface, what stands in the way, what is ruled, and the one permission
//! question.

mod airport;
mod approval;
mod class;
mod column;
mod crossing;
mod denial;
mod footprint;
mod grid_map;
mod obstacle;
mod obstacle_kind;
mod permission;
mod place_below;
mod rules;
mod schedule;
mod shape;
mod site;
mod surroundings;
mod volume;
mod way;
mod zone;

pub use airport::{Airport, Control, Runway, Surface, Surfaces};
pub use approval::Approval;
pub use class::Class;
pub use column::{Column, Flyer, Heights, State, Vicinity};
pub use crossing::{Crossing, crossing, is_flat};
pub use denial::{Denial, Lack, LegSample};
pub use footprint::{Footprint, Polygon, Ring, right_of};
pub use grid_map::{BANDS, Band, Cell, GridMap, Lattice, Sheet};
pub use obstacle::{Body, Obstacle, schematic_block};
pub use obstacle_kind::ObstacleKind;
pub use permission::{Airspace, Bounds, Occasion, Permission};
pub use place_below::{Matter, PlaceBelow};
pub use rules::{Limit, RuleId, Rules, Told};
pub use schedule::{DailyPeriod, DayMoment, Schedule, Spells, Window};
pub use shape::Shape;
pub use site::SiteKind;
pub use surroundings::Surroundings;
pub use volume::Volume;
pub use way::Way;
pub use zone::{Authority, Geozone, Origin, Purpose, Reason, Restriction};
