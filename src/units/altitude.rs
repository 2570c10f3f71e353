//! Altitudes never travel without their datum.

use serde::{Deserialize, Serialize};

/// What an altitude is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// The WGS84 ellipsoid.
    Ellipsoid,
    /// Mean sea level (the geoid; in China the 1985 national height datum).
    Amsl,
    /// The ground right below: true height (真高).
    Agl,
}

/// A height and what it is measured from.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Altitude {
    /// Height, m.
    pub metres: f64,
    /// What it is measured from.
    pub datum: Datum,
}

impl Altitude {
    /// Above mean sea level.
    pub const fn amsl(metres: f64) -> Self {
        Self { metres, datum: Datum::Amsl }
    }

    /// Above the ground right below.
    pub const fn agl(metres: f64) -> Self {
        Self { metres, datum: Datum::Agl }
    }
}
