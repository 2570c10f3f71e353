//! Fixes of tracks: what is common to all formats that are read, and the check of every fix.

use jiff::Timestamp;

use super::xml::Broken;
use crate::formats::features::{Faults, system_name, texts};
use crate::formats::gpx::datum_of_ele;
use crate::message::Text;
use crate::units::{Altitude, Datum, SimTime};
use crate::world::geo::{CoordinateSystem, Geographic, SHIFT_ACCURACY_M};

/// Most fixes of a file: what is beyond is refused before it takes hours.
const MOST_FIXES: usize = 50_000_000;
/// Errors after which the rest of a file is not read.
const MOST_ERRORS: usize = 20;
/// Heights that there can be, m.
const HEIGHTS_M: std::ops::RangeInclusive<f64> = -1000.0..=20_000.0;

/// How files are to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// What heights are measured from where the file does not say so.
    pub datum: Option<Datum>,
    /// What the coordinates are in.
    pub coordinates: CoordinateSystem,
}

/// When a fix was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixTime {
    /// At a civil instant.
    Instant(Timestamp),
    /// So long after the start of the run.
    OfRun(SimTime),
}

/// Where something was at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// When.
    pub time: FixTime,
    /// Where, WGS84.
    pub place: Geographic,
    /// How high.
    pub altitude: Altitude,
}

/// What is wrong with a fix, what was expected and what to do.
pub type Refusal = Box<[Text; 3]>;

/// Takes in the fixes of files as they are read.
pub trait Sink {
    /// A track of this name begins; what follows belongs to it.
    fn begin(&mut self, name: &str);
    /// What follows goes on with the track of this name, or begins it.
    fn resume(&mut self, name: &str);
    /// The track is interrupted: nothing is known between the fix before and the next one.
    fn pause(&mut self);
    /// What follows is known between its fixes too, however far apart they are.
    fn bridge_gaps(&mut self);
    /// The next fix.
    ///
    /// # Errors
    /// What is wrong with it, what was expected and what to do.
    fn fix(&mut self, fix: &Fix) -> Result<(), Refusal>;
}

/// A file that cannot be read.
pub(super) fn unread(error: &std::io::Error) -> Broken {
    let what = (format!("cannot be read: {error}"), format!("无法读取：{error}"));
    let cure = ("check the path and the file", "请检查路径与文件");
    Broken::at(0, texts(what, ("a file that can be read", "可读取的文件"), cure))
}

/// A fix as far as a file gives it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Draft {
    pub lat_deg: Option<f64>,
    pub lon_deg: Option<f64>,
    pub metres: Option<f64>,
    pub time: Option<Timestamp>,
    pub of_run: Option<SimTime>,
}

/// Checks fixes and hands them on.
pub(super) struct Fixes<'a> {
    sink: &'a mut dyn Sink,
    pub faults: &'a mut Faults,
    reading: Reading,
    /// What the file says that its heights are measured from.
    pub declared: Option<Datum>,
    stem: String,
    unnamed: usize,
    count: usize,
    is_hopeless: bool,
    /// Lines or points that have no times, and so are no tracks.
    pub lines: usize,
}

impl<'a> Fixes<'a> {
    /// None yet; tracks without a name are called `stem`.
    pub const fn new(sink: &'a mut dyn Sink, faults: &'a mut Faults, reading: Reading, stem: String) -> Self {
        Self { sink, faults, reading, declared: None, stem, unnamed: 0, count: 0, is_hopeless: false, lines: 0 }
    }

    /// A track begins; one without a name has that of the file and a number.
    pub fn begin(&mut self, name: Option<&str>) {
        if let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) {
            return self.sink.begin(&clipped(name));
        }
        self.unnamed += 1;
        self.sink.begin(&format!("{}-{}", clipped(&self.stem), self.unnamed));
    }

    /// The next fixes are those of a track; without a name it has that of the file.
    pub fn resume(&mut self, name: Option<&str>) {
        let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&self.stem);
        self.sink.resume(&clipped(name));
    }

    /// The track is interrupted.
    pub fn pause(&mut self) {
        self.sink.pause();
    }

    /// The track is known between its fixes too.
    pub fn bridge_gaps(&mut self) {
        self.sink.bridge_gaps();
    }

    /// Heights are `ele` of GPX: measured from what the file, the user or GPX says.
    pub fn declare_ele(&mut self) {
        if self.declared.is_none() {
            self.declared = Some(datum_of_ele(None, self.reading.datum, self.faults));
        }
    }

    /// Whether there is no use in reading on.
    pub fn is_over(&self) -> bool {
        self.is_hopeless || self.faults.errors() >= MOST_ERRORS || self.count > MOST_FIXES
    }

    /// Takes a fix, or tells what is wrong with it.
    pub fn take(&mut self, line: usize, draft: &Draft) {
        if self.is_over() {
            return;
        }
        self.count += 1;
        if self.count > MOST_FIXES {
            return self.faults.error_at(line, "", too_many());
        }
        let taken = self.checked(draft).and_then(|fix| self.sink.fix(&fix));
        if let Err(texts) = taken {
            self.faults.error_at(line, "", *texts);
        }
    }

    fn checked(&mut self, draft: &Draft) -> Result<Fix, Refusal> {
        let (lat_deg, lon_deg) = draft.lat_deg.zip(draft.lon_deg).ok_or_else(no_place)?;
        let is_place = lat_deg.abs() <= 90.0 && lon_deg.abs() <= 180.0;
        is_place.then_some(()).ok_or_else(|| out_of_range(lat_deg, lon_deg))?;
        let time = draft.time.map(FixTime::Instant).or(draft.of_run.map(FixTime::OfRun)).ok_or_else(no_time)?;
        let metres = draft.metres.ok_or_else(no_height)?;
        HEIGHTS_M.contains(&metres).then_some(()).ok_or_else(|| wrong_height(metres))?;
        let Some(datum) = self.declared.or(self.reading.datum) else {
            // It is so for every point: told once.
            self.is_hopeless = true;
            return Err(no_datum());
        };
        let place = self.reading.coordinates.to_wgs84(Geographic::new(lat_deg, lon_deg));
        Ok(Fix { time, place, altitude: Altitude { metres, datum } })
    }

    /// Tells of a file in which there is no track, and of coordinates that were shifted.
    pub fn finish(&mut self) {
        if self.count == 0 && self.faults.errors() == 0 {
            self.faults.error("", no_track(self.lines));
        }
        let system = self.reading.coordinates;
        if system != CoordinateSystem::Wgs84 {
            self.faults.warning("", shifted(system));
        }
    }
}

