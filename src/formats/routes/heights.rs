//! Bringing heights from one datum to another: never without what it takes.
//!
//! Between the ellipsoid and mean sea level it takes EGM96, which is there; between either and the ground it takes terrain.

use super::place::Spot;
use super::record::{RouteRecord, WaypointRecord};
use crate::formats::features::{Faults, texts};
use crate::message::Text;
use crate::units::{Altitude, Datum};
use crate::world::geo::{Geographic, Geoid, LocalProjection, Place, Rectangle};
use crate::world::terrain::Terrain;

/// A file of routes spreads at most this far, m, to have one piece of the geoid.
const WIDEST_M: f64 = 2_000_000.0;

/// What is known about heights beside what the file says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heights<'a> {
    /// The terrain and its local frame.
    pub ground: Option<(&'a Terrain, &'a LocalProjection)>,
    /// The height of points that have none in the file; none if absent.
    pub missing: Option<Altitude>,
    /// What all heights are to be measured from; what they are, as far as the format allows, if absent.
    pub wanted: Option<Datum>,
}

/// The geoid around the points of a file.
#[derive(Debug)]
pub struct Geoids {
    geoid: Geoid,
    projection: LocalProjection,
}

impl Geoids {
    /// The geoid around places; `None` if there are none, or if they are too far apart.
    pub fn around(places: impl Iterator<Item = Geographic>) -> Option<Self> {
        let mut corners: Option<[Geographic; 2]> = None;
        for place in places {
            let [low, high] = corners.unwrap_or([place, place]);
            corners = Some([
                Geographic::new(low.lat_deg.min(place.lat_deg), low.lon_deg.min(place.lon_deg)),
                Geographic::new(high.lat_deg.max(place.lat_deg), high.lon_deg.max(place.lon_deg)),
            ]);
        }
        let [low, high] = corners?;
        let middle =
            Geographic::new(f64::midpoint(low.lat_deg, high.lat_deg), f64::midpoint(low.lon_deg, high.lon_deg));
        let projection = LocalProjection::new(middle);
        let lats = [low.lat_deg, middle.lat_deg, high.lat_deg];
        let all = lats.into_iter().flat_map(|lat_deg| {
            [low.lon_deg, middle.lon_deg, high.lon_deg].map(|lon_deg| Geographic::new(lat_deg, lon_deg))
        });
        let extent = Rectangle::around(all.map(|place| projection.to_local(place)))?;
        let size = extent.size();
        (size.x <= WIDEST_M && size.y <= WIDEST_M).then(|| Self { geoid: Geoid::over(extent, projection), projection })
    }

    /// Height of the geoid over the ellipsoid, m.
    pub fn undulation_m(&self, place: Geographic) -> f64 {
        self.geoid.undulation_m(&self.projection.to_local(place))
    }
}

/// Which heights a format can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holds {
    /// From what they may be measured.
    pub datums: &'static [Datum],
    /// Whether those of one route may be measured from different surfaces, or some be missing.
    pub mixed: bool,
    /// Whether they may be missing.
    pub missing: bool,
}

/// Routes with heights that a format can hold; what stands in the way is told.
pub fn held(
    routes: &[RouteRecord],
    holds: Holds,
    format: &str,
    heights: &Heights<'_>,
    faults: &mut Faults,
) -> Vec<RouteRecord> {
    let geoids = Geoids::around(routes.iter().flat_map(|route| &route.waypoints).map(|waypoint| waypoint.place));
    let converter = Converter { heights, geoids, format };
    routes.iter().map(|route| converter.route(route, holds, faults)).collect()
}

struct Converter<'a> {
    heights: &'a Heights<'a>,
    geoids: Option<Geoids>,
    format: &'a str,
}

