//! A profile as lines and bands in a rectangle of the screen.

use bevy_egui::egui::{Pos2, Rect, pos2};

use crate::message::Severity;
use crate::report::round_figures;
use crate::traffic::route::{Part, RouteFinding, RouteProfile};
use crate::viewer::scene::narrow;

/// What heights are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// Mean sea level.
    #[default]
    Amsl,
    /// The ground below.
    Agl,
}

/// A rectangle with distance along the route to the right and a figure upwards.
#[derive(Clone, Copy, Debug)]
pub struct Axes {
    /// Where on the screen.
    pub rect: Rect,
    /// Length of the route, m.
    pub length_m: f64,
    /// Least and greatest figure.
    pub range: [f64; 2],
}

impl Axes {
    /// Where a distance along the route is.
    pub fn x(&self, along_m: f64) -> f32 {
        self.rect.left() + self.rect.width() * narrow(along_m / self.length_m.max(1.0))
    }

    /// Where a figure is.
    pub fn y(&self, figure: f64) -> f32 {
        let [low, high] = self.range;
        self.rect.bottom() - self.rect.height() * narrow((figure - low) / (high - low).max(1e-9))
    }

    /// Where both are.
    pub fn at(&self, along_m: f64, figure: f64) -> Pos2 {
        pos2(self.x(along_m), self.y(figure))
    }

    /// The distance along the route at a place on the screen, m.
    pub fn along_m(&self, x: f32) -> f64 {
        f64::from((x - self.rect.left()) / self.rect.width().max(1.0)).clamp(0.0, 1.0) * self.length_m
    }

    /// Round figures of its range, about `wanted` of them.
    pub fn ticks(&self, wanted: f64) -> Vec<f64> {
        round_figures(self.range, wanted)
    }
}

/// A stretch between two lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Its upper edge, from left to right.
    pub upper: Vec<Pos2>,
    /// Its lower edge, as many points.
    pub lower: Vec<Pos2>,
}

/// The lines of a profile.
#[derive(Clone, Debug)]
pub struct Curves {
    /// Where they stand.
    pub axes: Axes,
    /// The ground.
    pub ground: Vec<Pos2>,
    /// The top of what stands on it.
    pub top: Vec<Pos2>,
    /// The ceiling.
    pub ceiling: Vec<Pos2>,
    /// The least height.
    pub clearance: Vec<Pos2>,
    /// The plan.
    pub planned: Vec<Pos2>,
    /// What of it is against a rule.
    pub against: Vec<Vec<Pos2>>,
    /// Places without length that are against a rule.
    pub crosses: Vec<Pos2>,
    /// The lowest place over the ground, if there is one.
    pub lowest: Option<Pos2>,
    /// Zones and approvals, by their number in the profile.
    pub rules: Vec<(usize, Band)>,
}

impl Curves {
    /// Those of a profile in a rectangle.
    pub fn of(profile: &RouteProfile, axis: Axis, rect: Rect) -> Self {
        let height = |amsl_m: f64, ground_m: f64| match axis {
            Axis::Amsl => amsl_m,
            Axis::Agl => amsl_m - ground_m,
        };
        let axes = Axes { rect, length_m: profile.length_m, range: range(profile, axis) };
        let line = |amsl_m: &dyn Fn(usize) -> f64| {
            let stations = profile.stations.iter().enumerate();
            let at =
                stations.map(|(index, station)| axes.at(station.along_m, height(amsl_m(index), station.ground_amsl_m)));
            at.collect::<Vec<_>>()
        };
        let of = |index: usize| &profile.stations[index];
        let planned = |along_m: f64| {
            let position = profile.position_at(along_m);
            axes.at(along_m, height(position.z, profile.ground_at(along_m)))
        };
        let against = || profile.findings.iter().filter(|finding| finding.severity() >= Severity::Error);
        let is_stretch =
            |finding: &&RouteFinding| finding.part == Part::Leg && finding.stretch_m[1] - finding.stretch_m[0] > 1.0;
        let stretch = |[from_m, to_m]: [f64; 2]| {
            let inner = profile.stations.iter().map(|station| station.along_m);
            let inner = inner.filter(move |along_m| *along_m > from_m && *along_m < to_m);
            std::iter::once(from_m).chain(inner).chain([to_m]).map(planned).collect::<Vec<_>>()
        };
        let cross = |finding: &RouteFinding| {
            let on_leg = finding.part == Part::Leg;
            let z = if on_leg { profile.position_at(finding.along_m).z } else { finding.position.z };
            axes.at(finding.along_m, height(z, profile.ground_at(finding.along_m)))
        };
        let edge = |outline: &[[f64; 3]], end: usize| {
            let at = outline.iter().map(|at| (at[0], height(at[end], profile.ground_at(at[0]))));
            // What has no end is drawn to the edge.
            at.map(|(along_m, height_m)| axes.at(along_m, height_m.min(axes.range[1]))).collect::<Vec<_>>()
        };
        let bands = profile.rules.iter().enumerate().flat_map(|(index, rule)| {
            let band = move |outline: &Vec<[f64; 3]>| Band { upper: edge(outline, 2), lower: edge(outline, 1) };
            rule.outlines.iter().map(move |outline| (index, band(outline)))
        });
        let [lowest_m, lowest_agl_m] = profile.lowest;
        Self {
            ground: line(&|index| of(index).ground_amsl_m),
            top: line(&|index| of(index).top_amsl_m),
            ceiling: line(&|index| of(index).ceiling_amsl_m),
            clearance: line(&|index| of(index).ground_amsl_m + profile.clearance_m),
            planned: line(&|index| of(index).position.z),
            against: against().filter(is_stretch).map(|finding| stretch(finding.stretch_m)).collect(),
            crosses: against().filter(|finding| !is_stretch(finding)).map(cross).collect(),
            lowest: lowest_agl_m.is_finite().then(|| planned(lowest_m)),
            rules: bands.collect(),
            axes,
        }
    }
}

