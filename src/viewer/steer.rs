//! Steering with keys and mouse: time, camera, selection, panels.

use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll, MouseScrollUnit};
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::input::EguiWantsInput;

use crate::frame::SimTime;

use super::camera::{Eye, Following, OVERVIEW_YAW_DEG, Orbit, Selected};
use super::course::Courses;
use super::layers::Switches;
use super::moment::Moment;
use super::order::Step;
use super::panels::Panels;
use super::playhead::Playhead;
use super::scene::{Scene, Speech};
use super::source::Replay;

/// A jump lands this long before what it goes to, so that one sees it come.
const BEFORE_STOP: SimTime = SimTime::from_millis(5_000);
/// A click selects a drone within this many pixels; a press that moves farther is a drag.
const REACH: f32 = 20.0;
const STILL: f32 = 4.0;

/// Steers.
pub struct SteerPlugin;

impl Plugin for SteerPlugin {
    fn build(&self, app: &mut App) {
        let keys = (steer_time, jump, choose_camera, move_camera, open_panels).run_if(keyboard_is_free);
        app.init_resource::<Press>()
            .add_systems(Update, (keys, drag.run_if(pointer_is_free), select).in_set(Step::Steer));
    }
}

fn keyboard_is_free(wants: Res<EguiWantsInput>) -> bool {
    !wants.wants_keyboard_input()
}

fn pointer_is_free(wants: Res<EguiWantsInput>) -> bool {
    !wants.wants_pointer_input() && !wants.is_pointer_over_area()
}

fn shift(keys: &ButtonInput<KeyCode>) -> bool {
    held(keys, [KeyCode::ShiftLeft, KeyCode::ShiftRight])
}

fn control(keys: &ButtonInput<KeyCode>) -> bool {
    held(keys, [KeyCode::ControlLeft, KeyCode::ControlRight])
}

/// Whether one of the keys is down, or was until just now: a quick chord begins and ends within one slow picture.
fn held(keys: &ButtonInput<KeyCode>, either: [KeyCode; 2]) -> bool {
    keys.any_pressed(either) || keys.any_just_released(either)
}

fn steer_time(
    keys: Res<ButtonInput<KeyCode>>,
    replay: Res<Replay>,
    courses: Res<Courses>,
    mut playhead: ResMut<Playhead>,
) {
    let (start, end) = (replay.source.start(), replay.source.end());
    let mut next = playhead.clone();
    if keys.just_pressed(KeyCode::Space) {
        next.toggle(start, end);
    }
    for (key, forward) in [(KeyCode::ArrowLeft, false), (KeyCode::ArrowRight, true)] {
        if keys.just_pressed(key) {
            let step = SimTime::from_millis(if shift(&keys) { 1_000 } else { 100 });
            let beside = if forward { next.time + step } else { next.time - step };
            let event = courses.with(|course| course.neighbour(next.time, forward));
            let target = if control(&keys) { event.unwrap_or(next.time) } else { beside };
            next.seek(target.clamp(start, end));
        }
    }
    if keys.just_pressed(KeyCode::Home) {
        next.seek(start);
    }
    if keys.just_pressed(KeyCode::End) {
        next.seek(end);
        next.live = replay.source.is_growing();
    }
    for (key, faster) in
        [(KeyCode::Minus, false), (KeyCode::NumpadSubtract, false), (KeyCode::Equal, true), (KeyCode::NumpadAdd, true)]
    {
        if keys.just_pressed(key) {
            next.step_speed(faster);
        }
    }
    if keys.just_pressed(KeyCode::KeyR) {
        next.reverse = !next.reverse;
    }
    if keys.just_pressed(KeyCode::KeyI) {
        next.stretch.from = Some(next.time);
    }
    if keys.just_pressed(KeyCode::KeyO) {
        next.stretch.to = Some(next.time);
    }
    if keys.just_pressed(KeyCode::KeyL) {
        next.stretch.looping = !next.stretch.looping;
    }
    playhead.set_if_neq(next);
}

