//! Axes, ticks and frames of charts.

use super::svg::{Path, Px, Svg, real, whole};

/// A straight scale from values to pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub low_px: f64,
    pub high_px: f64,
}

impl Axis {
    /// Where a value lies, px; values beyond the ends stay on them.
    pub fn at(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low).max(1e-9)).clamp(0.0, 1.0);
        self.low_px + (self.high_px - self.low_px) * share
    }
}

/// The rectangle a chart is drawn in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub x: Axis,
    pub y: Axis,
}

impl Panel {
    /// A panel from its left top corner and size, with the range of values of both axes.
    pub fn new([left, top]: Px, [width, height]: Px, x: (f64, f64), y: (f64, f64)) -> Self {
        Self {
            x: Axis { low: x.0, high: x.1, low_px: left, high_px: left + width },
            y: Axis { low: y.0, high: y.1, low_px: top + height, high_px: top },
        }
    }

    /// Where a pair of values lies.
    pub fn at(&self, x: f64, y: f64) -> Px {
        [self.x.at(x), self.y.at(y)]
    }

    /// Horizontal grid lines at whole numbers, with their labels; `unit` stands behind each number.
    pub fn draw_rows(&self, svg: &mut Svg, wanted: f64, unit: &str) {
        let step = nice_step(self.y.high - self.y.low, wanted).max(1.0);
        let mut grid = Path::default();
        for value in ticks(self.y.low, self.y.high, step) {
            let y = self.y.at(value);
            grid.then([[self.x.low_px, y], [self.x.high_px, y]]);
            svg.label("tick end", [self.x.low_px - 6.0, y + 4.0], &format!("{value:.0}{unit}"));
        }
        svg.path("grid", &grid);
    }

    /// Vertical grid lines at `ticks`, with their labels below.
    pub fn draw_columns(&self, svg: &mut Svg, ticks: &[(f64, String)]) {
        let mut grid = Path::default();
        for (value, label) in ticks {
            let x = self.x.at(*value);
            grid.then([[x, self.y.low_px], [x, self.y.high_px]]);
            svg.label("tick middle", [x, self.y.low_px + 17.0], label);
        }
        svg.path("grid", &grid);
        svg.line("axis", [self.x.low_px, self.y.low_px], [self.x.high_px, self.y.low_px]);
    }

    /// A line that keeps its value until the next point.
    pub fn steps(&self, points: &[(f64, f64)]) -> Path {
        let mut path = Path::default();
        let mut last_y = None;
        for &(x, y) in points {
            if let Some(last_y) = last_y {
                path.to(self.at(x, last_y));
            }
            path.to(self.at(x, y));
            last_y = Some(y);
        }
        path
    }
}

/// A round step (1, 2 or 5 times a power of ten) of which about `wanted` fit into `span`.
pub(super) fn nice_step(span: f64, wanted: f64) -> f64 {
    let raw = (span / wanted).max(1e-3);
    let mut decade = 1e-3;
    while decade * 10.0 <= raw {
        decade *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * decade).find(|step| *step >= raw).unwrap_or(raw)
}

/// The multiples of `step` from `low` to `high`.
pub(super) fn ticks(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil();
    let count = ((high / step + 1e-9).floor() - first + 1.0).max(0.0);
    (0..whole(count, 0).min(1000)).map(|index| (first + real(index)) * step).collect()
}

/// Round figures of a range, about `wanted` of them.
pub fn round_figures([low, high]: [f64; 2], wanted: f64) -> Vec<f64> {
    ticks(low, high, nice_step(high - low, wanted))
}

/// Lines of names one over the other, so that none covers another.
#[derive(Clone, Debug, Default)]
pub struct Lanes(Vec<f64>);

impl Lanes {
    /// The first line that is free from `x` on, which a name of this width then takes; names come from left to right.
    pub fn take(&mut self, x: f64, width: f64) -> usize {
        let line = self.0.iter().position(|end| *end <= x).unwrap_or(self.0.len());
        if line == self.0.len() {
            self.0.push(0.0);
        }
        self.0[line] = x + width;
        line
    }
}

/// Times of day for the axis of a run: seconds since its start, and the local time there.
pub(super) fn clock_ticks(start_of_day_s: i64, length_s: f64, wanted: f64) -> Vec<(f64, String)> {
    const STEPS_S: [f64; 11] = [10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0];
    let step = STEPS_S.into_iter().find(|step| length_s / step <= wanted).unwrap_or(21_600.0);
    #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
    let start_s = start_of_day_s as f64;
    ticks(start_s, start_s + length_s, step)
        .into_iter()
        .map(|clock_s| {
            let second = whole(clock_s, 0) % 86_400;
            let (hour, minute) = (second / 3600, second / 60 % 60);
            let seconds = if step < 60.0 { format!(":{:02}", second % 60) } else { String::new() };
            (clock_s - start_s, format!("{hour:02}:{minute:02}{seconds}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        let steps = [12.0, 130.0, 0.7, 0.0].map(|span| format!("{:.3}", nice_step(span, 5.0)));
        assert_eq!(steps, ["5.000", "50.000", "0.200", "0.001"]);
        assert_eq!(ticks(-3.0, 11.0, 5.0), [0.0, 5.0, 10.0]);
    }

    #[test]
    fn figures_are_round() {
        assert_eq!(round_figures([0.0, 4.83], 6.0), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(round_figures([130.0, 620.0], 3.0), [200.0, 400.0, 600.0]);
        assert_eq!(round_figures([5.0, 5.0], 3.0).len(), 1);
    }

    #[test]
    fn names_stand_beside_or_over_each_other() {
        let mut lanes = Lanes::default();
        let lines =
            [(0.0, 50.0), (20.0, 50.0), (50.0, 10.0), (55.0, 10.0), (70.0, 5.0)].map(|(x, width)| lanes.take(x, width));
        assert_eq!(lines, [0, 1, 0, 2, 0]);
    }

    #[test]
    fn clock_ticks_fall_on_round_local_times() {
        let ticks = clock_ticks(9 * 3600 + 40 * 60, 7200.0, 9.0);
        assert_eq!(ticks[0], (300.0, "09:45".to_owned()));
        assert_eq!(ticks.len(), 8);
    }
}
