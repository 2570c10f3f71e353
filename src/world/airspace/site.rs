//! Controlled sites: what the air is controlled above by Art. 19 of the Interim Regulation on the Management of Unmanned
//! Aircraft Flight (Order 761, in force 2024-01-01).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::message::words::Word;

/// A kind of site, with the item of Art. 19 that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SiteKind {
    /// A strip along the border.
    Border,
    /// A military, secret or custodial site.
    Military,
    /// Key defence industry, nuclear sites, explosive or flammable goods.
    HazardousIndustry,
    /// A power plant.
    PowerPlant,
    /// A substation.
    Substation,
    /// A filling station.
    FillingStation,
    /// Waterworks.
    Waterworks,
    /// A hub of public transport.
    TransportHub,
    /// A dam.
    Dam,
    /// A port.
    Port,
    /// An expressway.
    Expressway,
    /// An electrified railway.
    Railway,
    /// A protection zone of drinking water.
    DrinkingWater,
    /// A radio telescope or a station that controls satellites.
    RadioAstronomy,
    /// An aeronautical navigation aid.
    NavigationAid,
    /// A radar.
    Radar,
    /// An important revolutionary site.
    RevolutionarySite,
    /// Important immovable heritage.
    Heritage,
    /// Another site set by the State.
    Other,
}

impl SiteKind {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Border => Word::new("border strip", "国界线一侧"),
            Self::Military => Word::new("military or custodial site", "军事、涉密、监管场所"),
            Self::HazardousIndustry => {
                Word::new("defence, nuclear or hazardous industry", "重要军工、核设施、易燃易爆场所")
            }
            Self::PowerPlant => Word::new("power plant", "发电厂"),
            Self::Substation => Word::new("substation", "变电站"),
            Self::FillingStation => Word::new("filling station", "加油（气）站"),
            Self::Waterworks => Word::new("waterworks", "供水厂"),
            Self::TransportHub => Word::new("public-transport hub", "公共交通枢纽"),
            Self::Dam => Word::new("dam", "水坝"),
            Self::Port => Word::new("port", "港口"),
            Self::Expressway => Word::new("expressway", "高速公路"),
            Self::Railway => Word::new("electrified railway", "电气化铁路"),
            Self::DrinkingWater => Word::new("drinking-water protection zone", "饮用水水源保护区"),
            Self::RadioAstronomy => Word::new("radio telescope or satellite station", "射电天文台、卫星测控站"),
            Self::NavigationAid => Word::new("aeronautical navigation aid", "航空无线电导航台"),
            Self::Radar => Word::new("radar", "雷达站"),
            Self::RevolutionarySite => Word::new("revolutionary site", "重要革命纪念地"),
            Self::Heritage => Word::new("immovable heritage", "重要不可移动文物"),
            Self::Other => Word::new("other controlled site", "国家规定的其他区域"),
        }
    }

    /// The item of Art. 19 that names it.
    pub const fn item(self) -> u8 {
        match self {
            Self::Border => 2,
            Self::Military => 3,
            Self::HazardousIndustry => 4,
            Self::PowerPlant
            | Self::Substation
            | Self::FillingStation
            | Self::Waterworks
            | Self::TransportHub
            | Self::Dam
            | Self::Port
            | Self::Expressway
            | Self::Railway
            | Self::DrinkingWater => 5,
            Self::RadioAstronomy | Self::NavigationAid | Self::Radar => 6,
            Self::RevolutionarySite | Self::Heritage => 7,
            Self::Other => 8,
        }
    }

    /// The same as Chinese law writes it.
    pub const fn item_zh(self) -> &'static str {
        match self.item() {
            2 => "二",
            3 => "三",
            4 => "四",
            5 => "五",
            6 => "六",
            7 => "七",
            _ => "八",
        }
    }

    /// How far around it the air is controlled where the local government has published nothing, m: engineering values
    /// (L), to be replaced by what is published.
    pub const fn default_buffer_m(self) -> f64 {
        match self {
            Self::Border => 2000.0,
            Self::Military | Self::HazardousIndustry | Self::RadioAstronomy | Self::Radar => 1000.0,
            Self::NavigationAid => 500.0,
            Self::Expressway | Self::Railway | Self::DrinkingWater => 100.0,
            _ => 200.0,
        }
    }
}
