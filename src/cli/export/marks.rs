//! What happened in a run, as marks on maps: conflicts, contingencies, deliveries.

use std::collections::BTreeMap;

use crate::formats::tracks::Mark;
use crate::frame::{DroneId, EncounterId, Frame, SimEvent, SimTime, Trouble};
use crate::message::Text;
use crate::record::{Recording, SortieChoice};
use crate::scenario::ResolvedScenario;
use crate::world::geo::Position;

/// What happened to the drones and in the time of a choice, in the order in which it began.
pub fn marks(recording: &Recording, scenario: &ResolvedScenario, choice: &SortieChoice) -> Vec<Mark> {
    recording.set_cache_limit(0);
    let mut found =
        Found { scenario, choice, marks: Vec::new(), encounters: BTreeMap::new(), troubles: BTreeMap::new() };
    let mut last = choice.from;
    // A block that cannot be read is told where the tracks are.
    for frame in recording.frames_between(choice.from, choice.to).flatten() {
        frame.events.iter().for_each(|timed| found.see(timed.time, &timed.event, &frame));
        last = frame.time;
    }
    let open = found.encounters.into_values().chain(found.troubles.into_values());
    for index in open {
        found.marks[index].to = last;
    }
    found.marks
}

struct Found<'a> {
    scenario: &'a ResolvedScenario,
    choice: &'a SortieChoice,
    marks: Vec<Mark>,
    /// What has not ended, by the mark of it.
    encounters: BTreeMap<EncounterId, usize>,
    troubles: BTreeMap<(DroneId, Trouble), usize>,
}

impl Found<'_> {
    fn see(&mut self, time: SimTime, event: &SimEvent, frame: &Frame) {
        match *event {
            SimEvent::EncounterOpened { encounter, own, intruder, .. } => {
                let name = Text::new("conflict", "冲突");
                if let Some(index) = self.add(time, &name, &[own, intruder], frame) {
                    self.encounters.insert(encounter, index);
                }
            }
            SimEvent::LossOfSeparation { encounter, .. } => {
                if let Some(&index) = self.encounters.get(&encounter) {
                    let names = self.marks[index].drones.join(" / ");
                    self.marks[index].name =
                        Text::new(format!("loss of separation {names}"), format!("间隔丧失 {names}"));
                    self.marks[index].is_grave = true;
                }
            }
            SimEvent::EncounterClosed { encounter, .. } => {
                if let Some(index) = self.encounters.remove(&encounter) {
                    self.marks[index].to = time;
                }
            }
            SimEvent::ContingencyBegan { drone, trouble } => {
                if let Some(index) = self.add(time, &trouble.name().both(), &[drone], frame) {
                    self.marks[index].is_grave = true;
                    self.troubles.insert((drone, trouble), index);
                }
            }
            SimEvent::ContingencyEnded { drone, trouble, .. } => {
                if let Some(index) = self.troubles.remove(&(drone, trouble)) {
                    self.marks[index].to = time;
                }
            }
            SimEvent::Delivered { sortie, .. } => {
                self.add(time, &Text::new("delivered", "送达"), &[sortie.drone], frame);
            }
            _ => {}
        }
    }

    /// Adds a mark if it is about a drone of the choice; gives its index.
    fn add(&mut self, time: SimTime, what: &Text, drones: &[DroneId], frame: &Frame) -> Option<usize> {
        let is_wanted = |drone: &DroneId| self.choice.drones.as_ref().is_none_or(|wanted| wanted.contains(drone));
        drones.iter().any(is_wanted).then_some(())?;
        let places = drones.iter().filter_map(|drone| position(*drone, frame));
        let places: Vec<Position> = places.collect();
        let middle = nalgebra::center(places.first()?, places.last()?);
        let drones: Vec<String> = drones.iter().map(|drone| self.scenario.drone_name(*drone)).collect();
        let names = drones.join(" / ");
        let name = Text::new(format!("{} {names}", what.en), format!("{} {names}", what.zh));
        self.marks.push(Mark { name, is_grave: false, from: time, to: time, position: middle, drones });
        Some(self.marks.len() - 1)
    }
}

fn position(drone: DroneId, frame: &Frame) -> Option<Position> {
    let index = frame.drones.binary_search_by_key(&drone, |sample| sample.drone).ok()?;
    Some(frame.drones[index].position_m().into())
}
