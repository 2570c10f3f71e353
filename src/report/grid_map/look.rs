//! How classes look: a colour and a hatch each, so that neither printers nor the colour-blind lose anything.

use std::fmt::Write as _;

use crate::world::airspace::Class;

/// Lines of a hatch.
struct Hatch {
    /// Distance between lines, px; 0 for none.
    apart_px: f64,
    /// Their direction, degrees clockwise from upright; lines of a cross are also drawn across.
    angle_deg: f64,
    is_cross: bool,
    /// Opacity of the colour below the lines.
    tint: f64,
}

const fn hatch(class: Class) -> Hatch {
    match class {
        Class::Open120 => Hatch { apart_px: 0.0, angle_deg: 0.0, is_cross: false, tint: 0.16 },
        Class::Limited90 => Hatch { apart_px: 13.0, angle_deg: 45.0, is_cross: false, tint: 0.30 },
        Class::Limited60 => Hatch { apart_px: 9.0, angle_deg: 45.0, is_cross: false, tint: 0.42 },
        Class::Limited30 => Hatch { apart_px: 6.0, angle_deg: 45.0, is_cross: false, tint: 0.50 },
        Class::Limited0 => Hatch { apart_px: 6.0, angle_deg: 45.0, is_cross: true, tint: 0.55 },
        Class::Approved => Hatch { apart_px: 6.0, angle_deg: 90.0, is_cross: false, tint: 0.30 },
        Class::Controlled => Hatch { apart_px: 9.0, angle_deg: -45.0, is_cross: false, tint: 0.30 },
        Class::Temporary => Hatch { apart_px: 6.0, angle_deg: 0.0, is_cross: false, tint: 0.38 },
        Class::Prohibited => Hatch { apart_px: 7.0, angle_deg: -45.0, is_cross: true, tint: 0.48 },
        Class::Obstructed => Hatch { apart_px: 4.0, angle_deg: 0.0, is_cross: true, tint: 0.45 },
    }
}

/// Style sheet and patterns of a picture; `regions` are the outlines of its classes.
pub(super) fn definitions(regions: &[(Class, String)], map_size: [f64; 2]) -> String {
    let mut text = format!("<style>{STYLE}");
    for class in Class::ALL {
        let (key, tint) = (class.key(), hatch(class).tint);
        let colour = colour(class);
        let _ = write!(text, ".{key}{{fill:{colour};fill-opacity:{tint};stroke:{colour};stroke-width:1.3}}");
        let _ = write!(text, ".{key}-h{{fill:url(#{key}-h)}}");
    }
    text.push_str("</style><defs>");
    for class in Class::ALL {
        pattern(&mut text, class);
    }
    for (class, path) in regions {
        let _ = write!(text, r#"<path id="{}-r" fill-rule="evenodd" d="{path}"/>"#, class.key());
    }
    let [width, height] = map_size;
    let _ = write!(text, r#"<clipPath id="frame"><rect width="{width:.1}" height="{height:.1}"/></clipPath></defs>"#);
    text
}

/// Whether a class has a hatch.
pub(super) const fn is_hatched(class: Class) -> bool {
    hatch(class).apart_px > 0.0
}

fn pattern(text: &mut String, class: Class) {
    let Hatch { apart_px, angle_deg, is_cross, .. } = hatch(class);
    if apart_px <= 0.0 {
        return;
    }
    let (key, colour) = (class.key(), colour(class));
    let across = if is_cross { format!(" M0 {0} H{apart_px}", apart_px / 2.0) } else { String::new() };
    let _ = write!(
        text,
        r#"<pattern id="{key}-h" width="{apart_px}" height="{apart_px}" patternUnits="userSpaceOnUse" patternTransform="rotate({angle_deg})"><path d="M{0} 0 V{apart_px}{across}" stroke="{colour}" stroke-width="1.1" fill="none"/></pattern>"#,
        apart_px / 2.0
    );
}

fn colour(class: Class) -> String {
    let [red, green, blue] = class.colour();
    format!("#{red:02x}{green:02x}{blue:02x}")
}

const STYLE: &str = "\
text{font-family:'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;\
font-size:13px;fill:#1d2327}\
.end{text-anchor:end}.middle{text-anchor:middle}.start{text-anchor:start}\
.page{fill:#fff}.title{font-size:26px;font-weight:bold}.subtitle{font-size:14px;fill:#4a5359}\
.warning{fill:#fff;stroke:#b3261e;stroke-width:1.6}.warned{font-size:15px;fill:#b3261e}\
.map{clip-path:url(#frame)}.ground{fill:#fbfaf5}.frame{fill:none;stroke:#1d2327;stroke-width:1.2}\
.contour{fill:none;stroke:#8a6a43;stroke-width:.6;stroke-opacity:.5}.contour.bold{stroke-width:1.1;stroke-opacity:.65}\
.height{font-size:10px;fill:#6d4f2a;paint-order:stroke;stroke:#fbfaf5;stroke-width:2.5px}\
.lattice{fill:none;stroke:#1d2327;stroke-width:.4;stroke-opacity:.22}\
.outline{fill:none;stroke:#1d2327;stroke-width:2;stroke-dasharray:12 4 2 4}\
.zone{fill:none;stroke:#8c101e;stroke-width:1.6}.condition{fill:none;stroke:#6b6f12;stroke-width:1.6;stroke-dasharray:2 3}.closure{fill:none;stroke:#b85f00;stroke-width:2;stroke-dasharray:8 4}\
.approval{fill:none;stroke:#0b5cad;stroke-width:1.8;stroke-dasharray:3 3}\
.surface{fill:none;stroke:#5b3a8e;stroke-width:1.3;stroke-dasharray:10 3}\
.building{fill:#4b4036;fill-opacity:.85}\
.name{paint-order:stroke;stroke:#fff;stroke-opacity:.88;stroke-width:3.5px;stroke-linejoin:round}\
.strong{font-weight:bold}.soft{fill:#4a5359;font-size:12px}.rule{stroke:#c5c9c3;stroke-width:1}\
.paper{fill:#fff;fill-opacity:.85}.scale{fill:none;stroke:#1d2327;stroke-width:1.6}.north{fill:#1d2327}\
.furniture{font-size:12px}.tick{fill:none;stroke:#1d2327;stroke-width:1}.degree{font-size:11px;fill:#4a5359}";
