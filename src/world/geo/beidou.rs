//! The BeiDou grid location code, GB/T 39409-2020 (北斗网格位置码): ten nested levels of cells over the earth, and
//! ten of height layers over the ellipsoid.
//!
//! Degrees become integers of 1/2048″ once; everything after is integer division, so that a point on a line is always in
//! the cell to its north and east. Latitudes beyond ±88° have a scheme of their own in the standard and none here.

use std::fmt;

use super::Geographic;

/// Units of 1/2048″ in a degree.
const UNITS_PER_DEGREE: i64 = 3600 * 2048;
/// What rounding may take from a coordinate that lies on a line, units: 15 nm.
const GUARD_UNITS: f64 = 1e-6;
/// Largest latitude of the ordinary scheme, degrees.
const MOST_LAT_DEG: f64 = 88.0;
/// Size of a cell from level 1 on, units: west–east, south–north.
const SIZES: [[i64; 2]; 10] = [
    [6 * UNITS_PER_DEGREE, 4 * UNITS_PER_DEGREE],
    [3_686_400, 3_686_400], // 30′ × 30′
    [1_843_200, 1_228_800], // 15′ × 10′
    [122_880, 122_880],     // 1′
    [8_192, 8_192],         // 4″
    [4_096, 4_096],         // 2″
    [512, 512],             // 1/4″
    [64, 64],
    [8, 8],
    [1, 1],
];
/// Radius of the height scheme, m: the equatorial radius of CGCS2000.
const RADIUS_M: f64 = 6_378_137.0;
/// By how many bits the layers of a level, from level 1 on, are coarser than those of level 10.
const LAYER_SHIFTS: [u32; 10] = [25, 22, 21, 17, 13, 12, 9, 6, 3, 0];

/// A level of the grid, 1 (6° × 4°) to 10 (1/2048″).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// Level 10.
    pub const FINEST: Self = Self(10);

    /// The level of a number from 1 to 10.
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=10) { Some(Self(number)) } else { None }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    fn size(self) -> [i64; 2] {
        SIZES[usize::from(self.0) - 1]
    }

    fn up_to(self) -> impl Iterator<Item = Self> {
        (1..=self.0).map(Self)
    }
}

/// A cell: its level, and its column and row counted from the prime meridian and the equator, east and north positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GridCell {
    /// Its level.
    pub level: Level,
    /// Row of cells of that level, 0 the first north of the equator.
    pub row: i64,
    /// Column of cells of that level, 0 the first east of the prime meridian.
    pub column: i64,
}

/// Why a text is no code of a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is no BeiDou grid code: {why}")]
pub struct BadCode {
    code: String,
    why: &'static str,
}

impl GridCell {
    /// The cell of `level` that a place lies in; `None` beyond 88° of latitude, and for what is no place.
    pub fn of(place: Geographic, level: Level) -> Option<Self> {
        let is_place = place.lat_deg.abs() < MOST_LAT_DEG && place.lon_deg.abs() <= 180.0;
        let [width, height] = level.size();
        // The 180th meridian is the western side of the westernmost column.
        let lon_units = units(place.lon_deg);
        let lon_units = if lon_units == 180 * UNITS_PER_DEGREE { -lon_units } else { lon_units };
        is_place.then(|| Self {
            level,
            row: units(place.lat_deg).div_euclid(height),
            column: lon_units.div_euclid(width),
        })
    }

    /// Its south-west corner.
    pub fn south_west(&self) -> Geographic {
        let [width, height] = self.level.size();
        Geographic::new(degrees(self.row * height), degrees(self.column * width))
    }

    /// Its north-east corner.
    pub fn north_east(&self) -> Geographic {
        let [width, height] = self.level.size();
        Geographic::new(degrees((self.row + 1) * height), degrees((self.column + 1) * width))
    }

