//! The grid map on its way out: every format holds the same cells with the same values, and says no in time.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::Value;
use skygrid::formats::grid_map::ATTRIBUTES;

use crate::support::{root, skygrid};

/// A part with open, limited, approved, controlled, temporary and prohibited cells.
const BOX: &str = "41.516,120.472,41.546,120.5005";

/// The cells of a file: the values of each by code, in the order of the attributes; a missing value is empty.
type Cells = BTreeMap<String, Vec<String>>;

fn scene() -> String {
    root().join("tests/places/grid.toml").to_str().unwrap().to_owned()
}

fn written(folder: &Path, name: &str, extra: &[&str]) -> Value {
    let args = ["grid", &scene(), "--box", BOX, "--out", name, "--json"];
    let output = skygrid(folder).args(args).args(extra).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

/// Numbers are compared as numbers: one format writes 20, another 20.0.
fn number(value: f64) -> String {
    format!("{value:.6}")
}

fn text(value: &str) -> String {
    value.parse::<f64>().map_or_else(|_| value.to_owned(), number)
}

fn cells(rows: impl Iterator<Item = Vec<String>>) -> Cells {
    rows.map(|row| (row[0].clone(), row.iter().map(|value| text(value)).collect())).collect()
}

fn of_geojson(path: &Path) -> Cells {
    let file: Value = serde_json::from_reader(File::open(path).unwrap()).unwrap();
    let features = file["features"].as_array().unwrap();
    let show = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    cells(features.iter().map(|feature| {
        let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
        assert!(ring.len() == 5 && ring[0] == ring[4], "{ring:?}");
        let at = |index: usize| [0, 1].map(|axis: usize| ring[index][axis].as_f64().unwrap());
        let doubled: f64 = (0..4).map(|i| at(i)[0] * at(i + 1)[1] - at(i + 1)[0] * at(i)[1]).sum();
        assert!(doubled > 0.0, "counter-clockwise");
        ATTRIBUTES.iter().map(|attribute| show(&feature["properties"][attribute.name])).collect()
    }))
}

fn of_csv(path: &Path) -> Cells {
    let table = std::fs::read_to_string(path).unwrap();
    let mut rows = table.lines().map(fields);
    assert_eq!(rows.next().unwrap(), ATTRIBUTES.map(|attribute| attribute.name));
    cells(rows)
}

/// The fields of a line (RFC 4180).
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => fields.last_mut().unwrap().push(letters.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => fields.last_mut().unwrap().push(other),
        }
    }
    fields
}

fn of_parquet(path: &Path) -> Cells {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let show = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Double(value) => number(*value),
        other => other.to_string(),
    };
    let rows = reader.get_row_iter(None).unwrap().map(|row| row.unwrap());
    cells(rows.map(|row| row.get_column_iter().map(|(_, field)| show(field)).collect()))
}

