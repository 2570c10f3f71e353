//! What layers draw on: meshes and lines come into the scene here, each as part of its layer.

use bevy::camera::visibility::RenderLayers;
use bevy::ecs::system::SystemParam;
use bevy::gizmos::config::{GizmoLineConfig, GizmoLineJoint, GizmoLineStyle};
use bevy::prelude::*;

use crate::viewer::geometry::{Faces, painted};

use super::{Layer, OfLayer};

/// A hair nearer to the eye, so that lines lying on the ground do not sink into it.
pub const ABOVE_GROUND: f32 = 0.0004;

/// What a system of a layer needs to draw.
#[derive(SystemParam)]
pub struct Canvas<'w, 's> {
    commands: Commands<'w, 's>,
    meshes: ResMut<'w, Assets<Mesh>>,
    materials: ResMut<'w, Assets<StandardMaterial>>,
    gizmos: ResMut<'w, Assets<GizmoAsset>>,
}

impl Canvas<'_, '_> {
    /// Takes away what was drawn before.
    pub fn clear(&mut self, old: impl IntoIterator<Item = Entity>) {
        for entity in old {
            self.commands.entity(entity).despawn();
        }
    }

    /// Solid faces in the colours of their corners, with what marks them; nothing where there are none.
    pub fn solid(&mut self, faces: Faces, layer: &Layer, marks: impl Bundle) {
        self.faces(faces, painted(Color::WHITE), layer, marks);
    }

    /// The same translucent and seen from both sides, `tint` times the colours of the corners.
    pub fn glass(&mut self, faces: Faces, tint: Color, layer: &Layer, marks: impl Bundle) {
        self.faces(faces, StandardMaterial { cull_mode: None, ..painted(tint) }, layer, marks);
    }

    /// Lines a hair above the ground, of constant width in pixels.
    pub fn lines(&mut self, lines: GizmoAsset, layer: &Layer, width: f32, marks: impl Bundle) {
        self.styled(lines, layer, (width, GizmoLineStyle::Solid, ABOVE_GROUND), marks);
    }

    /// Lines of a width and a style, `nearer` to the eye than they are.
    pub fn styled(
        &mut self,
        lines: GizmoAsset,
        layer: &Layer,
        (width, style, nearer): (f32, GizmoLineStyle, f32),
        marks: impl Bundle,
    ) {
        let line_config = GizmoLineConfig { width, style, joints: GizmoLineJoint::Miter, ..default() };
        let gizmo = Gizmo { handle: self.gizmos.add(lines), line_config, depth_bias: -nearer };
        self.commands.spawn((gizmo, OfLayer(layer.key), RenderLayers::default(), marks));
    }

    fn faces(&mut self, faces: Faces, material: StandardMaterial, layer: &Layer, marks: impl Bundle) {
        // Bevy refuses meshes without vertices.
        if !faces.is_empty() {
            let (mesh, material) = (self.meshes.add(faces.mesh()), self.materials.add(material));
            self.commands.spawn((Mesh3d(mesh), MeshMaterial3d(material), OfLayer(layer.key), marks));
        }
    }
}
