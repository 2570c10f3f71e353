//! The ends of a route as users name them.

use crate::cli::args::parse_place;
use crate::cli::{Exit, Failure};
use crate::message::{Language, Text};
use crate::scenario::{Pad, ResolvedScenario};
use crate::units::HubId;
use crate::world::geo::Position;

/// Where a route begins or ends.
pub struct End {
    /// As it was named.
    pub text: String,
    /// What people call it.
    pub name: Text,
    /// On the ground.
    pub position: Position,
    /// The hub, if it is one.
    pub hub: Option<HubId>,
    /// The pad, if it is one.
    pub pad: Option<Pad>,
}

/// What is named by its place and is so near to a hub or pad is that, m: no two of them stand nearer to each other.
const SAME_PLACE_M: f64 = 5.0;

impl End {
    /// A hub or pad by its identity, or a place.
    pub fn of(text: &str, scenario: &ResolvedScenario, language: Language) -> Result<Self, Failure> {
        let named =
            |name: &Text, position, hub, pad| Self { text: text.to_owned(), name: name.clone(), position, hub, pad };
        if let Some(index) = scenario.hubs.iter().position(|hub| hub.id == text) {
            let hub = &scenario.hubs[index];
            return Ok(named(&hub.name, hub.position, Some(HubId::from_index(index)), None));
        }
        if let Some(pad) = scenario.pads.iter().find(|pad| pad.id == text) {
            return Ok(named(&pad.name, pad.position, None, Some(pad.clone())));
        }
        let local = parse_place(text).ok().map(|place| scenario.projection.to_local(place));
        let Some(local) = local.filter(|local| local.coords.norm().is_finite()) else {
            return Err(unknown(text, scenario, language));
        };
        let is_there = |position: &Position| (position.xy() - local).norm() < SAME_PLACE_M;
        if let Some(hub) = scenario.hubs.iter().find(|hub| is_there(&hub.position)) {
            return Self::of(&hub.id, scenario, language);
        }
        if let Some(pad) = scenario.pads.iter().find(|pad| is_there(&pad.position)) {
            return Self::of(&pad.id, scenario, language);
        }
        // Beyond the terrain too: which rule forbids it is said by the planner.
        let ground_m = scenario.terrain.extended_ground_amsl_m(&local);
        Ok(named(&Text::new(text, text), Position::new(local.x, local.y, ground_m), None, None))
    }
}

fn unknown(text: &str, scenario: &ResolvedScenario, language: Language) -> Failure {
    let hubs = scenario.hubs.iter().map(|hub| hub.id.as_str());
    let known = hubs.chain(scenario.pads.iter().map(|pad| pad.id.as_str())).collect::<Vec<_>>().join(", ");
    let text = Text::new(
        format!(
            "`{text}` is neither a hub nor a pad nor a place\n  expected: one of: {known}; or LAT,LON such as 41.5225,120.4950\n  cure: name one of them"
        ),
        format!(
            "“{text}”既不是起降场、起降点，也不是坐标\n  应为：下列之一：{known}；或 纬度,经度，如 41.5225,120.4950\n  办法：请填写其中之一"
        ),
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}
