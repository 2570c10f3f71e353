//! From waypoints to a flight plan: the height profile over the terrain and the speed that can be flown along it.

use super::plan::{FlightPlan, PathPoint, Waypoint};
use crate::aircraft::{AircraftType, Wing};
use crate::units::{Altitude, Datum, SimTime};
use crate::world::geo::{Horizontal, Place, Position};
use crate::world::terrain::{AltitudeError, Terrain};

/// Distance between path samples, m: the posting of the terrain.
const SPACING_M: f64 = 10.0;
/// Half width of the window over which a terrain-following height is averaged, m: takes out relief that a drone at
/// cruise speed would only shake in.
const SMOOTHING_M: f64 = 60.0;
/// How far a drone may cut or overshoot a corner, m.
const CORNER_TOLERANCE_M: f64 = 4.0;
/// The same on a wing, m.
pub(super) const WING_CORNER_TOLERANCE_M: f64 = 20.0;
/// Speed at which the sharpest corner is taken, m/s.
pub(super) const LEAST_CORNER_SPEED_MPS: f64 = 1.5;
/// Sine of half the angle of a turn that is none.
pub(super) const STRAIGHT: f64 = 1e-3;
/// Share of the climb and descent rate that a plan uses; the rest is left to follow the plan.
pub(super) const VERTICAL_SHARE: f64 = 0.8;
/// Share of the acceleration that a plan uses for braking; the rest is left to follow the plan.
const BRAKING_SHARE: f64 = 0.6;

/// What a plan must respect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanLimits {
    /// Speed over ground, m/s.
    pub speed_mps: f64,
    /// Lowest and highest true height that smoothing may choose, m.
    pub band_agl_m: (f64, f64),
}

/// Room that smoothing leaves to the clearance, m.
const ABOVE_CLEARANCE_M: f64 = 5.0;
/// Room that smoothing leaves to the ceiling, m: what a drone may overshoot.
const BELOW_CEILING_M: f64 = 10.0;

impl PlanLimits {
    /// The limits of a plan at `speed_mps` between a clearance and a ceiling, with some room to both.
    pub const fn between(clearance_m: f64, ceiling_agl_m: f64, speed_mps: f64) -> Self {
        Self { speed_mps, band_agl_m: (clearance_m + ABOVE_CLEARANCE_M, ceiling_agl_m - BELOW_CEILING_M) }
    }
}

/// Why no plan can be made.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// Fewer than two distinct places.
    #[error("a route needs two places that differ")]
    TooShort,
    /// An altitude has nothing to refer to.
    #[error("waypoint {waypoint}: {cause}")]
    Altitude {
        /// Index of the waypoint, or of the one before the leg.
        waypoint: usize,
        /// What is missing.
        cause: AltitudeError,
    },
}

/// The flight plan along `waypoints`.
///
/// Between two waypoints above ground the height follows the terrain, interpolating the two heights; a leg with an end
/// above mean sea level is straight in space. Terrain-following heights are averaged over ± 60 m of path and kept in the
/// band. The speed limit respects cruise speed, corners, climb and descent rates, and braking for all that follows.
///
/// # Errors
/// If the waypoints do not make a path, or an altitude cannot be converted.
pub fn planned(
    waypoints: &[Waypoint],
    terrain: &Terrain,
    aircraft: &AircraftType,
    limits: &PlanLimits,
) -> Result<FlightPlan, PlanError> {
    let samples = sampled(waypoints, terrain)?;
    let heights = smoothed(&samples, limits);
    let mut points: Vec<PathPoint> = samples
        .iter()
        .zip(heights)
        .map(|(sample, height)| PathPoint {
            position: Position::new(sample.place.x, sample.place.y, height),
            along_m: sample.along_m,
            speed_limit_mps: limits.speed_mps.min(aircraft.max_airspeed_mps),
            hold: sample.hold,
        })
        .collect();
    limit_by_corners(&mut points, aircraft);
    limit_by_slopes(&mut points, aircraft);
    limit_by_braking(&mut points, aircraft);
    Ok(FlightPlan { waypoints: waypoints.to_vec(), points })
}

