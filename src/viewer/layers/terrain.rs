//! The ground: a mesh decimated for drawing, painted with heights and hill shading at full detail.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};
use rayon::prelude::*;

use crate::viewer::geometry::{Faces, SUN, painted};
use crate::viewer::graphics::Detail;
use crate::viewer::palette;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;
use crate::world::geo::{Place, Position, Rectangle};
use crate::world::terrain::HeightField;

use super::{Layer, OfLayer, Unfinished};

/// The layer.
pub const LAYER: Layer = Layer { key: "terrain", name: words::TERRAIN, usual: true, build };

/// The most corners a side of the mesh may have.
const MOST_COLUMNS: usize = 400;
/// The land around may be this many times coarser.
const COARSER: f64 = 5.0;
/// Side of the painted picture, pixels; heights between the corners of the mesh show in it.
const FINE_TEXELS: u32 = 2048;
const COARSE_TEXELS: u32 = 1024;
/// Slopes are shaded as if this many times steeper: true slopes of 2° would be invisible.
const RELIEF: f32 = 3.2;
/// Depth of the wall below a mesh's edge that hides gaps to its neighbour, m.
const SKIRT_M: f64 = 150.0;

/// A piece of ground, ready to be drawn.
struct Ground {
    mesh: Mesh,
    image: Image,
}

#[derive(Component)]
struct Shaping(Task<Vec<Ground>>);

fn build(app: &mut App) {
    app.add_systems(Startup, begin).add_systems(Update, finish);
}

fn begin(
    mut commands: Commands,
    scene: Res<Scene>,
    detail: Res<Detail>,
    mut unfinished: ResMut<Unfinished>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let span = narrow(scene.bounds.size().norm());
    let mut beyond = Faces::default();
    let far = scene.middle().with_y(narrow(scene.lowest_m()) - 160.0);
    beyond.disc(far, 30.0 * span, 96, palette::GROUND[1].1.linear());
    commands.spawn((
        Mesh3d(meshes.add(beyond.mesh())),
        MeshMaterial3d(materials.add(painted(Color::WHITE))),
        OfLayer(LAYER.key),
    ));
    let (scene, posting_m) = (scene.clone(), detail.posting_m());
    commands.spawn(Shaping(AsyncComputeTaskPool::get().spawn(async move { shaped(&scene, posting_m) })));
    unfinished.0.push(words::LOADING_TERRAIN);
}

fn finish(
    mut commands: Commands,
    mut tasks: Query<(Entity, &mut Shaping)>,
    mut unfinished: ResMut<Unfinished>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    for (entity, mut task) in &mut tasks {
        let Some(grounds) = block_on(poll_once(&mut task.0)) else { continue };
        for ground in grounds {
            let paint =
                StandardMaterial { base_color_texture: Some(images.add(ground.image)), ..painted(Color::WHITE) };
            commands.spawn((Mesh3d(meshes.add(ground.mesh)), MeshMaterial3d(materials.add(paint)), OfLayer(LAYER.key)));
        }
        commands.entity(entity).despawn();
        unfinished.0.clear();
    }
}

fn shaped(scene: &Scene, posting_m: f64) -> Vec<Ground> {
    let terrain = &scene.scenario.terrain;
    let relief = Relief::of(terrain.fine());
    let fine = Ground {
        mesh: mesh(scene, terrain.fine(), posting_m, None),
        image: image(&painting(terrain.fine(), &relief, FINE_TEXELS), FINE_TEXELS),
    };
    let coarse = terrain.surround().map(|field| Ground {
        mesh: mesh(scene, field, COARSER * posting_m, Some(terrain.fine())),
        image: image(&painting(field, &relief, COARSE_TEXELS), COARSE_TEXELS),
    });
    std::iter::once(fine).chain(coarse).collect()
}

