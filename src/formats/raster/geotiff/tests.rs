//! Round trips, files of other makers, and damaged files.

use std::io::Cursor;

use proptest::prelude::*;
use tiff::encoder::colortype::{ColorType, Gray16, Gray64Float, GrayI16, RGB8};
use tiff::encoder::{Compression, TiffEncoder, TiffValue};
use tiff::tags::Tag;

use std::path::Path;

use super::*;
use crate::formats::raster::{Description, Fault, Grid, Raster, RasterError, VerticalDatum, height_field, read, write};
use crate::world::geo::{Geographic, Geoid, LocalProjection, Place, Rectangle};

const GRID: Grid =
    Grid { columns: 70, rows: 90, west_deg: 120.4, north_deg: 41.6, lon_step_deg: 0.001, lat_step_deg: 0.0005 };
const KEYS: [u16; 12] = [1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326];

fn plane(place: Geographic) -> f64 {
    300.0 + 1000.0 * (place.lat_deg - 41.58) - 2000.0 * (place.lon_deg - 120.43)
}

fn description() -> Description {
    Description { source: "a test, 示意".into(), schematic: true, accuracy: "±1 m & more".into() }
}

fn raster() -> Raster {
    Raster::sampled(GRID, description(), plane)
}

fn geoid(projection: LocalProjection) -> Geoid {
    Geoid::over(Rectangle { low: Place::new(-3000.0, -3000.0), high: Place::new(3000.0, 3000.0) }, projection)
}

fn decode(bytes: &[u8]) -> Result<Raster, Fault> {
    decode::decode(Cursor::new(bytes), bytes.len() as u64)
}

/// A 3 × 2 file of another maker, with its north-west tie point at 41 N, 120 E and pixels of 0.5°.
fn foreign<C: ColorType>(keys: &[u16], samples: &[C::Inner], compression: Compression, xml: &str) -> Vec<u8>
where
    [C::Inner]: TiffValue,
{
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap().with_compression(compression);
    let mut image = encoder.new_image::<C>(3, 2).unwrap();
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[0.5, 0.5, 0.0][..]).unwrap();
    tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, 120.0, 41.0, 0.0][..]).unwrap();
    if !keys.is_empty() {
        tags.write_tag(Tag::GeoKeyDirectoryTag, keys).unwrap();
    }
    tags.write_tag(encode::GDAL_METADATA, xml).unwrap();
    tags.write_tag(Tag::GdalNodata, "-7").unwrap();
    image.write_data(samples).unwrap();
    file.into_inner()
}

#[test]
fn written_and_read_back_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plane.tif");
    let raster = Raster::sampled(GRID, description(), |p| if p.lat_deg > 41.5977 { f64::NAN } else { plane(p) });
    write(&path, &raster).unwrap();
    let back = read(&path).unwrap();
    assert_eq!(back.grid, raster.grid);
    assert_eq!(back.description, raster.description);
    for row in 0..GRID.rows {
        for column in 0..GRID.columns {
            let error =
                raster.node_height_m(column, row).zip(back.node_height_m(column, row)).map(|(a, b)| (a - b).abs());
            assert_eq!(error.is_some(), row > 4);
            assert!(error.is_none_or(|error| error <= HEIGHT_STEP_M / 2.0));
        }
    }
    write(&path, &back).unwrap();
    assert_eq!(read(&path).unwrap().range_m(), back.range_m());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left aside");
}

#[test]
fn the_nodes_of_pixel_is_area_lie_half_a_pixel_inside() {
    let bytes = foreign::<GrayI16>(&KEYS, &[10, 20, 30, 40, 50, -7], Compression::Lzw, "");
    let raster = decode(&bytes).unwrap();
    assert_eq!((raster.grid.west_deg, raster.grid.north_deg), (120.25, 40.75));
    assert_eq!(raster.height_m(Geographic::new(40.75, 120.25)), Some(10.0));
    assert_eq!(raster.height_m(Geographic::new(40.5, 120.5)), Some(30.0));
    assert_eq!(raster.height_m(Geographic::new(40.75, 121.0)), Some(25.0), "the edge of a hole");
    assert_eq!(raster.height_m(Geographic::new(40.6, 121.0)), None, "beside a hole");
    assert_eq!(raster.height_m(Geographic::new(41.0, 120.25)), None, "outside the outermost nodes");
}

