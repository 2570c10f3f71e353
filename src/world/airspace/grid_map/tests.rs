//! The map against its cells asked one at a time.

use std::sync::Arc;

use super::*;
use crate::message::Text;
use crate::units::{Altitude, Purpose, RandomStream};
use crate::world::airspace::{Bounds, Footprint, Geozone, Origin, Restriction, Rules, Schedule, Volume};
use crate::world::geo::Geoid;
use crate::world::terrain::{HeightField, Terrain};

const MIDDLE: Geographic = Geographic::new(41.5375, 120.485);
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn airspace(projection: LocalProjection) -> Airspace {
    let field = HeightField::sampled(Place::new(-1000.0, -1000.0), 20.0, [101, 101], |p| {
        300.0 + 60.0 * libm::sin(p.x / 150.0) * libm::cos(p.y / 210.0)
    });
    let draw = RandomStream::new(77, Purpose::Traffic, 1);
    let zones = (0..60_u64).map(|i| {
        let at = |n: u64, low, high| draw.between(8 * i + n, low, high);
        let footprint = Footprint::Circle {
            centre: Place::new(at(0, -900.0, 900.0), at(1, -900.0, 900.0)),
            radius_m: at(2, 20.0, 220.0),
        };
        let restrictions = [Restriction::Prohibited, Restriction::ReqAuthorisation, Restriction::Conditional];
        let volume = Volume {
            footprint,
            lower: Altitude::agl(at(3, 0.0, 90.0)),
            upper: Some(Altitude::amsl(at(4, 300.0, 480.0))),
        };
        Geozone {
            id: format!("{i}"),
            name: Text::default(),
            restriction: restrictions[(i % 3) as usize],
            conditions: String::new(),
            reasons: Vec::new(),
            origin: Origin::Published,
            authorities: Vec::new(),
            schedule: Schedule::default(),
            middle: MIDDLE,
            volumes: vec![volume],
            exempt: None,
        }
    });
    let area = Rectangle { low: Place::new(-800.0, -800.0), high: Place::new(800.0, 800.0) };
    let bounds = Bounds { outline: area.corners().to_vec(), ceiling_agl_m: 120.0, clearance_m: 20.0 };
    let rules = Rules { zones: zones.collect(), ..Rules::default() };
    let terrain = Terrain::new(field, None, true, "test").with_geoid(Geoid::over(area, projection));
    Airspace::new(bounds, rules, Arc::new(terrain))
}

fn corners(projection: &LocalProjection, half_m: f64) -> [Geographic; 2] {
    [-half_m, half_m].map(|metres| projection.to_geographic(&Place::new(metres, metres)))
}

#[test]
fn a_map_is_its_cells_asked_one_at_a_time() {
    let projection = LocalProjection::new(MIDDLE);
    let airspace = airspace(projection);
    let [south_west, north_east] = corners(&projection, 900.0);
    let six = Level::new(6).unwrap();
    for lattice in [Lattice::Metric { cell_m: 37.0 }, Lattice::BeiDou(six)] {
        let sheet = Sheet::over(lattice, south_west, north_east, projection);
        let map = GridMap::new(&airspace, sheet, NOW, Flyer::AnyHolder);
        let mut closed = 0;
        for cell in map.cells() {
            let area = Rectangle::around(cell.local_corners()).unwrap();
            let ground = airspace.terrain().ground_range_m(&area).unwrap();
            let alone = airspace.vicinity(&area, NOW, Flyer::AnyHolder).column(&area, ground);
            assert_eq!(cell.column, &alone, "{}", cell.code());
            closed += usize::from(cell.bands().any(|band| !band.is_open));
        }
        let (inside, sheet) = (map.cells().count(), map.sheet().cells());
        assert!(inside * 100 > sheet * 60 && inside < sheet && closed * 10 > inside, "{inside} {sheet} {closed}");
    }
}

/// Every point of the air of a band lies in a layer that the band names.
#[test]
fn bands_name_the_layers_that_they_reach() {
    let projection = LocalProjection::new(MIDDLE);
    let airspace = airspace(projection);
    let [south_west, north_east] = corners(&projection, 300.0);
    let sheet = Sheet::over(Lattice::Metric { cell_m: 50.0 }, south_west, north_east, projection);
    let map = GridMap::new(&airspace, sheet, NOW, Flyer::AnyHolder);
    for cell in map.cells() {
        let [low, .., high] = [cell.local_corners()[0], cell.local_corners()[2]];
        for ((band, layers), number) in cell.bands().zip(cell.band_layers()).zip(0_u8..) {
            assert!((band.from_agl_m - 7.5 * f64::from(number)).abs() < 1e-9);
            let [from, to] = layers.unwrap();
            for share in [0.1, 0.5, 0.9] {
                let place = low + (high - low) * share;
                let ground_m = airspace.terrain().ground_amsl_m(&place).unwrap();
                let middle_m = ground_m + f64::midpoint(band.from_agl_m, band.to_agl_m);
                let layer = HeightLayer::of(middle_m + airspace.terrain().undulation_m(&place).unwrap());
                assert!((from..=to).contains(&layer.number()), "{} {number}: {from:?} {layer:?} {to:?}", cell.code());
            }
        }
    }
}

/// Cells whose middle lies right on the edge belong to the area in the south and the west, all of them, and in the north and
/// the east none; a box that ends on a line of the grid has no cells beyond it.
#[test]
fn cells_on_the_edge_are_decided_alike() {
    let projection = LocalProjection::new(MIDDLE);
    let airspace = airspace(projection);
    // The area reaches to 800 m: middles at ±800 m exactly.
    for (cell_m, columns, rows) in [(64.0, 25, 25), (320.0, 5, 5)] {
        let [south_west, north_east] = corners(&projection, 1000.0);
        let map = GridMap::new(
            &airspace,
            Sheet::over(Lattice::Metric { cell_m }, south_west, north_east, projection),
            NOW,
            Flyer::AnyHolder,
        );
        let found = |pick: fn(&Cell<'_>) -> usize| {
            let all: std::collections::BTreeSet<usize> = map.cells().map(|cell| pick(&cell)).collect();
            all.len()
        };
        let all = map.cells().count();
        assert_eq!(
            (found(|cell| cell.column_index), found(|cell| cell.row_index), all),
            (columns, rows, columns * rows),
            "{cell_m}"
        );
    }
    let level = Level::new(5).unwrap();
    let step_deg = 4.0 / 3600.0;
    let corner = |cells: f64| Geographic::new(41.0 + cells * step_deg, 120.0 + cells * step_deg);
    let sheet = Sheet::over(Lattice::BeiDou(level), corner(3.0), corner(15.0), projection);
    assert_eq!(sheet.size(), [12, 12]);
    let date_line = Sheet::over(
        Lattice::BeiDou(level),
        Geographic::new(-17.0, 179.99),
        Geographic::new(-16.99, 180.0),
        LocalProjection::new(Geographic::new(-17.0, 179.995)),
    );
    assert_eq!(date_line.size(), [9, 9]);
}
