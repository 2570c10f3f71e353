//! Writing routes as KML: a placemark with a line for each.

use std::io::{self, BufWriter, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::formats::routes::record::RouteRecord;
use crate::message::markup;
use crate::units::Datum;

/// Writes routes; the heights of each are all above mean sea level, all above ground, or all missing.
///
/// # Errors
/// That it cannot be written.
pub fn write(routes: &[RouteRecord], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document>"#)?;
    writeln!(
        out,
        r#"<Style id="route"><LineStyle><color>ff0080ff</color><width>3</width></LineStyle><PolyStyle><color>400080ff</color></PolyStyle></Style>"#
    )?;
    routes.iter().try_for_each(|route| placemark(route, out))?;
    writeln!(out, "</Document></kml>")
}

fn placemark(route: &RouteRecord, out: &mut impl Write) -> io::Result<()> {
    let datum = route.waypoints.iter().find_map(|waypoint| waypoint.altitude).map(|altitude| altitude.datum);
    // A line in the air is drawn with a curtain down to the ground; one on the ground follows it.
    let (mode, extrude) = match datum {
        Some(Datum::Agl) => ("relativeToGround", 1),
        Some(_) => ("absolute", 1),
        None => ("clampToGround", 0),
    };
    write!(out, "<Placemark><name>{}</name><styleUrl>#route</styleUrl>", markup(&route.name))?;
    write!(
        out,
        "<LineString><extrude>{extrude}</extrude><tessellate>1</tessellate><altitudeMode>{mode}</altitudeMode><coordinates>"
    )?;
    for waypoint in &route.waypoints {
        write!(out, "\n{},{}", waypoint.place.lon_deg, waypoint.place.lat_deg)?;
        if let Some(altitude) = waypoint.altitude {
            write!(out, ",{}", altitude.metres)?;
        }
    }
    writeln!(out, "\n</coordinates></LineString></Placemark>")
}

/// The same, zipped.
///
/// # Errors
/// That it cannot be written.
pub fn write_zipped(routes: &[RouteRecord], out: &mut (impl Write + Seek)) -> io::Result<()> {
    let mut archive = ZipWriter::new(out);
    // A fixed time: the same routes give the same bytes at any time.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    archive.start_file("doc.kml", options).map_err(io::Error::other)?;
    let mut buffered = BufWriter::new(&mut archive);
    write(routes, &mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    archive.finish().map(|_| ()).map_err(io::Error::other)
}