#[test]
fn pixel_is_point_and_other_samples() {
    let mut keys = KEYS.to_vec();
    keys[3] = 3;
    keys.extend([1025, 0, 1, 2]);
    let scaled = "<GDALMetadata><Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.1</Item></GDALMetadata>";
    let bytes = foreign::<Gray16>(&keys, &[1000, 2000, 3000, 4000, 5000, 65_535], Compression::Uncompressed, scaled);
    let raster = decode(&bytes).unwrap();
    assert_eq!((raster.grid.west_deg, raster.grid.north_deg), (120.0, 41.0));
    assert_eq!(raster.node_height_m(1, 1), Some(500.0));
    let bytes = foreign::<Gray64Float>(&keys, &[1.5, 2.5, f64::NAN, -9999.0, 5.0, -7.0], Compression::Packbits, "");
    let raster = decode(&bytes).unwrap();
    let heights =
        [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)].map(|(column, row)| raster.node_height_m(column, row));
    assert_eq!(heights, [Some(1.5), Some(2.5), None, None, Some(5.0), None]);
}

#[test]
fn other_systems_and_units_are_refused_with_a_cure() {
    let refused = |keys: &[u16], xml| {
        let bytes = foreign::<GrayI16>(keys, &[1, 2, 3, 4, 5, 6], Compression::Uncompressed, xml);
        decode(&bytes).unwrap_err().to_string()
    };
    let utm = refused(&[1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32651], "");
    assert!(utm.contains("EPSG:32651") && utm.contains("gdalwarp -t_srs EPSG:4326"), "{utm}");
    assert!(refused(&[1, 1, 0, 1, 2048, 0, 1, 4214], "").contains("EPSG:4214"));
    assert!(refused(&[], "").contains("no coordinate system"));
    assert!(refused(&[1, 1, 0, 2, 2048, 0, 1, 4326, 4099, 0, 1, 9003], "").contains("EPSG:9003"));
    assert!(refused(&KEYS, "<Item name=\"UNITTYPE\" role=\"unittype\">ft</Item>").contains("\"ft\""));
    let picture = foreign::<RGB8>(&KEYS, &[0; 18], Compression::Uncompressed, "");
    assert!(decode(&picture).unwrap_err().to_string().contains("RGB"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = read(Path::new("no/such.tif")).unwrap_err().to_string();
    assert!(error.starts_with("no/such.tif: "), "{error}");
}

#[test]
fn a_header_that_claims_too_much_is_refused() {
    let mut bytes = foreign::<GrayI16>(&KEYS, &[1, 2, 3, 4, 5, 6], Compression::Uncompressed, "");
    let width = bytes.windows(4).rposition(|w| w == [0x00, 0x01, 0x04, 0x00]).unwrap() + 8;
    bytes[width..width + 4].copy_from_slice(&1_000_000_u32.to_le_bytes());
    assert!(decode(&bytes).is_err());
}

#[test]
fn longitudes_may_be_counted_to_360() {
    let grid = Grid { west_deg: 239.0, ..GRID };
    let raster = Raster::sampled(grid, Description::default(), |_| 5.0);
    assert_eq!(raster.height_m(Geographic::new(41.59, -120.95)), Some(5.0));
    assert_eq!(raster.height_m(Geographic::new(41.59, 120.95)), None);
}

/// A plane in the local frame sampled densely enough comes back within a millimetre.
#[test]
fn resampling_keeps_a_plane() {
    let projection = LocalProjection::new(Geographic::new(41.58, 120.43));
    let raster = Raster::sampled(GRID, Description::default(), |place| {
        let local = projection.to_local(place);
        400.0 + 0.2 * local.x - 0.1 * local.y
    });
    let extent = Rectangle { low: Place::new(-2000.0, -1500.0), high: Place::new(2003.0, 1500.0) };
    let field = height_field(&raster, &projection, &geoid(projection), extent, 10.0).unwrap();
    assert_eq!(field.size(), [402, 301]);
    for (column, row) in [(0, 0), (401, 0), (0, 300), (401, 300), (200, 150), (37, 211)] {
        let node = field.node(column, row);
        let error = field.node_height_m(column, row) - (400.0 + 0.2 * node.x - 0.1 * node.y);
        assert!(error.abs() < 1.5e-3, "{column} {row}: {error}");
    }
}

#[test]
fn an_uncovered_corner_is_named() {
    let projection = LocalProjection::new(Geographic::new(41.58, 120.43));
    let extent = Rectangle { low: Place::new(-2000.0, -1500.0), high: Place::new(2000.0, 3000.0) };
    let error = height_field(&raster(), &projection, &geoid(projection), extent, 10.0).unwrap_err().to_string();
    assert!(error.contains("north-west corner"), "{error}");
    for posting_m in [0.0, -1.0, f64::NAN, 1e-9] {
        assert!(matches!(
            height_field(&raster(), &projection, &geoid(projection), extent, posting_m),
            Err(RasterError::Posting { .. })
        ));
    }
    let holed = Raster::sampled(GRID, Description::default(), |p| if p.lat_deg > 41.58 { f64::NAN } else { 1.0 });
    let extent = Rectangle { low: Place::new(-2000.0, -1500.0), high: Place::new(2000.0, 1500.0) };
    assert!(matches!(height_field(&holed, &projection, &geoid(projection), extent, 50.0), Err(RasterError::Hole(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_is_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400), little in any::<bool>()) {
        let mut bytes = bytes;
        let head: &[u8] = if little { b"II*\0\x08\0\0\0" } else { b"MM\0*\0\0\0\x08" };
        prop_assert!(decode(&bytes).is_err());
        bytes.splice(0..bytes.len().min(8), head.iter().copied());
        prop_assert!(decode(&bytes).is_err());
    }

    /// Cut short, or with some bytes changed: an error or another raster, never a panic.
    #[test]
    fn damage_never_panics(
        cut in 0.0..1.0_f64,
        changes in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 1..6),
    ) {
        let whole = encode::encode(&raster()).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a length")]
        let at = |share: f64| (share * whole.len() as f64) as usize;
        prop_assert!(decode(&whole[..at(cut)]).is_err());
        let mut changed = whole.clone();
        // The directory and its values lie at the end, where a change does most harm.
        for (share, byte) in changes {
            changed[at(1.0 - share * share)..].iter_mut().take(1).for_each(|target| *target = byte);
        }
        let _ = decode(&changed);
    }
}

/// Heights over the ellipsoid, declared by the file, come down by the geoid; declared sea levels stay.
#[test]
fn ellipsoidal_heights_are_brought_down() {
    for (code, datum, lowered) in [
        (5030, VerticalDatum::Ellipsoid, true),
        (3855, VerticalDatum::Egm2008, false),
        (5773, VerticalDatum::Egm96, false),
    ] {
        let keys = [1, 1, 0, 3, 1024, 0, 1, 2, 2048, 0, 1, 4326, 4096, 0, 1, code];
        let bytes = foreign::<GrayI16>(&keys, &[100; 6], Compression::Uncompressed, "");
        let raster = decode(&bytes).unwrap();
        assert_eq!(raster.datum, Some(datum));
        let projection = LocalProjection::new(Geographic::new(40.5, 120.7));
        let extent = Rectangle { low: Place::new(-500.0, -500.0), high: Place::new(500.0, 500.0) };
        let field = height_field(&raster, &projection, &geoid(projection), extent, 100.0).unwrap();
        let expected = if lowered { 100.0 - geoid(projection).undulation_m(&Place::origin()) } else { 100.0 };
        assert!((field.height_m(&Place::origin()).unwrap() - expected).abs() < 0.01, "{datum:?}");
    }
}