/// To the next tick of the timeline or, with Shift, the one before, shortly before it, with its drone followed; with
/// Ctrl among those of the selected drone.
fn jump(
    keys: Res<ButtonInput<KeyCode>>,
    replay: Res<Replay>,
    courses: Res<Courses>,
    mut playhead: ResMut<Playhead>,
    mut selected: ResMut<Selected>,
    mut following: ResMut<Following>,
    mut orbit: Single<&mut Orbit>,
) {
    if !keys.just_pressed(KeyCode::KeyN) {
        return;
    }
    let of = if control(&keys) { selected.0 } else { None };
    let Some(stop) = courses.with(|course| course.stop(playhead.time + BEFORE_STOP, !shift(&keys), of)) else { return };
    playhead.seek((stop.time - BEFORE_STOP).max(replay.source.start()));
    if stop.drone.is_some() {
        selected.0 = stop.drone;
        following.0 = stop.drone;
        orbit.distance = orbit.distance.min(700.0);
    }
}

fn choose_camera(
    keys: Res<ButtonInput<KeyCode>>,
    scene: Res<Scene>,
    selected: Res<Selected>,
    moment: Res<Moment>,
    mut following: ResMut<Following>,
    mut orbit: Single<&mut Orbit>,
) {
    let view = if keys.just_pressed(KeyCode::Digit1) {
        Orbit::overview(&scene, OVERVIEW_YAW_DEG)
    } else if keys.just_pressed(KeyCode::Digit2) {
        Orbit::summit(&scene)
    } else if keys.just_pressed(KeyCode::Digit3) {
        Orbit::top(&scene)
    } else if keys.just_pressed(KeyCode::Digit4) {
        Orbit::overview(&scene, OVERVIEW_YAW_DEG + 180.0)
    } else {
        follow(&keys, &selected, &moment, &mut following, &mut orbit);
        return;
    };
    following.0 = None;
    **orbit = view;
}

fn follow(
    keys: &ButtonInput<KeyCode>,
    selected: &Selected,
    moment: &Moment,
    following: &mut Following,
    orbit: &mut Orbit,
) {
    if keys.just_pressed(KeyCode::Escape) {
        following.0 = None;
    }
    if keys.any_just_pressed([KeyCode::KeyF, KeyCode::KeyT]) && !control(keys) {
        let Some(drone) = selected.0.and_then(|drone| moment.drone(drone)) else { return };
        following.0 = Some(drone.sample.drone);
        *orbit = Orbit::behind(drone.position, drone.heading);
    }
}

/// W A S D move over the ground, Q and E down and up; faster the farther the camera is away.
fn move_camera(
    keys: Res<ButtonInput<KeyCode>>,
    clock: Res<Time<Real>>,
    mut following: ResMut<Following>,
    mut orbit: Single<&mut Orbit>,
) {
    if control(&keys) {
        return;
    }
    let axis = |minus, plus| f32::from(i8::from(keys.pressed(plus)) - i8::from(keys.pressed(minus)));
    let ahead = axis(KeyCode::KeyS, KeyCode::KeyW);
    let aside = axis(KeyCode::KeyA, KeyCode::KeyD);
    let up = axis(KeyCode::KeyQ, KeyCode::KeyE);
    if ahead == 0.0 && aside == 0.0 && up == 0.0 {
        return;
    }
    let step = orbit.distance * clock.delta_secs().min(0.1);
    let moved = over_ground(orbit.yaw, aside, ahead) + Vec3::Y * 0.5 * up;
    orbit.focus += moved * step;
    following.0 = None;
}

/// A step to the right and ahead, seen in compass direction `yaw`.
fn over_ground(yaw: f32, right: f32, ahead: f32) -> Vec3 {
    let (sin, cos) = yaw.sin_cos();
    Vec3::new(cos, 0.0, sin) * right + Vec3::new(sin, 0.0, -cos) * ahead
}

