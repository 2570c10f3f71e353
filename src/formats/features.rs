//! What zones and obstacles have in common: a list of features in a JSON file, read one at a time.
//!
//! A file of any size is read holding one feature and the header; every fault becomes a finding, and what was read is
//! kept as it was written, so that it can be written again with nothing lost.

mod coordinates;
mod faults;
mod geometry;
mod locate;
mod object;
mod stream;
mod vertices;
mod writer;

pub use coordinates::{Coordinates, Reading, system_name};
pub use faults::{Faults, texts};
pub use geometry::{Piece, Sizes, crossed, leaves, metres, pieces};
pub use object::Object;
pub use stream::{Entry, Header, Member, stream};
pub use vertices::vertex;
pub use writer::{FeatureWriter, RewriteError, geometry_of};