    /// The cell of a code.
    ///
    /// # Errors
    /// If the text is no code of level 1 to 10.
    pub fn parse(code: &str) -> Result<Self, BadCode> {
        let bad = |why| BadCode { code: code.to_owned(), why };
        let mut letters = code.chars();
        let north = match letters.next() {
            Some('N') => true,
            Some('S') => false,
            _ => return Err(bad("it begins with N or S")),
        };
        let mut number = 0;
        let (mut column, mut row, mut east) = (0, 0, true);
        while !letters.as_str().is_empty() {
            number += 1;
            let level = Level::new(number).ok_or_else(|| bad("it is longer than ten levels"))?;
            let length = element_length(level);
            let element: String = letters.by_ref().take(length).collect();
            let (inner_column, inner_row) =
                parse_element(level, &element).ok_or_else(|| bad("an element is cut short or out of range"))?;
            if number == 1 {
                east = inner_column >= 31;
                column = if east { inner_column - 31 } else { 30 - inner_column };
                row = inner_row;
            } else {
                let [columns, rows] = divisions(level);
                (column, row) = (column * columns + inner_column, row * rows + inner_row);
            }
        }
        let level = Level::new(number).ok_or_else(|| bad("it has no level 1"))?;
        Ok(Self { level, row: mirrored(row, north), column: mirrored(column, east) })
    }

    /// Cells between the prime meridian and this one, and between the equator and this one.
    fn magnitudes(&self) -> [i64; 2] {
        [self.column, self.row].map(|index| if index < 0 { -index - 1 } else { index })
    }

    /// Index of the cell of `level` around this one, counted inside its parent; for level 1 from the meridian and the
    /// equator.
    fn index_at(&self, level: Level) -> [i64; 2] {
        let (own, outer) = (self.level.size(), level.size());
        let index = [0, 1].map(|axis: usize| self.magnitudes()[axis] / (outer[axis] / own[axis]));
        if level.0 == 1 { index } else { [0, 1].map(|axis: usize| index[axis] % divisions(level)[axis]) }
    }

    /// The characters of one level.
    fn element(&self, level: Level) -> String {
        let [column, row] = self.index_at(level);
        match level.0 {
            1 => {
                let zone = if self.column < 0 { 30 - column } else { 31 + column };
                format!("{zone:02}{}", letter(row))
            }
            3 | 6 => format!("{}", 2 * row + column),
            _ => format!("{column:X}{row:X}"),
        }
    }

    fn hemisphere(&self) -> char {
        if self.row < 0 { 'S' } else { 'N' }
    }

    /// The three-dimensional code of this cell and a layer of the same level: characters of place and height in turn.
    pub fn code_with(&self, layer: HeightLayer) -> String {
        let mut code = format!("{}{}", self.hemisphere(), layer.sign());
        for level in self.level.up_to() {
            code.push_str(&self.element(level));
            code.push_str(&layer.element(level));
        }
        code
    }
}

/// The two-dimensional code.
impl fmt::Display for GridCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.hemisphere())?;
        self.level.up_to().try_for_each(|level| f.write_str(&self.element(level)))
    }
}

/// A layer of level 10, 1.5 cm thick at the ground, counted from the ellipsoid; coarser layers are its leading bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeightLayer(i32);

impl HeightLayer {
    /// The layer of a height over the ellipsoid, m. Heights beyond the scheme (−6 378 km, 528 000 km) saturate.
    pub fn of(ellipsoidal_m: f64) -> Self {
        let number = f64::from(7_372_800) * libm::log1p((ellipsoidal_m / RADIUS_M).max(-1.0)) / growth();
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is the documented behaviour")]
        Self(libm::floor(number).max(-f64::from(i32::MAX)) as i32)
    }

    /// Its number at level 10.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The height over the ellipsoid, m, at which the layer of `level` begins that this one lies in.
    pub fn lower_m(self, level: Level) -> f64 {
        let shift = LAYER_SHIFTS[usize::from(level.0) - 1];
        // Sign and magnitude: below the ellipsoid a layer ends where its leading bits change.
        let number = i64::from(self.0);
        let first = if number < 0 { 1 - (((-number >> shift) + 1) << shift) } else { (number >> shift) << shift };
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2³³ layers")]
        let first = first as f64;
        RADIUS_M * libm::expm1(first / f64::from(7_372_800) * growth())
    }

    /// The characters of the height alone: sign, then levels 1 to 10.
    pub fn code(self) -> String {
        let elements = (1..=10).filter_map(Level::new).map(|level| self.element(level));
        std::iter::once(self.sign().to_owned()).chain(elements).collect()
    }

    const fn sign(self) -> &'static str {
        if self.0 < 0 { "1" } else { "0" }
    }

    fn element(self, level: Level) -> String {
        let index = usize::from(level.0) - 1;
        let width = if index == 0 { 6 } else { LAYER_SHIFTS[index - 1] - LAYER_SHIFTS[index] };
        let value = (self.0.unsigned_abs() >> LAYER_SHIFTS[index]) & ((1 << width) - 1);
        if index == 0 { format!("{value:02}") } else { format!("{value:X}") }
    }
}

