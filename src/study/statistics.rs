//! What several runs say together: a mean and how far chance may have moved it.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// Share of intervals that hold the true mean.
const CONFIDENCE: f64 = 0.95;
/// Halvings of a bisection: as many as an angle has bits.
const HALVINGS: usize = 60;

/// A mean over independent runs with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// How many values.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Half the width of the 95 % confidence interval; none with a single value.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// The mean of `values` ± `t · s / √n`, where `s` is their standard deviation with `n − 1` and `t` the 0.975 quantile of
    /// Student's t with `n − 1`; `None` without values.
    #[expect(clippy::cast_precision_loss, reason = "a count of runs")]
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count == 0 {
            return None;
        }
        let size = count as f64;
        let mean = values.iter().sum::<f64>() / size;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let half_width = (count > 1).then(|| student_t(count - 1) * (squares / (size - 1.0) / size).sqrt());
        Some(Self { count, mean, half_width })
    }
}

/// The factor of a two-sided 95 % interval: the 0.975 quantile of Student's t with this many degrees of freedom.
///
/// The distribution is a finite sum in the angle `θ = atan(t / √ν)` (Abramowitz and Stegun, Handbook of Mathematical
/// Functions, 26.7.3 and 26.7.4), which is inverted by bisection; infinite for 0.
#[expect(clippy::cast_precision_loss, reason = "a count of runs")]
fn student_t(degrees_of_freedom: usize) -> f64 {
    if degrees_of_freedom == 0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if share_within(middle, degrees_of_freedom) < CONFIDENCE {
            low = middle;
        } else {
            high = middle;
        }
    }
    (degrees_of_freedom as f64).sqrt() * libm::tan(low)
}

/// The probability that |t| is less than `√ν tan θ`.
#[expect(clippy::cast_precision_loss, reason = "a count of runs")]
fn share_within(angle: f64, degrees_of_freedom: usize) -> f64 {
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let is_odd = degrees_of_freedom % 2 == 1;
    // Odd: cos θ, 2/3 cos³ θ, …; even: 1, 1/2 cos² θ, …; each term from the one before.
    let mut term = if is_odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    for power in (usize::from(is_odd)..degrees_of_freedom.saturating_sub(1)).step_by(2) {
        sum += term;
        term *= cosine * cosine * (power + 1) as f64 / (power + 2) as f64;
    }
    if is_odd { FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975.
    #[test]
    fn quantiles_are_those_of_the_published_table() {
        let table = [
            (1, 12.706),
            (2, 4.303),
            (3, 3.182),
            (4, 2.776),
            (5, 2.571),
            (9, 2.262),
            (10, 2.228),
            (19, 2.093),
            (30, 2.042),
            (31, 2.040),
            (60, 2.000),
            (99, 1.984),
            (100, 1.984),
        ];
        for (degrees, published) in table {
            assert!((student_t(degrees) - published).abs() < 5.01e-4, "{degrees}: {}", student_t(degrees));
        }
        // One degree of freedom is the Cauchy distribution, two have a closed form, many are the normal distribution.
        assert!((student_t(1) - libm::tan(0.475 * std::f64::consts::PI)).abs() < 1e-9);
        assert!((student_t(2) - 0.95 * (2.0_f64 / (4.0 * 0.975 * 0.025)).sqrt()).abs() < 1e-12);
        assert!((student_t(100_000) - 1.959_963_985).abs() < 3e-5);
        assert!(student_t(0).is_infinite());
    }

    /// The hours of sleep that two drugs gave more (Student, The probable error of a mean, 1908): differences of ten
    /// pairs, whose interval R's `t.test(sleep, paired = TRUE)` gives as 0.7001142 to 2.4598858.
    #[test]
    fn the_interval_is_that_of_the_sleep_data() {
        let differences = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        let estimate = Estimate::of(&differences).unwrap();
        let half_width = estimate.half_width.unwrap();
        assert!((estimate.mean - 1.58).abs() < 1e-12);
        assert!((estimate.mean - half_width - 0.700_114_2).abs() < 1e-7, "{half_width}");
        assert!((estimate.mean + half_width - 2.459_885_8).abs() < 1e-7, "{half_width}");
    }

    #[test]
    fn one_value_has_no_interval() {
        assert_eq!(Estimate::of(&[]), None);
        assert_eq!(Estimate::of(&[3.5]), Some(Estimate { count: 1, mean: 3.5, half_width: None }));
        assert_eq!(Estimate::of(&[2.0, 2.0]).unwrap().half_width, Some(0.0));
    }
}
