//! Curves over the time of day: drones in the air, conflicts, orders; and how long customers waited.

use super::chart::{Panel, clock_ticks, nice_step, ticks};
use super::input::RunReport;
use super::paint::{Chip, class_of, name_of};
use super::reading::{Moment, Reading};
use super::svg::{Path, Px, Svg, real, whole};
use crate::frame::{MissionId, MissionKind, SimTime};
use crate::message::Text;

/// Most points of a curve over time.
const COLUMNS: usize = 480;

/// A chart and its legend.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    pub svg: String,
    pub legend: Vec<Chip>,
}

/// Drones in the air by mission, and below it the pairs in conflict and in loss of separation. `None` without frames.
pub(super) fn traffic(report: &RunReport<'_>, reading: &Reading) -> Option<Curve> {
    let columns = busiest(&reading.moments);
    let (first, last) = (columns.first()?, columns.last()?);
    let span = (first.time.seconds(), last.time.seconds().max(first.time.seconds() + 1.0));
    let label = Text::new("Drones in the air and conflicts over the time of day", "在空无人机与冲突随时间变化");
    let mut svg = Svg::new([1000.0, 340.0], "chart", &label);
    let clock = clock_ticks(report.start_of_day_s, report.simulated.seconds(), 13.0);
    let most = columns.iter().map(|moment| moment.airborne.iter().sum::<usize>()).max()?;
    let air = Panel::new([44.0, 26.0], [926.0, 150.0], span, (0.0, room_above(most)));
    let mut legend = Vec::new();
    draw_groundings(&mut svg, &air, (reading, last.time), &mut legend);
    svg.text("title", [44.0, 15.0], &Text::new("Drones in the air", "在空无人机（架）"));
    air.draw_rows(&mut svg, 4.0, "");
    air.draw_columns(&mut svg, &[]);
    let mut below = vec![0; columns.len()];
    for kind in MissionKind::ALL {
        let above: Vec<usize> =
            below.iter().zip(&columns).map(|(base, moment)| base + moment.airborne[kind as usize]).collect();
        if above != below {
            svg.path(&format!("area {}", class_of(kind)), &layer(&air, &columns, &below, &above));
            legend.push(Chip::area(&format!("area {}", class_of(kind)), name_of(kind)));
        }
        below = above;
    }
    draw_contingencies(&mut svg, &air, reading, &mut legend);
    let most = columns.iter().map(|moment| moment.conflicts.max(moment.losses)).max()?;
    let pairs = Panel::new([44.0, 222.0], [926.0, 90.0], span, (0.0, room_above(most)));
    svg.text("title", [44.0, 211.0], &Text::new("Pairs of drones", "机对"));
    pairs.draw_rows(&mut svg, 3.0, "");
    pairs.draw_columns(&mut svg, &clock);
    let series = |count: fn(&Moment) -> usize| -> Vec<(f64, f64)> {
        columns.iter().map(|moment| (moment.time.seconds(), real(count(moment)))).collect()
    };
    svg.path("line caution", &pairs.steps(&series(|moment| moment.conflicts)));
    svg.path("line warning", &pairs.steps(&series(|moment| moment.losses)));
    legend.push(Chip::line("line caution", Text::new("in conflict (predicted)", "冲突中（预测）")));
    legend.push(Chip::line("line warning", Text::new("in loss of separation", "失去间隔中")));
    Some(Curve { svg: svg.finish(), legend })
}

/// Bands over the times in which the weather let nobody leave on a mission: darker where on several.
fn draw_groundings(svg: &mut Svg, panel: &Panel, (reading, end): (&Reading, SimTime), legend: &mut Vec<Chip>) {
    for grounding in &reading.troubles.groundings {
        let until = grounding.lasted.map_or(end, |lasted| grounding.from + lasted);
        let [left, right] = [grounding.from, until].map(|time| panel.x.at(time.seconds()));
        svg.rect("grounded", [left, panel.y.high_px], [right - left, panel.y.low_px - panel.y.high_px]);
    }
    if !reading.troubles.groundings.is_empty() {
        let text = Text::new("departures grounded by the weather", "因天气停止放行");
        legend.push(Chip::area("grounded", text));
    }
}

