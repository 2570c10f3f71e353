//! What a second costs besides time and energy: people below, noise, links, and how near to the limits of height one is.

use super::PlanningRequest;
use super::lattice::Lattice;
use crate::world::airspace::{Matter, PlaceBelow, RuleId};
use crate::world::geo::{Place, Rectangle};

/// Sound level of a drone at 1 m, dB(A): that of a delivery or inspection multirotor of 10 to 60 kg, falling by 6 dB for
/// each doubling of the distance (engineering value, L).
pub const SOUND_AT_1_M_DBA: f64 = 87.0;
/// How far beside a quiet place a drone is still heard there, m.
const HEARD_M: f64 = 300.0;
/// Most that noise adds to a second, s.
const MOST_NOISE: f64 = 100.0;
/// People on a square kilometre who add as much as the time itself.
const PEOPLE_PER_KM2: f64 = 1000.0;

/// What is asked of each second of a flight.
pub struct Rates<'a> {
    request: PlanningRequest<'a>,
    quiet: QuietPlaces<'a>,
    /// What each layer adds by its height.
    heights: Vec<f64>,
}

/// A place that must stay quiet, and where a drone is heard there.
struct Quiet<'a> {
    place: &'a PlaceBelow,
    limit_dba: f64,
    heard: Rectangle,
}

impl<'a> Rates<'a> {
    /// Those of a request; people and quiet places as they are when the flight departs.
    pub fn of(request: &PlanningRequest<'a>, lattice: &Lattice) -> Self {
        let heights = lattice.heights_agl_m();
        let (low_m, high_m) = (heights[0], heights[heights.len() - 1]);
        let half_m = (0.5 * (high_m - low_m)).max(1.0);
        let off_middle = |height: &f64| request.weights.height * (height - f64::midpoint(low_m, high_m)).abs() / half_m;
        Self { request: *request, quiet: QuietPlaces::of(request), heights: heights.iter().map(off_middle).collect() }
    }

    /// What a second costs more in a layer over a place with so many people below, links aside, s.
    pub fn at(&self, place: &Place, people_per_km2: f64, (layer, agl_m): (usize, f64)) -> f64 {
        let weights = &self.request.weights;
        let people = weights.people * people_per_km2 / PEOPLE_PER_KM2;
        let excess_db = self.quiet.excess_db(place, agl_m);
        let noise = if excess_db > 0.0 { (libm::exp10(excess_db / 10.0) - 1.0).min(MOST_NOISE) } else { 0.0 };
        self.heights[layer] + people + weights.noise * noise
    }

    /// What a second costs more for the link, s.
    pub fn weak_link(&self, place: &Place, agl_m: f64) -> f64 {
        let Some(network) = self.request.network else { return 0.0 };
        2.0 * self.request.weights.coverage * network.link.loss_probability(network.map.power_dbm(place, agl_m))
    }
}

/// The quiet places of a request as they are when the flight departs.
pub struct QuietPlaces<'a>(Vec<Quiet<'a>>);

impl<'a> QuietPlaces<'a> {
    /// Those of an airspace.
    pub fn of(request: &PlanningRequest<'a>) -> Self {
        let airspace = request.airspace;
        let near = airspace.rules_near(&airspace.extent().grown(HEARD_M)).into_iter();
        let quiet = near.filter_map(|rule| {
            let RuleId::Below(index) = rule else { return None };
            let place = &airspace.rules().below[index as usize];
            let Matter::Quiet { limit_dba } = place.matter else { return None };
            let heard = place.footprint.extent().grown(HEARD_M);
            place.holds(request.depart).then_some(Quiet { place, limit_dba, heard })
        });
        Self(quiet.collect())
    }

    /// By how many dB a drone is louder at any of them than that one allows; 0 where it is not.
    pub fn excess_db(&self, place: &Place, agl_m: f64) -> f64 {
        let heard = self.0.iter().filter(|quiet| quiet.heard.contains(place));
        heard.map(|quiet| quiet.excess_db(place, agl_m)).fold(0.0, f64::max)
    }
}

impl Quiet<'_> {
    fn excess_db(&self, place: &Place, agl_m: f64) -> f64 {
        let beside_m = self.place.footprint.distance_m(place);
        let distance_m = (beside_m * beside_m + agl_m * agl_m).sqrt().max(1.0);
        SOUND_AT_1_M_DBA - 20.0 * libm::log10(distance_m) - self.limit_dba
    }
}
