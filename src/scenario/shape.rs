//! From the shapes, times and heights of a scenario file to those of the airspace.

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::Offset;

use super::model::rules::{Day, Limits, Shape as ModelShape, When};
use super::model::{Position, Scenario};
use super::report::one_of;
use crate::message::Text;
use crate::units::Altitude;
use crate::world::airspace::{Crossing, DailyPeriod, DayMoment, Schedule, Shape, Window, crossing, is_flat};
use crate::world::geo::{Geographic, SunEvent};

/// A fault of a value: the key inside the value, then what is wrong, what was expected, what to do.
pub type Fault = Box<(String, [Text; 3])>;

fn fault(key: &str, what: Text, expected: Text, cure: Text) -> Fault {
    Box::new((key.to_owned(), [what, expected, cure]))
}

fn geographic(position: &Position) -> Geographic {
    Geographic::new(position.lat_deg, position.lon_deg)
}

/// The shape of a part of the ground.
pub fn shape_of(shape: &ModelShape, scenario: &Scenario) -> Result<Shape, Fault> {
    is_given_once(shape)?;
    if let Some(circle) = shape.circle {
        let centre = Geographic::new(circle.lat_deg, circle.lon_deg);
        return Ok(Shape::Circle { centre, radius_m: circle.radius_m });
    }
    if !shape.polygon.is_empty() {
        return polygon(&shape.polygon);
    }
    let line = match &shape.route {
        Some(id) => along_route(id, scenario)?,
        None => shape.line.iter().map(geographic).collect(),
    };
    let half_width_m = shape.width_m.map(|width_m| width_m / 2.0).ok_or_else(|| {
        fault(
            ".width_m",
            Text::new("the width is missing", "缺少宽度"),
            Text::new("a width in metres", "以米为单位的宽度"),
            Text::new("add `width_m = 100`", "请添加 `width_m = 100`"),
        )
    })?;
    Ok(Shape::Corridor { line, half_width_m })
}

fn is_given_once(shape: &ModelShape) -> Result<(), Fault> {
    let all = [
        ("`circle`", shape.circle.is_some()),
        ("`polygon`", !shape.polygon.is_empty()),
        ("`line`", !shape.line.is_empty()),
        ("`route`", shape.route.is_some()),
    ];
    let given: Vec<&str> = all.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| key).collect();
    let (what, cure) = match given[..] {
        [_] => return Ok(()),
        [] => (Text::new("the place is not given", "未给出位置"), Text::new("add one of them", "请添加其中之一")),
        _ => (
            Text::new(
                format!("the place is given as {}", given.join(" and as ")),
                format!("位置给出了多次：{}", given.join("、")),
            ),
            Text::new("keep the one that is meant", "请保留其中之一"),
        ),
    };
    let expected =
        Text::new("one of `circle`, `polygon`, `line` and `route`", "`circle`、`polygon`、`line` 与 `route` 之一");
    Err(fault("", what, expected, cure))
}

fn polygon(corners: &[Position]) -> Result<Shape, Fault> {
    let mut outer: Vec<Geographic> = corners.iter().map(geographic).collect();
    // A ring may be closed by its first corner; inside, the last is joined to the first.
    if outer.len() > 1 && outer.first() == outer.last() {
        outer.pop();
    }
    if outer.len() < 3 {
        return Err(fault(
            ".polygon",
            Text::new(format!("a polygon of {} corners", outer.len()), format!("多边形只有 {} 个角点", outer.len())),
            Text::new("at least three corners", "至少三个角点"),
            Text::new("add corners", "请补充角点"),
        ));
    }
    if let Crossing::Edges([_, one], [_, other]) = crossing(&[&outer]) {
        let [(one_en, one_zh), (other_en, other_zh)] = [one, other].map(|side| side_words(&outer, side));
        return Err(fault(
            ".polygon",
            Text::new(
                format!("the side from {one_en} crosses the side from {other_en}"),
                format!("{one_zh}的边与 {other_zh}的边相交"),
            ),
            Text::new("a polygon whose sides do not cross", "各边互不相交的多边形"),
            Text::new("put the corners in order around it", "请按环绕次序排列角点"),
        ));
    }
    if is_flat(&outer) {
        return Err(fault(
            ".polygon",
            Text::new("it covers nothing: all its corners lie in a line", "各角点共线，未覆盖任何区域"),
            Text::new("corners around an area", "围成区域的角点"),
            Text::new("correct the corners", "请改正角点"),
        ));
    }
    Ok(Shape::Polygon { outer, holes: Vec::new() })
}

/// From where to where a side of a polygon goes.
fn side_words(corners: &[Geographic], side: usize) -> (String, String) {
    let [a, b] = [side, (side + 1) % corners.len()]
        .map(|corner| format!("{:.5}, {:.5}", corners[corner].lat_deg, corners[corner].lon_deg));
    (format!("{a} to {b}"), format!("{a} 至 {b} "))
}

/// From its hub over its waypoints to its end.
fn along_route(id: &str, scenario: &Scenario) -> Result<Vec<Geographic>, Fault> {
    let route = scenario.route.iter().find(|route| route.id == id).ok_or_else(|| {
        fault(
            ".route",
            Text::new(format!("there is no route `{id}`"), format!("没有航线 `{id}`")),
            one_of(&scenario.route.iter().map(|route| route.id.as_str()).collect::<Vec<_>>()),
            Text::new("name an existing route or add it", "请填写已有的航线，或添加"),
        )
    })?;
    let hub = scenario.hub.iter().find(|hub| hub.id == route.from).map(|hub| hub.position);
    let end = match &route.to {
        Some(to) => scenario.pad.iter().find(|pad| &pad.id == to).map(|pad| pad.position),
        None => hub,
    };
    let via = route.waypoints().iter().map(|waypoint| Geographic::new(waypoint.lat_deg, waypoint.lon_deg));
    let start = hub.iter().map(geographic);
    Ok(start.chain(via).chain(end.iter().map(geographic)).collect())
}