impl Converter<'_> {
    fn route(&self, route: &RouteRecord, holds: Holds, faults: &mut Faults) -> RouteRecord {
        let mut held = route.clone();
        for waypoint in &mut held.waypoints {
            waypoint.altitude = waypoint.altitude.or(self.heights.missing);
        }
        if let Some(wanted) = self.heights.wanted {
            self.bring(&mut held, |_| wanted, faults);
        }
        let allows = |datum: Datum| holds.datums.contains(&datum);
        self.bring(&mut held, |datum| if allows(datum) { datum } else { Datum::Amsl }, faults);
        let mut datums = held.waypoints.iter().filter_map(|waypoint| waypoint.altitude).map(|altitude| altitude.datum);
        let first = datums.next();
        if !holds.mixed && datums.any(|datum| Some(datum) != first) {
            self.bring(&mut held, |_| Datum::Amsl, faults);
        }
        self.check_missing(&held, holds, faults);
        held
    }

    /// Brings every height to where `wanted` says for its datum; the first that cannot be brought there is told.
    fn bring(&self, route: &mut RouteRecord, wanted: impl Fn(Datum) -> Datum, faults: &mut Faults) {
        for waypoint in &mut route.waypoints {
            let Some(altitude) = waypoint.altitude else { continue };
            match self.converted(altitude, waypoint.place, wanted(altitude.datum)) {
                Ok(brought) => waypoint.altitude = Some(brought),
                Err(why) => {
                    let fault = self.unknown(&route.name, altitude, wanted(altitude.datum), why);
                    return Spot { key: &waypoint.key, line: waypoint.line }.error(fault, faults);
                }
            }
        }
    }

    fn converted(&self, altitude: Altitude, place: Geographic, wanted: Datum) -> Result<Altitude, Why> {
        if altitude.datum == wanted {
            return Ok(altitude);
        }
        let amsl_m = match altitude.datum {
            Datum::Amsl => altitude.metres,
            Datum::Ellipsoid => altitude.metres - self.undulation_m(place)?,
            Datum::Agl => altitude.metres + self.ground_amsl_m(place)?,
        };
        let metres = match wanted {
            Datum::Amsl => amsl_m,
            Datum::Ellipsoid => amsl_m + self.undulation_m(place)?,
            Datum::Agl => amsl_m - self.ground_amsl_m(place)?,
        };
        Ok(Altitude { metres: (metres * 1000.0).round() / 1000.0, datum: wanted })
    }

    fn undulation_m(&self, place: Geographic) -> Result<f64, Why> {
        self.geoids.as_ref().map(|geoids| geoids.undulation_m(place)).ok_or(Why::TooFarApart)
    }

    fn ground_amsl_m(&self, place: Geographic) -> Result<f64, Why> {
        let (terrain, projection) = self.heights.ground.ok_or(Why::NoTerrain)?;
        let local: Place = projection.to_local(place);
        terrain.ground_amsl_m(&local).ok_or(Why::OutsideTerrain)
    }

    fn check_missing(&self, route: &RouteRecord, holds: Holds, faults: &mut Faults) {
        let is_bare = |waypoint: &&WaypointRecord| waypoint.altitude.is_none();
        let Some(first) = route.waypoints.iter().find(is_bare) else { return };
        let all = route.waypoints.iter().all(|waypoint| waypoint.altitude.is_none());
        if !holds.missing || !(holds.mixed || all) {
            let spot = Spot { key: &first.key, line: first.line };
            spot.error(missing(&route.name, self.format), faults);
        }
    }

    fn unknown(&self, route: &str, altitude: Altitude, wanted: Datum, why: Why) -> [Text; 3] {
        let (from, to) = (datum_name(altitude.datum), datum_name(wanted));
        let (metres, format) = (altitude.metres, self.format);
        let (en, zh) = match why {
            Why::NoTerrain => ("there is no terrain to convert with", "没有可用于换算的地形"),
            Why::OutsideTerrain => ("the place lies outside the terrain", "该点位于地形数据之外"),
            Why::TooFarApart => {
                ("the points lie too far apart for one piece of the geoid", "各点相距过远，无法用同一大地水准面")
            }
        };
        texts(
            (
                format!(
                    "route `{route}`: {metres} m {} cannot be turned into a height {}, which {format} asks for: {en}",
                    from.en, to.en
                ),
                format!("航线 `{route}`：{}{metres} 米无法换算为 {format} 所需的{}：{zh}", from.zh, to.zh),
            ),
            (format!("heights {}, or terrain", to.en), format!("{}，或地形数据", to.zh)),
            (
                "give --scenario SCN, whose terrain reaches there, or write a format that keeps the datum: csv, geojson, plan",
                "请用 --scenario 指定地形覆盖该处的情景，或写出保留基准的格式：csv、geojson、plan",
            ),
        )
    }
}

/// Why a height cannot be converted.
#[derive(Clone, Copy)]
enum Why {
    NoTerrain,
    OutsideTerrain,
    TooFarApart,
}

/// What a datum is called.
pub fn datum_name(datum: Datum) -> Text {
    match datum {
        Datum::Ellipsoid => Text::new("above the ellipsoid", "椭球高"),
        Datum::Amsl => Text::new("above mean sea level", "海拔高"),
        Datum::Agl => Text::new("above ground", "真高"),
    }
}

fn missing(route: &str, format: &str) -> [Text; 3] {
    texts(
        (
            format!("route `{route}` has points without a height, and {format} asks for one"),
            format!("航线 `{route}` 有航路点没有高度，而 {format} 要求高度"),
        ),
        ("a height with its datum for every point", "每个点都有带基准的高度"),
        ("say how high they are flown: --height 60agl", "请指定飞行高度：--height 60agl"),
    )
}
