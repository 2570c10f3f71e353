//! The coverage map: at every node of a lattice and height band the best station and its power.

use std::cmp::Ordering;

use super::banded::{BANDS, BandGrid, Lattice};
use super::propagation::{Profile, free_space_loss_db};
use super::station::BaseStation;
use crate::units::{Purpose, RandomStream};
use crate::world::geo::{Place, Rectangle};
use crate::world::terrain::Terrain;

/// Least distance between nodes, m, about that over which shadowing changes (Gudmundson 1991: tens of metres in towns).
const LEAST_CELL_M: f64 = 50.0;
/// Most nodes of a map.
const MOST_NODES: f64 = 65_000.0;
/// Standard deviation of log-normal shadowing by what the terrain does not show, dB (3GPP TR 36.777: about 4 in sight).
const SHADOWING_DB: f64 = 4.0;
/// Seed of the shadowing, the same for every run: it belongs to the place.
const SCENE_SEED: u64 = 1;

/// How well the best station is heard, per height band over the area.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageMap {
    power_dbm: BandGrid<1>,
    /// Index of the best station of every node and band.
    best: Vec<u16>,
}

/// Power and index of the best station in every band.
type Best = [(f64, u16); BANDS as usize];

impl CoverageMap {
    /// The map of some stations over an area, in bands up to the ceiling.
    pub fn new(stations: &[BaseStation], terrain: &Terrain, area: &Rectangle, ceiling_agl_m: f64) -> Self {
        let lattice = Lattice::over(area, ceiling_agl_m, LEAST_CELL_M, MOST_NODES);
        let bests = lattice.computed(|node, place| best(stations, terrain, place, node, &lattice.bands_agl_m()));
        #[expect(clippy::cast_possible_truncation, reason = "a thousandth of a decibel is kept in 32 bits")]
        let values = bests.iter().map(|bands| bands.map(|(power_dbm, _)| [power_dbm as f32])).collect();
        let best = bests.iter().flatten().map(|&(_, station)| station).collect();
        Self { power_dbm: BandGrid::new(lattice, values), best }
    }

    /// Power of the best station `agl_m` above the ground at `place`, dBm; linear between nodes and bands, below the
    /// lowest band as in it.
    pub fn power_dbm(&self, place: &Place, agl_m: f64) -> f64 {
        self.power_dbm.at(place, agl_m)[0]
    }

    /// Index of the best station at the node and band nearest to a point.
    pub fn best_station(&self, place: &Place, agl_m: f64) -> usize {
        self.best[self.power_dbm.lattice().nearest(place, agl_m)].into()
    }

    /// Its figures at nodes and bands.
    pub const fn grid(&self) -> &BandGrid<1> {
        &self.power_dbm
    }
}

/// The best station of every band at a node: those that are nearest in free space first, until none left can be better.
fn best(stations: &[BaseStation], terrain: &Terrain, place: Place, node: usize, bands_agl_m: &[f64]) -> Best {
    let ground_m = terrain.extended_ground_amsl_m(&place);
    let mut most: Vec<(f64, f64, u16)> = (0_u16..)
        .zip(stations)
        .map(|(index, station)| {
            let shadow_db = shadowing_db(station.ordinal, node);
            let distance_m = (place - station.position.xy()).norm();
            (station.eirp_dbm - free_space_loss_db(distance_m, station.frequency_mhz) + shadow_db, shadow_db, index)
        })
        .collect();
    most.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    let mut best: Best = [(f64::NEG_INFINITY, 0); BANDS as usize];
    for (most_dbm, shadow_db, index) in most {
        if best.iter().all(|(power_dbm, _)| *power_dbm > most_dbm) {
            break;
        }
        let station = &stations[usize::from(index)];
        let profile = Profile::between(terrain, station.position.xy(), place);
        for (found, agl_m) in best.iter_mut().zip(bands_agl_m) {
            let power_dbm = profile.received_power_dbm(station, ground_m + agl_m) + shadow_db;
            // Of two that are heard alike the first in the file serves.
            let is_better = match power_dbm.total_cmp(&found.0) {
                Ordering::Greater => true,
                Ordering::Equal => index < found.1,
                Ordering::Less => false,
            };
            if is_better {
                *found = (power_dbm, index);
            }
        }
    }
    best
}

