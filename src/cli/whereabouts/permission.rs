//! Whether one may fly at a place, up to what height, under which rule, by whose leave and until when.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Asked, rounded};
use crate::message::Text;
use crate::message::words::Word;
use crate::scenario::ResolvedScenario;
use crate::units::{Altitude, Datum};
use crate::world::airspace::{
    Airspace, Column, Control, Denial, Flyer, Geozone, Heights, Limit, Matter, Occasion, Origin, RuleId, State, Told,
    Volume,
};
use crate::world::geo::{Position, Rectangle, is_in_china};

/// Art. 26: apply by 12:00 of the day before, the decision comes by 21:00 of that day; Art. 30: report the departure 1 h
/// before (M–H).
const CALENDAR: [&str; 3] = ["12:00", "21:00", "1"];

/// Everything about flying at a place and an instant.
pub struct Ruled<'a> {
    pub asked: &'a Asked,
    pub scenario: &'a ResolvedScenario,
    pub operator: Option<&'a str>,
}

impl Ruled<'_> {
    pub fn tell(&self, position: Option<Position>, answer: &mut Answer) {
        let place = &self.asked.local;
        let column = self.airspace().column(place, self.asked.at, self.flyer());
        if self.airspace().contains(place) {
            if let Some(column) = &column {
                self.tell_column(column, answer);
            }
        } else {
            let why = Text::new("at no height: outside the area", "任何高度均不可飞：位于空域之外");
            answer.tell("permitted_agl_m", Word::new("one may fly", "可飞高度"), json!([]), why);
        }
        if let Some(column) = &column {
            self.tell_below(column, answer);
        }
        self.tell_height(position, answer);
        self.tell_rules(answer);
        self.tell_changes(answer);
    }

    fn airspace(&self) -> &Airspace {
        &self.scenario.airspace
    }

    fn flyer(&self) -> Flyer<'_> {
        self.operator.map_or(Flyer::AnyHolder, |operator| Flyer::Operator(Some(operator)))
    }

    fn tell_column(&self, column: &Column, answer: &mut Answer) {
        let state = column.state.name().both();
        answer.tell("state", Word::new("state", "空域状态"), json!(column.state.key()), state);
        let open = self.heights_text(&column.open);
        let without = Word::new("without an approval", "未经批准");
        answer.tell("permitted_agl_m", without, stretches(&column.open), open);
        answer.note("permitted_limit", told_json(&self.airspace().told(column.open.limit)));
        self.tell_approved(column, answer);
        let is_ruled = column.state == State::Controlled || column.approval.is_some();
        if is_ruled && is_in_china(self.asked.place) {
            self.tell_calendar(answer);
        }
    }

    /// What each holder of an approval may do, because nobody flies on two approvals of different holders.
    fn tell_approved(&self, column: &Column, answer: &mut Answer) {
        let holders = self.operator.map_or_else(|| self.holders(), |operator| vec![Some(operator)]);
        let mut values = Vec::new();
        for holder in holders {
            let own = self.airspace().column(&self.asked.local, self.asked.at, Flyer::Operator(holder));
            let Some(own) = own.filter(|own| own.approved != column.open) else { continue };
            let heights = self.heights_text(&own.approved);
            let name = holder.map_or(Text::new("everybody", "所有人"), |holder| Text::new(holder, holder));
            let text = Text::new(
                format!("{}; held by {}", heights.en, name.en),
                format!("{}；持有人：{}", heights.zh, name.zh),
            );
            answer.show(Word::new("with an approval", "经批准"), text);
            values.push(json!({ "holder": holder, "agl_m": stretches(&own.approved) }));
        }
        answer.note("approved", Value::Array(values));
    }

    /// Who holds an approval over the place.
    fn holders(&self) -> Vec<Option<&str>> {
        let approvals = self.airspace().rules().approvals.iter();
        let over = |volumes: &[Volume]| volumes.iter().any(|volume| volume.footprint.contains(&self.asked.local));
        let holders = approvals.filter(|approval| over(&approval.volumes)).map(|approval| approval.holder.as_deref());
        let holders: BTreeSet<Option<&str>> = holders.collect();
        holders.into_iter().collect()
    }

    fn heights_text(&self, heights: &Heights) -> Text {
        let told = self.airspace().told(heights.limit);
        let by = named(&told);
        if heights.stretches_agl_m.is_empty() {
            return Text::new(format!("at no height: {}", by.en), format!("任何高度均不可飞：{}", by.zh));
        }
        let each = |join: &str| {
            let texts = heights.stretches_agl_m.iter().map(|[low, high]| format!("{low:.0}{join}{high:.0}"));
            texts.collect::<Vec<_>>()
        };
        let (en, zh) = (each(" to ").join(" and "), each(" 至 ").join("、"));
        let (limit_en, limit_zh) = match heights.limit {
            Limit::Ceiling => (String::new(), String::new()),
            _ => (format!(", limited by {}", by.en), format!("，受限于{}", by.zh)),
        };
        Text::new(format!("from {en} m above ground{limit_en}"), format!("真高 {zh} 米{limit_zh}"))
    }

    fn tell_below(&self, column: &Column, answer: &mut Answer) {
        if let Some(surface_m) = column.surface_agl_m {
            let amsl_m = surface_m + column.ground_amsl_m.1;
            let text = if surface_m >= 0.0 {
                Text::new(
                    format!("{amsl_m:.0} m AMSL, {surface_m:.0} m above ground"),
                    format!("海拔 {amsl_m:.0} 米，真高 {surface_m:.0} 米"),
                )
            } else {
                Text::new(
                    format!("{amsl_m:.0} m AMSL, {:.0} m under the ground", -surface_m),
                    format!("海拔 {amsl_m:.0} 米，低于地面 {:.0} 米", -surface_m),
                )
            };
            let word = Word::new("airport surface", "障碍物限制面");
            answer.tell("surface_agl_m", word, json!(rounded(surface_m, 2)), text);
        }
        if let Some((rule, top_m)) = column.obstacle {
            let told = self.airspace().told(Limit::Rule(rule));
            let text = Text::new(
                format!("{}, top {top_m:.0} m above ground", told.name.en),
                format!("{}，顶部真高 {top_m:.0} 米", told.name.zh),
            );
            let word = Word::new("obstacle near", "邻近障碍物");
            answer.tell("obstacle", word, json!({ "id": told.id, "top_agl_m": rounded(top_m, 2) }), text);
        }
        if column.people_per_km2 > 0.0 {
            let people = column.people_per_km2;
            let text = Text::new(format!("{people:.0} per km²"), format!("每平方千米 {people:.0} 人"));
            answer.tell("people_per_km2", Word::new("people below", "下方人员"), json!(people), text);
        }
        if let Some(RuleId::Below(index)) = column.quiet {
            let place = &self.airspace().rules().below[index as usize];
            let Matter::Quiet { limit_dba } = place.matter else { return };
            let text = Text::new(
                format!("{}, at most {limit_dba:.0} dB(A)", place.name.en),
                format!("{}，不超过 {limit_dba:.0} dB(A)", place.name.zh),
            );
            let value = json!({ "id": place.id, "limit_dba": limit_dba });
            answer.tell("quiet", Word::new("quiet place", "噪声敏感场所"), value, text);
        }
    }

    /// When one applies for flying on the day asked about.
    fn tell_calendar(&self, answer: &mut Answer) {
        let day = self.scenario.clock.local(self.asked.at).date();
        let Ok(before) = day.yesterday() else { return };
        let [apply, decided, report_h] = CALENDAR;
        let text = Text::new(
            format!(
                "by {apply} of {before}, decided by {decided} (Art. 26); report the departure {report_h} h before (Art. 30)"
            ),
            format!("{before} {apply} 前申请，{decided} 前答复（第二十六条）；起飞前 {report_h} 小时报告（第三十条）"),
        );
        let value = json!({ "apply_by": format!("{before}T{apply}"), "decided_by": format!("{before}T{decided}") });
        answer.tell("apply", Word::new("apply", "申请时限"), value, text);
    }

    fn tell_height(&self, position: Option<Position>, answer: &mut Answer) {
        let Some(position) = position else { return };
        let occasion = Occasion::at(self.operator, self.asked.at);
        let (word, airspace) = (Word::new("at this height", "在此高度"), self.airspace());
        let Some(denial) = airspace.denial(&position, &position, &occasion) else {
            return answer.tell("permitted", word, json!(true), Text::new("yes", "可飞"));
        };
        let [what, expected, cure] = airspace.explained(&denial, ["it", "此处"], &self.scenario.projection);
        let text = self.with_approval(&denial, &position).unwrap_or_else(|| {
            Text::new(
                format!("no: {} (expected: {}; cure: {})", what.en, expected.en, cure.en),
                format!("不可飞：{}（应为：{}；办法：{}）", what.zh, expected.zh, cure.zh),
            )
        });
        answer.tell("permitted", word, json!(false), text);
        answer.note("denial", json!({ "what": what, "expected": expected, "cure": cure }));
    }

    /// That somebody's approval would do, where nobody in particular is asked about.
    fn with_approval(&self, denial: &Denial, position: &Position) -> Option<Text> {
        let (Denial::NotApproved { .. }, None) = (denial, self.operator) else { return None };
        let approvals = self.airspace().rules().approvals.iter();
        let holders = approvals.filter_map(|approval| approval.holder.as_deref());
        let may = |holder: &&str| {
            self.airspace().denial(position, position, &Occasion::at(Some(holder), self.asked.at)).is_none()
        };
        let mut holders: Vec<&str> = holders.filter(may).collect();
        holders.sort_unstable();
        holders.dedup();
        (!holders.is_empty()).then(|| {
            let (en, zh) = (holders.join(", "), holders.join("、"));
            Text::new(
                format!("only with an approval, which {en} holds (--as {})", holders[0]),
                format!("须持批准：{zh} 持有（--as {}）", holders[0]),
            )
        })
    }

    /// Every zone, airport and approval over the place, whether it holds or not.
    fn tell_rules(&self, answer: &mut Answer) {
        let here = Rectangle { low: self.asked.local, high: self.asked.local };
        let near = self.airspace().rules_near(&here).into_iter();
        let rules: Vec<RuleId> = near.filter(|&rule| !matches!(rule, RuleId::Below(_)) && self.covers(rule)).collect();
        let told: Vec<Text> = rules.iter().map(|&rule| self.rule_text(rule)).collect();
        for (index, text) in told.into_iter().enumerate() {
            let word = if index == 0 { Word::new("rules here", "此处规则") } else { Word::new("", "") };
            answer.show(word, text);
        }
        let values = rules.into_iter().map(|rule| self.rule_json(rule)).collect();
        answer.note("rules", Value::Array(values));
    }

    fn covers(&self, rule: RuleId) -> bool {
        let (rules, place) = (self.airspace().rules(), &self.asked.local);
        let any = |volumes: &[Volume]| volumes.iter().any(|volume| volume.footprint.contains(place));
        match rule {
            RuleId::Zone(index) => any(&rules.zones[index as usize].volumes),
            RuleId::Approval(index) => any(&rules.approvals[index as usize].volumes),
            RuleId::Airport(index) => {
                let airport = &rules.airports[index as usize];
                match airport.control {
                    Control::ProtectionArea => airport.protection.contains(place),
                    Control::Surfaces => airport.runway.surface_at(place).is_some(),
                }
            }
            RuleId::Below(index) => rules.below[index as usize].footprint.contains(place),
            RuleId::Obstacle(_) => false,
        }
    }

    fn holds(&self, rule: RuleId) -> bool {
        let rules = self.airspace().rules();
        match rule {
            RuleId::Zone(index) => rules.zones[index as usize].holds(self.asked.at),
            RuleId::Approval(index) => rules.approvals[index as usize].holds(self.asked.at),
            RuleId::Below(index) => rules.below[index as usize].holds(self.asked.at),
            RuleId::Airport(_) | RuleId::Obstacle(_) => true,
        }
    }

    fn volumes(&self, rule: RuleId) -> &[Volume] {
        let rules = self.airspace().rules();
        match rule {
            RuleId::Zone(index) => &rules.zones[index as usize].volumes,
            RuleId::Approval(index) => &rules.approvals[index as usize].volumes,
            _ => &[],
        }
    }

    fn rule_text(&self, rule: RuleId) -> Text {
        let told = self.airspace().told(Limit::Rule(rule));
        let over = |volume: &&Volume| volume.footprint.contains(&self.asked.local);
        let limits = self.volumes(rule).iter().find(over).map(limits_text).unwrap_or_default();
        let asked = self.conditions(rule);
        let when = self.when_text(rule);
        let (authority_en, authority_zh) = if told.authority.en.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("; {}", told.authority.en), format!("；{}", told.authority.zh))
        };
        let known = self.published_text(rule);
        Text::new(
            format!("{} ({}){}{asked}{authority_en}{}{}", told.name.en, told.kind.en, limits.en, known.en, when.en),
            format!("{}（{}）{}{asked}{authority_zh}{}{}", told.name.zh, told.kind.zh, limits.zh, known.zh, when.zh),
        )
    }

    /// Until when a rule holds, or from when.
    fn when_text(&self, rule: RuleId) -> Text {
        match (self.holds(rule), self.airspace().next_change(rule, self.asked.at).map(|at| self.local(at))) {
            (true, None) => Text::default(),
            (true, Some(at)) => Text::new(format!("; until {at}"), format!("；至 {at}")),
            (false, None) => Text::new(" (not now)", "（此时无效）"),
            (false, Some(at)) => Text::new(format!(" (not now; from {at})"), format!("（此时无效；自 {at} 起）")),
        }
    }

    fn local(&self, at: Timestamp) -> String {
        self.scenario.clock.local(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// What a zone asks in its own words, which are not translated.
    fn conditions(&self, rule: RuleId) -> String {
        let RuleId::Zone(index) = rule else { return String::new() };
        let conditions = &self.airspace().rules().zones[index as usize].conditions;
        if conditions.is_empty() { String::new() } else { format!("; \"{conditions}\"") }
    }

    /// When a temporary closure was made known.
    fn published_text(&self, rule: RuleId) -> Text {
        let RuleId::Zone(index) = rule else { return Text::default() };
        let Origin::Temporary { published: Some(at), emergency } = self.airspace().rules().zones[index as usize].origin
        else {
            return Text::default();
        };
        let at = self.scenario.clock.local(at).strftime("%Y-%m-%d %H:%M").to_string();
        let kind = if emergency { [", an emergency", "（应急）"] } else { ["", ""] };
        Text::new(format!("; made known {at}{}", kind[0]), format!("；{at} 公布{}", kind[1]))
    }

    fn rule_json(&self, rule: RuleId) -> Value {
        let mut value = told_json(&self.airspace().told(Limit::Rule(rule)));
        value["holds"] = json!(self.holds(rule));
        value["changes_at"] = json!(self.airspace().next_change(rule, self.asked.at).map(|at| self.local(at)));
        if let RuleId::Zone(index) = rule {
            let zone: &Geozone = &self.airspace().rules().zones[index as usize];
            value["restriction"] = json!(zone.restriction);
            value["reasons"] = json!(zone.reasons);
            if let Origin::Temporary { published, emergency } = zone.origin {
                value["published"] = json!(published.map(|at| self.local(at)));
                value["emergency"] = json!(emergency);
            }
        }
        let over = |volume: &&Volume| volume.footprint.contains(&self.asked.local);
        if let Some(volume) = self.volumes(rule).iter().find(over) {
            value["lower"] = json!(volume.lower);
            value["upper"] = json!(volume.upper);
        }
        value
    }

    /// The rule over the place that begins or ceases to hold next.
    fn tell_changes(&self, answer: &mut Answer) {
        let here = Rectangle { low: self.asked.local, high: self.asked.local };
        let rules = self.airspace().rules_near(&here).into_iter().filter(|&rule| self.covers(rule));
        let changes = rules.filter_map(|rule| Some((self.airspace().next_change(rule, self.asked.at)?, rule)));
        let Some((at, rule)) = changes.min() else { return };
        let told = self.airspace().told(Limit::Rule(rule));
        let [verb_en, verb_zh] = match (self.holds(rule), rule) {
            (true, RuleId::Below(_)) => ["ends", "结束"],
            (false, RuleId::Below(_)) => ["begins", "开始"],
            (true, _) => ["ends", "失效"],
            (false, _) => ["begins", "生效"],
        };
        let local = self.local(at);
        let text =
            Text::new(format!("{local}: {} {verb_en}", told.name.en), format!("{local}：{}{verb_zh}", told.name.zh));
        let value = json!({ "at": local, "rule": told.id, "holds_then": !self.holds(rule) });
        answer.tell("next_change", Word::new("changes next", "下次变化"), value, text);
    }
}

fn stretches(heights: &Heights) -> Value {
    let rounded = |[low, high]: &[f64; 2]| json!([rounded(*low, 2), rounded(*high, 2)]);
    Value::Array(heights.stretches_agl_m.iter().map(rounded).collect())
}

fn told_json(told: &Told) -> Value {
    json!({ "id": told.id, "name": told.name, "kind": told.kind, "authority": told.authority })
}

fn named(told: &Told) -> Text {
    if told.name == told.kind {
        return told.name.clone();
    }
    Text::new(format!("{} ({})", told.name.en, told.kind.en), format!("{}（{}）", told.name.zh, told.kind.zh))
}

fn limits_text(volume: &Volume) -> Text {
    let over = |limit: &Altitude| {
        let metres = limit.metres;
        match limit.datum {
            Datum::Agl => Text::new(format!("{metres:.0} m above ground"), format!("真高 {metres:.0} 米")),
            Datum::Amsl => Text::new(format!("{metres:.0} m AMSL"), format!("海拔 {metres:.0} 米")),
            Datum::Ellipsoid => Text::new(format!("{metres:.0} m ellipsoidal"), format!("大地高 {metres:.0} 米")),
        }
    };
    let from_ground = volume.lower == Altitude::agl(0.0);
    match (from_ground, &volume.upper) {
        (true, None) => Text::default(),
        (true, Some(upper)) => {
            let upper = over(upper);
            Text::new(format!(", up to {}", upper.en), format!("，至{}", upper.zh))
        }
        (false, None) => {
            let lower = over(&volume.lower);
            Text::new(format!(", from {} up", lower.en), format!("，{}以上", lower.zh))
        }
        (false, Some(upper)) => {
            let (lower, upper) = (over(&volume.lower), over(upper));
            Text::new(format!(", from {} to {}", lower.en, upper.en), format!("，{}至{}", lower.zh, upper.zh))
        }
    }
}
