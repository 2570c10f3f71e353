//! Go or no-go: what a drone may fly in, and what speaks against it.

use serde::{Deserialize, Serialize};

use super::conditions::Conditions;
use super::field::{LocalWind, WindField};
use super::profile::STATION_M;
use crate::message::Text;
use crate::message::words::Word;
use crate::world::geo::Place;

/// From here on an energy stands for one without bound, Wh: events carry thousandths, which end there.
const BOUNDLESS_WH: f64 = 2_147_483.0;

/// The weather a drone may fly in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Strongest gusts, m/s.
    pub gust_mps: f64,
    /// Strongest mean wind at a pad to land in, m/s.
    pub landing_wind_mps: f64,
    /// Heaviest rain, or snow as water, mm/h.
    pub precipitation_mmph: f64,
    /// Shortest visibility, m.
    pub visibility_m: f64,
    /// Coldest and warmest air, °C.
    pub temperature_c: [f64; 2],
    /// Whether it flies between sunrise and sunset alone.
    pub daylight: bool,
}

impl Limits {
    /// A multirotor of the usual kind (L), by which the climate is calibrated and which stands for what the file of a type
    /// leaves out: gusts below 12 m/s as makers say, landing at a dock up to 8 m/s, at most moderate rain (8 mm/h), visibility
    /// of 1 km, −20 to 45 °C, by day.
    pub const USUAL: Self = Self {
        gust_mps: 12.0,
        landing_wind_mps: 8.0,
        precipitation_mmph: 8.0,
        visibility_m: 1000.0,
        temperature_c: [-20.0, 45.0],
        daylight: true,
    };

    /// What is within these limits and within others.
    #[must_use]
    pub const fn and(&self, other: &Self) -> Self {
        Self {
            gust_mps: self.gust_mps.min(other.gust_mps),
            landing_wind_mps: self.landing_wind_mps.min(other.landing_wind_mps),
            precipitation_mmph: self.precipitation_mmph.min(other.precipitation_mmph),
            visibility_m: self.visibility_m.max(other.visibility_m),
            temperature_c: [
                self.temperature_c[0].max(other.temperature_c[0]),
                self.temperature_c[1].min(other.temperature_c[1]),
            ],
            daylight: self.daylight || other.daylight,
        }
    }
}

/// The weather at a place, as far as it decides about flying.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalConditions {
    /// The wind there.
    pub wind: LocalWind,
    /// How far one can see, m.
    pub visibility_m: f64,
    /// Rain, or snow as water, mm/h.
    pub precipitation_mmph: f64,
    /// Temperature of the air, °C.
    pub temperature_c: f64,
    /// Whether the sun is up.
    pub is_day: bool,
}

impl LocalConditions {
    /// Those at a height above the ground of a place; the temperature is that of the station.
    pub fn at(field: &WindField, place: &Place, agl_m: f64, conditions: &Conditions, is_day: bool) -> Self {
        Self {
            wind: field.wind(place, agl_m, conditions),
            visibility_m: conditions.visibility_m,
            precipitation_mmph: conditions.precipitation_mmph,
            temperature_c: conditions.temperature_c,
            is_day,
        }
    }

    /// Those at a pad, where a station would measure them: 10 m above its ground.
    pub fn at_pad(field: &WindField, place: &Place, conditions: &Conditions, is_day: bool) -> Self {
        Self::at(field, place, STATION_M, conditions, is_day)
    }
}

/// What decides about flying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Gusts.
    Gust,
    /// Mean wind at a pad.
    LandingWind,
    /// Rain and snow.
    Precipitation,
    /// Visibility.
    Visibility,
    /// Temperature.
    Temperature,
    /// Whether the sun is up.
    Daylight,
    /// What a sortie takes of the battery in this weather, its reserve included, against what the battery gives.
    Battery,
}

impl Quantity {
    /// Those of the weather itself, in the order in which they are judged.
    pub const ALL: [Self; 6] =
        [Self::Gust, Self::LandingWind, Self::Precipitation, Self::Visibility, Self::Temperature, Self::Daylight];

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Gust => Word::new("gust", "阵风"),
            Self::LandingWind => Word::new("landing wind", "降落风速"),
            Self::Precipitation => Word::new("precipitation", "降水"),
            Self::Visibility => Word::new("visibility", "能见度"),
            Self::Temperature => Word::new("temperature", "气温"),
            Self::Daylight => Word::new("daylight", "日照"),
            Self::Battery => Word::new("battery", "电量"),
        }
    }

    const fn unit(self) -> Word {
        match self {
            Self::Gust | Self::LandingWind => Word::new("m/s", "米/秒"),
            Self::Precipitation => Word::new("mm/h", "毫米/时"),
            Self::Visibility => Word::new("m", "米"),
            Self::Temperature => Word::new("°C", "°C"),
            Self::Daylight => Word::new("", ""),
            Self::Battery => Word::new("Wh", "瓦时"),
        }
    }
}

/// Why a drone must not fly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breach {
    /// What is beyond its limit.
    pub quantity: Quantity,
    /// What it is, in the unit of the limit.
    pub value: f64,
    /// The limit.
    pub limit: f64,
}

impl Breach {
    /// The breach in words.
    pub fn text(&self) -> Text {
        let Self { quantity, value, limit } = *self;
        if quantity == Quantity::Daylight {
            return Text::new("between sunset and sunrise", "日落至日出之间");
        }
        if quantity == Quantity::Battery {
            return battery_text(value, limit);
        }
        let (name, unit) = (quantity.name().both(), quantity.unit().both());
        let is_low = value < limit;
        let (en, zh) = if is_low { ("below", "低于") } else { ("above", "超过") };
        let decimals = usize::from(quantity != Quantity::Visibility);
        Text::new(
            format!("{} {value:.decimals$} {} {en} {limit} {}", name.en, unit.en, unit.en),
            format!("{} {value:.decimals$} {}，{zh} {limit} {}", name.zh, unit.zh, unit.zh),
        )
    }
}

