//! The headline figures, each with what it means.

use super::input::{ReportMission, RunReport};
use super::paint::{class_of, name_of};
use crate::message::Text;

/// A figure and what it means.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub label: Text,
    pub value: String,
    pub unit: Text,
    pub meaning: Text,
    /// Class of its edge: a mission's colour, `good`, `bad` or `plain`.
    pub tone: &'static str,
}

/// All figures, missions first.
pub(super) fn figures(report: &RunReport<'_>) -> Vec<Figure> {
    let missions = report.missions.iter().filter(|mission| mission.requested > 0).map(mission);
    let usual = [flown(report), conflicts(report), losses(report)];
    let troubles = contingencies(report).into_iter().chain(well_clear(report));
    missions.chain(usual).chain(troubles).chain(heights(report)).collect()
}

fn mission(mission: &ReportMission<'_>) -> Figure {
    let mean = mission.mean_min().map_or_else(|| "–".to_owned(), |minutes| format!("{minutes:.1}"));
    let longest = mission.longest_time.seconds() / 60.0;
    let kind = name_of(mission.kind);
    let failed = mission.failed;
    let (unit, mut meaning) = if mission.delivers() {
        (
            Text::new("orders handed over", "单已送达"),
            Text::new(
                format!("from order to hand {mean} min on average, {longest:.1} min at most"),
                format!("下单到送达平均 {mean} 分钟，最长 {longest:.1} 分钟"),
            ),
        )
    } else {
        (
            Text::new("rounds flown", "轮已完成"),
            Text::new(
                format!("a round takes {mean} min on average, {longest:.1} min at most"),
                format!("每轮平均 {mean} 分钟，最长 {longest:.1} 分钟"),
            ),
        )
    };
    if failed > 0 {
        meaning = Text::new(format!("{}; {failed} failed", meaning.en), format!("{}；{failed} 单失败", meaning.zh));
    }
    Figure {
        label: Text::new(format!("{} · {}", kind.en, mission.id), format!("{} · {}", kind.zh, mission.id)),
        value: format!("{} / {}", mission.completed, mission.requested),
        unit,
        meaning,
        tone: class_of(mission.kind),
    }
}

fn flown(report: &RunReport<'_>) -> Figure {
    let drones: usize = report.fleets.iter().map(|fleet| fleet.drones).sum();
    let (kilometres, most) = (report.totals.flown_m / 1000.0, report.totals.airborne_max);
    Figure {
        label: Text::new("Flight time", "飞行时间"),
        value: format!("{:.1}", report.totals.flown.seconds() / 3600.0),
        unit: Text::new("hours", "小时"),
        meaning: Text::new(
            format!(
                "all drones together, over {kilometres:.0} km; at most {most} of {drones} drones in the air at once"
            ),
            format!("全部无人机合计，共飞 {kilometres:.0} 公里；最多同时在空 {most} 架（共 {drones} 架）"),
        ),
        tone: "plain",
    }
}

fn conflicts(report: &RunReport<'_>) -> Figure {
    let ahead_s = report.minima.look_ahead.seconds();
    Figure {
        label: Text::new("Conflicts (predicted)", "冲突（预测）"),
        value: report.totals.encounters.to_string(),
        unit: Text::new("encounters", "次遭遇"),
        meaning: Text::new(
            format!("pairs of drones predicted to lose separation within {ahead_s:.0} s"),
            format!("预测 {ahead_s:.0} 秒内将失去间隔的机对"),
        ),
        tone: "plain",
    }
}

fn losses(report: &RunReport<'_>) -> Figure {
    let minima = &report.minima;
    let (losses, true_losses) = (report.totals.losses_of_separation, report.totals.true_losses_of_separation);
    let worst = f64::from(report.totals.worst_severity_permyriad) / 100.0;
    let (en, zh) = (
        format!("closer than {:.0} m sideways and {:.0} m in height at once", minima.horizontal_m, minima.vertical_m),
        format!("水平小于 {:.0} 米且垂直小于 {:.0} 米", minima.horizontal_m, minima.vertical_m),
    );
    let (worst_en, worst_zh) = if losses > 0 {
        (
            format!("; worst severity {worst:.0} % (100 % is a collision)"),
            format!("；最高严重度 {worst:.0}%（100% 为碰撞）"),
        )
    } else {
        <(String, String)>::default()
    };
    let (true_en, true_zh) = if losses == true_losses {
        <(String, String)>::default()
    } else {
        (format!("; {true_losses} of true positions"), format!("；按真实位置 {true_losses} 次"))
    };
    Figure {
        label: Text::new("Losses of separation", "失去间隔"),
        value: losses.to_string(),
        unit: Text::new("losses", "次"),
        meaning: Text::new(en + &worst_en + &true_en, zh + &worst_zh + &true_zh),
        tone: if losses == 0 && true_losses == 0 { "good" } else { "bad" },
    }
}

fn contingencies(report: &RunReport<'_>) -> Option<Figure> {
    let (count, stranded) = (report.totals.contingencies, report.totals.stranded);
    (count > 0 || stranded > 0).then(|| Figure {
        label: Text::new("Contingencies", "应急处置"),
        value: count.to_string(),
        unit: Text::new("contingencies", "次"),
        meaning: Text::new(
            format!("drones in the air in trouble; {stranded} came down away from hub and pad"),
            format!("空中无人机遇到异常；其中 {stranded} 架在起降点之外迫降"),
        ),
        tone: if stranded > 0 { "bad" } else { "plain" },
    })
}

fn well_clear(report: &RunReport<'_>) -> Option<Figure> {
    let losses = report.totals.well_clear_losses;
    (losses > 0).then(|| Figure {
        label: Text::new("Losses of well clear", "失去安全净距"),
        value: losses.to_string(),
        unit: Text::new("losses", "次"),
        meaning: Text::new("a drone too close to a manned aircraft", "无人机与有人驾驶航空器距离过近"),
        tone: "bad",
    })
}

fn heights(report: &RunReport<'_>) -> Vec<Figure> {
    let (ceiling, clearance) = (report.airspace.ceiling_agl_m(), report.airspace.clearance_m());
    let highest = report.totals.highest_agl_m.map(|highest| Figure {
        label: Text::new("Highest true height", "最高真高"),
        value: format!("{highest:.1}"),
        unit: Text::new("m", "米"),
        meaning: if highest > ceiling {
            Text::new(format!("above the ceiling of {ceiling:.0} m"), format!("超出 {ceiling:.0} 米上限"))
        } else {
            let left = ceiling - highest;
            Text::new(
                format!("{left:.1} m below the ceiling of {ceiling:.0} m, which follows the ground"),
                format!("距随地形起伏的 {ceiling:.0} 米上限尚余 {left:.1} 米"),
            )
        },
        tone: if highest > ceiling { "bad" } else { "good" },
    });
    let lowest = report.totals.lowest_cruise_agl_m.map(|lowest| Figure {
        label: Text::new("Lowest true height in cruise", "巡航最低真高"),
        value: format!("{lowest:.1}"),
        unit: Text::new("m", "米"),
        meaning: Text::new(
            format!("over the ground right below; at least {clearance:.0} m are asked for"),
            format!("相对正下方地面；要求不低于 {clearance:.0} 米"),
        ),
        tone: if lowest < clearance { "bad" } else { "good" },
    });
    highest.into_iter().chain(lowest).collect()
}