/// ln(1 + 1° in radians): what a level-10 layer grows by, 7 372 800 times over.
fn growth() -> f64 {
    libm::log1p(1.0_f64.to_radians())
}

/// Columns and rows that a cell of `level`, 2 or more, has in its parent.
fn divisions(level: Level) -> [i64; 2] {
    let (own, parent) = (level.size(), SIZES[usize::from(level.0) - 2]);
    [parent[0] / own[0], parent[1] / own[1]]
}

const fn element_length(level: Level) -> usize {
    match level.0 {
        1 => 3,
        3 | 6 => 1,
        _ => 2,
    }
}

/// Column and row of the characters of one level; for level 1 the zone's number and the row.
fn parse_element(level: Level, text: &str) -> Option<(i64, i64)> {
    if text.chars().count() != element_length(level) || !text.is_ascii() {
        return None;
    }
    let digit = |at: usize| {
        let letter = text.get(at..=at)?.chars().next()?;
        (!letter.is_ascii_lowercase()).then(|| letter.to_digit(16)).flatten().map(i64::from)
    };
    match level.0 {
        1 => {
            let zone: i64 = text.get(..2)?.parse().ok()?;
            let row = i64::from(text.as_bytes()[2]) - i64::from(b'A');
            ((1..=60).contains(&zone) && (0..22).contains(&row)).then_some((zone, row))
        }
        3 | 6 => {
            let index = digit(0)?;
            let (column, row) = (index % 2, index / 2);
            (row < divisions(level)[1]).then_some((column, row))
        }
        _ => {
            let (column, row) = (digit(0)?, digit(1)?);
            let [columns, rows] = divisions(level);
            (column < columns && row < rows).then_some((column, row))
        }
    }
}

/// The letter of a row of level 1; rows end at V.
fn letter(row: i64) -> char {
    u8::try_from(row).map_or('V', |row| char::from(b'A' + row.min(21)))
}

const fn mirrored(magnitude: i64, positive: bool) -> i64 {
    if positive { magnitude } else { -magnitude - 1 }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "units of the earth fit 53 bits")]
fn units(degrees: f64) -> i64 {
    libm::floor(degrees * UNITS_PER_DEGREE as f64 + GUARD_UNITS) as i64
}

