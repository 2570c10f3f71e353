//! A route as it is flown, told leg by leg with what is found.

use serde_json::{Value, json};

use super::Exit;
use super::flight::FlownRoute;
use super::table::aligned;
use crate::message::words::Word;
use crate::message::{Finding, Language, Severity, Site};
use crate::scenario::{FlownWay, ResolvedScenario, RouteFlyer};
use crate::traffic::route::{LegReport, NoReturn, RouteFinding};
use crate::units::SimTime;

/// Tells routes as text or JSON; 3 if any of them cannot be flown.
pub fn tell(scenario: &ResolvedScenario, routes: &[FlownRoute], path: &str, json: bool, language: Language) -> Exit {
    if json {
        let routes: Vec<Value> = routes.iter().map(|route| route_json(scenario, route)).collect();
        say!("{}", json!({ "routes": routes }));
    } else {
        for (index, route) in routes.iter().enumerate() {
            if index > 0 {
                say!("");
            }
            tell_route(scenario, route, path, language);
        }
    }
    let is_flyable = routes.iter().flat_map(|route| &route.ways).all(|way| way.check.is_flyable());
    if is_flyable { Exit::Done } else { Exit::NotFlyable }
}

fn tell_route(scenario: &ResolvedScenario, route: &FlownRoute, path: &str, language: Language) {
    for way in &route.ways {
        say!("{}", heading(scenario, &route.flyer, way, language));
        let rows = std::iter::once(headings(language)).chain(leg_rows(scenario, way, language));
        for line in aligned(&rows.collect::<Vec<_>>(), &(1..10)) {
            say!("{line}");
        }
        if let Some(line) = added_line(way, language) {
            say!("{line}");
        }
        say!("{}", energy_line(scenario, way, language));
        if let Some(line) = link_line(way, language) {
            say!("{line}");
        }
        say!("");
    }
    let ways = || route.ways.iter();
    let findings = ways().flat_map(|way| way.check.findings.iter().map(move |found| (way, found)));
    for (way, found) in findings {
        say!("{}\n", finding(scenario, way, found, path, &route.id).render(language));
    }
    let count = |severity| ways().flat_map(|way| &way.check.findings).filter(|f| f.severity() == severity).count();
    say!("{}", verdict(&route.id, [count(Severity::Error), count(Severity::Warning)], language));
}

fn verdict(id: &str, [errors, warnings]: [usize; 2], language: Language) -> String {
    match (errors, language) {
        (0, Language::English) => format!("{id}: flyable, {warnings} to see"),
        (0, Language::Chinese) => format!("{id}：可飞行，提示 {warnings} 项"),
        (_, Language::English) => format!("{id}: not flyable: {errors} against it, {warnings} to see"),
        (_, Language::Chinese) => format!("{id}：不可飞行：不符 {errors} 项，提示 {warnings} 项"),
    }
}

fn heading(scenario: &ResolvedScenario, flyer: &RouteFlyer, way: &FlownWay, language: Language) -> String {
    let telling = way.telling(scenario);
    let (name, aircraft, payload_kg) =
        (way.way.name.get(language), flyer.aircraft.name.get(language), way.way.payload_kg);
    let [departs, lands] = [way.departs, way.lands()].map(|at| telling.time(at));
    match language {
        Language::English => {
            let operator = flyer.operator.as_deref().map_or_else(String::new, |operator| format!(" for {operator}"));
            format!("{name}: {aircraft}{operator}, {payload_kg} kg, leaves {departs}, is down {lands}")
        }
        Language::Chinese => {
            let operator =
                flyer.operator.as_deref().map_or_else(String::new, |operator| format!("，运营人 {operator}"));
            format!("{name}：{aircraft}{operator}，载重 {payload_kg} 千克，{departs} 起飞，{lands} 降落")
        }
    }
}

fn headings(language: Language) -> Vec<String> {
    let words = [
        Word::new("leg", "航段"),
        Word::new("m", "米"),
        Word::new("begins", "开始"),
        Word::new("s", "秒"),
        Word::new("AGL m", "真高 米"),
        Word::new("AMSL m", "海拔 米"),
        Word::new("slope", "坡度"),
        Word::new("m/s", "米/秒"),
        Word::new("left Wh", "余电 瓦时"),
        Word::new("lowest", "最低真高"),
        Word::new("findings", "发现"),
    ];
    words.map(|word| word.get(language).to_owned()).to_vec()
}

