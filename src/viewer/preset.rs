//! Where to look from, as people say it.

use std::str::FromStr;

/// Where to look from.
#[derive(Clone, Debug, PartialEq)]
pub enum CameraPreset {
    /// The whole area at a slant.
    Overview,
    /// Near the highest delivery pad, looking along the route that leads there.
    Summit,
    /// Straight down, north up.
    Top,
    /// Behind the drone of this name.
    Follow(String),
    /// An explicit place and direction.
    Free {
        /// East of the scenario's centre, m.
        east_m: f64,
        /// North of the scenario's centre, m.
        north_m: f64,
        /// Height above mean sea level, m.
        altitude_amsl_m: f64,
        /// Compass direction of the view, degrees.
        yaw_deg: f64,
        /// Above the horizon, degrees; negative looks down.
        pitch_deg: f64,
    },
}

/// A camera that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no camera: give `overview`, `summit`, `top`, `follow:<drone>` or `east,north,amsl,yaw,pitch` \
     (metres from the centre, metres above sea level, degrees)"
)]
pub struct BadCamera(String);

impl FromStr for CameraPreset {
    type Err = BadCamera;

    fn from_str(text: &str) -> Result<Self, BadCamera> {
        match text {
            "overview" => return Ok(Self::Overview),
            "summit" => return Ok(Self::Summit),
            "top" => return Ok(Self::Top),
            _ => {}
        }
        if let Some(name) = text.strip_prefix("follow:").filter(|name| !name.is_empty()) {
            return Ok(Self::Follow(name.to_owned()));
        }
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[east_m, north_m, altitude_amsl_m, yaw_deg, pitch_deg])
                if [east_m, north_m, altitude_amsl_m, yaw_deg, pitch_deg].iter().all(|n| n.is_finite()) =>
            {
                Ok(Self::Free { east_m, north_m, altitude_amsl_m, yaw_deg, pitch_deg })
            }
            _ => Err(BadCamera(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_are_read() {
        assert_eq!("top".parse(), Ok(CameraPreset::Top));
        assert_eq!("follow:scenic-3".parse(), Ok(CameraPreset::Follow("scenic-3".into())));
        let free = CameraPreset::Free {
            east_m: -100.0,
            north_m: 20.5,
            altitude_amsl_m: 700.0,
            yaw_deg: 45.0,
            pitch_deg: -10.0,
        };
        assert_eq!("-100, 20.5,700,45,-10".parse(), Ok(free));
        for bad in ["", "follow:", "1,2,3", "1,2,3,4,NaN", "sideways"] {
            assert!(bad.parse::<CameraPreset>().is_err(), "{bad}");
        }
    }
}
