//! The tracks of a recording, sortie by sortie and drone by drone, for exports.
//!
//! A recording is in the order of time, tracks are in the order of drones. They are gathered for as many drones at once as
//! the memory set for them holds; the recording is read again for the others.

use std::collections::{BTreeMap, BTreeSet};

use super::error::RecordError;
use super::recording::Recording;
use crate::frame::{DroneId, DroneSample, FlightPhase, Frame, MissionId, SimEvent, SimTime, SortieId, Track};

/// Samples that are held at once, about 250 MB.
const MOST_SAMPLES: usize = 4_000_000;

/// Which samples are wanted.
#[derive(Clone, Debug)]
pub struct SortieChoice {
    /// The first instant.
    pub from: SimTime,
    /// The last one.
    pub to: SimTime,
    /// Of the samples inside a sortie those at multiples of this; its first and its last are always there.
    pub every: Option<SimTime>,
    /// Whose; everybody's if absent.
    pub drones: Option<BTreeSet<DroneId>>,
}

/// A sortie as it was recorded: from leaving the ground to being back on it, hand-over included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedSortie {
    /// Its ordinal among those of its drone, from 0; counted where the recording has no event of it.
    pub ordinal: u32,
    /// What for, where the recording says so.
    pub mission: Option<MissionId>,
    /// Its samples, at least one.
    pub track: Track,
}

/// The sorties of one drone after the other, in the order of drones; drones that never flew are left out.
#[derive(Debug)]
pub struct Sorties {
    recording: Recording,
    choice: SortieChoice,
    most_samples: usize,
    ready: std::collections::btree_map::IntoIter<DroneId, Gathered>,
    /// The first drone that is not gathered yet; `None` when all are.
    next: Option<DroneId>,
    damage: Vec<RecordError>,
    is_first_pass: bool,
}

impl Sorties {
    /// The sorties of a recording. Its cache is of no use for this, and is given back.
    pub fn new(recording: &Recording, choice: SortieChoice) -> Self {
        recording.set_cache_limit(0);
        Self {
            recording: recording.clone(),
            choice,
            most_samples: MOST_SAMPLES,
            ready: BTreeMap::new().into_iter(),
            next: Some(DroneId::from_key(0)),
            damage: Vec::new(),
            is_first_pass: true,
        }
    }

    /// Blocks that could not be read and are left out, once something was asked for.
    pub fn damage(&self) -> &[RecordError] {
        &self.damage
    }

    /// Gathers the drones from `first` on, as many as fit.
    fn gather(&mut self, first: DroneId) {
        let mut batch =
            Batch { first, limit: None, samples: 0, most_samples: self.most_samples, drones: BTreeMap::new() };
        for frame in self.recording.frames_between(self.choice.from, self.choice.to) {
            match frame {
                Ok(frame) => batch.see(&frame, &self.choice),
                Err(fault) if self.is_first_pass => self.damage.push(fault),
                Err(_) => {}
            }
        }
        batch.drones.values_mut().for_each(Gathered::land);
        self.is_first_pass = false;
        self.next = batch.limit;
        self.ready = batch.drones.into_iter();
    }
}

impl Iterator for Sorties {
    type Item = (DroneId, Vec<RecordedSortie>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            for (drone, gathered) in self.ready.by_ref() {
                let sorties: Vec<_> =
                    gathered.sorties.into_iter().filter(|sortie| !sortie.track.points.is_empty()).collect();
                if !sorties.is_empty() {
                    return Some((drone, sorties));
                }
            }
            let first = self.next.take()?;
            self.gather(first);
        }
    }
}

/// The drones that are gathered at once: those from `first` on, below `limit`.
struct Batch {
    first: DroneId,
    limit: Option<DroneId>,
    samples: usize,
    most_samples: usize,
    drones: BTreeMap<DroneId, Gathered>,
}

