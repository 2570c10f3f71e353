//! The low-altitude network: base stations, how well they are heard, and how much sky a receiver sees.
//!
//! Both are computed once, as maps per height band over the area, and read in the run. Buildings and antenna patterns are
//! not modelled: `eirp_dbm` is what a station sends towards the drones.

mod banded;
mod grade;
mod link;
mod map;
mod propagation;
mod report;
mod sky;
mod station;

use std::sync::Arc;

pub use banded::BandGrid;
pub use grade::Grade;
pub use link::{Burst, LinkParameters};
pub use map::CoverageMap;
pub use propagation::{free_space_loss_db, knife_edge_loss_db, received_power_dbm};
pub use report::{Report, Reporter};
pub use sky::{Sky, SkyMap};
pub use station::{BaseStation, Technology};

use crate::world::geo::Place;

/// Base stations and the drones' link to them.
#[derive(Clone, Debug)]
pub struct Network {
    /// The stations that serve the drones.
    pub stations: Vec<BaseStation>,
    /// How well the best of them is heard; computed once, shared by every run.
    pub map: Arc<CoverageMap>,
    /// What the drones' receivers and reports are like.
    pub link: LinkParameters,
}

/// What a receiver gets at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reception {
    /// Received power of the best station, dBm.
    pub power_dbm: f64,
    /// How it reaches the drone.
    pub technology: Technology,
}

impl Network {
    /// How good reception is at a point.
    pub fn grade(&self, place: &Place, agl_m: f64) -> Grade {
        Grade::of(self.map.power_dbm(place, agl_m) - self.link.sensitivity_dbm)
    }

    /// What a receiver gets `agl_m` above the ground at `place`.
    pub fn reception(&self, place: &Place, agl_m: f64) -> Reception {
        let station = self.map.best_station(place, agl_m);
        let technology = self.stations.get(station).map_or(Technology::Nr, |station| station.technology);
        Reception { power_dbm: self.map.power_dbm(place, agl_m), technology }
    }
}
