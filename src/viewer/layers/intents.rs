//! Operational intents: the volumes that are reserved for flights. Those whose time it is stand out, those of the next
//! minutes are faint; colour and style of their edges say what has become of the intent.

use std::sync::Arc;

use bevy::gizmos::config::GizmoLineStyle;
use bevy::prelude::*;

use crate::frame::{IntentState, Reservations, SimTime, VolumeSample};
use crate::viewer::course::Courses;
use crate::viewer::geometry::Faces;
use crate::viewer::moment::Moment;
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::Position;

use super::canvas::{ABOVE_GROUND, Canvas};
use super::{Layer, on};

/// The layer.
pub const LAYER: Layer = Layer { key: "intents", name: words::INTENTS, usual: false, build };

/// Volumes that begin within this time are shown, faintly.
pub const AHEAD: SimTime = SimTime::from_millis(180_000);
/// Most volumes that are drawn, those whose time it is first.
const MOST_VOLUMES: usize = 4_000;
/// Opacity of walls and of edges, of volumes whose time it is and of those to come.
const WALLS: [f32; 2] = [0.34, 0.10];
const EDGES: [f32; 2] = [1.0, 0.55];

/// When a volume is reserved, seen from the moment shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    /// Now.
    Present,
    /// In the next minutes.
    Coming,
}

/// A volume that is shown: of which state, when, and which of those of its reservation.
#[derive(Clone, Debug)]
struct Reserved {
    when: When,
    state: IntentState,
    volumes: Arc<[VolumeSample]>,
    index: usize,
}

impl Reserved {
    fn volume(&self) -> &VolumeSample {
        &self.volumes[self.index]
    }
}

impl PartialEq for Reserved {
    fn eq(&self, other: &Self) -> bool {
        let of = |reserved: &Self| (reserved.when, reserved.state, reserved.index);
        of(self) == of(other) && Arc::ptr_eq(&self.volumes, &other.volumes)
    }
}

/// What is drawn.
#[derive(Resource, Default)]
struct Drawn(Vec<Reserved>);

/// Marks what is made anew when other volumes are to be shown.
#[derive(Component)]
struct Volume;

fn build(app: &mut App) {
    app.init_resource::<Drawn>()
        .init_resource::<Courses>()
        .add_systems(Update, raise.in_set(Step::Draw).run_if(on(LAYER.key)));
}

fn raise(
    mut canvas: Canvas,
    scene: Res<Scene>,
    moment: Res<Moment>,
    courses: Res<Courses>,
    mut drawn: ResMut<Drawn>,
    old: Query<Entity, With<Volume>>,
) {
    let reservations = courses.with(|course| course.reservations.clone());
    let now = reserved(&reservations, moment.time);
    if now == drawn.0 {
        return;
    }
    canvas.clear(old);
    let mut walls = Faces::default();
    for state in IntentState::ALL {
        let mut edges = [GizmoAsset::default(), GizmoAsset::default()];
        for reserved in now.iter().filter(|reserved| reserved.state == state) {
            add_walls(&scene, reserved, &mut walls);
            add_edges(&scene, reserved, &mut edges[reserved.when as usize]);
        }
        let [present, coming] = edges;
        let width = if state == IntentState::Accepted { 1.4 } else { 2.2 };
        canvas.styled(present, &LAYER, (width, style(state), ABOVE_GROUND), Volume);
        canvas.styled(coming, &LAYER, (1.0, style(state), ABOVE_GROUND), Volume);
    }
    // Less than opaque, so that the opacity of the corners counts.
    canvas.glass(walls, Color::WHITE.with_alpha(0.999), &LAYER, Volume);
    drawn.0 = now;
}

/// What is reserved at an instant and in the next minutes, the present first.
fn reserved(reservations: &Reservations, time: SimTime) -> Vec<Reserved> {
    let mut all: Vec<Reserved> = Vec::new();
    for stands in reservations.at(time) {
        for (index, volume) in stands.volumes.iter().enumerate() {
            let [from, to] = volume.window_ms;
            if to < time || from > time + AHEAD {
                continue;
            }
            let when = if from <= time { When::Present } else { When::Coming };
            all.push(Reserved { when, state: stands.state, volumes: Arc::clone(&stands.volumes), index });
        }
    }
    all.sort_by_key(|reserved| reserved.when);
    all.truncate(MOST_VOLUMES);
    all
}

/// How edges are drawn, so that whoever cannot tell the colours tells the states.
const fn style(state: IntentState) -> GizmoLineStyle {
    match state {
        IntentState::Accepted => GizmoLineStyle::Dotted,
        IntentState::Activated => GizmoLineStyle::Solid,
        IntentState::Nonconforming => GizmoLineStyle::Dashed { gap_scale: 3.0, line_scale: 6.0 },
        IntentState::Contingent => GizmoLineStyle::Dashed { gap_scale: 1.5, line_scale: 2.0 },
    }
}