fn of_geopackage(path: &Path) -> Cells {
    let database = Connection::open(path).unwrap();
    let pragma = |name: &str| database.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((pragma("application_id"), pragma("user_version")), (0x4750_4B47, 10_300));
    assert_eq!(database.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
    let broken = database.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap();
    assert!(!broken);
    let systems = "SELECT count(*) FROM gpkg_spatial_ref_sys WHERE srs_id IN (-1, 0, 4326)";
    assert_eq!(database.query_row(systems, [], |row| row.get::<_, i64>(0)).unwrap(), 3);
    let mut rows = database.prepare("SELECT * FROM grid_map ORDER BY fid").unwrap();
    let show = |cell: Cell| match cell {
        Cell::Null => String::new(),
        Cell::Integer(value) => value.to_string(),
        Cell::Real(value) => number(value),
        Cell::Text(text) => text,
        Cell::Blob(bytes) => panic!("{bytes:?}"),
    };
    let rows = rows.query_map([], |row| {
        let blob: Vec<u8> = row.get(1)?;
        // GP, little-endian, an envelope of four numbers, then a polygon of one ring of five points.
        assert_eq!((&blob[..2], blob.len(), &blob[40..45]), (b"GP".as_slice(), 40 + 13 + 80, &[1, 3, 0, 0, 0][..]));
        (2..2 + ATTRIBUTES.len()).map(|column| Ok(show(row.get(column)?))).collect::<rusqlite::Result<Vec<_>>>()
    });
    cells(rows.unwrap().map(|row| row.unwrap()))
}

/// The placemarks of the cells, and a check that elements close in the order in which they open.
fn of_kml(kml: &str) -> Cells {
    let mut open: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    let mut field: Option<String> = None;
    let mut row: BTreeMap<String, String> = BTreeMap::new();
    for part in kml.split('<').skip(1) {
        let (tag, content) = part.split_once('>').unwrap();
        let name = tag.split([' ', '/', '?']).find(|word| !word.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
            match name {
                "Placemark" if !row.is_empty() => found.push(std::mem::take(&mut row)),
                "SimpleData" => field = None,
                _ => {}
            }
        } else if !tag.starts_with('?') && !tag.ends_with('/') {
            open.push(name);
            if name == "SimpleData" {
                field = tag.split('"').nth(1).map(str::to_owned);
                row.insert(field.clone().unwrap(), unescaped(content));
            }
        }
    }
    assert!(open.is_empty() && field.is_none(), "{open:?}");
    let rows = found.into_iter().map(|row| {
        ATTRIBUTES.iter().map(|attribute| row.get(attribute.name).cloned().unwrap_or_default()).collect::<Vec<_>>()
    });
    cells(rows)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn every_format_holds_the_same_cells() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let summary = written(folder.path(), "a.geojson", &[]);
    let expected = of_geojson(&path("a.geojson"));
    assert_eq!(summary["cells"], expected.len());
    for name in ["a.csv", "a.parquet", "a.gpkg", "a.kml", "a.kmz"] {
        assert_eq!(written(folder.path(), name, &[])["classes"], summary["classes"], "{name}");
    }
    assert_eq!(of_csv(&path("a.csv")), expected);
    assert_eq!(of_parquet(&path("a.parquet")), expected);
    assert_eq!(of_geopackage(&path("a.gpkg")), expected);
    let kml = std::fs::read_to_string(path("a.kml")).unwrap();
    assert_eq!(of_kml(&kml), expected);
    let mut archive = zip::ZipArchive::new(File::open(path("a.kmz")).unwrap()).unwrap();
    let mut zipped = String::new();
    archive.by_name("doc.kml").unwrap().read_to_string(&mut zipped).unwrap();
    assert!(zipped == kml);
    // No litter beside what was asked for.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6);
}

/// What is known of a few cells without the program.
#[test]
fn cells_say_what_the_scenario_says() {
    let folder = tempfile::tempdir().unwrap();
    let summary = written(folder.path(), "a.csv", &[]);
    let cells = of_csv(&folder.path().join("a.csv"));
    let value = |code: &str, name: &str| {
        let index = ATTRIBUTES.iter().position(|attribute| attribute.name == name).unwrap();
        cells[code][index].clone()
    };
    // The summit, whose code is published, lies in the heritage site; the corridor over it is approved from 40 to 90 m.
    let summit = "N51K031E1A5";
    for (name, expected) in [
        ("state_class", "approved"),
        ("permitted_agl_m", ""),
        ("limit_id", "pagoda"),
        ("limit_zh", "古塔"),
        ("limit_authority_en", "Heritage office"),
        ("approved_from_agl_m", "40.000000"),
        ("approved_agl_m", "90.000000"),
        ("approval_id", "pagoda-corridor"),
        ("quiet_id", "temple"),
        ("quiet_limit_dba", "55.000000"),
        ("bands", "......AAAAAA...."),
        ("coverage_dbm", ""),
    ] {
        assert_eq!(value(summit, name), expected, "{name}");
    }
    let classes: BTreeMap<String, u64> = summary["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| (class["class"].as_str().unwrap().to_owned(), class["cells"].as_u64().unwrap()))
        .collect();
    let temporary = cells.values().filter(|row| row.contains(&"Fire <1> & \"smoke\"".to_owned())).count();
    assert!(temporary > 30 && classes["temporary"] == temporary as u64, "{classes:?} {temporary}");
    // An hour later the closure is over; another operator has no approval.
    let later: Vec<Value> =
        written(folder.path(), "b.csv", &["--at", "10:30", "--as", "other"])["classes"].as_array().unwrap().clone();
    assert!(later.iter().all(|class| class["class"] != "temporary" && class["class"] != "approved"), "{later:?}");
}

#[test]
fn too_much_and_the_unknown_are_refused_with_a_cure() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |args: &[&str]| {
        let output = skygrid(folder.path()).args(["grid", &scene()]).args(args).assert().code(2).get_output().clone();
        String::from_utf8(output.stderr).unwrap()
    };
    let heavy = refused(&["--level", "8", "--out", "a.csv"]);
    assert!(heavy.contains("6 904 × 5 188 = 35 817 952 cells") && heavy.contains("at most 2 000 000"), "{heavy}");
    assert!(heavy.contains("narrow --box") && heavy.contains("--level 7"), "{heavy}");
    let fine = refused(&["--cell-m", "5", "--out", "a.kml"]);
    assert!(fine.contains("at most 300 000") && fine.contains("--cell-m"), "{fine}");
    let unknown = refused(&["--out", "a.shp"]);
    for ending in [".geojson", ".kml", ".csv", ".parquet", ".gpkg", ".png", ".svg"] {
        assert!(unknown.contains(ending), "{unknown}");
    }
    let elsewhere = refused(&["--box", "10,20,11,21", "--out", "a.csv"]);
    assert!(elsewhere.contains("does not touch the area") && elsewhere.contains("cure: "), "{elsewhere}");
    refused(&["--level", "9", "--out", "a.csv"]);
    refused(&["--level", "5", "--cell-m", "50", "--out", "a.csv"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn pictures_speak_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let picture = |name: &str, extra: &[&str]| {
        written(folder.path(), name, extra);
        std::fs::read(folder.path().join(name)).unwrap()
    };
    let svg = |name: &str, extra: &[&str]| String::from_utf8(picture(name, extra)).unwrap();
    let (en, zh) = (svg("en.svg", &["--lang", "en"]), svg("zh.svg", &["--lang", "zh"]));
    for (svg, words) in [
        (
            &en,
            [
                "Rules over Fenghuang Mountain",
                "示意 schematic, not for navigation",
                "height-limited, 60 m",
                "Glider layer",
                ">N<",
            ],
        ),
        (&zh, ["凤凰山空域规则示例", "示意 schematic，不得用于导航", "限高 60 米", "滑翔活动层", ">北<"]),
    ] {
        assert!(words.iter().all(|word| svg.contains(word)), "{words:?}");
    }
    assert!(!zh.contains("Glider layer") && !en.contains("滑翔活动层"));
    // Names cannot break the picture, and a colour never stands without a hatch or an outline.
    assert!(en.contains("Fire &lt;1&gt; &amp; &quot;smoke&quot;") && en.contains("fill:url(#controlled-h)"));
    // Cells too small to see are drawn together: the finest map is no larger than the eye needs.
    let fine = svg("fine.svg", &["--level", "7"]);
    assert!(fine.len() < 2_000_000 && fine.matches("<use").count() < 25, "{}", fine.len());
    let png = picture("a.png", &[]);
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(picture("b.png", &[]), png);
}
