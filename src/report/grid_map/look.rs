//! How classes look: a colour and a hatch each, so that neither printers nor the colour-blind lose anything.

use std::fmt::Write as _;

use crate::report::sheet::STYLE;
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
