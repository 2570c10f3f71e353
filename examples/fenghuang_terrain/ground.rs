//! The ground around Fenghuang Mountain as one function of place, made from the control points.

use crate::lattice::Lattice;
use crate::relief::{self, Vector, eased};

/// Metres of one degree of latitude, and of longitude, in the middle of the scene.
const METRES_PER_DEGREE: Vector = [83_450.0, 111_060.0];
/// Where the metres of the detail are counted from, latitude and longitude.
const ORIGIN_DEG: [f64; 2] = [41.54, 120.485];

/// South-west corner, steps, and columns and rows of the inner grid: 15" by 20".
const INNER: ([f64; 2], [f64; 2], [usize; 2]) = ([41.5, 120.435], [1.0 / 240.0, 1.0 / 180.0], [19, 19]);
/// The same of the outer ring, whose middle is filled from the inner grid.
const OUTER: ([f64; 2], [f64; 2], [usize; 2]) = ([41.45, 120.35], [0.02, 0.025], [11, 11]);
/// How far inside its edge the inner grid starts to give way, degrees of latitude and longitude (about 560 m).
const GIVING_WAY_DEG: [f64; 2] = [0.005, 0.006_7];
/// How far beyond its edge the inner grid is still felt, degrees (about 2 km).
const FADING_DEG: [f64; 2] = [0.018, 0.024];
/// How far off the ground is read, m, in a slow wobble: the control points leave straight mountain fronts.
const WOBBLE_M: f64 = 130.0;

/// Mean radius of the shoulder that lifts the ground to a named height, m, and how much it varies with the direction.
const SHOULDER_M: f64 = 600.0;
const SPURS: f64 = 0.35;
/// Radius around a named point in which the detail fades, m.
const CALM_M: f64 = 220.0;

/// Centre line of the Daling river from the south-west to the north-east, latitude and longitude: schematic, ±500 m.
/// The first and the last only lead out of the rasters.
const RIVER_DEG: [[f64; 2]; 21] = [
    [41.4492, 120.3392],
    [41.4617, 120.3517],
    [41.4742, 120.3642],
    [41.4883, 120.3783],
    [41.5000, 120.3925],
    [41.5075, 120.4067],
    [41.5158, 120.4208],
    [41.5262, 120.4360],
    [41.5400, 120.4492],
    [41.5542, 120.4550],
    [41.5683, 120.4683],
    [41.5800, 120.4780],
    [41.5890, 120.4830],
    [41.5975, 120.5000],
    [41.6017, 120.5225],
    [41.6025, 120.5367],
    [41.6070, 120.5508],
    [41.6058, 120.5650],
    [41.6058, 120.5792],
    [41.6100, 120.5933],
    [41.6160, 120.6135],
];
/// Height of the valley floor along it: latitude and metres. The line runs north all the way to the last of them.
const FLOOR: [[f64; 2]; 5] = [[41.4617, 187.0], [41.4742, 185.5], [41.5542, 167.0], [41.5800, 160.5], [41.6070, 153.5]];
/// Half the width over which the valley floor meets the ground, m.
const VALLEY_M: f64 = 600.0;
/// Half the width of the channel at its bed and at its banks, m.
const CHANNEL_M: [f64; 2] = [50.0, 130.0];
/// Depth of the channel below its banks, m.
const CHANNEL_DEPTH_M: f64 = 2.5;

/// A point of given height.
struct Named {
    place: Vector,
    /// How far it stands above what the lattices say, m.
    lift_m: f64,
}

impl Named {
    /// What it adds to the ground at `place`, m: a cone with a hollow flank and spurs.
    fn lift_m(&self, place: Vector) -> f64 {
        let distance_m = distance_m(place, self.place).max(1e-6);
        let direction = [0, 1].map(|axis| 1.6 * (place[axis] - self.place[axis]) / distance_m);
        let reach_m = SHOULDER_M * (1.0 + SPURS * relief::smooth_noise(direction, 300));
        // Rounded over the last 20 m, and exact at the point itself.
        let rounded_m = (distance_m * distance_m + 400.0).sqrt() - 20.0;
        let rest = (1.0 - rounded_m / reach_m).max(0.0);
        self.lift_m * rest * rest
    }
}

/// The ground.
pub struct Ground {
    inner: Lattice,
    outer: Lattice,
    named: Vec<Named>,
    river: [Vector; RIVER_DEG.len()],
}

