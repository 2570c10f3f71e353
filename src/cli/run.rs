//! `skygrid run`: simulate, record, and print the figures that matter.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::args::{Arguments, Run};
use super::check::resolved;
use super::report::write_report;
use super::watch::watch;
use super::{Exit, Failure, Outcome};
use crate::app::{self, RunError, RunOptions, RunOutcome};
use crate::message::{Language, Severity, Text};
use crate::record::{FolderChoice, RunFolder, RunStatus};
use crate::scenario::{Resolution, ResolvedScenario};
use crate::sim::{Algorithms, Counters, SimulationError};

pub fn run(run: &Run, arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    let Resolution { scenario, findings } =
        resolved(&run.scenario)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    if run.print_config {
        return Ok(print_config(&scenario));
    }
    if findings.gravest() == Some(Severity::Error) && !run.accept_findings {
        return Err(Failure::of_findings(&findings, language));
    }
    if !findings.0.is_empty() {
        remark!("{}\n", findings.render(language));
    }
    let stop = stop_on_signals()?;
    let options = RunOptions {
        seed: run.seed,
        until: run.until,
        threads: usize::from(run.threads),
        record: run.record,
        folder: Some(folder_choice(run)),
        scenario_path: run.scenario.scenario.clone(),
        accepted_findings: run.accept_findings && findings.gravest() == Some(Severity::Error),
        stop: Arc::clone(&stop),
        watch: watch(&scenario.clock, language, arguments.quiet),
    };
    let scenario = Arc::new(scenario);
    let outcome = app::run(&scenario, algorithms, options).map_err(|error| failure_of(&error))?;
    write_report(&scenario, &outcome, run.seed)?;
    if let Some(folder) = &outcome.folder {
        if arguments.json {
            print_json(folder)?;
        } else {
            print_figures(&scenario, &outcome, folder.path(), language);
        }
    }
    Ok(match outcome.status {
        RunStatus::Interrupted => interrupted(&stop),
        RunStatus::Overloaded => Exit::Overloaded,
        _ => Exit::Done,
    })
}

/// The failure of a run; an unknown algorithm is a fault of the input, everything else of files and resources.
pub fn failure_of(error: &RunError) -> Failure {
    let exit = if matches!(error, RunError::Simulation(SimulationError::Algorithm(_))) {
        Exit::NotUnderstood
    } else {
        Exit::InputOutput
    };
    Failure::new(exit, error)
}

fn folder_choice(run: &Run) -> FolderChoice {
    match &run.out {
        Some(path) => FolderChoice::Explicit { path: path.clone(), replace: run.force },
        None => FolderChoice::Numbered { runs: "runs".into() },
    }
}

/// A number that becomes that of the signal when the process is asked to stop.
pub fn stop_on_signals() -> Result<Arc<AtomicUsize>, Failure> {
    let stop = Arc::new(AtomicUsize::new(0));
    for (signal, number) in [(signal_hook::consts::SIGINT, 2), (signal_hook::consts::SIGTERM, 15)] {
        signal_hook::flag::register_usize(signal, Arc::clone(&stop), number)
            .map_err(|error| Failure::new(Exit::InputOutput, format!("cannot listen to signals: {error}")))?;
    }
    Ok(stop)
}

/// How a command ends that was asked to stop.
pub fn interrupted(stop: &AtomicUsize) -> Exit {
    Exit::Interrupted(u8::try_from(stop.load(Ordering::Relaxed)).unwrap_or(2))
}

fn print_config(scenario: &ResolvedScenario) -> Exit {
    for origin in &scenario.origins {
        say!("{} = {}    # {}", origin.key, origin.value, origin.origin);
    }
    Exit::Done
}

fn print_json(folder: &RunFolder) -> Result<(), Failure> {
    let summary = std::fs::read_to_string(folder.summary()).map_err(|error| Failure::new(Exit::InputOutput, error))?;
    let summary: serde_json::Value =
        serde_json::from_str(&summary).map_err(|error| Failure::new(Exit::InputOutput, error))?;
    say!("{}", serde_json::json!({ "run": folder.path(), "summary": summary }));
    Ok(())
}

