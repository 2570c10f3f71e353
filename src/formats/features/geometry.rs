//! Geometries of GeoJSON as shapes: polygons, circles around points, corridors along lines.

use serde_json::Value;

use super::coordinates::Coordinates;
use super::faults::{Faults, texts};
use super::object::Object;
use super::vertices::{Vertex, line, ring, vertex};
use crate::message::Text;
use crate::world::airspace::{Crossing, Footprint, Shape, crossing, is_flat};
use crate::world::geo::{Geographic, Place};

/// The largest radius or width, m; more is taken for a slip.
const LARGEST_M: f64 = 1e6;

/// A shape, and what only its file knows of it.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The shape, WGS84.
    pub shape: Shape,
    /// Where it stands.
    pub key: String,
    /// The third number of each place of a line.
    pub heights_m: Vec<Option<f64>>,
}

/// Where the radius of points and the width of lines is found, if the geometry itself does not say.
#[derive(Clone, Debug, Default)]
pub struct Sizes<'a> {
    /// The properties of the feature.
    pub properties: Option<Object<'a>>,
    /// Radius and width if nothing says; an error if that is absent.
    pub usual_m: Option<[f64; 2]>,
}

/// The geometry itself, or those of a collection.
pub fn leaves<'a>(geometry: &Object<'a>, faults: &mut Faults) -> Vec<Object<'a>> {
    if !geometry.has("geometries") {
        return vec![geometry.clone()];
    }
    let parts = geometry.objects("geometries", faults);
    if parts.is_empty() {
        faults.error(geometry.key_of("geometries"), nothing_covered());
    }
    parts.iter().flat_map(|part| leaves(part, faults)).collect()
}

/// The shapes of a geometry that is no collection.
pub fn pieces(geometry: &Object, sizes: &Sizes, at: Coordinates, faults: &mut Faults) -> Vec<Piece> {
    let key = geometry.key_of("coordinates");
    let Some(coordinates) = geometry.get("coordinates") else {
        faults.error(key, no_coordinates());
        return Vec::new();
    };
    let kind = geometry.text("type").unwrap_or_default();
    let parts = match kind.strip_prefix("Multi") {
        Some(_) => parts(coordinates, &key, faults),
        None => vec![(coordinates, key)],
    };
    let single = kind.strip_prefix("Multi").unwrap_or(&kind);
    let pieces = parts.into_iter().filter_map(|(value, key)| {
        let (shape, heights_m) = match single {
            "Polygon" => (polygon(value, &key, at, faults)?, Vec::new()),
            "Point" => (circle(value, &key, size_m(geometry, RADIUS, sizes, faults), at, faults)?, Vec::new()),
            "LineString" => corridor(value, &key, size_m(geometry, WIDTH, sizes, faults), at, faults)?,
            _ => {
                faults.error(geometry.key_of("type"), unknown_geometry(&kind));
                return None;
            }
        };
        Some(Piece { shape: shape.to_wgs84(at.system), key, heights_m })
    });
    pieces.collect()
}

fn parts<'a>(value: &'a Value, key: &str, faults: &mut Faults) -> Vec<(&'a Value, String)> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    if list.is_empty() {
        faults.error(key, nothing_covered());
    }
    list.iter().enumerate().map(|(index, part)| (part, format!("{key}[{index}]"))).collect()
}

/// A polygon of rings.
fn polygon(value: &Value, key: &str, at: Coordinates, faults: &mut Faults) -> Option<Shape> {
    let before = faults.errors();
    let given = parts(value, key, faults);
    let mut rings: Vec<Vec<Geographic>> =
        given.iter().filter_map(|(value, key)| ring(value, key, at, faults)).collect();
    if faults.errors() > before {
        return None;
    }
    let borrowed: Vec<&[Geographic]> = rings.iter().map(Vec::as_slice).collect();
    match crossing(&borrowed) {
        Crossing::Edges(one, other) => {
            faults.error(format!("{key}[{}][{}]", one[0], one[1]), crossed(one, other, &rings));
            return None;
        }
        Crossing::Unknown => faults.warning(key, entangled()),
        Crossing::None => {}
    }
    if is_flat(&rings[0]) {
        faults.error(key, nothing_covered());
        return None;
    }
    let outer = rings.remove(0);
    if let Some(index) = outside(&outer, &rings) {
        faults.error(format!("{key}[{}]", index + 1), hole_outside());
        return None;
    }
    Some(Shape::Polygon { outer, holes: rings })
}

/// The first ring that has no place in the outer ring or on a corner of it.
fn outside(outer: &[Geographic], holes: &[Vec<Geographic>]) -> Option<usize> {
    let flat = |place: &Geographic| Place::new(place.lon_deg, place.lat_deg);
    let around = Footprint::polygon(outer.iter().map(flat).collect());
    let is_in = |place: &Geographic| around.contains(&flat(place)) || outer.contains(place);
    holes.iter().position(|hole| !hole.iter().any(is_in))
}

fn hole_outside() -> [Text; 3] {
    texts(
        ("a hole outside its polygon", "孔洞位于多边形之外"),
        ("holes inside the first ring", "位于首个环之内的孔洞"),
        ("take it out, or make it a polygon of its own", "去掉，或另作一个多边形"),
    )
}

fn circle(value: &Value, key: &str, radius_m: Option<f64>, at: Coordinates, faults: &mut Faults) -> Option<Shape> {
    let centre = vertex(value, key, at, faults)?.place;
    Some(Shape::Circle { centre, radius_m: radius_m? })
}

