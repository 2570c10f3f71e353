//! How long a seek in a recording takes: `cargo bench --bench seek`.
//!
//! Ten minutes of 1 000 drones are recorded; then frames at random times are asked for, first with a cache of a single
//! block, so that nearly every seek decodes one, then with the usual cache.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use skygrid::app::{RunOptions, run};
use skygrid::record::{DEFAULT_CACHE_BYTES, FolderChoice, RecordMode, Recording};
use skygrid::scenario::{Source, resolve};
use skygrid::sim::Algorithms;
use skygrid::units::{Purpose, RandomStream, SimTime};

const SEEKS: u64 = 2000;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/random-1000.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let scenario = Arc::new(resolve(Source::new(&path, text), &[]).unwrap().scenario);
    let folder = std::env::temp_dir().join(format!("skygrid-seek-{}", std::process::id()));
    let options = RunOptions {
        record: RecordMode::Full,
        folder: Some(FolderChoice::Explicit { path: folder.clone(), replace: false }),
        ..RunOptions::unrecorded(1)
    };
    let outcome = run(&scenario, &Algorithms::default(), options).unwrap();
    let recording = Recording::open(&folder.join("recording.mcap")).unwrap();
    let size = std::fs::metadata(folder.join("recording.mcap")).unwrap().len();
    println!("{} drones × {} s, {size} bytes", scenario.drones().count(), outcome.simulated.seconds());
    for (name, cache_bytes) in [("one block cached", 0), ("usual cache", DEFAULT_CACHE_BYTES)] {
        recording.set_cache_limit(cache_bytes);
        let mut times = seeks(&recording);
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
        println!("{name:<18} p50 {:.3} ms  p99 {:.3} ms  longest {:.3} ms", at(50), at(99), at(100));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn seeks(recording: &Recording) -> Vec<Duration> {
    let end = recording.end().unwrap();
    let random = RandomStream::new(1, Purpose::Traffic, 12_345);
    let times = (0..SEEKS).map(|step| SimTime::from_seconds(random.between(step, 0.0, end.seconds())));
    times
        .map(|time| {
            let started = Instant::now();
            let frame = recording.frame_at(time).unwrap();
            let elapsed = started.elapsed();
            assert!(frame.time <= time);
            elapsed
        })
        .collect()
}
