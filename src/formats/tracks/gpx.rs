//! Tracks as GPX 1.1, and back.
//!
//! What is written is above mean sea level by EGM96, and an extension says so; what others write is by the rule of
//! [`crate::formats::gpx`].

use std::io::{self, BufRead, Write};

use jiff::Timestamp;

use super::earth::Earth;
use super::fixes::{Draft, Fixes};
use super::times;
use super::xml::{Broken, Node, Xml};
use super::{About, DroneTracks, Mark, key};
use crate::formats::gpx::{DATUM_ELEMENT, EXTENSIONS, NAMESPACE, stated};
use crate::message::markup;

pub(super) fn write(
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    about: &About,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<gpx version="1.1" creator="skygrid" xmlns="http://www.topografix.com/GPX/1/1" xmlns:skygrid="{NAMESPACE}">"#
    )?;
    let (title, time) = (markup(about.title.get(about.language)), earth.instant(about.span.0));
    write!(
        out,
        "<metadata><name>{title}</name><desc>ele: metres above mean sea level, EGM96</desc><time>{time}</time>"
    )?;
    writeln!(out, "{EXTENSIONS}</metadata>")?;
    about.marks.iter().try_for_each(|mark| waypoint(mark, earth, about, out))?;
    for drone in tracks {
        for sortie in &drone.sorties {
            let (name, mission) = (markup(&drone.name), markup(&sortie.mission));
            write!(out, "<trk><name>{name}</name><desc>{mission}</desc><number>{}</number>", sortie.number)?;
            writeln!(out, "<type>{}</type><trkseg>", key(drone.kind))?;
            for (time, sample) in &sortie.track.points {
                let (point, time) = (earth.point(sample), earth.instant(*time));
                write!(out, r#"<trkpt lat="{:.8}" lon="{:.8}">"#, point.at.lat_deg, point.at.lon_deg)?;
                writeln!(out, "<ele>{:.2}</ele><time>{time}</time></trkpt>", point.amsl_m)?;
            }
            writeln!(out, "</trkseg></trk>")?;
        }
    }
    writeln!(out, "</gpx>")
}

fn waypoint(mark: &Mark, earth: &Earth<'_>, about: &About, out: &mut impl Write) -> io::Result<()> {
    let (point, time) = (earth.point_of(&mark.position), earth.instant(mark.from));
    let name = markup(mark.name.get(about.language));
    write!(out, r#"<wpt lat="{:.8}" lon="{:.8}">"#, point.at.lat_deg, point.at.lon_deg)?;
    writeln!(out, "<ele>{:.2}</ele><time>{time}</time><name>{name}</name></wpt>", point.amsl_m)
}

/// Reads the tracks of a file; routes and waypoints are no tracks.
pub(super) fn read(input: impl BufRead, fixes: &mut Fixes<'_>) -> Result<(), Broken> {
    let mut xml = Xml::new(input);
    let mut name: Option<String> = None;
    let mut has_begun = false;
    let mut point = Draft::default();
    while !fixes.is_over() {
        match xml.next()? {
            Node::Start("trk", _) => (name, has_begun) = (None, false),
            // A second segment goes on with the track after an interruption.
            Node::Start("trkseg", _) if has_begun => fixes.pause(),
            Node::Start("trkpt", attributes) => {
                if !has_begun {
                    fixes.begin(name.as_deref());
                    has_begun = true;
                }
                let degrees = |key: &str| attributes.get(key).and_then(|text| text.trim().parse().ok());
                point = Draft { lat_deg: degrees("lat"), lon_deg: degrees("lon"), ..Draft::default() };
            }
            Node::End { name: "name", parent: Some("trk"), text } => name = Some(text.trim().to_owned()),
            Node::End { name: "ele", parent: Some("trkpt"), text } => point.metres = text.trim().parse().ok(),
            // The standard has it in UTC.
            Node::End { name: "time", parent: Some("trkpt"), text } => point.time = time_of(text),
            Node::End { name: DATUM_ELEMENT, text, .. } => fixes.declared = stated(text),
            Node::End { name: "trkpt", .. } => {
                if point.metres.is_some() {
                    fixes.declare_ele();
                }
                fixes.take(xml.line(), &point);
            }
            Node::Over => break,
            _ => {}
        }
    }
    Ok(())
}

fn time_of(text: &str) -> Option<Timestamp> {
    times::instant(text).or_else(|| times::in_utc(text))
}
