//! What maps share: the way from metres to pixels, contour lines, labels that keep clear of each other, scale and north.

use super::chart::{nice_step, ticks};
use super::contour::Grid;
use super::svg::{Path, Px, Svg};
use crate::message::Text;
use crate::world::geo::{Place, Rectangle};
use crate::world::terrain::Terrain;

/// From local metres to pixels.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// What is on the picture.
    pub extent: Rectangle,
    /// Its scale.
    pub px_per_m: f64,
}

impl View {
    /// An outline with some ground around it, at most as large as `size`.
    pub fn of(outline: &[Place], size: Px) -> Option<Self> {
        let area = Rectangle::around(outline.iter().copied())?;
        Some(Self::over(area.grown(0.05 * area.size().max() + 50.0), size))
    }

    /// A rectangle of ground, at most as large as `size`.
    pub fn over(extent: Rectangle, [width, height]: Px) -> Self {
        let size = extent.size();
        Self { extent, px_per_m: (width / size.x).min(height / size.y) }
    }

    /// Width and height, px.
    pub fn size(&self) -> Px {
        (self.extent.size() * self.px_per_m).into()
    }

    /// Where a place lies.
    pub fn at(&self, place: Place) -> Px {
        let offset = (place - self.extent.low) * self.px_per_m;
        [offset.x, self.size()[1] - offset.y]
    }

    /// A line through places, less the points that the eye would not miss.
    pub fn path(&self, places: impl IntoIterator<Item = Place>) -> Path {
        let mut path = Path::default();
        path.thinly(places.into_iter().map(|place| self.at(place)));
        path
    }
}

/// Draws contour lines and returns their interval, m.
pub(super) fn draw_contours(svg: &mut Svg, terrain: &Terrain, view: &View, (low, high): (f64, f64)) -> f64 {
    let interval = nice_step(high - low, 12.0).max(5.0);
    let grid = Grid::over(terrain, view.extent);
    let (mut fine, mut bold) = (Path::default(), Path::default());
    let mut labels: Vec<(Px, String)> = Vec::new();
    for level in ticks(low, high, interval) {
        let is_bold = (level / interval).round() % 5.0 == 0.0;
        for line in grid.lines(level).into_iter().filter(|line| line.len() > 5) {
            let path = if is_bold { &mut bold } else { &mut fine };
            path.thinly(line.iter().map(|place| view.at(*place)));
            if is_bold && line.len() > 40 {
                labels.push((view.at(line[line.len() / 2]), format!("{level:.0}")));
            }
        }
    }
    svg.path("contour", &fine);
    svg.path("contour bold", &bold);
    for ([x, y], label) in labels {
        svg.label("height middle", [x, y + 3.0], &label);
    }
    interval
}

/// Rectangles that are taken, so that labels do not cover each other: left, top, right, bottom.
pub(super) struct Labels {
    pub taken: Vec<[f64; 4]>,
}

impl Labels {
    /// Draws a label beside a place where there is room, right first; if there is none, right all the same.
    pub fn draw(&mut self, svg: &mut Svg, class: &str, [x, y]: Px, size: Px, text: &Text) {
        let candidates = [
            ("start", [x + 10.0, y + 4.5]),
            ("end", [x - 10.0, y + 4.5]),
            ("middle", [x, y - 13.0]),
            ("middle", [x, y + 22.0]),
            ("start", [x + 8.0, y - 13.0]),
            ("start", [x + 8.0, y + 22.0]),
            ("end", [x - 8.0, y - 13.0]),
            ("end", [x - 8.0, y + 22.0]),
        ];
        self.draw_at(svg, class, &candidates, size, text);
    }

    /// Draws a label on an area around a place, or as close above or below as there is room, whole on the picture.
    pub fn draw_on(&mut self, svg: &mut Svg, class: &str, [x, y]: Px, size: Px, text: &Text) {
        let half = label_width(class, text) / 2.0 + 3.0;
        let x = x.min(size[0] - half).max(half);
        let candidates = [0.0, -18.0, 18.0, -36.0, 36.0, -54.0, 54.0].map(|down| ("middle", [x, y + 4.5 + down]));
        self.draw_at(svg, class, &candidates, size, text);
    }