#[expect(clippy::cast_precision_loss, reason = "units of the earth fit 53 bits")]
fn degrees(units: i64) -> f64 {
    units as f64 / UNITS_PER_DEGREE as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

    fn level(number: u8) -> Level {
        Level::new(number).unwrap()
    }

    fn code(lat_deg: f64, lon_deg: f64, number: u8) -> String {
        GridCell::of(Geographic::new(lat_deg, lon_deg), level(number)).unwrap().to_string()
    }

    /// The example that is printed in the standard: 39°59′35.38″ N, 116°18′45.37″ E.
    #[test]
    fn the_standards_own_example() {
        let (lat, lon) = (39.0 + 59.0 / 60.0 + 35.38 / 3600.0, 116.0 + 18.0 / 60.0 + 45.37 / 3600.0);
        let expected = [
            "N50J",
            "N50J47",
            "N50J475",
            "N50J47539",
            "N50J47539B8",
            "N50J47539B82",
            "N50J47539B8255",
            "N50J47539B825534",
        ];
        for (number, expected) in (1..).zip(expected) {
            assert_eq!(code(lat, lon, number), expected);
        }
    }

    /// Figures of the summit and of 120 m, computed independently from the formulas of the standard.
    #[test]
    fn heights_have_the_codes_of_the_formula() {
        let summit = HeightLayer::of(663.3);
        assert_eq!((summit.number(), summit.code().as_str()), (44_310, "000000506426"));
        let ceiling = HeightLayer::of(120.0);
        assert_eq!((ceiling.number(), ceiling.code().as_str()), (8016, "000000017520"));
        let cell = GridCell::of(Geographic::new(41.5225, 120.4950), level(10)).unwrap();
        assert_eq!(cell.to_string(), "N51K031E1A5104000000");
        assert_eq!(cell.code_with(summit), "N051K0003010E10A5510046004002006");
    }

    /// Thickness of the layers near the ground.
    #[test]
    fn layers_are_as_thick_as_stated() {
        for (number, thickness_m) in [(5, 122.62), (6, 61.31), (7, 7.664), (10, 0.0150)] {
            let lower = HeightLayer::of(0.001).lower_m(level(number));
            let shift = LAYER_SHIFTS[usize::from(number) - 1];
            let next = HeightLayer(1 << shift).lower_m(level(number));
            assert!((next - lower - thickness_m).abs() < 0.005, "level {number}: {}", next - lower);
        }
        for height_m in [-400.0, -0.5, 0.0, 0.1, 663.3, 8000.0] {
            for number in 1..=10 {
                let lower_m = HeightLayer::of(height_m).lower_m(level(number));
                assert!(lower_m <= height_m + 1e-6, "{height_m} m, level {number}: {lower_m}");
                // Below the ellipsoid too the layer itself, and not one under it, begins there.
                let layer = HeightLayer::of(lower_m + 1e-4);
                let shift = LAYER_SHIFTS[usize::from(number) - 1];
                let leading = |layer: HeightLayer| layer.number().unsigned_abs() >> shift;
                assert_eq!(leading(layer), leading(HeightLayer::of(height_m)), "{height_m} m, level {number}");
            }
        }
    }

    /// A million round trips at every level, in all four quadrants: the code leads back to the cell, the cell holds the
    /// place, and its sides are the lines it should have.
    #[test]
    fn codes_lead_back_to_their_cells() {
        let draw = RandomStream::new(1, Purpose::Traffic, 99);
        for step in 0..1_000_000 {
            let place = Geographic::new(draw.between(2 * step, -87.9, 87.9), draw.between(2 * step + 1, -180.0, 180.0));
            for number in 1..=10 {
                let cell = GridCell::of(place, level(number)).unwrap();
                assert_eq!(GridCell::parse(&cell.to_string()), Ok(cell));
                let (low, high) = (cell.south_west(), cell.north_east());
                let tolerance_deg = 2.0 * GUARD_UNITS / degrees(1).recip();
                assert!(low.lat_deg <= place.lat_deg + tolerance_deg && place.lat_deg < high.lat_deg);
                assert!(low.lon_deg <= place.lon_deg + tolerance_deg && place.lon_deg < high.lon_deg);
            }
        }
    }

    /// A place on a line belongs to the north and the east, on both sides of equator and meridian.
    #[test]
    fn both_sides_of_every_line() {
        let draw = RandomStream::new(2, Purpose::Traffic, 99);
        for step in 0..2_000 {
            let place = Geographic::new(draw.between(2 * step, -83.0, 83.0), draw.between(2 * step + 1, -173.0, 173.0));
            for number in 1..=10 {
                let cell = GridCell::of(place, level(number)).unwrap();
                let (low, high) = (cell.south_west(), cell.north_east());
                let below = degrees(1) / 2.0;
                let at = |lat_deg, lon_deg| GridCell::of(Geographic::new(lat_deg, lon_deg), level(number)).unwrap();
                assert_eq!(at(low.lat_deg, low.lon_deg), cell);
                assert_eq!(at(low.lat_deg - below, low.lon_deg).row, cell.row - 1);
                assert_eq!(at(low.lat_deg, low.lon_deg - below).column, cell.column - 1);
                assert_eq!(at(high.lat_deg, low.lon_deg).row, cell.row + 1);
                assert_eq!(at(low.lat_deg, high.lon_deg).column, cell.column + 1);
            }
        }
        assert_eq!(code(0.0, 0.0, 1), "N31A");
        assert_eq!(code(-1e-4, -1e-4, 1), "S30A");
        assert_eq!(code(10.0, 180.0, 1), code(10.0, -180.0, 1));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            "N",
            "X50J",
            "N61J",
            "N00J",
            "N50W",
            "N50J4",
            "N50J48",
            "N50JC0",
            "N50J476",
            "N50j47",
            "N50J4753",
            "N50J47539F0",
        ] {
            assert!(GridCell::parse(text).is_err(), "{text}");
        }
        let too_long = format!("{}0", code(41.5, 120.5, 10));
        assert!(GridCell::parse(&too_long).is_err());
        assert_eq!(GridCell::of(Geographic::new(88.0, 0.0), level(1)), None);
        assert_eq!(GridCell::of(Geographic::new(f64::NAN, 0.0), level(1)), None);
    }
}