impl Batch {
    fn is_mine(&self, drone: DroneId, choice: &SortieChoice) -> bool {
        drone >= self.first
            && self.limit.is_none_or(|limit| drone < limit)
            && choice.drones.as_ref().is_none_or(|wanted| wanted.contains(&drone))
    }

    fn see(&mut self, frame: &Frame, choice: &SortieChoice) {
        for event in &frame.events {
            match event.event {
                SimEvent::SortieStarted { sortie, mission, .. } if self.is_mine(sortie.drone, choice) => {
                    self.drones.entry(sortie.drone).or_default().begin(sortie, Some(mission));
                }
                SimEvent::SortieFinished { sortie, .. } if self.is_mine(sortie.drone, choice) => {
                    self.drones.entry(sortie.drone).or_default().land();
                }
                _ => {}
            }
        }
        let from = frame.drones.partition_point(|sample| sample.drone < self.first);
        for sample in &frame.drones[from..] {
            if self.is_mine(sample.drone, choice) {
                self.see_drone(frame.time, sample, choice.every);
            }
        }
        self.make_room();
    }

    fn see_drone(&mut self, time: SimTime, sample: &DroneSample, every: Option<SimTime>) {
        let is_under_way = sample.phase.is_airborne() || sample.phase == FlightPhase::HandOver;
        if is_under_way {
            self.samples += self.drones.entry(sample.drone).or_default().see(time, sample, every);
        } else if let Some(gathered) = self.drones.get_mut(&sample.drone) {
            gathered.land();
        }
    }

    /// Leaves drones for the next pass while there is too much; one always stays.
    fn make_room(&mut self) {
        while self.samples > self.most_samples && self.drones.len() > 1 {
            let Some((drone, gathered)) = self.drones.pop_last() else { return };
            self.samples -= gathered.sorties.iter().map(|sortie| sortie.track.points.len()).sum::<usize>();
            self.limit = Some(drone);
        }
    }
}

/// What is gathered of one drone.
#[derive(Debug, Default)]
struct Gathered {
    sorties: Vec<RecordedSortie>,
    is_aloft: bool,
    /// The last sample, if it was passed over.
    last: Option<(SimTime, DroneSample)>,
}

impl Gathered {
    fn begin(&mut self, sortie: SortieId, mission: Option<MissionId>) {
        self.land();
        let track = Track { drone: sortie.drone, points: Vec::new() };
        self.sorties.push(RecordedSortie { ordinal: sortie.ordinal, mission, track });
        self.is_aloft = true;
    }

    /// Takes a sample of a drone under way; gives how many samples are kept more.
    fn see(&mut self, time: SimTime, sample: &DroneSample, every: Option<SimTime>) -> usize {
        if !self.is_aloft {
            let ordinal = self.sorties.last().map_or(0, |sortie| sortie.ordinal.saturating_add(1));
            self.begin(SortieId { drone: sample.drone, ordinal }, None);
        }
        let Some(sortie) = self.sorties.last_mut() else { return 0 };
        let is_kept = sortie.track.points.is_empty() || every.is_none_or(|every| time.is_tick_of(every));
        if is_kept {
            sortie.track.points.push((time, *sample));
            self.last = None;
        } else {
            self.last = Some((time, *sample));
        }
        usize::from(is_kept)
    }