/// That a sortie needs more than a battery gives, Wh; without bound where no battery would do.
fn battery_text(needs_wh: f64, gives_wh: f64) -> Text {
    if needs_wh >= BOUNDLESS_WH {
        return Text::new("the wind is stronger than the drone flies", "风速超过无人机飞行能力");
    }
    Text::new(
        format!("a sortie needs {needs_wh:.0} Wh with its reserve, the battery gives {gives_wh:.0} Wh"),
        format!("一次任务连同余量需 {needs_wh:.0} 瓦时，电池可供 {gives_wh:.0} 瓦时"),
    )
}

impl Limits {
    /// What forbids flying, the first in the order of [`Quantity::ALL`]; `None` within limits.
    pub fn breach(&self, here: &LocalConditions) -> Option<Breach> {
        self.breaches(here).find(|breach| breach.quantity != Quantity::LandingWind)
    }

    /// The same for landing or taking off at a pad, where the mean wind counts too.
    pub fn pad_breach(&self, here: &LocalConditions) -> Option<Breach> {
        self.breaches(here).next()
    }

    /// Everything that is beyond its limit.
    pub fn breaches(&self, here: &LocalConditions) -> impl Iterator<Item = Breach> {
        let [coldest, warmest] = self.temperature_c;
        let above = |quantity, value: f64, limit| (value > limit).then_some(Breach { quantity, value, limit });
        let below = |quantity, value: f64, limit| (value < limit).then_some(Breach { quantity, value, limit });
        let dark = self.daylight && !here.is_day;
        let found = [
            above(Quantity::Gust, here.wind.gust_mps, self.gust_mps),
            above(Quantity::LandingWind, here.wind.mean_mps.norm(), self.landing_wind_mps),
            above(Quantity::Precipitation, here.precipitation_mmph, self.precipitation_mmph),
            below(Quantity::Visibility, here.visibility_m, self.visibility_m),
            below(Quantity::Temperature, here.temperature_c, coldest),
            above(Quantity::Temperature, here.temperature_c, warmest),
            dark.then_some(Breach { quantity: Quantity::Daylight, value: 0.0, limit: 1.0 }),
        ];
        found.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::weather::wind_from;

    #[test]
    fn each_limit_is_named_with_value_and_limit() {
        let fine = LocalConditions {
            wind: LocalWind { mean_mps: wind_from(10.0, 6.0), gust_mps: 9.0 },
            visibility_m: 5000.0,
            precipitation_mmph: 0.0,
            temperature_c: 10.0,
            is_day: true,
        };
        let limits = Limits::USUAL;
        assert_eq!(limits.pad_breach(&fine), None);
        let gusty = LocalConditions { wind: LocalWind { gust_mps: 12.34, ..fine.wind }, ..fine };
        let text = limits.breach(&gusty).unwrap().text();
        assert_eq!(text, Text::new("gust 12.3 m/s above 12 m/s", "阵风 12.3 米/秒，超过 12 米/秒"));
        let windy = LocalConditions { wind: LocalWind { mean_mps: wind_from(0.0, 9.0), gust_mps: 11.0 }, ..fine };
        assert_eq!(limits.breach(&windy), None);
        assert_eq!(limits.pad_breach(&windy).unwrap().quantity, Quantity::LandingWind);
        for (here, quantity, en) in [
            (
                LocalConditions { precipitation_mmph: 9.0, ..fine },
                Quantity::Precipitation,
                "precipitation 9.0 mm/h above 8 mm/h",
            ),
            (LocalConditions { visibility_m: 400.0, ..fine }, Quantity::Visibility, "visibility 400 m below 1000 m"),
            (
                LocalConditions { temperature_c: -21.0, ..fine },
                Quantity::Temperature,
                "temperature -21.0 °C below -20 °C",
            ),
            (LocalConditions { temperature_c: 46.0, ..fine }, Quantity::Temperature, "temperature 46.0 °C above 45 °C"),
            (LocalConditions { is_day: false, ..fine }, Quantity::Daylight, "between sunset and sunrise"),
        ] {
            let breach = limits.breach(&here).unwrap();
            assert_eq!((breach.quantity, breach.text().en.as_str()), (quantity, en));
        }
        let battery = |value| Breach { quantity: Quantity::Battery, value, limit: 475.2 }.text().en;
        assert_eq!(battery(511.6), "a sortie needs 512 Wh with its reserve, the battery gives 475 Wh");
        for boundless in [f64::INFINITY, f64::from(i32::MAX) / 1000.0] {
            assert_eq!(battery(boundless), "the wind is stronger than the drone flies");
        }
        assert_eq!(Limits { daylight: false, ..limits }.breach(&LocalConditions { is_day: false, ..fine }), None);
    }

    #[test]
    fn the_stricter_of_two_counts_for_each_quantity() {
        let dock = Limits { precipitation_mmph: 2.5, temperature_c: [-30.0, 40.0], daylight: false, ..Limits::USUAL };
        let heavy = Limits { landing_wind_mps: 6.0, visibility_m: 3000.0, gust_mps: 15.0, ..Limits::USUAL };
        let both = Limits {
            gust_mps: 12.0,
            landing_wind_mps: 6.0,
            precipitation_mmph: 2.5,
            visibility_m: 3000.0,
            temperature_c: [-20.0, 40.0],
            daylight: true,
        };
        assert_eq!((dock.and(&heavy), heavy.and(&dock)), (both, both));
    }
}
