//! `skygrid check`: every finding about a scenario, without running it.

use std::path::Path;

use super::args::{Check, ScenarioArgs};
use super::flight::flown;
use super::{Exit, Failure, Outcome, route_table};
use crate::message::{Findings, Language, Severity};
use crate::scenario::{Override, Resolution, Source, resolve};
use crate::sim::Algorithms;

pub fn check(arguments: &Check, json: bool, language: Language, algorithms: &Algorithms) -> Outcome {
    let result = resolved(&arguments.scenario)?;
    if let Some(route) = &arguments.route {
        let resolution = result.map_err(|findings| Failure::of_findings(&findings, language))?;
        let path = arguments.scenario.scenario.display().to_string();
        remark_unflown(&resolution, &path, language);
        let flown = flown(&resolution.scenario, route, &arguments.flight, language)?;
        return Ok(route_table::tell(&resolution.scenario, &flown, &path, json, language));
    }
    if let Ok(resolution) = &result {
        algorithms.check(&resolution.scenario).map_err(|error| Failure::new(Exit::NotUnderstood, error))?;
    }
    let findings = match &result {
        Ok(resolution) => &resolution.findings,
        Err(findings) => findings,
    };
    if json {
        say!("{}", serde_json::json!({ "findings": findings }));
    }
    if result.is_err() || findings.gravest() >= Some(Severity::Error) {
        let failure = Failure::of_findings(findings, language);
        return if json { Ok(failure.exit) } else { Err(failure) };
    }
    if !json {
        if !findings.0.is_empty() {
            remark!("{}\n", findings.render(language));
        }
        let path = arguments.scenario.scenario.display();
        match language {
            Language::English => say!("{path}: understood and flyable"),
            Language::Chinese => say!("{path}：可理解，可飞行"),
        }
    }
    Ok(Exit::Done)
}

/// Tells what the files of routes hold and is not flown; what is wrong with the scenario itself is asked without a route.
pub fn remark_unflown(resolution: &Resolution, scenario_path: &str, language: Language) {
    let of_files = resolution.findings.0.iter().filter(|finding| finding.site.file != scenario_path);
    let of_files = Findings(of_files.filter(|finding| finding.severity == Severity::Warning).cloned().collect());
    if !of_files.0.is_empty() {
        remark!("{}\n", of_files.render(language));
    }
}

/// Reads and resolves the scenario of a command; a file that cannot be read is a failure, findings are the inner result.
pub fn resolved(arguments: &ScenarioArgs) -> Result<Result<Resolution, Findings>, Failure> {
    resolved_with(&arguments.scenario, &arguments.set)
}

/// The same of a file with changes.
pub fn resolved_with(path: &Path, changes: &[Override]) -> Result<Result<Resolution, Findings>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let text = format!(
            "{}: cannot be read: {error}\n  expected: a scenario file (TOML, UTF-8)\n  cure: check the path, or write one with: skygrid new NAME --at LAT,LON",
            path.display()
        );
        // What is no text was read, and not understood.
        let is_text = error.kind() != std::io::ErrorKind::InvalidData;
        Failure::new(if is_text { Exit::InputOutput } else { Exit::NotUnderstood }, text)
    })?;
    Ok(resolve(Source::new(path, text), changes))
}
