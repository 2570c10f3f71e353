//! Building meshes by hand: faces with a colour at every corner, light painted in.
//!
//! All materials are unlit and the light is in the colours. That looks the same on every driver, costs a software
//! renderer little, and keeps hues where the palette put them.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

/// Direction towards the sun: from the north-west at 45°, as maps are shaded.
pub const SUN: Vec3 = Vec3::new(-0.5, 0.707, -0.5);

/// Brightness of a face with this normal.
pub fn shade(normal: Vec3) -> f32 {
    0.62 + 0.38 * normal.normalize_or(Vec3::Y).dot(SUN.normalize())
}

/// Faces being collected.
#[derive(Default)]
pub struct Faces {
    positions: Vec<Vec3>,
    colors: Vec<[f32; 4]>,
    indices: Vec<u32>,
}

impl Faces {
    /// Whether there is nothing to draw; Bevy refuses meshes without vertices.
    pub const fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Adds a corner and returns its index.
    pub fn corner(&mut self, position: Vec3, color: [f32; 4]) -> u32 {
        let index = u32::try_from(self.positions.len()).unwrap_or(u32::MAX);
        self.positions.push(position);
        self.colors.push(color);
        index
    }

    /// Joins three corners, counter-clockwise seen from outside.
    pub fn triangle(&mut self, corners: [u32; 3]) {
        self.indices.extend(corners);
    }

    /// Joins four corners, counter-clockwise seen from outside.
    pub fn quad(&mut self, [a, b, c, d]: [u32; 4]) {
        self.indices.extend([a, b, c, a, c, d]);
    }

    /// A flat face through `points`, counter-clockwise seen from outside, shaded by its normal.
    pub fn polygon(&mut self, points: &[Vec3], color: [f32; 4]) {
        let &[a, b, c, ..] = points else { return };
        let lit = scaled(color, shade((b - a).cross(c - a)));
        let corners: Vec<u32> = points.iter().map(|&point| self.corner(point, lit)).collect();
        for pair in corners[1..].windows(2) {
            self.triangle([corners[0], pair[0], pair[1]]);
        }
    }

    /// A flat disc facing up.
    pub fn disc(&mut self, centre: Vec3, radius: f32, sides: u16, color: [f32; 4]) {
        self.polygon(&ring(centre, radius, sides), color);
    }

    /// A flat ring facing up, between two radii.
    pub fn annulus(&mut self, centre: Vec3, inner: f32, outer: f32, sides: u16, color: [f32; 4]) {
        let (inside, outside) = (ring(centre, inner, sides), ring(centre, outer, sides));
        for i in 0..inside.len() {
            let j = (i + 1) % inside.len();
            self.polygon(&[inside[i], outside[i], outside[j], inside[j]], color);
        }
    }

    /// An upright prism: `base` counter-clockwise seen from above, `height` high, its floor left open.
    pub fn prism(&mut self, base: &[Vec3], height: f32, color: [f32; 4]) {
        let raised: Vec<Vec3> = base.iter().map(|&point| point + Vec3::Y * height).collect();
        for i in 0..base.len() {
            let j = (i + 1) % base.len();
            self.polygon(&[base[i], base[j], raised[j], raised[i]], color);
        }
        self.polygon(&raised, color);
    }

    /// What stands between two rings of as many corners, counter-clockwise seen from above; its floor is left open.
    pub fn block(&mut self, base: &[Vec3], top: &[Vec3], color: [f32; 4]) {
        for i in 0..base.len().min(top.len()) {
            let j = (i + 1) % base.len();
            self.polygon(&[base[i], base[j], top[j], top[i]], color);
        }
        self.surface(top, color);
    }

    /// A level face of any outline without crossings, seen from above and below.
    pub fn surface(&mut self, ring: &[Vec3], color: [f32; 4]) {
        let mut triangles: Vec<u32> = Vec::new();
        let plan = ring.iter().map(|point| [point.x, point.z]);
        earcut::Earcut::new().earcut(plan, &[], &mut triangles);
        let lit = scaled(color, shade(Vec3::Y));
        let corners: Vec<u32> = ring.iter().map(|&point| self.corner(point, lit)).collect();
        for triangle in triangles.chunks_exact(3) {
            let [a, b, c] = [0, 1, 2].map(|corner| triangle[corner] as usize);
            let up = (ring[b] - ring[a]).cross(ring[c] - ring[a]).y >= 0.0;
            self.triangle(if up { [corners[a], corners[b], corners[c]] } else { [corners[a], corners[c], corners[b]] });
        }
    }

