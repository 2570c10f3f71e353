//! Elevation files of several makers, as a scenario and `import terrain` take them.

use std::path::Path;

use skygrid::formats::raster::{Description, Grid, Raster, read, write};
use skygrid::scenario::{Resolution, Source, resolve};
use skygrid::world::geo::Geographic;

use crate::support::skygrid;

/// Heights that differ everywhere, whole metres at every node of a 3″ grid.
fn height_m(place: Geographic) -> f64 {
    (200.0 + 900.0 * (place.lat_deg - 41.0) - 300.0 * (place.lon_deg - 120.0)).round()
}

/// An SRTM tile of 3″.
fn hgt(north: f64, west: f64) -> Vec<u8> {
    let nodes = (0..1201_u32).flat_map(|row| (0..1201_u32).map(move |column| (column, row)));
    nodes
        .flat_map(|(column, row)| {
            let place = Geographic::new(north - f64::from(row) / 1200.0, west + f64::from(column) / 1200.0);
            #[expect(clippy::cast_possible_truncation, reason = "a few hundred metres")]
            let height = height_m(place) as i16;
            height.to_be_bytes()
        })
        .collect()
}

fn geotiff(path: &Path, hole: bool) {
    let step = 1.0 / 1200.0;
    let grid =
        Grid { columns: 241, rows: 241, west_deg: 120.4, north_deg: 41.65, lon_step_deg: step, lat_step_deg: step };
    let raster = Raster::sampled(grid, Description::default(), |place| {
        let in_hole = hole && (place.lat_deg - 41.54).abs() < 0.003 && (place.lon_deg - 120.48).abs() < 0.003;
        if in_hole { f64::NAN } else { height_m(place) }
    });
    write(path, &raster).unwrap();
}

fn resolved(folder: &Path, terrain: &str) -> Result<Resolution, String> {
    let text = format!(
        r#"
        format = 1
        name = "tiles"
        title = {{ en = "Tiles", zh = "瓦片" }}
        time = {{ start = "2026-05-01T09:00:00+08:00", duration_s = 60 }}
        area = {{ south_deg = 41.52, north_deg = 41.56, west_deg = 120.46, east_deg = 120.50 }}
        terrain = {{ {terrain} }}
        "#
    );
    resolve(Source::new(folder.join("tiles.toml"), text), &[]).map_err(|findings| format!("{findings:?}"))
}

/// The ground of one place, whichever file it comes from.
fn ground_m(resolution: &Resolution) -> f64 {
    let scenario = &resolution.scenario;
    let place = scenario.projection.to_local(Geographic::new(41.53, 120.49));
    scenario.terrain.ground_amsl_m(&place).unwrap()
}

#[test]
fn every_kind_of_file_gives_the_same_ground() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("N41E120.hgt"), hgt(42.0, 120.0)).unwrap();
    let gz = std::fs::File::create(path("N41E120.hgt.gz")).unwrap();
    let mut gz = flate2::write::GzEncoder::new(gz, flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, &hgt(42.0, 120.0)).unwrap();
    gz.finish().unwrap();
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path("tile.zip")).unwrap());
    archive.start_file("folder/N41E120.hgt", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, &hgt(42.0, 120.0)).unwrap();
    archive.finish().unwrap();
    geotiff(&path("one.tif"), false);
    let place = Geographic::new(41.53, 120.49);
    let expected = height_m(place);
    for terrain in [
        "file = \"N41E120.hgt\"",
        "file = \"N41E120.hgt.gz\"",
        "file = \"tile.zip\"",
        "file = \"one.tif\"",
        "tiles = [\"one.tif\", \"N41E120.hgt\"]",
    ] {
        let resolution = resolved(folder.path(), terrain);
        if terrain.starts_with("tiles") {
            // One file says EGM96, the other nothing: they are not joined by guessing.
            assert!(resolution.unwrap_err().contains("different surfaces"));
            continue;
        }
        let ground = ground_m(&resolution.unwrap());
        assert!((ground - expected).abs() < 1.0, "{terrain}: {ground} m, expected {expected} m");
    }
    let ellipsoidal = resolved(folder.path(), "file = \"one.tif\", vertical_datum = \"ellipsoid\"").unwrap();
    let lowered = expected - ground_m(&ellipsoidal);
    assert!((2.0..5.0).contains(&lowered), "the geoid lies 3.5 m over the ellipsoid there: {lowered} m");
    let contradiction = resolved(folder.path(), "file = \"N41E120.hgt\", vertical_datum = \"ellipsoid\"");
    assert!(contradiction.unwrap_err().contains("measured from EGM96, not the ellipsoid"));
}

