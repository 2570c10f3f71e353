//! What a sortie of a mission costs, part by part, against what its battery gives.

use super::resolved::{Pad, ResolvedScenario};
use crate::aircraft::{Air, Power, PowerModel};
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::mission::{Mission, Task};
use crate::traffic::route::{Budget, Flier, HeldBack, UniformAir, budget, hover_budget};
use crate::world::geo::{Position, Velocity};

/// The way to the destination.
pub(super) const OUT: Word = Word::new("out", "去程");
/// At the destination.
const HAND_OVER: Word = Word::new("hand-over", "交付");
/// The way back.
pub(super) const BACK: Word = Word::new("back", "回程");
/// A round.
pub(super) const CIRCUIT: Word = Word::new("circuit", "巡飞");

/// What a sortie costs.
#[derive(Clone, Debug)]
pub struct SortieBudget {
    /// Its parts in the order of flying, each with its name.
    pub parts: Vec<(Word, Budget)>,
    /// Energy that a full battery gives at the temperature, Wh.
    pub usable_wh: f64,
    /// Energy that a plan may draw of it, Wh.
    pub plannable_wh: f64,
}

/// A sortie that the wind does not let through.
#[derive(Clone, Copy, Debug)]
pub struct SortieHeldBack {
    /// Which part.
    pub part: Word,
    /// Where on it.
    pub at: HeldBack,
}

impl SortieBudget {
    /// All parts together.
    pub fn total(&self) -> Budget {
        self.parts.iter().fold(Budget::default(), |sum, (_, part)| sum + *part)
    }

    /// Whether the battery carries it.
    pub fn is_carried(&self) -> bool {
        self.total().energy_wh.total() <= self.plannable_wh
    }

    /// The arithmetic by part and component: `out 212 Wh (induced 120, …), back …`.
    pub fn arithmetic(&self) -> Text {
        let parts = |language| {
            let parts = self.parts.iter().filter(|(_, part)| part.energy_wh.total() > 0.0);
            let part = |(name, part): &(Word, Budget)| {
                let components = part.energy_wh.components();
                let components = components.map(|(name, wh)| format!("{} {wh:.0}", name.get(language)));
                format!("{} {:.0} Wh ({})", name.get(language), part.energy_wh.total(), components.join(", "))
            };
            parts.map(part).collect::<Vec<_>>()
        };
        Text::new(parts(Language::English).join(", "), parts(Language::Chinese).join("，"))
    }
}

/// What a sortie of `mission` costs by `power` with a payload in some weather; `None` for random traffic, which flies for ever.
/// A winch is charged as if the drone came down to the stand.
///
/// # Errors
/// If the wind does not let it through.
pub fn sortie_budget(
    resolved: &ResolvedScenario,
    mission: &Mission,
    power: &PowerModel,
    payload_kg: f64,
    conditions: &UniformAir,
) -> Option<Result<SortieBudget, SortieHeldBack>> {
    let fleet = &resolved.fleets[mission.fleet.index()];
    let air = |at: &Position| conditions.air(at);
    let flier = |payload_kg| Flier { aircraft: &fleet.aircraft, power, payload_kg };
    let leg = |part, plan, payload_kg| {
        let found = budget(plan, &resolved.terrain, &flier(payload_kg), &air);
        found.map(|budget| (part, budget)).map_err(|at| SortieHeldBack { part, at })
    };
    let parts: Vec<Result<(Word, Budget), SortieHeldBack>> = match &mission.task {
        Task::Deliver { route, out, back, .. } => {
            let pad = resolved.route(*route).to.map(|pad| resolved.pad(pad));
            let hand_over = pad.map_or_else(Budget::default, |pad| hand_over_budget(pad, &flier(payload_kg), &air));
            vec![leg(OUT, out, payload_kg), Ok((HAND_OVER, hand_over)), leg(BACK, back, 0.0)]
        }
        Task::Round { circuit, .. } => vec![leg(CIRCUIT, circuit, payload_kg)],
        Task::Traffic(_) => return None,
    };
    let battery = &fleet.aircraft.battery;
    let budget = |parts| SortieBudget {
        parts,
        usable_wh: battery.usable_wh(conditions.temperature_c),
        plannable_wh: battery.plannable_wh(fleet.reserve_share, conditions.temperature_c),
    };
    Some(parts.into_iter().collect::<Result<Vec<_>, _>>().map(budget))
}

/// What handing over at a pad costs: hovering over a winch; on a stand the motors are off.
pub fn hand_over_budget(pad: &Pad, flier: &Flier<'_>, air: &impl Fn(&Position) -> Air) -> Budget {
    match pad.winch_agl_m {
        Some(winch_agl_m) => {
            let over = pad.position + Velocity::new(0.0, 0.0, winch_agl_m);
            hover_budget(&over, pad.hand_over, flier, air)
        }
        None => Budget { time_s: pad.hand_over.seconds(), energy_wh: Power::default() },
    }
}

/// The greatest payload of a mission, kg.
pub fn greatest_payload_kg(mission: &Mission) -> f64 {
    match mission.task {
        Task::Deliver { payload_kg, .. } => payload_kg.1,
        Task::Round { .. } | Task::Traffic(_) => 0.0,
    }
}
