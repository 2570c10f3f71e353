//! Fixes of files as tracks of the run: brought to the local frame, to heights above mean sea level and to its time.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::tracks::{Fix, FixTime, Refusal, Sink};
use crate::message::{Finding, Severity, Site, Text};
use crate::record::{Disorder, ImportedTrack, Resampling};
use crate::scenario::{Clock, ResolvedScenario};
use crate::units::SimTime;
use crate::world::geo::{LocalProjection, Position};
use crate::world::terrain::{AltitudeError, Terrain};

/// Places farther from the centre than this are those of another scenario, m: the projection is good to 0.5 m at 50 km.
const FARTHEST_M: f64 = 200_000.0;
/// Most samples of all tracks, 12 bytes each.
const MOST_SAMPLES: usize = 20_000_000;

/// Most tracks: a fleet holds no more.
const MOST_TRACKS: usize = 50_000;

/// The tracks that files give one name.
struct Namesakes {
    /// How many there are.
    count: usize,
    /// When each had ended when it was last looked at; `None` for one without a fix.
    by_end: BTreeSet<(Option<SimTime>, usize)>,
}

impl Namesakes {
    fn of(first: usize) -> Self {
        Self { count: 1, by_end: BTreeSet::from([(None, first)]) }
    }
}

/// The tracks gathered so far.
pub struct Gathered<'a> {
    projection: LocalProjection,
    terrain: &'a Terrain,
    clock: &'a Clock,
    how: Resampling,
    /// Where the first fix is to be in time, and how far everything is moved for that.
    at: Option<SimTime>,
    shift: SimTime,
    tracks: Vec<(String, ImportedTrack)>,
    by_name: BTreeMap<String, usize>,
    /// By the first of the name.
    namesakes: BTreeMap<usize, Namesakes>,
    current: usize,
    /// Whether the next fix is the first of a track in its file.
    is_new: bool,
    /// Whether the track is known between its fixes, however far apart they are.
    is_continuous: bool,
    samples: usize,
    outside: usize,
    twice: usize,
    span: Option<(SimTime, SimTime)>,
}

impl<'a> Gathered<'a> {
    /// Nothing yet, for a scenario; `at` is when the first fix is to be.
    pub fn new(scenario: &'a ResolvedScenario, longest_gap: SimTime, at: Option<SimTime>) -> Self {
        let clock = &scenario.clock;
        Self {
            projection: scenario.projection,
            terrain: &scenario.terrain,
            clock,
            how: Resampling { interval: clock.frame_interval, longest_gap, end: clock.duration },
            at,
            shift: SimTime::ZERO,
            tracks: Vec::new(),
            by_name: BTreeMap::new(),
            namesakes: BTreeMap::new(),
            current: 0,
            is_new: false,
            is_continuous: false,
            samples: 0,
            outside: 0,
            twice: 0,
            span: None,
        }
    }

    /// Whether a frame shows anything.
    pub fn has_flights(&self) -> bool {
        self.samples > 0
    }

    /// The first and the last time of all fixes.
    pub fn span(&self) -> (SimTime, SimTime) {
        self.span.unwrap_or_default()
    }

    /// The tracks that a frame shows, in the order in which they began.
    pub fn into_tracks(self) -> Vec<(String, ImportedTrack)> {
        self.tracks.into_iter().filter(|(_, track)| track.flights() > 0).collect()
    }

    fn select(&mut self, name: &str) {
        let next = self.tracks.len();
        self.current = *self.by_name.entry(name.to_owned()).or_insert(next);
        if self.current == next {
            self.tracks.push((name.to_owned(), ImportedTrack::default()));
        }
    }

    /// A second track of a name goes on with the first, unless it overlaps it in time: then it is another drone's, whose
    /// name has a number more. Of those that are free it is the one that has been so longest, found at once.
    fn place_new(&mut self, time: SimTime) {
        let first = self.current;
        let Some(base) = self.tracks.get(first).map(|(name, _)| name.clone()) else { return };
        let mut namesakes = self.namesakes.remove(&first).unwrap_or_else(|| Namesakes::of(first));
        while let Some((until, index)) = namesakes.by_end.pop_first() {
            let last = self.tracks.get(index).and_then(|(_, track)| track.last_time());
            namesakes.by_end.insert((last, index));
            if last != until {
                // It has flown on since.
                continue;
            }
            self.current = index;
            if last.is_none_or(|last| last < time) {
                break;
            }
            // Even the one that ended first has not ended by then.
            namesakes.count += 1;
            self.select(&format!("{base} ({})", namesakes.count));
            let last = self.tracks.get(self.current).and_then(|(_, track)| track.last_time());
            namesakes.by_end.insert((last, self.current));
        }
        self.namesakes.insert(first, namesakes);
    }

