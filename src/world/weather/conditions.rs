//! The weather at an instant, as it would be measured over flat ground, and how it changes with time.

use jiff::Timestamp;

use crate::world::geo::Horizontal;

/// Gust over mean wind where a source gives no gusts (L): the 3 s gust of a mean over 10 min in open country.
pub const USUAL_GUST_FACTOR: f64 = 1.5;

/// The weather at an instant. The wind is that 10 m above flat, open ground, as stations measure it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// Mean wind, the way it blows to, m/s.
    pub wind_mps: Horizontal,
    /// Gusts, m/s; no less than the mean wind.
    pub gust_mps: f64,
    /// How far one can see, m.
    pub visibility_m: f64,
    /// Rain, or snow as water, mm/h.
    pub precipitation_mmph: f64,
    /// Temperature of the air, °C.
    pub temperature_c: f64,
}

impl Conditions {
    /// Still, clear, mild air.
    pub const STILL: Self = Self {
        wind_mps: Horizontal::new(0.0, 0.0),
        gust_mps: 0.0,
        visibility_m: 20_000.0,
        precipitation_mmph: 0.0,
        temperature_c: 15.0,
    };

    /// The mean wind without its direction, m/s.
    pub fn speed_mps(&self) -> f64 {
        self.wind_mps.norm()
    }

    /// Where the wind comes from, degrees clockwise from north in [0, 360); 0 in a calm.
    pub fn direction_deg(&self) -> f64 {
        if self.wind_mps == Horizontal::zeros() {
            return 0.0;
        }
        let degrees = libm::atan2(-self.wind_mps.x, -self.wind_mps.y).to_degrees();
        if degrees < 0.0 { degrees + 360.0 } else { degrees }
    }

    /// The weather a share of the way from this to another, linearly; the wind as a vector.
    #[must_use]
    pub fn towards(&self, other: &Self, share: f64) -> Self {
        let mix = |from: f64, to: f64| from + (to - from) * share;
        Self {
            wind_mps: self.wind_mps + (other.wind_mps - self.wind_mps) * share,
            gust_mps: mix(self.gust_mps, other.gust_mps),
            visibility_m: mix(self.visibility_m, other.visibility_m),
            precipitation_mmph: mix(self.precipitation_mmph, other.precipitation_mmph),
            temperature_c: mix(self.temperature_c, other.temperature_c),
        }
    }
}

/// The vector of a wind that comes from a direction, degrees clockwise from north.
pub fn wind_from(direction_deg: f64, speed_mps: f64) -> Horizontal {
    let direction = direction_deg.to_radians();
    -Horizontal::new(libm::sin(direction), libm::cos(direction)) * speed_mps
}

/// The weather of a span of time: instants with what holds there, linear in between, constant before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    instants: Vec<(Timestamp, Conditions)>,
}

impl Timeline {
    /// Weather that never changes.
    pub fn constant(conditions: Conditions) -> Self {
        Self { instants: vec![(Timestamp::UNIX_EPOCH, conditions)] }
    }

    /// Weather from instants in any order; of two at the same time the first counts. `None` if there are none.
    pub fn new(mut instants: Vec<(Timestamp, Conditions)>) -> Option<Self> {
        instants.sort_by_key(|(at, _)| *at);
        instants.dedup_by_key(|(at, _)| *at);
        (!instants.is_empty()).then_some(Self { instants })
    }

    /// The instants, in order.
    pub fn instants(&self) -> &[(Timestamp, Conditions)] {
        &self.instants
    }

    /// The first and the last instant.
    pub fn span(&self) -> [Timestamp; 2] {
        [self.instants[0].0, self.instants[self.instants.len() - 1].0]
    }

    /// What holds at an instant.
    pub fn at(&self, at: Timestamp) -> Conditions {
        let after = self.instants.partition_point(|(time, _)| *time <= at);
        let Some((from, before)) = self.instants[..after].last() else { return self.instants[0].1 };
        let Some((to, next)) = self.instants.get(after) else { return *before };
        before.towards(next, share(*from, *to, at))
    }

    /// The same weather with a passage on top of it.
    #[must_use]
    pub fn with(&self, front: &Front) -> Self {
        let corners = front.corners();
        let within = |time: &Timestamp| *time > corners[0] && *time < corners[3];
        let known = self.instants.iter().map(|(time, _)| *time);
        let times = known.filter(within).chain(corners);
        let changed = times.map(|time| (time, front.over(&self.at(time), time)));
        let kept = self.instants.iter().filter(|(time, _)| !within(time)).copied();
        // Before and after, what held without it goes on.
        Self::new(changed.chain(kept).collect()).unwrap_or_else(|| self.clone())
    }
}

/// The share of the time from one instant to another that has passed at a third.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of centuries fit in 53 bits")]
fn share(from: Timestamp, to: Timestamp, at: Timestamp) -> f64 {
    let since = |time: Timestamp| (time.as_millisecond() - from.as_millisecond()) as f64;
    since(at) / since(to).max(1.0)
}

/// A passage: for a while the weather is another one, with linear ramps at both ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Front {
    /// When the weather begins to change.
    pub begins: Timestamp,
    /// How long until all is as before, both ramps included.
    pub lasts: jiff::SignedDuration,
    /// How long each ramp takes.
    pub over: jiff::SignedDuration,
    /// Mean wind, the way it blows to, m/s; `None`, here and below, where it stays what it was.
    pub wind_mps: Option<Horizontal>,
    /// Gusts, m/s.
    pub gust_mps: Option<f64>,
    /// How far one can see, m.
    pub visibility_m: Option<f64>,
    /// Rain, or snow as water, mm/h.
    pub precipitation_mmph: Option<f64>,
    /// Temperature of the air, °C.
    pub temperature_c: Option<f64>,
}

