//! Every scenario that comes with skygrid runs; every broken one is told with exactly the text beside it.
//!
//! To accept new texts after reading them: `SKYGRID_ACCEPT=1 cargo test --release --test it scenarios`.

use std::path::{Path, PathBuf};

use skygrid::message::{Findings, Severity};
use skygrid::scenario::{Override, Source, resolve, schema};

use crate::support::{are_told_as_beside, outcome, root, scenario};

fn scenario_files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

#[test]
fn every_scenario_loads_and_runs() {
    let files = scenario_files("scenarios");
    assert!(files.len() >= 3);
    for file in files {
        let name = file.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let outcome = outcome(&scenario(&name, &[]), 1, 1, 900.0);
        assert!(outcome.counters.flown_ms.millis() > 0, "{name}: nobody flew");
    }
}

/// The findings of a broken scenario, whatever their severity.
fn findings_of(file: &Path) -> Findings {
    let text = std::fs::read_to_string(file).unwrap();
    // Named by its path in the project, so that the texts are the same on every machine.
    std::env::set_current_dir(root()).unwrap();
    let path = file.strip_prefix(root()).unwrap().to_path_buf();
    match resolve(Source::new(path, text), &[]) {
        Ok(resolution) => resolution.findings,
        Err(findings) => findings,
    }
}

fn check_folder(folder: &str, severity: Severity, least: usize) {
    let files = scenario_files(folder);
    assert!(files.len() >= least, "{folder}: {} files", files.len());
    for file in files {
        let findings = findings_of(&file);
        assert_eq!(findings.gravest(), Some(severity), "{}: {findings:?}", file.display());
        are_told_as_beside(&file, &findings);
    }
}

#[test]
fn what_cannot_be_understood_is_told() {
    check_folder("tests/invalid", Severity::Fatal, 12);
}

#[test]
fn what_cannot_be_flown_is_told() {
    check_folder("tests/unflyable", Severity::Error, 5);
}

/// Arbitrary damage to a good file gives findings or a scenario, never a panic.
#[test]
fn damaged_files_do_not_panic() {
    let path = root().join("scenarios/table-bay.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    // Reading is tried, not the planner, which would take most of the time.
    let unfitted = [Override { key: "algorithms.strategic".into(), value: "unfitted".into() }];
    for skipped in 0..lines.len() {
        let without: Vec<&str> =
            lines.iter().enumerate().filter(|(i, _)| *i != skipped).map(|(_, line)| *line).collect();
        let _ = resolve(Source::new(&path, without.join("\n")), &unfitted);
        let numbers = lines[skipped].replace(|letter: char| letter.is_ascii_digit(), "9");
        let mut changed = lines.clone();
        changed[skipped] = &numbers;
        let _ = resolve(Source::new(&path, changed.join("\n")), &unfitted);
    }
}

/// The schema names every key with a description, so that an editor can show it.
#[test]
fn the_schema_describes_every_key() {
    fn keys_without_description(node: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        if let Some(properties) = node.get("properties").and_then(serde_json::Value::as_object) {
            for (key, value) in properties {
                if value.get("description").is_none() {
                    found.push(format!("{path}.{key}"));
                }
            }
        }
    }
    let schema = schema();
    let mut found = Vec::new();
    keys_without_description(schema, "", &mut found);
    let definitions = schema["$defs"].as_object().unwrap();
    assert!(definitions.len() > 10);
    for (name, definition) in definitions {
        keys_without_description(definition, name, &mut found);
    }
    assert!(found.is_empty(), "{found:?}");
}

/// The schema gives every number a range; those of a climate are checked month by month.
#[test]
fn the_schema_bounds_every_number() {
    fn unbounded(node: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        if let Some(table) = node.as_object() {
            let kind = &node["type"];
            let is =
                |name: &str| kind == name || kind.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == name));
            let is_bounded = node.get("minimum").is_some() && node.get("maximum").is_some();
            if (is("number") || is("integer")) && !is_bounded {
                found.push(path.to_owned());
            }
            table.iter().for_each(|(key, value)| unbounded(value, &format!("{path}/{key}"), found));
        }
        for value in node.as_array().into_iter().flatten() {
            unbounded(value, path, found);
        }
    }
    let mut found = Vec::new();
    unbounded(schema(), "", &mut found);
    found.retain(|path| !(path.starts_with("/$defs/Generated/") && path.ends_with("/items")));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_template_is_flyable_everywhere() {
    for (lat, lon) in [(41.5, 120.5), (-33.9, 18.4), (69.6, 18.9), (0.0, -60.0)] {
        let text = skygrid::scenario::new_scenario("mine", skygrid::world::geo::Geographic::new(lat, lon));
        let resolution = resolve(Source::new("mine.toml", text), &[]).unwrap();
        assert!(resolution.findings.0.is_empty(), "{lat} {lon}: {:?}", resolution.findings);
    }
}