fn leg_rows(scenario: &ResolvedScenario, way: &FlownWay, language: Language) -> Vec<Vec<String>> {
    let legs = way.check.legs.iter().enumerate();
    legs.map(|(index, leg)| leg_row(scenario, way, index, leg, language)).collect()
}

fn leg_row(
    scenario: &ResolvedScenario,
    way: &FlownWay,
    index: usize,
    leg: &LegReport,
    language: Language,
) -> Vec<String> {
    let begins = scenario_time(scenario, way, leg.time_s[0]);
    let hold = if leg.hold_s > 0.0 { format!("+{:.0}", leg.hold_s) } else { String::new() };
    vec![
        format!("{index}–{}", index + 1),
        format!("{:.0}", leg.along_m[1] - leg.along_m[0]),
        begins,
        format!("{:.0}{hold}", leg.time_s[1] - leg.time_s[0]),
        format!("{:.0}–{:.0}", leg.agl_m[0], leg.agl_m[1]),
        format!("{:.0}–{:.0}", leg.amsl_m[0], leg.amsl_m[1]),
        format!("{:+.0} %", leg.gradient * 100.0),
        format!("{:.1}", leg.ground_mps),
        format!("{:.0}", leg.left_wh),
        format!("{:.1} @ {:.0}", leg.agl_m[0], leg.lowest_along_m),
        counted(way, index, language),
    ]
}

fn scenario_time(scenario: &ResolvedScenario, way: &FlownWay, time_s: f64) -> String {
    way.telling(scenario).time(SimTime::from_seconds(time_s).after(way.departs))
}

