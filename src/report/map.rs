//! The map: relief, river, routes, flown tracks, places, losses of separation and drones that came down.

use super::cartography::{Labels, View, draw_contours, draw_furniture, furniture};
use super::input::{PlaceKind, ReportPlace, RunReport};
use super::paint::{Chip, class_of, cross, name_of, thinned};
use super::reading::Reading;
use super::relief::relief;
use super::svg::{Path, Px, Svg};
use crate::frame::MissionKind;
use crate::message::Text;
use crate::world::geo::Place;

/// Greatest width and height of the map, px.
const SIZE_PX: Px = [1000.0, 1100.0];
/// Most flights and losses drawn.
const MOST_FLIGHTS: usize = 240;
const MOST_LOSSES: usize = 600;

/// The map with its legend and what it leaves out.
#[derive(Clone, Debug)]
pub(super) struct Map {
    pub svg: String,
    pub legend: Vec<Chip>,
    /// Heights of the tint scale, m above mean sea level.
    pub heights: Option<(String, String)>,
    /// Interval of contour lines, m.
    pub contour_m: String,
    /// How many flights were drawn, of how many.
    pub flights: (usize, usize),
    /// How many losses of separation were drawn, of how many.
    pub losses: (usize, usize),
}

/// The map of a run; `None` if its area has no outline.
pub(super) fn map(report: &RunReport<'_>, reading: &Reading) -> Option<Map> {
    let outline = report.airspace.outline();
    let view = View::of(outline, SIZE_PX)?;
    let label = Text::new("Map of the area with routes, tracks and places", "区域地图：航线、航迹与地点");
    let mut svg = Svg::new(view.size(), "map", &label);
    let relief = relief(report.terrain, view.extent);
    let contour_m = match &relief {
        Some(relief) => {
            svg.image([0.0, 0.0], view.size(), &relief.data_uri);
            draw_contours(&mut svg, report.terrain, &view, relief.range_m)
        }
        None => 0.0,
    };
    let mut legend = Vec::new();
    draw_ground(&mut svg, report, &view, &mut legend);
    let mut area = view.path(outline.iter().copied());
    area.close();
    svg.path("outline", &area);
    legend.push(Chip::line("outline", Text::new("edge of the area", "区域边界")));
    draw_routes(&mut svg, report, &view, &mut legend);
    let drawn = draw_tracks(&mut svg, reading, &view, &mut legend);
    let losses = draw_losses(&mut svg, reading, &view, &mut legend);
    let mut labels = Labels { taken: furniture(&view) };
    draw_places(&mut svg, report, &view, &mut labels, &mut legend);
    // Over the places: many come down at a rally site.
    draw_strandings(&mut svg, reading, &view, &mut legend);
    draw_furniture(&mut svg, &view);
    let heights = relief.map(|relief| (format!("{:.0}", relief.range_m.0), format!("{:.0}", relief.range_m.1)));
    Some(Map {
        svg: svg.finish(),
        legend,
        heights,
        contour_m: format!("{contour_m:.0}"),
        flights: (drawn, reading.flights.len()),
        losses,
    })
}

fn draw_ground(svg: &mut Svg, report: &RunReport<'_>, view: &View, legend: &mut Vec<Chip>) {
    for river in &report.rivers {
        let line = view.path(river.line.iter().copied());
        svg.wide_path("river", &line, (river.width_m * view.px_per_m).max(2.0));
    }
    if !report.rivers.is_empty() {
        legend.push(Chip::line("river sample", Text::new("river", "河流")));
    }
    let mut blocks = Path::default();
    for obstacle in &report.airspace.rules().obstacles {
        blocks.then(obstacle.footprint().outline().into_iter().map(|corner| view.at(corner)));
        blocks.close();
    }
    svg.path("building", &blocks);
    if !report.airspace.rules().obstacles.is_empty() {
        legend.push(Chip::area("building", Text::new("buildings and other obstacles", "建筑与其他障碍物")));
    }
}

fn draw_routes(svg: &mut Svg, report: &RunReport<'_>, view: &View, legend: &mut Vec<Chip>) {
    let path_of = |index: usize| {
        let route = &report.routes[index];
        view.path(route.plan.points.iter().map(|point| point.position.xy()))
    };
    for index in 0..report.routes.len() {
        svg.path("casing", &path_of(index));
    }
    for (index, route) in report.routes.iter().enumerate() {
        let class = format!("route {}", class_of(route.kind));
        svg.path(&class, &path_of(index));
        legend.push(Chip::line(&class, route.name.clone()));
    }
}

fn draw_tracks(svg: &mut Svg, reading: &Reading, view: &View, legend: &mut Vec<Chip>) -> usize {
    let flights: Vec<_> = thinned(&reading.flights, MOST_FLIGHTS).filter(|flight| flight.points.len() > 1).collect();
    for kind in MissionKind::ALL {
        let mut tracks = Path::default();
        for flight in flights.iter().filter(|flight| flight.kind == kind) {
            tracks.thinly(flight.points.iter().map(|point| view.at(point.position.xy())));
        }
        svg.path(&format!("track {}", class_of(kind)), &tracks);
        if kind == MissionKind::RandomTraffic && flights.iter().any(|flight| flight.kind == kind) {
            legend.push(Chip::line(&format!("track {}", class_of(kind)), name_of(kind)));
        }
    }
    if !flights.is_empty() {
        legend.push(Chip::line("track sample", Text::new("tracks as flown", "实际航迹")));
    }
    flights.len()
}

