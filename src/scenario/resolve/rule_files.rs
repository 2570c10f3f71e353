//! Zones and obstacles from files of others, as far as they reach the area.

use std::path::PathBuf;

use super::Scene;
use super::ground::digest_of;
use crate::formats::obstacles::{self, ObstacleRecord, Top};
use crate::formats::zones::{self, Reading};
use crate::message::{Findings, Severity, Text};
use crate::scenario::model::rules::RuleFile;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::InputFile;
use crate::scenario::source::Source;
use crate::units::{Altitude, Datum};
use crate::world::airspace::{Body, Geozone, Obstacle, Shape};
use crate::world::geo::{Place, Position, Rectangle};

/// How far beyond the area zones and obstacles are kept, m: they are drawn there, and nobody flies into them.
const REACH_M: f64 = 5000.0;

/// Reads the files that a scenario names.
pub struct RuleFiles<'a, 'b> {
    /// What the zones and obstacles are placed on.
    pub scene: &'a Scene,
    /// The scenario file, which paths are relative to.
    pub source: &'a Source,
    /// Where faults are told.
    pub reporter: &'a mut Reporter<'b>,
    /// Every file that was read.
    pub inputs: Vec<InputFile>,
}

impl RuleFiles<'_, '_> {
    /// The zones of all files.
    pub fn zones(&mut self, files: &[RuleFile]) -> Vec<Geozone> {
        files
            .iter()
            .enumerate()
            .flat_map(|(index, file)| self.zones_of(&format!("zones[{index}].file"), file))
            .collect()
    }

    /// The zones of one file that reach the area; none, and a finding for each fault, if it has any.
    fn zones_of(&mut self, key: &str, file: &RuleFile) -> Vec<Geozone> {
        let kept = self.kept();
        let mut found = Vec::new();
        let read = self.read_zones(key, file, &mut |zone| {
            if zone.volumes.iter().any(|volume| volume.footprint.extent().touches(&kept)) {
                found.push(zone);
            }
        });
        read.map(|()| found).unwrap_or_default()
    }

    /// The first zone of a file, wherever it is.
    pub fn first_zone_of(&mut self, key: &str, file: &RuleFile) -> Option<Geozone> {
        let mut first = None;
        self.read_zones(key, file, &mut |zone| {
            first.get_or_insert(zone);
        })?;
        first
    }

    fn read_zones(&mut self, key: &str, file: &RuleFile, each: &mut dyn FnMut(Geozone)) -> Option<()> {
        let path = self.opened(key, &file.file)?;
        let projection = self.scene.projection;
        let read = zones::read(&path, self.reading(file), &mut |_, record| each(record.placed(&projection)));
        self.told(read.map(|file| file.warnings))
    }

    /// The obstacles of all files that stand near the area, with the clearance of the scenario where they have none.
    pub fn obstacles(&mut self, files: &[RuleFile], clearance_m: f64) -> Vec<Obstacle> {
        let all = files.iter().enumerate();
        all.filter_map(|(index, file)| self.obstacles_of(&format!("obstacles[{index}].file"), file, clearance_m))
            .flatten()
            .collect()
    }

    fn obstacles_of(&mut self, key: &str, file: &RuleFile, clearance_m: f64) -> Option<Vec<Obstacle>> {
        let path = self.opened(key, &file.file)?;
        let kept = self.kept();
        let mut found = Vec::new();
        let read = obstacles::read(&path, self.reading(file), &mut |record| {
            let obstacle = placed(&record, self.scene, clearance_m);
            found.extend(obstacle.filter(|obstacle| obstacle.extent().touches(&kept)));
        });
        self.told(read)?;
        for obstacle in found.iter().filter(|obstacle| obstacle.height_m(&self.scene.terrain) <= 0.0) {
            self.under_ground(key, obstacle);
        }
        Some(found)
    }

