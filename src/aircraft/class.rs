//! Classes of unmanned aircraft by mass: Interim Regulation on the Management of Unmanned Aircraft Flight (Order 761 of
//! the State Council, in force 2024-01-01), Art. 62; what follows from a class, Art. 19 and 31.

use serde::Serialize;

use crate::message::Text;
use crate::message::words::Word;

/// A class of Art. 62.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaacClass {
    /// Empty below 0.25 kg.
    Micro,
    /// Empty at most 4 kg, at take-off 7 kg.
    Light,
    /// Empty at most 15 kg, at take-off 25 kg.
    Small,
    /// At take-off at most 150 kg.
    Medium,
    /// Heavier.
    Large,
}

impl CaacClass {
    /// The first class whose limits of mass hold.
    pub fn of(empty_mass_kg: f64, mtow_kg: f64) -> Self {
        if empty_mass_kg < 0.25 {
            Self::Micro
        } else if empty_mass_kg <= 4.0 && mtow_kg <= 7.0 {
            Self::Light
        } else if empty_mass_kg <= 15.0 && mtow_kg <= 25.0 {
            Self::Small
        } else if mtow_kg <= 150.0 {
            Self::Medium
        } else {
            Self::Large
        }
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Micro => Word::new("micro", "微型"),
            Self::Light => Word::new("light", "轻型"),
            Self::Small => Word::new("small", "小型"),
            Self::Medium => Word::new("medium", "中型"),
            Self::Large => Word::new("large", "大型"),
        }
    }

    /// Whether the class may fly in open airspace without an application (Art. 19).
    pub const fn enjoys_open_airspace(self) -> bool {
        matches!(self, Self::Micro | Self::Light | Self::Small)
    }

    /// Greatest speed of the class, m/s, where there is one.
    pub const fn speed_limit_mps(self) -> Option<f64> {
        match self {
            Self::Micro => Some(40.0 / 3.6),
            Self::Light | Self::Small => Some(100.0 / 3.6),
            Self::Medium | Self::Large => None,
        }
    }

    /// What follows from the class, with the articles.
    pub fn consequences(self) -> Vec<Text> {
        let exceptions = Text::new(
            "an application all the same for relay through networks, dropping objects, crowds and distributed operation (Art. 31)",
            "中继飞行、抛撒物品、人群上空与分布式操作仍须申请（第三十一条）",
        );
        let capable = Text::new(
            "at most 100 km/h; must keep to its airspace and be surveilled reliably (Art. 62)",
            "时速不超过 100 公里；须具备空域保持与可靠被监视能力（第六十二条）",
        );
        let mut all = if self.enjoys_open_airspace() {
            vec![Text::new(
                "open airspace without an application (Art. 19, 31)",
                "适飞空域内无需申请（第十九、三十一条）",
            )]
        } else {
            vec![
                Text::new("never enjoys open airspace (Art. 19)", "不适用适飞空域（第十九条）"),
                Text::new(
                    "an application for every flight by 12:00 of the day before (Art. 26)",
                    "每次飞行须于前一日 12 时前申请（第二十六条）",
                ),
                Text::new(
                    "an airworthiness certificate and a licensed pilot (Art. 8, 16)",
                    "须取得适航许可，操控员须持执照（第八、十六条）",
                ),
            ]
        };
        match self {
            Self::Micro => all.push(Text::new(
                "at most 50 m true height and 40 km/h (Art. 62)",
                "真高不超过 50 米、时速不超过 40 公里（第六十二条）",
            )),
            Self::Light => all.extend([capable, exceptions]),
            Self::Small => {
                all.push(Text::new("a licensed pilot (Art. 16)", "操控员须持执照（第十六条）"));
                all.extend([capable, exceptions]);
            }
            Self::Medium | Self::Large => {}
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aircraft::catalogue;

    /// The limits are inclusive where the regulation says "not more than", and the first row that holds decides.
    #[test]
    fn masses_decide_the_class() {
        for (empty_kg, mtow_kg, class) in [
            (0.249, 0.4, CaacClass::Micro),
            (0.25, 0.4, CaacClass::Light),
            (4.0, 7.0, CaacClass::Light),
            (4.0, 7.01, CaacClass::Small),
            (15.0, 25.0, CaacClass::Small),
            (15.1, 25.0, CaacClass::Medium),
            (65.0, 150.0, CaacClass::Medium),
            (65.0, 150.1, CaacClass::Large),
        ] {
            assert_eq!(CaacClass::of(empty_kg, mtow_kg), class, "{empty_kg} {mtow_kg}");
        }
    }

    #[test]
    fn the_catalogue_is_classed() {
        let classes: Vec<(&str, CaacClass)> =
            catalogue().iter().map(|aircraft| (aircraft.id.as_str(), aircraft.class())).collect();
        for (id, class) in [
            ("meituan-4", CaacClass::Small),
            ("m350", CaacClass::Small),
            ("m30t", CaacClass::Light),
            ("m3td", CaacClass::Light),
            ("flycart-30", CaacClass::Medium),
            ("cw-15", CaacClass::Small),
        ] {
            assert!(classes.contains(&(id, class)), "{id}: {classes:?}");
        }
        assert!(!CaacClass::Medium.enjoys_open_airspace());
    }
}