    fn time_of(&mut self, time: FixTime) -> SimTime {
        let time = match time {
            FixTime::Instant(at) => self.clock.time_of(at),
            FixTime::OfRun(time) => time,
        };
        if let Some(at) = self.at.take() {
            self.shift = SimTime::from_millis(at.millis().saturating_sub(time.millis()));
        }
        SimTime::from_millis(time.millis().saturating_add(self.shift.millis()))
    }

    fn position_of(&self, fix: &Fix) -> Result<Position, Refusal> {
        let place = self.projection.to_local(fix.place);
        let distance_m = place.coords.norm();
        // What is not a number is not near either.
        if distance_m.is_nan() || distance_m > FARTHEST_M {
            return Err(far(distance_m));
        }
        let amsl_m = self.terrain.amsl_m(&place, fix.altitude).map_err(no_ground)?;
        Ok(Position::new(place.x, place.y, amsl_m))
    }

    /// What is worth knowing about all files together.
    pub fn remarks(&self, scenario: &ResolvedScenario) -> Vec<Finding> {
        let end = self.clock.time_of_day(scenario.clock.duration);
        let start = self.clock.time_of_day(SimTime::ZERO);
        let (outside, twice) = (self.outside, self.twice);
        let single = self.tracks.iter().filter(|(_, track)| track.fixes() < 2).count();
        let unseen = self.tracks.iter().filter(|(_, track)| track.flights() == 0).count();
        let told = [
            (
                outside,
                Text::new(
                    format!("{outside} positions lie outside the time of the run and are left out"),
                    format!("{outside} 个位置在运行时间之外，已略去"),
                ),
                Text::new(
                    format!("times between {start} and {end} of its day"),
                    format!("当日 {start} 至 {end} 之间的时间"),
                ),
                Text::new(
                    "move the tracks with --at, or lengthen the run with --set time.duration_s=…",
                    "用 --at 平移航迹，或用 --set time.duration_s=… 延长运行",
                ),
            ),
            (
                twice,
                Text::new(
                    format!("{twice} positions have the time of the one before and are left out"),
                    format!("{twice} 个位置与前一位置时间相同，已略去"),
                ),
                Text::new("times that grow", "时间递增"),
                Text::new("nothing, if the recorder writes whole seconds", "若记录设备只写整秒则无需处理"),
            ),
            (
                single,
                Text::new(format!("tracks of a single position: {single}"), format!("只有一个位置的航迹：{single} 条")),
                Text::new("two positions or more", "至少两个位置"),
                Text::new("nothing, if that is meant", "若符合本意则无需处理"),
            ),
            (
                unseen,
                Text::new(format!("tracks that no frame shows: {unseen}"), format!("没有帧能显示的航迹：{unseen} 条")),
                Text::new("a flight that lasts longer than the interval of frames", "飞行时间长于帧间隔"),
                Text::new(
                    "record.interval_s sets the interval, --at the time",
                    "用 record.interval_s 设置帧间隔，用 --at 设置时间",
                ),
            ),
        ];
        let found = told.into_iter().filter(|(count, ..)| *count > 0);
        found
            .map(|(_, what, expected, cure)| Finding {
                severity: Severity::Warning,
                site: Site { file: "tracks".to_owned(), ..Site::default() },
                what,
                expected,
                cure,
            })
            .collect()
    }
}

impl Sink for Gathered<'_> {
    fn begin(&mut self, name: &str) {
        self.select(name);
        (self.is_new, self.is_continuous) = (true, false);
    }

    fn resume(&mut self, name: &str) {
        self.select(name);
        (self.is_new, self.is_continuous) = (false, false);
    }

    fn pause(&mut self) {
        self.is_continuous = false;
        if let Some((_, track)) = self.tracks.get_mut(self.current) {
            track.pause();
        }
    }

    fn bridge_gaps(&mut self) {
        self.is_continuous = true;
    }

    fn fix(&mut self, fix: &Fix) -> Result<(), Refusal> {
        let time = self.time_of(fix.time);
        let position = self.position_of(fix)?;
        if std::mem::take(&mut self.is_new) {
            self.place_new(time);
            if let Some((_, track)) = self.tracks.get_mut(self.current) {
                track.pause();
            }
        }
        let (first, last) = self.span.unwrap_or((time, time));
        self.span = Some((first.min(time), last.max(time)));
        self.outside += usize::from(!(SimTime::ZERO..=self.how.end).contains(&time));
        if self.tracks.len() > MOST_TRACKS {
            return Err(too_many_tracks());
        }
        let Some((_, track)) = self.tracks.get_mut(self.current) else { return Ok(()) };
        let longest_gap = if self.is_continuous { SimTime::END } else { self.how.longest_gap };
        match track.fix(time, position, &Resampling { longest_gap, ..self.how }) {
            Ok(samples) => self.samples += samples,
            Err(Disorder::Twice) => self.twice += 1,
            Err(Disorder::Back { previous }) => return Err(back(time, previous)),
        }
        if self.samples > MOST_SAMPLES { Err(too_many()) } else { Ok(()) }
    }
}