    fn under_ground(&mut self, key: &str, obstacle: &Obstacle) {
        let (id, under_m) = (&obstacle.id, -obstacle.height_m(&self.scene.terrain));
        self.reporter.add(
            Severity::Warning,
            key,
            [
                Text::new(
                    format!("obstacle `{id}` ends {under_m:.0} m under the ground here"),
                    format!("障碍物 `{id}` 的顶部位于此处地面以下 {under_m:.0} 米"),
                ),
                Text::new("a top above the ground", "高于地面的顶部高度"),
                Text::new("check its height and what it is measured from", "请检查其高度与高度基准"),
            ],
        );
    }

    fn kept(&self) -> Rectangle {
        let origin = Rectangle { low: Place::origin(), high: Place::origin() };
        Rectangle::around(self.scene.outline.iter().copied()).unwrap_or(origin).grown(REACH_M)
    }

    fn reading(&self, file: &RuleFile) -> Reading {
        Reading { coordinates: file.coordinates, near: Some(self.scene.projection.centre()) }
    }

    /// The path of a file that can be read; it becomes an input.
    fn opened(&mut self, key: &str, file: &str) -> Option<PathBuf> {
        let path = self.source.folder().join(file);
        match digest_of(&path) {
            Ok(blake3) => {
                self.inputs.push(InputFile { path: file.to_owned(), blake3 });
                Some(path)
            }
            Err(error) => {
                self.reporter.fatal(
                    key,
                    [
                        Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`：{error}")),
                        Text::new("a file that can be read", "可读取的文件"),
                        Text::new("correct the path; it is relative to the scenario", "请改正路径（相对于情景文件）"),
                    ],
                );
                None
            }
        }
    }

    fn told(&mut self, read: Result<Findings, Findings>) -> Option<()> {
        let is_read = read.is_ok();
        let (Ok(findings) | Err(findings)) = read;
        self.reporter.include(findings);
        is_read.then_some(())
    }
}

/// An obstacle on the ground of the scene, beyond the terrain on that of its edge; `None` without a geoid to convert an
/// ellipsoidal height, which every scene has.
fn placed(record: &ObstacleRecord, scene: &Scene, clearance_m: f64) -> Option<Obstacle> {
    let body = match &record.shape {
        // A line hangs straight from point to point.
        Shape::Corridor { line, half_width_m } => {
            let heights = line.iter().enumerate().map(|(index, &place)| {
                let place = scene.projection.to_local(place);
                let amsl_m = scene.terrain.extended_amsl_m(&place, top_at(&record.top, index)).ok()?;
                Some(Position::new(place.x, place.y, amsl_m))
            });
            Body::Span { line: heights.collect::<Option<_>>()?, half_width_m: *half_width_m }
        }
        shape => {
            let footprint = shape.placed(&scene.projection);
            let middle = scene.projection.to_local(shape.middle());
            let ground_amsl_m = scene.terrain.extended_ground_amsl_m(&middle);
            let (lowest_m, highest_m) =
                scene.terrain.ground_range_m(&footprint.extent()).unwrap_or((ground_amsl_m, ground_amsl_m));
            // A level top over sloping ground is as high as stated where the ground is highest.
            let top_amsl_m = match top_at(&record.top, 0) {
                Altitude { metres, datum: Datum::Agl } => highest_m + metres,
                top => scene.terrain.extended_amsl_m(&middle, top).ok()?,
            };
            Body::Block { footprint, base_amsl_m: lowest_m, top_amsl_m }
        }
    };
    Some(Obstacle {
        id: record.id.clone(),
        name: record.name.clone(),
        kind: record.kind,
        body,
        clearance_m: record.clearance_m.unwrap_or(clearance_m),
    })
}

fn top_at(top: &Top, index: usize) -> Altitude {
    match top {
        Top::OverGround(metres) => Altitude::agl(*metres),
        Top::Amsl(metres) => Altitude::amsl(*metres),
        Top::AlongLine(heights) => heights.get(index).copied().unwrap_or(Altitude { metres: 0.0, datum: Datum::Agl }),
    }
}
