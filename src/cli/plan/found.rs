//! Routes that were found, as tables and as JSON.

use serde_json::{Value, json};

use super::Asked;
use super::routes::degrees;
use crate::cli::table::aligned;
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::traffic::route::{Alternative, met_straight};
use crate::world::airspace::{Denial, Limit};

/// Prints routes, what others would have had to be, the waypoints of the first, and what the straight line would have met.
pub fn say(asked: &Asked<'_>, routes: &[Alternative], others: Option<&Text>) {
    let language = asked.language;
    say!("{}", heading(asked).get(language));
    let rows = routes.iter().enumerate().map(|(index, route)| row(asked, index, route));
    let rows: Vec<Vec<String>> = std::iter::once(headings(language)).chain(rows).collect();
    for line in aligned(&rows, &(1..10)) {
        say!("{line}");
    }
    if let Some(others) = others.filter(|_| routes.len() < usize::from(asked.request.alternatives)) {
        let text = Text::new(
            format!("no other route was found that differs enough: {}", others.en),
            format!("未找到其他足够不同的航线（须{}）", others.zh),
        );
        say!("{}", text.get(language));
    }
    let Some(first) = routes.first() else { return };
    say!("");
    for line in aligned(&waypoints(asked, first), &(0..5)) {
        say!("{line}");
    }
    say!("");
    for line in avoided(asked, first) {
        say!("{}", line.get(language));
    }
}

/// Says of each route what is against it at that time.
pub fn say_against(against: &[Option<(Text, usize)>], language: Language) {
    let found = (1..).zip(against).filter_map(|(number, against)| Some((number, against.as_ref()?)));
    for (number, (what, count)) in found {
        let text = Text::new(
            format!(
                "Route {number} may not be flown at that time: {} ({count} against it; `check --route` lists them)",
                what.en
            ),
            format!("航线 {number} 此时不可飞：{}（共 {count} 项不符，`check --route` 可列出）", what.zh),
        );
        say!("{}", text.get(language));
    }
}

pub fn heading(asked: &Asked<'_>) -> Text {
    let [from, to] = asked.ends;
    let (aircraft, payload_kg) = (&asked.who.aircraft.name, asked.who.payload_kg);
    let at = asked.scenario.clock.shown(asked.request.depart);
    let who = asked.who.operator.as_deref();
    Text::new(
        format!(
            "{} to {}: {}, {payload_kg} kg, at {at}{}",
            from.name.en,
            to.name.en,
            aircraft.en,
            who.map(|who| format!(", for {who}")).unwrap_or_default()
        ),
        format!(
            "{}至{}：{}，载重 {payload_kg} 千克，{at} 起飞{}",
            from.name.zh,
            to.name.zh,
            aircraft.zh,
            who.map(|who| format!("，运营人 {who}")).unwrap_or_default()
        ),
    )
}

fn headings(language: Language) -> Vec<String> {
    let words = [
        Word::new("route", "航线"),
        Word::new("cost s", "代价 秒"),
        Word::new("km", "公里"),
        Word::new("min", "分钟"),
        Word::new("Wh", "瓦时"),
        Word::new("and back", "往返"),
        Word::new("climb m", "爬升 米"),
        Word::new("people s", "人口 秒"),
        Word::new("covered", "覆盖"),
        Word::new("AGL m", "真高 米"),
        Word::new("least room", "最小余量"),
    ];
    words.into_iter().map(|word| word.get(language).to_owned()).collect()
}

fn row(asked: &Asked<'_>, index: usize, route: &Alternative) -> Vec<String> {
    let (figures, language) = (&route.figures, asked.language);
    vec![
        format!("{} {}", index + 1, route.merits_told().get(language)),
        format!("{:.0}", route.cost_s),
        format!("{:.2}", figures.length_m / 1000.0),
        format!("{:.1}", figures.time_s / 60.0),
        format!("{:.0}", figures.energy_wh),
        format!("{:.0}", figures.there_and_back_wh),
        format!("{:.0}", figures.climb_m),
        // Thousands on a square kilometre, for so many seconds.
        format!("{:.0}", figures.people_s_per_km2 / 1000.0),
        format!("{:.0} %", 100.0 * figures.covered_share),
        format!("{:.0}–{:.0}", figures.agl_m[0], figures.agl_m[1]),
        figures.room.told(&asked.scenario.airspace).get(language).to_owned(),
    ]
}

fn waypoints(asked: &Asked<'_>, route: &Alternative) -> Vec<Vec<String>> {
    let head = [
        Word::new("#", "#"),
        Word::new("lat", "纬度"),
        Word::new("lon", "经度"),
        Word::new("AGL m", "真高 米"),
        Word::new("AMSL m", "海拔 米"),
    ];
    let head = head.map(|word| word.get(asked.language).to_owned()).to_vec();
    let rows = route.plan.waypoints.iter().enumerate().map(|(index, waypoint)| {
        let place = degrees(waypoint, asked);
        let ground_m = asked.scenario.terrain.extended_ground_amsl_m(&waypoint.place);
        vec![
            index.to_string(),
            format!("{:.6}", place.lat_deg),
            format!("{:.6}", place.lon_deg),
            format!("{:.1}", waypoint.altitude.metres),
            format!("{:.0}", ground_m + waypoint.altitude.metres),
        ]
    });
    std::iter::once(head).chain(rows).collect()
}