/// A diamond at the top where a contingency begins.
fn draw_contingencies(svg: &mut Svg, panel: &Panel, reading: &Reading, legend: &mut Vec<Chip>) {
    let diamond = |path: &mut Path, [x, y]: Px| {
        path.then([[x, y - 5.0], [x + 5.0, y], [x, y + 5.0], [x - 5.0, y]]);
        path.close();
    };
    let mut marks = Path::default();
    for episode in &reading.troubles.contingencies {
        diamond(&mut marks, [panel.x.at(episode.began.seconds()), panel.y.high_px]);
    }
    svg.path("contingency", &marks);
    if !reading.troubles.contingencies.is_empty() {
        let mut sample = Path::default();
        diamond(&mut sample, [14.0, 8.0]);
        legend.push(Chip::drawn(Text::new("contingency begins", "应急处置开始"), |svg| {
            svg.path("contingency", &sample);
        }));
    }
}

/// At most [`COLUMNS`] moments, each the busiest of its stretch of time, so that no peak is lost.
fn busiest(moments: &[Moment]) -> Vec<Moment> {
    let stretch = moments.len().div_ceil(COLUMNS).max(1);
    let merged = |moments: &[Moment]| {
        let most_aloft = moments.iter().max_by_key(|moment| moment.airborne.iter().sum::<usize>())?;
        Some(Moment {
            time: moments.first()?.time,
            airborne: most_aloft.airborne,
            conflicts: moments.iter().map(|moment| moment.conflicts).max()?,
            losses: moments.iter().map(|moment| moment.losses).max()?,
        })
    };
    moments.chunks(stretch).filter_map(merged).collect()
}

/// The top of an axis for values up to `most`.
fn room_above(most: usize) -> f64 {
    let step = nice_step(real(most), 4.0).max(1.0);
    (real(most) / step).ceil().max(1.0) * step
}

/// The area between two stacked curves.
fn layer(panel: &Panel, columns: &[Moment], below: &[usize], above: &[usize]) -> Path {
    let point = |(moment, &count): (&Moment, &usize)| panel.at(moment.time.seconds(), real(count));
    let top = columns.iter().zip(above).map(point);
    let bottom = columns.iter().zip(below).rev().map(point);
    let mut path = Path::through(top.chain(bottom));
    path.close();
    path
}

/// Orders placed and handed over, cumulative, per mission. `None` if there are no orders.
pub(super) fn orders(report: &RunReport<'_>, reading: &Reading) -> Option<Curve> {
    let missions = ordering_missions(report, reading);
    let end = report.simulated.seconds();
    let most = missions.iter().map(|(_, _, placed, _)| placed.len()).max()?;
    let label = Text::new("Orders placed and handed over, cumulative", "累计下单与送达");
    let mut svg = Svg::new([490.0, 280.0], "chart", &label);
    let panel = Panel::new([40.0, 12.0], [424.0, 226.0], (0.0, end.max(1.0)), (0.0, room_above(most)));
    panel.draw_rows(&mut svg, 5.0, "");
    panel.draw_columns(&mut svg, &clock_ticks(report.start_of_day_s, end, 6.0));
    let mut legend = Vec::new();
    for (id, kind, placed, delivered) in &missions {
        let class = class_of(*kind);
        svg.path(&format!("line faint {class}"), &panel.steps(&cumulative(placed, end)));
        svg.path(&format!("line {class}"), &panel.steps(&cumulative(delivered, end)));
        let (placed, delivered) = (placed.len(), delivered.len());
        legend.push(Chip::line(
            &format!("line {class}"),
            Text::new(format!("{id}: {delivered} handed over"), format!("{id}：送达 {delivered}")),
        ));
        legend.push(Chip::line(
            &format!("line faint {class}"),
            Text::new(format!("{id}: {placed} placed"), format!("{id}：下单 {placed}")),
        ));
    }
    Some(Curve { svg: svg.finish(), legend })
}

type MissionOrders<'a> = (&'a str, MissionKind, Vec<f64>, Vec<f64>);

/// Per mission with orders: its name and kind, when orders were placed and when they were handed over, s.
fn ordering_missions<'a>(report: &RunReport<'a>, reading: &Reading) -> Vec<MissionOrders<'a>> {
    let missions = report.missions.iter().enumerate().map(|(index, mission)| {
        let times = || reading.orders.iter().filter(move |(id, _)| id.mission == MissionId::from_index(index));
        let placed: Vec<f64> = sorted(times().map(|(_, order)| order.placed.seconds()));
        let delivered = sorted(times().filter_map(|(_, order)| order.delivered.map(|(time, _)| time.seconds())));
        (mission.id, mission.kind, placed, delivered)
    });
    missions.filter(|(_, _, placed, _)| !placed.is_empty()).collect()
}