/// Shadowing of a station at a node, dB: a frozen field, the same in all bands.
fn shadowing_db(ordinal: u16, node: usize) -> f64 {
    let stream = RandomStream::new(SCENE_SEED, Purpose::Shadowing, ordinal.into());
    SHADOWING_DB * stream.normal(node as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Text;
    use crate::world::coverage::{Technology, received_power_dbm};
    use crate::world::geo::Position;
    use crate::world::terrain::HeightField;

    fn hills() -> Terrain {
        let field = HeightField::sampled(Place::new(-1500.0, -1500.0), 10.0, [301, 301], |p| {
            300.0 + 120.0 * libm::sin(p.x / 350.0) * libm::cos(p.y / 420.0)
        });
        Terrain::new(field, None, true, "test")
    }

    fn station(terrain: &Terrain, ordinal: u16, x: f64, y: f64) -> BaseStation {
        let ground_m = terrain.ground_amsl_m(&Place::new(x, y)).unwrap();
        BaseStation {
            id: ordinal.to_string(),
            ordinal,
            name: Text::default(),
            position: Position::new(x, y, ground_m + 25.0),
            height_agl_m: 25.0,
            eirp_dbm: 55.0,
            frequency_mhz: 2600.0,
            technology: Technology::Nr,
        }
    }

    /// At every node and band against every station by itself; between nodes between them; alone against pruned.
    #[test]
    fn the_map_is_the_best_of_all_stations_computed_one_by_one() {
        let terrain = hills();
        let stations: Vec<BaseStation> = (0_u16..)
            .zip([(-900.0, -700.0), (300.0, 800.0), (1000.0, -200.0), (0.0, 0.0), (-1200.0, 1100.0)])
            .map(|(ordinal, (x, y))| station(&terrain, ordinal, x, y))
            .collect();
        let area = Rectangle { low: Place::new(-1250.0, -1250.0), high: Place::new(1250.0, 1250.0) };
        let map = CoverageMap::new(&stations, &terrain, &area, 120.0);
        let lattice = map.grid().lattice();
        let [columns, rows] = lattice.size();
        let mut serving = [0; 5];
        for (column, row) in (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))) {
            let place = lattice.node(column, row);
            let ground_m = terrain.ground_amsl_m(&place).unwrap();
            for agl_m in lattice.bands_agl_m() {
                let to = Position::new(place.x, place.y, ground_m + agl_m);
                let powers = stations.iter().map(|station| {
                    received_power_dbm(station, &terrain, &to) + shadowing_db(station.ordinal, row * columns + column)
                });
                let (best, power_dbm) = powers.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                assert!((map.power_dbm(&place, agl_m) - power_dbm).abs() < 1e-4, "{place} {agl_m}");
                assert_eq!(map.best_station(&place, agl_m), best, "{place} {agl_m}");
                serving[best] += 1;
            }
        }
        assert!(serving.iter().all(|nodes| *nodes > 100), "every station serves somewhere: {serving:?}");
        for (x, y, agl_m) in [(-1237.0, 333.0, 41.0), (12.0, -777.0, 30.0), (600.0, 611.0, 110.0)] {
            let (low, high) = around(&map, &Place::new(x, y), agl_m);
            let power_dbm = map.power_dbm(&Place::new(x, y), agl_m);
            assert!(low <= power_dbm && power_dbm <= high, "{low} {power_dbm} {high}");
        }
    }

    /// Least and greatest power of the eight nodes around a point.
    fn around(map: &CoverageMap, place: &Place, agl_m: f64) -> (f64, f64) {
        let cell_m = map.grid().lattice().cell_m();
        let corner =
            |axis: usize, side: f64| -1250.0 + ((place[axis] + 1250.0) / cell_m).floor() * cell_m + side * cell_m;
        let mut range = (f64::INFINITY, f64::NEG_INFINITY);
        for band_m in [(agl_m / 30.0).floor() * 30.0, (agl_m / 30.0).floor() * 30.0 + 30.0] {
            for (east, north) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                let power_dbm = map.power_dbm(&Place::new(corner(0, east), corner(1, north)), band_m);
                range = (range.0.min(power_dbm), range.1.max(power_dbm));
            }
        }
        range
    }

    #[test]
    fn shadowing_is_a_station_s_own_and_stays() {
        let draws = |ordinal| (0..20_000).map(move |node| shadowing_db(ordinal, node)).collect::<Vec<f64>>();
        let (one, other) = (draws(0), draws(1));
        let mean_product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / 20_000.0;
        assert!((mean_product(&one, &one).sqrt() - SHADOWING_DB).abs() < 0.1);
        assert!(mean_product(&one, &other).abs() < 4.0 * SHADOWING_DB * SHADOWING_DB / 20_000.0_f64.sqrt());
        assert_eq!(one, draws(0));
    }
}
