//! The wind: arrows over the area at the height of the slice, the way it blows to, by speed in length and colour. A cross
//! stands where gusts are stronger than a type of the scenario may fly in.

use bevy::gizmos::config::GizmoLineStyle;
use bevy::prelude::*;

use crate::viewer::moment::Moment;
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::rules::CellView;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;
use crate::world::geo::{Horizontal, Place};
use crate::world::weather::Conditions;

use super::canvas::{ABOVE_GROUND, Canvas};
use super::{Layer, Switches, on};

/// The layer.
pub const LAYER: Layer = Layer { key: "wind", name: words::WIND, usual: false, build };

/// Arrows along the longer side of the area.
const ARROWS: f64 = 15.0;
/// The speed at which an arrow reaches the next one and colours end, m/s.
pub const FULL_MPS: f64 = 15.0;
/// A change of wind or gust that is worth drawing anew, m/s.
const NOTICEABLE_MPS: f64 = 0.3;
/// The pale edge of an arrow lies this much farther than the arrow, as a share of the depth.
const HALO_BEHIND: f32 = 0.0005;

/// The weather that is drawn; it changes only when that of the moment does so noticeably.
#[derive(Resource, Default)]
struct Shown(Option<Conditions>);

/// Marks what is made anew when the weather changes.
#[derive(Component)]
struct Arrow;

fn build(app: &mut App) {
    let changed =
        resource_changed::<Shown>.or_eager(resource_changed::<CellView>).or_eager(resource_changed::<Switches>);
    app.init_resource::<Shown>()
        .add_systems(Update, follow.in_set(Step::Draw).run_if(on(LAYER.key)))
        .add_systems(PostUpdate, draw.run_if(on(LAYER.key)).run_if(changed));
}

fn follow(scene: Res<Scene>, moment: Res<Moment>, mut shown: ResMut<Shown>) {
    let Some(weather) = &scene.scenario.weather else { return };
    let now = weather.conditions(scene.scenario.clock.timestamp(moment.time));
    if shown.0.is_none_or(|shown| differ(&shown, &now)) {
        shown.0 = Some(now);
    }
}

fn differ(a: &Conditions, b: &Conditions) -> bool {
    (a.wind_mps - b.wind_mps).norm() > NOTICEABLE_MPS || (a.gust_mps - b.gust_mps).abs() > NOTICEABLE_MPS
}

/// The least gust, m/s, that a type of the scenario may not fly in.
pub fn gust_limit_mps(scene: &Scene) -> Option<f64> {
    scene.scenario.fleets.iter().map(|fleet| fleet.aircraft.limits.gust_mps).min_by(f64::total_cmp)
}

fn draw(
    mut canvas: Canvas,
    scene: Res<Scene>,
    view: Res<CellView>,
    shown: Res<Shown>,
    old: Query<Entity, With<Arrow>>,
) {
    canvas.clear(old);
    let (Some(weather), Some(conditions)) = (&scene.scenario.weather, &shown.0) else { return };
    let (mut arrows, mut halo, mut crosses) = (GizmoAsset::default(), GizmoAsset::default(), GizmoAsset::default());
    let limit_mps = gust_limit_mps(&scene);
    let (places, spacing_m) = places(&scene);
    for place in places {
        let wind = weather.field.wind(&place, view.height_agl_m, conditions);
        let line = arrow(scene.above_ground(&place, view.height_agl_m), wind.mean_mps, spacing_m);
        let share = narrow(wind.mean_mps.norm() / FULL_MPS);
        halo.linestrip(line.iter().copied(), palette::PAINT.faded(0.8));
        arrows.linestrip(line, palette::figure(share));
        if limit_mps.is_some_and(|limit| wind.gust_mps > limit) {
            cross(&mut crosses, scene.above_ground(&place, view.height_agl_m), narrow(spacing_m) * 0.12);
        }
    }
    canvas.styled(halo, &LAYER, (6.0, GizmoLineStyle::Solid, -HALO_BEHIND), Arrow);
    canvas.styled(arrows, &LAYER, (3.2, GizmoLineStyle::Solid, 0.0), Arrow);
    canvas.styled(crosses, &LAYER, (2.6, GizmoLineStyle::Solid, ABOVE_GROUND), Arrow);
}

/// Where arrows begin, within the area, and how far they are from each other, m.
fn places(scene: &Scene) -> (Vec<Place>, f64) {
    let (low, size) = (scene.bounds.low, scene.bounds.size());
    let spacing_m = size.max() / ARROWS;
    let counts = [0, 1].map(|axis: usize| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most ARROWS")]
        let count = (size[axis] / spacing_m).round().max(1.0) as u32;
        count
    });
    let all = (0..counts[1]).flat_map(|row| (0..counts[0]).map(move |column| (column, row)));
    let middle = |(column, row)| {
        let at = Horizontal::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
        low + at.component_mul(&Horizontal::new(size.x / f64::from(counts[0]), size.y / f64::from(counts[1])))
    };
    (all.map(middle).collect(), spacing_m)
}

/// Shaft and head, level, the way a wind blows to; a dot in a calm.
fn arrow(from: Vec3, wind_mps: Horizontal, spacing_m: f64) -> Vec<Vec3> {
    let along = wind_mps.try_normalize(1e-6).unwrap_or_default();
    let length_m = 0.9 * spacing_m * (wind_mps.norm() / FULL_MPS).min(1.0);
    let (aside, head_m) = (Horizontal::new(-along.y, along.x), 0.3 * length_m);
    let drawn = |offset: Horizontal| from + Vec3::new(narrow(offset.x), 0.0, narrow(-offset.y));
    let tip = along * length_m;
    let barb = |side: f64| drawn(tip - along * head_m + aside * (side * 0.6 * head_m));
    vec![from, drawn(tip), barb(1.0), drawn(tip), barb(-1.0)]
}

fn cross(crosses: &mut GizmoAsset, at: Vec3, half: f32) {
    for (x, z) in [(half, half), (half, -half)] {
        let arm = Vec3::new(x, 0.0, z);
        crosses.line(at - arm, at + arm, palette::LOSS.color());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::weather::wind_from;

    #[test]
    fn arrows_point_the_way_the_wind_blows_to() {
        for (from_deg, towards) in [(270.0, Vec3::X), (0.0, Vec3::Z), (180.0, Vec3::NEG_Z)] {
            let line = arrow(Vec3::ZERO, wind_from(from_deg, FULL_MPS / 2.0), 100.0);
            assert!(line[1].distance(towards * 45.0) < 1e-3, "{from_deg}: {line:?}");
        }
        let calm = arrow(Vec3::ONE, Horizontal::zeros(), 100.0);
        assert!(calm.iter().all(|point| *point == Vec3::ONE));
    }

    #[test]
    fn small_changes_are_not_drawn_anew() {
        let wind =
            |speed_mps, gust_mps| Conditions { wind_mps: wind_from(300.0, speed_mps), gust_mps, ..Conditions::STILL };
        assert!(!differ(&wind(5.0, 8.0), &wind(5.2, 8.2)));
        assert!(differ(&wind(5.0, 8.0), &wind(5.0, 8.5)) && differ(&wind(5.0, 8.0), &wind(5.4, 8.0)));
    }
}
