//! A structure scan: rounds along the outline of a building, pushed out by the distance of the camera, one for each layer.
//!
//! QGroundControl does not store these waypoints. They are made as its `StructureScanComplexItem` makes them: from the first
//! corner, each layer once around and back to that corner, layers half a footprint inside of the top or the bottom.

use super::fence::places;
use super::json::Members;
use super::made::{at, flown_as};
use crate::formats::features::{Faults, texts};
use crate::formats::routes::mission::{AltitudeMode, Item, Mission};
use crate::message::Text;
use crate::world::geo::{Geographic, Horizontal, LocalProjection, Place};

/// The most layers.
const MOST_LAYERS: u32 = 1000;
/// Sides that turn by less than this are one, as a sine.
const LEAST_TURN: f64 = 1e-6;

/// What a structure scan says.
struct Scan {
    bottom_m: f64,
    top_m: f64,
    layers: u32,
    layer_height_m: f64,
    entrance_m: f64,
    from_top: bool,
}

/// Adds the waypoints of a structure scan.
pub fn read(entry: &Members<'_>, mission: &mut Mission<'_>, faults: &mut Faults) {
    entry.check_version("version", &[3], faults);
    // The corners stay as the file gives them: the items that are made of them are checked and brought to WGS84.
    let at_file = crate::formats::features::Coordinates::default();
    let corners = places(entry, "polygon", at_file, faults);
    let camera = entry.object("CameraCalc", faults);
    let found = camera.as_ref().and_then(|camera| {
        let distance_m = camera.number("DistanceToSurface", faults)?;
        Some((scan_of(entry, camera, faults)?, distance_m))
    });
    let (Some((scan, distance_m)), true) = (found, corners.len() >= 3) else {
        return entry.spot().error(not_whole(), faults);
    };
    let orbit = pushed_out(&corners, distance_m);
    let before = mission.course.waypoints.len();
    let first = orbit[0];
    let rounds = (0..scan.layers).flat_map(|layer| {
        let around = orbit.iter().chain(std::iter::once(&first));
        around.map(move |place| (*place, layer))
    });
    let rounds = rounds.map(|(place, layer)| (place, scan.height_m(layer)));
    let entrance = std::iter::once((first, scan.entrance_m));
    for (number, (place, metres)) in (1..).zip(entrance.clone().chain(rounds).chain(entrance)) {
        if mission.routes.is_full() {
            break;
        }
        let item = at(place.lat_deg, place.lon_deg, (metres, AltitudeMode::Relative), entry.spot());
        mission.item(&Item { number, ..item }, faults);
    }
    let count = mission.course.waypoints.len() - before;
    entry.spot().warn(flown_as("StructureScan", count), faults);
}

impl Scan {
    /// Height of a layer over home, m.
    fn height_m(&self, layer: u32) -> f64 {
        let inside_m = self.layer_height_m * (f64::from(layer) + 0.5);
        if self.from_top { self.top_m - inside_m } else { self.bottom_m + inside_m }
    }
}

fn scan_of(entry: &Members<'_>, camera: &Members<'_>, faults: &mut Faults) -> Option<Scan> {
    Some(Scan {
        bottom_m: entry.number("ScanBottomAlt", faults)?,
        top_m: entry.number("StructureHeight", faults)?,
        layers: entry.whole("Layers", faults).filter(|layers| (1..=MOST_LAYERS).contains(layers))?,
        layer_height_m: camera.number("AdjustedFootprintFrontal", faults)?,
        entrance_m: entry.number("EntranceAltitude", faults)?,
        from_top: entry.flag("StartFromTop", faults)?,
    })
}

/// The polygon with every side pushed out by `distance_m`; sides meet where their lines do.
fn pushed_out(corners: &[Geographic], distance_m: f64) -> Vec<Geographic> {
    let projection = LocalProjection::new(corners[0]);
    let mut places: Vec<Place> = corners.iter().map(|corner| projection.to_local(*corner)).collect();
    places.dedup();
    let count = places.len();
    let twice_area: f64 = (0..count).map(|index| places[index].coords.perp(&places[(index + 1) % count].coords)).sum();
    let outward = if twice_area > 0.0 { 1.0 } else { -1.0 };
    let direction = |from: usize| (places[(from + 1) % count] - places[from % count]).try_normalize(1e-9);
    let corner = |index: usize| {
        let before = direction(index + count - 1).unwrap_or_else(Horizontal::x);
        let after = direction(index).unwrap_or(before);
        let normal = |along: Horizontal| Horizontal::new(along.y, -along.x) * outward;
        let turn = before.perp(&after);
        // Along a straight stretch the corner moves with its side.
        let shift = if turn.abs() < LEAST_TURN {
            normal(after) * distance_m
        } else {
            (before - after) * (outward * distance_m / turn)
        };
        projection.to_geographic(&(places[index] + shift))
    };
    (0..count).map(corner).collect()
}

fn not_whole() -> [Text; 3] {
    texts(
        ("a structure scan that is not whole", "结构扫描不完整"),
        (
            "a polygon of at least 3 corners, ScanBottomAlt, StructureHeight, Layers (1 to 1000), EntranceAltitude, StartFromTop, CameraCalc",
            "至少 3 个角点的 polygon、ScanBottomAlt、StructureHeight、Layers（1 至 1000）、EntranceAltitude、StartFromTop、CameraCalc",
        ),
        ("open the plan in QGroundControl 4 and save it again", "请用 QGroundControl 4 打开并重新保存"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square of 20 m in either direction of turn becomes one of 40 m when pushed out by 10 m.
    #[test]
    fn a_square_grows_on_every_side() {
        let projection = LocalProjection::new(Geographic::new(41.5, 120.5));
        let square = [(0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0)];
        let wanted = [(-10.0, -10.0), (30.0, -10.0), (30.0, 30.0), (-10.0, 30.0)];
        let corners: Vec<Geographic> = square.map(|(x, y)| projection.to_geographic(&Place::new(x, y))).to_vec();
        let turned: Vec<Geographic> = corners.iter().rev().copied().collect();
        for (corners, reversed) in [(corners, false), (turned, true)] {
            let mut grown = pushed_out(&corners, 10.0);
            if reversed {
                grown.reverse();
            }
            for (place, (x, y)) in grown.iter().zip(wanted) {
                let off_m = (projection.to_local(*place) - Place::new(x, y)).norm();
                assert!(off_m < 0.01, "{place:?}: {off_m}");
            }
        }
    }
}
