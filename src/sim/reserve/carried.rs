//! What the legs of a mission take of a battery: which of them it carries together.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::mission::{Mission, OtherLeg};
use crate::sim::Simulation;
use crate::sim::drone::FlownWays;
use crate::traffic::route::FlightPlan;
use crate::units::MissionId;

/// Energy of the legs of a mission in the weather that was last observed, by their numbers: the preferred one is 0.
#[derive(Debug, Default)]
pub struct LegEnergies {
    /// There with the load and its handing over, or round; Wh, infinite where the wind is stronger than the drone.
    wh_of_outs: Vec<f64>,
    /// Back; none of a round.
    wh_of_backs: Vec<f64>,
    /// What a full battery gives for both, Wh.
    spendable_wh: f64,
}

impl LegEnergies {
    /// Whether a full battery carries a leg out at all.
    pub fn carry_out(&self, number: usize) -> bool {
        self.wh_of_outs.get(number).is_some_and(|out_wh| *out_wh <= self.spendable_wh)
    }

    /// Whether a full battery carries a leg back at all.
    pub fn carry_back(&self, number: usize) -> bool {
        self.wh_of_backs.get(number).is_some_and(|back_wh| *back_wh <= self.spendable_wh)
    }

    /// Whether a full battery carries a leg out with one back.
    pub fn carry(&self, out: usize, back: Option<usize>) -> bool {
        let back_wh = back.map_or(Some(0.0), |back| self.wh_of_backs.get(back).copied());
        let both_wh = self.wh_of_outs.get(out).zip(back_wh).map(|(out_wh, back_wh)| out_wh + back_wh);
        both_wh.is_some_and(|both_wh| both_wh <= self.spendable_wh)
    }
}

/// Those of all missions that were asked for in this weather.
pub type KnownEnergies = BTreeMap<MissionId, Arc<LegEnergies>>;

impl Simulation {
    /// What the legs of a mission take in the weather of the instant, computed once for each.
    pub(super) fn leg_energies(&mut self, id: MissionId, mission: &Mission) -> Arc<LegEnergies> {
        let observed = self.air.observed();
        if let Some(known) = self.reservations.known.energies(observed).get(&id) {
            return Arc::clone(known);
        }
        let energies = Arc::new(self.energies_of(mission).unwrap_or_default());
        self.reservations.known.energies(observed).insert(id, Arc::clone(&energies));
        energies
    }

    fn energies_of(&self, mission: &Mission) -> Option<LegEnergies> {
        let preferred = FlownWays::preferred(mission)?;
        let (gives_wh, kept_wh) = self.full_and_kept_wh(mission)?;
        let others = |legs: &'_ [OtherLeg]| legs.iter().map(|leg| Arc::clone(&leg.plan)).collect::<Vec<_>>();
        let outs: Vec<Arc<FlightPlan>> =
            std::iter::once(preferred.out).chain(others(&mission.other_legs.out)).collect();
        let backs = preferred.back.into_iter().chain(others(&mission.other_legs.back));
        Some(LegEnergies {
            wh_of_outs: outs.iter().map(|plan| self.out_wh(mission, plan)).collect(),
            wh_of_backs: backs.map(|plan| self.back_wh(mission, &plan)).collect(),
            spendable_wh: gives_wh - kept_wh,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Source, greatest_payload_kg, resolve, sortie_budget};
    use crate::sim::Algorithms;
    use crate::traffic::route::UniformAir;
    use crate::world::air::STANDARD_TEMPERATURE_C;

    const WINCH: &str = r#"
        format = 1
        name = "winch"
        title = { en = "Winch", zh = "绞车" }
        time = { start = "2026-01-15T07:30:00+02:00", duration_s = 600 }
        area = { south_deg = -33.92, north_deg = -33.88, west_deg = 18.40, east_deg = 18.46 }
        terrain = { flat_amsl_m = 8 }
        [[hub]]
        id = "hub"
        position = { lat_deg = -33.905, lon_deg = 18.425 }
        [[pad]]
        id = "pad"
        position = { lat_deg = -33.890, lon_deg = 18.445 }
        winch_agl_m = 20
        [[fleet]]
        id = "goods"
        aircraft = "meituan-4"
        hub = "hub"
        count = 1
        [[route]]
        id = "way"
        from = "hub"
        to = "pad"
        altitude_agl_m = 60
        [[delivery]]
        id = "orders"
        kind = "city"
        route = "way"
        fleet = "goods"
        orders_per_hour = 4
        payload_kg = { min = 1, max = 2 }
    "#;

    /// The preferred legs take what the check of scenarios counts, load and winch included; who leaves with another way back needs
    /// what that takes.
    #[test]
    fn legs_take_what_a_sortie_does() {
        let resolved = resolve(Source::new("winch.toml", WINCH.to_owned()), &[]).unwrap().scenario;
        let mut simulation = Simulation::new(&Arc::new(resolved), 1, &Algorithms::default()).unwrap();
        let scenario = Arc::clone(&simulation.scenario);
        let mission = &scenario.missions[0];
        let energies = simulation.leg_energies(MissionId(0), mission);
        let (power, calm) = (&scenario.fleets[0].power, UniformAir::calm(STANDARD_TEMPERATURE_C));
        let sortie = sortie_budget(&scenario, mission, power, greatest_payload_kg(mission), &calm).unwrap().unwrap();
        let both_wh = energies.wh_of_outs[0] + energies.wh_of_backs[0];
        assert!((both_wh - sortie.total().energy_wh.total()).abs() < 1e-9, "{both_wh}");
        assert!(energies.wh_of_outs[0] > energies.wh_of_backs[0] + 1.0, "{energies:?}");
        assert!(energies.wh_of_backs.len() > 1, "{energies:?}");
        let preferred = FlownWays::preferred(mission).unwrap();
        for (leg, back_wh) in mission.other_legs.back.iter().zip(&energies.wh_of_backs[1..]) {
            let ways = FlownWays { back: Some(Arc::clone(&leg.plan)), ..preferred.clone() };
            assert!((simulation.needs_now(MissionId(0), &ways).then_wh - back_wh).abs() < 1e-9);
            assert!((back_wh - energies.wh_of_backs[0]).abs() > 1e-3, "each way takes its own: {energies:?}");
        }
    }

    /// Of two legs out and two back the dear ones are not flown together.
    #[test]
    fn legs_are_carried_together_or_not() {
        let carried = |spendable_wh| {
            let energies = LegEnergies { wh_of_outs: vec![60.0, 80.0], wh_of_backs: vec![30.0, 40.0], spendable_wh };
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(out, back)| energies.carry(out, Some(back)))
        };
        assert_eq!(carried(120.0), [true; 4]);
        assert_eq!(carried(110.0), [true, true, true, false]);
        assert_eq!(carried(100.0), [true, true, false, false]);
        assert_eq!(carried(50.0), [false; 4]);
        let held_back = LegEnergies { wh_of_outs: vec![f64::INFINITY], wh_of_backs: Vec::new(), spendable_wh: 500.0 };
        assert!(!held_back.carry_out(0) && !held_back.carry(0, None));
    }
}