/// The lower limit and the upper, if there is one.
pub fn limits_of(limits: &Limits) -> Result<(Altitude, Option<Altitude>), Fault> {
    let one = |agl_m: Option<f64>, amsl_m: Option<f64>, key: &str| match (agl_m, amsl_m) {
        (Some(_), Some(_)) => Err(fault(
            key,
            Text::new("the height is given above ground and above sea level", "同时给出了真高与海拔高"),
            Text::new("one of the two", "二者之一"),
            Text::new("keep the one that is meant", "请保留其中之一"),
        )),
        (agl_m, amsl_m) => Ok(agl_m.map(Altitude::agl).or(amsl_m.map(Altitude::amsl))),
    };
    let lower = one(limits.lower_agl_m, limits.lower_amsl_m, ".lower_agl_m")?.unwrap_or(Altitude::agl(0.0));
    let upper = one(limits.upper_agl_m, limits.upper_amsl_m, ".upper_agl_m")?;
    if let Some(upper) = upper.filter(|upper| upper.datum == lower.datum && upper.metres <= lower.metres) {
        return Err(fault(
            "",
            Text::new(
                format!("from {} to {} m leaves no room", lower.metres, upper.metres),
                format!("{} 至 {} 米之间没有空间", lower.metres, upper.metres),
            ),
            Text::new("an upper limit above the lower", "上限高于下限"),
            Text::new("correct the limits", "请改正限高"),
        ));
    }
    Ok((lower, upper))
}

/// When something holds.
pub fn schedule_of(when: &[When], offset: Offset) -> Result<Schedule, Fault> {
    let windows = when.iter().map(|when| window_of(when, offset));
    Ok(Schedule { windows: windows.collect::<Result<_, _>>()? })
}

/// One entry of a schedule.
pub fn window_of(when: &When, offset: Offset) -> Result<Window, Fault> {
    let start = when.start.as_deref().map(|text| instant_of(text, ".start")).transpose()?;
    let end = when.end.as_deref().map(|text| instant_of(text, ".end")).transpose()?;
    if start.zip(end).is_some_and(|(start, end)| end <= start) {
        return Err(fault(
            ".end",
            Text::new("the end is not after the start", "结束不晚于开始"),
            Text::new("an end after the start", "结束晚于开始"),
            Text::new("swap them or correct one", "请对调或改正"),
        ));
    }
    let days = when.days.iter().map(|&day| weekday(day)).collect();
    let begins = when.from.as_deref().map(|text| moment_of(text, ".from")).transpose()?;
    let ends = when.to.as_deref().map(|text| moment_of(text, ".to")).transpose()?;
    let is_daily = begins.is_some() || ends.is_some() || !when.days.is_empty();
    let period = DailyPeriod {
        days,
        begins: begins.unwrap_or(DayMoment::Clock(Time::midnight())),
        ends: ends.unwrap_or(DayMoment::Midnight),
        offset,
    };
    Ok(Window { start, end, periods: is_daily.then_some(period).into_iter().collect() })
}

/// An instant with its UTC offset.
pub fn instant_of(text: &str, key: &str) -> Result<Timestamp, Fault> {
    text.parse().ok().ok_or_else(|| {
        fault(
            key,
            Text::new(format!("`{text}` is not an instant"), format!("`{text}` 不是有效时刻")),
            Text::new("date, time and UTC offset", "日期、时间与 UTC 偏移"),
            Text::new("write it like 2026-05-01T09:00:00+08:00", "写法如 2026-05-01T09:00:00+08:00"),
        )
    })
}

fn moment_of(text: &str, key: &str) -> Result<DayMoment, Fault> {
    let sun = match text {
        "dawn" => Some(SunEvent::BeginOfMorningCivilTwilight),
        "sunrise" => Some(SunEvent::Sunrise),
        "sunset" => Some(SunEvent::Sunset),
        "dusk" => Some(SunEvent::EndOfEveningCivilTwilight),
        _ => None,
    };
    if text == "24:00" {
        return Ok(DayMoment::Midnight);
    }
    // The parser takes dates and bare digits too, of which nobody would know what became.
    let is_clock =
        text.len() >= 5 && text.chars().all(|character| character.is_ascii_digit() || ":.".contains(character));
    let clock = || text.parse::<Time>().ok().filter(|_| is_clock && text.contains(':')).map(DayMoment::Clock);
    sun.map(DayMoment::Sun).or_else(clock).ok_or_else(|| {
        fault(
            key,
            Text::new(format!("`{text}` is no moment of a day"), format!("`{text}` 不是一日中的时刻")),
            Text::new("HH:MM, dawn, sunrise, sunset or dusk", "HH:MM、dawn、sunrise、sunset 或 dusk"),
            Text::new("write it like 09:30 or sunset", "写法如 09:30 或 sunset"),
        )
    })
}

const fn weekday(day: Day) -> Weekday {
    match day {
        Day::Mon => Weekday::Monday,
        Day::Tue => Weekday::Tuesday,
        Day::Wed => Weekday::Wednesday,
        Day::Thu => Weekday::Thursday,
        Day::Fri => Weekday::Friday,
        Day::Sat => Weekday::Saturday,
        Day::Sun => Weekday::Sunday,
    }
}
