//! What pictures for paper share: the page and its head, the frame with degrees, letters, and pixels.

use super::cartography::{View, text_width};
use super::chart::{nice_step, ticks};
use super::svg::{Path, Px, Svg};
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::world::geo::{Geographic, LocalProjection};

/// Noto Sans CJK SC, cut down to ASCII and GB2312; see `assets/LICENSES.md`.
const FONT: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-subset.otf");
/// Greatest width and height of the map, px.
pub(super) const MAP_PX: Px = [1000.0, 1100.0];
/// Where the map stands on the page, px.
pub(super) const MAP_AT: Px = [56.0, 96.0];
/// Width of the legend, px.
const LEGEND_PX: f64 = 330.0;
/// Pixels of a PNG for each of the page, for print.
const PNG_SCALE: f32 = 2.0;

/// A picture cannot be turned into pixels.
#[derive(Debug, thiserror::Error)]
#[error("the picture cannot be drawn: {0}; write it as .svg instead")]
pub struct PictureError(String);

/// An SVG as a PNG, two pixels for each of it.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, PictureError> {
    use resvg::{tiny_skia, usvg};
    let failed = |error: &dyn std::fmt::Display| PictureError(error.to_string());
    let mut options = usvg::Options { font_family: "Noto Sans SC".to_owned(), ..usvg::Options::default() };
    options.fontdb_mut().load_font_data(FONT.to_vec());
    let family = options.fontdb.faces().next().and_then(|face| face.families.first().map(|family| family.0.clone()));
    options.fontdb_mut().set_sans_serif_family(family.unwrap_or_default());
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| failed(&error))?;
    let size = tree.size().to_int_size().scale_by(PNG_SCALE).ok_or_else(|| failed(&"no size"))?;
    let pixels = tiny_skia::Pixmap::new(size.width(), size.height());
    let mut pixels = pixels.ok_or_else(|| failed(&"it is too large"))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| failed(&error))
}

/// Width and height of the page around a map.
pub(super) fn page([width, height]: Px) -> Px {
    [MAP_AT[0] + width + LEGEND_PX, (MAP_AT[1] + height + 60.0).max(620.0)]
}

/// Where the legend of a map of a width begins.
pub(super) fn legend_at(width: f64) -> Px {
    [MAP_AT[0] + width + 28.0, MAP_AT[1] + 8.0]
}

/// Title, subtitle and the warning of a page.
pub(super) fn draw_head(svg: &mut Svg, title: &Text, subtitle: &Text, width: f64, language: Language) {
    svg.text("title", [MAP_AT[0], 44.0], title);
    svg.text("subtitle", [MAP_AT[0], 72.0], subtitle);
    let warning = Word::new("示意 schematic, not for navigation", "示意 schematic，不得用于导航").both();
    let long = text_width(warning.get(language)) * 1.08 + 28.0;
    svg.rect("warning", [width - long - 24.0, 28.0], [long, 34.0]);
    svg.text("warned middle", [width - long / 2.0 - 24.0, 50.5], &warning);
}

/// The frame of a map and ticks with degrees along it.
pub(super) fn draw_frame(svg: &mut Svg, view: &View, projection: &LocalProjection) {
    svg.rect("frame", [0.0, 0.0], view.size());
    let [low, high] = [view.extent.low, view.extent.high].map(|place| projection.to_geographic(&place));
    let height = view.size()[1];
    let mut marks = Path::default();
    let step = nice_step(high.lon_deg - low.lon_deg, 6.0);
    for lon_deg in ticks(low.lon_deg, high.lon_deg, step) {
        let [x, _] = view.at(projection.to_local(Geographic::new(low.lat_deg, lon_deg)));
        marks.then([[x, height], [x, height + 6.0]]);
        svg.label("degree middle", [x, height + 19.0], &degree(lon_deg, ["E", "W"]));
    }
    for lat_deg in ticks(low.lat_deg, high.lat_deg, step) {
        let [_, y] = view.at(projection.to_local(Geographic::new(lat_deg, low.lon_deg)));
        marks.then([[0.0, y], [-6.0, y]]);
        svg.label("degree end", [-8.0, y - 5.0], &degree(lat_deg, ["N", "S"]));
    }
    svg.path("tick", &marks);
}

fn degree(value: f64, [positive, negative]: [&str; 2]) -> String {
    let side = if value < 0.0 { negative } else { positive };
    format!("{:.2}°{side}", value.abs())
}

/// Style sheet of all of it.
pub(super) const STYLE: &str = "\
text{font-family:'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;\
font-size:13px;fill:#1d2327}\
.end{text-anchor:end}.middle{text-anchor:middle}.start{text-anchor:start}\
.page{fill:#fff}.title{font-size:26px;font-weight:bold}.subtitle{font-size:14px;fill:#4a5359}\
.warning{fill:#fff;stroke:#b3261e;stroke-width:1.6}.warned{font-size:15px;fill:#b3261e}\
.map{clip-path:url(#frame)}.ground{fill:#fbfaf5}.frame{fill:none;stroke:#1d2327;stroke-width:1.2}\
.contour{fill:none;stroke:#8a6a43;stroke-width:.6;stroke-opacity:.5}.contour.bold{stroke-width:1.1;stroke-opacity:.65}\
.height{font-size:10px;fill:#6d4f2a;paint-order:stroke;stroke:#fbfaf5;stroke-width:2.5px}\
.lattice{fill:none;stroke:#1d2327;stroke-width:.4;stroke-opacity:.22}\
.outline{fill:none;stroke:#1d2327;stroke-width:2;stroke-dasharray:12 4 2 4}\
.zone{fill:none;stroke:#8c101e;stroke-width:1.6}.condition{fill:none;stroke:#6b6f12;stroke-width:1.6;stroke-dasharray:2 3}.closure{fill:none;stroke:#b85f00;stroke-width:2;stroke-dasharray:8 4}\
.approval{fill:none;stroke:#0b5cad;stroke-width:1.8;stroke-dasharray:3 3}\
.surface{fill:none;stroke:#5b3a8e;stroke-width:1.3;stroke-dasharray:10 3}\
.building{fill:#4b4036;fill-opacity:.85}\
.name{paint-order:stroke;stroke:#fff;stroke-opacity:.88;stroke-width:3.5px;stroke-linejoin:round}\
.strong{font-weight:bold}.soft{fill:#4a5359;font-size:12px}.rule{stroke:#c5c9c3;stroke-width:1}\
.paper{fill:#fff;fill-opacity:.85}.scale{fill:none;stroke:#1d2327;stroke-width:1.6}.north{fill:#1d2327}\
.furniture{font-size:12px}.tick{fill:none;stroke:#1d2327;stroke-width:1}.degree{font-size:11px;fill:#4a5359}";