impl Ground {
    /// The ground from the text of the control points; an error names the line.
    pub fn from_csv(text: &str) -> Result<Self, String> {
        let points = control_points(text)?;
        let inner = lattice(INNER, &points, |_, _| None)?;
        let [south, north, west, east] = inner.bounds_deg();
        let inside = |lat, lon| lat > south && lat < north && lon > west && lon < east;
        let outer = lattice(OUTER, &points, |lat, lon| inside(lat, lon).then(|| inner.height_m(lat, lon)))?;
        let river = RIVER_DEG.map(|[lat, lon]| metres(lat, lon));
        let mut ground = Self { inner, outer, named: Vec::new(), river };
        let named = points.iter().filter(|point| point.named).map(|point| {
            let place = metres(point.lat_deg, point.lon_deg);
            Named { place, lift_m: point.height_m - ground.joined_m(place) }
        });
        ground.named = named.collect();
        Ok(ground)
    }

    /// Height above mean sea level, m, with `octaves` of made-up detail.
    pub fn height_m(&self, lat_deg: f64, lon_deg: f64, octaves: u32) -> f64 {
        let place = metres(lat_deg, lon_deg);
        let base_m = self.shaped_m(place);
        // Over 60 m, so that the detail follows the lie of the land and not its kinks.
        let slope = [0, 1].map(|axis| {
            let ahead = |step: f64| {
                let mut moved = place;
                moved[axis] += step;
                self.shaped_m(moved)
            };
            (ahead(60.0) - ahead(-60.0)) / 120.0
        });
        let detail_m = relief::detail_m(place, slope, octaves) * self.liveliness(place);
        self.carved_m(place, base_m + detail_m)
    }

    /// The control points joined smoothly, with the named heights.
    fn shaped_m(&self, place: Vector) -> f64 {
        let calm = self.calm(place);
        let wobble = [200, 201].map(|layer| {
            let slow = relief::smooth_noise(place.map(|part| part / 800.0), layer);
            let quick = relief::smooth_noise(place.map(|part| part / 370.0), layer + 10);
            calm * WOBBLE_M * (slow + 0.3 * quick)
        });
        let base_m = self.joined_m([place[0] + wobble[0], place[1] + wobble[1]]);
        self.named.iter().fold(base_m, |height_m, named| height_m + named.lift_m(place))
    }

    /// The inner grid, running out smoothly into the outer one.
    ///
    /// What the inner grid differs from the outer one is added to the outer one: all of it inside, less and less of
    /// what it is at the edge outside.
    fn joined_m(&self, place: Vector) -> f64 {
        let [lat, lon] = degrees(place);
        let [south, north, west, east] = self.inner.bounds_deg();
        let lat_in = held(lat, south, north, GIVING_WAY_DEG[0]);
        let lon_in = held(lon, west, east, GIVING_WAY_DEG[1]);
        let difference_m = self.inner.height_m(lat_in, lon_in) - self.outer.height_m(lat_in, lon_in);
        let share = fading(lat, south, north, FADING_DEG[0]) * fading(lon, west, east, FADING_DEG[1]);
        self.outer.height_m(lat, lon) + share * difference_m
    }

    /// 0 at named points, 1 away from them.
    fn calm(&self, place: Vector) -> f64 {
        self.named.iter().map(|named| eased(distance_m(place, named.place) / CALM_M)).fold(1.0, f64::min)
    }

    /// How much detail there is: none at named points and on the valley floor.
    fn liveliness(&self, place: Vector) -> f64 {
        self.calm(place) * eased(self.river_m(place).0 / VALLEY_M)
    }

    /// `height_m` with the valley of the river and its channel cut in.
    fn carved_m(&self, place: Vector, height_m: f64) -> f64 {
        let (distance_m, floor_m) = self.river_m(place);
        let valley = 1.0 - eased(distance_m / VALLEY_M);
        let [bed_m, bank_m] = CHANNEL_M;
        let channel = 1.0 - eased((distance_m - bed_m) / (bank_m - bed_m));
        height_m - valley * (height_m - floor_m) - CHANNEL_DEPTH_M * channel
    }

    /// Distance from the river's centre line and height of the valley floor there, m.
    fn river_m(&self, place: Vector) -> (f64, f64) {
        let nearest = self.river.windows(2).map(|leg| nearest_on(place, leg[0], leg[1]));
        let nearest = nearest.fold((f64::INFINITY, place), |best, found| if found.0 < best.0 { found } else { best });
        (nearest.0, floor_m(degrees(nearest.1)[0]))
    }
}

/// One line of the control points.
struct ControlPoint {
    lat_deg: f64,
    lon_deg: f64,
    height_m: f64,
    named: bool,
}