/// The plan of flying straight through positions, to stand at the last; `None` if fewer than two places differ.
pub(super) fn through(path: &[Position], speed_mps: f64, aircraft: &AircraftType) -> Option<FlightPlan> {
    let mut points: Vec<PathPoint> = Vec::new();
    for &position in path {
        let step_m = points.last().map_or(0.0, |last| (position - last.position).xy().norm());
        if points.is_empty() || step_m > 1e-6 {
            let along_m = points.last().map_or(0.0, |last| last.along_m) + step_m;
            points.push(PathPoint { position, along_m, speed_limit_mps: speed_mps, hold: SimTime::ZERO });
        }
    }
    if points.len() < 2 {
        return None;
    }
    limit_by_corners(&mut points, aircraft);
    limit_by_slopes(&mut points, aircraft);
    limit_by_braking(&mut points, aircraft);
    let end = |point: &PathPoint| Waypoint {
        place: point.position.xy(),
        altitude: Altitude::amsl(point.position.z),
        hold: SimTime::ZERO,
    };
    let waypoints = vec![end(&points[0]), end(&points[points.len() - 1])];
    Some(FlightPlan { waypoints, points })
}

/// A path sample before its final height is known.
struct Sample {
    place: Place,
    along_m: f64,
    hold: SimTime,
    ground_amsl_m: f64,
    target_amsl_m: f64,
    follows_terrain: bool,
}

fn sampled(waypoints: &[Waypoint], terrain: &Terrain) -> Result<Vec<Sample>, PlanError> {
    let mut samples: Vec<Sample> = Vec::new();
    for (index, pair) in waypoints.windows(2).enumerate() {
        let first = usize::from(!samples.is_empty());
        let start_m = samples.last().map_or(0.0, |sample| sample.along_m);
        let leg =
            leg_samples(pair, start_m, terrain).map_err(|cause| PlanError::Altitude { waypoint: index, cause })?;
        if let (Some(here), true) = (samples.last_mut(), leg.is_empty()) {
            here.hold += pair[1].hold;
        }
        samples.extend(leg.into_iter().skip(first));
    }
    if samples.len() < 2 { Err(PlanError::TooShort) } else { Ok(samples) }
}

/// The samples of one leg, both ends included; none if its ends coincide.
fn leg_samples(pair: &[Waypoint], start_m: f64, terrain: &Terrain) -> Result<Vec<Sample>, AltitudeError> {
    let (a, b) = (&pair[0], &pair[1]);
    let span: Horizontal = b.place - a.place;
    let length_m = span.norm();
    if length_m < 1e-6 {
        return Ok(Vec::new());
    }
    let pieces = (length_m / SPACING_M).ceil().max(1.0);
    let follows_terrain = a.altitude.datum == Datum::Agl && b.altitude.datum == Datum::Agl;
    // A path may leave the terrain: it is planned over the extended ground, and the check names it.
    let ends = [terrain.extended_amsl_m(&a.place, a.altitude)?, terrain.extended_amsl_m(&b.place, b.altitude)?];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive whole number")]
    let count = pieces as u32;
    (0..=count)
        .map(|i| {
            let fraction = f64::from(i) / pieces;
            let place = a.place + span * fraction;
            let ground_amsl_m = terrain.extended_ground_amsl_m(&place);
            let blend = |from: f64, to: f64| from + (to - from) * fraction;
            let target_amsl_m = if follows_terrain {
                ground_amsl_m + blend(a.altitude.metres, b.altitude.metres)
            } else {
                blend(ends[0], ends[1])
            };
            let hold = if i == count { b.hold } else { SimTime::ZERO };
            Ok(Sample {
                place,
                along_m: start_m + length_m * fraction,
                hold,
                ground_amsl_m,
                target_amsl_m,
                follows_terrain,
            })
        })
        .collect()
}

