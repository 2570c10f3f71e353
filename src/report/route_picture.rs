//! A planned route from the side as a picture for paper: heights above the sea and above the ground with what is allowed
//! there, the rules it passes, the battery, and what is found.

use super::cartography::text_width;
use super::chart::{Lanes, Panel};
use super::cross_section::{Frames, Line, Panels, Station, amsl_range, draw_ground, draw_kilometres, draw_lowest};
use super::sheet::{self, PictureError};
use super::svg::{Path, Px, Svg, real};
use crate::message::{Language, Severity, Text};
use crate::traffic::route::{Part, ProfileRule, ProfileRuleKind, RouteFinding, RouteProfile};
use crate::units::{Altitude, Datum};
use crate::world::terrain::Terrain;

/// Width of the page and where the panels begin and how wide they are, px.
const PAGE_PX: f64 = 1180.0;
const LEFT_PX: f64 = 78.0;
const WIDTH_PX: f64 = 1066.0;
/// Where the names of rules begin, and the height of a line of them, px.
const NAMES_PX: f64 = 100.0;
const NAME_PX: f64 = 19.0;
/// Heights of the panels and the room between them, px.
const AMSL_PX: f64 = 320.0;
const AGL_PX: f64 = 120.0;
const BATTERY_PX: f64 = 90.0;
const GAP_PX: f64 = 34.0;
/// Most findings that are written out.
const MOST_FINDINGS: usize = 10;

const STYLE: &str = "\
text{font-family:'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;\
font-size:13px;fill:#1d2327}.end{text-anchor:end}.middle{text-anchor:middle}\
.page{fill:#fff}.title{font-size:24px;font-weight:bold}.subtitle{font-size:14px;fill:#4a5359}\
.tick{fill:#4a5359;font-size:12px}.soft{fill:#4a5359;font-size:12.5px}.bad{fill:#b3261e}.panel{font-size:12.5px;font-weight:bold}\
.grid{stroke:#dfe2dc;stroke-width:1;fill:none}.axis{stroke:#5c666d;stroke-width:1;fill:none}\
.ground{fill:#c9b79a}.building{fill:#8b9198}.allowed{fill:#2e7d32;fill-opacity:.13}\
.ceiling{fill:none;stroke:#b3261e;stroke-width:1.4;stroke-dasharray:8 4}\
.clearance{fill:none;stroke:#5c666d;stroke-width:1;stroke-dasharray:1.5 3.5}\
.planned{fill:none;stroke:#1565c0;stroke-width:2;stroke-linejoin:round}\
.violation{fill:none;stroke:#d3170f;stroke-width:4;stroke-linejoin:round;stroke-linecap:round}\
.zone{stroke-width:1.2;fill-opacity:.14}.prohibited{fill:#b3261e;stroke:#b3261e}.needs_approval{fill:#b06a00;stroke:#b06a00;stroke-dasharray:7 3}\
.conditional{fill:#6b6f12;stroke:#6b6f12;stroke-dasharray:2 3}.approval{fill:#0b5cad;stroke:#0b5cad;stroke-dasharray:3 3;fill-opacity:.07}\
.idle{fill:none;stroke-opacity:.55}.broken{stroke-width:2.4;fill-opacity:.3}.leader{stroke:#8b9198;stroke-width:.8;fill:none}\
.battery{fill:none;stroke:#2e7d32;stroke-width:2}.reserve{fill:none;stroke:#b3261e;stroke-width:1.3;stroke-dasharray:6 4}\
.turn{fill:none;stroke:#7b1fa2;stroke-width:1.3;stroke-dasharray:5 3}.turned{fill:#7b1fa2}\
.plumb{stroke:#1d2327;stroke-width:1;fill:none}.mark{fill:#fff;stroke:#1d2327;stroke-width:1.6}\
.marked{font-weight:bold;paint-order:stroke;stroke:#fff;stroke-width:3px}\
.waypoint{fill:#1565c0}.number{font-size:11px;fill:#fff;text-anchor:middle}\
.cross{stroke:#d3170f;stroke-width:2.4;fill:none}.name{font-size:12px}";

/// A planned route to draw.
pub struct RoutePicture<'a> {
    /// The route from the side.
    pub profile: &'a RouteProfile,
    /// The ground below it.
    pub terrain: &'a Terrain,
    /// Title.
    pub title: Text,
    /// Who flies it, when.
    pub subtitle: Text,
    /// What is found, in words, in the order of the profile's findings.
    pub findings: Vec<Text>,
    /// The language of all texts.
    pub language: Language,
}

