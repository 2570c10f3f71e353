//! What goes out comes in again; what cannot be is told with its line.

use super::*;
use crate::world::weather::{Climate, year};

const HEAD: &str = "time,wind_mps,gust_mps,direction_deg,visibility_m,precipitation_mmph,temperature_c\n";

fn read_text(text: impl AsRef<[u8]>) -> Result<WeatherFile, Findings> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hours.csv");
    std::fs::write(&path, text).unwrap();
    read(&path)
}

/// Severity, line, key and the English text of each finding.
fn told(findings: &Findings) -> Vec<String> {
    let line = |line: Option<usize>| line.map_or(String::new(), |line| line.to_string());
    findings
        .0
        .iter()
        .map(|finding| format!("{}|{}|{}", line(finding.site.line), finding.site.key, finding.what.en))
        .collect()
}

fn refused(text: impl AsRef<[u8]>) -> String {
    told(&read_text(text).unwrap_err()).join("\n")
}

#[test]
fn a_year_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("year.csv");
    let offset = Offset::from_seconds(8 * 3600).unwrap();
    let hours = year(&Climate::CHAOYANG, 2026, offset, 1);
    write(&path, &hours, offset).unwrap();
    let file = read(&path).unwrap();
    assert!(file.warnings.0.is_empty(), "{:?}", file.warnings);
    assert_eq!(file.timeline.instants().len(), hours.len());
    for ((at, found), (wanted_at, wanted)) in file.timeline.instants().iter().zip(&hours) {
        assert_eq!(at, wanted_at);
        assert!((found.wind_mps - wanted.wind_mps).norm() < 0.002 && (found.gust_mps - wanted.gust_mps).abs() < 0.001);
        assert!((found.temperature_c - wanted.temperature_c).abs() < 0.001);
    }
    assert!(std::fs::read_to_string(&path).unwrap().contains("\n2026-01-01T00:00:00+08:00,"));
}

#[test]
fn units_stand_in_the_names() {
    let rows = "2026-05-01T09:00:00+08:00;10;20;180\n2026-05-01T10:00:00+08:00;10;20;\n";
    let file =
        read_text(format!("\u{feff}Time;wind_kt;gust_kmh;direction_deg\n{}", rows.replace("10;20;\n", "0;20;\n")));
    let first = file.unwrap().timeline.instants()[0].1;
    assert!((first.speed_mps() - 5.1444).abs() < 1e-3 && (first.gust_mps - 5.5556).abs() < 1e-3);
    assert!(first.wind_mps.y > 5.0, "a south wind blows to the north");
    let told = refused("time,wind_speed,gust,direction_deg\n2026-05-01T09:00:00+08:00,5,8,180\n");
    assert_eq!(told, "1|wind_speed|`wind_speed` does not say its unit\n1|gust|`gust` does not say its unit");
}

#[test]
fn what_can_be_repaired_is_repaired_and_told() {
    let row = |hour: u32, wind: &str| format!("2026-05-01T{hour:02}:00:00Z,{wind},8,180,9000,0,15\n");
    let rows = [row(0, "4"), row(2, "6"), row(1, "9"), row(3, ""), row(4, "4"), row(5, "4")].concat();
    let file = read_text(format!("{HEAD}{rows}")).unwrap();
    assert_eq!(
        told(&file.warnings),
        [
            "5||rows with an empty field are left out: 1",
            "4|gust|gusts below the mean wind are raised to it: 1",
            "4|time|rows out of order are sorted: 1",
            "6|time|holes of up to 3 h are filled linearly: 1"
        ]
    );
    let at = |text: &str| file.timeline.at(text.parse().unwrap());
    assert!((at("2026-05-01T03:00:00Z").speed_mps() - 5.0).abs() < 1e-9);
    assert!((at("2026-05-01T01:00:00Z").gust_mps - 9.0).abs() < 1e-9);
    let bare = read_text("time,wind_mps,direction_deg,pressure\n2026-05-01T09:00:00Z,4,0,990\n").unwrap();
    assert_eq!(bare.warnings.0.len(), 5, "{:?}", bare.warnings);
    assert!((bare.timeline.instants()[0].1.gust_mps - 6.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    let row = |time: &str, rest: &str| format!("{HEAD}2026-05-01T00:00:00Z,4,8,180,9000,0,15\n{time},{rest}\n");
    let next = "2026-05-01T01:00:00Z";
    let fine = "4,8,180,9000,0,15";
    for (text, expected) in [
        (
            String::new(),
            "1|time|the column is missing\n1|wind_mps, wind_kt, wind_kmh|the column is missing\n1|direction_deg|the column is missing",
        ),
        (HEAD.to_owned(), "1||there are no hours"),
        (row(next, "-1,8,180,9000,0,15"), "3|wind_mps|-1 cannot be"),
        (row(next, "4,121,180,9000,0,15"), "3|gust_mps|121 cannot be"),
        (row(next, "4,8,400,9000,0,15"), "3|direction_deg|400 cannot be"),
        (row(next, "4,8,180,NaN,0,15"), "3|visibility_m|NaN cannot be"),
        (row(next, "4,8,180,9000,heavy,15"), "3|precipitation_mmph|`heavy` is no number"),
        (row(next, "4,8,180"), "3||a row of 4 fields"),
        (row("2026-05-01T00:00:00+00:00", fine), "3|time|2026-05-01T00:00:00Z stands in line 2 already"),
        (
            row("2026-05-01T09:00:00Z", fine),
            "3|time|nothing is known between 2026-05-01T00:00:00Z and 2026-05-01T09:00:00Z, 9.0 h",
        ),
        ("time,wind_mps,wind_kt,direction_deg\n".to_owned(), "1|wind_kt|the same is given by `wind_mps`"),
    ] {
        assert_eq!(refused(&text), expected, "{text}");
    }
    assert!(refused(row("2026-05-01T01:00:00", fine)).starts_with("3|time|`2026-05-01T01:00:00` is no instant"));
    assert_eq!(refused(b"time,wind_mps\n\x00\x01\xff\xfe"), "2||this is no text");
    let missing = read(Path::new("tests/no-such-file.csv")).unwrap_err();
    assert!(missing.0[0].what.en.starts_with("cannot be read"));
}