/// Final heights: straight legs as they are, terrain-following ones averaged along the path and kept in the band.
fn smoothed(samples: &[Sample], limits: &PlanLimits) -> Vec<f64> {
    let (mut low, mut high) = (0, 0);
    samples
        .iter()
        .map(|sample| {
            while samples[low].along_m < sample.along_m - SMOOTHING_M {
                low += 1;
            }
            while high < samples.len() && samples[high].along_m <= sample.along_m + SMOOTHING_M {
                high += 1;
            }
            if !sample.follows_terrain {
                return sample.target_amsl_m;
            }
            let window = &samples[low..high];
            #[expect(clippy::cast_precision_loss, reason = "a window holds a dozen samples")]
            let mean = window.iter().map(|other| other.target_amsl_m).sum::<f64>() / window.len() as f64;
            let (floor, ceiling) = limits.band_agl_m;
            // A person's own height counts even where it is outside the band: the check will name it.
            let chosen = sample.target_amsl_m - sample.ground_amsl_m;
            mean.clamp(sample.ground_amsl_m + floor.min(chosen), sample.ground_amsl_m + ceiling.max(chosen))
        })
        .collect()
}

/// Turning by θ with acceleration a at speed v strays about v² sin(θ/2) / a from the corner. A wing on which a corner cannot
/// be flown at its least airspeed takes it on its rotors; it does not stop at a hold but circles.
fn limit_by_corners(points: &mut [PathPoint], aircraft: &AircraftType) {
    for index in 1..points.len() - 1 {
        // On a wing the circles of a hold lead round its corner.
        if aircraft.wing().is_some() && points[index].hold > SimTime::ZERO {
            continue;
        }
        let half_turn_sine = half_turn_sine(points, index);
        if half_turn_sine > STRAIGHT {
            let corner = (aircraft.acceleration_mps2 * CORNER_TOLERANCE_M / half_turn_sine).sqrt();
            let on_wing = aircraft.wing().and_then(|wing| wing_corner_mps(wing, half_turn_sine));
            let limit = &mut points[index].speed_limit_mps;
            *limit = limit.min(on_wing.unwrap_or_else(|| corner.max(LEAST_CORNER_SPEED_MPS)));
        }
    }
    for point in points.iter_mut().filter(|point| point.hold > SimTime::ZERO && aircraft.wing().is_none()) {
        point.speed_limit_mps = 0.0;
    }
    let last = points.len() - 1;
    points[last].speed_limit_mps = 0.0;
}

/// The sine of half the angle by which the path turns at an inner point.
pub(super) fn half_turn_sine(points: &[PathPoint], index: usize) -> f64 {
    let before = direction(&points[index - 1], &points[index]);
    let after = direction(&points[index], &points[index + 1]);
    ((1.0 - before.dot(&after)) / 2.0).max(0.0).sqrt()
}

/// The radius on which a wing turns inside a corner and strays no farther from it than it may, m.
pub(super) fn corner_radius_m(half_turn_sine: f64) -> f64 {
    let half_turn_cosine = (1.0 - half_turn_sine * half_turn_sine).max(1e-9).sqrt();
    WING_CORNER_TOLERANCE_M / (1.0 / half_turn_cosine - 1.0).max(1e-9)
}

/// The airspeed at which a wing may take a corner, turning by θ on a radius r = V²/(g tan(bank)) inside it, which strays
/// r (1/cos(θ/2) − 1); `None` if it would have to fly below its least airspeed.
pub(super) fn wing_corner_mps(wing: &Wing, half_turn_sine: f64) -> Option<f64> {
    let corner = (corner_radius_m(half_turn_sine) * wing.turn_acceleration_mps2()).sqrt();
    (corner >= wing.least_airspeed_mps()).then_some(corner)
}

pub(super) fn direction(a: &PathPoint, b: &PathPoint) -> Horizontal {
    (b.position - a.position).xy().normalize()
}

