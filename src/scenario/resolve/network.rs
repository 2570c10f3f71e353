//! Base stations on their ground, and the maps of what they and the satellites reach.

use std::sync::Arc;

use super::Scene;
use crate::aircraft::{Navigation, Positioning};
use crate::scenario::check::{name_of, under_ground};
use crate::scenario::model::Scenario;
use crate::scenario::model::network::{self as model, NavigationMode};
use crate::scenario::report::Reporter;
use crate::units::SimTime;
use crate::world::airspace::Airspace;
use crate::world::coverage::{BaseStation, CoverageMap, LinkParameters, Network, SkyMap};
use crate::world::geo::Position;

/// The stations that serve the drones; `None` if there are no stations, or faults that make a map worthless.
pub fn network(
    scenario: &Scenario,
    scene: &Scene,
    airspace: &Airspace,
    reporter: &mut Reporter<'_>,
) -> Option<Network> {
    let link = scenario.link;
    let stations: Vec<BaseStation> =
        (0..).zip(&scenario.base_station).map(|(index, station)| placed(station, index, scene, reporter)).collect();
    if stations.is_empty() || !reporter.can_go_on() {
        return None;
    }
    let serves = |station: &BaseStation| link.technology.is_none_or(|technology| technology == station.technology);
    let stations: Vec<BaseStation> = stations.into_iter().filter(serves).collect();
    let map = CoverageMap::new(&stations, &scene.terrain, &airspace.extent(), airspace.ceiling_agl_m());
    Some(Network { stations, map: Arc::new(map), link: parameters(&link) })
}

/// How drones find their positions; `None` if without error.
pub fn navigation(scenario: &Scenario, scene: &Scene, airspace: &Airspace) -> Option<Navigation> {
    let positioning = match scenario.navigation.mode {
        NavigationMode::Perfect => return None,
        NavigationMode::Standalone => Positioning::Standalone,
        NavigationMode::Sbas => Positioning::Sbas,
        NavigationMode::Rtk => Positioning::Rtk,
    };
    let sky = SkyMap::new(&scene.terrain, &airspace.extent(), airspace.ceiling_agl_m());
    Some(Navigation { positioning, sky: Arc::new(sky) })
}

fn placed(station: &model::BaseStation, index: u16, scene: &Scene, reporter: &mut Reporter<'_>) -> BaseStation {
    let key = format!("base_station[{index}]");
    let ground = scene.grounded(scene.place(station.position), &format!("{key}.position"), reporter);
    let antenna_amsl_m = station.altitude_amsl_m.unwrap_or(ground.z + station.height_agl_m.unwrap_or(0.0));
    let height_agl_m = antenna_amsl_m - ground.z;
    // Without ground below it, which is told, there is nothing to be under.
    if height_agl_m <= 0.0 && reporter.can_go_on() {
        under_ground(&station.id, height_agl_m, &format!("{key}.altitude_amsl_m"), reporter);
    }
    BaseStation {
        id: station.id.clone(),
        ordinal: index,
        name: name_of(station.name.as_ref(), &station.id),
        position: Position::new(ground.x, ground.y, antenna_amsl_m),
        height_agl_m,
        eirp_dbm: station.eirp_dbm,
        frequency_mhz: station.frequency_mhz,
        technology: station.technology,
    }
}

fn parameters(link: &model::Link) -> LinkParameters {
    LinkParameters {
        sensitivity_dbm: link.sensitivity_dbm,
        lost_after: SimTime::from_seconds(link.lost_after_s),
        report_interval: SimTime::from_seconds(link.report_interval_s),
        mean_burst: link.mean_burst,
    }
}
