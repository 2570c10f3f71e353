//! The weather of a run: its timeline with all fronts, and the field of its wind.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::Scene;
use super::ground::digest_of;
use crate::formats::weather as hours;
use crate::message::{Severity, Text};
use crate::scenario::check::parse_start;
use crate::scenario::model::Scenario;
use crate::scenario::model::weather::{Constant, Front as ModelFront, Generated, Weather as Model};
use crate::scenario::report::Reporter;
use crate::scenario::resolved::InputFile;
use crate::scenario::source::Source;
use crate::world::geo::{Place, Rectangle, solar_offset};
use crate::world::weather::{
    Climate, Conditions, Front, Hills, Origin, Timeline, USUAL_GUST_FACTOR, Weather, WindField, wind_from, year,
};

/// The weather of a scenario; `None` if it has none, or if there are findings why there is none.
pub fn weather(
    scenario: &Scenario,
    scene: &mut Scene,
    source: &Source,
    reporter: &mut Reporter<'_>,
) -> Option<Weather> {
    let model = scenario.weather.as_ref()?;
    let (start, utc_offset_s) = parse_start(&scenario.time.start).ok()?;
    let offset = Offset::from_seconds(utc_offset_s).ok()?;
    let begins = offset.to_timestamp(start).ok()?;
    let ends = begins.checked_add(seconds(scenario.time.duration_s)).ok()?;
    // A climate goes by the sun of the place, however the start is written.
    let run = Run { begins, ends, offset: solar_offset(scene.projection.centre()) };
    let (timeline, origin) = run.source(model, scene, source, reporter)?;
    let fronts = model.front.iter().map(|front| run.front(front));
    let timeline = fronts.fold(timeline, |timeline, front| timeline.with(&front));
    let area = Rectangle::around(scene.outline.iter().copied())?;
    let hills = model.hills.then(|| Hills::over(&scene.terrain, &area));
    let field = WindField::new(&model.profile.into(), hills);
    // Where a city measures its weather is near its hub.
    let station = scenario.hub.first().map_or_else(Place::origin, |hub| scene.place(hub.position));
    let station_amsl_m = scene.terrain.extended_ground_amsl_m(&station);
    Some(Weather { timeline, field, turbulence: model.turbulence, station_amsl_m, origin })
}

fn seconds(seconds: f64) -> SignedDuration {
    SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX)
}

/// When a run takes place.
struct Run {
    begins: Timestamp,
    ends: Timestamp,
    /// What the days of a climate are counted in.
    offset: Offset,
}

impl Run {
    fn source(
        &self,
        model: &Model,
        scene: &mut Scene,
        source: &Source,
        reporter: &mut Reporter<'_>,
    ) -> Option<(Timeline, Origin)> {
        if let Some(file) = &model.file {
            return Some((self.read(file, scene, source, reporter)?, Origin::File));
        }
        if let Some(constant) = &model.constant {
            return Some((Timeline::constant(conditions(constant)), Origin::Constant));
        }
        let generated = model.generated?;
        let (climate, seed) = (climate(&generated), u64::from(generated.seed));
        Some((self.drawn(&climate, seed)?, Origin::Generated { climate: Box::new(climate), seed }))
    }

    /// The hours of a file, which must reach into the run.
    fn read(&self, file: &str, scene: &mut Scene, source: &Source, reporter: &mut Reporter<'_>) -> Option<Timeline> {
        let path = source.folder().join(file);
        match digest_of(&path) {
            Ok(blake3) => scene.inputs.push(InputFile { path: file.to_owned(), blake3 }),
            Err(error) => {
                let what = Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`：{error}"));
                let expected = Text::new("a CSV file of hours that can be read", "可读取的逐时 CSV 文件");
                let cure =
                    Text::new("correct the path; it is relative to the scenario", "请改正路径（相对于情景文件）");
                reporter.fatal("weather.file", [what, expected, cure]);
                return None;
            }
        }
        match hours::read(&path) {
            Err(findings) => {
                reporter.include(findings);
                None
            }
            Ok(file) => {
                reporter.include(file.warnings);
                self.check_span(&file.timeline, reporter);
                Some(file.timeline)
            }
        }
    }

    /// Beyond its ends weather is constant: for a part of the run that is told, for all of it it is a slip.
    fn check_span(&self, timeline: &Timeline, reporter: &mut Reporter<'_>) {
        let [first, last] = timeline.span();
        let (begins, ends) = (self.begins, self.ends);
        if first <= begins && ends <= last {
            return;
        }
        let severity = if last < begins || ends < first { Severity::Fatal } else { Severity::Warning };
        reporter.add(
            severity,
            "weather.file",
            [
                Text::new(
                    format!("the file reaches from {first} to {last}, the run from {begins} to {ends}"),
                    format!("文件覆盖 {first} 至 {last}，而运行为 {begins} 至 {ends}"),
                ),
                Text::new("hours that cover the run", "覆盖整个运行时段的逐时数据"),
                Text::new(
                    "add hours or change `time.start`; beyond its ends the weather stays what it is there",
                    "请补充数据或修改 `time.start`；超出部分按端点值不变",
                ),
            ],
        );
    }

    /// The hours of the years of the run that it needs.
    fn drawn(&self, climate: &Climate, seed: u64) -> Option<Timeline> {
        let of = |at| self.offset.to_datetime(at).year();
        let hour = SignedDuration::from_hours(1);
        let (first, last) = (self.begins.checked_sub(hour).ok()?, self.ends.checked_add(hour).ok()?);
        let years = of(first)..=of(last);
        let hours = years.flat_map(|number| year(climate, number, self.offset, seed));
        Timeline::new(hours.filter(|(at, _)| (first..=last).contains(at)).collect())
    }

    fn front(&self, model: &ModelFront) -> Front {
        let wind = model.wind_mps.zip(model.direction_deg);
        Front {
            begins: self.begins.checked_add(seconds(model.at_s)).unwrap_or(Timestamp::MAX),
            lasts: seconds(model.lasts_s),
            over: seconds(model.over_s),
            wind_mps: wind.map(|(wind_mps, direction_deg)| wind_from(direction_deg, wind_mps)),
            gust_mps: model.gust_mps,
            visibility_m: model.visibility_m,
            precipitation_mmph: model.precipitation_mmph,
            temperature_c: model.temperature_c,
        }
    }
}

fn conditions(constant: &Constant) -> Conditions {
    Conditions {
        wind_mps: wind_from(constant.direction_deg, constant.wind_mps),
        gust_mps: constant.gust_mps.unwrap_or(constant.wind_mps * USUAL_GUST_FACTOR),
        visibility_m: constant.visibility_m,
        precipitation_mmph: constant.precipitation_mmph,
        temperature_c: constant.temperature_c,
    }
}

fn climate(generated: &Generated) -> Climate {
    let usual = Climate::CHAOYANG;
    Climate {
        mean_wind_mps: generated.mean_wind_mps.unwrap_or(usual.mean_wind_mps),
        temperature_c: generated.temperature_c.unwrap_or(usual.temperature_c),
        precipitation_mm: generated.precipitation_mm.unwrap_or(usual.precipitation_mm),
        ..usual
    }
}