/// Climb and descent rates limit the speed over ground: a slope of 43 % at 5 m/s of climb allows 11.6 m/s, not 15.
fn limit_by_slopes(points: &mut [PathPoint], aircraft: &AircraftType) {
    for index in 1..points.len() {
        let rise = points[index].position.z - points[index - 1].position.z;
        let run = points[index].along_m - points[index - 1].along_m;
        let rate = if rise > 0.0 { aircraft.climb_mps } else { aircraft.descent_mps };
        let limit = VERTICAL_SHARE * rate * run / rise.abs().max(1e-9);
        for end in [index - 1, index] {
            let point = &mut points[end];
            point.speed_limit_mps = point.speed_limit_mps.min(limit.max(LEAST_CORNER_SPEED_MPS));
        }
    }
}

/// Backwards, then forwards: v² grows by at most 2 a s, so that the drone can brake for a limit and is not asked to jump.
fn limit_by_braking(points: &mut [PathPoint], aircraft: &AircraftType) {
    let twice_a = 2.0 * BRAKING_SHARE * aircraft.acceleration_mps2;
    for index in (0..points.len() - 1).rev() {
        let next = points[index + 1];
        let reachable =
            (next.speed_limit_mps * next.speed_limit_mps + twice_a * (next.along_m - points[index].along_m)).sqrt();
        points[index].speed_limit_mps = points[index].speed_limit_mps.min(reachable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aircraft::catalogue;
    use crate::world::terrain::HeightField;

    fn slope(gradient: f64) -> Terrain {
        let field = HeightField::sampled(Place::new(-1000.0, -1000.0), 10.0, [201, 201], |p| 200.0 + gradient * p.x);
        Terrain::new(field, None, true, "test")
    }

    fn at(x: f64, y: f64) -> Waypoint {
        Waypoint { place: Place::new(x, y), altitude: Altitude::agl(60.0), hold: SimTime::ZERO }
    }

    const LIMITS: PlanLimits = PlanLimits { speed_mps: 15.0, band_agl_m: (20.0, 100.0) };

    /// Trap (a) of the sample route: climb rate limits ground speed.
    #[test]
    fn climbing_limits_the_speed() {
        let aircraft = &catalogue()[0];
        let plan = planned(&[at(-800.0, 0.0), at(800.0, 0.0)], &slope(0.43), aircraft, &LIMITS).unwrap();
        let middle = plan.points[plan.points.len() / 2];
        assert!((middle.speed_limit_mps - 0.8 * 5.0 / 0.43).abs() < 0.05, "{middle:?}");
        let down = planned(&[at(800.0, 0.0), at(-800.0, 0.0)], &slope(0.43), aircraft, &LIMITS).unwrap();
        let middle = down.points[down.points.len() / 2];
        assert!((middle.speed_limit_mps - 0.8 * 3.0 / 0.43).abs() < 0.05, "{middle:?}");
    }

    #[test]
    fn a_plan_brakes_for_corners_and_its_end() {
        let aircraft = &catalogue()[0];
        let plan = planned(&[at(-500.0, 0.0), at(0.0, 0.0), at(0.0, 500.0)], &slope(0.0), aircraft, &LIMITS).unwrap();
        let corner = plan.points.iter().find(|point| point.position.xy().coords.norm() < 1e-6).unwrap();
        assert!(corner.speed_limit_mps < 5.0);
        assert!(plan.end().speed_limit_mps < 1e-9);
        let square = |speed: f64| speed * speed;
        for pair in plan.points.windows(2) {
            let braking = (square(pair[0].speed_limit_mps) - square(pair[1].speed_limit_mps))
                / (2.0 * (pair[1].along_m - pair[0].along_m));
            assert!(braking <= aircraft.acceleration_mps2, "{braking}");
        }
        assert!((plan.length_m() - 1000.0).abs() < 1e-6);
    }

    #[test]
    fn one_place_is_no_route() {
        let aircraft = &catalogue()[0];
        let result = planned(&[at(0.0, 0.0), at(0.0, 0.0)], &slope(0.0), aircraft, &LIMITS);
        assert_eq!(result, Err(PlanError::TooShort));
    }
}