#[test]
fn two_tiles_are_one_ground() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("N41E120.hgt"), hgt(42.0, 120.0)).unwrap();
    std::fs::write(folder.path().join("N41E121.hgt"), hgt(42.0, 121.0)).unwrap();
    std::fs::write(folder.path().join("N41E119.hgt"), hgt(42.0, 119.0)).unwrap();
    let output = folder.path().join("cut.tif");
    let import = |files: &[&str], area: &str| {
        let mut command = skygrid(folder.path());
        command.args(["import", "terrain"]).args(files).args(["--box", area, "--out", "cut.tif"]).assert()
    };
    import(&["N41E120.hgt", "N41E121.hgt"], "41.40,120.90,41.60,121.10").success();
    let raster = read(&output).unwrap();
    assert_eq!((raster.grid().columns, raster.grid().rows, raster.holes()), (241, 241, 0));
    for column in 0..241 {
        let node = raster.grid().node(column, 100);
        assert!((raster.node_height_m(column, 100).unwrap() - height_m(node)).abs() < 1.01, "{node:?}");
    }
    let told = import(&["N41E119.hgt", "N41E121.hgt"], "41.40,120.90,41.60,121.10").code(2);
    let told = String::from_utf8(told.get_output().stderr.clone()).unwrap();
    assert!(told.contains("touches no other"), "{told}");
    import(&["N41E120.hgt"], "41.40,120.90,41.60,121.10").code(2);
}

#[test]
fn heights_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let grid = |height: &str| {
        let row = format!("{}\n", [height; 4].join(" "));
        format!("ncols 4\nnrows 4\nxllcorner 120\nyllcorner 41\ncellsize 0.01\nNODATA_value -9999\n{}", row.repeat(4))
    };
    for (name, height) in [("none.asc", "-9999"), ("crazy.asc", "20000"), ("fine.asc", "300")] {
        std::fs::write(folder.path().join(name), grid(height)).unwrap();
    }
    std::fs::write(folder.path().join("N41E120.hgt"), hgt(42.0, 120.0)).unwrap();
    let told = |arguments: &[&str], code: i32| {
        let mut command = skygrid(folder.path());
        let done = command.args(["import", "terrain", "--out", "out.tif"]).args(arguments).assert().code(code);
        let output = done.get_output();
        [&output.stdout, &output.stderr].map(|text| String::from_utf8(text.clone()).unwrap()).concat()
    };
    // What is not on the earth counts as missing.
    for name in ["none.asc", "crazy.asc"] {
        assert!(told(&[name, "--fill-holes"], 2).contains("no height at all"), "{name}");
    }
    assert!(
        told(&["N41E120.hgt", "--vertical-datum", "ellipsoid"], 2).contains("measured from EGM96, not the ellipsoid")
    );
    assert!(told(&["absent.asc"], 4).contains("absent.asc"));
    assert!(!folder.path().join("out.tif").exists());
    let facts: serde_json::Value = serde_json::from_str(&told(&["fine.asc", "--json"], 0)).unwrap();
    assert_eq!((&facts["columns"], &facts["highest_amsl_m"], &facts["missing"]), (&4.into(), &300.0.into(), &0.into()));
    // A file without a source of its own goes by its name.
    assert_eq!(read(&folder.path().join("out.tif")).unwrap().description.source, "fine.asc");
}

#[test]
fn holes_are_told_and_filled_only_on_request() {
    let folder = tempfile::tempdir().unwrap();
    geotiff(&folder.path().join("holed.tif"), true);
    let refused = resolved(folder.path(), "file = \"holed.tif\"").unwrap_err();
    assert!(refused.contains("no height at"), "{refused}");
    let filled = resolved(folder.path(), "file = \"holed.tif\", fill_holes = true").unwrap();
    let told = format!("{:?}", filled.findings);
    assert!(told.contains("were filled from their neighbours"), "{told}");
    let scenario = &filled.scenario;
    let middle = Geographic::new(41.54, 120.48);
    let ground = scenario.terrain.ground_amsl_m(&scenario.projection.to_local(middle)).unwrap();
    assert!((ground - height_m(middle)).abs() < 2.0, "{ground} m");
}
