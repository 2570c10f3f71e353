//! Height layers by heading.

use crate::message::Text;
use crate::scenario::model::{Layer, Scenario};
use crate::scenario::report::Reporter;
use crate::traffic::route::HeightLayer;

/// Adds what is wrong with layers and with who flies in them.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (later, layer) in scenario.layer.iter().enumerate() {
        let first = scenario.layer[..later].iter().position(|other| share_headings(other, layer));
        if let Some(first) = first {
            let texts = [
                Text::new(format!("it shares headings with layer[{first}]"), format!("与 layer[{first}] 的航向重叠")),
                Text::new("layers that share no heading", "各层航向互不重叠"),
                Text::new("correct `from_deg` or `to_deg` of one of them", "请修改其一的 `from_deg` 或 `to_deg`"),
            ];
            reporter.fatal(&format!("layer[{later}]"), texts);
        }
    }
    if !scenario.layer.is_empty() {
        return;
    }
    let routes = scenario.route.iter().map(|route| route.by_heading).enumerate();
    let traffic = scenario.traffic.iter().map(|traffic| traffic.by_heading).enumerate();
    let keys = routes.map(|entry| ("route", entry)).chain(traffic.map(|entry| ("traffic", entry)));
    for (kind, (index, _)) in keys.filter(|(_, (_, by_heading))| *by_heading) {
        let texts = [
            Text::new("there are no layers to fly in", "没有可用的高度层"),
            Text::new("at least one [[layer]]", "至少一个 [[layer]]"),
            Text::new(
                "add [[layer]] with from_deg, to_deg and altitude_agl_m, or remove `by_heading`",
                "请添加 [[layer]]（from_deg、to_deg、altitude_agl_m），或删除 `by_heading`",
            ),
        ];
        reporter.fatal(&format!("{kind}[{index}].by_heading"), texts);
    }
}

impl Layer {
    /// The layer as flights are planned in it.
    pub const fn resolved(&self) -> HeightLayer {
        HeightLayer { from_deg: self.from_deg, to_deg: self.to_deg, altitude_agl_m: self.altitude_agl_m }
    }
}

/// Whether two layers have a heading in common: one begins in the other.
fn share_headings(a: &Layer, b: &Layer) -> bool {
    let (a, b) = (a.resolved(), b.resolved());
    a.holds(b.from_deg) || b.holds(a.from_deg)
}