/// The mesh of a field. Where `inner` lies in it, it is left open, and sunk along the seam.
fn mesh(scene: &Scene, field: &HeightField, posting_m: f64, inner: Option<&HeightField>) -> Mesh {
    let [columns, rows] = field.size();
    let stride = stride(field, posting_m);
    let (columns, rows) = (kept(columns, stride), kept(rows, stride));
    let extent = field.extent();
    let hole = inner.map(HeightField::extent);
    let corner = |column: usize, row: usize, sunk_m: f64| {
        let place = field.node(column, row);
        let below_seam = hole.is_some_and(|hole| hole.contains(&place));
        let height = match inner.and_then(|inner| inner.height_m(&place)) {
            Some(height) if below_seam => height - 20.0,
            _ => field.node_height_m(column, row),
        };
        scene.drawn(&Position::new(place.x, place.y, height - sunk_m))
    };
    let mut built = Textured::new(extent);
    for &row in &rows {
        for &column in &columns {
            built.corner(field.node(column, row), corner(column, row, 0.0));
        }
    }
    let width = columns.len();
    for j in 0..rows.len() - 1 {
        for i in 0..width - 1 {
            let (low, high) = (field.node(columns[i], rows[j]), field.node(columns[i + 1], rows[j + 1]));
            if !hole.is_some_and(|hole| hole.contains(&low) && hole.contains(&high)) {
                built.quad([j * width + i, j * width + i + 1, (j + 1) * width + i + 1, (j + 1) * width + i]);
            }
        }
    }
    for edge in edges(columns.len(), rows.len()) {
        let bottom: Vec<usize> = edge
            .iter()
            .map(|&(i, j)| built.corner(field.node(columns[i], rows[j]), corner(columns[i], rows[j], SKIRT_M)))
            .collect();
        for k in 0..edge.len() - 1 {
            let top = |k: usize| edge[k].1 * width + edge[k].0;
            built.quad([top(k), bottom[k], bottom[k + 1], top(k + 1)]);
        }
    }
    built.mesh()
}

/// How many nodes of a field make one corner of a mesh whose corners should be `posting_m` apart.
pub(super) fn stride(field: &HeightField, posting_m: f64) -> usize {
    let [columns, rows] = field.size();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive whole number")]
    let wanted = (posting_m / field.posting_m()).round().max(1.0) as usize;
    wanted.max(columns.max(rows).div_ceil(MOST_COLUMNS))
}

/// Every `stride`-th index and the last.
pub(super) fn kept(count: usize, stride: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..count - 1).step_by(stride).collect();
    indices.push(count - 1);
    indices
}

/// The four sides of a grid, each running so that its outer side is on the right.
fn edges(columns: usize, rows: usize) -> [Vec<(usize, usize)>; 4] {
    [
        (0..columns).map(|i| (i, 0)).collect(),
        (0..rows).map(|j| (columns - 1, j)).collect(),
        (0..columns).rev().map(|i| (i, rows - 1)).collect(),
        (0..rows).rev().map(|j| (0, j)).collect(),
    ]
}

/// A mesh being built over a picture that covers `extent`.
struct Textured {
    extent: Rectangle,
    positions: Vec<Vec3>,
    uvs: Vec<[f32; 2]>,
    indices: Vec<u32>,
}

impl Textured {
    const fn new(extent: Rectangle) -> Self {
        Self { extent, positions: Vec::new(), uvs: Vec::new(), indices: Vec::new() }
    }

    fn corner(&mut self, place: Place, drawn: Vec3) -> usize {
        let share = (place - self.extent.low).component_div(&self.extent.size());
        self.positions.push(drawn);
        self.uvs.push([narrow(share.x), 1.0 - narrow(share.y)]);
        self.positions.len() - 1
    }

    fn quad(&mut self, corners: [usize; 4]) {
        let [a, b, c, d] = corners.map(|corner| u32::try_from(corner).unwrap_or(u32::MAX));
        self.indices.extend([a, b, c, a, c, d]);
    }

