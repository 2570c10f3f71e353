//! How much power arrives: free space, and diffraction over the ground by one equivalent knife edge.
//!
//! The edge is Bullington's (ITU-R P.526-15, section 4.5.1): where the steepest lines of sight from both ends meet. It is
//! continuous in the profile, needs one pass over it, and over a single ridge it is that ridge exactly; Deygout's edges
//! jump from one to the next as a drone moves. The empirical term that P.526 adds for many ridges in tens of kilometres
//! (at most 10 dB here) is left out, so that loss over several ridges is a lower bound.

use super::BaseStation;
use crate::world::geo::{Place, Position};
use crate::world::terrain::Terrain;

/// Speed of light, m/s.
const LIGHT_MPS: f64 = 299_792_458.0;
/// Earth radius for radio rays in the median atmosphere, m: 4/3 of 6371 km (ITU-R P.526-15, section 1).
const RADIO_EARTH_M: f64 = 8_494_667.0;
/// From this parameter on, and below it not, an edge is felt (ITU-R P.526-15, equation 31).
const FELT_NU: f64 = -0.78;
/// Most points of a profile: on paths that are longer they lie farther apart.
const MOST_POINTS: f64 = 1024.0;
/// Shortest path that is told apart, m: within it the far field does not exist.
const SHORTEST_M: f64 = 1.0;

/// Free-space loss between isotropic antennas, dB: 20 log₁₀(4 π d / λ) (ITU-R P.525).
pub fn free_space_loss_db(distance_m: f64, frequency_mhz: f64) -> f64 {
    let turns = distance_m.max(SHORTEST_M) / wavelength_m(frequency_mhz);
    20.0 * libm::log10(4.0 * std::f64::consts::PI * turns)
}

/// Loss over a knife edge, dB: J(ν) of ITU-R P.526-15, equation 31; within 0.15 dB of the Fresnel integral from ν = −0.5.
pub fn knife_edge_loss_db(nu: f64) -> f64 {
    if nu <= FELT_NU {
        return 0.0;
    }
    let past = nu - 0.1;
    6.9 + 20.0 * libm::log10((past * past + 1.0).sqrt() + past)
}

fn wavelength_m(frequency_mhz: f64) -> f64 {
    LIGHT_MPS / (frequency_mhz * 1e6)
}

/// Median power that arrives from a station at `to`, dBm: what shadows it beside the ground is not in it.
pub fn received_power_dbm(station: &BaseStation, terrain: &Terrain, to: &Position) -> f64 {
    let profile = Profile::between(terrain, station.position.xy(), to.xy());
    profile.received_power_dbm(station, to.z)
}

/// The ground under a straight line, seen by rays over the bent earth; the same for every height of its ends.
#[expect(clippy::struct_field_names, reason = "units stand in names")]
pub(super) struct Profile {
    length_m: f64,
    step_m: f64,
    /// Heights between the ends with the bulge of the earth, m.
    heights_m: Vec<f64>,
}

impl Profile {
    pub fn between(terrain: &Terrain, from: Place, to: Place) -> Self {
        let length_m = (to - from).norm();
        let pieces = (length_m / terrain.fine().posting_m()).ceil().clamp(1.0, MOST_POINTS);
        let step_m = length_m / pieces;
        let direction = (to - from) / pieces;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to MOST_POINTS")]
        let last = pieces as u32;
        let height_m = |index: u32| {
            let along = f64::from(index);
            let bulge_m = along * (pieces - along) * step_m * step_m / (2.0 * RADIO_EARTH_M);
            terrain.extended_ground_amsl_m(&(from + direction * along)) + bulge_m
        };
        Self { length_m, step_m, heights_m: (1..last).map(height_m).collect() }
    }

    /// Median power at the far end, `to_amsl_m` high, of a station at the near end, dBm.
    pub fn received_power_dbm(&self, station: &BaseStation, to_amsl_m: f64) -> f64 {
        let rise_m = to_amsl_m - station.position.z;
        let distance_m = (self.length_m * self.length_m + rise_m * rise_m).sqrt();
        let free_space_db = free_space_loss_db(distance_m, station.frequency_mhz);
        let wavelength_m = wavelength_m(station.frequency_mhz);
        station.eirp_dbm - free_space_db - self.diffraction_loss_db(station.position.z, to_amsl_m, wavelength_m)
    }