fn control_points(text: &str) -> Result<Vec<ControlPoint>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.starts_with("lat_deg"));
    lines
        .map(|(number, line)| {
            control_point(line).ok_or_else(|| format!("line {}: expected lat,lon,height,what: {line}", number + 1))
        })
        .collect()
}

fn control_point(line: &str) -> Option<ControlPoint> {
    let mut fields = line.splitn(4, ',');
    let mut number = || fields.next()?.trim().parse::<f64>().ok();
    let (lat_deg, lon_deg, height_m) = (number()?, number()?, number()?);
    let named = !matches!(fields.next()?.trim(), "grid" | "outer ring");
    Some(ControlPoint { lat_deg, lon_deg, height_m, named })
}

/// The lattice of the control points that lie on it; `otherwise` fills nodes without one.
fn lattice(
    (corner, steps, size): ([f64; 2], [f64; 2], [usize; 2]),
    points: &[ControlPoint],
    otherwise: impl Fn(f64, f64) -> Option<f64>,
) -> Result<Lattice, String> {
    let height_m = |index: usize| {
        let lat = corner[0] + (index / size[0]) as f64 * steps[0];
        let lon = corner[1] + (index % size[0]) as f64 * steps[1];
        // The file rounds to 0.00001°.
        let near = |point: &&ControlPoint| {
            !point.named && (point.lat_deg - lat).abs() < 2e-5 && (point.lon_deg - lon).abs() < 2e-5
        };
        let found = otherwise(lat, lon).or_else(|| points.iter().find(near).map(|point| point.height_m));
        found.ok_or_else(|| format!("no control point at {lat:.5}, {lon:.5}"))
    };
    let heights = (0..size[0] * size[1]).map(height_m).collect::<Result<Vec<f64>, String>>()?;
    Ok(Lattice::smooth(corner, steps, size, &heights))
}

/// `value` in the middle of `low` to `high`; within `soft` of an end it lags, and reaches the end `soft` beyond it.
fn held(value: f64, low: f64, high: f64, soft: f64) -> f64 {
    let lag = |beyond: f64| {
        let into = (beyond + soft).clamp(0.0, 2.0 * soft);
        into * into / (4.0 * soft) + (beyond - soft).max(0.0)
    };
    value - lag(value - high) + lag(low - value)
}

/// 1 between `low` and `high`, falling to 0 at `reach` beyond.
fn fading(value: f64, low: f64, high: f64, reach: f64) -> f64 {
    1.0 - eased((value - high).max(low - value) / reach)
}

/// Height of the valley floor at a latitude of the centre line, m.
fn floor_m(lat_deg: f64) -> f64 {
    let [first, .., last] = FLOOR;
    let leg = FLOOR.windows(2).find(|leg| lat_deg >= leg[0][0] && lat_deg < leg[1][0]);
    leg.map_or(if lat_deg < first[0] { first[1] } else { last[1] }, |leg| {
        leg[0][1] + (leg[1][1] - leg[0][1]) * (lat_deg - leg[0][0]) / (leg[1][0] - leg[0][0])
    })
}

/// The distance from `place` to the leg from `a` to `b`, and the nearest place on it.
fn nearest_on(place: Vector, a: Vector, b: Vector) -> (f64, Vector) {
    let along = [b[0] - a[0], b[1] - a[1]];
    let offset = [place[0] - a[0], place[1] - a[1]];
    let share = (offset[0] * along[0] + offset[1] * along[1]) / (along[0] * along[0] + along[1] * along[1]);
    let share = share.clamp(0.0, 1.0);
    let nearest = [a[0] + share * along[0], a[1] + share * along[1]];
    (distance_m(place, nearest), nearest)
}

fn distance_m(a: Vector, b: Vector) -> f64 {
    let [east, north] = [a[0] - b[0], a[1] - b[1]];
    (east * east + north * north).sqrt()
}

/// Metres east and north of the origin; good enough to shape made-up relief with.
fn metres(lat_deg: f64, lon_deg: f64) -> Vector {
    [(lon_deg - ORIGIN_DEG[1]) * METRES_PER_DEGREE[0], (lat_deg - ORIGIN_DEG[0]) * METRES_PER_DEGREE[1]]
}

/// Latitude and longitude of metres from the origin.
fn degrees(place: Vector) -> [f64; 2] {
    [ORIGIN_DEG[0] + place[1] / METRES_PER_DEGREE[1], ORIGIN_DEG[1] + place[0] / METRES_PER_DEGREE[0]]
}