/// Heights that show the ground, the ceiling and the whole plan.
fn range(profile: &RouteProfile, axis: Axis) -> [f64; 2] {
    let figures = profile.stations.iter().map(|station| match axis {
        Axis::Amsl => [station.ground_amsl_m.min(station.position.z), station.ceiling_amsl_m.max(station.position.z)],
        Axis::Agl => [station.agl_m.min(0.0), station.agl_m.max(profile.ceiling_agl_m)],
    });
    let ends = figures.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]).unwrap_or([0.0, 100.0]);
    // Room for the numbers of waypoints above the plan.
    let spare = 0.16 * (ends[1] - ends[0]).max(1.0);
    [ends[0] - if axis == Axis::Amsl { spare / 2.0 } else { 0.0 }, ends[1] + spare]
}

#[cfg(test)]
mod tests {
    use bevy_egui::egui::vec2;
    use jiff::Timestamp;

    use super::*;
    use crate::traffic::route::ProfileStation;
    use crate::world::geo::Position;

    /// Over a hill of 100 m half way, at 60 m above ground; the battery falls from 100 to 60 Wh.
    fn over_a_hill() -> RouteProfile {
        let station = |index: u8, ground_amsl_m: f64| ProfileStation {
            along_m: 500.0 * f64::from(index),
            position: Position::new(0.0, 0.0, ground_amsl_m + 60.0),
            at: Timestamp::UNIX_EPOCH,
            ground_amsl_m,
            top_amsl_m: ground_amsl_m,
            ceiling_amsl_m: ground_amsl_m + 120.0,
            agl_m: 60.0,
            allowed_agl_m: Vec::new(),
            left_wh: 100.0 - 20.0 * f64::from(index),
            ground_mps: 10.0,
            climb_mps: 0.0,
        };
        RouteProfile {
            length_m: 1000.0,
            stations: vec![station(0, 0.0), station(1, 100.0), station(2, 0.0)],
            waypoints_m: vec![0.0, 1000.0],
            rules: Vec::new(),
            lowest: [500.0, 60.0],
            ceiling_agl_m: 120.0,
            clearance_m: 20.0,
            battery_wh: 100.0,
            reserve_wh: 20.0,
            at_end_wh: 60.0,
            no_return_m: None,
            findings: Vec::new(),
        }
    }

    fn curves(axis: Axis) -> Curves {
        Curves::of(&over_a_hill(), axis, Rect::from_min_size(pos2(100.0, 50.0), vec2(400.0, 200.0)))
    }

    /// Above the sea the ceiling goes up and down with the ground; above the ground it is level, and so is the plan.
    #[test]
    fn the_ceiling_is_parallel_to_the_ground() {
        let amsl = curves(Axis::Amsl);
        assert!(amsl.ceiling[1].y < amsl.ceiling[0].y - 10.0);
        for (ground, ceiling) in amsl.ground.iter().zip(&amsl.ceiling) {
            let apart = amsl.axes.y(0.0) - amsl.axes.y(120.0);
            assert!((ground.y - ceiling.y - apart).abs() < 1e-2);
        }
        let agl = curves(Axis::Agl);
        let is_level = |line: &[Pos2]| line.iter().all(|point| (point.y - line[0].y).abs() < 1e-3);
        assert!(is_level(&agl.ground) && is_level(&agl.ceiling) && is_level(&agl.planned));
        assert!((agl.ground[0].y - 250.0).abs() < 1e-3, "the ground is the lower edge");
    }

    #[test]
    fn places_are_found_again_on_the_screen() {
        let curves = curves(Axis::Amsl);
        assert_eq!((curves.planned[0].x, curves.planned[2].x), (100.0, 500.0));
        assert_eq!(curves.lowest, Some(curves.planned[1]));
        for along_m in [0.0, 250.0, 1000.0] {
            assert!((curves.axes.along_m(curves.axes.x(along_m)) - along_m).abs() < 0.1);
        }
        assert!((curves.axes.along_m(0.0), curves.axes.along_m(1e6)) == (0.0, 1000.0), "beside it are its ends");
    }
}