/// A rule with the line that its name stands in and where, px.
struct Named<'a> {
    rule: &'a ProfileRule,
    text: Text,
    line: usize,
    x: f64,
}

impl RoutePicture<'_> {
    /// The picture as a PNG, two pixels for each of the SVG.
    ///
    /// # Errors
    /// If the picture cannot be read back or is too large for memory.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        sheet::png(&self.svg())
    }

    /// The picture as an SVG that needs nothing else.
    pub fn svg(&self) -> String {
        let profile = self.profile;
        let named = self.named();
        let lines = named.iter().map(|named| named.line + 1).max().unwrap_or(0);
        let amsl_top = NAMES_PX + real(lines) * NAME_PX + 14.0;
        let agl_top = amsl_top + AMSL_PX + GAP_PX;
        let battery_top = agl_top + AGL_PX + GAP_PX;
        let below = battery_top + BATTERY_PX + 66.0;
        let frames =
            Frames { amsl: [[LEFT_PX, amsl_top], [WIDTH_PX, AMSL_PX]], agl: [[LEFT_PX, agl_top], [WIDTH_PX, AGL_PX]] };
        let panels = self.panels(&frames);
        let most_wh = profile.battery_wh.max(profile.reserve_wh).max(1.0) * 1.05;
        let least_wh = profile.at_end_wh.min(0.0);
        let battery =
            Panel::new([LEFT_PX, battery_top], [WIDTH_PX, BATTERY_PX], (0.0, profile.length_m), (least_wh, most_wh));
        let told = self.told_findings();
        let height = below + 84.0 + real(told.len()) * 20.0;
        let definitions = format!("<style>{STYLE}</style>");
        let mut svg = Svg::standing_alone([PAGE_PX, height], self.language, &self.title, &definitions);
        svg.rect("page", [0.0, 0.0], [PAGE_PX, height]);
        svg.text("title", [LEFT_PX, 44.0], &self.title);
        svg.text("subtitle", [LEFT_PX, 70.0], &self.subtitle);
        self.draw_allowed(&mut svg, &panels.agl);
        draw_ground(&mut svg, &panels, &self.stations(), profile.ceiling_agl_m, profile.clearance_m);
        draw_grids(&mut svg, &panels, &battery);
        self.draw_rules(&mut svg, &panels, &named);
        self.draw_battery(&mut svg, &battery);
        self.draw_plan(&mut svg, &panels);
        self.draw_no_return(&mut svg, [amsl_top, battery_top + BATTERY_PX], &panels);
        self.draw_legend(&mut svg, below);
        for (index, (class, text)) in told.iter().enumerate() {
            svg.text(class, [LEFT_PX, below + 80.0 + 20.0 * real(index)], text);
        }
        svg.finish()
    }

    fn stations(&self) -> Vec<Station> {
        let stations = self.profile.stations.iter();
        stations
            .map(|station| Station {
                along_m: station.along_m,
                ground_m: station.ground_amsl_m,
                top_m: station.top_amsl_m,
            })
            .collect()
    }

    /// Panels that show the ground, the ceiling and the whole path.
    fn panels(&self, frames: &Frames) -> Panels {
        let profile = self.profile;
        let (mut low, mut high) = amsl_range(&self.stations(), profile.ceiling_agl_m).unwrap_or((0.0, 100.0));
        let (mut low_agl, mut high_agl) = (0.0_f64, profile.ceiling_agl_m * 1.15);
        for station in &profile.stations {
            (low, high) = (low.min(station.position.z - 10.0), high.max(station.position.z + 10.0));
            (low_agl, high_agl) = (low_agl.min(station.agl_m - 5.0), high_agl.max(station.agl_m + 5.0));
        }
        if low_agl < 0.0 {
            // Room for the label of the lowest place.
            low_agl -= 0.2 * (high_agl - low_agl);
        }
        Panels::new(profile.length_m, (low, high), (low_agl, high_agl), frames)
    }

    /// Heights that are allowed, in the panel over the ground; neighbours with the same ones in one piece.
    fn draw_allowed(&self, svg: &mut Svg, panel: &Panel) {
        let stations = &self.profile.stations;
        let mut path = Path::default();
        let mut from = 0;
        for to in 1..stations.len() {
            let (here, next) = (&stations[from].allowed_agl_m, &stations[to].allowed_agl_m);
            if here == next && to + 1 < stations.len() {
                continue;
            }
            for [low_m, high_m] in here {
                let (begin_m, end_m) = (stations[from].along_m, stations[to].along_m);
                let corners = [(begin_m, low_m), (end_m, low_m), (end_m, high_m), (begin_m, high_m)];
                path.then(corners.map(|(along_m, agl_m)| panel.at(along_m, *agl_m)));
                path.close();
            }
            from = to;
        }
        svg.path("allowed", &path);
    }

    /// The rules with a line and a place for each name, so that none covers another.
    fn named(&self) -> Vec<Named<'_>> {
        let mut lanes = Lanes::default();
        let mut named = Vec::new();
        let px_per_m = WIDTH_PX / self.profile.length_m.max(1.0);
        for rule in self.profile.rules_in_order() {
            let text = rule_text(rule);
            let width = text_width(text.get(self.language)) * 0.88 + 18.0;
            let at_x = LEFT_PX + rule.begins_m() * px_per_m;
            // Beside the line that leads down from it: to its right, or to its left where there is no room.
            let is_room = at_x + width <= LEFT_PX + WIDTH_PX;
            let x = if is_room { at_x + 5.0 } else { (at_x - width).max(LEFT_PX) };
            named.push(Named { rule, text, line: lanes.take(x, width), x });
        }
        named
    }

    fn draw_rules(&self, svg: &mut Svg, panels: &Panels, named: &[Named<'_>]) {
        let ground = |along_m: f64| self.profile.ground_at(along_m);
        for Named { rule, text, line, x } in named {
            let classes = format!(
                "zone {}{}{}",
                rule.kind.key(),
                if rule.holds { "" } else { " idle" },
                if rule.is_broken { " broken" } else { "" }
            );
            for outline in &rule.outlines {
                let (mut amsl, mut agl) = (Path::default(), Path::default());
                let upper = outline.iter().map(|at| (at[0], at[2]));
                let around: Vec<(f64, f64)> = upper.chain(outline.iter().rev().map(|at| (at[0], at[1]))).collect();
                amsl.thinly(around.iter().map(|&(along_m, height_m)| panels.amsl.at(along_m, height_m)));
                agl.thinly(
                    around.iter().map(|&(along_m, height_m)| panels.agl.at(along_m, height_m - ground(along_m))),
                );
                amsl.close();
                agl.close();
                svg.path(&classes, &amsl);
                svg.path(&classes, &agl);
            }
            let y = NAMES_PX + real(*line) * NAME_PX;
            let Some([along_m, _, upper_m]) = rule.outlines.first().and_then(|outline| outline.first()) else {
                continue;
            };
            let [box_x, box_y] = panels.amsl.at(*along_m, *upper_m);
            // What begins with the route needs none.
            if *along_m > 1.0 {
                svg.line("leader", [box_x, y - 9.0], [box_x, box_y]);
            }
            svg.rect(&classes, [*x, y - 9.0], [9.0, 9.0]);
            svg.text(if rule.is_broken { "name bad" } else { "name" }, [x + 13.0, y], text);
        }
    }

    fn draw_battery(&self, svg: &mut Svg, panel: &Panel) {
        let profile = self.profile;
        svg.line("reserve", panel.at(0.0, profile.reserve_wh), panel.at(profile.length_m, profile.reserve_wh));
        let stations = profile.stations.iter().map(|station| (station.along_m, station.left_wh));
        let mut line = Path::default();
        let end = (profile.length_m, profile.at_end_wh);
        line.thinly(stations.chain([end]).map(|(along_m, left_wh)| panel.at(along_m, left_wh)));
        svg.path("battery", &line);
        let [x, y] = panel.at(profile.length_m, profile.at_end_wh);
        svg.circle("mark", [x, y], 3.5);
        let text = format!("{:.0} Wh", profile.at_end_wh);
        let above_y = y - 8.0;
        let label_y = if above_y > panel.y.high_px + 14.0 { above_y } else { y + 19.0 };
        svg.label("marked end", [x - 9.0, label_y], &text);
    }

    fn line(&self, [from_m, to_m]: [f64; 2]) -> Line {
        let stations = self.profile.stations.iter();
        let inner = stations.filter(|station| station.along_m > from_m && station.along_m < to_m);
        let at = |along_m: f64| (along_m, self.profile.position_at(along_m));
        std::iter::once(at(from_m)).chain(inner.map(|s| (s.along_m, s.position))).chain([at(to_m)]).collect()
    }

    /// The planned heights, what of them is against a rule, the lowest place and the waypoints.
    fn draw_plan(&self, svg: &mut Svg, panels: &Panels) {
        let profile = self.profile;
        panels.draw_line(svg, "planned", self.terrain, &[self.line([0.0, profile.length_m])]);
        let against = || profile.findings.iter().filter(|finding| finding.severity() >= Severity::Error);
        let is_long = |finding: &RouteFinding| finding.stretch_m[1] - finding.stretch_m[0] > 1.0;
        let is_leg = |finding: &&RouteFinding| is_long(finding) && finding.part == Part::Leg;
        for finding in against().filter(is_leg) {
            panels.draw_line(svg, "violation", self.terrain, &[self.line(finding.stretch_m)]);
        }
        let [along_m, agl_m] = profile.lowest;
        if agl_m.is_finite() {
            draw_lowest(svg, panels, along_m, (profile.position_at(along_m).z, agl_m));
        }
        for finding in against().filter(|finding| !is_leg(finding)) {
            draw_cross(svg, panels, finding, self.profile);
        }
        let mut last_x = f64::NEG_INFINITY;
        for (index, &along_m) in profile.waypoints_m.iter().enumerate() {
            let [x, y] = panels.amsl.at(along_m, profile.position_at(along_m).z);
            svg.line("plumb", [x, y - 8.0], [x, y]);
            // Where they stand closely, some are left out.
            if x - last_x > 17.0 {
                svg.circle("waypoint", [x, y - 16.0], 8.5);
                svg.label("number", [x, y - 12.0], &index.to_string());
                last_x = x;
            }
        }
    }

    fn draw_no_return(&self, svg: &mut Svg, [top, bottom]: [f64; 2], panels: &Panels) {
        let Some(along_m) = self.profile.no_return_m else { return };
        let x = panels.amsl.x.at(along_m);
        svg.line("turn", [x, top], [x, bottom]);
        let is_right = x > LEFT_PX + WIDTH_PX - 260.0;
        let (anchor, shift) = if is_right { ("end", -6.0) } else { ("start", 6.0) };
        let text = Text::new(format!("point of no return, {along_m:.0} m"), format!("最后返航点 {along_m:.0} 米"));
        svg.text(&format!("turned marked {anchor}"), [x + shift, top + 15.0], &text);
    }

    fn draw_legend(&self, svg: &mut Svg, top: f64) {
        let (ceiling_m, clearance_m) = (self.profile.ceiling_agl_m, self.profile.clearance_m);
        let signs: [(&str, Text); 12] = [
            ("planned", Text::new("planned", "计划高度")),
            ("violation", Text::new("against a rule", "违反规则")),
            ("ceiling", Text::new(format!("ceiling {ceiling_m:.0} m"), format!("真高上限 {ceiling_m:.0} 米"))),
            ("clearance", Text::new(format!("clearance {clearance_m:.0} m"), format!("最小超障 {clearance_m:.0} 米"))),
            ("ground", Text::new("ground", "地面")),
            ("building", Text::new("obstacles below", "航线下障碍物")),
            ("allowed", Text::new("allowed then", "届时允许高度")),
            ("zone prohibited", Text::new("prohibited", "禁飞")),
            ("zone needs_approval", Text::new("needs an approval", "须经批准")),
            ("zone conditional", Text::new("conditional", "有条件飞行")),
            ("zone approval", Text::new("own approval", "本运营人批准")),
            ("reserve", Text::new("reserve", "余量")),
        ];
        let column = WIDTH_PX / 6.0;
        for (index, (class, text)) in signs.iter().enumerate() {
            let [x, y] = [LEFT_PX + column * real(index % 6), top + 22.0 * real(index / 6)];
            if ["planned", "violation", "ceiling", "clearance", "reserve"].contains(class) {
                svg.line(class, [x, y - 4.0], [x + 28.0, y - 4.0]);
            } else {
                svg.rect(class, [x, y - 10.0], [28.0, 12.0]);
            }
            svg.text("soft", [x + 36.0, y], text);
        }
        let note = Text::new(
            "Outlines without a filling do not hold while the drone passes. The circle marks the lowest place.",
            "无填充者在无人机经过时不生效。圆圈为最低点。",
        );
        svg.text("soft", [LEFT_PX, top + 48.0], &note);
    }

    /// The gravest findings in words, and how many more there are.
    fn told_findings(&self) -> Vec<(&'static str, Text)> {
        let mut all: Vec<(&RouteFinding, &Text)> = self.profile.findings.iter().zip(&self.findings).collect();
        all.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.severity()));
        let more = all.len().saturating_sub(MOST_FINDINGS);
        let shown = all.iter().take(MOST_FINDINGS).map(|(finding, text)| {
            let class = if finding.severity() >= Severity::Error { "soft bad" } else { "soft" };
            (class, fitted(text))
        });
        let rest = (more > 0).then(|| ("soft", Text::new(format!("and {more} more"), format!("另有 {more} 项"))));
        shown.chain(rest).collect()
    }
}