/// A name may be as long as a file: what is beyond any use is cut.
fn clipped(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

fn no_place() -> Refusal {
    Box::new(texts(
        ("a point without latitude and longitude", "点缺少纬度或经度"),
        ("two numbers, degrees", "两个数，单位为度"),
        ("complete the point, or take it out", "请补全或删去该点"),
    ))
}

fn out_of_range(lat_deg: f64, lon_deg: f64) -> Refusal {
    Box::new(texts(
        (
            format!("there is no latitude {lat_deg} and longitude {lon_deg}"),
            format!("不存在纬度 {lat_deg}、经度 {lon_deg}"),
        ),
        ("latitude from -90 to 90, longitude from -180 to 180, degrees", "纬度 -90 至 90，经度 -180 至 180，单位为度"),
        ("correct the point; swapped or scaled numbers look like this", "请改正该点；经纬度颠倒或倍率有误时常如此"),
    ))
}

fn no_time() -> Refusal {
    Box::new(texts(
        ("a point without a time that can be understood", "点缺少可识别的时间"),
        (
            "date and time with the UTC offset, such as 2026-05-01T09:00:00+08:00",
            "带 UTC 偏移的日期时间，如 2026-05-01T09:00:00+08:00",
        ),
        ("record the track with times; a line without times is a route", "请使用带时间的航迹；无时间的线是航线"),
    ))
}

fn no_height() -> Refusal {
    Box::new(texts(
        ("a point without a height", "点缺少高度"),
        ("a number, metres", "一个数，单位为米"),
        ("record the track with heights: they are not guessed", "请使用带高度的航迹：高度不作推测"),
    ))
}

fn wrong_height(metres: f64) -> Refusal {
    let (low, high) = (HEIGHTS_M.start(), HEIGHTS_M.end());
    Box::new(texts(
        (format!("{metres} m is no height"), format!("{metres} 米不是有效高度")),
        (format!("a height from {low} to {high} m"), format!("{low} 至 {high} 米的高度")),
        ("correct the point, or its unit", "请改正该点或其单位"),
    ))
}

fn no_datum() -> Refusal {
    Box::new(texts(
        ("the file does not say what its heights are measured from", "文件未说明高度基准"),
        ("heights above mean sea level, above the ground or over the ellipsoid", "海拔高、真高或椭球高"),
        (
            "say it with --datum amsl, --datum agl or --datum ellipsoid: it is not guessed",
            "请用 --datum amsl、--datum agl 或 --datum ellipsoid 指明：不作推测",
        ),
    ))
}

fn no_track(lines: usize) -> [Text; 3] {
    let what = if lines == 0 {
        ("there is no track in the file".to_owned(), "文件中没有航迹".to_owned())
    } else {
        (
            format!("there is no track in the file: {lines} lines or points have no times"),
            format!("文件中没有航迹：{lines} 条线或点没有时间"),
        )
    };
    texts(
        what,
        ("positions with times", "带时间的位置"),
        (
            "export the track from the recorder with its times; routes are for `import route`",
            "请从记录设备导出带时间的航迹；航线请用 `import route`",
        ),
    )
}

fn too_many() -> [Text; 3] {
    texts(
        (format!("more than {MOST_FIXES} points"), format!("超过 {MOST_FIXES} 个点")),
        (format!("at most {MOST_FIXES}"), format!("不超过 {MOST_FIXES}")),
        ("split the file", "请拆分文件"),
    )
}

fn shifted(system: CoordinateSystem) -> [Text; 3] {
    let name = system_name(system);
    texts(
        (
            format!("places are in {name} and were brought to WGS84, to within {SHIFT_ACCURACY_M} m"),
            format!("坐标为 {name}，已转换为 WGS84，误差约 {SHIFT_ACCURACY_M} 米"),
        ),
        ("WGS84 or CGCS2000", "WGS84 或 CGCS2000"),
        ("export the track in WGS84 if metres matter", "若需米级精度，请导出 WGS84 坐标的航迹"),
    )
}
