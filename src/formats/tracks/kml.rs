//! Tracks as KML 2.2 with Google's `gx:Track`, and back.
//!
//! Written heights are `absolute`: above mean sea level by EGM96, m, as KML defines it. Read are `gx:Track` and
//! `gx:MultiTrack`, and lines with a `TimeSpan`, along which a constant speed is taken; `absolute` is above mean sea level,
//! `relativeToGround` above the ground, and without either the height counts only with a datum from the user.

mod reading;

use std::io::{self, Write};

pub(super) use self::reading::{read, read_zipped};
use super::earth::Earth;
use super::{About, DroneTracks, GRAVE, Mark, OTHER, Sortie, key};
use crate::frame::MissionKind;
use crate::message::markup;
use crate::message::words::Word;

pub(super) fn write(
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    about: &About,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    out.write_all(br#"<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">"#)?;
    writeln!(out, "<Document><name>{}</name><open>1</open>", markup(about.title.get(about.language)))?;
    let heights = Word::new("Heights above mean sea level, EGM96", "高度为海拔高（EGM96）").get(about.language);
    writeln!(out, "<description>{heights}</description>")?;
    styles(out)?;
    for drone in tracks.filter(|drone| !drone.sorties.is_empty()) {
        writeln!(out, "<Folder><name>{}</name>", markup(&drone.name))?;
        drone.sorties.iter().try_for_each(|sortie| placemark(&drone, sortie, earth, about, out))?;
        writeln!(out, "</Folder>")?;
    }
    if !about.marks.is_empty() {
        writeln!(out, "<Folder><name>{}</name>", Word::new("Events", "事件").get(about.language))?;
        about.marks.iter().try_for_each(|mark| mark_placemark(mark, earth, about, out))?;
        writeln!(out, "</Folder>")?;
    }
    writeln!(out, "</Document></kml>")
}

/// A style for each mission, and one for each gravity of events.
fn styles(out: &mut impl Write) -> io::Result<()> {
    for kind in MissionKind::ALL {
        let colour = opaque(kind.colour());
        writeln!(
            out,
            r#"<Style id="{}"><IconStyle><color>{colour}</color><scale>0.6</scale></IconStyle><LineStyle><color>{colour}</color><width>2</width></LineStyle></Style>"#,
            key(kind)
        )?;
    }
    for (id, colour) in [("grave", opaque(GRAVE)), ("mark", opaque(OTHER))] {
        writeln!(out, r#"<Style id="{id}"><IconStyle><color>{colour}</color><scale>0.8</scale></IconStyle></Style>"#)?;
    }
    Ok(())
}

/// A colour as KML has it: opacity, blue, green, red.
fn opaque([red, green, blue]: [u8; 3]) -> String {
    format!("ff{blue:02x}{green:02x}{red:02x}")
}

fn placemark(
    drone: &DroneTracks,
    sortie: &Sortie,
    earth: &Earth<'_>,
    about: &About,
    out: &mut impl Write,
) -> io::Result<()> {
    let told = Word::new("sortie", "架次").get(about.language);
    write!(out, "<Placemark><name>{}</name>", markup(&drone.name))?;
    write!(
        out,
        "<description>{told} {} {} {}</description>",
        sortie.number,
        markup(&sortie.mission),
        markup(&drone.aircraft)
    )?;
    writeln!(out, "<styleUrl>#{}</styleUrl><gx:Track><altitudeMode>absolute</altitudeMode>", key(drone.kind))?;
    for (time, _) in &sortie.track.points {
        writeln!(out, "<when>{}</when>", earth.instant(*time))?;
    }
    for (_, sample) in &sortie.track.points {
        let point = earth.point(sample);
        writeln!(out, "<gx:coord>{:.8} {:.8} {:.2}</gx:coord>", point.at.lon_deg, point.at.lat_deg, point.amsl_m)?;
    }
    writeln!(out, "</gx:Track></Placemark>")
}

fn mark_placemark(mark: &Mark, earth: &Earth<'_>, about: &About, out: &mut impl Write) -> io::Result<()> {
    let point = earth.point_of(&mark.position);
    let style = if mark.is_grave { "grave" } else { "mark" };
    write!(out, "<Placemark><name>{}</name>", markup(mark.name.get(about.language)))?;
    write!(
        out,
        "<TimeSpan><begin>{}</begin><end>{}</end></TimeSpan>",
        earth.instant(mark.from),
        earth.instant(mark.to)
    )?;
    write!(out, "<styleUrl>#{style}</styleUrl><Point><altitudeMode>absolute</altitudeMode>")?;
    let (lon_deg, lat_deg) = (point.at.lon_deg, point.at.lat_deg);
    writeln!(out, "<coordinates>{lon_deg:.8},{lat_deg:.8},{:.2}</coordinates></Point></Placemark>", point.amsl_m)
}