fn open_panels(
    keys: Res<ButtonInput<KeyCode>>,
    mut panels: ResMut<Panels>,
    mut switches: ResMut<Switches>,
    mut speech: ResMut<Speech>,
) {
    for (key, layer) in [(KeyCode::KeyP, "profile"), (KeyCode::KeyV, "intents")] {
        if keys.just_pressed(key) {
            switches.toggle(layer);
        }
    }
    if keys.just_pressed(KeyCode::KeyK) {
        panels.layers = !panels.layers;
    }
    if keys.just_pressed(KeyCode::Tab) {
        panels.drones = !panels.drones;
    }
    if keys.just_pressed(KeyCode::F1) || (keys.just_pressed(KeyCode::Slash) && shift(&keys)) {
        panels.help = !panels.help;
    }
    if keys.just_pressed(KeyCode::KeyH) {
        panels.interface = !panels.interface;
    }
    if keys.just_pressed(KeyCode::F2) {
        *speech = speech.other();
    }
    if keys.just_pressed(KeyCode::KeyG) {
        panels.interface = true;
        panels.go_to = Some(String::new());
    }
    if keys.just_pressed(KeyCode::KeyF) && control(&keys) {
        panels.interface = true;
        panels.drones = true;
        panels.finding = true;
    }
}

fn drag(
    buttons: Res<ButtonInput<MouseButton>>,
    motion: Res<AccumulatedMouseMotion>,
    scroll: Res<AccumulatedMouseScroll>,
    mut following: ResMut<Following>,
    mut orbit: Single<&mut Orbit>,
) {
    let delta = motion.delta;
    if buttons.pressed(MouseButton::Left) && delta != Vec2::ZERO {
        orbit.yaw += delta.x * 0.005;
        orbit.pitch = (orbit.pitch - delta.y * 0.005).clamp(-1.57, 0.6);
    }
    if buttons.any_pressed([MouseButton::Right, MouseButton::Middle]) && delta != Vec2::ZERO {
        let step = over_ground(orbit.yaw, -delta.x, delta.y) * orbit.distance * 0.0012;
        orbit.focus += step;
        following.0 = None;
    }
    if scroll.delta.y != 0.0 {
        let notches = match scroll.unit {
            MouseScrollUnit::Line => scroll.delta.y,
            MouseScrollUnit::Pixel => scroll.delta.y / 40.0,
        };
        orbit.distance = (orbit.distance * 0.88_f32.powf(notches)).clamp(20.0, 400_000.0);
    }
}

/// Where the left button went down, if on the picture.
#[derive(Resource, Default)]
struct Press(Option<Vec2>);

/// A click that is no drag selects the nearest drone, or none; with Shift the camera follows it.
fn select(
    keys: Res<ButtonInput<KeyCode>>,
    buttons: Res<ButtonInput<MouseButton>>,
    window: Single<&Window, With<PrimaryWindow>>,
    wants: Res<EguiWantsInput>,
    moment: Res<Moment>,
    eye: Single<(&Camera, &Transform), With<Eye>>,
    mut press: ResMut<Press>,
    mut selected: ResMut<Selected>,
    mut following: ResMut<Following>,
) {
    let Some(cursor) = window.cursor_position() else { return };
    if buttons.just_pressed(MouseButton::Left) {
        let on_picture = !wants.is_pointer_over_area() && !wants.wants_pointer_input();
        press.0 = on_picture.then_some(cursor);
    }
    if buttons.just_released(MouseButton::Left)
        && press.0.take().is_some_and(|pressed| pressed.distance(cursor) < STILL)
    {
        let (camera, transform) = *eye;
        let view = GlobalTransform::from(*transform);
        let near = moment.drones.iter().filter_map(|drone| {
            let at = camera.world_to_viewport(&view, drone.position).ok()?;
            Some((drone.sample.drone, at.distance(cursor)))
        });
        let nearest = near.min_by(|a, b| a.1.total_cmp(&b.1));
        selected.0 = nearest.filter(|&(_, distance)| distance < REACH).map(|(drone, _)| drone);
        if shift(&keys) && selected.0.is_some() {
            following.0 = selected.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_ahead_goes_where_the_view_goes() {
        for yaw_deg in [0.0_f32, 90.0, 200.0] {
            let orbit = Orbit { focus: Vec3::ZERO, yaw: yaw_deg.to_radians(), pitch: 0.0, distance: 1.0 };
            assert!(over_ground(orbit.yaw, 0.0, 1.0).distance(orbit.direction()) < 1e-5);
        }
        assert!(over_ground(0.0, 1.0, 0.0).distance(Vec3::X) < 1e-6, "east is right of north");
    }
}