    /// Loss by the ground between two heights, dB.
    fn diffraction_loss_db(&self, from_amsl_m: f64, to_amsl_m: f64, wavelength_m: f64) -> f64 {
        let steepest_from = self.steepest(from_amsl_m, |offset_m| offset_m);
        let straight = (to_amsl_m - from_amsl_m) / self.length_m.max(SHORTEST_M);
        let nu = if steepest_from < straight {
            self.nearest_nu(from_amsl_m, straight, wavelength_m)
        } else {
            let steepest_to = self.steepest(to_amsl_m, |offset_m| self.length_m - offset_m);
            let edge_m = (to_amsl_m - from_amsl_m + steepest_to * self.length_m) / (steepest_from + steepest_to);
            if edge_m > 0.0 && edge_m < self.length_m {
                (steepest_from - straight) * edge_m * self.nu_per_m(edge_m, wavelength_m)
            } else {
                // Both rays graze the ground and are one line, which meets itself everywhere.
                0.0
            }
        };
        knife_edge_loss_db(nu)
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        let offsets = (1_u32..).map(|index| f64::from(index) * self.step_m);
        offsets.zip(self.heights_m.iter().copied())
    }

    /// Steepest slope to any ground from an end at a height, whose distance from a point `distance_m` tells.
    fn steepest(&self, end_amsl_m: f64, distance_m: impl Fn(f64) -> f64) -> f64 {
        let slopes = self.points().map(|(offset_m, height_m)| (height_m - end_amsl_m) / distance_m(offset_m));
        slopes.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The parameter of the ground that comes closest to a ray that it does not touch.
    fn nearest_nu(&self, from_amsl_m: f64, slope: f64, wavelength_m: f64) -> f64 {
        let nus = self.points().map(|(offset_m, height_m)| {
            (height_m - from_amsl_m - slope * offset_m) * self.nu_per_m(offset_m, wavelength_m)
        });
        nus.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The parameter of an edge at a distance for each metre by which it reaches over the ray (P.526-15, equation 26).
    fn nu_per_m(&self, edge_m: f64, wavelength_m: f64) -> f64 {
        (2.0 * self.length_m / (wavelength_m * edge_m * (self.length_m - edge_m))).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Text;
    use crate::world::coverage::Technology;
    use crate::world::terrain::HeightField;

    /// Loss over a knife edge from the Fresnel integrals themselves (P.526-15, equation 30), by Simpson's rule.
    fn exact_loss_db(nu: f64) -> f64 {
        let pieces = 20_000;
        let width = nu / f64::from(pieces);
        let integral = |f: fn(f64) -> f64| {
            let at = |index: u32| {
                let s = f64::from(index) * width;
                f(std::f64::consts::FRAC_PI_2 * s * s)
            };
            let weight = |index: u32| if index.is_multiple_of(2) { 2.0 } else { 4.0 };
            let inner: f64 = (1..pieces).map(|index| weight(index) * at(index)).sum();
            (at(0) + inner + at(pieces)) * width / 3.0
        };
        let (c, s) = (integral(libm::cos), integral(libm::sin));
        let (sum, difference) = (1.0 - c - s, c - s);
        -20.0 * libm::log10((sum * sum + difference * difference).sqrt() / 2.0)
    }

    #[test]
    fn the_edge_loses_what_the_fresnel_integral_says() {
        for (nu, db, within_db) in [(0.0, 6.02, 0.02), (1.0, 13.9, 0.25), (2.4, 20.6, 0.25)] {
            assert!((knife_edge_loss_db(nu) - db).abs() < within_db, "{nu}: {}", knife_edge_loss_db(nu));
        }
        for step in -5..=100 {
            let nu = f64::from(step) / 10.0;
            let (approximate, exact) = (knife_edge_loss_db(nu), exact_loss_db(nu));
            assert!((approximate - exact).abs() < 0.15, "{nu}: {approximate} {exact}");
        }
        assert!(knife_edge_loss_db(-0.78).abs() < 0.01 && knife_edge_loss_db(-3.0).abs() < 1e-12);
    }

    #[test]
    fn free_space_loses_with_the_square_of_distance_and_frequency() {
        // ITU-R P.525: 32.4 + 20 log f(MHz) + 20 log d(km).
        assert!((free_space_loss_db(1000.0, 1.0) - 32.4).abs() < 0.05);
        assert!((free_space_loss_db(5000.0, 2600.0) - (32.4 + 68.3 + 13.98)).abs() < 0.06);
        assert!((free_space_loss_db(2000.0, 700.0) - free_space_loss_db(1000.0, 1400.0)).abs() < 1e-9);
    }

    fn station(x: f64, amsl_m: f64) -> BaseStation {
        BaseStation {
            id: "mast".into(),
            ordinal: 0,
            name: Text::default(),
            position: Position::new(x, 0.0, amsl_m),
            height_agl_m: amsl_m,
            eirp_dbm: 60.0,
            frequency_mhz: 700.0,
            technology: Technology::Nr,
        }
    }

    /// A thin wall 100 m high along x = 0 on a plain.
    fn wall() -> Terrain {
        let field =
            HeightField::sampled(Place::new(-4000.0, -50.0), 10.0, [801, 11], |p| if p.x == 0.0 { 100.0 } else { 0.0 });
        Terrain::new(field, None, true, "test")
    }

    /// Below, at and above the top of the wall: the loss is J(ν) of its geometry, and free space alone far above it.
    #[test]
    fn a_single_ridge_is_a_single_edge() {
        let (terrain, station) = (wall(), station(-2000.0, 30.0));
        for to_m in [5.0, 50.0, 120.0, 180.0, 250.0] {
            let to = Position::new(1500.0, 0.0, to_m);
            let free_dbm = 60.0 - free_space_loss_db((to - station.position).norm(), 700.0);
            let loss_db = free_dbm - received_power_dbm(&station, &terrain, &to);
            let bulge_m = 2000.0 * 1500.0 / (2.0 * RADIO_EARTH_M);
            let over_m = 100.0 + bulge_m - (30.0 + (to_m - 30.0) * 2000.0 / 3500.0);
            let nu = over_m * (2.0 * 3500.0 / (wavelength_m(700.0) * 2000.0 * 1500.0)).sqrt();
            assert!((loss_db - knife_edge_loss_db(nu)).abs() < 1e-6, "{to_m}: {loss_db} {nu}");
            let is_seen = terrain.line_of_sight(&station.position, &to);
            assert_eq!(is_seen, loss_db < 6.0, "{to_m}: {loss_db}");
        }
        let high = Position::new(1500.0, 0.0, 700.0);
        let free_dbm = 60.0 - free_space_loss_db((high - station.position).norm(), 700.0);
        assert!((received_power_dbm(&station, &terrain, &high) - free_dbm).abs() < 1e-9);
    }

    /// Over several ridges: the deeper one sinks, the more is lost, and nothing jumps where sight ends.
    #[test]
    fn loss_grows_steadily_as_one_sinks_behind_ground() {
        let field = HeightField::sampled(Place::new(-4000.0, -50.0), 10.0, [801, 11], |p| {
            80.0 * (1.0 + libm::sin(p.x / 300.0)).max(0.0)
        });
        let (terrain, station) = (Terrain::new(field, None, true, "test"), station(-3000.0, 250.0));
        let mut last_dbm = f64::INFINITY;
        // Down to 9 m above the slope that it is over.
        for step in 0..=1600 {
            let to = Position::new(2500.0, 0.0, 320.0 - f64::from(step) / 10.0);
            let power_dbm = received_power_dbm(&station, &terrain, &to);
            assert!(power_dbm <= last_dbm + 0.001 && (step == 0 || last_dbm - power_dbm < 0.3), "{step}: {power_dbm}");
            last_dbm = power_dbm;
        }
    }

    /// A ray along the very ground loses the 6 dB of an edge that it touches.
    #[test]
    fn a_ray_that_grazes_loses_six_decibels() {
        for heights_m in [vec![5.0, 5.0, 5.0], vec![0.0, 5.0, 0.0]] {
            let profile = Profile { length_m: 40.0, step_m: 10.0, heights_m };
            let loss_db = profile.diffraction_loss_db(5.0, 5.0, wavelength_m(700.0));
            assert!((loss_db - knife_edge_loss_db(0.0)).abs() < 1e-9, "{loss_db}");
        }
    }

    #[test]
    fn at_the_mast_and_on_it_power_is_finite() {
        let terrain = wall();
        for to in
            [Position::new(-2000.0, 0.0, 30.0), Position::new(-2000.0, 0.0, 60.0), Position::new(-1995.0, 0.0, 0.0)]
        {
            let power_dbm = received_power_dbm(&station(-2000.0, 30.0), &terrain, &to);
            assert!(power_dbm.is_finite() && power_dbm < 60.0, "{to}: {power_dbm}");
        }
    }
}
