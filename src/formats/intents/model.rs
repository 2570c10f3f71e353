//! The JSON of F3548-21 as it is written.

use jiff::Timestamp;
use serde::Serialize;

use super::{IntentRecord, OutlineRecord, VolumeRecord};
use crate::traffic::intent::IntentState;
use crate::world::geo::Geographic;

/// Where nothing is served: the operator's own address goes there.
const BASE_URL: &str = "https://example.com/uss";

/// The word for a state.
pub const fn state_word(state: IntentState) -> &'static str {
    match state {
        IntentState::Accepted => "Accepted",
        IntentState::Activated => "Activated",
        IntentState::Nonconforming => "Nonconforming",
        IntentState::Contingent => "Contingent",
    }
}

/// `PutOperationalIntentReferenceParameters`.
#[derive(Serialize)]
pub struct Parameters {
    extents: Vec<Timed>,
    key: [&'static str; 0],
    state: &'static str,
    uss_base_url: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_subscription: Option<Subscription>,
}

#[derive(Serialize)]
pub struct Subscription {
    uss_base_url: &'static str,
    notify_for_constraints: bool,
}

/// `OperationalIntentDetails`.
#[derive(Serialize)]
pub struct Details {
    volumes: Vec<Timed>,
    off_nominal_volumes: Vec<Timed>,
    priority: i64,
}

/// `Volume4D`.
#[derive(Clone, Serialize)]
pub struct Timed {
    volume: Space,
    time_start: Time,
    time_end: Time,
}

#[derive(Clone, Serialize)]
struct Space {
    #[serde(skip_serializing_if = "Option::is_none")]
    outline_circle: Option<Circle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outline_polygon: Option<Polygon>,
    altitude_lower: Level,
    altitude_upper: Level,
}

#[derive(Clone, Serialize)]
struct Circle {
    center: Point,
    radius: Radius,
}

#[derive(Clone, Serialize)]
struct Polygon {
    vertices: Vec<Point>,
}

#[derive(Clone, Copy, Serialize)]
struct Point {
    lat: f64,
    lng: f64,
}

#[derive(Clone, Serialize)]
struct Radius {
    value: f64,
    units: &'static str,
}

#[derive(Clone, Serialize)]
struct Level {
    value: f64,
    reference: &'static str,
    units: &'static str,
}

#[derive(Clone, Serialize)]
struct Time {
    value: String,
    format: &'static str,
}

impl Timed {
    fn of(record: &VolumeRecord) -> Self {
        let time = |at: Timestamp| Time { value: at.to_string(), format: "RFC3339" };
        let level = |value| Level { value, reference: "W84", units: "M" };
        let point = |place: &Geographic| Point { lat: place.lat_deg, lng: place.lon_deg };
        let (outline_circle, outline_polygon) = match &record.outline {
            OutlineRecord::Circle { centre, radius_m } => {
                let radius = Radius { value: *radius_m, units: "M" };
                (Some(Circle { center: point(centre), radius }), None)
            }
            OutlineRecord::Polygon(places) => (None, Some(Polygon { vertices: places.iter().map(point).collect() })),
        };
        let [lower, upper] = record.ellipsoid_m;
        Self {
            volume: Space {
                outline_circle,
                outline_polygon,
                altitude_lower: level(lower),
                altitude_upper: level(upper),
            },
            time_start: time(record.window[0]),
            time_end: time(record.window[1]),
        }
    }
}

impl Parameters {
    pub fn of(intent: &IntentRecord) -> Self {
        let is_flown = intent.state != IntentState::Accepted;
        Self {
            extents: intent.volumes.iter().map(Timed::of).collect(),
            key: [],
            state: state_word(intent.state),
            uss_base_url: BASE_URL,
            new_subscription: is_flown
                .then_some(Subscription { uss_base_url: BASE_URL, notify_for_constraints: false }),
        }
    }
}

impl Details {
    /// Off-nominal volumes are those of an intent that is not kept to.
    pub fn of(intent: &IntentRecord) -> Self {
        let volumes: Vec<Timed> = intent.volumes.iter().map(Timed::of).collect();
        let (volumes, off_nominal_volumes) = match intent.state {
            IntentState::Accepted | IntentState::Activated => (volumes, Vec::new()),
            IntentState::Nonconforming => (volumes.clone(), volumes),
            IntentState::Contingent => (Vec::new(), volumes),
        };
        Self { volumes, off_nominal_volumes, priority: intent.priority }
    }
}
