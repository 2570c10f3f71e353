//! What holds under the pointer: place, ground, state, heights and the rule that bounds them.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::input::EguiWantsInput;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::message::Language;
use crate::viewer::camera::Eye;
use crate::viewer::fonts::letters_ready;
use crate::viewer::moment::Moment;
use crate::viewer::palette;
use crate::viewer::rules;
use crate::viewer::scene::{Scene, Speech, narrow};
use crate::viewer::words;
use crate::world::airspace::{Column, Flyer, Heights};
use crate::world::geo::{Place, place_of};

use super::{BottomRoom, Layer, on, panel_rect};

/// The layer.
pub const LAYER: Layer = Layer { key: "pointer", name: words::POINTER, usual: true, build };

/// How far a ray is followed, drawn units.
const FARTHEST: f32 = 80_000.0;
/// Its least step.
const STEP: f32 = 4.0;
/// Halvings of the last step.
const HALVINGS: u8 = 14;

fn build(app: &mut App) {
    app.add_systems(EguiPrimaryContextPass, write.run_if(letters_ready).run_if(on(LAYER.key)));
}

fn write(
    scene: Res<Scene>,
    speech: Res<Speech>,
    moment: Res<Moment>,
    room: Res<BottomRoom>,
    wants: Res<EguiWantsInput>,
    windows: Query<&Window, With<PrimaryWindow>>,
    eye: Single<(&Camera, &Transform), With<Eye>>,
    mut contexts: EguiContexts,
) -> Result {
    let cursor = windows.iter().next().and_then(Window::cursor_position);
    let Some(cursor) = cursor.filter(|_| !wants.is_pointer_over_area()) else { return Ok(()) };
    let (camera, transform) = *eye;
    let Ok(ray) = camera.viewport_to_world(&GlobalTransform::from(*transform), cursor) else { return Ok(()) };
    let Some(place) = ground_hit(&scene, ray) else { return Ok(()) };
    let at = scene.scenario.clock.timestamp(moment.time);
    let column = scene.scenario.airspace.column(&place, at, Flyer::AnyHolder);
    let frame = palette::sheet();
    let context = contexts.ctx_mut()?;
    // The legend stands at the left where the right is taken.
    let legend = panel_rect(context, "legend").filter(|legend| legend.left() < 20.0);
    let left = legend.map_or(0.0, |legend| legend.right()) + 12.0;
    egui::Area::new("pointer".into())
        .anchor(egui::Align2::LEFT_BOTTOM, egui::vec2(left, -12.0 - room.total()))
        .interactable(false)
        .show(context, |ui| {
            frame.show(ui, |ui| {
                for line in lines_of(&scene, &place, column.as_ref(), speech.0) {
                    ui.label(egui::RichText::new(line).color(palette::INK.egui()).size(13.0));
                }
            });
        });
    Ok(())
}

/// Where a ray meets the ground.
fn ground_hit(scene: &Scene, ray: Ray3d) -> Option<Place> {
    let above = |along: f32| {
        let position = scene.position_of(ray.get_point(along));
        position.z - scene.ground_m(&place_of(&position))
    };
    let (mut near, mut far) = (0.0_f32, 0.0_f32);
    while above(far) > 0.0 {
        // Slopes are gentle: a share of the height is never too far.
        (near, far) = (far, far + STEP.max(0.3 * narrow(above(far))));
        if far > FARTHEST {
            return None;
        }
    }
    for _ in 0..HALVINGS {
        let middle = f32::midpoint(near, far);
        if above(middle) > 0.0 { near = middle } else { far = middle }
    }
    let place = place_of(&scene.position_of(ray.get_point(far)));
    scene.scenario.terrain.ground_amsl_m(&place).map(|_| place)
}

fn lines_of(scene: &Scene, place: &Place, column: Option<&Column>, language: Language) -> Vec<String> {
    let geographic = scene.scenario.projection.to_geographic(place);
    let mut lines = vec![format!("{:.5}, {:.5}", geographic.lat_deg, geographic.lon_deg)];
    let Some(column) = column else { return lines };
    lines.push(format!("{} {:.0} m", words::GROUND_AMSL.get(language), column.ground_amsl_m.0));
    if !scene.scenario.airspace.contains(place) {
        lines.push(words::OUTSIDE.get(language).to_owned());
        return lines;
    }
    lines.push(format!("{} {}", rules::sign(column.state), column.state.name().get(language)));
    lines.push(format!("{}: {}", words::WITHOUT_APPROVAL.get(language), heights(scene, &column.open, language)));
    if column.approval.is_some() {
        lines.push(format!("{}: {}", words::WITH_APPROVAL.get(language), heights(scene, &column.approved, language)));
    }
    lines
}

fn heights(scene: &Scene, heights: &Heights, language: Language) -> String {
    let told = scene.scenario.airspace.told(heights.limit);
    let name = told.name.get(language);
    match heights.stretches_agl_m.first() {
        Some([low, high]) => format!("{low:.0}–{high:.0} m AGL · {name}"),
        None => format!("– · {name}"),
    }
}
