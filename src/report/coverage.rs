//! Radio coverage at a height as a picture for paper: grades by colour below contour lines, with stations and a legend.

use super::cartography::{Labels, View, draw_contours, draw_furniture, furniture};
use super::sheet::{self, MAP_AT, MAP_PX, PictureError, STYLE};
use super::svg::{Path, Svg, real, whole};
use crate::message::{Language, Text};
use crate::world::airspace::Airspace;
use crate::world::coverage::{Grade, Network};
use crate::world::geo::{Horizontal, LocalProjection, Place};

/// Side of the squares that coverage is drawn in, px.
const COARSENESS_PX: f64 = 4.0;
/// Hatch of places without a link, so that no colour is needed to tell them.
const HATCH: &str = r##"<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M3.5 0 V7" stroke="#d64541" stroke-width="1.6" fill="none"/></pattern>"##;

/// Coverage to draw.
pub struct CoveragePicture<'a> {
    /// Stations and what they reach.
    pub network: &'a Network,
    /// The area.
    pub airspace: &'a Airspace,
    /// From the earth to local metres and back.
    pub projection: LocalProjection,
    /// Title.
    pub title: Text,
    /// Height shown, m above ground.
    pub height_agl_m: f64,
    /// The language of all texts.
    pub language: Language,
}

