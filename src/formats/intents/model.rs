//! The JSON of F3548-21, as far as intents go.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{IntentRecord, MOST_VERTICES, OutlineRecord, VolumeRecord};
use crate::message::Text;
use crate::traffic::intent::IntentState;
use crate::world::geo::Geographic;

/// Where nothing is served: the operator's own address goes there.
const BASE_URL: &str = "https://example.com/uss";

/// What a file may hold.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Document {
    Wrapped { operational_intents: Vec<Entry> },
    List(Vec<Entry>),
    One(Box<Entry>),
}

impl Document {
    pub fn entries(self) -> Vec<Entry> {
        match self {
            Self::Wrapped { operational_intents } => operational_intents,
            Self::List(entries) => entries,
            Self::One(entry) => vec![*entry],
        }
    }
}

/// One intent in any of the shapes in which the standard hands it over.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Entry {
    Ours { id: Option<String>, parameters: Parameters, details: Details },
    Whole { operational_intent: Intent },
    Intent(Intent),
    Parameters(Parameters),
    Details(Details),
}

#[derive(Deserialize)]
pub struct Intent {
    reference: Reference,
    details: Details,
}

#[derive(Deserialize)]
pub struct Reference {
    id: Option<String>,
    state: State,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
pub enum State {
    Accepted,
    Activated,
    Nonconforming,
    Contingent,
}

impl From<State> for IntentState {
    fn from(state: State) -> Self {
        match state {
            State::Accepted => Self::Accepted,
            State::Activated => Self::Activated,
            State::Nonconforming => Self::Nonconforming,
            State::Contingent => Self::Contingent,
        }
    }
}

impl From<IntentState> for State {
    fn from(state: IntentState) -> Self {
        match state {
            IntentState::Accepted => Self::Accepted,
            IntentState::Activated => Self::Activated,
            IntentState::Nonconforming => Self::Nonconforming,
            IntentState::Contingent => Self::Contingent,
        }
    }
}

/// `PutOperationalIntentReferenceParameters`.
#[derive(Deserialize, Serialize)]
pub struct Parameters {
    extents: Vec<Timed>,
    #[serde(default)]
    key: Vec<String>,
    state: State,
    uss_base_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new_subscription: Option<Subscription>,
}

#[derive(Deserialize, Serialize)]
pub struct Subscription {
    uss_base_url: String,
    #[serde(default)]
    notify_for_constraints: bool,
}

/// `OperationalIntentDetails`.
#[derive(Deserialize, Serialize)]
pub struct Details {
    volumes: Vec<Timed>,
    #[serde(default)]
    off_nominal_volumes: Vec<Timed>,
    #[serde(default)]
    priority: i64,
}

/// `Volume4D`.
#[derive(Clone, PartialEq, Deserialize, Serialize)]
pub struct Timed {
    volume: Space,
    time_start: Option<Time>,
    time_end: Option<Time>,
}

#[derive(Clone, PartialEq, Deserialize, Serialize)]
struct Space {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outline_circle: Option<Circle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outline_polygon: Option<Polygon>,
    altitude_lower: Option<Level>,
    altitude_upper: Option<Level>,
}

#[derive(Clone, PartialEq, Deserialize, Serialize)]
struct Circle {
    center: Point,
    radius: Radius,
}

#[derive(Clone, PartialEq, Deserialize, Serialize)]
struct Polygon {
    vertices: Vec<Point>,
}

#[derive(Clone, Copy, PartialEq, Deserialize, Serialize)]
struct Point {
    lat: f64,
    lng: f64,
}

#[derive(Clone, PartialEq, Deserialize, Serialize)]
struct Radius {
    value: f64,
    units: String,
}

#[derive(Clone, PartialEq, Deserialize, Serialize)]
struct Level {
    value: f64,
    reference: String,
    units: String,
}

#[derive(Clone, PartialEq, Deserialize, Serialize)]
struct Time {
    value: String,
    format: String,
}

/// What is wrong with a value, and where.
pub struct Fault {
    pub key: String,
    pub texts: Box<[Text; 3]>,
}

fn fault(key: String, what: [&str; 2], expected: [&str; 2]) -> Fault {
    let text = |[en, zh]: [&str; 2]| Text::new(en, zh);
    Fault { key, texts: Box::new([text(what), text(expected), Text::new("correct it there", "请在该处改正")]) }
}

impl Entry {
    /// The record of an entry.
    pub fn record(self, index: usize) -> Result<IntentRecord, Vec<Fault>> {
        let numbered = format!("intent-{}", index + 1);
        let (id, state, priority, volumes) = match self {
            Self::Ours { id, parameters, details } => (id, parameters.state, details.priority, details.all()),
            Self::Whole { operational_intent: Intent { reference, details } }
            | Self::Intent(Intent { reference, details }) => {
                (reference.id, reference.state, details.priority, details.all())
            }
            Self::Parameters(parameters) => (None, parameters.state, 0, parameters.extents),
            Self::Details(details) => (None, State::Accepted, details.priority, details.all()),
        };
        let id = id.unwrap_or(numbered);
        let vertices: usize = volumes.iter().map(Timed::vertices).sum();
        let read = volumes.iter().enumerate().map(|(place, volume)| volume.record(&format!("{id}.volumes[{place}]")));
        let (good, bad): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
        let mut faults: Vec<Fault> = bad.into_iter().filter_map(Result::err).flatten().collect();
        if vertices > MOST_VERTICES {
            faults.push(fault(id.clone(), ["too many vertices", "顶点过多"], ["at most 10 000", "至多 10 000 个"]));
        }
        if good.is_empty() && faults.is_empty() {
            faults.push(fault(id.clone(), ["no volumes", "没有空间体"], ["at least one volume", "至少一个空间体"]));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(IntentRecord {
            id,
            state: state.into(),
            priority,
            volumes: good.into_iter().filter_map(Result::ok).collect(),
        })
    }
}

impl Timed {
    fn vertices(&self) -> usize {
        self.volume.outline_polygon.as_ref().map_or(1, |polygon| polygon.vertices.len())
    }

