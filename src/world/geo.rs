//! Geography: WGS84 at the edges, one local projection inside.
//!
//! Inside skygrid a place is metres east and north of the scenario's centre in a transverse Mercator projection with
//! scale 1 on its central meridian (0.5 m of distortion at 50 km), plus a height above mean sea level. A tangent plane
//! is not used: its height error is 1 m at 3.5 km and 200 m at 50 km.

pub mod beidou;
mod geoid;
mod mercator;
mod shifted;
mod sun;

use nalgebra::{Point2, Point3, Vector2, Vector3};
use serde::{Deserialize, Serialize};

pub use geoid::Geoid;
pub use mercator::LocalProjection;
pub use shifted::{CoordinateSystem, SHIFT_ACCURACY_M, is_in_china};
pub use sun::{SunEvent, solar_date, solar_midnight, solar_offset};

/// A place on the WGS84 ellipsoid, degrees. CGCS2000 agrees with it within decimetres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Geographic {
    /// Latitude, degrees, north positive.
    pub lat_deg: f64,
    /// Longitude, degrees, east positive.
    pub lon_deg: f64,
}

impl Geographic {
    /// A place from its latitude and longitude in degrees.
    pub const fn new(lat_deg: f64, lon_deg: f64) -> Self {
        Self { lat_deg, lon_deg }
    }
}

/// A place in the local frame: x east, y north, m.
pub type Place = Point2<f64>;
/// A position in the local frame: x east, y north, z above mean sea level, m.
pub type Position = Point3<f64>;
/// A velocity in the local frame, m/s.
pub type Velocity = Vector3<f64>;
/// A horizontal direction or displacement.
pub type Horizontal = Vector2<f64>;

/// The place below a position.
pub fn place_of(position: &Position) -> Place {
    position.xy()
}

/// A rectangle aligned with the local axes, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// South-west corner.
    pub low: Place,
    /// North-east corner.
    pub high: Place,
}

impl Rectangle {
    /// The smallest rectangle around `places`; `None` if there are none.
    pub fn around(places: impl IntoIterator<Item = Place>) -> Option<Self> {
        places.into_iter().fold(None, |found, place| {
            Some(found.map_or(Self { low: place, high: place }, |so_far: Self| Self {
                low: so_far.low.inf(&place),
                high: so_far.high.sup(&place),
            }))
        })
    }

    /// The rectangle with every side pushed out by `margin_m`.
    #[must_use]
    pub fn grown(self, margin_m: f64) -> Self {
        let margin = Horizontal::repeat(margin_m);
        Self { low: self.low - margin, high: self.high + margin }
    }

    /// Whether it has a place in common with another, edges included.
    pub fn touches(&self, other: &Self) -> bool {
        self.low.x <= other.high.x
            && other.low.x <= self.high.x
            && self.low.y <= other.high.y
            && other.low.y <= self.high.y
    }

    /// Whether `place` lies in the rectangle, its edge included.
    pub fn contains(&self, place: &Place) -> bool {
        place >= &self.low && place <= &self.high
    }

    /// Whether `place` lies in the rectangle, not on its edge.
    pub fn contains_inside(&self, place: &Place) -> bool {
        self.low.x < place.x && place.x < self.high.x && self.low.y < place.y && place.y < self.high.y
    }

    /// Which shares of the segment from `a` to `b` lie in the rectangle, from the first to the last; `None` if none does.
    pub fn share_of(&self, a: &Position, b: &Position) -> Option<[f64; 2]> {
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for axis in 0..2 {
            let (start, span) = (a[axis], b[axis] - a[axis]);
            let sides = [self.low[axis] - start, self.high[axis] - start];
            if sides[0] <= 0.0 && sides[1] >= 0.0 && sides[0] <= span && sides[1] >= span {
                continue;
            }
            // A segment along the side that lies outside never comes in: 0/0 is not a number, and no share is left.
            let [first, second] = sides.map(|side| side / span);
            enter = enter.max(first.min(second));
            leave = leave.min(first.max(second));
        }
        (enter <= leave).then_some([enter, leave])
    }

    /// Its corners, counter-clockwise from the south-west.
    pub fn corners(&self) -> [Place; 4] {
        let (low, high) = (self.low, self.high);
        [low, Place::new(high.x, low.y), high, Place::new(low.x, high.y)]
    }

    /// West-east and south-north extent, m.
    pub fn size(&self) -> Horizontal {
        self.high - self.low
    }
}