impl CoveragePicture<'_> {
    /// The picture as a PNG, two pixels for each of the SVG.
    ///
    /// # Errors
    /// If the picture cannot be read back or is too large for memory.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        sheet::png(&self.svg())
    }

    /// The picture as an SVG that needs nothing else.
    pub fn svg(&self) -> String {
        let area = self.airspace.extent();
        let view = View::over(area.grown(0.02 * area.size().max() + 10.0), MAP_PX);
        let [width, height] = view.size();
        let page = sheet::page(view.size());
        let clip = format!(r#"<clipPath id="frame"><rect width="{width:.1}" height="{height:.1}"/></clipPath>"#);
        let own = ".grade{shape-rendering:crispEdges}.hatch{fill:url(#hatch)}.mast{fill:#fff;stroke:#1d2327;stroke-width:1.8}.swatch{stroke:#1d2327;stroke-width:.6}";
        let definitions = format!("<style>{STYLE}{own}{}</style><defs>{HATCH}{clip}</defs>", fills());
        let mut svg = Svg::standing_alone(page, self.language, &self.title, &definitions);
        svg.rect("page", [0.0, 0.0], page);
        let height_m = self.height_agl_m;
        let subtitle =
            Text::new(format!("Radio coverage {height_m:.0} m above ground"), format!("真高 {height_m:.0} 米无线覆盖"));
        sheet::draw_head(&mut svg, &self.title, &subtitle, page[0], self.language);
        svg.group("", MAP_AT);
        svg.group("map", [0.0, 0.0]);
        svg.rect("ground", [0.0, 0.0], view.size());
        let counts = self.grades(&mut svg, &view);
        let terrain = self.airspace.terrain();
        let range = terrain.ground_range_m(&area).unwrap_or((0.0, 0.0));
        let contour_m = if range.0 < range.1 { draw_contours(&mut svg, terrain, &view, range) } else { 0.0 };
        self.stations(&mut svg, &view);
        draw_furniture(&mut svg, &view);
        svg.end_group();
        sheet::draw_frame(&mut svg, &view, &self.projection);
        svg.end_group();
        self.legend(&mut svg, width, counts, contour_m);
        svg.finish()
    }

    /// Draws the grades over the area and counts their squares.
    fn grades(&self, svg: &mut Svg, view: &View) -> [usize; Grade::ALL.len()] {
        let area = self.airspace.extent();
        let step_m = COARSENESS_PX / view.px_per_m;
        let [columns, rows] = [0, 1].map(|axis: usize| whole(area.size()[axis] / step_m, 1));
        // From north to south.
        let place = |column: usize, row: usize| -> Place {
            Place::new(area.low.x, area.high.y) + Horizontal::new(real(column) + 0.5, -real(row) - 0.5) * step_m
        };
        let mut counts = [0; Grade::ALL.len()];
        let mut shapes = [(); Grade::ALL.len()].map(|()| Path::default());
        let [left, top] = view.at(Place::new(area.low.x, area.high.y));
        for row in 0..rows {
            let grades: Vec<Grade> =
                (0..columns).map(|column| self.network.grade(&place(column, row), self.height_agl_m)).collect();
            let mut from = 0;
            for run in grades.chunk_by(PartialEq::eq) {
                let grade = run[0] as usize;
                counts[grade] += run.len();
                let [west, east] = [from, from + run.len()].map(|column| left + real(column) * COARSENESS_PX);
                let [north, south] = [row, row + 1].map(|row| top + real(row) * COARSENESS_PX);
                shapes[grade].then([[west, north], [east, north], [east, south], [west, south]]);
                from += run.len();
            }
        }
        for (index, shape) in shapes.iter().enumerate() {
            svg.path(&format!("grade g{index}"), shape);
        }
        svg.path("grade hatch", &shapes[Grade::Absent as usize]);
        let mut outline = view.path(self.airspace.outline().iter().copied());
        outline.close();
        svg.path("outline", &outline);
        counts
    }

    fn stations(&self, svg: &mut Svg, view: &View) {
        let mut labels = Labels { taken: furniture(view) };
        let on_map = self.network.stations.iter().filter(|station| view.extent.contains(&station.position.xy()));
        for station in on_map {
            let [x, y] = view.at(station.position.xy());
            let mut mast = Path::through([[x, y - 9.0], [x + 8.0, y + 6.0], [x - 8.0, y + 6.0]]);
            mast.close();
            svg.path("mast", &mast);
            labels.draw(svg, "name strong", [x, y], view.size(), &station.name);
        }
    }

    fn legend(&self, svg: &mut Svg, width: f64, counts: [usize; Grade::ALL.len()], contour_m: f64) {
        let [x, mut y] = sheet::legend_at(width);
        svg.text("strong", [x, y + 8.0], &Text::new("Power of the best station", "最强基站接收功率"));
        y += 34.0;
        let total: usize = counts.iter().sum();
        let sensitivity_dbm = self.network.link.sensitivity_dbm;
        for grade in Grade::ALL.into_iter().rev() {
            svg.rect(&format!("swatch g{}", grade as u8), [x, y - 13.0], [32.0, 24.0]);
            if grade == Grade::Absent {
                svg.rect("hatch", [x, y - 13.0], [32.0, 24.0]);
            }
            svg.text("", [x + 44.0, y - 2.0], &grade.name().both());
            let share = 100.0 * real(counts[grade as usize]) / real(total.max(1));
            let from_dbm = sensitivity_dbm + grade.from_db();
            let (en, zh) = if grade == Grade::Absent {
                (format!("below {sensitivity_dbm:.0} dBm"), format!("低于 {sensitivity_dbm:.0} dBm"))
            } else {
                (format!("from {from_dbm:.0} dBm"), format!("{from_dbm:.0} dBm 起"))
            };
            svg.text(
                "soft",
                [x + 44.0, y + 14.0],
                &Text::new(format!("{en} · {share:.1} %"), format!("{zh} · {share:.1} %")),
            );
            y += 40.0;
        }
        let mut mast = Path::through([[x + 16.0, y - 11.0], [x + 24.0, y + 4.0], [x + 8.0, y + 4.0]]);
        mast.close();
        svg.path("mast", &mast);
        svg.text("", [x + 44.0, y], &Text::new("base station", "基站"));
        svg.line("outline", [x, y + 20.0], [x + 32.0, y + 20.0]);
        svg.text("", [x + 44.0, y + 24.0], &Text::new("edge of the area", "区域边界"));
        y += 60.0;
        for note in self.notes(contour_m) {
            svg.text("soft", [x, y], &note);
            y += 18.0;
        }
    }

    fn notes(&self, contour_m: f64) -> Vec<Text> {
        let mut notes = vec![
            Text::new("Free space and one knife edge over terrain;", "自由空间与地形单刃绕射；"),
            Text::new("shadowing 4 dB, drawn once.", "阴影衰落 4 dB，一次抽取。"),
        ];
        if contour_m > 0.0 {
            notes.push(Text::new(
                format!("Contour lines every {contour_m:.0} m."),
                format!("等高线间隔 {contour_m:.0} 米。"),
            ));
        }
        if self.airspace.terrain().schematic {
            notes.push(Text::new("The relief is schematic.", "地形为示意。"));
        }
        notes
    }
}

/// Fills of map and legend.
fn fills() -> String {
    let fill = |grade: Grade| {
        let ([red, green, blue], index) = (grade.colour(), grade as u8);
        let opacity = if grade == Grade::Absent { 0.25 } else { 0.65 };
        format!(".g{index}{{fill:#{red:02x}{green:02x}{blue:02x};fill-opacity:{opacity}}}")
    };
    Grade::ALL.map(fill).concat()
}
