//! A route as a `[[route]]` of a scenario.

use std::fmt::Write as _;

use crate::formats::routes::{Role, RouteRecord, WaypointRecord};
use crate::message::Findings;
use crate::scenario::{Flown, FlownPoints, ROUTE_END_M, ResolvedScenario, distance_m, flown};
use crate::units::{Altitude, Datum};
use crate::world::geo::{Geographic, Place};

/// The height over the ends where the file says nothing, m over ground.
const USUAL_AGL_M: f64 = 60.0;

/// The ends of a route, as far as they are said.
pub struct Ends<'a> {
    /// Id of the hub.
    pub from: Option<&'a str>,
    /// Id of the pad.
    pub to: Option<&'a str>,
    /// The scenario that has them.
    pub scenario: Option<&'a ResolvedScenario>,
}

impl Ends<'_> {
    fn places(&self) -> [Option<Geographic>; 2] {
        let Some(scenario) = self.scenario else { return [None, None] };
        let place = |place: Place| scenario.projection.to_geographic(&place);
        let hub = scenario.hubs.iter().find(|hub| Some(hub.id.as_str()) == self.from);
        let pad = scenario.pads.iter().find(|pad| Some(pad.id.as_str()) == self.to);
        [hub.map(|hub| place(hub.position.xy())), pad.map(|pad| place(pad.position.xy()))]
    }
}

/// The entry as text, and what is flown otherwise than the file says. A take-off at the beginning and a landing at the end
/// are the hub and the pad.
pub fn snippet(route: &RouteRecord, ends: &Ends<'_>, file: &str) -> (String, Findings) {
    let FlownPoints { mut points, speed_mps, warnings } = flown(route, file);
    let role = |index: Option<usize>| index.and_then(|index| route.waypoints.get(index)).map(WaypointRecord::role);
    let [hub, pad] = ends.places();
    let is_at = |place: Option<Geographic>, point: Option<&Flown>| {
        place.zip(point).is_some_and(|(place, point)| distance_m(place, point.place) <= ROUTE_END_M)
    };
    let mut over_ends = None;
    if (role(Some(0)) == Some(Role::TakeOff) || is_at(hub, points.first())) && !points.is_empty() {
        over_ends = points.remove(0).altitude;
    }
    let last = role(route.waypoints.len().checked_sub(1));
    let returns = last == Some(Role::Return);
    if last == Some(Role::Land) || returns || is_at(pad, points.last()) {
        points.pop();
    }
    let leads_to = ends.to.or((!returns).then_some("PAD"));
    let between = [ends.from.unwrap_or("HUB"), leads_to.unwrap_or_default()];
    (entry(&route.name, (&points, speed_mps), between, over_ends), warnings)
}

fn entry(
    name: &str,
    (points, speed_mps): (&[Flown], Option<f64>),
    [from, to]: [&str; 2],
    over_ends: Option<Altitude>,
) -> String {
    let agl_m = |altitude: Option<Altitude>| {
        altitude
            .filter(|altitude| altitude.datum == Datum::Agl && altitude.metres >= 1.0)
            .map(|altitude| altitude.metres)
    };
    let usual = agl_m(over_ends).or_else(|| points.iter().find_map(|point| agl_m(point.altitude)));
    let id: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
    let name = quoted(name);
    let mut text =
        format!("[[route]]\nid = {}\nname = {{ en = {name}, zh = {name} }}\nfrom = {}\n", quoted(&id), quoted(from));
    if !to.is_empty() {
        let _ = writeln!(text, "to = {}", quoted(to));
    }
    let _ = writeln!(
        text,
        "altitude_agl_m = {}   # over the ends, and where a waypoint gives no height",
        usual.unwrap_or(USUAL_AGL_M)
    );
    if let Some(mps) = speed_mps {
        let _ = writeln!(text, "speed_mps = {mps}");
    }
    text.push_str("via = [\n");
    for point in points {
        let _ =
            write!(text, "    {{ lat_deg = {}, lon_deg = {}", float(point.place.lat_deg), float(point.place.lon_deg));
        let key = |datum: Datum| if datum == Datum::Agl { "altitude_agl_m" } else { "altitude_amsl_m" };
        if let Some(altitude) = point.altitude {
            let _ = write!(text, ", {} = {}", key(altitude.datum), float(altitude.metres));
        }
        if point.hold_s > 0.0 {
            let _ = write!(text, ", hold_s = {}", float(point.hold_s));
        }
        text.push_str(" },\n");
    }
    text.push_str("]\n");
    text
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A number as TOML.
fn float(number: f64) -> String {
    toml::Value::Float(number).to_string()
}
