//! Planned routes may be flown: they are legal when the flight comes by, and where there is none it is said why.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use skygrid::aircraft::{EnergyModel, PowerModel, catalogue};
use skygrid::scenario::ResolvedScenario;
use skygrid::traffic::route::{
    Alternative, BatteryLimit, Flier, GridPlanner, Lift, NoWay, Planner, PlanningRequest, StraightPlanner, Weights,
    breach, check_plan, cures,
};
use skygrid::world::airspace::{Denial, Occasion, RuleId};
use skygrid::world::geo::{Geographic, Position};

use crate::support::{flat, flat_text, root, scenario, skygrid};

/// A request for a type of the catalogue between two positions at the start of a scenario.
fn request<'a>(scenario: &'a ResolvedScenario, power: &'a PowerModel, ends: [Position; 2]) -> PlanningRequest<'a> {
    let aircraft = &catalogue()[0];
    PlanningRequest {
        airspace: &scenario.airspace,
        reluctant: None,
        network: scenario.network.as_ref(),
        flier: Flier { aircraft, power, payload_kg: 0.0 },
        operator: None,
        ends,
        depart: scenario.clock.begins,
        speed_mps: 15.0,
        battery: None,
        weights: Weights::default(),
        resolution_m: 20.0,
        alternatives: 1,
    }
}

fn power() -> PowerModel {
    PowerModel::new(EnergyModel::Momentum, &catalogue()[0])
}

/// On flat ground, from the hub to a place.
fn flat_ends(scenario: &ResolvedScenario, lat_deg: f64, lon_deg: f64) -> [Position; 2] {
    let to = scenario.projection.to_local(Geographic::new(lat_deg, lon_deg));
    [scenario.hubs[0].position, Position::new(to.x, to.y, 8.0)]
}

/// Everything that a route promises, by other means than the planner's.
fn assert_flyable(route: &Alternative, request: &PlanningRequest<'_>) {
    assert_eq!(breach(&route.plan, request), None);
    let aircraft = request.flier.aircraft;
    for pair in route.plan.points.windows(2) {
        let (rise_m, run_m) = (pair[1].position.z - pair[0].position.z, pair[1].along_m - pair[0].along_m);
        let speed_mps = f64::midpoint(pair[0].speed_limit_mps, pair[1].speed_limit_mps);
        let rate_mps = if rise_m > 0.0 { aircraft.climb_mps } else { aircraft.descent_mps };
        assert!(speed_mps * rise_m.abs() / run_m <= rate_mps + 1e-9, "climbs too steeply");
    }
    let heights: Vec<f64> = route.plan.waypoints.iter().map(|waypoint| waypoint.altitude.metres).collect();
    assert!((heights[0] - heights[heights.len() - 1]).abs() < 1e-9, "both ends at one height: {heights:?}");
}

/// Over the mountain for both operators at two resolutions: legal at the start by the check of routes, hardly longer than the
/// straight line, the same when asked again; others cost no less.
#[test]
fn the_summit_is_reached_legally() {
    let scenario = scenario("scenarios/fenghuang.toml", &[]);
    let pad = scenario.pads.iter().find(|pad| pad.id == "summit").unwrap();
    for (fleet, resolution_m) in [(1, 20.0), (1, 10.0), (2, 20.0)] {
        let fleet = &scenario.fleets[fleet];
        let ends = [scenario.hubs[fleet.hub.unwrap().index()].position, pad.position];
        let request = PlanningRequest {
            flier: Flier { aircraft: &fleet.aircraft, power: &fleet.power, payload_kg: 1.0 },
            operator: fleet.operator.as_deref(),
            speed_mps: fleet.aircraft.cruise_speed_mps,
            resolution_m,
            alternatives: 3,
            ..request(&scenario, &fleet.power, ends)
        };
        let routes = GridPlanner.plan(&request).unwrap();
        assert_eq!(format!("{routes:?}"), format!("{:?}", GridPlanner.plan(&request).unwrap()));
        let occasion = Occasion::at(request.operator, request.depart);
        for route in &routes {
            assert_eq!(check_plan(&route.plan, &scenario.airspace, &occasion), []);
            assert_flyable(route, &request);
        }
        let straight_m = (ends[1] - ends[0]).xy().norm();
        let first = &routes[0];
        assert!(first.figures.length_m < 1.05 * straight_m, "{} m", first.figures.length_m);
        assert!(routes.iter().all(|route| route.cost_s >= first.cost_s));
        assert!(first.plan.waypoints.len() < 20);
    }
}

