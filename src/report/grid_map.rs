//! The grid map as a picture for paper: classes by colour and hatch over contour lines, with legend, scale and north.

mod look;
mod regions;

use std::collections::BTreeMap;

use self::look::{definitions, is_hatched};
use self::regions::Regions;
use super::cartography::{Labels, View, draw_contours, draw_furniture, furniture};
use super::sheet::{self, MAP_AT, MAP_PX, PictureError};
use super::svg::{Path, Svg, whole};
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::world::airspace::{Class, Control, Footprint, GridMap, Restriction};
use crate::world::geo::{Place, Rectangle};

/// Least side of a patch that one can see, px, and of a cell whose lines do not clutter the map.
const LEAST_PATCH_PX: f64 = 2.0;
const LEAST_LINED_PX: f64 = 7.0;
/// What is smaller on the map gets a dot of this size, px, that one can see; unless there are so many that they are a town.
const LEAST_MAST_PX: f64 = 6.0;
const MOST_MASTS: usize = 200;

/// A grid map to draw.
pub struct Picture<'a> {
    /// The map.
    pub map: &'a GridMap<'a>,
    /// Title.
    pub title: Text,
    /// Civil time that it shows, with its offset.
    pub at: String,
    /// What its lattice is.
    pub lattice: Text,
    /// The language of all texts.
    pub language: Language,
}

