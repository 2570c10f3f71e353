//! Routes as a scenario has them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::Asked;
use super::ends::End;
use crate::cli::Failure;
use crate::formats::routes::FreeNames;
use crate::formats::write_aside;
use crate::message::Language;
use crate::traffic::route::{Alternative, Waypoint};
use crate::world::geo::Geographic;

/// Writes routes into a file.
pub fn write(path: &Path, asked: &Asked<'_>, routes: &[Alternative]) -> Result<(), Failure> {
    let text = toml(asked, routes);
    let written: std::io::Result<()> = write_aside(path, |file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::unwritten(path, &error, "--out", asked.language))
}

/// A `[[route]]` for each, and a hub and a pad for ends that are none.
pub fn toml(asked: &Asked<'_>, routes: &[Alternative]) -> String {
    let [from, to] = asked.ends;
    // Routes lead from a hub to a pad: one that begins at a pad and ends at a hub is the way back.
    let is_back = from.pad.is_some() && to.hub.is_some();
    let (hub, pad) = if is_back { (to, from) } else { (from, to) };
    let mut text =
        String::from("# Flown once a [[delivery]] or [[round]] names them: approvals are those of its fleet.\n\n");
    let mut ids = FreeNames::default();
    for route in &asked.scenario.routes {
        ids.take(&route.id);
    }
    let hub_id = if hub.hub.is_some() { hub.text.clone() } else { with_end(&mut text, "hub", hub, asked) };
    let pad_id = if pad.pad.is_some() { pad.text.clone() } else { with_end(&mut text, "pad", pad, asked) };
    for (index, route) in routes.iter().enumerate() {
        let mut waypoints = route.plan.waypoints.clone();
        if is_back {
            waypoints.reverse();
        }
        let [first, via @ .., _] = waypoints.as_slice() else { continue };
        let id = ids.take(&format!("{hub_id}-{pad_id}-{}", index + 1));
        let [en, zh] = [Language::English, Language::Chinese].map(|language| {
            let [hub, pad] = [hub, pad].map(|end| end.name.get(language));
            quoted(&if language == Language::English {
                format!("{hub} to {pad}, route {}", index + 1)
            } else {
                format!("{hub}至{pad}航线{}", index + 1)
            })
        });
        let _ = writeln!(text, "[[route]]\nid = {}\nname = {{ en = {en}, zh = {zh} }}", quoted(&id));
        let _ = writeln!(text, "from = {}\nto = {}", quoted(&hub_id), quoted(&pad_id));
        let _ = writeln!(text, "altitude_agl_m = {}\nvia = [", first.altitude.metres);
        for waypoint in via {
            let Geographic { lat_deg, lon_deg } = degrees(waypoint, asked);
            let height_m = waypoint.altitude.metres;
            let _ = writeln!(
                text,
                "    {{ lat_deg = {lat_deg:.7}, lon_deg = {lon_deg:.7}, altitude_agl_m = {height_m} }},"
            );
        }
        text.push_str("]\n\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Adds a hub or a pad at an end that is none; its identity.
fn with_end(text: &mut String, kind: &str, end: &End, asked: &Asked<'_>) -> String {
    let mut ids = FreeNames::default();
    let hubs = asked.scenario.hubs.iter().map(|hub| &hub.id);
    for taken in hubs.chain(asked.scenario.pads.iter().map(|pad| &pad.id)) {
        ids.take(taken);
    }
    let id = ids.take(&format!("planned-{kind}"));
    let place = asked.scenario.projection.to_geographic(&end.position.xy());
    let _ = writeln!(text, "[[{kind}]]\nid = {}", quoted(&id));
    let _ = writeln!(text, "position = {{ lat_deg = {:.7}, lon_deg = {:.7} }}\n", place.lat_deg, place.lon_deg);
    id
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The place of a waypoint.
pub fn degrees(waypoint: &Waypoint, asked: &Asked<'_>) -> Geographic {
    asked.scenario.projection.to_geographic(&waypoint.place)
}
