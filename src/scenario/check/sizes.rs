//! Sizes that would eat the memory or the disk: refused with the arithmetic before anything is computed.

use crate::message::Text;
use crate::scenario::model::{Route, Scenario};
use crate::scenario::report::Reporter;

/// Most nodes of a height field, and most plots of all blocks: what fits the memory of a small machine.
const MOST_NODES: f64 = 100_000_000.0;
const MOST_PLOTS: f64 = 250_000.0;
/// Most entries of a list: ids have 16 bits.
const MOST_ENTRIES: f64 = 10_000.0;
/// Most drones of a scenario, and most stands of its pads.
const MOST_DRONES: f64 = 200_000.0;
const MOST_STANDS: f64 = 200_000.0;
/// Most base stations: each is weighed at every node of the coverage map.
const MOST_STATIONS: f64 = 200.0;
/// Most movements of manned aircraft in a run: were all in the air at once, their rows would still fit a block.
const MOST_MOVEMENTS: f64 = 3_000.0;
/// Most orders and rounds of a run: each is a row in memory until its end.
const MOST_REQUESTS: f64 = 5_000_000.0;
/// Most frames of a run: a week at one a second is 604 800.
const MOST_FRAMES: f64 = 1_000_000.0;

/// Most kilometres of all routes together: a path point each 10 m.
const MOST_PATH_KM: f64 = 20_000.0;

/// Metres of a degree of latitude, rounded up.
const DEGREE_M: f64 = 112_000.0;

/// Something that is counted, where, and how much of it there may be.
struct Size {
    key: String,
    count: f64,
    most: f64,
    what: [&'static str; 2],
}

/// Adds everything of which there is too much.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let sizes = [nodes(scenario), plots(scenario), paths(scenario)];
    let sizes = sizes.into_iter().chain(lists(scenario)).chain(amounts(scenario));
    for size in sizes.filter(|size| size.count.is_nan() || size.count > size.most) {
        let ([en, zh], count, most) = (size.what, size.count, size.most);
        reporter.fatal(
            &size.key,
            [
                Text::new(format!("makes about {count:.0} {en}"), format!("{zh}数约为 {count:.0}")),
                Text::new(format!("at most {most:.0}"), format!("不超过 {most:.0}")),
                Text::new("make the scenario smaller or coarser here", "请在此处缩小规模或降低精度"),
            ],
        );
    }
}

/// Cells of a grid over a box given in degrees.
fn cells(height_deg: f64, width_deg: f64, side_m: f64) -> f64 {
    (height_deg.abs() * DEGREE_M / side_m + 1.0) * (width_deg.abs() * DEGREE_M / side_m + 1.0)
}

fn nodes(scenario: &Scenario) -> Size {
    let area = &scenario.area;
    let (height_deg, width_deg) = (area.north_deg - area.south_deg, area.east_deg - area.west_deg);
    let count = cells(height_deg, width_deg, scenario.terrain.posting_m);
    Size { key: "terrain.posting_m".into(), count, most: MOST_NODES, what: ["nodes of terrain", "地形格点"] }
}

/// All blocks together, told at the largest.
fn plots(scenario: &Scenario) -> Size {
    let blocks: Vec<f64> = scenario
        .buildings
        .iter()
        .map(|block| {
            let height_deg = block.north_east.lat_deg - block.south_west.lat_deg;
            let width_deg = block.north_east.lon_deg - block.south_west.lon_deg;
            cells(height_deg, width_deg, block.plot_m)
        })
        .collect();
    let largest = (0..blocks.len()).max_by(|&a, &b| blocks[a].total_cmp(&blocks[b])).unwrap_or(0);
    let key = format!("buildings[{largest}].plot_m");
    Size { key, count: blocks.iter().sum(), most: MOST_PLOTS, what: ["plots", "地块"] }
}

/// The paths of all routes together, told at the longest: one with a degree too many leads round the earth.
fn paths(scenario: &Scenario) -> Size {
    let hub = |id: &str| scenario.hub.iter().find(|hub| hub.id == id).map(|hub| hub.position);
    let pad = |id: &str| scenario.pad.iter().find(|pad| pad.id == id).map(|pad| pad.position);
    let length_km = |route: &Route| {
        let via = route.waypoints().iter().map(|waypoint| (waypoint.lat_deg, waypoint.lon_deg));
        let ends = [hub(&route.from), route.to.as_deref().map_or_else(|| hub(&route.from), pad)];
        let [start, end] = ends.map(|end| end.map(|position| (position.lat_deg, position.lon_deg)));
        let places: Vec<(f64, f64)> = start.into_iter().chain(via).chain(end).collect();
        let legs = places.windows(2).map(|leg| libm::hypot(leg[1].0 - leg[0].0, leg[1].1 - leg[0].1));
        legs.sum::<f64>() * DEGREE_M / 1000.0
    };
    let lengths_km: Vec<f64> = scenario.route.iter().map(length_km).collect();
    let longest = (0..lengths_km.len()).max_by(|&a, &b| lengths_km[a].total_cmp(&lengths_km[b])).unwrap_or(0);
    let (key, count) = (format!("route[{longest}]"), lengths_km.iter().sum());
    Size { key, count, most: MOST_PATH_KM, what: ["km of routes", "航线千米"] }
}

