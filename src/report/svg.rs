//! Writing SVG: the few shapes the pictures need, text in both languages, and numbers with fixed decimals.

use std::fmt::Write as _;

use crate::message::{Language, Text, markup};

/// A point of a picture, px: x to the right, y down.
pub(super) type Px = [f64; 2];

/// How far a line may be moved to save points, px.
const INVISIBLE_PX: f64 = 0.35;

/// A picture being drawn.
pub(super) struct Svg {
    text: String,
    /// The one language of a picture that stands alone; both for a page that shows one of them.
    language: Option<Language>,
}

impl Svg {
    /// An empty picture that screen readers call `label`.
    pub fn new([width, height]: Px, class: &str, label: &Text) -> Self {
        let label = markup(&format!("{} / {}", label.en, label.zh));
        let (width, height) = (number(width), number(height));
        let text = format!(r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">"#);
        Self { text, language: None }
    }

    /// A picture that is a file of its own, in one language, with its style sheet and definitions.
    pub fn standing_alone([width, height]: Px, language: Language, label: &Text, definitions: &str) -> Self {
        let (width, height, label) = (number(width), number(height), markup(label.get(language)));
        let text = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{definitions}"#
        );
        Self { text, language: Some(language) }
    }

    /// What follows is moved and belongs to a class, up to [`Self::end_group`].
    pub fn group(&mut self, class: &str, [x, y]: Px) {
        let (x, y) = (number(x), number(y));
        let _ = write!(self.text, r#"<g class="{class}" transform="translate({x} {y})">"#);
    }

    /// Ends what [`Self::group`] began.
    pub fn end_group(&mut self) {
        self.text.push_str("</g>");
    }

    /// A picture made of pixels, stretched over the rectangle.
    pub fn image(&mut self, [x, y]: Px, [width, height]: Px, data_uri: &str) {
        let [x, y, width, height] = [x, y, width, height].map(number);
        let _ = write!(
            self.text,
            r#"<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none" href="{data_uri}"/>"#
        );
    }

    /// A path; an empty one leaves nothing.
    pub fn path(&mut self, class: &str, path: &Path) {
        if !path.text.is_empty() {
            let _ = write!(self.text, r#"<path class="{class}" d="{}"/>"#, path.text);
        }
    }

    /// A shape of the definitions, in a class of its own.
    pub fn reuse(&mut self, class: &str, id: &str) {
        let _ = write!(self.text, r##"<use class="{class}" href="#{id}"/>"##);
    }

    /// A path with a stroke as wide as something on the ground.
    pub fn wide_path(&mut self, class: &str, path: &Path, width: f64) {
        if !path.text.is_empty() {
            let width = number(width);
            let _ = write!(self.text, r#"<path class="{class}" stroke-width="{width}" d="{}"/>"#, path.text);
        }
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: Px, to: Px) {
        self.path(class, &Path::through([from, to]));
    }

    /// A rectangle.
    pub fn rect(&mut self, class: &str, [x, y]: Px, [width, height]: Px) {
        let [x, y, width, height] = [x, y, width, height].map(number);
        let _ = write!(self.text, r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#);
    }

    /// A circle.
    pub fn circle(&mut self, class: &str, [x, y]: Px, radius: f64) {
        let [x, y, radius] = [x, y, radius].map(number);
        let _ = write!(self.text, r#"<circle class="{class}" cx="{x}" cy="{y}" r="{radius}"/>"#);
    }

    /// A line of text in both languages, of which the page shows one.
    pub fn text(&mut self, class: &str, [x, y]: Px, text: &Text) {
        if let Some(language) = self.language {
            return self.label(class, [x, y], text.get(language));
        }
        let [x, y] = [x, y].map(number);
        for (lang, text) in [("en", &text.en), ("zh", &text.zh)] {
            let text = markup(text);
            let _ = write!(self.text, r#"<text lang="{lang}" class="{class}" x="{x}" y="{y}">{text}</text>"#);
        }
    }

    /// Text that needs no translation, such as a number on an axis.
    pub fn label(&mut self, class: &str, [x, y]: Px, text: &str) {
        let [x, y] = [x, y].map(number);
        let _ = write!(self.text, r#"<text class="{class}" x="{x}" y="{y}">{}</text>"#, markup(text));
    }

    /// The finished picture.
    pub fn finish(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// The outline of a shape.
#[derive(Default)]
pub(super) struct Path {
    text: String,
    is_down: bool,
}

impl Path {
    /// A line through points.
    pub fn through(points: impl IntoIterator<Item = Px>) -> Self {
        let mut path = Self::default();
        points.into_iter().for_each(|point| path.to(point));
        path
    }

    /// Another line through points, less those that the eye would not miss.
    pub fn thinly(&mut self, points: impl IntoIterator<Item = Px>) {
        let points: Vec<Px> = points.into_iter().collect();
        self.then(simplified(&points));
    }

    /// A line to `point`, or the first point of a new line.
    pub fn to(&mut self, [x, y]: Px) {
        // After an M every further pair is a line: the letter need not be repeated.
        self.text.push(if self.is_down { ' ' } else { 'M' });
        let _ = write!(self.text, "{} {}", number(x), number(y));
        self.is_down = true;
    }

    /// The next point begins a new line.
    pub fn lift(&mut self) {
        self.is_down = false;
    }

    /// What has been drawn, in the words of SVG.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Joins the line to its first point.
    pub fn close(&mut self) {
        if self.is_down {
            self.text.push('Z');
        }
        self.is_down = false;
    }

    /// Another line beside those drawn so far.
    pub fn then(&mut self, points: impl IntoIterator<Item = Px>) {
        self.lift();
        points.into_iter().for_each(|point| self.to(point));
    }
}

/// The points of a line that it cannot lose without moving by more than [`INVISIBLE_PX`] (Douglas and Peucker).
pub(super) fn simplified(points: &[Px]) -> Vec<Px> {
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut is_kept = vec![false; points.len()];
    (is_kept[0], is_kept[last]) = (true, true);
    let mut pieces = vec![(0, last)];
    while let Some((from, to)) = pieces.pop() {
        let off = |index: &usize| distance_to(points[from], points[to], points[*index]);
        let farthest = (from + 1..to).max_by(|a, b| off(a).total_cmp(&off(b)));
        if let Some(middle) = farthest.filter(|middle| off(middle) > INVISIBLE_PX) {
            is_kept[middle] = true;
            pieces.extend([(from, middle), (middle, to)]);
        }
    }
    points.iter().zip(is_kept).filter(|(_, is_kept)| *is_kept).map(|(point, _)| *point).collect()
}

/// Distance of `point` from the segment between `a` and `b`.
fn distance_to(a: Px, b: Px, point: Px) -> f64 {
    let (leg, offset) = ([b[0] - a[0], b[1] - a[1]], [point[0] - a[0], point[1] - a[1]]);
    let squared = leg[0] * leg[0] + leg[1] * leg[1];
    let share = ((offset[0] * leg[0] + offset[1] * leg[1]) / squared.max(1e-12)).clamp(0.0, 1.0);
    let (x, y) = (offset[0] - share * leg[0], offset[1] - share * leg[1]);
    (x * x + y * y).sqrt()
}

/// A coordinate to a tenth of a pixel, as short as possible; what is no number becomes 0 rather than a broken picture.
pub(super) fn number(value: f64) -> String {
    let tenths = if value.is_finite() { (value * 10.0).round() / 10.0 } else { 0.0 };
    // Adding 0 turns -0 into 0.
    format!("{}", tenths + 0.0)
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^53")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}

/// The whole number below a size that is known to be small and positive, at least `least`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates; sizes are small")]
pub(super) fn whole(value: f64, least: usize) -> usize {
    (value as usize).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_always_numbers() {
        let shown = [0.04, -0.04, 12.0, 12.34, f64::NAN, f64::INFINITY].map(number);
        assert_eq!(shown, ["0", "0", "12", "12.3", "0", "0"]);
    }

    #[test]
    fn only_bends_are_kept() {
        let line = [[0.0, 0.0], [5.0, 0.1], [10.0, 0.0], [10.0, 5.0], [10.1, 9.0], [10.0, 10.0]];
        assert_eq!(simplified(&line), [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]);
        assert_eq!(simplified(&[]), Vec::<Px>::new());
        // A loop begins and ends at the same point.
        assert_eq!(simplified(&[[0.0, 0.0], [9.0, 0.0], [0.0, 0.0]]).len(), 3);
    }

    #[test]
    fn a_path_repeats_no_letters() {
        let mut path = Path::through([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]]);
        path.close();
        path.then([[5.0, 5.0], [6.0, 6.0]]);
        assert_eq!(path.text, "M0 0 1 2 3 4ZM5 5 6 6");
    }
}