    fn mesh(self) -> Mesh {
        let normals = vec![Vec3::Y; self.positions.len()];
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.uvs)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

/// What heights mean in colour.
struct Relief {
    low_m: f64,
    range_m: f64,
}

impl Relief {
    fn of(field: &HeightField) -> Self {
        let (low_m, high_m) = field.range_m();
        let range_m = (high_m - low_m).max(60.0);
        Self { low_m, range_m }
    }
}

/// The painted picture of a field, north up, 4 bytes a pixel.
#[expect(clippy::cast_precision_loss, reason = "pictures are far smaller than 2^24 pixels a side")]
fn painting(field: &HeightField, relief: &Relief, texels: u32) -> Vec<u8> {
    let shades = shades(field);
    let extent = field.extent();
    let size = extent.size();
    let side = texels as usize;
    let mut pixels = vec![0; side * side * 4];
    pixels.par_chunks_mut(side * 4).enumerate().for_each(|(row, line)| {
        let north = size.y * (1.0 - (row as f64 + 0.5) / f64::from(texels));
        for (column, pixel) in line.chunks_exact_mut(4).enumerate() {
            let east = size.x * (column as f64 + 0.5) / f64::from(texels);
            let place = Place::new(extent.low.x + east, extent.low.y + north);
            let rgb = ground_colour(field, &shades, relief, &place);
            pixel.copy_from_slice(&[byte(rgb.x), byte(rgb.y), byte(rgb.z), 255]);
        }
    });
    pixels
}

fn ground_colour(field: &HeightField, shades: &[f32], relief: &Relief, place: &Place) -> Vec3 {
    let height = field.height_m(place).unwrap_or(relief.low_m);
    let tint = palette::ground(narrow((height - relief.low_m) / relief.range_m));
    tint * shade_at(field, shades, place)
}

/// Hill shading at every node, from central differences: smooth where the bilinear surface itself has creases.
#[expect(clippy::cast_precision_loss, reason = "postings and strides are small")]
fn shades(field: &HeightField) -> Vec<f32> {
    let [columns, rows] = field.size();
    let sun = SUN.normalize();
    (0..rows)
        .into_par_iter()
        .flat_map_iter(|row| (0..columns).map(move |column| (column, row)))
        .map(|(column, row)| {
            let (west, east) = (column.saturating_sub(1), (column + 1).min(columns - 1));
            let (south, north) = (row.saturating_sub(1), (row + 1).min(rows - 1));
            let posting = field.posting_m();
            let rise_east =
                (field.node_height_m(east, row) - field.node_height_m(west, row)) / ((east - west) as f64 * posting);
            let rise_north = (field.node_height_m(column, north) - field.node_height_m(column, south))
                / ((north - south) as f64 * posting);
            let normal = Vec3::new(-narrow(rise_east) * RELIEF, 1.0, narrow(rise_north) * RELIEF).normalize();
            let steepness = narrow(rise_east.hypot(rise_north));
            (1.0 + 0.62 * (normal.dot(sun) - sun.y) - 0.25 * steepness.min(0.6)).clamp(0.6, 1.2)
        })
        .collect()
}

/// Bilinear shade at a place.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the place lies in the field")]
fn shade_at(field: &HeightField, shades: &[f32], place: &Place) -> f32 {
    let [columns, rows] = field.size();
    let offset = (place - field.extent().low) / field.posting_m();
    let (column, row) = ((offset.x as usize).min(columns - 2), (offset.y as usize).min(rows - 2));
    let (east, north) = (narrow(offset.x.fract()), narrow(offset.y.fract()));
    let node = |dx: usize, dy: usize| shades[(row + dy) * columns + column + dx];
    let south = node(0, 0) + (node(1, 0) - node(0, 0)) * east;
    let northern = node(0, 1) + (node(1, 1) - node(0, 1)) * east;
    south + (northern - south) * north
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
const fn byte(value: f32) -> u8 {
    value as u8
}

/// A picture for the graphics card with all its smaller versions, so that distant contours fade instead of flickering.
fn image(pixels: &[u8], texels: u32) -> Image {
    let levels = texels.ilog2() + 1;
    let mut data = pixels.to_vec();
    let (mut level, mut side) = (pixels.to_vec(), texels as usize);
    while side > 1 {
        level = halved(&level, side);
        side /= 2;
        data.extend_from_slice(&level);
    }
    let size = Extent3d { width: texels, height: texels, depth_or_array_layers: 1 };
    let format = TextureFormat::Rgba8UnormSrgb;
    let mut image = Image::new_uninit(size, TextureDimension::D2, format, RenderAssetUsages::RENDER_WORLD);
    image.data = Some(data);
    image.texture_descriptor.mip_level_count = levels;
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        anisotropy_clamp: 1,
        ..default()
    });
    image
}

/// A square picture at half its side.
fn halved(pixels: &[u8], side: usize) -> Vec<u8> {
    let half = side / 2;
    let at = |x: usize, y: usize, channel: usize| u32::from(pixels[(y * side + x) * 4 + channel]);
    let mean = |index: usize| {
        let (x, y, channel) = (index / 4 % half * 2, index / 4 / half * 2, index % 4);
        let sum = at(x, y, channel) + at(x + 1, y, channel) + at(x, y + 1, channel) + at(x + 1, y + 1, channel);
        u8::try_from(sum / 4).unwrap_or(u8::MAX)
    };
    (0..half * half * 4).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimation_keeps_the_edge() {
        assert_eq!(kept(6, 2), [0, 2, 4, 5]);
        assert_eq!(kept(5, 2), [0, 2, 4]);
        assert_eq!(kept(2, 7), [0, 1]);
    }
}
