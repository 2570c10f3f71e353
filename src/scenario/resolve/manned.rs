//! Manned aircraft on their courses, above the ground.

use super::Scene;
use crate::message::Text;
use crate::scenario::check::{goes_nowhere, name_of};
use crate::scenario::model::manned::{self as model, RunwayMovement};
use crate::scenario::model::{Position as ModelPosition, Scenario};
use crate::scenario::report::Reporter;
use crate::traffic::manned::{Course, MannedTraffic, Times, WellClear, arrival, departure};
use crate::units::{Altitude, SimTime};
use crate::world::geo::Position;

/// How far below the ground a course may be, m: the ground is no better known, and a helipad lies on it.
const TOLERANCE_M: f64 = 0.5;

/// The manned aircraft of a scenario whose values have been checked.
pub fn manned(scenario: &Scenario, scene: &Scene, reporter: &mut Reporter<'_>) -> Vec<MannedTraffic> {
    let all = scenario.manned.iter().enumerate();
    all.filter_map(|(index, manned)| {
        let mut builder = Builder { manned, key: format!("manned[{index}]"), scenario, scene, reporter };
        builder.traffic()
    })
    .collect()
}

struct Builder<'a, 'b> {
    manned: &'a model::Manned,
    key: String,
    scenario: &'a Scenario,
    scene: &'a Scene,
    reporter: &'a mut Reporter<'b>,
}

impl Builder<'_, '_> {
    fn traffic(&mut self) -> Option<MannedTraffic> {
        let manned = self.manned;
        let points = if manned.airport.is_some() { self.at_airport() } else { self.along_path() }?;
        let speed_mps = manned.speed_mps.unwrap_or(manned.kind.default_speed_mps());
        let course = Course::new(points, speed_mps);
        if course.is_none() {
            goes_nowhere(&manned.id, &self.key, self.reporter);
        }
        Some(MannedTraffic {
            id: manned.id.clone(),
            name: name_of(manned.name.as_ref(), &manned.id),
            kind: manned.kind,
            course: course?,
            times: manned.per_hour.map_or_else(|| Times::At(schedule(&manned.at_s)), Times::PerHour),
            well_clear: WellClear {
                horizontal_m: manned.well_clear_horizontal_m,
                vertical_m: manned.well_clear_vertical_m,
            },
        })
    }

    /// The course of a movement on a runway; what lies beyond the runway is above the ground.
    fn at_airport(&mut self) -> Option<Vec<Position>> {
        let manned = self.manned;
        let airport = self.scenario.airport.iter().find(|airport| Some(&airport.id) == manned.airport.as_ref())?;
        let mut thresholds = airport.thresholds.map(|position| self.scene.place(position));
        if manned.runway_end? == 2 {
            thresholds.reverse();
        }
        let elevation_amsl_m = airport.elevation_amsl_m;
        let (points, beyond) = match manned.movement? {
            RunwayMovement::Arrival => (arrival(thresholds, elevation_amsl_m).to_vec(), 0),
            RunwayMovement::Departure => {
                (departure(thresholds, elevation_amsl_m, manned.kind.climb_gradient()).to_vec(), 1)
            }
        };
        let what = Text::new(format!("the course of `{}`", manned.id), format!("`{}` 的航迹", manned.id));
        let cure = Text::new(
            "correct the thresholds or the elevation of the airport, or give the course as `path`",
            "请改正机场的跑道入口或标高，或以 `path` 给出航迹",
        );
        self.above_ground(".airport", [&points[beyond], &points[beyond + 1]], &what, cure);
        Some(points)
    }

    fn along_path(&mut self) -> Option<Vec<Position>> {
        let path = self.manned.path.iter().enumerate();
        let points: Vec<Option<Position>> = path.map(|(index, point)| self.position(index, point)).collect();
        let points: Vec<Position> = points.into_iter().collect::<Option<_>>()?;
        for (index, leg) in points.windows(2).enumerate() {
            let (from, to) = (index + 1, index + 2);
            let what =
                Text::new(format!("the leg from point {from} to point {to}"), format!("第 {from} 点至第 {to} 点"));
            let cure = Text::new("raise the points, or add one between them", "请抬高两点，或在其间补点");
            self.above_ground(&format!(".path[{index}]"), [&leg[0], &leg[1]], &what, cure);
        }
        Some(points)
    }

    fn position(&mut self, index: usize, point: &model::CoursePoint) -> Option<Position> {
        let place = self.scene.place(ModelPosition { lat_deg: point.lat_deg, lon_deg: point.lon_deg });
        let altitude = point.altitude_agl_m.map(Altitude::agl).or(point.altitude_amsl_m.map(Altitude::amsl))?;
        let amsl_m = self.scene.terrain.amsl_m(&place, altitude);
        if amsl_m.is_err() {
            self.reporter.fatal(
                &format!("{}.path[{index}]", self.key),
                [
                    Text::new("a height above ground where there is no terrain", "此处无地形，真高无从起算"),
                    Text::new("a height above mean sea level beyond the terrain", "地形之外使用海拔高"),
                    Text::new(
                        "give `altitude_amsl_m` here, or terrain that reaches it",
                        "请改用 `altitude_amsl_m`，或提供覆盖该处的地形",
                    ),
                ],
            );
        }
        Some(Position::new(place.x, place.y, amsl_m.ok()?))
    }

    /// Tells where a leg is under the ground, as far as there is terrain.
    fn above_ground(&mut self, inner: &str, [a, b]: [&Position; 2], what: &Text, cure: Text) {
        let lowest = self.scene.terrain.lowest_over_terrain(a, b);
        if let Some(lowest) = lowest.filter(|lowest| lowest.agl_m < -TOLERANCE_M) {
            let depth_m = -lowest.agl_m;
            self.reporter.fatal(
                &format!("{}{inner}", self.key),
                [
                    Text::new(
                        format!("{what} is {depth_m:.1} m under the ground"),
                        format!("{}低于地面 {depth_m:.1} 米", what.zh),
                    ),
                    Text::new("a course above the ground everywhere", "航迹处处高于地面"),
                    cure,
                ],
            );
        }
    }
}

/// Times in their order.
fn schedule(at_s: &[f64]) -> Vec<SimTime> {
    let mut times: Vec<SimTime> = at_s.iter().map(|&at_s| SimTime::from_seconds(at_s)).collect();
    times.sort_unstable();
    times
}