/// Pasted into the scenario and flown by a mission a planned route is checked and found flyable.
#[test]
fn a_planned_route_can_be_pasted() {
    let folder = tempfile::tempdir().unwrap();
    let (routes, copy) = (folder.path().join("routes.toml"), folder.path().join("copy.toml"));
    let file = root().join("scenarios/fenghuang.toml");
    let plan = skygrid(folder.path())
        .arg("plan")
        .arg(&file)
        .args(["--from", "kitchen", "--to", "summit", "--fleet", "scenic", "--alternatives", "2", "--out"])
        .arg(&routes)
        .assert()
        .success();
    let shown = String::from_utf8(plan.get_output().stdout.clone()).unwrap();
    assert!(shown.contains("cheapest") && shown.contains("The straight line"), "{shown}");
    let assets = root().join("assets");
    let text = std::fs::read_to_string(&file).unwrap().replace("../assets", assets.to_str().unwrap());
    let pasted = std::fs::read_to_string(&routes).unwrap();
    let mut missions = String::new();
    for index in 1..=pasted.matches("[[route]]").count() {
        let _ = writeln!(
            missions,
            "[[delivery]]\nid = \"planned-{index}\"\nkind = \"scenic\"\nroute = \"kitchen-summit-{index}\"\nfleet = \"scenic\"\norders_per_hour = 1\npayload_kg = {{ min = 0.4, max = 2.3 }}"
        );
    }
    std::fs::write(&copy, format!("{text}\n{pasted}\n{missions}")).unwrap();
    skygrid(folder.path()).arg("check").arg(&copy).assert().success();
}

/// Asked for again and from places that are no hubs: nothing that is pasted has the name of something that is there.
#[test]
fn what_is_pasted_has_names_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (file, more) = (folder.path().join("flat.toml"), folder.path().join("more.toml"));
    std::fs::write(&file, flat_text("")).unwrap();
    for from in ["hub", "hub", "-33.900,18.430", "-33.901,18.430"] {
        let mut plan = skygrid(folder.path());
        plan.arg("plan").arg(&file).args(["--from", from, "--to", "-33.905,18.432", "--out"]).arg(&more);
        plan.assert().success();
        let scenario = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{scenario}\n{}", std::fs::read_to_string(&more).unwrap())).unwrap();
    }
    let pasted: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    for (kind, least) in [("hub", 3), ("pad", 1), ("route", 4)] {
        let all = pasted[kind].as_array().unwrap();
        let ids: BTreeSet<&str> = all.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
        assert!(ids.len() == all.len() && ids.len() >= least, "{kind}: {ids:?}");
    }
}

/// What the weather of the time forbids is told, and ends with 3; a time of another day has its date; who is at a hub is that hub.
#[test]
fn the_time_and_the_place_count() {
    let folder = tempfile::tempdir().unwrap();
    let plan = |file: &str, more: &[&str], code| {
        let mut plan = skygrid(folder.path());
        let output = plan.arg("plan").arg(root().join(file)).args(more).assert().code(code).get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    };
    let front = plan("scenarios/mountain-front.toml", &["--from", "city", "--to", "summit", "--depart", "14:10"], 3);
    assert!(front.contains("Route 1 may not be flown at that time: ") && front.contains("gust"), "{front}");
    let home = "scenarios/fenghuang.toml";
    let night = plan(home, &["--from", "kitchen", "--to", "summit", "--depart", "22:00"], 3);
    assert!(night.contains("Depart at 2026-05-02 0"), "{night}");
    let at_hub = plan(home, &["--from", "41.5560,120.4640", "--to", "summit"], 0);
    assert!(at_hub.contains("Scenic-area kitchen to Summit pad"), "{at_hub}");
    let coarse = plan(home, &["--from", "kitchen", "--to", "summit", "--resolution", "500"], 3);
    assert!(coarse.contains("Cells of 500 m may be too coarse"), "{coarse}");
}

/// The planner on the grid says what others would have had to be; the straight line has no others.
#[test]
fn why_there_are_no_more_is_said_by_the_planner() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flat.toml"), flat_text("")).unwrap();
    for (planner, is_told) in [("grid", true), ("straight", false)] {
        let mut plan = skygrid(folder.path());
        plan.args([
            "plan",
            "flat.toml",
            "--from",
            "hub",
            "--to",
            "-33.905,18.432",
            "--planner",
            planner,
            "--alternatives",
            "9",
        ]);
        let shown = String::from_utf8(plan.assert().success().get_output().stdout.clone()).unwrap();
        assert_eq!(
            shown.contains("no other route was found that differs enough: by 100 m on 25 %"),
            is_told,
            "{planner}: {shown}"
        );
    }
}

/// A wall across the area a kilometre and a half from the hub, closed in a window.
fn walled(window: &str) -> Arc<ResolvedScenario> {
    flat(&format!(
        r#"
        [[zone]]
        id = "wall"
        name = {{ en = "Wall", zh = "墙" }}
        restriction = "PROHIBITED"
        area = {{ polygon = [
            {{ lat_deg = -33.93, lon_deg = 18.440 }}, {{ lat_deg = -33.93, lon_deg = 18.443 }},
            {{ lat_deg = -33.87, lon_deg = 18.443 }}, {{ lat_deg = -33.87, lon_deg = 18.440 }},
        ] }}
        when = [{{ {window} }}]
        "#
    ))
}