/// The floor and the top of a volume, counter-clockwise seen from above.
fn rings(scene: &Scene, volume: &VolumeSample) -> [Vec<Vec3>; 2] {
    let metres = |centimetres: i32| f64::from(centimetres) / 100.0;
    volume.amsl_cm.map(|amsl_cm| {
        let corners = volume.corners_cm.iter();
        let at = corners.map(|[east, north]| Position::new(metres(*east), metres(*north), metres(amsl_cm)));
        at.map(|position| scene.drawn(&position)).collect()
    })
}

/// Its walls and its top.
fn add_walls(scene: &Scene, reserved: &Reserved, walls: &mut Faces) {
    let [floor, top] = rings(scene, reserved.volume());
    let [red, green, blue, _] = palette::intent(reserved.state).linear();
    walls.block(&floor, &top, [red, green, blue, WALLS[reserved.when as usize]]);
}

fn add_edges(scene: &Scene, reserved: &Reserved, edges: &mut GizmoAsset) {
    let color = palette::intent(reserved.state).faded(EDGES[reserved.when as usize]);
    let [floor, top] = rings(scene, reserved.volume());
    for ring in [&floor, &top] {
        edges.linestrip(ring.iter().chain(ring.first()).copied(), color);
    }
    if reserved.when == When::Present {
        floor.iter().zip(&top).for_each(|(low, high)| edges.line(*low, *high, color));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{DroneId, MissionId, SimEvent, SortieId};
    use crate::viewer::samples::scenario;

    /// Three volumes one after the other, and one of another flight.
    fn told() -> Reservations {
        let seconds = |second: i64| SimTime::from_millis(second * 1000);
        let volume = |from: i64, to: i64| VolumeSample {
            corners_cm: vec![[0, 0], [10_000, 0], [10_000, 5_000], [0, 5_000]],
            amsl_cm: [5_000, 9_000],
            window_ms: [seconds(from), seconds(to)],
        };
        let filed = |drone, volumes| SimEvent::IntentFiled {
            sortie: SortieId { drone: DroneId::from_key(drone), ordinal: 0 },
            mission: MissionId(0),
            way: 0,
            delay_ms: SimTime::ZERO,
            volumes,
        };
        let sortie = SortieId { drone: DroneId::from_key(0), ordinal: 0 };
        let started = SimEvent::SortieStarted { sortie, mission: MissionId(0), order: None, waited_ms: SimTime::ZERO };
        let mut reservations = Reservations::default();
        reservations.observe(seconds(0), &filed(0, vec![volume(10, 40), volume(30, 60), volume(300, 360)]));
        reservations.observe(seconds(5), &filed(1, vec![volume(100, 130)]));
        reservations.observe(seconds(10), &started);
        reservations
    }

    #[test]
    fn the_present_stands_out_and_the_next_minutes_are_faint() {
        use IntentState::{Accepted, Activated};
        let reservations = told();
        let at = |second: i64| {
            let shown = reserved(&reservations, SimTime::from_millis(second * 1000));
            shown.iter().map(|reserved| (reserved.when, reserved.state)).collect::<Vec<_>>()
        };
        assert_eq!(at(0), [(When::Coming, Accepted); 2], "the third begins later, the other is not filed");
        assert_eq!(at(35), [(When::Present, Activated), (When::Present, Activated), (When::Coming, Accepted)]);
        assert_eq!(at(61), [(When::Coming, Accepted)]);
        assert_eq!(at(120), [(When::Present, Accepted), (When::Coming, Activated)], "the present first");
        assert_eq!(at(361), []);
    }

    /// A box has four walls and a top; every one has its corners at the height that is reserved.
    #[test]
    fn walls_stand_between_the_heights() {
        let scene = Scene::new(&scenario(""), 2.0, None);
        let shown = reserved(&told(), SimTime::from_millis(15_000));
        let [floor, top] = rings(&scene, shown[0].volume());
        assert_eq!((floor.len(), top.len()), (4, 4));
        assert!(floor.iter().all(|corner| (corner.y - 100.0).abs() < 1e-3), "50 m, stretched twice");
        assert!(top.iter().all(|corner| (corner.y - 180.0).abs() < 1e-3));
        let mut walls = Faces::default();
        for reserved in &shown {
            add_walls(&scene, reserved, &mut walls);
        }
        let corners = walls.mesh().count_vertices();
        assert_eq!(corners, shown.len() * (4 * 4 + 4));
    }
}