    /// The sortie is over: its last sample belongs to it.
    fn land(&mut self) {
        self.is_aloft = false;
        if let (Some(last), Some(sortie)) = (self.last.take(), self.sorties.last_mut()) {
            sortie.track.points.push(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{MotionSample, TimedEvent};
    use crate::record::{RecordMode, RecordingMetadata, RecordingWriter};
    use crate::units::FleetId;
    use std::sync::Arc;

    fn id(ordinal: u16) -> DroneId {
        DroneId { fleet: FleetId(0), ordinal }
    }

    fn sample(drone: DroneId, second: i32, phase: FlightPhase) -> DroneSample {
        DroneSample {
            drone,
            motion: MotionSample { east_cm: 100 * second, ..MotionSample::default() },
            phase,
            battery_permyriad: 0,
            reported_offset_cm: [0; 3],
            report_age_ms: 0,
            contingency: None,
        }
    }

    /// Drone `n` flies from second n to n + 20 and from 40 to 50 + n, with a hand-over on the way.
    fn recorded() -> Recording {
        let metadata = RecordingMetadata {
            scenario: "s".to_owned(),
            program_version: "0".to_owned(),
            seed: 1,
            frame_interval: SimTime::from_millis(1000),
            mode: RecordMode::Full,
        };
        let mut writer = RecordingWriter::in_memory(metadata, "", 1 << 20);
        for second in 0..60_i32 {
            let time = SimTime::from_millis(i64::from(second) * 1000);
            let phase = |n: i32| match second - n {
                10 => FlightPhase::HandOver,
                0..=20 => FlightPhase::Cruise,
                _ if (40..=50 + n).contains(&second) => FlightPhase::Hover,
                _ => FlightPhase::Parked,
            };
            let drones = (0..5_u16).map(|n| sample(id(n), second, phase(i32::from(n)))).collect();
            let began = SimEvent::SortieStarted {
                sortie: SortieId { drone: id(1), ordinal: 7 },
                mission: MissionId(3),
                order: None,
                waited_ms: SimTime::ZERO,
            };
            let events = if second == 1 { vec![TimedEvent { time, event: began }] } else { Vec::new() };
            writer.append(Arc::new(Frame { time, drones, events, ..Frame::default() })).unwrap();
        }
        writer.finish().unwrap()
    }

    fn choice() -> SortieChoice {
        SortieChoice { from: SimTime::ZERO, to: SimTime::END, every: None, drones: None }
    }

    #[test]
    fn sorties_are_what_was_flown_whatever_fits_the_memory() {
        let recording = recorded();
        let all: Vec<_> = Sorties::new(&recording, choice()).collect();
        assert_eq!(all.len(), 5);
        for (n, (drone, sorties)) in (0..).zip(&all) {
            assert_eq!(*drone, id(n));
            let n = i64::from(n);
            let spans: Vec<_> = sorties
                .iter()
                .map(|sortie| &sortie.track.points)
                .map(|points| (points[0].0.seconds(), points.last().unwrap().0.seconds(), points.len()))
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let seconds = |second: i64| second as f64;
            let count = usize::try_from(11 + n).unwrap();
            assert_eq!(spans, [(seconds(n), seconds(n + 20), 21), (40.0, seconds(50 + n), count)]);
        }
        assert_eq!(
            all[1].1.iter().map(|sortie| (sortie.ordinal, sortie.mission)).collect::<Vec<_>>(),
            [(7, Some(MissionId(3))), (8, None)]
        );
        for most_samples in [1, 40, 70, 1000] {
            let batches: Vec<_> = Sorties { most_samples, ..Sorties::new(&recording, choice()) }.collect();
            assert_eq!(batches, all, "{most_samples}");
        }
    }

    #[test]
    fn thinned_sorties_keep_their_ends() {
        let wanted = SortieChoice {
            from: SimTime::from_millis(5000),
            every: Some(SimTime::from_millis(7000)),
            drones: Some(BTreeSet::from([id(2)])),
            ..choice()
        };
        let found: Vec<_> = Sorties::new(&recorded(), wanted).collect();
        let [(drone, sorties)] = &found[..] else { panic!("{found:?}") };
        assert_eq!(*drone, id(2));
        let times: Vec<Vec<i64>> = sorties
            .iter()
            .map(|sortie| sortie.track.points.iter().map(|(time, _)| time.millis() / 1000).collect())
            .collect();
        assert_eq!(times, [vec![5, 7, 14, 21, 22], vec![40, 42, 49, 52]]);
    }
}
