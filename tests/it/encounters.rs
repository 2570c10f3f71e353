//! The encounters of `scenarios/encounters`: each is what its header says by the closed form, and resolved by the methods that its
//! header names and no other.

use std::collections::BTreeMap;
use std::fs;

use skygrid::frame::SimEvent;
use skygrid::sim::{Algorithms, Simulation};
use skygrid::units::SimTime;

use crate::support::{root, scenario};

const FOLDER: &str = "scenarios/encounters";
const METHODS: [&str; 3] = ["mvp", "orca", "hover"];

/// What the header of a file says.
struct Header {
    expected: BTreeMap<String, String>,
    resolved_by: Vec<String>,
}

impl Header {
    fn of(text: &str) -> Self {
        let comments = || text.lines().filter_map(|line| line.strip_prefix('#'));
        let pairs = comments().filter_map(|line| line.split_once(" = "));
        let expected = pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect();
        let by = comments().find_map(|line| line.trim().strip_prefix("Resolved by: ")).unwrap();
        Self { expected, resolved_by: by.split(", ").map(str::to_owned).collect() }
    }
}

/// What happened in a run.
#[derive(Default)]
struct Story {
    opened: Vec<SimTime>,
    lost: Vec<SimTime>,
    regained: Vec<(SimTime, u32)>,
    open_severity: Option<u32>,
    evasions: u32,
}

fn story(file: &str, resolver: &str) -> Story {
    let scene = scenario(file, &[("algorithms.resolver", &format!("\"{resolver}\""))]);
    let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
    let mut story = Story::default();
    loop {
        for event in simulation.frame().events {
            match event.event {
                SimEvent::EncounterOpened { time_to_loss_ms, .. } => story.opened.push(time_to_loss_ms),
                SimEvent::LossOfSeparation { .. } => story.lost.push(event.time),
                SimEvent::SeparationRegained { duration_ms, severity_permyriad, .. } => {
                    story.regained.push((duration_ms, severity_permyriad));
                }
                _ => {}
            }
        }
        if simulation.is_finished() {
            break;
        }
        simulation.step().unwrap();
    }
    let figures = simulation.figures();
    story.open_severity = figures.open_losses.first().map(|loss| loss.severity_permyriad);
    story.evasions = figures.evasions;
    story
}

impl Story {
    /// The figures of a header.
    fn figures(&self) -> BTreeMap<String, String> {
        let ended = self.regained.first();
        let lost_s = match (ended, self.open_severity) {
            (_, Some(_)) => "all".to_owned(),
            (Some((lasted, _)), None) => format!("{}", lasted.seconds()),
            (None, None) => "0".to_owned(),
        };
        let severity = self.open_severity.or(ended.map(|(_, severity)| *severity)).unwrap_or_default();
        [
            ("encounters", self.opened.len().to_string()),
            ("losses", self.lost.len().to_string()),
            ("time_to_loss_s", format!("{:.3}", self.opened[0].seconds())),
            ("lost_s", lost_s),
            ("severity", format!("{:.3}", f64::from(severity) / 10_000.0)),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }

    /// Whether nobody lost separation but who had when it began, and that ended.
    fn is_resolved(&self) -> bool {
        self.lost.iter().all(|at| *at == SimTime::ZERO) && self.open_severity.is_none() && self.evasions > 0
    }
}

#[test]
fn encounters_are_what_they_say() {
    let names = fs::read_dir(root().join(FOLDER)).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<String> = names.map(|name| format!("{FOLDER}/{}", name.to_string_lossy())).collect();
    files.sort();
    assert_eq!(files.len(), 8);
    let mut wrong = Vec::new();
    for file in files {
        let header = Header::of(&fs::read_to_string(root().join(&file)).unwrap());
        let figures = story(&file, "none").figures();
        let resolving: Vec<&str> = METHODS.into_iter().filter(|method| story(&file, method).is_resolved()).collect();
        if figures != header.expected || resolving != header.resolved_by {
            wrong.push(format!("{file}: {figures:?}, resolved by {resolving:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
