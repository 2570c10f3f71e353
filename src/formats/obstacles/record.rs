//! An obstacle as its file gives it, in degrees and before any scenario.

use serde_json::{Map, Value, json};

use crate::formats::features::{Object, geometry_of};
use crate::message::Text;
use crate::units::{Altitude, Datum};
use crate::world::airspace::{ObstacleKind, Shape};

/// How high an obstacle reaches.
#[derive(Clone, Debug, PartialEq)]
pub enum Top {
    /// Metres over the ground below each of its places.
    OverGround(f64),
    /// Metres above mean sea level.
    Amsl(f64),
    /// For each place of a line.
    AlongLine(Vec<Altitude>),
}

/// An obstacle of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ObstacleRecord {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: Text,
    /// What it is.
    pub kind: ObstacleKind,
    /// What it stands on.
    pub shape: Shape,
    /// How high it reaches.
    pub top: Top,
    /// How far flights stay away from it, m; that of the scenario if absent.
    pub clearance_m: Option<f64>,
}

/// The name of a feature: `name` as a text or in both languages, `name:en` and `name:zh` of OpenStreetMap.
pub fn name(properties: &Object) -> Option<Text> {
    let both = properties.get("name");
    let of = |lang: &str| {
        let own = both.and_then(|both| both[lang].as_str()).map(str::to_owned);
        own.or_else(|| properties.text(&format!("name:{lang}"))).or_else(|| properties.text("name"))
    };
    let (en, zh) = (of("en"), of("zh"));
    Some(Text { en: en.clone().or_else(|| zh.clone())?, zh: zh.or(en)? })
}

impl ObstacleRecord {
    /// The obstacle as a feature of GeoJSON, WGS84.
    pub fn to_geojson(&self) -> Value {
        let mut properties = Map::new();
        let mut put = |name: &str, value: Value| properties.insert(name.to_owned(), value);
        put("id", json!(self.id));
        put("name", json!(self.name));
        put("kind", json!(self.kind));
        if let Some(clearance_m) = self.clearance_m {
            put("clearance_m", json!(clearance_m));
        }
        let mut geometry = geometry_of(&self.shape);
        match &self.top {
            Top::OverGround(metres) => {
                put("height_m", json!(metres));
            }
            Top::Amsl(metres) => {
                put("top_amsl_m", json!(metres));
            }
            Top::AlongLine(heights) => {
                let is_amsl = heights.iter().all(|height| height.datum == Datum::Amsl);
                put("heights", json!(if is_amsl { "amsl" } else { "ellipsoid" }));
                add_heights(&mut geometry, heights);
            }
        }
        json!({ "type": "Feature", "properties": properties, "geometry": geometry })
    }
}

fn add_heights(geometry: &mut Value, heights: &[Altitude]) {
    let places = geometry["coordinates"].as_array_mut();
    for (place, height) in places.into_iter().flatten().zip(heights) {
        if let Some(place) = place.as_array_mut() {
            place.push(json!(height.metres));
        }
    }
}
