//! What happened in a run, as marks on maps: conflicts, contingencies, deliveries.

use std::collections::BTreeMap;

use crate::formats::tracks::Mark;
use crate::frame::{DroneId, EncounterId, Frame, SimEvent, SimTime, Trouble};
use crate::message::Text;
use crate::record::{Recording, SortieChoice};
use crate::scenario::ResolvedScenario;
use crate::world::geo::Position;

/// What happened to the drones and in the time of a choice, in the order in which it began. What began before that time and
/// lasts is cut at its first frame, as tracks are.
pub fn marks(recording: &Recording, scenario: &ResolvedScenario, choice: &SortieChoice) -> Vec<Mark> {
    recording.set_cache_limit(0);
    let mut found = Found { scenario, choice, marks: Vec::new(), open: BTreeMap::new() };
    let mut before = open_before(recording, choice.from);
    let mut last = choice.from;
    // A block that cannot be read is told where the tracks are.
    for frame in recording.frames_between(choice.from, choice.to).flatten() {
        for (lasting, happening) in std::mem::take(&mut before) {
            found.begin(choice.from, lasting, &happening, &frame);
        }
        for timed in &frame.events {
            match Change::of(&timed.event) {
                Some(Change::Happens(happening)) => {
                    found.add(timed.time, &happening, &frame);
                }
                Some(Change::Begins(lasting, happening)) => found.begin(timed.time, lasting, &happening, &frame),
                Some(Change::Worsens(lasting)) => found.worsen(lasting),
                Some(Change::Ends(lasting)) => found.end(timed.time, lasting),
                None => {}
            }
        }
        last = frame.time;
    }
    for index in found.open.into_values() {
        found.marks[index].to = last;
    }
    found.marks
}

/// What has begun in the frames before a time and not ended in them.
fn open_before(recording: &Recording, from: SimTime) -> BTreeMap<Lasting, Happening> {
    let mut open = BTreeMap::new();
    // A frame has the events since the one before it: those up to the last frame that is not shown are not shown either.
    let unseen = from.millis().checked_sub(1).and_then(|millis| recording.frame_at(SimTime::from_millis(millis)).ok());
    let Some(unseen) = unseen.filter(|frame| frame.time < from) else { return open };
    for timed in recording.events().flatten().take_while(|timed| timed.time <= unseen.time) {
        match Change::of(&timed.event) {
            Some(Change::Begins(lasting, happening)) => {
                open.insert(lasting, happening);
            }
            Some(Change::Worsens(lasting)) => {
                open.entry(lasting).and_modify(|happening| happening.what = What::Loss);
            }
            Some(Change::Ends(lasting)) => {
                open.remove(&lasting);
            }
            Some(Change::Happens(_)) | None => {}
        }
    }
    open
}

/// What lasts, by the identity under which its end is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lasting {
    Encounter(EncounterId),
    Trouble(DroneId, Trouble),
}

/// Something that a mark is made of.
#[derive(Clone, Debug)]
struct Happening {
    what: What,
    drones: Vec<DroneId>,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Conflict,
    Loss,
    Trouble(Trouble),
    Delivery,
}

impl What {
    fn name(self) -> Text {
        match self {
            Self::Conflict => Text::new("conflict", "冲突"),
            Self::Loss => Text::new("loss of separation", "间隔丧失"),
            Self::Trouble(trouble) => trouble.name().both(),
            Self::Delivery => Text::new("delivered", "送达"),
        }
    }

    const fn is_grave(self) -> bool {
        matches!(self, Self::Loss | Self::Trouble(_))
    }
}

/// What an event does to the marks.
enum Change {
    Begins(Lasting, Happening),
    Worsens(Lasting),
    Ends(Lasting),
    Happens(Happening),
}

impl Change {
    fn of(event: &SimEvent) -> Option<Self> {
        Some(match *event {
            SimEvent::EncounterOpened { encounter, own, intruder, .. } => {
                let happening = Happening { what: What::Conflict, drones: vec![own, intruder] };
                Self::Begins(Lasting::Encounter(encounter), happening)
            }
            SimEvent::LossOfSeparation { encounter, .. } => Self::Worsens(Lasting::Encounter(encounter)),
            SimEvent::EncounterClosed { encounter, .. } => Self::Ends(Lasting::Encounter(encounter)),
            SimEvent::ContingencyBegan { drone, trouble } => {
                let happening = Happening { what: What::Trouble(trouble), drones: vec![drone] };
                Self::Begins(Lasting::Trouble(drone, trouble), happening)
            }
            SimEvent::ContingencyEnded { drone, trouble, .. } => Self::Ends(Lasting::Trouble(drone, trouble)),
            SimEvent::Delivered { sortie, .. } => {
                Self::Happens(Happening { what: What::Delivery, drones: vec![sortie.drone] })
            }
            _ => return None,
        })
    }
}

struct Found<'a> {
    scenario: &'a ResolvedScenario,
    choice: &'a SortieChoice,
    marks: Vec<Mark>,
    /// What has not ended, by the mark of it.
    open: BTreeMap<Lasting, usize>,
}

impl Found<'_> {
    fn begin(&mut self, time: SimTime, lasting: Lasting, happening: &Happening, frame: &Frame) {
        if let Some(index) = self.add(time, happening, frame) {
            self.open.insert(lasting, index);
        }
    }

    fn worsen(&mut self, lasting: Lasting) {
        if let Some(&index) = self.open.get(&lasting) {
            let mark = &mut self.marks[index];
            (mark.name, mark.is_grave) = (named(What::Loss, &mark.drones), What::Loss.is_grave());
        }
    }

    fn end(&mut self, time: SimTime, lasting: Lasting) {
        if let Some(index) = self.open.remove(&lasting) {
            self.marks[index].to = time;
        }
    }

    /// Adds a mark if it is about a drone of the choice; gives its index.
    fn add(&mut self, time: SimTime, happening: &Happening, frame: &Frame) -> Option<usize> {
        let Happening { what, drones } = happening;
        let is_wanted = |drone: &DroneId| self.choice.drones.as_ref().is_none_or(|wanted| wanted.contains(drone));
        drones.iter().any(is_wanted).then_some(())?;
        let places: Vec<Position> = drones.iter().filter_map(|drone| position(*drone, frame)).collect();
        let middle = nalgebra::center(places.first()?, places.last()?);
        let drones: Vec<String> = drones.iter().map(|drone| self.scenario.drone_name(*drone)).collect();
        let name = named(*what, &drones);
        self.marks.push(Mark { name, is_grave: what.is_grave(), from: time, to: time, position: middle, drones });
        Some(self.marks.len() - 1)
    }
}

fn named(what: What, drones: &[String]) -> Text {
    let (what, names) = (what.name(), drones.join(" / "));
    Text::new(format!("{} {names}", what.en), format!("{} {names}", what.zh))
}

fn position(drone: DroneId, frame: &Frame) -> Option<Position> {
    let index = frame.drones.binary_search_by_key(&drone, |sample| sample.drone).ok()?;
    Some(frame.drones[index].position_m().into())
}