fn draw_losses(svg: &mut Svg, reading: &Reading, view: &View, legend: &mut Vec<Chip>) -> (usize, usize) {
    let places: Vec<Place> =
        reading.encounters.values().filter_map(|encounter| encounter.lost.as_ref()?.place).collect();
    let chosen: Vec<&Place> = thinned(&places, MOST_LOSSES).collect();
    let mut crosses = Path::default();
    for place in &chosen {
        cross(&mut crosses, view.at(**place), 3.5);
    }
    svg.path("loss halo", &crosses);
    svg.path("loss", &crosses);
    if !places.is_empty() {
        let mut sample = Path::default();
        cross(&mut sample, [14.0, 8.0], 3.5);
        legend.push(Chip::drawn(Text::new("loss of separation begins", "失去间隔起点"), |svg| {
            svg.path("loss", &sample);
        }));
    }
    (chosen.len(), places.len())
}

/// A ring with a cross in it where a drone came down away from hub and pad.
fn draw_strandings(svg: &mut Svg, reading: &Reading, view: &View, legend: &mut Vec<Chip>) {
    let mark = |svg: &mut Svg, at: Px| {
        let mut crossed = Path::default();
        cross(&mut crossed, at, 4.2);
        svg.circle("stranded", at, 6.0);
        svg.path("stranded", &crossed);
    };
    for place in thinned(&reading.troubles.strandings, MOST_LOSSES) {
        mark(svg, view.at(*place));
    }
    if !reading.troubles.strandings.is_empty() {
        let text = Text::new("drone down, to be fetched", "无人机迫降待回收");
        legend.push(Chip::drawn(text, |svg| mark(svg, [14.0, 8.0])));
    }
}

fn draw_places(svg: &mut Svg, report: &RunReport<'_>, view: &View, labels: &mut Labels, legend: &mut Vec<Chip>) {
    let mut is_any_away = false;
    for (kind, text) in [
        (PlaceKind::Hub, Text::new("hub", "起降场")),
        (PlaceKind::Pad, Text::new("delivery pad", "配送点")),
        (PlaceKind::Rally, Text::new("rally site, to divert to", "备降点")),
        (PlaceKind::Landmark, Text::new("landmark; hollow: schematic place", "地标；空心为示意位置")),
    ] {
        let places: Vec<&ReportPlace<'_>> = report.places.iter().filter(|place| place.kind == kind).collect();
        for place in &places {
            let at = view.at(place.position.xy());
            labels.taken.push([at[0] - 7.0, at[1] - 7.0, at[0] + 7.0, at[1] + 7.0]);
        }
        for place in &places {
            is_any_away |= !draw_place(svg, place, view, labels);
        }
        if !places.is_empty() {
            legend.push(Chip::drawn(text, |svg| symbol(svg, kind, false, [14.0, 8.0])));
        }
    }
    if is_any_away {
        let arrow = Path::through([[14.0, 3.0], [19.0, 13.0], [9.0, 13.0], [14.0, 3.0]]);
        let text = Text::new("off the map, with its distance from the edge", "图外地点及其距图边距离");
        legend.push(Chip::drawn(text, |svg| svg.path("away", &arrow)));
    }
}

/// Draws a place, or at the edge an arrow towards it; returns whether it lies on the map.
fn draw_place(svg: &mut Svg, place: &ReportPlace<'_>, view: &View, labels: &mut Labels) -> bool {
    let name = if place.schematic {
        Text::new(format!("{} (schematic)", place.name.en), format!("{}（示意）", place.name.zh))
    } else {
        place.name.clone()
    };
    let at = view.at(place.position.xy());
    let [width, height] = view.size();
    if (0.0..=width).contains(&at[0]) && (0.0..=height).contains(&at[1]) {
        symbol(svg, place.kind, place.schematic, at);
        let class = if place.kind == PlaceKind::Landmark { "name" } else { "name strong" };
        labels.draw(svg, class, at, view.size(), &name);
        return true;
    }
    let edge = [at[0].clamp(12.0, width - 12.0), at[1].clamp(12.0, height - 12.0)];
    let away = [at[0] - edge[0], at[1] - edge[1]];
    let length = (away[0] * away[0] + away[1] * away[1]).sqrt().max(1e-9);
    let (x, y) = (away[0] / length, away[1] / length);
    let tip = |along: f64, across: f64| [edge[0] + along * x - across * y, edge[1] + along * y + across * x];
    let mut arrow = Path::through([tip(9.0, 0.0), tip(-4.0, 5.0), tip(-4.0, -5.0)]);
    arrow.close();
    svg.path("away", &arrow);
    let kilometres = length / view.px_per_m / 1000.0;
    let text = Text::new(format!("{} {kilometres:.1} km", name.en), format!("{} {kilometres:.1} 公里", name.zh));
    labels.draw(svg, "name", edge, view.size(), &text);
    false
}

fn symbol(svg: &mut Svg, kind: PlaceKind, is_schematic: bool, [x, y]: Px) {
    match kind {
        PlaceKind::Hub => svg.rect("place hub", [x - 6.0, y - 6.0], [12.0, 12.0]),
        PlaceKind::Pad => svg.circle("place pad", [x, y], 6.0),
        PlaceKind::Rally => {
            let mut diamond = Path::through([[x, y - 8.0], [x + 8.0, y], [x, y + 8.0], [x - 8.0, y]]);
            diamond.close();
            svg.path("place rally", &diamond);
        }
        PlaceKind::Landmark => {
            let mut triangle = Path::through([[x, y - 5.5], [x + 5.5, y + 4.5], [x - 5.5, y + 4.5]]);
            triangle.close();
            svg.path(if is_schematic { "place landmark hollow" } else { "place landmark" }, &triangle);
        }
    }
}
