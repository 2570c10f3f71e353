//! Intensities, lengths and spectrum against the formulas of MIL-F-8785C.

use super::*;
use crate::units::Purpose;

/// At 60 m and a W20 of 15.43 m/s: Lu 219.7 m, Lw 60 m, σw 1.543 m/s, σu 2.378 m/s.
#[test]
fn the_reference_row_comes_out() {
    let scales = Scales::at(60.0);
    assert!((scales.horizontal_m - 219.7).abs() < 0.05 && (scales.vertical_m - 60.0).abs() < 1e-9);
    let w20 = Turbulence::Moderate.w20_mps(|| 0.0).unwrap();
    assert!((w20 - 15.43).abs() < 0.01);
    assert!((0.1 * 15.43 * scales.intensity - 2.378).abs() < 0.001);
    assert_eq!(Turbulence::None.w20_mps(|| 9.0), None);
    assert_eq!(Turbulence::FromWind.w20_mps(|| 9.0), Some(9.0));
}

fn stream(seed: u64, drone: u64) -> RandomStream {
    RandomStream::new(seed, Purpose::Turbulence, drone)
}

/// A long flight at 60 m and 15 m/s with a W20 of 10 m/s: standard deviations, and correlations over `lag_s`.
fn statistics(step_s: f64, lag_s: f64) -> [[f64; 2]; 3] {
    let dryden = Dryden::new(SimTime::from_seconds(step_s));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few steps")]
    let lag = (lag_s / step_s).round() as usize;
    let (drones, steps) = (60_u64, 6000_usize);
    let mut sums = [[0.0; 3]; 3];
    for ordinal in 0..drones {
        let mut gust = Gust::begin(stream(3, ordinal), 0);
        let series: Vec<Velocity> = (0..steps).map(|_| dryden.advance(&mut gust, 60.0, 15.0, 10.0)).collect();
        for (now, then) in series.iter().zip(&series[lag..]) {
            for axis in 0..3 {
                sums[axis][0] += now[axis] * now[axis];
                sums[axis][1] += now[axis] * then[axis];
                sums[axis][2] += 1.0;
            }
        }
    }
    sums.map(|[square, product, count]| [(square / count).sqrt(), product / square])
}

/// Along the wind the correlation is e^(−r/L), across it and upwards (1 − r/2L) e^(−r/L), whatever the step.
#[test]
fn variance_and_spectrum_are_those_of_the_formulas() {
    // The bins in which 60 m and 15 m/s lie: 56 to 64 m, 14 to 16 m/s.
    let (scales, airspeed_mps) = (Scales::at(60.0), 15.0);
    for (step_s, lag_s) in [(0.5, 2.0), (0.5, 12.0), (1.0, 2.0), (0.1, 2.0)] {
        let found = statistics(step_s, lag_s);
        for (axis, [deviation, correlation]) in found.into_iter().enumerate() {
            let length_m = if axis == 2 { scales.vertical_m } else { scales.horizontal_m };
            let expected_deviation = if axis == 2 { 1.0 } else { scales.intensity };
            let r = lag_s * airspeed_mps / length_m;
            let expected = if axis == 0 { libm::exp(-r) } else { (1.0 - r / 2.0) * libm::exp(-r) };
            assert!((deviation / expected_deviation - 1.0).abs() < 0.05, "{step_s} s, axis {axis}: {deviation}");
            assert!(
                (correlation - expected).abs() < 0.05,
                "{step_s} s, {lag_s} s, axis {axis}: {correlation} {expected}"
            );
        }
    }
}

/// From one moment to the next without change of step: the exact solution composes.
#[test]
fn two_steps_are_one_of_twice_the_length() {
    let (half, whole) = (Second::over(0.2), Second::over(0.4));
    assert!((half.keep * half.keep - whole.keep).abs() < 1e-15);
    assert!((2.0 * half.keep * half.feed - whole.feed).abs() < 1e-15);
    let covariance = |filter: &Second| {
        let [own, shared, other] = filter.add;
        [own * own, own * shared, shared * shared + other * other]
    };
    let [p, q, r] = covariance(&half);
    let (k, f) = (half.keep, half.feed);
    // What a half step added, carried on through another, and what that one adds.
    let composed = [k * k * p + p, k * f * p + k * k * q + q, f * f * p + 2.0 * f * k * q + k * k * r + r];
    for (composed, whole) in composed.into_iter().zip(covariance(&whole)) {
        assert!((composed - whole).abs() < 1e-14, "{composed} {whole}");
    }
}

#[test]
fn a_drone_meets_the_same_air_whoever_else_flies() {
    let dryden = Dryden::new(SimTime::from_millis(500));
    let fly = |mut gust: Gust| (0..50).map(|_| dryden.advance(&mut gust, 80.0, 12.0, 8.0)).collect::<Vec<_>>();
    assert_eq!(fly(Gust::begin(stream(1, 3), 40)), fly(Gust::begin(stream(1, 3), 40)));
    assert_ne!(fly(Gust::begin(stream(1, 3), 40)), fly(Gust::begin(stream(1, 4), 40)));
    assert_ne!(fly(Gust::begin(stream(1, 3), 40)), fly(Gust::begin(stream(2, 3), 40)));
    let turned = in_frame(&Velocity::new(1.0, 2.0, 3.0), Horizontal::new(0.0, 5.0));
    assert!((turned - Velocity::new(-2.0, 1.0, 3.0)).norm() < 1e-12, "{turned}");
}