fn sorted(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times
}

fn cumulative(times: &[f64], end: f64) -> Vec<(f64, f64)> {
    let rises = times.iter().enumerate().map(|(index, &time)| (time, real(index + 1)));
    std::iter::once((0.0, 0.0)).chain(rises).chain([(end, real(times.len()))]).collect()
}

/// Share of the orders that were in the customer's hands within so many minutes, per mission. `None` if none was.
pub(super) fn waiting(report: &RunReport<'_>, reading: &Reading) -> Option<Curve> {
    let waits: Vec<(&str, MissionKind, Vec<f64>)> = report
        .missions
        .iter()
        .enumerate()
        .map(|(index, mission)| {
            let of_mission = reading.orders.iter().filter(|(id, _)| id.mission == MissionId::from_index(index));
            let minutes = |wait: SimTime| wait.seconds() / 60.0;
            let waits = of_mission.filter_map(|(_, order)| order.delivered.map(|(_, wait)| minutes(wait)));
            (mission.id, mission.kind, sorted(waits))
        })
        .filter(|(_, _, waits)| !waits.is_empty())
        .collect();
    let longest = waits.iter().filter_map(|(_, _, waits)| waits.last().copied()).max_by(f64::total_cmp)?;
    let step = nice_step(longest, 6.0).max(1.0);
    let high = (longest / step).ceil().max(1.0) * step;
    let label = Text::new("Share of orders in hand within so many minutes", "若干分钟内送达的订单比例");
    let mut svg = Svg::new([490.0, 280.0], "chart", &label);
    let panel = Panel::new([48.0, 12.0], [416.0, 226.0], (0.0, high), (0.0, 100.0));
    panel.draw_rows(&mut svg, 5.0, " %");
    let minutes = ticks(0.0, high, step).into_iter().map(|tick| (tick, format!("{tick:.0}"))).collect::<Vec<_>>();
    panel.draw_columns(&mut svg, &minutes);
    svg.text("tick middle", [256.0, 274.0], &Text::new("minutes from order to hand", "下单到送达（分钟）"));
    let mut legend = Vec::new();
    for (id, kind, waits) in &waits {
        let share = |index: usize| real(index) / real(waits.len()) * 100.0;
        let rises = waits.iter().enumerate().map(|(index, &wait)| (wait, share(index + 1)));
        let points: Vec<(f64, f64)> = std::iter::once((0.0, 0.0)).chain(rises).chain([(high, 100.0)]).collect();
        svg.path(&format!("line {}", class_of(*kind)), &panel.steps(&points));
        let (median, most) = (quantile(waits, 0.5), quantile(waits, 0.9));
        legend.push(Chip::line(
            &format!("line {}", class_of(*kind)),
            Text::new(
                format!("{id}: half within {median:.1} min, 90 % within {most:.1} min"),
                format!("{id}：半数在 {median:.1} 分钟内，90% 在 {most:.1} 分钟内"),
            ),
        ));
    }
    Some(Curve { svg: svg.finish(), legend })
}

/// The smallest of the sorted values that at least this share of them does not exceed.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = whole((share * real(sorted.len()) - 1e-9).ceil(), 1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let waits = [1.0, 2.0, 3.0, 4.0, 10.0];
        let found = [0.0, 0.5, 0.9, 1.0].map(|share| quantile(&waits, share).to_string());
        assert_eq!(found, ["1", "3", "10", "10"]);
    }

    #[test]
    fn thinning_keeps_the_peak() {
        let moment = |index: usize| Moment {
            time: SimTime::from_millis(i64::try_from(index).unwrap()),
            airborne: [usize::from(index == 777) * 9, 0, 0, 0, 0],
            conflicts: usize::from(index == 1234),
            losses: 0,
        };
        let thinned = busiest(&(0..5000).map(moment).collect::<Vec<_>>());
        assert!(thinned.len() <= COLUMNS);
        assert_eq!(thinned.iter().map(|moment| moment.airborne[0]).max(), Some(9));
        assert_eq!(thinned.iter().map(|moment| moment.conflicts).max(), Some(1));
    }
}
