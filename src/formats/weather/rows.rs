//! The rows of a file of hours, and what is repaired in them.

use csv::StringRecord;
use jiff::{SignedDuration, Timestamp};

use super::columns::{Column, Columns, Kind};
use crate::formats::features::{Faults, texts};
use crate::message::Text;
use crate::world::weather::{Conditions, Timeline, USUAL_GUST_FACTOR, wind_from};

/// The longest hole that is filled.
const LONGEST_HOLE: SignedDuration = SignedDuration::from_hours(3);

/// What was repaired: how often, and in which line first.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    count: usize,
    first_line: usize,
}

impl Tally {
    fn add(&mut self, line: usize) {
        if self.count == 0 {
            self.first_line = line;
        }
        self.count += 1;
    }

    fn tell(self, key: &str, texts: [Text; 3], faults: &mut Faults) {
        if self.count > 0 {
            faults.warning_at(self.first_line, key, texts);
        }
    }
}

/// The rows read so far.
#[derive(Debug, Default)]
pub struct Rows {
    hours: Vec<Hour>,
    left_out: Tally,
    raised: Tally,
}

#[derive(Clone, Copy, Debug)]
struct Hour {
    line: usize,
    at: Timestamp,
    conditions: Conditions,
}

/// A line number as an index.
pub fn whole(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

impl Rows {
    /// Adds a row, or tells what is wrong with it.
    pub fn add(&mut self, columns: &Columns, record: &StringRecord, faults: &mut Faults) {
        let line = record.position().map_or(0, |position| whole(position.line()));
        let row = Row { columns, record, line };
        if record.len() != columns.count {
            let (found, count) = (record.len(), columns.count);
            let what = (format!("a row of {found} fields"), format!("该行有 {found} 个字段"));
            let expected = (format!("{count} fields, as in the first line"), format!("{count} 个字段，与首行一致"));
            faults.error_at(line, "", texts(what, expected, ("complete the row, or take it out", "请补全或删去该行")));
        } else if row.has_hole() {
            self.left_out.add(line);
        } else if let Some((at, conditions)) = row.time(faults).zip(row.conditions(&mut self.raised, faults)) {
            self.hours.push(Hour { line, at, conditions });
        }
    }

    /// The rows in order, with what was repaired told; `None`, and findings, if they are no course of weather.
    pub fn timeline(mut self, faults: &mut Faults) -> Option<Timeline> {
        let disorder = self.sort();
        self.check_repeats(faults);
        let filled = self.check_holes(faults);
        let [empty, raised, late] = [self.left_out, self.raised, disorder].map(|tally| tally.count);
        let row = ("a row for each hour", "每小时一行");
        let check = ("nothing, if that is meant; otherwise mend the file", "若符合本意则无需处理，否则请改正文件");
        let what =
            (format!("rows with an empty field are left out: {empty}"), format!("含空字段的行已略去：{empty} 行"));
        self.left_out.tell("", texts(what, ("a value in every field", "每个字段均有值"), check), faults);
        let what = (
            format!("gusts below the mean wind are raised to it: {raised}"),
            format!("阵风小于平均风速，已取平均风速：{raised} 行"),
        );
        self.raised.tell("gust", texts(what, ("no gust below its mean wind", "阵风不小于平均风速"), check), faults);
        let what = (format!("rows out of order are sorted: {late}"), format!("次序颠倒的行已排序：{late} 行"));
        disorder.tell("time", texts(what, ("times that grow", "时间递增"), check), faults);
        let holes = filled.count;
        let what = (
            format!("holes of up to 3 h are filled linearly: {holes}"),
            format!("不超过 3 小时的缺口已线性插补：{holes} 处"),
        );
        filled.tell("time", texts(what, row, check), faults);
        let timeline = Timeline::new(self.hours.iter().map(|hour| (hour.at, hour.conditions)).collect());
        if timeline.is_none() {
            let cure = ("add hours below the line of names", "请在列名行之下添加数据");
            faults.error_at(1, "", texts(("there are no hours", "没有数据行"), row, cure));
        }
        timeline
    }

    /// Sorts the hours and gives those that were out of order.
    fn sort(&mut self) -> Tally {
        let mut disorder = Tally::default();
        self.hours.windows(2).filter(|pair| pair[1].at < pair[0].at).for_each(|pair| disorder.add(pair[1].line));
        self.hours.sort_by_key(|hour| (hour.at, hour.line));
        disorder
    }

    fn check_repeats(&self, faults: &mut Faults) {
        for pair in self.hours.windows(2).filter(|pair| pair[0].at == pair[1].at) {
            let (at, first) = (pair[1].at, pair[0].line);
            let what = (format!("{at} stands in line {first} already"), format!("{at} 已见于第 {first} 行"));
            let cure = ("keep the row that is right", "请保留正确的一行");
            faults.error_at(pair[1].line, "time", texts(what, ("each time once", "每个时刻一次"), cure));
        }
    }

    /// Tells of holes that are too long, and gives those that are filled.
    fn check_holes(&self, faults: &mut Faults) -> Tally {
        let steps = self.hours.windows(2).map(|pair| pair[1].at.duration_since(pair[0].at));
        let mut sorted: Vec<SignedDuration> = steps.collect();
        sorted.sort();
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        let mut filled = Tally::default();
        for pair in self.hours.windows(2) {
            let step = pair[1].at.duration_since(pair[0].at);
            if step > LONGEST_HOLE {
                let (from, to, hours) = (pair[0].at, pair[1].at, step.as_secs_f64() / 3600.0);
                let what = (
                    format!("nothing is known between {from} and {to}, {hours:.1} h"),
                    format!("{from} 至 {to} 之间无数据，共 {hours:.1} 小时"),
                );
                let expected = ("a row for each hour, holes of at most 3 h", "每小时一行，缺口不超过 3 小时");
                let cure = ("add the rows that are missing, or cut the file there", "请补上缺失的行，或在此处截断文件");
                faults.error_at(pair[1].line, "time", texts(what, expected, cure));
            } else if 2 * step > 3 * usual {
                filled.add(pair[1].line);
            }
        }
        filled
    }
}

/// A row and what its fields mean.
struct Row<'a> {
    columns: &'a Columns,
    record: &'a StringRecord,
    line: usize,
}