#[expect(clippy::cast_precision_loss, reason = "lengths of lists in a file")]
fn lists(scenario: &Scenario) -> Vec<Size> {
    let waypoints = scenario.route.iter().map(|route| route.waypoints().len()).sum();
    let points = scenario.river.iter().map(|river| river.line.len()).sum();
    let course_points = scenario.manned.iter().map(|manned| manned.path.len()).sum();
    let lengths = [
        ("hub", scenario.hub.len()),
        ("pad", scenario.pad.len()),
        ("fleet", scenario.fleet.len() + scenario.traffic.len() + scenario.initial.len() + scenario.recorded.len()),
        ("route", scenario.route.len()),
        ("route", waypoints),
        ("delivery", scenario.delivery.len() + scenario.round.len() + scenario.traffic.len() + scenario.initial.len()),
        ("buildings", scenario.buildings.len()),
        ("landmark", scenario.landmark.len()),
        ("river", scenario.river.len()),
        ("river", points),
        ("zone", scenario.zone.len()),
        ("zones", scenario.zones.len()),
        ("obstacles", scenario.obstacles.len()),
        ("site", scenario.site.len()),
        ("airport", scenario.airport.len()),
        ("approval", scenario.approval.len()),
        ("crowd", scenario.crowd.len() + scenario.quiet.len()),
        ("intervention", scenario.intervention.len()),
        ("failure", scenario.failure.len()),
        ("rally", scenario.rally.len()),
        ("manned", scenario.manned.len()),
        ("manned", course_points),
        ("weather.front", scenario.weather.as_ref().map_or(0, |weather| weather.front.len())),
    ];
    let size = |(key, count): (&str, usize)| Size {
        key: key.into(),
        count: count as f64,
        most: MOST_ENTRIES,
        what: ["entries", "条目"],
    };
    lengths.into_iter().map(size).collect()
}

fn amounts(scenario: &Scenario) -> [Size; 7] {
    let drones = scenario.fleet.iter().map(|fleet| fleet.count);
    let flying: f64 = drones.clone().map(f64::from).sum();
    #[expect(clippy::cast_precision_loss, reason = "lengths of lists in a file")]
    let listed = {
        let recorded = scenario.recorded.iter().map(|recorded| recorded.names.len());
        recorded.chain(scenario.initial.iter().map(|initial| initial.all().len())).sum::<usize>() as f64
    };
    let drones =
        drones.chain(scenario.traffic.iter().map(|traffic| traffic.count)).map(f64::from).sum::<f64>() + listed;
    let stands = scenario.pad.iter().map(|pad| f64::from(pad.stands)).sum();
    #[expect(clippy::cast_precision_loss, reason = "the length of a list in a file")]
    let stations = scenario.base_station.len() as f64;
    let duration_s = scenario.time.duration_s;
    let orders: f64 = scenario.delivery.iter().map(|delivery| delivery.orders_per_hour * duration_s / 3600.0).sum();
    let rounds: f64 = scenario.round.iter().map(|round| duration_s / round.every_s).sum();
    let failures = flying * scenario.failures.per_h() * duration_s / 3600.0;
    let movements = scenario.manned.iter().map(|manned| manned.movements(duration_s)).sum();
    let size = |key: &str, count: f64, most: f64, what| Size { key: key.into(), count, most, what };
    [
        size(if scenario.fleet.is_empty() { "traffic" } else { "fleet" }, drones, MOST_DRONES, ["drones", "无人机"]),
        size("base_station", stations, MOST_STATIONS, ["base stations", "基站"]),
        size("manned", movements, MOST_MOVEMENTS, ["movements of manned aircraft", "有人机架次"]),
        size("failures", failures, MOST_REQUESTS, ["failures", "故障"]),
        size("pad", stands, MOST_STANDS, ["stands", "机位"]),
        size("time.duration_s", orders + rounds, MOST_REQUESTS, ["orders and rounds", "订单与巡飞"]),
        size("record.interval_s", duration_s / scenario.record.interval_s, MOST_FRAMES, ["frames", "帧"]),
    ]
}