/// Rows, columns and names of the panels.
fn draw_grids(svg: &mut Svg, panels: &Panels, battery: &Panel) {
    panels.amsl.draw_rows(svg, 6.0, "");
    panels.agl.draw_rows(svg, 4.0, "");
    battery.draw_rows(svg, 3.0, "");
    panels.amsl.draw_columns(svg, &[]);
    panels.agl.draw_columns(svg, &[]);
    draw_kilometres(svg, battery);
    let names = [
        (&panels.amsl, Text::new("altitude, m above mean sea level", "海拔（米）")),
        (&panels.agl, Text::new("true height, m above ground", "真高（米）")),
        (battery, Text::new("left in the battery, Wh", "剩余电量（瓦时）")),
    ];
    for (panel, name) in names {
        svg.text("panel", [LEFT_PX, panel.y.high_px - 7.0], &name);
    }
}

/// A place without length that is against a rule.
fn draw_cross(svg: &mut Svg, panels: &Panels, finding: &RouteFinding, profile: &RouteProfile) {
    let along_m = finding.along_m;
    let z = if finding.part == Part::Leg { profile.position_at(along_m).z } else { finding.position.z };
    let [x, y]: Px = panels.amsl.at(along_m, z);
    let mut path = Path::default();
    super::paint::cross(&mut path, [x, y], 8.0);
    svg.path("cross", &path);
}