impl Picture<'_> {
    /// The picture as a PNG, two pixels for each of the SVG.
    ///
    /// # Errors
    /// If the picture cannot be read back or is too large for memory.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        sheet::png(&self.svg())
    }

    /// The picture as an SVG that needs nothing else.
    pub fn svg(&self) -> String {
        let view = View::over(self.extent(), MAP_PX);
        let regions = Regions::of(self.map, self.stride(&view));
        let shapes = shapes(&regions, &view);
        let page = sheet::page(view.size());
        let mut svg = Svg::standing_alone(page, self.language, &self.title, &definitions(&shapes, view.size()));
        svg.rect("page", [0.0, 0.0], page);
        self.head(&mut svg, page[0]);
        svg.group("", MAP_AT);
        svg.group("map", [0.0, 0.0]);
        svg.rect("ground", [0.0, 0.0], view.size());
        let contour_m = self.ground(&mut svg, &view);
        self.cells(&mut svg, &view, &regions, &shapes);
        self.rules(&mut svg, &view);
        draw_furniture(&mut svg, &view);
        svg.end_group();
        sheet::draw_frame(&mut svg, &view, self.map.sheet().projection());
        svg.end_group();
        let stride = regions.stride;
        let [x, y] = sheet::legend_at(view.size()[0]);
        Legend { picture: self, svg: &mut svg, x, y }.draw(contour_m, stride);
        svg.finish()
    }

    /// The ground that the cells cover, with a margin.
    fn extent(&self) -> Rectangle {
        let sheet = self.map.sheet();
        let [mut low, mut high] = [sheet.size(), [0, 0]];
        for cell in self.map.cells() {
            let (x, y) = (cell.column_index, cell.row_index);
            low = [low[0].min(x), low[1].min(y)];
            high = [high[0].max(x + 1), high[1].max(y + 1)];
        }
        let corners = [low, [high[0], low[1]], high, [low[0], high[1]]].map(|[x, y]| sheet.local_node(x, y));
        let extent = Rectangle::around(corners).unwrap_or(self.map.airspace().extent());
        extent.grown(0.02 * extent.size().max() + 10.0)
    }

    fn cell_px(&self, view: &View) -> f64 {
        let sheet = self.map.sheet();
        let size = sheet.local_node(1, 1) - sheet.local_node(0, 0);
        size.abs().min() * view.px_per_m
    }

    /// Cells along the side of a patch that can be seen.
    fn stride(&self, view: &View) -> usize {
        whole((LEAST_PATCH_PX / self.cell_px(view)).ceil(), 1)
    }

    fn head(&self, svg: &mut Svg, width: f64) {
        let what = Word::new("Airspace grid map", "空域网格图").both();
        let (at, lattice) = (&self.at, &self.lattice);
        let text =
            Text::new(format!("{} · {at} · {}", what.en, lattice.en), format!("{} · {at} · {}", what.zh, lattice.zh));
        sheet::draw_head(svg, &self.title, &text, width, self.language);
    }

    /// Draws contour lines and buildings, and returns the interval of the lines, m.
    fn ground(&self, svg: &mut Svg, view: &View) -> f64 {
        let terrain = self.map.airspace().terrain();
        let range = self.map.cells().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), cell| {
            let (lowest, highest) = cell.column.ground_amsl_m;
            (low.min(lowest), high.max(highest))
        });
        if range.0 < range.1 { draw_contours(svg, terrain, view, range) } else { 0.0 }
    }

    fn cells(&self, svg: &mut Svg, view: &View, regions: &Regions<'_>, shapes: &[(Class, String)]) {
        for (class, _) in shapes {
            let key = class.key();
            svg.reuse(key, &format!("{key}-r"));
            if is_hatched(*class) {
                svg.reuse(&format!("{key}-h"), &format!("{key}-r"));
            }
        }
        if self.cell_px(view) >= LEAST_LINED_PX {
            let mut lattice = Path::default();
            regions.lines().into_iter().for_each(|ends| lattice.then(ends.map(|place| view.at(place))));
            svg.path("lattice", &lattice);
        }
    }

    fn rules(&self, svg: &mut Svg, view: &View) {
        let airspace = self.map.airspace();
        let rules = airspace.rules();
        let (mut buildings, mut masts) = (Path::default(), Vec::new());
        for obstacle in &rules.obstacles {
            let footprint = obstacle.footprint();
            let extent = footprint.extent();
            if extent.size().max() * view.px_per_m < LEAST_MAST_PX && view.extent.touches(&extent) {
                masts.push(view.at(nalgebra::center(&extent.low, &extent.high)));
            }
            buildings.then(footprint.outline().into_iter().map(|place| view.at(place)));
            buildings.close();
        }
        svg.path("building", &buildings);
        let is_crowd = masts.len() > MOST_MASTS;
        masts.into_iter().filter(|_| !is_crowd).for_each(|[x, y]| svg.circle("building", [x, y], LEAST_MAST_PX / 2.0));
        for (_, outline) in rules.airports.iter().flat_map(|airport| airport.runway.outlines()) {
            svg.path("surface", &closed(view, &outline));
        }
        for (class, _, footprint) in self.drawn() {
            svg.path(class, &closed(view, &footprint.outline()));
        }
        svg.path("outline", &closed(view, airspace.outline()));
        let mut labels = Labels { taken: furniture(view) };
        for (_, name, footprint) in self.drawn() {
            label(svg, &mut labels, view, &name, &footprint.outline());
        }
        for airport in &rules.airports {
            let surfaces = airport.runway.outlines();
            for (surface, outline) in surfaces.iter().rev().take(2) {
                let surface = surface.name().both();
                let name = Text::new(
                    format!("{}: {}", airport.name.en, surface.en),
                    format!("{}{}", airport.name.zh, surface.zh),
                );
                label(svg, &mut labels, view, &name, outline);
            }
        }
    }

    /// What holds at the instant of the map: its class, name and footprint.
    fn drawn(&self) -> Vec<(&'static str, Text, Footprint)> {
        let (rules, at) = (self.map.airspace().rules(), self.map.at());
        let zones = rules.zones.iter().filter(|zone| zone.holds(at)).flat_map(|zone| {
            let class = match zone.restriction {
                _ if zone.is_temporary() => "closure",
                Restriction::Prohibited | Restriction::ReqAuthorisation => "zone",
                Restriction::Conditional | Restriction::NoRestriction => "condition",
            };
            zone.volumes.iter().map(move |volume| (class, zone.name.clone(), volume.footprint.clone()))
        });
        let approvals = rules.approvals.iter().filter(|approval| approval.holds(at)).flat_map(|approval| {
            approval.volumes.iter().map(|volume| ("approval", approval.name.clone(), volume.footprint.clone()))
        });
        let areas = rules.airports.iter().filter(|airport| airport.control == Control::ProtectionArea);
        let areas = areas.map(|airport| ("zone", airport.name.clone(), airport.protection.clone()));
        zones.chain(approvals).chain(areas).collect()
    }
}

/// The outline of each class that there is, in the words of SVG.
fn shapes(regions: &Regions<'_>, view: &View) -> Vec<(Class, String)> {
    let shape = |class: Class| {
        let mut path = Path::default();
        for boundary in regions.boundaries(class) {
            path.then(boundary.into_iter().map(|place| view.at(place)));
            path.close();
        }
        (class, path.as_str().to_owned())
    };
    Class::ALL.into_iter().map(shape).filter(|(_, path)| !path.is_empty()).collect()
}

fn closed(view: &View, outline: &[Place]) -> Path {
    let mut path = view.path(outline.iter().copied().chain(outline.first().copied()));
    path.close();
    path
}

/// Writes a name where most of an outline is on the map; nothing if it is not on it.
fn label(svg: &mut Svg, labels: &mut Labels, view: &View, name: &Text, outline: &[Place]) {
    let on_map: Vec<Place> = outline.iter().copied().filter(|place| view.extent.contains(place)).collect();
    let Some(seen) = Rectangle::around(on_map) else { return };
    labels.draw_on(svg, "name", view.at(nalgebra::center(&seen.low, &seen.high)), view.size(), name);
}