/// A zone is judged when the flight gets there: one that opens meanwhile is no obstacle, one that closes meanwhile is, though
/// both are asked for at the same departure.
#[test]
fn zones_count_when_the_flight_gets_there() {
    let power = power();
    let opens = walled(r#"start = "2026-01-15T07:00:00+02:00", end = "2026-01-15T07:31:00+02:00""#);
    let asked = request(&opens, &power, flat_ends(&opens, -33.905, 18.452));
    let routes = GridPlanner.plan(&asked).unwrap();
    assert_flyable(&routes[0], &asked);
    assert!(
        !check_plan(&routes[0].plan, &opens.airspace, &Occasion::at(None, asked.depart)).is_empty(),
        "closed at departure"
    );
    assert!(StraightPlanner.plan(&asked).is_ok());

    let closes = walled(r#"start = "2026-01-15T07:31:00+02:00", end = "2026-01-15T07:50:00+02:00""#);
    let asked = request(&closes, &power, flat_ends(&closes, -33.905, 18.452));
    let why = GridPlanner.plan(&asked).unwrap_err();
    assert!(matches!(&why, NoWay::Closed { met } if matches!(met[..], [Denial::Prohibited { .. }])), "{why:?}");
    assert!(StraightPlanner.plan(&asked).is_err());
    let cures = cures(&GridPlanner, &asked, &why);
    assert_eq!(
        cures.lifts.iter().map(|cure| cure.lift.clone()).collect::<Vec<_>>(),
        [Lift::Zones(vec![RuleId::Zone(0)])]
    );
    let (depart, route) = cures.departure.unwrap();
    assert_eq!(depart.to_string(), "2026-01-15T05:50:00Z", "when the wall opens");
    assert_flyable(&route, &PlanningRequest { depart, ..asked });
}

/// Ends that cannot be used, and batteries that do not carry: which, by which rule, with which numbers.
#[test]
fn what_cannot_be_is_told() {
    let power = power();
    let closed = walled(r#"start = "2026-01-15T07:00:00+02:00""#);
    let why = |lat_deg, lon_deg| {
        let asked = request(&closed, &power, flat_ends(&closed, lat_deg, lon_deg));
        GridPlanner.plan(&asked).unwrap_err()
    };
    assert!(matches!(why(-33.905, 18.441), NoWay::End { end: 1, denial: Denial::Prohibited { .. } }));
    assert!(matches!(why(-33.905, 18.9), NoWay::End { end: 1, denial: Denial::OutsideArea(_) }));
    assert!(matches!(why(10.0, -120.0), NoWay::End { end: 1, .. }));
    let same = request(&closed, &power, [closed.hubs[0].position; 2]);
    assert!(matches!(GridPlanner.plan(&same), Err(NoWay::SamePlace)));
    assert!(matches!(StraightPlanner.plan(&same), Err(NoWay::SamePlace)));

    let near = flat_ends(&closed, -33.900, 18.432);
    let battery = Some(BatteryLimit { plannable_wh: 5.0, hand_over_wh: 1.0 });
    let asked = PlanningRequest { battery, ..request(&closed, &power, near) };
    let found = GridPlanner.plan(&asked);
    let Err(NoWay::Battery { needed_wh, plannable_wh, .. }) = found else { panic!("{found:?}") };
    assert!(needed_wh > plannable_wh && plannable_wh < 5.1, "{needed_wh} of {plannable_wh}");
}

/// Around a tall block: the straight line is denied, the route is not and at most 3 % longer than tangents and arc: cells of
/// 20 m keep it up to 28 m away from the block.
#[test]
fn a_block_is_passed_closely() {
    let power = power();
    let scenario = flat(
        r#"
        [[zone]]
        id = "tower"
        name = { en = "Tower", zh = "塔" }
        restriction = "PROHIBITED"
        area = { circle = { lat_deg = -33.905, lon_deg = 18.438, radius_m = 300 } }
        "#,
    );
    let asked =
        PlanningRequest { alternatives: 2, ..request(&scenario, &power, flat_ends(&scenario, -33.905, 18.452)) };
    let routes = GridPlanner.plan(&asked).unwrap();
    assert!(StraightPlanner.plan(&asked).is_err());
    let centre = scenario.projection.to_local(Geographic::new(-33.905, 18.438));
    let [a, b] = asked.ends.map(|end| (end.xy() - centre).norm());
    // Two tangents and the arc between them.
    let arc = std::f64::consts::PI - libm::acos(300.0 / a) - libm::acos(300.0 / b);
    let shortest_m = (a * a - 9e4).sqrt() + (b * b - 9e4).sqrt() + 300.0 * arc;
    let length_m = routes[0].figures.length_m;
    assert!((shortest_m..1.03 * shortest_m).contains(&length_m), "{length_m} m, at best {shortest_m} m");
    // The other one passes on the other side.
    assert_eq!(routes.len(), 2);
    let sides = routes.iter().map(|route| {
        route
            .plan
            .points
            .iter()
            .map(|point| point.position.y - centre.y)
            .max_by(|x, y| x.abs().total_cmp(&y.abs()))
            .unwrap()
    });
    assert!(sides.product::<f64>() < 0.0);
    for route in &routes {
        assert_flyable(route, &asked);
    }
}