/// What the straight line meets and how much longer the route is.
pub fn avoided(asked: &Asked<'_>, route: &Alternative) -> Vec<Text> {
    let straight_m = (asked.request.ends[1] - asked.request.ends[0]).xy().norm();
    let more_m = (route.figures.length_m - straight_m).max(0.0);
    let share = 100.0 * more_m / straight_m;
    let met = met_straight(asked.request);
    if met.is_empty() {
        return vec![Text::new(
            format!("The straight line ({:.2} km) is open too.", straight_m / 1000.0),
            format!("直线航线（{:.2} 公里）亦可飞。", straight_m / 1000.0),
        )];
    }
    let head = Text::new(
        format!(
            "The straight line ({:.2} km) is not open; the route is {more_m:.0} m ({share:.1} %) longer. It would meet:",
            straight_m / 1000.0
        ),
        format!(
            "直线航线（{:.2} 公里）不可飞；本航线长 {more_m:.0} 米（{share:.1}%）。直线将遇到：",
            straight_m / 1000.0
        ),
    );
    std::iter::once(head).chain(met.iter().map(|denial| line(asked, denial))).collect()
}

/// What denies the straight line, on a line of its own.
pub fn line(asked: &Asked<'_>, denial: &Denial) -> Text {
    let [what, ..] = asked.scenario.airspace.explained(denial, ["it", "其"], &asked.scenario.projection);
    Text::new(format!("  {}", what.en), format!("  {}", what.zh))
}

/// A rule by name, identity and authority.
pub fn rule(asked: &Asked<'_>, limit: Limit) -> Text {
    let told = asked.scenario.airspace.told(limit);
    let beside = |id: &str, authority: &str, separator: &str| {
        let known: Vec<&str> = [id, authority].into_iter().filter(|text| !text.is_empty()).collect();
        known.join(separator)
    };
    let (en, zh) = (beside(&told.id, &told.authority.en, "; "), beside(&told.id, &told.authority.zh, "；"));
    let with = |name: &str, beside: &str, [open, close]: [&str; 2]| {
        if beside.is_empty() { name.to_owned() } else { format!("{name}{open}{beside}{close}") }
    };
    Text::new(with(&told.name.en, &en, [" (", ")"]), with(&told.name.zh, &zh, ["（", "）"]))
}

/// Routes for machines.
pub fn json(asked: &Asked<'_>, routes: &[Alternative], against: &[Option<(Text, usize)>]) -> Value {
    let met = met_straight(asked.request);
    let told = routes.iter().zip(against).map(|(route, against)| {
        let mut told = route_json(asked, route);
        told["against"] = json!(against.as_ref().map(|(what, count)| json!({ "first": what, "count": count })));
        told
    });
    json!({
        "depart": asked.request.depart.to_string(),
        "aircraft": asked.who.aircraft.id,
        "operator": asked.who.operator,
        "payload_kg": asked.who.payload_kg,
        "routes": told.collect::<Vec<_>>(),
        "straight": {
            "length_m": (asked.request.ends[1] - asked.request.ends[0]).xy().norm(),
            "met": met.iter().map(|denial| denial_json(asked, denial)).collect::<Vec<_>>(),
        },
    })
}

/// A denial for machines: what is wrong, expected, and to do.
pub fn denial_json(asked: &Asked<'_>, denial: &Denial) -> Value {
    let explained = asked.scenario.airspace.explained(denial, ["it", "其"], &asked.scenario.projection);
    let [what, expected, cure] = explained;
    json!({ "what": what, "expected": expected, "cure": cure })
}

/// A route for machines.
pub fn route_json(asked: &Asked<'_>, route: &Alternative) -> Value {
    let figures = &route.figures;
    let merits: Vec<String> = route.merits.iter().map(|merit| merit.name().both().en).collect();
    let waypoints: Vec<Value> = route
        .plan
        .waypoints
        .iter()
        .map(|waypoint| {
            let place = degrees(waypoint, asked);
            json!({ "lat_deg": place.lat_deg, "lon_deg": place.lon_deg, "altitude_agl_m": waypoint.altitude.metres })
        })
        .collect();
    json!({
        "merits": merits,
        "cost_s": route.cost_s,
        "resolution_m": route.resolution_m,
        "length_m": figures.length_m,
        "time_s": figures.time_s,
        "energy_wh": figures.energy_wh,
        "there_and_back_wh": figures.there_and_back_wh,
        "climb_m": figures.climb_m,
        "people_s_per_km2": figures.people_s_per_km2,
        "loud_s": figures.loud_s,
        "covered_share": figures.covered_share,
        "lowest_agl_m": figures.agl_m[0],
        "highest_agl_m": figures.agl_m[1],
        "least_room": {
            "metres": figures.room.metres,
            "along_m": figures.room.along_m,
            "is_above": figures.room.is_above,
            "limit": asked.scenario.airspace.told(figures.room.limit).name,
        },
        "waypoints": waypoints,
    })
}