/// The legend, from top to bottom.
struct Legend<'a, 'b> {
    picture: &'a Picture<'a>,
    svg: &'b mut Svg,
    x: f64,
    y: f64,
}

impl Legend<'_, '_> {
    fn draw(mut self, contour_m: f64, stride: usize) {
        self.head(Word::new("State of the air below 120 m AGL", "真高 120 米以下空域状态"));
        self.classes();
        self.y += 14.0;
        self.head(Word::new("Lines", "线条"));
        let rules = self.picture.map.airspace().rules();
        self.line("outline", Word::new("edge of the area", "区域边界"));
        let drawn = self.picture.drawn();
        for (class, word) in [
            ("zone", Word::new("zone or controlled site", "管制区或敏感场所")),
            ("condition", Word::new("zone with conditions", "有条件飞行区")),
            ("closure", Word::new("temporary closure", "临时管制")),
            ("approval", Word::new("approved volume", "已批准空域")),
        ] {
            if drawn.iter().any(|(other, _, _)| *other == class) {
                self.line(class, word);
            }
        }
        if !rules.airports.is_empty() {
            self.line("surface", Word::new("obstacle-limitation surface", "障碍物限制面"));
        }
        let extent = self.picture.extent();
        if rules.obstacles.iter().any(|obstacle| obstacle.extent().touches(&extent)) {
            self.svg.rect("building", [self.x + 8.0, self.y - 9.0], [12.0, 10.0]);
            self.entry(&Word::new("building or other obstacle", "建筑或其他障碍物").both());
        }
        if contour_m > 0.0 {
            let text =
                Text::new(format!("contour lines every {contour_m:.0} m"), format!("等高线，间隔 {contour_m:.0} 米"));
            self.svg.line("contour bold", [self.x, self.y - 4.0], [self.x + 28.0, self.y - 4.0]);
            self.entry(&text);
        }
        self.notes(stride);
    }

    fn head(&mut self, word: Word) {
        self.svg.text("strong", [self.x, self.y + 8.0], &word.both());
        self.y += 34.0;
    }

    fn classes(&mut self) {
        let mut found: BTreeMap<Class, (usize, f64)> = BTreeMap::new();
        for cell in self.picture.map.cells() {
            let (cells, area_m2) = found.entry(cell.class()).or_default();
            (*cells, *area_m2) = (*cells + 1, *area_m2 + cell.area_m2());
        }
        let total_m2: f64 = found.values().map(|(_, area_m2)| area_m2).sum();
        for (class, (cells, area_m2)) in found {
            let key = class.key();
            for pass in ["", "-h"].iter().filter(|pass| pass.is_empty() || is_hatched(class)) {
                self.svg.rect(&format!("{key}{pass}"), [self.x, self.y - 13.0], [32.0, 24.0]);
            }
            self.svg.text("", [self.x + 44.0, self.y - 2.0], &class.name().both());
            let (km2, share) = (area_m2 / 1e6, 100.0 * area_m2 / total_m2);
            let text = Text::new(
                format!("{cells} cells · {km2:.2} km² · {share:.1} %"),
                format!("{cells} 个网格 · {km2:.2} 平方公里 · {share:.1} %"),
            );
            self.svg.text("soft", [self.x + 44.0, self.y + 14.0], &text);
            self.y += 40.0;
        }
    }

    fn line(&mut self, class: &str, word: Word) {
        self.svg.line(class, [self.x, self.y - 4.0], [self.x + 32.0, self.y - 4.0]);
        self.entry(&word.both());
    }

    fn entry(&mut self, text: &Text) {
        self.svg.text("", [self.x + 44.0, self.y], text);
        self.y += 24.0;
    }

    fn notes(&mut self, stride: usize) {
        self.y += 12.0;
        let mut notes = vec![
            Text::new("Heights are above ground (AGL).", "高度均为真高（距地面）。"),
            Text::new("Cells whose middle lies in the area.", "仅含中心位于空域内的网格。"),
            Text::new("A height counts if it holds in the whole cell.", "整个网格内均可飞的高度方计入。"),
        ];
        if stride > 1 {
            notes.push(Text::new(
                format!("A patch shows the strictest of {stride} × {stride} cells."),
                format!("每块显示 {stride} × {stride} 个网格中最严的状态。"),
            ));
        }
        if self.picture.map.airspace().terrain().schematic {
            notes.push(Text::new("The relief is schematic.", "地形为示意。"));
        }
        for note in notes {
            self.svg.text("soft", [self.x, self.y], &note);
            self.y += 18.0;
        }
    }
}
