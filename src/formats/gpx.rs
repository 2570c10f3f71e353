//! What the heights of GPX are measured from: one rule for routes and tracks.
//!
//! Schema: <http://www.topografix.com/GPX/1/1/gpx.xsd>. `ele` is the elevation in metres and `geoidheight` that of mean sea
//! level over the ellipsoid, as in the GGA message of NMEA, so that `ele` is above mean sea level. Recorders write others:
//! an extension of the file says so, or the user; where neither does, it is told what was taken.

use super::features::{Faults, texts};
use crate::units::Datum;

/// The element of the extension that names a datum: `amsl`, `agl` or `ellipsoid`.
pub const DATUM_ELEMENT: &str = "altitude_datum";
/// The namespace of that extension.
pub const NAMESPACE: &str = "urn:skygrid:gpx:1";
/// The extension as it is written beside heights above mean sea level.
pub const EXTENSIONS: &str = "<extensions><skygrid:altitude_datum>amsl</skygrid:altitude_datum></extensions>";

/// What `ele` is measured from: by the extension of the file, by the user, else by the definition of GPX, which is told.
pub fn datum_of_ele(stated: Option<Datum>, chosen: Option<Datum>, faults: &mut Faults) -> Datum {
    stated.or(chosen).unwrap_or_else(|| {
        faults.warn_once("ele", "ele", by_definition());
        Datum::Amsl
    })
}

/// The datum that the extension names.
pub fn stated(word: &str) -> Option<Datum> {
    let words = [("amsl", Datum::Amsl), ("agl", Datum::Agl), ("ellipsoid", Datum::Ellipsoid)];
    words.into_iter().find_map(|(known, datum)| (known == word.trim()).then_some(datum))
}

fn by_definition() -> [crate::message::Text; 3] {
    texts(
        (
            "the file names no datum; its heights are taken as above mean sea level, as GPX defines `ele`",
            "文件未注明高度基准；按 GPX 对 `ele` 的定义视为海拔高",
        ),
        ("heights above mean sea level", "海拔高"),
        (
            "nothing, if they are; else convert them, or import a track with --datum",
            "若确为海拔高则无需处理；否则请换算，导入航迹时可用 --datum 指明",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::{routes, tracks};
    use super::*;
    use crate::message::Findings;

    #[derive(Default)]
    struct Seen(Vec<tracks::Fix>);

    impl tracks::Sink for Seen {
        fn begin(&mut self, _: &str) {}
        fn resume(&mut self, _: &str) {}
        fn pause(&mut self) {}
        fn bridge_gaps(&mut self) {}
        fn fix(&mut self, fix: &tracks::Fix) -> Result<(), tracks::Refusal> {
            self.0.push(*fix);
            Ok(())
        }
    }

    /// The same heights in a route and in a track are the same heights, whatever the file says of them.
    #[test]
    fn routes_and_tracks_read_ele_alike() {
        let point = |name: &str, lat: f64, time: &str| {
            format!("<{name} lat='{lat}' lon='120.4'><ele>300.5</ele>{time}</{name}>")
        };
        let points = |name: &str, time: &str| {
            point(name, 41.5, &time.replace('#', "0")) + &point(name, 41.6, &time.replace('#', "1"))
        };
        let body = format!(
            "<rte>{}</rte><trk><trkseg>{}</trkseg></trk>",
            points("rtept", ""),
            points("trkpt", "<time>2026-05-01T01:00:0#Z</time>")
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gpx");
        let cases = [
            ("amsl", Datum::Amsl, 0),
            ("agl", Datum::Agl, 0),
            ("ellipsoid", Datum::Ellipsoid, 0),
            ("", Datum::Amsl, 1),
            ("barometer", Datum::Amsl, 1),
        ];
        for (word, datum, told) in cases {
            let extension =
                format!("<metadata><extensions><s:altitude_datum>{word}</s:altitude_datum></extensions></metadata>");
            let extension = if word.is_empty() { "" } else { &extension };
            std::fs::write(&path, format!("<gpx xmlns:s='{NAMESPACE}'>{extension}{body}</gpx>")).unwrap();
            let route = routes::read(&path, routes::Reading::default()).unwrap();
            let mut seen = Seen::default();
            let findings = tracks::read(&path, tracks::Reading::default(), &mut seen).unwrap();
            let of_route: Vec<_> =
                route.routes[0].waypoints.iter().map(|waypoint| waypoint.altitude.unwrap()).collect();
            let of_track: Vec<_> = seen.0.iter().map(|fix| fix.altitude).collect();
            assert_eq!(of_route, of_track, "{word}");
            assert!(
                of_track.len() == 2 && of_track.iter().all(|altitude| altitude.datum == datum),
                "{word}: {of_track:?}"
            );
            let count = |findings: &Findings| findings.0.iter().filter(|finding| finding.site.key == "ele").count();
            assert_eq!([count(&route.warnings), count(&findings)], [told; 2], "{word}");
        }
        // What the user says holds where the file says nothing.
        let mut seen = Seen::default();
        let reading = tracks::Reading { datum: Some(Datum::Ellipsoid), ..tracks::Reading::default() };
        std::fs::write(&path, format!("<gpx>{body}</gpx>")).unwrap();
        assert!(tracks::read(&path, reading, &mut seen).unwrap().0.is_empty());
        assert_eq!(seen.0[0].altitude.datum, Datum::Ellipsoid);
    }
}