    fn record(&self, key: &str) -> Result<VolumeRecord, Vec<Fault>> {
        let outline = self.volume.outline(key);
        let heights = self.volume.heights(key);
        let window = self.window(key);
        match (outline, heights, window) {
            (Ok(outline), Ok(ellipsoid_m), Ok(window)) => Ok(VolumeRecord { outline, ellipsoid_m, window }),
            (outline, heights, window) => {
                Err([outline.err(), heights.err(), window.err()].into_iter().flatten().collect())
            }
        }
    }

    fn window(&self, key: &str) -> Result<[Timestamp; 2], Fault> {
        let wrong = |end: &str| {
            fault(
                format!("{key}.{end}"),
                ["is missing or no time", "缺失或不是时间"],
                ["RFC 3339 in UTC, such as 2026-05-01T01:00:00Z", "RFC 3339 的 UTC 时间，如 2026-05-01T01:00:00Z"],
            )
        };
        let read = |time: &Option<Time>, end: &str| {
            let time = time.as_ref().filter(|time| time.format == "RFC3339");
            time.and_then(|time| time.value.parse::<Timestamp>().ok()).ok_or_else(|| wrong(end))
        };
        let window = [read(&self.time_start, "time_start")?, read(&self.time_end, "time_end")?];
        if window[0] < window[1] { Ok(window) } else { Err(wrong("time_end")) }
    }

    fn of(record: &VolumeRecord) -> Self {
        let time = |at: Timestamp| Some(Time { value: at.to_string(), format: "RFC3339".into() });
        let level = |value| Some(Level { value, reference: "W84".into(), units: "M".into() });
        let point = |place: &Geographic| Point { lat: place.lat_deg, lng: place.lon_deg };
        let (outline_circle, outline_polygon) = match &record.outline {
            OutlineRecord::Circle { centre, radius_m } => {
                let radius = Radius { value: *radius_m, units: "M".into() };
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

impl Space {
    fn outline(&self, key: &str) -> Result<OutlineRecord, Fault> {
        let place = |point: &Point| {
            let is_place = point.lat.abs() <= 90.0 && point.lng.abs() <= 180.0;
            is_place.then(|| Geographic::new(point.lat, point.lng))
        };
        let wrong = || {
            fault(
                format!("{key}.volume"),
                ["has no outline that can be read", "没有可读的轮廓"],
                [
                    "a circle with a radius in M, or a polygon of at least 3 places in degrees",
                    "半径以 M 计的圆，或至少 3 个以度计的点构成的多边形",
                ],
            )
        };
        match (&self.outline_circle, &self.outline_polygon) {
            (Some(circle), None) if circle.radius.units == "M" && circle.radius.value > 0.0 => {
                let centre = place(&circle.center).ok_or_else(wrong)?;
                Ok(OutlineRecord::Circle { centre, radius_m: circle.radius.value })
            }
            (None, Some(polygon)) if polygon.vertices.len() >= 3 => {
                let places: Option<Vec<Geographic>> = polygon.vertices.iter().map(place).collect();
                places.map(OutlineRecord::Polygon).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }

    fn heights(&self, key: &str) -> Result<[f64; 2], Fault> {
        let known = |level: &Option<Level>| {
            let level = level.as_ref().filter(|level| level.reference == "W84" && level.units == "M");
            level.map(|level| level.value).filter(|value| (-8000.0..=100_000.0).contains(value))
        };
        let levels = known(&self.altitude_lower).zip(known(&self.altitude_upper));
        levels.filter(|(lower, upper)| lower < upper).map(|(lower, upper)| [lower, upper]).ok_or_else(|| {
            fault(
                format!("{key}.volume.altitude_lower"),
                ["there are no altitudes that can be read", "没有可读的高度"],
                [
                    "altitude_lower below altitude_upper, each {value, reference: W84, units: M}",
                    "altitude_lower 低于 altitude_upper，均为 {value, reference: W84, units: M}",
                ],
            )
        })
    }
}

impl Parameters {
    pub fn of(intent: &IntentRecord) -> Self {
        let is_flown = intent.state != IntentState::Accepted;
        Self {
            extents: intent.volumes.iter().map(Timed::of).collect(),
            key: Vec::new(),
            state: intent.state.into(),
            uss_base_url: BASE_URL.into(),
            new_subscription: is_flown
                .then(|| Subscription { uss_base_url: BASE_URL.into(), notify_for_constraints: false }),
        }
    }
}

impl Details {
    /// Nominal volumes, then those off-nominal ones that are not among them.
    fn all(self) -> Vec<Timed> {
        let mut all = self.volumes;
        let more: Vec<Timed> = self.off_nominal_volumes.into_iter().filter(|volume| !all.contains(volume)).collect();
        all.extend(more);
        all
    }

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
