//! ESRI ASCII grids (`.asc`): a header of keys, then rows of numbers from north to south.

use std::str::SplitAsciiWhitespace;

use super::{Description, Fault, Grid, MAX_SAMPLES, PLAUSIBLE_M, Raster};

/// The header, as far as it has been read.
#[derive(Default)]
struct Header {
    columns: Option<f64>,
    rows: Option<f64>,
    /// West and south, and whether they are those of the corner of the grid instead of its first node.
    west: Option<(f64, bool)>,
    south: Option<(f64, bool)>,
    steps: [Option<f64>; 2],
    no_data: Option<f64>,
}

/// The raster in the text of a file, in degrees.
pub fn decode(bytes: &[u8]) -> Result<Raster, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_error| wrong("it is no text"))?;
    let mut words = text.split_ascii_whitespace();
    let (header, first) = header(&mut words)?;
    let grid = header.grid(bytes.len())?;
    let mut heights_m = Vec::with_capacity(grid.columns * grid.rows);
    for word in first.into_iter().chain(words) {
        let value: f64 = word.parse().map_err(|_error| wrong(&format!("`{word}` is no height")))?;
        let is_known = header.no_data != Some(value) && PLAUSIBLE_M.contains(&value);
        #[expect(clippy::cast_possible_truncation, reason = "a height keeps 0.03 mm in 32 bits")]
        heights_m.push(if is_known { value as f32 } else { f32::NAN });
        if heights_m.len() > grid.columns * grid.rows {
            break;
        }
    }
    if heights_m.len() != grid.columns * grid.rows {
        let (found, expected) = (heights_m.len(), grid.columns * grid.rows);
        return Err(wrong(&format!("it holds {found} heights or more; expected {expected}")));
    }
    Ok(Raster { grid, datum: None, heights_m, description: Description::default() })
}

fn wrong(why: &str) -> Fault {
    Fault::Format(format!("not an ESRI ASCII grid: {why}"))
}

/// The header and, since it has no end of its own, the first word after it.
fn header<'a>(words: &mut SplitAsciiWhitespace<'a>) -> Result<(Header, Option<&'a str>), Fault> {
    let mut header = Header::default();
    while let Some(word) = words.next() {
        if word.starts_with(|letter: char| !letter.is_ascii_alphabetic()) {
            return Ok((header, Some(word)));
        }
        let number = words.next().and_then(|number| number.parse::<f64>().ok());
        header.set(&word.to_ascii_lowercase(), number.ok_or_else(|| wrong(&format!("`{word}` has no number")))?)?;
    }
    Ok((header, None))
}

impl Header {
    fn set(&mut self, key: &str, number: f64) -> Result<(), Fault> {
        match key {
            "ncols" => self.columns = Some(number),
            "nrows" => self.rows = Some(number),
            "xllcorner" => self.west = Some((number, true)),
            "xllcenter" | "xllcentre" => self.west = Some((number, false)),
            "yllcorner" => self.south = Some((number, true)),
            "yllcenter" | "yllcentre" => self.south = Some((number, false)),
            "cellsize" => self.steps = [Some(number); 2],
            "dx" => self.steps[0] = Some(number),
            "dy" => self.steps[1] = Some(number),
            "nodata_value" => self.no_data = Some(number),
            other => return Err(wrong(&format!("the key `{other}` is unknown"))),
        }
        Ok(())
    }

    fn grid(&self, bytes: usize) -> Result<Grid, Fault> {
        let missing = |key: &str| wrong(&format!("`{key}` is missing"));
        let count = |value: Option<f64>, key: &str| {
            let value = value.ok_or_else(|| missing(key))?;
            let is_count = value.fract() == 0.0 && (2.0..=1e9).contains(&value);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            is_count.then_some(value as usize).ok_or_else(|| wrong(&format!("`{key}` is {value}")))
        };
        let (columns, rows) = (count(self.columns, "ncols")?, count(self.rows, "nrows")?);
        // A height takes at least a digit and a space.
        if columns as u64 * rows as u64 > MAX_SAMPLES.min(bytes as u64) {
            return Err(wrong(&format!("it claims {columns} by {rows} heights in {bytes} bytes")));
        }
        let [lon_step_deg, lat_step_deg] = [(self.steps[0], "cellsize"), (self.steps[1], "cellsize")]
            .map(|(step, key)| step.ok_or_else(|| missing(key)));
        let (lon_step_deg, lat_step_deg) = (lon_step_deg?, lat_step_deg?);
        let first = |side: Option<(f64, bool)>, key: &str, step: f64| -> Result<f64, Fault> {
            let (value, is_corner) = side.ok_or_else(|| missing(key))?;
            Ok(if is_corner { value + step / 2.0 } else { value })
        };
        let west_deg = first(self.west, "xllcorner", lon_step_deg)?;
        let south_deg = first(self.south, "yllcorner", lat_step_deg)?;
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 rows")]
        let north_deg = south_deg + (rows - 1) as f64 * lat_step_deg;
        let grid = Grid { columns, rows, west_deg, north_deg, lon_step_deg, lat_step_deg };
        grid.require_on_earth()?;
        Ok(grid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::geo::Geographic;

    const HEAD: &str = "ncols 3\nnrows 2\nxllcorner 120\nyllcorner 41\ncellsize 0.5\nNODATA_value -9999\n";

    fn read(text: &str) -> Result<Raster, Fault> {
        decode(text.as_bytes())
    }

    #[test]
    fn corner_and_centre_mean_what_they_say() {
        let raster = read(&format!("{HEAD}1 2 3\n4 -9999 6\n")).unwrap();
        assert_eq!(raster.height_m(Geographic::new(41.75, 120.25)), Some(1.0));
        assert_eq!(raster.height_m(Geographic::new(41.25, 121.25)), Some(6.0));
        assert_eq!(raster.node_height_m(1, 1), None);
        let centred = HEAD.replace("corner", "center");
        let raster = read(&format!("{centred}1 2 3 4 5 6")).unwrap();
        assert_eq!(raster.height_m(Geographic::new(41.5, 120.0)), Some(1.0));
    }

    #[test]
    fn what_is_no_grid_is_refused() {
        for (text, why) in [
            ("", "`ncols` is missing"),
            ("ncols", "has no number"),
            (&HEAD.replace("ncols", "kolonnen"), "unknown"),
            (&HEAD.replace("ncols 3", "ncols 3000000"), "claims"),
            (&HEAD.replace("ncols 3", "ncols 2.5"), "`ncols` is 2.5"),
            (&format!("{HEAD}1 2 3 4 5"), "5 heights"),
            (&format!("{HEAD}1 2 3 4 5 6 7"), "7 heights or more"),
            (&format!("{HEAD}1 2 x 4 5 6"), "`x` is no height"),
        ] {
            let fault = read(text).unwrap_err().to_string();
            assert!(fault.contains(why), "{text}: {fault}");
        }
        let projected = HEAD.replace("cellsize 0.5", "cellsize 30").replace("41", "4600000");
        assert!(matches!(read(&format!("{projected}1 2 3 4 5 6")), Err(Fault::Placement(_))));
        assert!(decode(&[0xff, 0xfe, 0x00]).is_err());
    }
}