/// A text cut so that it stays on the page.
fn fitted(text: &Text) -> Text {
    let cut = |text: &str| {
        let mut room = WIDTH_PX / 0.9;
        let mut fits = |character: char| {
            room -= text_width(character.encode_utf8(&mut [0; 4]));
            room > 0.0
        };
        let end = text.char_indices().find(|(_, character)| !fits(*character)).map(|(at, _)| at);
        end.map_or_else(|| text.to_owned(), |end| format!("{}…", &text[..end]))
    };
    Text::new(cut(&text.en), cut(&text.zh))
}

/// A rule on a profile in words: its name, what it asks and between which heights.
pub fn rule_text(rule: &ProfileRule) -> Text {
    let Text { en, zh } = &rule.told.name;
    let [lower, upper] = [Some(rule.lower), rule.upper].map(|limit| limit.map(height_text));
    let lower = lower.unwrap_or_default();
    let span = match upper {
        Some(upper) => Text::new(format!("{} to {}", lower.en, upper.en), format!("{}至{}", lower.zh, upper.zh)),
        None => Text::new(format!("from {} up", lower.en), format!("{}以上", lower.zh)),
    };
    let kind = if rule.kind == ProfileRuleKind::Approval { None } else { Some(&rule.told.kind) };
    let kind = kind.map_or_else(Text::default, |kind| Text::new(format!(", {}", kind.en), format!("，{}", kind.zh)));
    Text::new(format!("{en}{}, {}", kind.en, span.en), format!("{zh}{}，{}", kind.zh, span.zh))
}

/// A height with its datum.
fn height_text(limit: Altitude) -> Text {
    let metres = limit.metres;
    match limit.datum {
        Datum::Agl => Text::new(format!("{metres:.0} m AGL"), format!("真高 {metres:.0} 米")),
        Datum::Amsl => Text::new(format!("{metres:.0} m AMSL"), format!("海拔 {metres:.0} 米")),
        Datum::Ellipsoid => Text::new(format!("{metres:.0} m ellipsoidal"), format!("大地高 {metres:.0} 米")),
    }
}