/// The shortest ramp.
const LEAST_RAMP: jiff::SignedDuration = jiff::SignedDuration::from_millis(1);

impl Front {
    /// Begin and end of the ramp in, begin and end of the ramp out.
    fn corners(&self) -> [Timestamp; 4] {
        let after = |span| self.begins.checked_add(span).unwrap_or(Timestamp::MAX);
        // A step is a ramp too short for a run to see, so that it does not begin at the instant known before.
        let over = self.over.max(LEAST_RAMP);
        [self.begins, after(over), after(self.lasts - over), after(self.lasts)]
    }

    /// The weather at an instant, given what it would be without the passage.
    fn over(&self, base: &Conditions, at: Timestamp) -> Conditions {
        let wind_mps = self.wind_mps.unwrap_or(base.wind_mps);
        // A wind without a word about gusts has the usual ones, and no gust is less than its wind.
        let usual = self.wind_mps.map_or(base.gust_mps, |wind| wind.norm() * USUAL_GUST_FACTOR);
        let full = Conditions {
            wind_mps,
            gust_mps: self.gust_mps.unwrap_or(usual).max(wind_mps.norm()),
            visibility_m: self.visibility_m.unwrap_or(base.visibility_m),
            precipitation_mmph: self.precipitation_mmph.unwrap_or(base.precipitation_mmph),
            temperature_c: self.temperature_c.unwrap_or(base.temperature_c),
        };
        let [start, risen, falling, end] = self.corners();
        let in_ramp = |from, to| {
            if at < from {
                0.0
            } else if at >= to {
                1.0
            } else {
                share(from, to, at)
            }
        };
        base.towards(&full, in_ramp(start, risen).min(1.0 - in_ramp(falling, end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn directions_are_those_the_wind_comes_from() {
        for direction_deg in [0.0, 45.0, 190.0, 325.0] {
            let conditions = Conditions { wind_mps: wind_from(direction_deg, 4.0), ..Conditions::STILL };
            assert!((conditions.direction_deg() - direction_deg).abs() < 1e-9);
            assert!((conditions.speed_mps() - 4.0).abs() < 1e-12);
        }
        assert!(wind_from(270.0, 5.0).x > 4.999, "a west wind blows to the east");
    }

    /// From a north wind to an east wind of the same strength: half-way it blows from the north-east, weaker.
    #[test]
    fn in_between_is_linear_and_beyond_is_constant() {
        let wind = |direction_deg| Conditions { wind_mps: wind_from(direction_deg, 8.0), ..Conditions::STILL };
        let instants = vec![(at("2026-05-01T02:00:00Z"), wind(90.0)), (at("2026-05-01T01:00:00Z"), wind(0.0))];
        let timeline = Timeline::new(instants).unwrap();
        let middle = timeline.at(at("2026-05-01T01:30:00Z"));
        assert!((middle.direction_deg() - 45.0).abs() < 1e-9);
        assert!((middle.speed_mps() - 8.0 / 2.0_f64.sqrt()).abs() < 1e-9);
        assert_eq!(timeline.at(at("2020-01-01T00:00:00Z")), wind(0.0));
        assert_eq!(timeline.at(at("2030-01-01T00:00:00Z")), wind(90.0));
    }

    /// Without ramps it is there from its first to its last instant, and neither before nor after.
    #[test]
    fn a_front_without_ramps_is_a_step() {
        let front = Front {
            begins: at("2026-05-01T01:00:00Z"),
            lasts: jiff::SignedDuration::from_mins(40),
            over: jiff::SignedDuration::ZERO,
            wind_mps: None,
            gust_mps: Some(18.0),
            visibility_m: None,
            precipitation_mmph: None,
            temperature_c: None,
        };
        let timeline = Timeline::constant(Conditions::STILL).with(&front);
        for (seconds, gust_mps) in [(0, 0.0), (3599, 0.0), (3601, 18.0), (5999, 18.0), (6001, 0.0), (9000, 0.0)] {
            let found = timeline.at(at("2026-05-01T00:00:00Z") + jiff::SignedDuration::from_secs(seconds));
            assert!((found.gust_mps - gust_mps).abs() < 1e-9, "{seconds}: {found:?}");
        }
    }

    #[test]
    fn a_front_comes_stays_and_goes() {
        let front = Front {
            begins: at("2026-05-01T01:00:00Z"),
            lasts: jiff::SignedDuration::from_mins(40),
            over: jiff::SignedDuration::from_mins(10),
            wind_mps: Some(wind_from(320.0, 10.0)),
            gust_mps: Some(18.0),
            visibility_m: None,
            precipitation_mmph: Some(6.0),
            temperature_c: None,
        };
        let timeline = Timeline::constant(Conditions::STILL).with(&front);
        for (minutes, gust_mps) in
            [(0, 0.0), (60, 0.0), (65, 9.0), (70, 18.0), (90, 18.0), (95, 9.0), (100, 0.0), (900, 0.0)]
        {
            let found = timeline.at(at("2026-05-01T00:00:00Z") + jiff::SignedDuration::from_mins(minutes));
            assert!((found.gust_mps - gust_mps).abs() < 1e-9, "{minutes}: {found:?}");
            assert!((found.precipitation_mmph - gust_mps / 3.0).abs() < 1e-9);
            assert_eq!(found.visibility_m.to_bits(), 20_000.0_f64.to_bits());
        }
    }
}
