//! Tracks as CZML: a document packet with the clock, a packet for each drone, a packet for each event.
//!
//! Heights are ellipsoidal, m, as `cartographicDegrees` wants them; times are seconds since the epoch, which is the start
//! of the run. A drone is available from take-off to landing of each sortie, and its positions are interpolated linearly.

mod reading;

use std::io::{self, Write};

use serde_json::json;

pub(super) use self::reading::read;
use super::earth::Earth;
use super::{About, DroneTracks, GRAVE, Mark, OTHER};
use crate::frame::SimTime;

/// How long Cesium shows an event that takes no time.
const SHOWN: SimTime = SimTime::from_millis(10_000);
/// How long a trail Cesium draws behind a drone, s.
const TRAIL_S: u32 = 120;

pub(super) fn write(
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    about: &About,
    out: &mut impl Write,
) -> io::Result<()> {
    let span = interval(earth, about.span);
    let document = json!({
        "id": "document",
        "name": about.title.get(about.language),
        "version": "1.0",
        "clock": {
            "interval": span,
            "currentTime": earth.instant(about.span.0).to_string(),
            "multiplier": 10,
            "range": "LOOP_STOP",
            "step": "SYSTEM_CLOCK_MULTIPLIER",
        },
    });
    write!(out, "[\n{document}")?;
    for drone in tracks.filter(|drone| !drone.sorties.is_empty()) {
        out.write_all(b",\n")?;
        packet(&drone, earth, out)?;
    }
    for (index, mark) in about.marks.iter().enumerate() {
        write!(out, ",\n{}", mark_packet(index, mark, earth, about))?;
    }
    out.write_all(b"\n]\n")
}

fn interval(earth: &Earth<'_>, (from, to): (SimTime, SimTime)) -> String {
    format!("{}/{}", earth.instant(from), earth.instant(to))
}

fn packet(drone: &DroneTracks, earth: &Earth<'_>, out: &mut impl Write) -> io::Result<()> {
    let ends = |sortie: &super::Sortie| {
        let points = &sortie.track.points;
        points.first().zip(points.last()).map(|(first, last)| interval(earth, (first.0, last.0)))
    };
    let availability: Vec<String> = drone.sorties.iter().filter_map(ends).collect();
    let [red, green, blue] = drone.kind.colour();
    let rgba = [red, green, blue, 255];
    let looks = json!({
        "path": {
            "width": 2, "leadTime": 0, "trailTime": TRAIL_S,
            "material": { "solidColor": { "color": { "rgba": rgba } } },
        },
        "point": { "pixelSize": 8, "color": { "rgba": rgba }, "outlineColor": { "rgba": [0, 0, 0, 255] }, "outlineWidth": 1 },
        "label": {
            "text": drone.name, "font": "12px sans-serif", "pixelOffset": { "cartesian2": [0, -16] },
            "fillColor": { "rgba": [255, 255, 255, 255] }, "outlineColor": { "rgba": [0, 0, 0, 255] }, "outlineWidth": 2,
            "style": "FILL_AND_OUTLINE",
        },
        "properties": { "mission": super::key(drone.kind), "aircraft": drone.aircraft },
    });
    let head = json!({ "id": drone.name, "name": drone.name, "availability": availability });
    // The positions are the bulk: they are written one by one between two small objects.
    write!(out, "{}", head.to_string().trim_end_matches('}'))?;
    write!(out, r#","position":{{"epoch":"{}","interpolationAlgorithm":"LINEAR""#, earth.instant(SimTime::ZERO))?;
    out.write_all(br#","interpolationDegree":1,"cartographicDegrees":["#)?;
    let samples = drone.sorties.iter().flat_map(|sortie| &sortie.track.points);
    for (index, (time, sample)) in samples.enumerate() {
        let (comma, point) = (if index > 0 { "," } else { "" }, earth.point(sample));
        let (lon_deg, lat_deg) = (point.at.lon_deg, point.at.lat_deg);
        write!(out, "{comma}{},{lon_deg:.8},{lat_deg:.8},{:.3}", time.seconds(), point.ellipsoid_m)?;
    }
    write!(out, "]}},{}", looks.to_string().trim_start_matches('{'))
}

/// An event: a point where it began and, of a pair, a line between the two.
fn mark_packet(index: usize, mark: &Mark, earth: &Earth<'_>, about: &About) -> serde_json::Value {
    let to = mark.to.max(mark.from + SHOWN);
    let point = earth.point_of(&mark.position);
    let [red, green, blue] = if mark.is_grave { GRAVE } else { OTHER };
    let rgba = json!({ "rgba": [red, green, blue, 255] });
    let mut packet = json!({
        "id": format!("event-{}", index + 1),
        "name": mark.name.get(about.language),
        "availability": interval(earth, (mark.from, to)),
        "position": { "cartographicDegrees": [point.at.lon_deg, point.at.lat_deg, point.ellipsoid_m] },
        "point": { "pixelSize": 12, "color": { "rgba": [red, green, blue, 120] }, "outlineColor": rgba, "outlineWidth": 2 },
        "label": { "text": mark.name.get(about.language), "font": "12px sans-serif", "fillColor": rgba, "pixelOffset": { "cartesian2": [0, 20] } },
    });
    if let [own, intruder] = &mark.drones[..] {
        packet["polyline"] = json!({
            "positions": { "references": [format!("{}#position", reference(own)), format!("{}#position", reference(intruder))] },
            "width": 2, "arcType": "NONE",
            "material": { "solidColor": { "color": rgba } },
        });
    }
    packet
}

/// An identity inside a reference: `#`, `.` and `\` are written with a backslash.
fn reference(id: &str) -> String {
    id.chars()
        .flat_map(|letter| ['#', '.', '\\'].contains(&letter).then_some('\\').into_iter().chain([letter]))
        .collect()
}
