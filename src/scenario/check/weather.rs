//! Weather that is given once, and fronts that can be.

use crate::message::{Severity, Text};
use crate::scenario::model::Scenario;
use crate::scenario::model::weather::{Front, Generated, LogLaw, Profile, Weather};
use crate::scenario::report::Reporter;
use crate::world::weather::{Climate, STATION_M};

/// How far from the place of the climate that is built in its weather can pass for that of the scenario, degrees.
const NEAR_DEG: f64 = 3.0;
/// Months of a climate: key, least and greatest value.
type Months<'a> = (&'static str, Option<&'a [f64; 12]>, [f64; 2]);

/// Adds what is wrong with the weather of a scenario, if it has any.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let Some(weather) = &scenario.weather else { return };
    check_source(weather, reporter);
    if let Profile::Log(law) = &weather.profile {
        check_log_law(law, reporter);
    }
    if let Some(constant) = &weather.constant {
        check_gust("weather.constant.gust_mps", constant.gust_mps, Some(constant.wind_mps), reporter);
    }
    if let Some(generated) = &weather.generated {
        check_climate(generated, scenario, reporter);
    }
    for (index, front) in weather.front.iter().enumerate() {
        check_front(&format!("weather.front[{index}]"), front, scenario.time.duration_s, reporter);
    }
}

fn check_source(weather: &Weather, reporter: &mut Reporter<'_>) {
    let given = [weather.file.is_some(), weather.constant.is_some(), weather.generated.is_some()];
    if given.into_iter().filter(|given| *given).count() != 1 {
        reporter.fatal(
            "weather",
            [
                Text::new("the weather is given more than once or not at all", "天气给出了多次或未给出"),
                Text::new("one of `file`, `constant` and `generated`", "`file`、`constant` 与 `generated` 之一"),
                Text::new("keep the one that is meant", "请保留其中之一"),
            ],
        );
    }
}

/// The law must hold at the height of stations, by whose wind it is scaled: ln((10 − d)/z0) ≥ 1, or the wind above is
/// many times too strong.
fn check_log_law(law: &LogLaw, reporter: &mut Reporter<'_>) {
    let LogLaw { roughness_m, displacement_m } = *law;
    let most_m = (STATION_M - displacement_m) / std::f64::consts::E;
    if roughness_m <= most_m {
        return;
    }
    let texts = [
        Text::new(
            format!(
                "roughness {roughness_m} m over a displacement of {displacement_m} m reaches up to where wind is measured"
            ),
            format!("粗糙度 {roughness_m} 米、位移高度 {displacement_m} 米，已接近测风高度"),
        ),
        Text::new(
            format!(
                "a roughness of at most {most_m:.2} m with this displacement, so that the law holds 10 m above ground"
            ),
            format!("此位移高度下粗糙度不超过 {most_m:.2} 米，使对数律在 10 米高度成立"),
        ),
        Text::new(
            "lower `roughness_m` or `displacement_m`, or choose `power-d` for cities",
            "请减小 `roughness_m` 或 `displacement_m`，城市可用 `power-d`",
        ),
    ];
    reporter.fatal("weather.profile.roughness_m", texts);
}

fn check_gust(key: &str, gust_mps: Option<f64>, wind_mps: Option<f64>, reporter: &mut Reporter<'_>) {
    if let Some((gust_mps, wind_mps)) = gust_mps.zip(wind_mps).filter(|(gust, wind)| gust < wind) {
        reporter.fatal(
            key,
            [
                Text::new(
                    format!("gusts of {gust_mps} m/s are less than the mean wind"),
                    format!("阵风 {gust_mps} 米/秒小于平均风速"),
                ),
                Text::new(format!("at least {wind_mps} m/s"), format!("不小于 {wind_mps} 米/秒")),
                Text::new("raise the gusts or lower the wind", "请提高阵风或降低平均风速"),
            ],
        );
    }
}

