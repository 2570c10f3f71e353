//! Every colour of the viewer. Nothing is told by colour alone: missions differ in shape, alerts in sign.

use bevy::prelude::*;
use bevy_egui::egui;

use crate::frame::{AlertLevel, ConflictSample, IntentState, MissionKind};

/// Brightness of letters, of 255, that is still read with ease on a light panel: a contrast of about 5 to 1.
const INK_LUMA: f32 = 105.0;

/// A colour as three bytes, for Bevy and for egui.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tint(pub u8, pub u8, pub u8);

impl Tint {
    /// For Bevy.
    pub fn color(self) -> Color {
        Color::srgb_u8(self.0, self.1, self.2)
    }

    /// For Bevy, translucent.
    pub fn faded(self, alpha: f32) -> Color {
        self.color().with_alpha(alpha)
    }

    /// For egui.
    pub const fn egui(self) -> egui::Color32 {
        egui::Color32::from_rgb(self.0, self.1, self.2)
    }

    /// Dark enough to write with on a light panel.
    pub fn ink(self) -> egui::Color32 {
        let luma = 0.3 * f32::from(self.0) + 0.59 * f32::from(self.1) + 0.11 * f32::from(self.2);
        self.egui().lerp_to_gamma(egui::Color32::BLACK, 1.0 - (INK_LUMA / luma).min(1.0))
    }

    /// For a mesh's vertices.
    pub fn linear(self) -> [f32; 4] {
        self.color().to_linear().to_f32_array()
    }
}

/// The light ground that all panels are written on.
pub fn sheet() -> egui::Frame {
    egui::Frame::new().fill(egui::Color32::from_white_alpha(225)).corner_radius(6.0).inner_margin(8.0)
}

/// Sky overhead.
pub const ZENITH: Tint = Tint(92, 146, 200);
/// Haze at the horizon, which distant ground fades into.
pub const HAZE: Tint = Tint(205, 220, 230);
/// Water.
pub const WATER: Tint = Tint(52, 120, 190);
/// Water near the bank.
pub const SHALLOW: Tint = Tint(98, 160, 212);
/// Contour lines.
pub const CONTOUR: Tint = Tint(96, 78, 56);
/// The ceiling surface and the airspace box.
pub const CEILING: Tint = Tint(120, 200, 255);
/// Hubs.
pub const HUB: Tint = Tint(30, 64, 140);
/// Delivery pads.
pub const PAD: Tint = Tint(214, 69, 65);
/// Rally sites.
pub const RALLY: Tint = Tint(0, 121, 107);
/// Painted signs.
pub const PAINT: Tint = Tint(250, 250, 246);
/// Buildings.
pub const BUILDING: Tint = Tint(214, 208, 198);
/// Open airspace.
pub const OPEN: Tint = Tint(46, 160, 67);
/// Height-limited.
pub const LIMITED: Tint = Tint(0x97, 0x97, 0x97);
/// Opened by an approval.
pub const APPROVED: Tint = Tint(0x10, 0x88, 0xf2);
/// Controlled airspace.
pub const CONTROLLED: Tint = Tint(0xde, 0x43, 0x29);
/// Prohibited.
pub const PROHIBITED: Tint = Tint(150, 16, 24);
/// Closed for a time.
pub const TEMPORARY: Tint = Tint(0xee, 0x88, 0x15);
/// Open under conditions.
pub const CONDITIONAL: Tint = Tint(226, 200, 40);
/// No room to fly.
pub const OBSTRUCTED: Tint = Tint(70, 70, 70);

/// Figures from the least to the greatest, in steps that stay apart for colour-blind eyes (after viridis).
const FIGURES: [Tint; 5] =
    [Tint(68, 1, 84), Tint(59, 82, 139), Tint(33, 145, 140), Tint(94, 201, 98), Tint(253, 231, 37)];

/// The colour of a figure at a share of its range.
pub fn figure(share: f32) -> LinearRgba {
    let at = share.clamp(0.0, 1.0) * 4.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 3")]
    let lower = (at as usize).min(3);
    #[expect(clippy::cast_precision_loss, reason = "from 0 to 3")]
    let rest = at - lower as f32;
    FIGURES[lower].color().to_linear().mix(&FIGURES[lower + 1].color().to_linear(), rest)
}

/// The same for lists.
pub fn figure_tint(share: f32) -> Tint {
    let [red, green, blue, _] = Srgba::from(figure(share)).to_u8_array();
    Tint(red, green, blue)
}

/// What the user has selected.
pub const SELECTED: Tint = Tint(255, 235, 59);
/// Ink on light panels.
pub const INK: Tint = Tint(24, 32, 40);
/// Outline around drones.
pub const OUTLINE: Tint = Tint(16, 20, 28);
/// Loss of separation.
pub const LOSS: Tint = Tint(213, 0, 0);

