//! SRTM tiles (`.hgt`): a degree of latitude by a degree of longitude, big-endian 16-bit heights over EGM96, named by
//! the south-west corner. Rows go from north to south, and the outermost nodes lie on the sides of the degree.

use super::{Description, Fault, Grid, PLAUSIBLE_M, Raster, VerticalDatum};

/// The raster in the bytes of the tile `name`.
pub fn decode(bytes: &[u8], name: &str) -> Result<Raster, Fault> {
    let (lat_deg, lon_deg) = corner(name).ok_or_else(|| {
        Fault::Format(format!("`{name}` does not name the south-west corner of an SRTM tile, such as N41E120.hgt"))
    })?;
    // 3″, 1″, and 1″ of latitude by 2″ of longitude beyond 50°.
    let (columns, rows) = [(1201, 1201), (3601, 3601), (1801, 3601)]
        .into_iter()
        .find(|(columns, rows)| columns * rows * 2 == bytes.len())
        .ok_or_else(|| {
            Fault::Format(format!(
                "{} bytes are no SRTM tile; expected 1201 × 1201 or 3601 × 3601 heights",
                bytes.len()
            ))
        })?;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let step = |nodes: usize| 1.0 / (nodes - 1) as f64;
    let grid = Grid {
        columns,
        rows,
        west_deg: lon_deg,
        north_deg: lat_deg + 1.0,
        lon_step_deg: step(columns),
        lat_step_deg: step(rows),
    };
    let heights = bytes.chunks_exact(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]]));
    let heights_m = heights
        .map(|height| if PLAUSIBLE_M.contains(&f64::from(height)) { f32::from(height) } else { f32::NAN })
        .collect();
    let description = Description { source: format!("SRTM {name}"), ..Description::default() };
    Ok(Raster { grid, datum: Some(VerticalDatum::Egm96), heights_m, description })
}

/// Latitude and longitude of the south-west corner that a name such as `n41e120.hgt` tells.
fn corner(name: &str) -> Option<(f64, f64)> {
    let name = name.to_ascii_lowercase();
    let stem = name.split('.').next()?;
    let (north, rest) = (stem.get(..1)?, stem.get(1..)?);
    let split = rest.find(['e', 'w'])?;
    let (lat, east, lon) = (rest.get(..split)?, rest.get(split..=split)?, rest.get(split + 1..split + 4)?);
    let sign = |letter: &str, positive: &str, negative: &str| match letter {
        letter if letter == positive => Some(1.0),
        letter if letter == negative => Some(-1.0),
        _ => None,
    };
    let lat_deg = sign(north, "n", "s")? * f64::from(lat.parse::<u8>().ok()?);
    let lon_deg = sign(east, "e", "w")? * f64::from(lon.parse::<u8>().ok()?);
    (lat_deg.abs() <= 90.0 && lon_deg.abs() <= 180.0).then_some((lat_deg, lon_deg))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::geo::Geographic;

    fn tile(value: impl Fn(usize, usize) -> i16) -> Vec<u8> {
        let nodes = (0..1201).flat_map(|row| (0..1201).map(move |column| (column, row)));
        nodes.flat_map(|(column, row)| value(column, row).to_be_bytes()).collect()
    }

    #[test]
    fn a_tile_lies_where_its_name_says() {
        let bytes = tile(|column, row| i16::try_from(column + 2 * row).unwrap());
        let raster = decode(&bytes, "n41e120.hgt").unwrap();
        assert_eq!(raster.height_m(Geographic::new(42.0, 120.0)), Some(0.0));
        assert_eq!(raster.height_m(Geographic::new(42.0, 121.0)), Some(1200.0));
        assert_eq!(raster.height_m(Geographic::new(41.0, 120.0)), Some(2400.0));
        assert_eq!(raster.height_m(Geographic::new(41.5, 120.5)), Some(1800.0));
        let south_west = decode(&bytes, "S34W071.SRTMGL3.hgt").unwrap();
        assert_eq!(south_west.grid().node(0, 1200), Geographic::new(-34.0, -71.0));
        let void = decode(&tile(|_, row| if row == 5 { i16::MIN } else { 7 }), "N41E120.hgt").unwrap();
        assert_eq!((void.node_height_m(3, 5), void.node_height_m(3, 6)), (None, Some(7.0)));
    }

    #[test]
    fn what_is_no_tile_is_refused() {
        let bytes = tile(|_, _| 0);
        for name in ["dem.hgt", "N41.hgt", "X41E120.hgt", "N91E120.hgt", "N41E999.hgt", "n41é120.hgt", ""] {
            assert!(matches!(decode(&bytes, name), Err(Fault::Format(_))), "{name}");
        }
        assert!(matches!(decode(&bytes[1..], "N41E120.hgt"), Err(Fault::Format(_))));
    }
}
