//! Made-up detail: gullies and spurs that run down the slopes, and a little roughness everywhere.
//!
//! The gullies are waves across the fall line, steered by the slope and, octave by octave, by the gullies so far, so
//! that they branch as water would make them (after Clay John, "Eroded Terrain Noise", 2020). Only uniform integers and
//! `libm` are used, so that every platform makes the same mountain.

/// A horizontal vector, east and north.
pub type Vector = [f64; 2];

/// Wavelength of the widest gullies, m; each octave halves it.
const WIDEST_M: f64 = 640.0;
/// Height of the widest gullies on a steep slope, m.
const GULLY_M: f64 = 14.0;
/// How much lower each octave is than the one before.
const GAIN: f64 = 0.46;
/// How strongly gullies turn the next octave's.
const BRANCHING: f64 = 1.1;
/// Slope (rise over run) on which gullies have half their height.
const STEEP: f64 = 0.09;
/// Roughness of the flattest ground, m.
const ROUGHNESS_M: f64 = 0.35;

/// Height of the detail at `place` (m) on ground of gradient `slope`, with as many `octaves` as the raster can show.
pub fn detail_m(place: Vector, slope: Vector, octaves: u32) -> f64 {
    let steepness = slope[0] * slope[0] + slope[1] * slope[1];
    let strength = steepness / (steepness + STEEP * STEEP);
    let mut fall = slope;
    let mut frequency = 1.0 / WIDEST_M;
    let mut amplitude = 1.0;
    let mut total = 0.0;
    for octave in 0..octaves {
        let across = unit([-fall[1], fall[0]], 0.02);
        let scaled = place.map(|metres| metres * frequency);
        let (wave, gradient) = gully(scaled, across, u64::from(octave));
        total += amplitude * wave;
        let turn = amplitude * GULLY_M * frequency * BRANCHING * strength;
        fall = [fall[0] + turn * gradient[0], fall[1] + turn * gradient[1]];
        frequency *= 2.0;
        amplitude *= GAIN;
    }
    let rough = roughness(place, octaves);
    GULLY_M * strength * total + ROUGHNESS_M * (1.0 + 6.0 * strength) * rough
}

/// Noise without direction, about -1 to 1: three octaves from 300 m.
fn roughness(place: Vector, octaves: u32) -> f64 {
    (0..octaves.min(3)).fold(0.0, |sum, octave| {
        let frequency = f64::from(1_u32 << octave) / 300.0;
        sum + smooth_noise(place.map(|metres| metres * frequency), 100 + u64::from(octave)) / f64::from(1_u32 << octave)
    })
}

/// Waves of wavelength 1 along `across`, with a phase of their own in every cell, blended: (value, gradient).
fn gully(place: Vector, across: Vector, octave: u64) -> (f64, Vector) {
    let cell = place.map(f64::floor);
    let (mut weights, mut value, mut gradient) = (0.0, 0.0, [0.0; 2]);
    for j in -1..=2_i32 {
        for i in -1..=2_i32 {
            let corner = [cell[0] + f64::from(i), cell[1] + f64::from(j)];
            let [right, up] = jitter(corner, octave);
            let away = [place[0] - corner[0] - right, place[1] - corner[1] - up];
            let weight = libm::exp(-2.0 * (away[0] * away[0] + away[1] * away[1]));
            let phase = core::f64::consts::TAU * (away[0] * across[0] + away[1] * across[1]);
            weights += weight;
            value += weight * libm::cos(phase);
            let steep = -weight * libm::sin(phase) * core::f64::consts::TAU;
            gradient = [gradient[0] + steep * across[0], gradient[1] + steep * across[1]];
        }
    }
    (value / weights, gradient.map(|part| part / weights))
}

/// Value noise, -1 to 1, with a continuous second derivative.
pub fn smooth_noise(place: Vector, layer: u64) -> f64 {
    let cell = place.map(f64::floor);
    let [x, y] = [0, 1].map(|axis| {
        let t = place[axis] - cell[axis];
        t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
    });
    let at = |i: f64, j: f64| 2.0 * jitter([cell[0] + i, cell[1] + j], layer)[0];
    let south = at(0.0, 0.0) * (1.0 - x) + at(1.0, 0.0) * x;
    let north = at(0.0, 1.0) * (1.0 - x) + at(1.0, 1.0) * x;
    south * (1.0 - y) + north * y
}

/// A smooth step from 0 at 0 to 1 at 1.
pub fn eased(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// `vector` at length 1, shorter where it is shorter than `soft`: flat ground has no direction.
fn unit(vector: Vector, soft: f64) -> Vector {
    let length = (vector[0] * vector[0] + vector[1] * vector[1] + soft * soft).sqrt();
    vector.map(|part| part / length)
}

/// Two numbers in -0.5 to 0.5 that belong to a cell of a layer.
fn jitter(cell: Vector, layer: u64) -> Vector {
    let [x, y] = cell.map(|part| part as i64 as u64);
    let bits = mixed(mixed(mixed(layer).wrapping_add(x)).wrapping_add(y));
    [bits >> 32, bits & 0xffff_ffff].map(|half| half as f64 / 4_294_967_296.0 - 0.5)
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
