//! The formats of route files, by what their names end with.

use std::path::Path;

/// A format of files of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteFormat {
    /// A plan of QGroundControl, version 1.
    Plan,
    /// `QGC WPL 110`: a line for each MAVLink mission item.
    Wpl,
    /// OGC KML 2.2.
    Kml,
    /// The same, zipped.
    Kmz,
    /// GPX 1.1.
    Gpx,
    /// RFC 7946.
    GeoJson,
    /// A row for each waypoint.
    Csv,
}

impl RouteFormat {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Plan, Self::Wpl, Self::Kml, Self::Kmz, Self::Gpx, Self::GeoJson, Self::Csv];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "QGroundControl plan",
            Self::Wpl => "QGC WPL 110",
            Self::Kml => "KML",
            Self::Kmz => "KMZ",
            Self::Gpx => "GPX",
            Self::GeoJson => "GeoJSON",
            Self::Csv => "CSV",
        }
    }

    /// The format that a file name ends with; `None` for what is none of these.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "plan" => Self::Plan,
            "waypoints" | "wpl" | "txt" | "mission" => Self::Wpl,
            "kml" => Self::Kml,
            "kmz" => Self::Kmz,
            "gpx" => Self::Gpx,
            "geojson" | "json" => Self::GeoJson,
            "csv" => Self::Csv,
            _ => return None,
        })
    }

    /// Whether a file of it holds one route alone.
    pub const fn holds_one(self) -> bool {
        matches!(self, Self::Plan | Self::Wpl)
    }
}
