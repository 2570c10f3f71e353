//! What is filed: all operational intents that hold, in one R-tree over place, height and time.

use std::collections::BTreeMap;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::operational::{IntentId, OperationalIntent};
use super::volume::Volume4D;
use crate::units::SimTime;

/// What is as much as 1 in the tree: 100 m of distance, 30 m of height and 10 s of time are not the same number.
const SCALE: [f64; 4] = [100.0, 100.0, 30.0, 10.0];
/// What rounding may take from a box, in units of the tree.
const ROUNDING: f64 = 0.001;

/// How far ahead delays are looked at in one go: few have to wait longer.
const LOOK_AHEAD: SimTime = SimTime::from_millis(120_000);

type Envelope = AABB<[f64; 4]>;
type Entry = GeomWithData<Rectangle<[f64; 4]>, Part>;

/// A volume of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The intent.
    pub intent: IntentId,
    /// The place of the volume in it.
    pub volume: u32,
}

/// Two volumes that overlap: the place of the own one in what was asked, and a part of an intent that is filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overlap {
    /// The own volume.
    pub own: u32,
    /// The other.
    pub other: Part,
}

/// The operational intents that hold.
#[derive(Clone, Debug, Default)]
pub struct FiledIntents {
    intents: BTreeMap<IntentId, OperationalIntent>,
    tree: RTree<Entry>,
}

impl FiledIntents {
    /// Files an intent; one of the same identity is replaced.
    pub fn file(&mut self, id: IntentId, intent: OperationalIntent) {
        self.remove(id);
        for entry in entries(id, &intent) {
            self.tree.insert(entry);
        }
        self.intents.insert(id, intent);
    }

    /// Takes an intent away; `None` if none of this identity is filed.
    pub fn remove(&mut self, id: IntentId) -> Option<OperationalIntent> {
        let intent = self.intents.remove(&id)?;
        for entry in entries(id, &intent) {
            self.tree.remove(&entry);
        }
        Some(intent)
    }

    /// The intent of an identity.
    pub fn get(&self, id: IntentId) -> Option<&OperationalIntent> {
        self.intents.get(&id)
    }

    /// The same, to change its state; its volumes stay.
    pub fn state_mut(&mut self, id: IntentId) -> Option<&mut super::operational::IntentState> {
        self.intents.get_mut(&id).map(|intent| &mut intent.state)
    }

    /// All intents in the order of their identities.
    pub fn iter(&self) -> impl Iterator<Item = (IntentId, &OperationalIntent)> {
        self.intents.iter().map(|(id, intent)| (*id, intent))
    }

    /// The volume of a part.
    pub fn volume(&self, part: Part) -> Option<&Volume4D> {
        self.intents.get(&part.intent)?.volumes.get(part.volume as usize)
    }

    /// What volumes that were so much later would overlap of the intents that count, in order.
    pub fn overlaps(&self, volumes: &[Volume4D], later: SimTime, counts: impl Fn(IntentId) -> bool) -> Vec<Overlap> {
        let mut found = Vec::new();
        for (own, volume) in (0..).zip(volumes) {
            for part in self.near(volume, later).filter(|part| counts(part.intent)) {
                let other = self.volume(part);
                let is_met =
                    other.is_some_and(|other| in_time(volume, later, other) && volume.overlaps_in_space(other));
                found.extend(is_met.then_some(Overlap { own, other: part }));
            }
        }
        found.sort_unstable();
        found
    }

    /// The least delay of a range with which volumes overlap none of the intents that count; `None` if there is none. Exact:
    /// every filed volume that is met in space forbids the delays from where their windows first touch to where they last do.
    pub fn least_delay(
        &self,
        volumes: &[Volume4D],
        range: DelayRange,
        counts: impl Fn(IntentId) -> bool,
    ) -> Option<SimTime> {
        let mut delay = range.from;
        while delay <= range.latest {
            let until = range.latest.min(delay + LOOK_AHEAD);
            let mut forbidden: Vec<[SimTime; 2]> =
                volumes.iter().flat_map(|volume| self.forbidden(volume, [delay, until], &counts)).collect();
            forbidden.sort_unstable();
            delay = forbidden.into_iter().fold(delay, |delay, [from, to]| {
                if from <= delay && delay <= to { range.step_at_or_after(to + SimTime::from_millis(1)) } else { delay }
            });
            if delay <= until {
                return Some(delay);
            }
        }
        None
    }

    /// The delays between two at which a volume overlaps something.
    fn forbidden(
        &self,
        volume: &Volume4D,
        [first, last]: [SimTime; 2],
        counts: impl Fn(IntentId) -> bool,
    ) -> Vec<[SimTime; 2]> {
        let waiting = Volume4D { from: volume.from + first, to: volume.to + last, ..volume.clone() };
        let met = self.near(&waiting, SimTime::ZERO).filter(|part| counts(part.intent));
        let met = met.filter_map(|part| self.volume(part)).filter(|other| volume.overlaps_in_space(other));
        met.map(|other| [other.from - volume.to, other.to - volume.from]).collect()
    }

    fn near(&self, volume: &Volume4D, later: SimTime) -> impl Iterator<Item = Part> {
        self.tree.locate_in_envelope_intersecting(envelope(volume, later)).map(|entry| entry.data)
    }
}

/// Which delays are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelayRange {
    /// The first.
    pub from: SimTime,
    /// The last.
    pub latest: SimTime,
    /// Delays are `from` and whole steps from there.
    pub step: SimTime,
}

