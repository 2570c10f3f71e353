//! What several tests need: scenarios, runs, the program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use skygrid::app::{RunOptions, RunOutcome, run};
use skygrid::message::{Finding, Findings, Language, Severity};
use skygrid::scenario::{Override, Resolution, ResolvedScenario, Source, resolve};
use skygrid::sim::Algorithms;
use skygrid::units::SimTime;

/// How the cure of a warning begins that a route is closed for a part of the run.
pub const WAIT: &str = "departures wait";

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A scenario of the project with changes, which must be flyable; it may warn of closures, for which departures wait.
pub fn scenario(file: &str, changes: &[(&str, &str)]) -> Arc<ResolvedScenario> {
    let path = root().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let overrides: Vec<Override> =
        changes.iter().map(|(key, value)| Override { key: (*key).into(), value: (*value).into() }).collect();
    let resolution = resolve(Source::new(path, text), &overrides).unwrap();
    let is_closure = |finding: &Finding| finding.severity == Severity::Warning && finding.cure.en.starts_with(WAIT);
    assert!(resolution.findings.0.iter().all(is_closure), "{:?}", resolution.findings);
    Arc::new(resolution.scenario)
}

/// A flat square with one hub, and what a test adds.
pub fn flat_text(more: &str) -> String {
    format!(
        r#"
        format = 1
        name = "flat"
        title = {{ en = "Flat", zh = "平地" }}
        time = {{ start = "2026-01-15T07:30:00+02:00", duration_s = 3600 }}
        area = {{ south_deg = -33.92, north_deg = -33.88, west_deg = 18.40, east_deg = 18.46 }}
        terrain = {{ flat_amsl_m = 8 }}
        [[hub]]
        id = "hub"
        position = {{ lat_deg = -33.905, lon_deg = 18.425 }}
        departure_interval_s = 0
        {more}
        "#
    )
}

/// The same, resolved, with whatever is found.
pub fn flat_resolution(more: &str) -> Resolution {
    resolve(Source::new("flat.toml", flat_text(more)), &[]).unwrap_or_else(|findings| panic!("{findings:?}"))
}

/// The same, which must be flyable.
pub fn flat(more: &str) -> Arc<ResolvedScenario> {
    let resolution = flat_resolution(more);
    assert_ne!(resolution.findings.gravest(), Some(Severity::Error), "{:?}", resolution.findings);
    Arc::new(resolution.scenario)
}

/// One drone of a type at its hub that flies rounds along a route at 60 m; `via` is what the route has more.
pub fn patrol(aircraft: &str, via: &str, every_s: u32) -> String {
    format!(
        r#"
        [[fleet]]
        id = "patrol"
        aircraft = "{aircraft}"
        hub = "hub"
        count = 1
        [[route]]
        id = "circuit"
        from = "hub"
        altitude_agl_m = 60
        {via}
        [[round]]
        id = "round"
        kind = "inspection"
        route = "circuit"
        fleet = "patrol"
        every_s = {every_s}
        "#
    )
}

/// An unrecorded run.
pub fn outcome(scenario: &Arc<ResolvedScenario>, seed: u64, threads: usize, until_s: f64) -> RunOutcome {
    let until = Some(SimTime::from_seconds(until_s));
    run(scenario, &Algorithms::default(), RunOptions { threads, until, ..RunOptions::unrecorded(seed) }).unwrap()
}

/// The program, in a folder, speaking English.
pub fn skygrid(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("skygrid").unwrap();
    command.current_dir(folder).env("SKYGRID_LANG", "en").env_remove("SKYGRID_LOG");
    command
}

/// Findings are told in both languages by exactly the text beside the file; `SKYGRID_ACCEPT` writes it.
pub fn are_told_as_beside(file: &Path, findings: &Findings) {
    let text = format!("{}\n\n{}\n", findings.render(Language::English), findings.render(Language::Chinese));
    let expected = file.with_extension("txt");
    if std::env::var_os("SKYGRID_ACCEPT").is_some() {
        std::fs::write(&expected, &text).unwrap();
    }
    let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
    assert_eq!(text, wanted, "{}", file.display());
}

/// A patrol from the west and an inspection from another hub, each once from 10 s on, by ways through places.
pub fn two_rounds(other_hub: [f64; 2], ways: [&str; 2]) -> String {
    let [lat_deg, lon_deg] = other_hub;
    let of = [("patrol", "fire-patrol", "west"), ("inspection", "inspection", "other")];
    let rounds = of.iter().zip(ways).map(|((id, kind, hub), way)| {
        format!(
            r#"
            [[fleet]]
            id = "{id}"
            aircraft = "m30t"
            hub = "{hub}"
            count = 1
            [[route]]
            id = "{id}-way"
            from = "{hub}"
            altitude_agl_m = 60
            via = [{way}]
            [[round]]
            id = "{id}"
            kind = "{kind}"
            route = "{id}-way"
            fleet = "{id}"
            first_s = 10
            every_s = 3600
            "#
        )
    });
    let hubs = format!(
        r#"
        [[hub]]
        id = "west"
        position = {{ lat_deg = -33.9, lon_deg = 18.415 }}
        [[hub]]
        id = "other"
        position = {{ lat_deg = {lat_deg}, lon_deg = {lon_deg} }}
        "#
    );
    std::iter::once(hubs).chain(rounds).collect()
}
