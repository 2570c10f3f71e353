//! Operational intents of others, from files: they are in the air, or will be, whatever happens here.

use super::Scene;
use super::ground::digest_of;
use crate::formats::intents::{self, IntentRecord, OutlineRecord, VolumeRecord, priority_of};
use crate::message::{Severity, Text};
use crate::scenario::model::{Scenario, UNFITTED};
use crate::scenario::report::Reporter;
use crate::scenario::resolved::{Clock, InputFile, OthersIntent};
use crate::scenario::source::Source;
use crate::traffic::intent::{OperationalIntent, Outline, Volume4D};
use crate::units::{Altitude, Datum, SimTime};
use crate::world::geo::{Geographic, Place};

/// The intents of all files that a scenario names; the files become inputs.
pub fn intents(
    scenario: &Scenario,
    (scene, clock): (&mut Scene, &Clock),
    source: &Source,
    reporter: &mut Reporter<'_>,
) -> Vec<OthersIntent> {
    if scenario.algorithms.strategic == UNFITTED && !scenario.intents.is_empty() {
        let texts = [
            Text::new(
                format!("nobody keeps clear of these intents, because algorithms.strategic is `{UNFITTED}`"),
                format!("algorithms.strategic 为 `{UNFITTED}`，因此没有飞行会避让这些意图"),
            ),
            Text::new("a strategy that files flights", "会提交飞行意图的策略"),
            Text::new(
                "set algorithms.strategic to \"least-cost\" or \"first-come\"",
                "请将 algorithms.strategic 设为 \"least-cost\" 或 \"first-come\"",
            ),
        ];
        reporter.add(Severity::Warning, "intents", texts);
    }
    let mut found = Vec::new();
    for (index, entry) in scenario.intents.iter().enumerate() {
        let path = source.folder().join(&entry.file);
        match digest_of(&path) {
            Ok(blake3) => scene.inputs.push(InputFile { path: entry.file.clone(), blake3 }),
            Err(error) => {
                let file = &entry.file;
                let texts = [
                    Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`：{error}")),
                    Text::new("a file that can be read", "可读取的文件"),
                    Text::new("correct the path; it is relative to the scenario", "请改正路径（相对于情景文件）"),
                ];
                reporter.fatal(&format!("intents[{index}].file"), texts);
                continue;
            }
        }
        match intents::read(&path) {
            Ok(records) => {
                let key = format!("intents[{index}].file");
                for record in &records {
                    let others = OthersIntent { id: record.id.clone(), intent: intent(record, scene, clock) };
                    tell(&key, (record, &others.intent), (scene, clock), reporter);
                    found.push(others);
                }
            }
            Err(findings) => reporter.include(findings),
        }
    }
    found
}

/// Farther from the middle of the area nothing can be placed, m: the plane that it is drawn on is that of the area.
const FARTHEST_M: f64 = 1e6;

/// Tells of an intent that cannot be placed or that nobody meets.
fn tell(
    key: &str,
    (record, placed): (&IntentRecord, &OperationalIntent),
    (scene, clock): (&Scene, &Clock),
    reporter: &mut Reporter<'_>,
) {
    let id = &record.id;
    let is_near = |volume: &VolumeRecord| reach_m(&volume.outline, scene) <= FARTHEST_M;
    if !record.volumes.iter().all(is_near) {
        let texts = [
            Text::new(
                format!("intent `{id}` reaches farther than 1000 km from the area"),
                format!("意图 `{id}` 延伸至空域 1000 公里以外"),
            ),
            Text::new("outlines around the area", "空域周边的轮廓"),
            Text::new("cut them to what is near the area", "请裁剪至空域附近"),
        ];
        return reporter.fatal(key, texts);
    }
    let Some([from, to]) = placed.window() else {
        let texts = [
            Text::new(format!("intent `{id}` covers no ground"), format!("意图 `{id}` 不覆盖任何地面")),
            Text::new("outlines that cover some", "有面积的轮廓"),
            Text::new("correct its vertices", "请改正其顶点"),
        ];
        return reporter.fatal(key, texts);
    };
    if to < SimTime::ZERO || from > clock.duration {
        let [from, to] = [from, to].map(|time| clock.shown(clock.timestamp(time)));
        let texts = [
            Text::new(
                format!("nobody meets intent `{id}`: it holds from {from} to {to}"),
                format!("意图 `{id}` 不会影响任何飞行：有效时间为 {from} 至 {to}"),
            ),
            Text::new("a time of the run", "运行期间的时刻"),
            Text::new("correct its times, or take it out", "请改正其时间，或去掉"),
        ];
        reporter.add(Severity::Warning, key, texts);
    }
}

/// How far an outline reaches from the middle of the area, m.
fn reach_m(outline: &OutlineRecord, scene: &Scene) -> f64 {
    let away_m = |place: &Geographic| scene.projection.to_local(*place).coords.norm();
    match outline {
        OutlineRecord::Circle { centre, radius_m } => away_m(centre) + radius_m,
        // A distance that is none is the greatest.
        OutlineRecord::Polygon(places) => places.iter().map(away_m).max_by(f64::total_cmp).unwrap_or(0.0),
    }
}

fn intent(record: &IntentRecord, scene: &Scene, clock: &Clock) -> OperationalIntent {
    let volumes = record.volumes.iter().flat_map(|volume| placed(volume, scene, clock)).collect();
    OperationalIntent { priority: priority_of(record.priority), state: record.state, volumes }
}

/// A volume in local metres, cut into convex ones.
fn placed(record: &VolumeRecord, scene: &Scene, clock: &Clock) -> Vec<Volume4D> {
    let [from, to] = record.window.map(|at| clock.time_of(at));
    let volume = |outline: Outline| {
        let over = outline.places()[0];
        // Every scene has a geoid to convert by.
        let amsl_m = |metres| {
            let altitude = Altitude { metres, datum: Datum::Ellipsoid };
            scene.terrain.amsl_m(&over, altitude).unwrap_or(metres)
        };
        let [lower_amsl_m, upper_amsl_m] = record.ellipsoid_m.map(amsl_m);
        Volume4D { outline, lower_amsl_m, upper_amsl_m, from, to }
    };
    outlines(&record.outline, scene).into_iter().map(volume).collect()
}

fn outlines(record: &OutlineRecord, scene: &Scene) -> Vec<Outline> {
    match record {
        OutlineRecord::Circle { centre, radius_m } => {
            vec![Outline::around(scene.projection.to_local(*centre), *radius_m)]
        }
        OutlineRecord::Polygon(places) => {
            let places: Vec<Place> = places.iter().map(|place| scene.projection.to_local(*place)).collect();
            convex_parts(places)
        }
    }
}

/// A polygon as it is if it is convex and small, else as triangles.
fn convex_parts(mut places: Vec<Place>) -> Vec<Outline> {
    let next = places.iter().cycle().skip(1);
    let doubled_area_m2: f64 = places.iter().zip(next).map(|(a, b)| a.coords.perp(&b.coords)).sum();
    if doubled_area_m2 < 0.0 {
        places.reverse();
    }
    if let Some(outline) = Outline::convex(places.clone()) {
        return vec![outline];
    }
    let mut triangles: Vec<usize> = Vec::new();
    earcut::Earcut::new().earcut(places.iter().map(|place| [place.x, place.y]), &[], &mut triangles);
    let corners = |triangle: &[usize]| -> Vec<Place> { triangle.iter().map(|&corner| places[corner]).collect() };
    let outline = |triangle: &[usize]| {
        let corners = corners(triangle);
        let reversed: Vec<Place> = corners.iter().rev().copied().collect();
        Outline::convex(corners).or_else(|| Outline::convex(reversed))
    };
    triangles.chunks_exact(3).filter_map(outline).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::airspace::Footprint;

    /// The parts of a dented polygon cover what it covers, and nothing else.
    #[test]
    fn convex_parts_are_the_polygon() {
        let dented: Vec<Place> =
            [(0.0, 0.0), (100.0, 10.0), (60.0, 40.0), (110.0, 90.0), (50.0, 60.0), (5.0, 100.0), (20.0, 50.0)]
                .map(|(x, y)| Place::new(x, y))
                .to_vec();
        for places in [dented.clone(), dented.iter().rev().copied().collect()] {
            let polygon = Footprint::polygon(places.clone());
            let parts = convex_parts(places);
            assert_eq!(parts.len(), 5);
            for step in 0..10_000_u32 {
                let place = Place::new(f64::from(step % 100) * 1.2 - 5.03, f64::from(step / 100) * 1.2 - 5.07);
                let covered = parts.iter().any(|part| part.contains(&place, 1e-9));
                assert_eq!(covered, polygon.contains(&place), "{place}");
            }
        }
        let square = [(0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (9.0, 0.0)].map(|(x, y)| Place::new(x, y));
        assert_eq!(convex_parts(square.to_vec()).len(), 1);
    }
}
