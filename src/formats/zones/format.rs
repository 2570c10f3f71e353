//! Which of the formats a file is in, told from its content.

use serde_json::Value;

use crate::formats::features::texts;
use crate::message::Text;

/// A format of zone files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneFormat {
    /// EUROCAE ED-269.
    Ed269,
    /// EUROCAE ED-318.
    Ed318,
    /// GeoJSON with the properties that skygrid knows.
    GeoJson,
}

impl ZoneFormat {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed269 => "ED-269",
            Self::Ed318 => "ED-318",
            Self::GeoJson => "GeoJSON",
        }
    }

    /// The format of a file, by what its list is called and its first feature.
    pub fn of(list: &str, first: Option<&Value>) -> Self {
        if list == "UASZoneList" {
            return Self::Ed269;
        }
        first.and_then(Self::of_feature).unwrap_or(Self::GeoJson)
    }

    /// The format that a feature is in; `None` if it could be in any.
    fn of_feature(feature: &Value) -> Option<Self> {
        let (geometry, properties) = (&feature["geometry"], &feature["properties"]);
        let has_layer = |geometry: &Value| geometry.get("layer").is_some();
        let is_layered =
            has_layer(geometry) || geometry["geometries"].as_array().is_some_and(|parts| parts.iter().any(has_layer));
        if geometry.is_array() || (properties.is_null() && feature.get("restriction").is_some()) {
            Some(Self::Ed269)
        } else if is_layered || (properties.get("variant").is_some() && properties.get("type").is_some()) {
            Some(Self::Ed318)
        } else {
            properties.is_object().then_some(Self::GeoJson)
        }
    }

    /// The other format that a feature in a file of this one is in, if it is.
    pub fn mistaken_for(self, feature: &Value) -> Option<Self> {
        // An ED-318 feature that lacks what is its own reads as GeoJSON: what it lacks is told instead.
        let looks = Self::of_feature(feature)?;
        (looks != self && (self, looks) != (Self::Ed318, Self::GeoJson)).then_some(looks)
    }
}

/// The finding's texts for a feature of another format.
pub fn foreign(looks: ZoneFormat, file: ZoneFormat) -> [Text; 3] {
    let (looks, file) = (looks.name(), file.name());
    texts(
        (format!("this looks like {looks}, in a file of {file}"), format!("此处似为 {looks}，而文件为 {file}")),
        (format!("features of {file} alone"), format!("只有 {file} 要素")),
        ("make a file of each format", "按格式分成不同文件"),
    )
}
