//! The obstacle-limitation surfaces of an airport: their figures and their names.

use crate::message::words::Word;

/// Figures of the obstacle-limitation surfaces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surfaces {
    /// Radius of the inner horizontal surface around the centre line of the runway, m.
    pub inner_horizontal_radius_m: f64,
    /// Its height over the runway, m.
    pub inner_horizontal_height_m: f64,
    /// Slope of the conical surface.
    pub conical_slope: f64,
    /// Height of the conical surface over its foot, m.
    pub conical_height_m: f64,
    /// Where approach and take-off surfaces begin, m from the end of the runway.
    pub begin_m: f64,
    /// Width of the inner edge of the approach surface, which is that of the strip, m.
    pub approach_width_m: f64,
    /// Divergence of each of its sides.
    pub approach_divergence: f64,
    /// Its sections: length, m, and slope.
    pub approach_sections: [(f64, f64); 3],
    /// Width of the inner edge of the take-off climb surface, m.
    pub take_off_width_m: f64,
    /// Divergence of each of its sides.
    pub take_off_divergence: f64,
    /// Its final width, m.
    pub take_off_final_width_m: f64,
    /// Its length, m, and slope.
    pub take_off: (f64, f64),
    /// Slope of the transitional surface.
    pub transitional_slope: f64,
}

impl Surfaces {
    /// The surfaces of a code number, 1 to 4.
    pub const fn of_code(number: u8) -> Self {
        let small = number <= 2;
        Self {
            inner_horizontal_radius_m: if small { 3500.0 } else { 4000.0 },
            inner_horizontal_height_m: 45.0,
            conical_slope: 0.05,
            conical_height_m: if small { 60.0 } else { 100.0 },
            begin_m: 60.0,
            approach_width_m: if small { 150.0 } else { 300.0 },
            approach_divergence: 0.15,
            approach_sections: if small {
                [(3000.0, 0.025), (12_000.0, 0.03), (0.0, 0.0)]
            } else {
                [(3000.0, 0.02), (3600.0, 0.025), (8400.0, 0.0)]
            },
            take_off_width_m: if number == 1 {
                60.0
            } else if small {
                80.0
            } else {
                180.0
            },
            take_off_divergence: if small { 0.10 } else { 0.125 },
            take_off_final_width_m: if number == 1 {
                380.0
            } else if small {
                580.0
            } else {
                1800.0
            },
            take_off: if number == 1 {
                (1600.0, 0.05)
            } else if small {
                (2500.0, 0.04)
            } else {
                (15_000.0, 0.02)
            },
            transitional_slope: 0.143,
        }
    }
}

/// Which surface is the lowest at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surface {
    /// The strip around the runway.
    Strip,
    /// The inner horizontal surface.
    InnerHorizontal,
    /// The conical surface.
    Conical,
    /// The approach surface.
    Approach,
    /// The take-off climb surface.
    TakeOffClimb,
    /// The transitional surface.
    Transitional,
}

impl Surface {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Strip => Word::new("runway strip", "升降带"),
            Self::InnerHorizontal => Word::new("inner horizontal surface", "内水平面"),
            Self::Conical => Word::new("conical surface", "锥形面"),
            Self::Approach => Word::new("approach surface", "进近面"),
            Self::TakeOffClimb => Word::new("take-off climb surface", "起飞爬升面"),
            Self::Transitional => Word::new("transitional surface", "过渡面"),
        }
    }
}
