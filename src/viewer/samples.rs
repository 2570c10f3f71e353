//! A small scene for the tests of this room, and frames that no run would produce.

use std::sync::Arc;

use super::source::Source;
use crate::frame::{DroneId, DroneSample, FlightPhase, Frame, MotionSample, SimTime, TimedEvent};
use crate::record::RecordError;
use crate::scenario::{ResolvedScenario, Source as Text, resolve};
use crate::traffic::route::{FlightPlan, PathPoint};
use crate::world::geo::Position;

/// Wind from 300°.
pub const AIR: &str = "
    [weather]
    turbulence = \"none\"
    constant = { wind_mps = 9, direction_deg = 300, gust_mps = 14 }
";

/// A base station in the middle.
pub const STATION: &str = "
    [[base_station]]
    id = \"mast\"
    position = { lat_deg = -33.90, lon_deg = 18.43 }
    height_agl_m = 30
    eirp_dbm = 30
    frequency_mhz = 2600
    technology = \"4g\"
";

/// Deliveries along a route that turns back over itself, flown by the first fleet.
pub const ROUTE: &str = "
    [[hub]]
    id = \"hub\"
    position = { lat_deg = -33.905, lon_deg = 18.415 }
    [[pad]]
    id = \"pad\"
    position = { lat_deg = -33.895, lon_deg = 18.425 }
    [[fleet]]
    id = \"flash\"
    aircraft = \"m350\"
    hub = \"hub\"
    count = 2
    [[route]]
    id = \"loop\"
    from = \"hub\"
    to = \"pad\"
    altitude_agl_m = 60
    via = [
        { lat_deg = -33.900, lon_deg = 18.430, altitude_agl_m = 60 },
        { lat_deg = -33.890, lon_deg = 18.430, altitude_agl_m = 60 },
        { lat_deg = -33.890, lon_deg = 18.420, altitude_agl_m = 60 },
        { lat_deg = -33.908, lon_deg = 18.420, altitude_agl_m = 60 },
    ]
    [[delivery]]
    id = \"orders\"
    kind = \"city\"
    route = \"loop\"
    fleet = \"flash\"
    orders_per_hour = 6
    payload_kg = { min = 0.5, max = 1 }
";

/// A flat square with four drones, and what a test adds.
pub fn scenario(more: &str) -> ResolvedScenario {
    let text = format!(
        r#"
        format = 1
        name = "flat"
        title = {{ en = "Flat", zh = "平地" }}
        time = {{ start = "2026-01-15T09:30:00+02:00", duration_s = 600 }}
        area = {{ south_deg = -33.92, north_deg = -33.88, west_deg = 18.40, east_deg = 18.46 }}
        terrain = {{ flat_amsl_m = 8 }}
        [[traffic]]
        id = "random"
        aircraft = "m30t"
        count = 4
        altitude_agl_m = {{ min = 40, max = 90 }}
        speed_mps = {{ min = 8, max = 12 }}
        {more}
        "#
    );
    resolve(Text::new("flat.toml", text), &[]).unwrap_or_else(|findings| panic!("{findings:?}")).scenario
}

/// A drone that stands in the air over the middle of the area.
pub fn hovering() -> DroneSample {
    DroneSample {
        drone: DroneId::from_key(0),
        motion: MotionSample { altitude_amsl_cm: 10_000, ..MotionSample::default() },
        phase: FlightPhase::Hover,
        battery_permyriad: 9_000,
        reported_offset_cm: [0; 3],
        report_age_ms: 0,
        contingency: None,
    }
}

/// A recording of one frame.
pub struct Still(pub Frame);

impl Source for Still {
    fn frame_at(&self, _: SimTime) -> Result<Arc<Frame>, RecordError> {
        Ok(Arc::new(self.0.clone()))
    }

    fn start(&self) -> SimTime {
        self.0.time
    }

    fn end(&self) -> SimTime {
        self.0.time
    }

    fn is_growing(&self) -> bool {
        false
    }

    fn events(&self) -> Result<Vec<TimedEvent>, RecordError> {
        Ok(self.0.events.clone())
    }
}

/// A plan eastwards at 60 m that bends `aside_m` to the north in its middle.
pub fn bent(aside_m: f64) -> FlightPlan {
    let point = |index: u8| {
        let along_m = 10.0 * f64::from(index);
        let north_m = aside_m * (1.0 - (along_m - 500.0).abs() / 500.0);
        let position = Position::new(along_m, north_m, 68.0);
        PathPoint { position, along_m, speed_limit_mps: 15.0, hold: SimTime::ZERO }
    };
    FlightPlan { waypoints: Vec::new(), points: (0..=100).map(point).collect() }
}