impl DelayRange {
    /// The first whole step that is not before a delay.
    pub fn step_at_or_after(&self, delay: SimTime) -> SimTime {
        let step = self.step.millis().max(1);
        let steps = (delay - self.from).millis().div_euclid(step) + i64::from((delay - self.from).millis() % step != 0);
        SimTime::from_millis(self.from.millis() + steps * step)
    }
}

fn in_time(volume: &Volume4D, later: SimTime, other: &Volume4D) -> bool {
    volume.from + later <= other.to && other.from <= volume.to + later
}

fn entries(id: IntentId, intent: &OperationalIntent) -> impl Iterator<Item = Entry> {
    (0..).zip(&intent.volumes).map(move |(volume, of)| {
        let around = envelope(of, SimTime::ZERO);
        GeomWithData::new(Rectangle::from_aabb(around), Part { intent: id, volume })
    })
}

fn envelope(volume: &Volume4D, later: SimTime) -> Envelope {
    let area = volume.outline.extent();
    let low = [area.low.x, area.low.y, volume.lower_amsl_m, (volume.from + later).seconds()];
    let high = [area.high.x, area.high.y, volume.upper_amsl_m, (volume.to + later).seconds()];
    let scaled = |corner: [f64; 4], margin: f64| std::array::from_fn(|axis| corner[axis] / SCALE[axis] + margin);
    AABB::from_corners(scaled(low, -ROUNDING), scaled(high, ROUNDING))
}

#[cfg(test)]
mod tests {
    use super::super::operational::{IntentState, Priority};
    use super::super::random::{intent, volume};
    use super::*;

    fn filed(count: u32) -> FiledIntents {
        let mut filed = FiledIntents::default();
        for number in 0..count {
            filed.file(IntentId(number), intent(u64::from(number)));
        }
        filed
    }

    /// Every pair of volumes of every pair of intents, one by one.
    fn pairwise(volumes: &[Volume4D], later: SimTime, filed: &FiledIntents) -> Vec<Overlap> {
        let mut found = Vec::new();
        for (own, asked) in (0..).zip(volumes) {
            let asked = asked.later(later);
            for (id, other) in filed.iter() {
                let met = (0..).zip(&other.volumes).filter(|(_, volume)| asked.overlaps(volume));
                found.extend(met.map(|(volume, _)| Overlap { own, other: Part { intent: id, volume } }));
            }
        }
        found.sort_unstable();
        found
    }

    /// 100 000 pairs of random intents: the tree finds what every pair finds, also after half of them were taken away.
    #[test]
    fn the_tree_finds_what_every_pair_finds() {
        let mut filed = filed(400);
        let (mut asked, mut met) = (0, 0);
        for round in 0..340 {
            if round == 125 {
                for number in (0..400).step_by(2) {
                    assert_eq!(filed.remove(IntentId(number)), Some(intent(u64::from(number))));
                }
                assert_eq!(filed.remove(IntentId(0)), None);
            }
            if round > 125 && round % 2 == 0 {
                filed.file(IntentId(2 * (round - 126)), intent(u64::from(2 * (round - 126))));
            }
            let own = intent(10_000 + u64::from(round));
            let later = SimTime::from_seconds(f64::from(round % 7) * 30.0);
            let expected = pairwise(&own.volumes, later, &filed);
            assert_eq!(filed.overlaps(&own.volumes, later, |_| true), expected, "{round}");
            let pairs: std::collections::BTreeSet<IntentId> = expected.iter().map(|found| found.other.intent).collect();
            (asked, met) = (asked + filed.iter().count(), met + pairs.len());
        }
        assert!(asked > 100_000 && met > 500, "{asked} pairs asked, {met} met");
    }

    /// The least delay is the first of all whole steps that is free.
    #[test]
    fn no_lesser_delay_is_free() {
        let filed = filed(120);
        let range = |from_s: f64| DelayRange {
            from: SimTime::from_seconds(from_s),
            latest: SimTime::from_seconds(from_s + 300.0),
            step: SimTime::from_millis(500),
        };
        let (mut delayed, mut none) = (0, 0);
        for number in 0..300 {
            let own = intent(20_000 + number);
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let range = range(number as f64 * 0.25);
            let steps = (0..=600).map(|step| SimTime::from_millis(range.from.millis() + 500 * step));
            let counts = |id: IntentId| !id.0.is_multiple_of(3);
            let free = |delay: &SimTime| filed.overlaps(&own.volumes, *delay, counts).is_empty();
            let expected = steps.into_iter().find(free);
            assert_eq!(filed.least_delay(&own.volumes, range, counts), expected, "{number}");
            delayed += u32::from(expected.is_some_and(|delay| delay > range.from));
            none += u32::from(expected.is_none());
        }
        assert!(delayed > 50, "{delayed} delayed, {none} without");
    }

    #[test]
    fn nothing_is_in_the_way_of_nothing() {
        let filed = FiledIntents::default();
        let range = DelayRange { from: SimTime::ZERO, latest: SimTime::ZERO, step: SimTime::ZERO };
        assert_eq!(filed.least_delay(&[volume(1)], range, |_| true), Some(SimTime::ZERO));
        let mut filed = filed;
        let own =
            OperationalIntent { priority: Priority::Delivery, state: IntentState::Accepted, volumes: vec![volume(1)] };
        filed.file(IntentId(3), own);
        assert_eq!(filed.least_delay(&[volume(1)], range, |_| true), None);
        assert_eq!(filed.least_delay(&[volume(1)], range, |_| false), Some(SimTime::ZERO));
    }
}
