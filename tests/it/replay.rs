//! What was recorded is what was computed.

use skygrid::app::{RunOptions, run};
use skygrid::frame::SimEvent;
use skygrid::record::{FolderChoice, RecordMode};
use skygrid::sim::{Algorithms, Simulation};
use skygrid::units::SimTime;

use crate::support::scenario;

#[test]
fn the_recording_gives_every_frame_back() {
    let scene = scenario("scenarios/fenghuang.toml", &[]);
    let folder = tempfile::tempdir().unwrap();
    let until = SimTime::from_seconds(1500.0);
    let options = RunOptions {
        until: Some(until),
        record: RecordMode::Full,
        folder: Some(FolderChoice::Explicit { path: folder.path().join("run"), replace: false }),
        ..RunOptions::unrecorded(1)
    };
    let outcome = run(&scene, &Algorithms::default(), options).unwrap();
    assert_eq!(outcome.recording.digest().unwrap(), outcome.digest);

    let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
    let mut delivered = 0;
    loop {
        let frame = simulation.frame();
        delivered += frame.events.iter().filter(|timed| matches!(timed.event, SimEvent::Delivered { .. })).count();
        let read = outcome.recording.frame_at(frame.time).unwrap();
        assert_eq!(*read, frame, "{}", frame.time);
        if simulation.now() >= until {
            break;
        }
        for _ in 0..2 {
            simulation.step().unwrap();
        }
    }
    assert!(delivered > 3, "{delivered}");
    let backwards = (0..=1500).rev().step_by(7).map(|second| SimTime::from_seconds(f64::from(second)));
    for time in backwards {
        assert_eq!(outcome.recording.frame_at(time).unwrap().time, time);
    }
}