/// How many findings of each severity a leg has.
fn counted(way: &FlownWay, leg: usize, language: Language) -> String {
    let count = |severity| way.check.findings.iter().filter(|f| f.leg == leg && f.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let words = [(errors, ["against", "不符"]), (warnings, ["to see", "提示"])];
    let some = words.into_iter().filter(|(count, _)| *count > 0);
    let said = some.map(|(count, [en, zh])| match language {
        Language::English => format!("{count} {en}"),
        Language::Chinese => format!("{zh} {count}"),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Which waypoints are not of the file, so that those that are can be counted.
fn added_line(way: &FlownWay, language: Language) -> Option<String> {
    let added = way.way.added.iter().map(ToString::to_string).collect::<Vec<_>>();
    let line = match language {
        Language::English => {
            format!("waypoints as flown; not drawn, but added to keep right or change layers: {}", added.join(", "))
        }
        Language::Chinese => {
            format!("航路点按实际飞行编号；其中 {} 不在所绘航线中，为靠右飞行或换层而增设", added.join("、"))
        }
    };
    (!added.is_empty()).then_some(line)
}

fn energy_line(scenario: &ResolvedScenario, way: &FlownWay, language: Language) -> String {
    let account = &way.check.account;
    let (battery, reserve, left) = (account.battery_wh, account.reserve_wh, account.at_end_wh);
    let rally = |last: &NoReturn| last.rally.and_then(|index| scenario.rallies.get(index)).map(|rally| &rally.name);
    match (language, &account.no_return) {
        (Language::English, no_return) => {
            let turn = no_return.as_ref().map_or_else(
                || "it can turn back everywhere".to_owned(),
                |last| {
                    let to = rally(last).map_or_else(|| "the start".to_owned(), |name| name.en.clone());
                    format!("point of no return at {:.0} m, to {to}", last.along_m)
                },
            );
            format!(
                "energy: {battery:.0} Wh at the start, {left:.0} Wh left on the ground, reserve {reserve:.0} Wh; {turn}"
            )
        }
        (Language::Chinese, no_return) => {
            let turn = no_return.as_ref().map_or_else(
                || "全程均可返航".to_owned(),
                |last| {
                    let to = rally(last).map_or_else(|| "起点".to_owned(), |name| name.zh.clone());
                    format!("最后返航点 {:.0} 米（至{to}）", last.along_m)
                },
            );
            format!("电量：起飞 {battery:.0} 瓦时，落地余 {left:.0} 瓦时，余量要求 {reserve:.0} 瓦时；{turn}")
        }
    }
}

fn link_line(way: &FlownWay, language: Language) -> Option<String> {
    let link = way.check.link.as_ref()?;
    let (percent, least_db, at_m) = (link.weak_share * 100.0, link.least_db, link.least_along_m);
    let longest_m = link.longest_m[1] - link.longest_m[0];
    Some(match language {
        Language::English => format!(
            "link: too weak on {percent:.1} % of the way, {longest_m:.0} m at a stretch; least {least_db:+.1} dB over the sensitivity at {at_m:.0} m"
        ),
        Language::Chinese => format!(
            "链路：{percent:.1}% 航程过弱，最长连续 {longest_m:.0} 米；最低高于灵敏度 {least_db:+.1} dB（{at_m:.0} 米处）"
        ),
    })
}

/// A finding as every command tells one.
fn finding(scenario: &ResolvedScenario, way: &FlownWay, found: &RouteFinding, path: &str, id: &str) -> Finding {
    let [what, expected, cure] = way.telling(scenario).texts(found);
    let direction = &way.way.direction.en;
    let key = if direction.is_empty() { id.to_owned() } else { format!("{id}, {direction}") };
    let site = Site { file: path.to_owned(), line: None, key };
    Finding { severity: found.severity(), site, what, expected, cure }
}

fn route_json(scenario: &ResolvedScenario, route: &FlownRoute) -> Value {
    let flyer = &route.flyer;
    json!({
        "route": route.id,
        "aircraft": flyer.aircraft.id,
        "operator": flyer.operator,
        "flyable": route.ways.iter().all(|way| way.check.is_flyable()),
        "ways": route.ways.iter().map(|way| way_json(scenario, way)).collect::<Vec<_>>(),
    })
}

fn way_json(scenario: &ResolvedScenario, way: &FlownWay) -> Value {
    let (check, account) = (&way.check, &way.check.account);
    let no_return = account.no_return.as_ref().map(|last| {
        let rally = last.rally.and_then(|index| scenario.rallies.get(index)).map(|rally| &rally.id);
        json!({ "along_m": last.along_m, "rally": rally })
    });
    let link = check.link.as_ref().map(|link| {
        json!({
            "weak_share": link.weak_share, "longest_m": link.longest_m,
            "least_db": link.least_db, "least_along_m": link.least_along_m,
        })
    });
    json!({
        "name": way.way.name,
        "direction": way.way.direction.en,
        "payload_kg": way.way.payload_kg,
        "length_m": way.way.plan.length_m(),
        "departs": way.telling(scenario).civil(way.departs),
        "lands": way.telling(scenario).civil(way.lands()),
        "energy": {
            "battery_wh": account.battery_wh, "reserve_wh": account.reserve_wh,
            "left_wh": account.at_end_wh, "point_of_no_return": no_return,
        },
        "link": link,
        "added_waypoints": way.way.added,
        "legs": check.legs.iter().map(leg_json).collect::<Vec<_>>(),
        "findings": check.findings.iter().map(|found| finding_json(scenario, way, found)).collect::<Vec<_>>(),
    })
}

fn leg_json(leg: &LegReport) -> Value {
    json!({
        "along_m": leg.along_m, "time_s": leg.time_s, "hold_s": leg.hold_s, "height_agl_m": leg.agl_m,
        "altitude_amsl_m": leg.amsl_m, "gradient": leg.gradient, "ground_speed_mps": leg.ground_mps,
        "left_wh": leg.left_wh, "lowest_along_m": leg.lowest_along_m,
    })
}

fn finding_json(scenario: &ResolvedScenario, way: &FlownWay, found: &RouteFinding) -> Value {
    let telling = way.telling(scenario);
    let [what, expected, cure] = telling.texts(found);
    let place = scenario.projection.to_geographic(&found.position.xy());
    json!({
        "severity": found.severity(),
        "rule": found.rule(),
        "leg": found.leg,
        "part": found.part,
        "along_m": found.along_m,
        "along_leg_m": found.along_leg_m,
        "stretch_m": found.stretch_m,
        "at": telling.civil(found.at),
        "lat_deg": place.lat_deg,
        "lon_deg": place.lon_deg,
        "altitude_amsl_m": found.position.z,
        "margin": found.margin(),
        "what": what,
        "expected": expected,
        "cure": cure,
    })
}
