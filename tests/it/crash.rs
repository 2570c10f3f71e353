//! A run that is killed leaves everything up to its last closed block.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mcap::read::{LinearReader, Options};
use mcap::records::Record;
use skygrid::record::{Manifest, Recording, RecordingWarning, RunStatus};
use skygrid::units::{Purpose, RandomStream, SimTime};

use crate::support::root;

/// Checks that no block of a cut recording holds ten seconds or more and none is missing between two; gives the end of
/// the last.
fn check_blocks(path: &Path) -> SimTime {
    let bytes = std::fs::read(path).unwrap();
    let records = LinearReader::new_with_options(&bytes, Options::IgnoreEndMagic.into()).unwrap();
    let mut next = 0;
    for record in records.map_while(Result::ok) {
        let Record::Chunk { header, .. } = record else { continue };
        let [start, end] = [header.message_start_time, header.message_end_time].map(|nanos| nanos / 1_000_000);
        assert_eq!(start, next);
        assert!(end - start < 10_000, "a block of {} ms", end - start);
        next = end + 1000;
    }
    SimTime::from_millis(i64::try_from(next).unwrap() - 1000)
}

/// Kills a run of 1 000 drones at ten random moments: a drawn time after the recording has grown past a drawn size. The
/// reader then has every whole block; what it lacks is at most the open one, which holds at most ten simulated seconds.
#[test]
#[expect(clippy::disallowed_methods, reason = "a deadline, so that a hanging child cannot hang the test")]
fn a_killed_run_lacks_at_most_ten_simulated_seconds() {
    let scene = root().join("scenarios/random-1000.toml");
    let draw = RandomStream::new(7, Purpose::Traffic, 0);
    for kill in 1..=10_u64 {
        let grown_bytes = draw.between(2 * kill, 200_000.0, 1_200_000.0);
        // Up to the time in which about one block is simulated, so that kills fall anywhere in a block.
        let wait = Duration::from_secs_f64(draw.between(2 * kill + 1, 0.0, 0.03));
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("skygrid"))
            .args(["run", scene.to_str().unwrap(), "--out", "run", "-q"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let path = folder.path().join("run/recording.mcap");
        let deadline = Instant::now() + Duration::from_mins(2);
        let size = || std::fs::metadata(&path).map_or(0.0, |data| f64::from(u32::try_from(data.len()).unwrap()));
        while size() < grown_bytes && child.try_wait().unwrap().is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_micros(300));
        }
        std::thread::sleep(wait);
        child.kill().unwrap();
        child.wait().unwrap();
        let recording = Recording::open(&path).unwrap();
        let end = recording.end().unwrap();
        assert_eq!(end, check_blocks(&path), "kill {kill}: every whole block is read");
        let times: Vec<SimTime> = recording.frames().map(|frame| frame.unwrap().time).collect();
        assert!(times.len() >= 10, "kill {kill}: only {end}");
        assert!(
            times.iter().zip(0_i64..).all(|(time, second)| time.millis() == 1000 * second),
            "kill {kill}: {times:?}"
        );
        assert_eq!(recording.frame_at(end).unwrap().drones.len(), 1000);
        let status = Manifest::read(&folder.path().join("run/manifest.json")).unwrap().status;
        if status == RunStatus::Running {
            assert!(matches!(recording.warning(), Some(RecordingWarning::Truncated { .. })), "kill {kill}");
        }
    }
}