fn check_climate(generated: &Generated, scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let months: [Months<'_>; 3] = [
        ("mean_wind_mps", generated.mean_wind_mps.as_ref(), [0.1, 30.0]),
        ("temperature_c", generated.temperature_c.as_ref(), [-60.0, 50.0]),
        ("precipitation_mm", generated.precipitation_mm.as_ref(), [0.0, 2000.0]),
    ];
    for (key, values, [low, high]) in months {
        let wrong = values.and_then(|values| values.iter().position(|value| !(low..=high).contains(value)));
        if let Some((index, value)) = wrong.zip(values).map(|(index, values)| (index, values[index])) {
            reporter.fatal(
                &format!("weather.generated.{key}[{index}]"),
                [
                    Text::new(format!("{value} cannot be the mean of a month"), format!("{value} 不可能是月均值")),
                    Text::new(format!("a number from {low} to {high}"), format!("{low} 至 {high} 之间的数")),
                    Text::new("correct the value", "请改正数值"),
                ],
            );
        }
    }
    let [lat_deg, lon_deg] = Climate::CHAOYANG_DEG;
    let area = &scenario.area;
    let is_near = (area.south_deg - lat_deg).abs() < NEAR_DEG && (area.west_deg - lon_deg).abs() < NEAR_DEG;
    let is_given = months.iter().all(|(_, values, _)| values.is_some());
    if !is_near && !is_given {
        reporter.add(
            Severity::Warning,
            "weather.generated",
            [
                Text::new(
                    "the climate that is built in is that of Chaoyang, Liaoning, which is far away",
                    "内置气候为辽宁朝阳，距此甚远",
                ),
                Text::new(
                    "means by month of this place: `mean_wind_mps`, `temperature_c`, `precipitation_mm`",
                    "当地各月均值：`mean_wind_mps`、`temperature_c`、`precipitation_mm`",
                ),
                Text::new("add them, or give a file of hours", "请补充，或给出逐时文件"),
            ],
        );
    }
}

fn check_front(key: &str, front: &Front, duration_s: f64, reporter: &mut Reporter<'_>) {
    check_gust(&format!("{key}.gust_mps"), front.gust_mps, front.wind_mps, reporter);
    if front.wind_mps.is_some() != front.direction_deg.is_some() {
        let (there, missing) =
            if front.wind_mps.is_some() { ("wind_mps", "direction_deg") } else { ("direction_deg", "wind_mps") };
        reporter.fatal(
            &format!("{key}.{there}"),
            [
                Text::new(format!("`{there}` without `{missing}`"), format!("有 `{there}` 而无 `{missing}`")),
                Text::new("both or neither", "两者同时给出或都不给"),
                Text::new(format!("add `{missing}`"), format!("请补上 `{missing}`")),
            ],
        );
    }
    if front.lasts_s < 2.0 * front.over_s {
        let (lasts_s, both_s) = (front.lasts_s, 2.0 * front.over_s);
        reporter.fatal(
            &format!("{key}.lasts_s"),
            [
                Text::new(
                    format!("{lasts_s} s are too short for two ramps of {} s", front.over_s),
                    format!("{lasts_s} 秒不足以容纳两段 {} 秒的过渡", front.over_s),
                ),
                Text::new(format!("at least {both_s} s"), format!("至少 {both_s} 秒")),
                Text::new("let it last longer, or shorten `over_s`", "请延长历时，或缩短 `over_s`"),
            ],
        );
    }
    if front.at_s >= duration_s {
        let texts = [
            Text::new("it begins when the run is over", "开始时运行已结束"),
            Text::new(format!("less than {duration_s} s"), format!("小于 {duration_s} 秒")),
            Text::new("let it begin earlier, or lengthen the run", "请提前开始，或延长运行时间"),
        ];
        reporter.add(Severity::Warning, &format!("{key}.at_s"), texts);
    }
}
