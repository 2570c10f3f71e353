//! The playhead: which instant is shown and how fast it moves.

use bevy::prelude::*;

use crate::frame::SimTime;

use super::order::Step;
use super::source::Replay;

/// The speeds that keys step through.
pub const SPEEDS: [f64; 11] = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 1000.0];

/// A stretch of time to play over and over; a side that is not set is that of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins.
    pub from: Option<SimTime>,
    /// Where it ends.
    pub to: Option<SimTime>,
    /// Whether it is played over and over.
    pub looping: bool,
}

impl Stretch {
    /// Its sides within those of the recording; those of the recording where they do not make a stretch.
    pub fn within(&self, start: SimTime, end: SimTime) -> (SimTime, SimTime) {
        let (from, to) = (self.from.unwrap_or(start).max(start), self.to.unwrap_or(end).min(end));
        if from < to { (from, to) } else { (start, end) }
    }
}

/// Which instant is shown, and how it moves.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Playhead {
    /// The instant shown.
    pub time: SimTime,
    /// Simulated seconds a second, always positive.
    pub speed: f64,
    /// Whether time moves.
    pub playing: bool,
    /// Whether it moves backwards.
    pub reverse: bool,
    /// Whether the end of a growing recording is followed.
    pub live: bool,
    /// The stretch that is played over and over.
    pub stretch: Stretch,
    /// What was left of a millisecond, so that slow replay does not stand still.
    remainder_ms: f64,
}

impl Playhead {
    /// A playhead at `time`.
    pub const fn at(time: SimTime, playing: bool, live: bool) -> Self {
        let stretch = Stretch { from: None, to: None, looping: false };
        Self { time, speed: 1.0, playing, reverse: false, live, stretch, remainder_ms: 0.0 }
    }

    /// Jumps to `time`; a jump leaves the live end.
    pub fn seek(&mut self, time: SimTime) {
        self.time = time;
        self.live = false;
        self.remainder_ms = 0.0;
    }

    /// Plays or pauses; at the end of a finished recording it starts over, so that the button is never dead.
    pub fn toggle(&mut self, start: SimTime, end: SimTime) {
        let at_end = if self.reverse { self.time <= start } else { self.time >= end };
        if !self.playing && at_end {
            self.seek(if self.reverse { end } else { start });
        }
        self.playing = !self.playing;
    }

    /// The next faster or slower of [`SPEEDS`].
    pub fn step_speed(&mut self, faster: bool) {
        let next = if faster {
            SPEEDS.iter().copied().find(|&speed| speed > self.speed * 1.001)
        } else {
            SPEEDS.iter().rev().copied().find(|&speed| speed < self.speed * 0.999)
        };
        self.speed = next.unwrap_or(self.speed);
    }

    /// Moves on by `elapsed_s` seconds of the person watching.
    pub fn advance(&mut self, elapsed_s: f64, start: SimTime, end: SimTime, growing: bool) {
        if self.live {
            self.time = end;
            return;
        }
        if !self.playing {
            return;
        }
        let sign = if self.reverse { -1.0 } else { 1.0 };
        let moved_ms = self.remainder_ms + sign * elapsed_s * self.speed * 1000.0;
        self.remainder_ms = moved_ms.fract();
        let time = self.time + SimTime::from_seconds(moved_ms.trunc() / 1000.0);
        if self.stretch.looping {
            let (from, to) = self.stretch.within(start, end);
            let is_past = if self.reverse { time < from } else { time > to };
            self.time = match (is_past, self.reverse) {
                (false, _) => time.clamp(start, end),
                (true, false) => from,
                (true, true) => to,
            };
            return;
        }
        self.time = time.clamp(start, end);
        self.playing = time == self.time || (growing && !self.reverse);
    }
}

/// Moves the playhead with real time; at the end of a growing recording it waits for more.
pub struct PlayheadPlugin;

impl Plugin for PlayheadPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, advance.in_set(Step::Steer));
    }
}

/// The longest step of real time that replay follows: after a hiccup it goes on instead of leaping.
const LONGEST_STEP_S: f64 = 0.5;

fn advance(clock: Res<Time<Real>>, replay: Res<Replay>, mut playhead: ResMut<Playhead>) {
    let elapsed_s = clock.delta_secs_f64().min(LONGEST_STEP_S);
    let (start, end) = (replay.source.start(), replay.source.end());
    let mut next = playhead.clone();
    next.advance(elapsed_s, start, end, replay.source.is_growing());
    playhead.set_if_neq(next);
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: SimTime = SimTime::from_millis(10_000);

    #[test]
    fn slow_replay_adds_up() {
        let mut playhead = Playhead::at(SimTime::ZERO, true, false);
        playhead.speed = 0.25;
        for _ in 0..1000 {
            playhead.advance(0.001, SimTime::ZERO, END, false);
        }
        assert!((playhead.time.millis() - 250).abs() <= 1, "{playhead:?}");
    }

    #[test]
    fn it_stops_at_both_ends_and_starts_over() {
        let mut playhead = Playhead::at(SimTime::from_millis(9_900), true, false);
        playhead.advance(1.0, SimTime::ZERO, END, false);
        assert_eq!((playhead.time, playhead.playing), (END, false));
        playhead.toggle(SimTime::ZERO, END);
        assert_eq!((playhead.time, playhead.playing), (SimTime::ZERO, true));
        playhead.reverse = true;
        playhead.advance(1.0, SimTime::ZERO, END, false);
        assert_eq!((playhead.time, playhead.playing), (SimTime::ZERO, false));
        playhead.toggle(SimTime::ZERO, END);
        assert_eq!((playhead.time, playhead.playing), (END, true));
    }

    #[test]
    fn a_stretch_is_played_over_and_over() {
        let at = SimTime::from_millis;
        let mut playhead = Playhead::at(at(0), true, false);
        playhead.stretch = Stretch { from: Some(at(2_000)), to: Some(at(4_000)), looping: true };
        let mut seen = Vec::new();
        for _ in 0..8 {
            playhead.advance(1.0, SimTime::ZERO, END, false);
            seen.push(playhead.time.millis() / 1000);
        }
        assert_eq!(seen, [1, 2, 3, 4, 2, 3, 4, 2], "from outside it runs in, inside it goes round");
        playhead.reverse = true;
        playhead.advance(1.0, SimTime::ZERO, END, false);
        assert_eq!((playhead.time, playhead.playing), (at(4_000), true));
        playhead.stretch = Stretch { from: Some(at(9_000)), to: Some(at(1_000)), looping: true };
        assert_eq!(playhead.stretch.within(SimTime::ZERO, END), (SimTime::ZERO, END), "crossed sides are no stretch");
    }

    #[test]
    fn a_seek_leaves_the_live_end() {
        let mut playhead = Playhead::at(SimTime::ZERO, true, true);
        playhead.advance(0.1, SimTime::ZERO, END, true);
        assert_eq!(playhead.time, END);
        playhead.seek(SimTime::from_millis(5));
        playhead.playing = false;
        playhead.advance(0.1, SimTime::ZERO, END, true);
        assert_eq!(playhead.time, SimTime::from_millis(5));
    }

    #[test]
    fn speeds_step_through_the_list() {
        let mut playhead = Playhead::at(SimTime::ZERO, true, false);
        playhead.step_speed(true);
        assert!((playhead.speed - 2.0).abs() < 1e-9);
        playhead.speed = 7.0;
        playhead.step_speed(false);
        assert!((playhead.speed - 5.0).abs() < 1e-9);
    }
}
