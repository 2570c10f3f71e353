//! What profiles share, whether of a run or of a plan: ground and ceiling in two panels, lines of heights, the lowest place.

use super::chart::{Panel, nice_step, ticks};
use super::svg::{Path, Px, Svg, real, whole};
use crate::message::Text;
use crate::world::geo::Position;
use crate::world::terrain::Terrain;

/// Ground below one point of a route.
#[expect(clippy::struct_field_names, reason = "a name carries its unit")]
pub(super) struct Station {
    pub along_m: f64,
    pub ground_m: f64,
    /// Top of the building there; the ground if there is none.
    pub top_m: f64,
}

/// Where panels stand: left top corner and size, px.
pub(super) struct Frames {
    pub amsl: [Px; 2],
    pub agl: [Px; 2],
}

/// The two panels of a profile: heights above mean sea level, and below them heights over the ground.
pub(super) struct Panels {
    pub amsl: Panel,
    pub agl: Panel,
}

/// Positions over the length of a route.
pub(super) type Line = Vec<(f64, Position)>;

/// The heights above mean sea level that show the ground and the ceiling over it, with some room, m.
pub(super) fn amsl_range(stations: &[Station], ceiling_m: f64) -> Option<(f64, f64)> {
    let ground = || stations.iter().map(|station| station.ground_m);
    let (low, high) = (ground().min_by(f64::total_cmp)?, ground().max_by(f64::total_cmp)? + ceiling_m);
    let margin = (0.06 * (high - low)).max(10.0);
    Some((low - margin, high + margin))
}

impl Panels {
    pub fn new(length_m: f64, amsl_m: (f64, f64), agl_m: (f64, f64), frames: &Frames) -> Self {
        let along = (0.0, length_m);
        let panel = |[at, size]: [Px; 2], heights| Panel::new(at, size, along, heights);
        Self { amsl: panel(frames.amsl, amsl_m), agl: panel(frames.agl, agl_m) }
    }

    /// Rows of both panels, and kilometres below the lower.
    pub fn draw_axes(&self, svg: &mut Svg) {
        self.amsl.draw_rows(svg, 5.0, "");
        self.agl.draw_rows(svg, 3.0, "");
        self.amsl.draw_columns(svg, &[]);
        draw_kilometres(svg, &self.agl);
    }

    /// Draws one height line into both panels.
    pub fn draw_line(&self, svg: &mut Svg, class: &str, terrain: &Terrain, lines: &[Line]) {
        let (mut amsl, mut agl) = (Path::default(), Path::default());
        for line in lines {
            amsl.thinly(line.iter().map(|(along_m, position)| self.amsl.at(*along_m, position.z)));
            let over_ground = |(along_m, position): (f64, Position)| Some((along_m, terrain.agl_m(&position)?));
            let heights = densely(line).into_iter().filter_map(over_ground);
            agl.thinly(heights.map(|(along_m, agl_m)| self.agl.at(along_m, agl_m)));
        }
        svg.path(class, &amsl);
        svg.path(class, &agl);
    }
}

/// Kilometres below a panel.
pub(super) fn draw_kilometres(svg: &mut Svg, panel: &Panel) {
    let length_m = panel.x.high;
    let step = nice_step(length_m, 9.0);
    let decimals = usize::from(step < 1000.0);
    let kilometres = ticks(0.0, length_m, step).into_iter();
    let labels: Vec<_> = kilometres.map(|m| (m, format!("{:.decimals$}", m / 1000.0))).collect();
    panel.draw_columns(svg, &labels);
    let middle = f64::midpoint(panel.x.low_px, panel.x.high_px);
    let below = [middle, panel.y.low_px + 36.0];
    svg.text("tick middle", below, &Text::new("distance along the route, km", "沿航线距离（公里）"));
}

/// A line with a point at least every 20 m, because the ground below is not straight where the flight is.
fn densely(line: &Line) -> Line {
    let pieces = line.windows(2).flat_map(|piece| {
        let ((from_m, from), (to_m, to)) = (piece[0], piece[1]);
        let count = whole(((to - from).xy().norm() / 20.0).ceil(), 1);
        (0..count).map(move |index| {
            let share = real(index) / real(count);
            (from_m + (to_m - from_m) * share, from + (to - from) * share)
        })
    });
    pieces.chain(line.last().copied()).collect()
}

/// Ground and obstacles, and over the ground the clearance and the ceiling.
pub(super) fn draw_ground(svg: &mut Svg, panels: &Panels, stations: &[Station], ceiling_m: f64, clearance_m: f64) {
    let panel = &panels.amsl;
    let over_ground = |height_m: f64| {
        let mut path = Path::default();
        path.thinly(stations.iter().map(|station| panel.at(station.along_m, station.ground_m + height_m)));
        path
    };
    let floor = [panel.at(panel.x.high, panel.y.low), panel.at(panel.x.low, panel.y.low)];
    let filled = |heights: &dyn Fn(&Station) -> f64| {
        let top = stations.iter().map(|station| panel.at(station.along_m, heights(station)));
        let mut path = Path::default();
        path.thinly(top.chain(floor));
        path.close();
        path
    };
    svg.path("building", &filled(&|station| station.top_m));
    svg.path("ground", &filled(&|station| station.ground_m));
    svg.path("clearance", &over_ground(clearance_m));
    svg.path("ceiling", &over_ground(ceiling_m));
    for (class, height_m) in [("clearance", clearance_m), ("ceiling", ceiling_m)] {
        svg.line(class, panels.agl.at(0.0, height_m), panels.agl.at(panel.x.high, height_m));
    }
}

/// Marks the lowest place, so high above mean sea level and above the ground, with its true height.
pub(super) fn draw_lowest(svg: &mut Svg, panels: &Panels, along_m: f64, (amsl_m, agl_m): (f64, f64)) {
    let [x, y] = panels.amsl.at(along_m, amsl_m);
    let ground_y = panels.amsl.y.at(amsl_m - agl_m);
    svg.line("plumb", [x, y], [x, ground_y]);
    svg.circle("mark", [x, y], 4.0);
    let [x, y] = panels.agl.at(along_m, agl_m);
    svg.circle("mark", [x, y], 4.0);
    let is_right = x > panels.agl.x.high_px - 80.0;
    let (anchor, shift) = if is_right { ("end", -8.0) } else { ("start", 8.0) };
    // Below the line, but not on the axis.
    let label_y = (y + 16.0).min(panels.agl.y.low_px - 4.0);
    svg.label(&format!("marked {anchor}"), [x + shift, label_y], &format!("{agl_m:.1} m"));
}