fn corridor(
    value: &Value,
    key: &str,
    width_m: Option<f64>,
    at: Coordinates,
    faults: &mut Faults,
) -> Option<(Shape, Vec<Option<f64>>)> {
    let vertices = line(value, key, at, faults)?;
    if vertices.len() < 2 {
        faults.error(key, too_short());
        return None;
    }
    let line = vertices.iter().map(|vertex: &Vertex| vertex.place).collect();
    let heights_m = vertices.iter().map(|vertex| vertex.height_m).collect();
    Some((Shape::Corridor { line, half_width_m: width_m? / 2.0 }, heights_m))
}

/// Names of a size: in the geometry or the properties, and inside the `extent` of ED-318; its place in the usual sizes.
struct SizeNames {
    own: &'static str,
    of_extent: &'static str,
    usual: usize,
    what: (&'static str, &'static str),
}

const RADIUS: SizeNames =
    SizeNames { own: "radius_m", of_extent: "radius", usual: 0, what: ("a point needs a radius", "点须有半径") };
const WIDTH: SizeNames =
    SizeNames { own: "width_m", of_extent: "width", usual: 1, what: ("a line needs a width", "线须有宽度") };

#[expect(clippy::needless_pass_by_value, reason = "a table of names")]
fn size_m(geometry: &Object, names: SizeNames, sizes: &Sizes, faults: &mut Faults) -> Option<f64> {
    let extent = geometry.object("extent", faults);
    let places =
        [(extent, names.of_extent), (Some(geometry.clone()), names.own), (sizes.properties.clone(), names.own)];
    let given = places.iter().find_map(|(object, name)| Some((object.as_ref().filter(|it| it.has(name))?, *name)));
    match (given, sizes.usual_m) {
        (Some((object, name)), _) => metres(object, name, faults),
        (None, Some(usual_m)) => Some(usual_m[names.usual]),
        (None, None) => {
            faults.error(geometry.key_of("type"), no_size(&names));
            None
        }
    }
}

/// A size in metres, more than 0.
pub fn metres(object: &Object, name: &str, faults: &mut Faults) -> Option<f64> {
    let before = faults.errors();
    let metres = object.number(name, faults);
    if faults.errors() > before {
        return None;
    }
    let metres = metres.unwrap_or(0.0);
    if metres > 0.0 && metres <= LARGEST_M {
        return Some(metres);
    }
    faults.error(object.key_of(name), no_metres(metres));
    None
}

fn no_metres(metres: f64) -> [Text; 3] {
    texts(
        (format!("a size of {metres} m"), format!("尺寸为 {metres} 米")),
        (format!("more than 0 and at most {LARGEST_M} m"), format!("大于 0 且不超过 {LARGEST_M} 米")),
        ("write the size in metres", "以米为单位填写尺寸"),
    )
}

fn no_size(names: &SizeNames) -> [Text; 3] {
    let name = names.own;
    texts(
        (names.what.0, names.what.1),
        (format!("`{name}`, m (an `extent` in ED-318)"), format!("`{name}`，米（ED-318 为 `extent`）")),
        (format!("add `{name}`, or the `extent`"), format!("补上 `{name}` 或 `extent`")),
    )
}

fn no_coordinates() -> [Text; 3] {
    texts(
        ("a geometry without coordinates", "几何没有坐标"),
        ("`coordinates`", "`coordinates`"),
        ("add them, or take the feature out", "补全坐标，或去掉此要素"),
    )
}

fn unknown_geometry(kind: &str) -> [Text; 3] {
    let expected = "Polygon, MultiPolygon, Point, MultiPoint, LineString, MultiLineString, GeometryCollection";
    texts(
        (format!("unknown geometry `{kind}`"), format!("未知几何类型 `{kind}`")),
        (expected, expected.replace(", ", "、")),
        ("correct `type`; upper and lower case matter", "改正 `type`，注意大小写"),
    )
}

/// That two edges of rings cross, each by its ring and the place that it begins with.
pub fn crossed(one: [usize; 2], other: [usize; 2], rings: &[Vec<Geographic>]) -> [Text; 3] {
    let edge = |[ring, begin]: [usize; 2]| {
        let places = &rings[ring];
        let [a, b] = [places[begin], places[(begin + 1) % places.len()]];
        format!("[{}, {}]–[{}, {}]", a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)
    };
    let (one, other) = (edge(one), edge(other));
    texts(
        (format!("the outline crosses itself: {one} and {other}"), format!("轮廓自相交：{one} 与 {other}")),
        ("an outline whose edges meet in their ends alone", "各边只在端点相接的轮廓"),
        ("put the places in the order of the outline, or split it", "按轮廓顺序排列位置，或拆分轮廓"),
    )
}

fn entangled() -> [Text; 3] {
    texts(
        ("too entangled to find out whether it crosses itself", "过于复杂，无法判断是否自相交"),
        ("edges that are short against the outline", "边长远小于轮廓尺寸"),
        ("look at it on a map, or simplify it", "在地图上查看，或简化轮廓"),
    )
}

fn nothing_covered() -> [Text; 3] {
    texts(
        ("it covers no area", "没有覆盖任何面积"),
        ("an outline around an area", "围成面积的轮廓"),
        ("correct the places, or take the feature out", "改正位置，或去掉此要素"),
    )
}

fn too_short() -> [Text; 3] {
    texts(
        ("a line of fewer than 2 different places", "线的不同位置少于 2 个"),
        ("at least 2 different places", "至少 2 个不同位置"),
        ("add the missing places, or make it a point with a radius", "补全位置，或改为带半径的点"),
    )
}
