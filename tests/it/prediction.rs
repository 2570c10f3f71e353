//! Prediction by how drones fly and by where they mean to.

use skygrid::frame::{Basis, SimEvent};
use skygrid::sim::{Algorithms, Simulation};
use skygrid::units::SimTime;

use crate::support::{flat, two_rounds};

/// A patrol that comes from the west and turns north at a corner, and an inspection that flies by a way of its own.
fn scene(corner_lon_deg: f64, hub: [f64; 2], way: &str) -> String {
    let round_the_corner = format!(
        "{{ lat_deg = -33.9, lon_deg = {corner_lon_deg} }}, {{ lat_deg = -33.8875, lon_deg = {corner_lon_deg} }}"
    );
    two_rounds(hub, [&round_the_corner, way])
}

/// An alert: when, how long before the loss by what was predicted, and on what that rests.
type Alert = (f64, f64, Basis);

/// The alerts of the first 200 s, and when separation was lost.
fn alerts(scene: &str, prediction: &str, resolver: &str) -> (Vec<Alert>, Vec<f64>) {
    let algorithms =
        format!("[algorithms]\nstrategic = \"unfitted\"\nprediction = \"{prediction}\"\nresolver = \"{resolver}\"\n");
    let scene = flat(&(algorithms + scene));
    let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
    let (mut alerts, mut losses) = (Vec::new(), Vec::new());
    while simulation.now() < SimTime::from_seconds(200.0) {
        simulation.step().unwrap();
        for timed in simulation.frame().events {
            match timed.event {
                SimEvent::EncounterOpened { time_to_loss_ms, basis, .. } => {
                    alerts.push((timed.time.seconds(), time_to_loss_ms.seconds(), basis));
                }
                SimEvent::LossOfSeparation { .. } => losses.push(timed.time.seconds()),
                _ => {}
            }
        }
    }
    (alerts, losses)
}

/// Who turns off before the ways would cross is in nobody's way, and only how it flies says otherwise.
#[test]
fn who_means_to_turn_off_is_no_conflict() {
    let beside = scene(18.427, [-33.9125, 18.430], "{ lat_deg = -33.8875, lon_deg = 18.430 }");
    let (by_state, losses) = alerts(&beside, "state-based", "none");
    assert_eq!((by_state.len(), by_state[0].2, losses), (1, Basis::State, Vec::new()), "{by_state:?}");
    assert_eq!(alerts(&beside, "intent-based", "none"), (Vec::new(), Vec::new()));
}

/// Two meet head-on behind a corner: by where they mean to fly it is told sooner, and when it will be to the second; and who
/// gets out of the way resolves it.
#[test]
fn who_comes_round_a_corner_is_told_of_in_time() {
    let towards = scene(
        18.430,
        [-33.8839, 18.430],
        "{ lat_deg = -33.9, lon_deg = 18.430 }, { lat_deg = -33.9, lon_deg = 18.420 }",
    );
    let told = |prediction| {
        let (alerts, losses) = alerts(&towards, prediction, "none");
        assert_eq!(losses.len(), 1, "{prediction}");
        (alerts[0], losses[0])
    };
    let ((state, lost), (intent, also)) = (told("state-based"), told("intent-based"));
    assert_eq!((state.2, intent.2, also), (Basis::State, Basis::Intent, lost));
    assert!(lost - state.0 < 15.0 && lost - intent.0 > 28.0, "{state:?} {intent:?} {lost}");
    let misses_s = [state, intent].map(|(told, in_s, _)| (told + in_s - lost).abs());
    assert!(misses_s[1] < 2.0 && misses_s[0] > 4.0, "{misses_s:?}");
    for resolver in ["mvp", "orca"] {
        let (_, losses) = alerts(&towards, "intent-based", resolver);
        assert_eq!(losses, [0.0; 0], "{resolver}");
    }
}