impl Row<'_> {
    fn field(&self, kind: Kind) -> Option<(Column, &str)> {
        let column = self.columns.get(kind)?;
        Some((column, self.record.get(column.index)?))
    }

    /// Whether a field is empty that must not be; a calm has no direction.
    fn has_hole(&self) -> bool {
        let is_empty = |kind| self.field(kind).is_some_and(|(_, text)| text.is_empty());
        let is_calm = self.field(Kind::Wind).is_some_and(|(_, text)| text.parse() == Ok(0.0));
        let all = [Kind::Time, Kind::Wind, Kind::Gust, Kind::Visibility, Kind::Precipitation, Kind::Temperature];
        all.into_iter().any(is_empty) || (is_empty(Kind::Direction) && !is_calm)
    }

    fn time(&self, faults: &mut Faults) -> Option<Timestamp> {
        let (_, text) = self.field(Kind::Time)?;
        text.parse::<Timestamp>().map_err(|error| self.tell_no_time(text, &error, faults)).ok()
    }

    fn tell_no_time(&self, text: &str, error: &jiff::Error, faults: &mut Faults) {
        let what = (format!("`{text}` is no instant: {error}"), format!("`{text}` 不是有效时刻：{error}"));
        let expected = ("date, time and UTC offset", "日期、时间与 UTC 偏移");
        let cure = ("write it like 2026-05-01T09:00:00+08:00", "写法如 2026-05-01T09:00:00+08:00");
        faults.error_at(self.line, "time", texts(what, expected, cure));
    }

    fn conditions(&self, raised: &mut Tally, faults: &mut Faults) -> Option<Conditions> {
        let usual = Conditions::STILL;
        let wind_mps = self.value(Kind::Wind, Some(0.0), faults);
        let direction_deg = self.value(Kind::Direction, Some(0.0), faults);
        let gust_mps = self.value(Kind::Gust, wind_mps.map(|wind| wind * USUAL_GUST_FACTOR), faults);
        let visibility_m = self.value(Kind::Visibility, Some(usual.visibility_m), faults);
        let precipitation_mmph = self.value(Kind::Precipitation, Some(usual.precipitation_mmph), faults);
        let temperature_c = self.value(Kind::Temperature, Some(usual.temperature_c), faults);
        let (wind_mps, gust_mps) = wind_mps.zip(gust_mps)?;
        if gust_mps < wind_mps {
            raised.add(self.line);
        }
        Some(Conditions {
            wind_mps: wind_from(direction_deg?, wind_mps),
            gust_mps: gust_mps.max(wind_mps),
            visibility_m: visibility_m?,
            precipitation_mmph: precipitation_mmph?,
            temperature_c: temperature_c?,
        })
    }

    /// The value of a kind in the unit of ours, `usual` where its column or field is missing; `None`, and a finding, if it
    /// cannot be.
    fn value(&self, kind: Kind, usual: Option<f64>, faults: &mut Faults) -> Option<f64> {
        let Some((column, text)) = self.field(kind).filter(|(_, text)| !text.is_empty()) else { return usual };
        let [low, high] = kind.range();
        let value = text.parse::<f64>().ok().map(|value| value * column.scale);
        let found = value.filter(|value| (low..=high).contains(value));
        if found.is_none() {
            let [low, high] = [low, high].map(|limit| (limit / column.scale * 10.0).round() / 10.0);
            let (what, cure) = if value.is_some() {
                (
                    (format!("{text} cannot be"), format!("数值 {text} 不可能")),
                    ("correct the value, or its unit", "请改正数值或单位"),
                )
            } else {
                let cure = ("write a number, or leave the field empty if it is not known", "请填写数字；未知则留空");
                ((format!("`{text}` is no number"), format!("`{text}` 不是数字")), cure)
            };
            let expected = (format!("a number from {low} to {high}"), format!("{low} 至 {high} 之间的数"));
            faults.error_at(self.line, column.name, texts(what, expected, cure));
        }
        found
    }
}