fn far(distance_m: f64) -> Refusal {
    let (km, most) = (distance_m / 1000.0, FARTHEST_M / 1000.0);
    Box::new([
        Text::new(format!("the point is {km:.0} km from the scenario"), format!("该点距情景中心 {km:.0} 千米")),
        Text::new(format!("at most {most:.0} km"), format!("不超过 {most:.0} 千米")),
        Text::new(
            "choose the scenario of that place; look for swapped coordinates",
            "请选用该地的情景；并检查经纬度是否颠倒",
        ),
    ])
}

fn no_ground(error: AltitudeError) -> Refusal {
    Box::new([
        Text::new(error.to_string(), format!("高度无法换算：{error}")),
        Text::new("a place on the terrain, or a height above mean sea level", "地形覆盖范围内的位置，或海拔高"),
        Text::new("cut the track to the area, or record it above mean sea level", "请裁剪航迹至该区域，或以海拔高记录"),
    ])
}

fn back(time: SimTime, previous: SimTime) -> Refusal {
    Box::new([
        Text::new(format!("{time} follows {previous}: times go back"), format!("{time} 在 {previous} 之后：时间倒退")),
        Text::new("times that grow along a track", "沿航迹递增的时间"),
        Text::new(
            "sort the points by time, or give tracks of different drones different names",
            "请按时间排序，或为不同无人机的航迹取不同名称",
        ),
    ])
}

fn too_many_tracks() -> Refusal {
    Box::new([
        Text::new(
            format!("more than {MOST_TRACKS} tracks of different names"),
            format!("不同名称的航迹超过 {MOST_TRACKS} 条"),
        ),
        Text::new(format!("at most {MOST_TRACKS}"), format!("不超过 {MOST_TRACKS}")),
        Text::new("import fewer files at once", "请减少一次导入的文件"),
    ])
}

fn too_many() -> Refusal {
    Box::new([
        Text::new(
            format!("the tracks make more than {MOST_SAMPLES} samples"),
            format!("航迹产生的采样超过 {MOST_SAMPLES} 个"),
        ),
        Text::new(format!("at most {MOST_SAMPLES}"), format!("不超过 {MOST_SAMPLES}")),
        Text::new(
            "import fewer files at once, or --set record.interval_s=…",
            "请减少一次导入的文件，或用 --set record.interval_s=… 增大帧间隔",
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Source, resolve};
    use crate::units::{Altitude, Purpose, RandomStream};
    use crate::world::geo::Geographic;

    const FLAT: &str = r#"
        format = 1
        name = "flat"
        title = { en = "Flat", zh = "平地" }
        time = { start = "2026-01-15T07:30:00+02:00", duration_s = 3600 }
        area = { south_deg = -33.92, north_deg = -33.88, west_deg = 18.40, east_deg = 18.46 }
        terrain = { flat_amsl_m = 8 }
    "#;

    /// The names of tracks that files all call `x`, flown from and to these times, s.
    fn named(flown: impl Iterator<Item = [u32; 2]>) -> Vec<String> {
        let scenario = resolve(Source::new("flat.toml", FLAT), &[]).unwrap().scenario;
        let mut gathered = Gathered::new(&scenario, SimTime::END, None);
        for ends in flown {
            gathered.begin("x");
            for end in ends {
                let time = FixTime::OfRun(SimTime::from_seconds(f64::from(end)));
                let fix = Fix { time, place: Geographic::new(-33.9, 18.43), altitude: Altitude::amsl(60.0) };
                gathered.fix(&fix).unwrap();
            }
        }
        gathered.tracks.into_iter().map(|(name, _)| name).collect()
    }

    /// 20 000 tracks at one time are 20 000 drones; looked for one after the other they would take minutes.
    #[test]
    fn equal_names_at_one_time_are_drones_of_their_own() {
        let names = named((0..20_000).map(|_| [1, 9]));
        assert_eq!([&names[0], &names[1], &names[19_999]], ["x", "x (2)", "x (20000)"]);
        assert_eq!(names.len(), 20_000);
    }

    /// As many drones as are in the air at most at a time: fewer cannot fly it, more need not.
    #[test]
    fn namesakes_are_as_few_as_can_be() {
        for round in 0..40 {
            let draw = RandomStream::new(5, Purpose::Traffic, round);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of an hour")]
            let second = |number: u64, most: f64| draw.between(number, 0.0, most) as u32;
            let mut flown: Vec<[u32; 2]> = (0..60)
                .map(|index| {
                    let from = second(2 * index, 3000.0);
                    [from, from + 1 + second(2 * index + 1, 200.0)]
                })
                .collect();
            flown.sort_unstable();
            let at_once = |[at, _]: &[u32; 2]| flown.iter().filter(|[from, to]| from <= at && at <= to).count();
            let most = flown.iter().map(at_once).max().unwrap();
            assert_eq!(named(flown.iter().copied()).len(), most, "{flown:?}");
        }
    }
}