    fn draw_at(&mut self, svg: &mut Svg, class: &str, candidates: &[(&str, Px)], [width, height]: Px, text: &Text) {
        let long = label_width(class, text);
        let area = |anchor: &str, [x, y]: Px| {
            let left = match anchor {
                "start" => x,
                "end" => x - long,
                _ => x - long / 2.0,
            };
            [left, y - 12.0, left + long, y + 4.0]
        };
        let is_free = |box_: &[f64; 4]| {
            box_[0] > 2.0
                && box_[1] > 2.0
                && box_[2] < width - 2.0
                && box_[3] < height - 2.0
                && !self.taken.iter().any(|other| overlap(box_, other))
        };
        let free = candidates.iter().find(|(anchor, at)| is_free(&area(anchor, *at)));
        let (anchor, at) = *free.unwrap_or(&candidates[0]);
        self.taken.push(area(anchor, at));
        svg.text(&format!("{class} {anchor}"), at, text);
    }
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// The width of a label in the language in which it is wider.
fn label_width(class: &str, text: &Text) -> f64 {
    let wider = if class.contains("strong") { 1.15 } else { 1.0 };
    text_width(&text.en).max(text_width(&text.zh)) * wider
}

/// About how wide a text is, px at 14 px: Chinese characters are square, Latin letters half of that.
pub(super) fn text_width(text: &str) -> f64 {
    text.chars().map(|character| if character.is_ascii() { 7.4 } else { 14.0 }).sum()
}

/// Where scale bar and north arrow stand.
pub(super) fn furniture(view: &View) -> Vec<[f64; 4]> {
    let [width, height] = view.size();
    vec![[12.0, height - 50.0, 240.0, height], [width - 52.0, 8.0, width, 74.0]]
}

/// Draws a scale bar and a north arrow.
pub(super) fn draw_furniture(svg: &mut Svg, view: &View) {
    let [width, height] = view.size();
    let metres = nice_step(180.0 / view.px_per_m, 1.0) / 2.0;
    let metres = if metres * view.px_per_m > 180.0 { metres / 2.0 } else { metres };
    let (left, bottom, length) = (24.0, height - 20.0, metres * view.px_per_m);
    svg.rect("paper", [left - 10.0, bottom - 22.0], [length + 20.0, 34.0]);
    svg.path(
        "scale",
        &Path::through([[left, bottom - 5.0], [left, bottom], [left + length, bottom], [left + length, bottom - 5.0]]),
    );
    let (number, unit) = if metres >= 1000.0 { (metres / 1000.0, "km") } else { (metres, "m") };
    svg.label("furniture middle", [left + length / 2.0, bottom - 7.0], &format!("{number} {unit}"));
    let (x, top) = (width - 28.0, 16.0);
    svg.circle("paper", [x, top + 24.0], 24.0);
    let mut arrow = Path::through([[x, top + 4.0], [x + 7.0, top + 28.0], [x, top + 23.0], [x - 7.0, top + 28.0]]);
    arrow.close();
    svg.path("north", &arrow);
    svg.text("furniture middle", [x, top + 42.0], &Text::new("N", "北"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_cover_each_other() {
        let mut labels = Labels { taken: Vec::new() };
        let mut svg = Svg::new([400.0, 400.0], "map", &Text::new("m", "图"));
        for _ in 0..4 {
            labels.draw(&mut svg, "name", [200.0, 200.0], [400.0, 400.0], &Text::new("Summit pad", "山顶配送点"));
        }
        for (index, a) in labels.taken.iter().enumerate() {
            assert!(labels.taken[index + 1..].iter().all(|b| !overlap(a, b)), "{:?}", labels.taken);
        }
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        let corner = |x, y| Place::new(x, y);
        let view =
            View::of(&[corner(0.0, 0.0), corner(1000.0, 0.0), corner(1000.0, 1000.0)], [1000.0, 1100.0]).unwrap();
        let [a, b] = [view.at(corner(100.0, 100.0)), view.at(corner(900.0, 800.0))];
        assert!(b[0] > a[0] && b[1] < a[1]);
    }
}
