//! Joining tiles into one raster.

use super::{Grid, MAX_SAMPLES, Raster, RasterError};

/// How far a tile may lie off the lattice of the first, in steps.
const OFF_STEPS: f64 = 0.01;
/// How far apart two tiles may lie, in steps, to count as touching: neighbours share a row of nodes or are a step apart.
const GAP_STEPS: i64 = 1;

/// Where a tile lies on the lattice of the first, in nodes: the first and the last column and row.
#[derive(Clone, Copy, Debug)]
struct Extent {
    columns: [i64; 2],
    rows: [i64; 2],
}

impl Extent {
    fn around(self, other: Self) -> Self {
        let join = |a: [i64; 2], b: [i64; 2]| [a[0].min(b[0]), a[1].max(b[1])];
        Self { columns: join(self.columns, other.columns), rows: join(self.rows, other.rows) }
    }

    fn touches(self, other: Self) -> bool {
        let near = |a: [i64; 2], b: [i64; 2]| a[0] <= b[1] + GAP_STEPS && b[0] <= a[1] + GAP_STEPS;
        near(self.columns, other.columns) && near(self.rows, other.rows)
    }
}

/// One raster out of tiles that lie on one lattice and touch or overlap. Where two overlap, the earlier one is taken
/// unless it has a hole there; what no tile covers is a hole.
///
/// # Errors
/// When there is no tile, they do not fit together, or the whole would be too large.
pub fn joined(tiles: Vec<Raster>) -> Result<Raster, RasterError> {
    let tiles = match <[Raster; 1]>::try_from(tiles) {
        Ok([only]) => return Ok(only),
        Err(tiles) => tiles,
    };
    let first = tiles.first().ok_or_else(|| RasterError::Tiles("there is none".into()))?;
    let extents = tiles.iter().map(|tile| extent(tile, first)).collect::<Result<Vec<_>, _>>()?;
    require_together(&tiles, &extents)?;
    let whole =
        extents.iter().copied().reduce(Extent::around).ok_or_else(|| RasterError::Tiles("there is none".into()))?;
    let [columns, rows] = [whole.columns, whole.rows].map(|[first, last]| (last - first).unsigned_abs() + 1);
    if columns * rows > MAX_SAMPLES {
        return Err(RasterError::Tiles(format!("the whole has {columns} by {rows} heights, more than {MAX_SAMPLES}")));
    }
    let grid = grid_of(whole, first.grid);
    let mut raster = Raster::sampled(grid, first.description.clone(), |_| f64::NAN);
    raster.datum = first.datum;
    raster.description.schematic = tiles.iter().any(|tile| tile.description.schematic);
    for (tile, extent) in tiles.iter().zip(&extents) {
        paste(tile, [extent.columns[0] - whole.columns[0], extent.rows[0] - whole.rows[0]], &mut raster);
    }
    Ok(raster)
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 nodes")]
fn grid_of(whole: Extent, first: Grid) -> Grid {
    let count = |[first, last]: [i64; 2]| usize::try_from(last - first + 1).unwrap_or(0);
    Grid {
        columns: count(whole.columns),
        rows: count(whole.rows),
        west_deg: first.west_deg + whole.columns[0] as f64 * first.lon_step_deg,
        north_deg: first.north_deg - whole.rows[0] as f64 * first.lat_step_deg,
        ..first
    }
}

/// Where `tile` lies on the lattice of `first`.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "at most a few million nodes")]
fn extent(tile: &Raster, first: &Raster) -> Result<Extent, RasterError> {
    let (own, base) = (tile.grid, first.grid);
    let east_deg = own.west_deg - base.west_deg;
    // A tile on the other side of the date line lies beside it all the same.
    let turn_deg = if east_deg.abs() > 180.0 { 360.0_f64.copysign(east_deg) } else { 0.0 };
    let column = (east_deg - turn_deg) / base.lon_step_deg;
    let row = (base.north_deg - own.north_deg) / base.lat_step_deg;
    let is_near = |value: f64, other: f64| (value / other - 1.0).abs() < 1e-6;
    let is_on_lattice = |offset: f64| (offset - offset.round()).abs() < OFF_STEPS && offset.abs() < 1e7;
    let fits = is_near(own.lon_step_deg, base.lon_step_deg)
        && is_near(own.lat_step_deg, base.lat_step_deg)
        && is_on_lattice(column)
        && is_on_lattice(row);
    if !fits {
        return Err(RasterError::Tiles(format!(
            "`{}` has other steps than `{}`, or lies between its nodes",
            tile.description.source, first.description.source
        )));
    }
    if tile.datum != first.datum {
        return Err(RasterError::Tiles(format!(
            "`{}` and `{}` measure heights from different surfaces",
            tile.description.source, first.description.source
        )));
    }
    let (column, row) = (column.round() as i64, row.round() as i64);
    Ok(Extent { columns: [column, column + own.columns as i64 - 1], rows: [row, row + own.rows as i64 - 1] })
}

/// Every tile must be reached from the first over tiles that touch.
fn require_together(tiles: &[Raster], extents: &[Extent]) -> Result<(), RasterError> {
    let mut reached = vec![0];
    let mut left: Vec<usize> = (1..extents.len()).collect();
    let mut next = 0;
    while let Some(&here) = reached.get(next) {
        let (near, far): (Vec<usize>, Vec<usize>) =
            left.into_iter().partition(|&other| extents[here].touches(extents[other]));
        reached.extend(near);
        left = far;
        next += 1;
    }
    match left.first() {
        None => Ok(()),
        Some(&alone) => Err(RasterError::Tiles(format!("`{}` touches no other", tiles[alone].description.source))),
    }
}

/// Copies the heights of a tile to where there is none yet; `offset` is that of its north-west node.
fn paste(tile: &Raster, offset: [i64; 2], whole: &mut Raster) {
    let [column, row] = offset.map(|offset| usize::try_from(offset).unwrap_or(0));
    for (index, heights) in tile.heights_m.chunks_exact(tile.grid.columns).enumerate() {
        let start = (row + index) * whole.grid.columns + column;
        for (target, &height) in whole.heights_m[start..start + heights.len()].iter_mut().zip(heights) {
            if target.is_nan() {
                *target = height;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::raster::Description;
    use crate::world::geo::Geographic;

    fn plane(place: Geographic) -> f64 {
        100.0 + 30.0 * place.lat_deg - 7.0 * place.lon_deg
    }

    fn tile(west_deg: f64, north_deg: f64, columns: usize, rows: usize) -> Raster {
        let grid = Grid { columns, rows, west_deg, north_deg, lon_step_deg: 0.01, lat_step_deg: 0.01 };
        let source = format!("{west_deg} {north_deg}");
        Raster::sampled(grid, Description { source, ..Description::default() }, plane)
    }

    /// Four tiles, two of which share a row of nodes with their neighbours and two of which are a step away: everywhere
    /// between their nodes the whole is the plane they were cut from.
    #[test]
    fn tiles_make_one_plane_without_seams() {
        let tiles = vec![
            tile(120.0, 42.0, 101, 101),
            tile(121.0, 42.0, 101, 101),
            tile(120.0, 40.99, 101, 50),
            tile(121.01, 40.99, 100, 50),
        ];
        let whole = joined(tiles).unwrap();
        assert_eq!((whole.grid.columns, whole.grid.rows, whole.holes()), (201, 151, 0));
        for row in 0..300_u32 {
            for column in 0..400_u32 {
                let place = Geographic::new(40.5 + f64::from(row) * 0.005, 120.0 + f64::from(column) * 0.005);
                let error = whole.height_m(place).map(|height| (height - plane(place)).abs());
                assert!(error.is_some_and(|error| error < 1e-3), "{place:?}: {error:?}");
            }
        }
    }

    #[test]
    fn tiles_meet_across_the_date_line() {
        let [east, west] = [tile(179.5, -16.0, 51, 51), tile(-180.0, -16.0, 51, 51)];
        for (tiles, west_deg) in [(vec![east.clone(), west.clone()], 179.5), (vec![west, east], -180.5)] {
            let whole = joined(tiles).unwrap();
            assert_eq!((whole.grid.columns, whole.grid.rows, whole.holes()), (101, 51, 0));
            assert!((whole.grid.west_deg - west_deg).abs() < 1e-9, "{:?}", whole.grid);
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let told = |tiles| joined(tiles).unwrap_err().to_string();
        assert!(told(vec![]).contains("there is none"));
        assert!(told(vec![tile(120.0, 42.0, 51, 51), tile(121.0, 42.0, 51, 51)]).contains("touches no other"));
        assert!(told(vec![tile(120.0, 42.0, 51, 51), tile(120.504, 42.0, 51, 51)]).contains("between its nodes"));
        let mut coarse = tile(120.5, 42.0, 51, 51);
        coarse.grid.lon_step_deg = 0.02;
        assert!(told(vec![tile(120.0, 42.0, 51, 51), coarse]).contains("other steps"));
        let mut other = tile(120.5, 42.0, 51, 51);
        other.datum = Some(super::super::VerticalDatum::Ellipsoid);
        assert!(told(vec![tile(120.0, 42.0, 51, 51), other]).contains("different surfaces"));
        assert!(told(vec![tile(0.0, 80.0, 2, 2), tile(170.0, -80.0, 2, 2)]).contains("touches no other"));
    }

    #[test]
    fn holes_are_filled_from_their_rim() {
        let mut raster = tile(120.0, 42.0, 20, 20);
        for node in [45, 46, 47, 65, 66, 67, 85, 86, 87] {
            raster.heights_m[node] = f32::NAN;
        }
        assert_eq!((raster.holes(), raster.fill_holes(), raster.holes()), (9, 9, 0));
        // A plane has its own mean in the middle of a square hole.
        let place = raster.grid.node(6, 3);
        let filled = raster.node_height_m(6, 3).unwrap();
        assert!((filled - plane(place)).abs() < 0.05, "{filled}");
        let mut nothing = Raster::sampled(raster.grid, Description::default(), |_| f64::NAN);
        assert_eq!((nothing.fill_holes(), nothing.holes()), (0, 400));
    }
}