/// Not as intended, but it may come back to that.
pub const NONCONFORMING: Tint = Tint(255, 171, 0);
/// It carries out a contingency.
pub const CONTINGENT: Tint = Tint(229, 28, 35);
/// It is down away from hub and pad.
pub const STRANDED: Tint = Tint(229, 28, 35);
/// Where the ground believes a drone to be.
pub const REPORTED: Tint = Tint(0, 172, 193);
/// The volume around manned aircraft.
pub const MANNED: Tint = Tint(16, 20, 28);
/// Faults on the timeline.
pub const FAULT: Tint = Tint(106, 27, 154);

/// Heights as a share of the relief, from plain to summit.
pub const GROUND: [(f32, Tint); 6] = [
    (0.0, Tint(158, 187, 124)),
    (0.12, Tint(176, 196, 132)),
    (0.32, Tint(211, 204, 146)),
    (0.55, Tint(201, 173, 120)),
    (0.78, Tint(168, 138, 106)),
    (1.0, Tint(178, 168, 160)),
];

/// The ground's colour at a share of the relief.
pub fn ground(share: f32) -> Vec3 {
    let as_vec = |tint: Tint| Vec3::new(f32::from(tint.0), f32::from(tint.1), f32::from(tint.2));
    let share = share.clamp(0.0, 1.0);
    let upper = GROUND.iter().position(|(at, _)| *at >= share).unwrap_or(GROUND.len() - 1).max(1);
    let ((low, from), (high, to)) = (GROUND[upper - 1], GROUND[upper]);
    as_vec(from).lerp(as_vec(to), ((share - low) / (high - low)).clamp(0.0, 1.0))
}

/// A mission's hue, chosen to stay apart for colour-blind eyes (after Okabe and Ito).
pub const fn mission(kind: MissionKind) -> Tint {
    let [red, green, blue] = kind.colour();
    Tint(red, green, blue)
}

/// A mission's sign in lists, the outline of its drones' bodies.
pub const fn mission_sign(kind: MissionKind) -> &'static str {
    match kind {
        MissionKind::CityDelivery => "■",
        MissionKind::ScenicDelivery => "◆",
        MissionKind::FirePatrol => "▲",
        MissionKind::Inspection => "★",
        MissionKind::RandomTraffic => "●",
    }
}

/// Colours of alternatives, apart from those of missions.
const ALTERNATIVES: [Tint; 9] = [
    Tint(88, 24, 150),
    Tint(0, 158, 190),
    Tint(224, 172, 0),
    Tint(160, 30, 40),
    Tint(96, 160, 0),
    Tint(40, 60, 90),
    Tint(230, 90, 60),
    Tint(150, 110, 60),
    Tint(210, 60, 200),
];

/// The colour of an alternative.
pub const fn alternative(index: usize) -> Tint {
    ALTERNATIVES[index % ALTERNATIVES.len()]
}

/// The colour of what is reserved for a flight, by what has become of its intent.
pub const fn intent(state: IntentState) -> Tint {
    match state {
        IntentState::Accepted => Tint(40, 110, 220),
        IntentState::Activated => Tint(20, 190, 60),
        IntentState::Nonconforming => NONCONFORMING,
        IntentState::Contingent => CONTINGENT,
    }
}

/// The sign of an intent in lists, like the edges of its volumes.
pub const fn intent_sign(state: IntentState) -> &'static str {
    match state {
        IntentState::Accepted => "…",
        IntentState::Activated => "□",
        IntentState::Nonconforming => "–",
        IntentState::Contingent => "=",
    }
}

/// An alert's colour (the convention of the `OpenUTM` verification viewer).
pub const fn alert(level: AlertLevel) -> Tint {
    match level {
        AlertLevel::Advisory => Tint(0x82, 0xb1, 0xff),
        AlertLevel::Caution => Tint(0xff, 0x98, 0x00),
        AlertLevel::Warning => Tint(0xff, 0x52, 0x52),
    }
}

/// Colour of a conflicting pair.
pub const fn conflict(conflict: &ConflictSample) -> Tint {
    if conflict.loss_of_separation { LOSS } else { alert(conflict.level) }
}

/// An alert's sign.
pub const fn alert_sign(level: AlertLevel) -> &'static str {
    match level {
        AlertLevel::Advisory => "○",
        AlertLevel::Caution => "△",
        AlertLevel::Warning => "▲",
    }
}

/// The sign of a loss of separation.
pub const LOSS_SIGN: &str = "×";

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is written with is dark enough, and what is dark enough stays as it is.
    #[test]
    fn ink_is_dark() {
        for tint in [FIGURES[4], alert(AlertLevel::Advisory), NONCONFORMING, PAINT] {
            let ink = tint.ink();
            let luma = 0.3 * f32::from(ink.r()) + 0.59 * f32::from(ink.g()) + 0.11 * f32::from(ink.b());
            assert!((luma - INK_LUMA).abs() < 2.0 && ink.is_opaque(), "{tint:?}: {luma}");
        }
        assert_eq!(HUB.ink(), HUB.egui());
    }
}
