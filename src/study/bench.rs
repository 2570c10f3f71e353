//! How fast this machine simulates: drones in straight flight, more and more of them, everything recorded.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::app::{self, Algorithms, PartTimes, RunError, RunOptions};
use crate::message::{Findings, Language};
use crate::record::{FolderChoice, RecordMode, peak_memory_bytes};
use crate::scenario::{Override, ResolvedScenario, Source, resolve};

/// Density of the traffic, drones per km²; with up to a thousand drones the area stays that of a thousand.
const PER_KM2: f64 = 40.0;
/// Metres of a degree of latitude, and of one of longitude at the equator (WGS84).
const DEGREE_M: [f64; 2] = [110_574.0, 111_320.0];
/// Most drones of one group of a scenario.
const MOST_OF_GROUP: u32 = 50_000;
/// Simulated time of a run, drones times seconds, and its bounds, s.
const DRONE_SECONDS: f64 = 300_000.0;
const BOUNDS_S: [f64; 2] = [5.0, 60.0];
/// Seeds of the runs of which the median counts.
const SEEDS: [u64; 3] = [1, 2, 3];

/// What the full profile adds: a breeze with its turbulence, positioning with errors, two stations.
const FULL: &str = "\
    weather = { constant = { wind_mps = 4, direction_deg = 200, gust_mps = 6, temperature_c = 16 } }\n\
    navigation = { mode = \"sbas\" }\n\
    base_station = [\n\
    { id = \"a\", position = { lat_deg = 0.005, lon_deg = -0.01 }, height_agl_m = 30, eirp_dbm = 52, frequency_mhz = 2600 },\n\
    { id = \"b\", position = { lat_deg = -0.01, lon_deg = 0.01 }, height_agl_m = 30, eirp_dbm = 52, frequency_mhz = 2600 },\n\
    ]\n";

/// What a drone has about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Equipment {
    /// Motion, detection, resolution and recording.
    Bare,
    /// Weather with turbulence, link and errors of position as well.
    Full,
}

/// Whether all fly in one place or as far apart as a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Room {
    /// 25 km², whatever their number.
    Same,
    /// 40 drones on a km², whatever their number.
    Growing,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Load {
    /// Drones in the air at the start.
    pub drones: u32,
    /// What they have about them.
    pub equipment: Equipment,
    /// How much room they have.
    pub room: Room,
    /// The method by which they evade each other, or `none`.
    pub resolver: String,
    /// Threads of detection and resolution.
    pub threads: usize,
}

/// What came of it: of three runs with different seeds the one of median speed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Measured {
    /// What was measured.
    pub load: Load,
    /// Simulated time of a run, s.
    pub simulated_s: f64,
    /// Simulated time in a second of the parts that follow.
    pub speed: f64,
    /// What went where.
    pub times: PartTimes,
    /// Candidate pairs, each an exact test, in a detection tick.
    pub candidates: f64,
    /// Trees made in all.
    pub trees: u64,
    /// Encounters and losses of separation.
    pub encounters: u32,
    /// Losses of separation, those of the start included.
    pub losses: u32,
    /// Most memory of the process so far, bytes, if the system tells.
    pub peak_memory_bytes: Option<u64>,
}

/// Why a load cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Its run cannot be started or finished.
    #[error(transparent)]
    Run(#[from] RunError),
    /// There is nowhere to record it.
    #[error(
        "no folder for its recording: {0}\n  expected: room for temporary files\n  cure: set TMPDIR to a folder with room"
    )]
    Folder(#[from] std::io::Error),
    /// It makes no scenario.
    #[error("{drones} drones make no scenario: {}", findings.render(Language::English))]
    Scene {
        /// How many were asked for.
        drones: u32,
        /// What is wrong with it.
        findings: Findings,
    },
}

/// Measures one load.
///
/// # Errors
/// If its run cannot be made or recorded.
pub fn measure(load: &Load, algorithms: &Algorithms) -> Result<Measured, BenchError> {
    let scenario = Arc::new(scene(load)?);
    let mut runs = Vec::with_capacity(SEEDS.len());
    for seed in SEEDS {
        runs.push(measured(load, &scenario, seed, algorithms)?);
    }
    runs.sort_by(|a, b| a.speed.total_cmp(&b.speed));
    Ok(runs.swap_remove(SEEDS.len() / 2))
}

fn measured(
    load: &Load,
    scenario: &Arc<ResolvedScenario>,
    seed: u64,
    algorithms: &Algorithms,
) -> Result<Measured, BenchError> {
    let folder = tempfile::tempdir()?;
    let options = RunOptions {
        threads: load.threads,
        record: RecordMode::Full,
        folder: Some(FolderChoice::Explicit { path: folder.path().join("run"), replace: true }),
        ..RunOptions::unrecorded(seed)
    };
    let outcome = app::run(scenario, algorithms, options)?;
    let (counters, simulated_s) = (&outcome.counters, outcome.simulated.seconds());
    let ticks = simulated_s / scenario.detection_interval.seconds() + 1.0;
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 pairs")]
    let candidates = counters.detection.candidates as f64 / ticks;
    Ok(Measured {
        load: load.clone(),
        simulated_s,
        speed: simulated_s / outcome.times.total_s().max(1e-9),
        times: outcome.times,
        candidates,
        trees: counters.detection.trees,
        encounters: counters.encounters,
        losses: counters.losses_of_separation,
        peak_memory_bytes: peak_memory_bytes(),
    })
}

fn scene(load: &Load) -> Result<ResolvedScenario, BenchError> {
    let resolver = Override { key: "algorithms.resolver".into(), value: format!("{:?}", load.resolver) };
    let resolved = resolve(Source::new("bench.toml", text(load)), &[resolver]);
    Ok(resolved.map_err(|findings| BenchError::Scene { drones: load.drones, findings })?.scenario)
}

/// The scenario of a load: flat ground, straight flights at 10 to 15 m/s between 30 and 120 m.
fn text(load: &Load) -> String {
    let drones = f64::from(load.drones);
    let side_m = match load.room {
        Room::Same => 5000.0,
        Room::Growing => 1000.0 * (drones.max(1000.0) / PER_KM2).sqrt(),
    };
    let half_deg = DEGREE_M.map(|degree_m| side_m / degree_m / 2.0);
    let duration_s = (DRONE_SECONDS / drones).clamp(BOUNDS_S[0], BOUNDS_S[1]).round();
    let groups = load.drones.div_ceil(MOST_OF_GROUP);
    let mut text = format!(
        "format = 1\nname = \"bench\"\ntitle = {{ en = \"Bench\", zh = \"性能测试\" }}\n\
         time = {{ start = \"2026-05-01T09:00:00+00:00\", duration_s = {duration_s} }}\n\
         area = {{ south_deg = {}, north_deg = {}, west_deg = {}, east_deg = {} }}\n\
         terrain = {{ flat_amsl_m = 0, posting_m = 100 }}\n",
        -half_deg[0], half_deg[0], -half_deg[1], half_deg[1],
    );
    if load.equipment == Equipment::Full {
        text.push_str(FULL);
    }
    for group in 0..groups {
        let count = load.drones / groups + u32::from(group < load.drones % groups);
        let _ = write!(
            text,
            "[[traffic]]\nid = \"group-{group}\"\naircraft = \"m350\"\npattern = \"straight\"\ncount = {count}\n\
             altitude_agl_m = {{ min = 30, max = 120 }}\nspeed_mps = {{ min = 10, max = 15 }}\n"
        );
    }
    text
}