fn print_figures(scenario: &ResolvedScenario, outcome: &RunOutcome, folder: &Path, language: Language) {
    let counters = &outcome.counters;
    let pick = |en: &'static str, zh: &'static str| match language {
        Language::English => en,
        Language::Chinese => zh,
    };
    say!("{}", scenario.title.get(language));
    say!(
        "{} {} – {}  ({:.0}×{})",
        pick("simulated", "模拟时段"),
        scenario.clock.time_of_day(crate::units::SimTime::ZERO),
        scenario.clock.time_of_day(outcome.simulated),
        outcome.simulated.seconds() / outcome.wall_s.max(1e-9),
        pick(" real time", " 实时"),
    );
    say!("");
    say!(
        "{:<18} {:<20} {:>9} {:>9} {:>9} {:>12} {:>12}",
        pick("mission", "任务"),
        pick("kind", "类别"),
        pick("requested", "请求"),
        pick("started", "出动"),
        pick("completed", "完成"),
        pick("mean min", "平均分钟"),
        pick("longest min", "最长分钟"),
    );
    for mission in &counters.missions {
        let mean_min = mission.total_time_ms.seconds() / 60.0 / f64::from(mission.completed.max(1));
        say!(
            "{:<18} {:<20} {:>9} {:>9} {:>9} {:>12.1} {:>12.1}",
            mission.mission,
            mission.kind.name().get(language),
            mission.requested,
            mission.started,
            mission.completed,
            mean_min,
            mission.longest_time_ms.seconds() / 60.0,
        );
    }
    let hours = counters.flown_ms.seconds() / 3600.0;
    say!("");
    say!("{:<34} {:.2}", pick("flight hours", "飞行小时"), hours);
    say!("{:<34} {}", pick("most drones airborne", "最多同时在空"), counters.airborne_max);
    if counters.grounded > 0 {
        say!("{:<34} {}", pick("drones without a permitted flight", "无可飞航线的无人机"), counters.grounded);
    }
    say!("{:<34} {}", pick("conflicts (predicted)", "冲突（预测）"), counters.encounters);
    say!("{:<34} {}", pick("losses of separation", "失去间隔"), counters.losses_of_separation);
    if scenario.network.is_some() || scenario.navigation.is_some() {
        say!("{:<34} {}", pick("  of true positions", "  按真实位置"), counters.true_losses_of_separation);
    }
    for (name, count) in troubles(counters) {
        say!("{:<34} {count}", name.get(language));
    }
    #[expect(clippy::cast_precision_loss, reason = "heights in centimetres")]
    let metres = |centimetres: i64| centimetres as f64 / 100.0;
    for (name, height_cm) in [
        (pick("highest true height", "最高真高"), counters.highest_agl_cm),
        (pick("lowest true height in cruise", "巡航最低真高"), counters.lowest_cruise_agl_cm),
    ] {
        if let Some(height_cm) = height_cm {
            say!("{name:<34} {:.1} m", metres(height_cm));
        }
    }
    say!("{:<34} {}", pick("digest", "摘要"), outcome.digest);
    for mission in counters.missions.iter().filter(|mission| mission.is_overloaded()) {
        let (name, waiting, requested) = (&mission.mission, mission.waiting(), mission.requested);
        let line = match language {
            Language::English => {
                format!("overloaded: {name}: {waiting} of {requested} requests still wait for a drone")
            }
            Language::Chinese => format!("过载：{name}：{requested} 个请求中仍有 {waiting} 个在等待无人机"),
        };
        say!("{line}");
    }
    if outcome.status == RunStatus::Interrupted {
        say!("{}", pick("interrupted: results up to here are kept", "已中断：此前结果已保存"));
    }
    say!("{:<34} {}", pick("run folder", "结果目录"), folder.display());
}

/// What went wrong, with how often; what did not happen is left out.
fn troubles(counters: &Counters) -> Vec<(Text, u32)> {
    let contingencies = counters.contingencies.iter().map(|(trouble, count)| {
        let name = trouble.name().both();
        (Text::new(format!("contingencies: {}", name.en), format!("应急处置：{}", name.zh)), *count)
    });
    let failed = counters.missions.iter().map(|mission| mission.failed).sum();
    let others = [
        (Text::new("orders and rounds failed", "未完成的订单与巡飞"), failed),
        (Text::new("drones down, to be fetched", "迫降待回收的无人机"), counters.stranded),
        (Text::new("losses of well clear", "失去安全净距"), counters.well_clear_losses),
    ];
    let hazards = counters.hazards_entered.iter().map(|(hazard, count)| {
        let name = hazard.name().both();
        (Text::new(format!("evading into: {}", name.en), format!("避让时进入：{}", name.zh)), *count)
    });
    contingencies.chain(others).chain(hazards).filter(|(_, count)| *count > 0).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::frame::Trouble;
    use crate::scenario::{Source, resolve};

    #[test]
    fn only_what_went_wrong_is_told() {
        let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/table-bay.toml"));
        let text = std::fs::read_to_string(&path).unwrap();
        let scenario = resolve(Source::new(path, text), &[]).unwrap().scenario;
        let mut counters = Counters::new(&scenario);
        assert_eq!(troubles(&counters), []);
        counters.contingencies.extend([(Trouble::LostLink, 3), (Trouble::LowBattery, 1)]);
        counters.missions[0].failed = 2;
        counters.stranded = 1;
        let told: Vec<String> =
            troubles(&counters).into_iter().map(|(name, count)| format!("{} {count}", name.en)).collect();
        let expected = ["contingencies: low battery 1", "contingencies: link lost 3", "orders and rounds failed 2"];
        assert_eq!(told, [&expected[..], &["drones down, to be fetched 1"]].concat());
    }
}