    /// A bipyramid or pyramid: `waist` counter-clockwise seen from above, with a tip above and one below.
    pub fn spindle(&mut self, waist: &[Vec3], top: Vec3, bottom: Vec3, color: [f32; 4]) {
        for i in 0..waist.len() {
            let j = (i + 1) % waist.len();
            self.polygon(&[waist[i], waist[j], top], color);
            self.polygon(&[waist[j], waist[i], bottom], color);
        }
    }

    /// Adds the same faces grown about the origin and turned inside out: seen from anywhere, they edge the shape.
    pub fn outlined(mut self, growth: f32, color: [f32; 4]) -> Self {
        let first = u32::try_from(self.positions.len()).unwrap_or(u32::MAX);
        let grown: Vec<Vec3> = self.positions.iter().map(|&point| point * growth).collect();
        self.colors.extend(grown.iter().map(|_| color));
        self.positions.extend(grown);
        let hull: Vec<u32> =
            self.indices.chunks_exact(3).flat_map(|t| [first + t[0], first + t[2], first + t[1]]).collect();
        self.indices.extend(hull);
        self
    }

    /// The finished mesh.
    pub fn mesh(self) -> Mesh {
        let normals = vec![Vec3::Y; self.positions.len()];
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colors)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

/// Points on a level circle, counter-clockwise seen from above.
pub fn ring(centre: Vec3, radius: f32, sides: u16) -> Vec<Vec3> {
    (0..sides)
        .map(|i| {
            let angle = std::f32::consts::TAU * f32::from(i) / f32::from(sides);
            centre + Vec3::new(angle.cos(), 0.0, -angle.sin()) * radius
        })
        .collect()
}

/// The line through `points` with those left out that lie within `tolerance` of it (Ramer, Douglas and Peucker).
pub fn simplified(points: &[Vec3], tolerance: f32) -> Vec<Vec3> {
    let [first, .., last] = *points else { return points.to_vec() };
    let chord = last - first;
    let from_chord = |point: Vec3| {
        let along = (point - first).dot(chord) / chord.length_squared().max(1e-12);
        point.distance(first + chord * along.clamp(0.0, 1.0))
    };
    let distances = points.iter().map(|&point| from_chord(point)).enumerate();
    match distances.max_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((farthest, distance)) if distance > tolerance => {
            let mut line = simplified(&points[..=farthest], tolerance);
            line.pop();
            line.extend(simplified(&points[farthest..], tolerance));
            line
        }
        _ => vec![first, last],
    }
}

/// A colour made lighter or darker.
pub fn scaled([r, g, b, a]: [f32; 4], factor: f32) -> [f32; 4] {
    [r * factor, g * factor, b * factor, a]
}

/// The material all meshes with painted light share: `tint` times the colour of the vertices.
pub fn painted(tint: Color) -> StandardMaterial {
    let alpha_mode = if tint.alpha() < 1.0 { AlphaMode::Blend } else { AlphaMode::Opaque };
    StandardMaterial { base_color: tint, unlit: true, alpha_mode, ..default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simplified_line_keeps_its_corners_and_ends() {
        let mut points: Vec<Vec3> = (0_u8..=10).map(|i| Vec3::X * f32::from(i)).collect();
        points.extend((1_u8..=10).map(|i| Vec3::new(10.0, 0.0, f32::from(i))));
        let corners = [Vec3::ZERO, Vec3::X * 10.0, Vec3::new(10.0, 0.0, 10.0)];
        assert_eq!(simplified(&points, 0.1), corners);
        assert_eq!(simplified(&points[..1], 0.1), &points[..1]);
        let there_and_back = [Vec3::ZERO, Vec3::X, Vec3::ZERO];
        assert_eq!(simplified(&there_and_back, 0.1), there_and_back);
    }

    #[test]
    fn the_sun_lights_the_north_west() {
        assert!(shade(Vec3::new(-1.0, 1.0, -1.0)) > shade(Vec3::Y));
        assert!(shade(Vec3::new(1.0, 1.0, 1.0)) < shade(Vec3::Y));
    }
}
