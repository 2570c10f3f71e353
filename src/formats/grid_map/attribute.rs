//! What every format says about a cell, once: name with unit and datum, meaning, and how it is read.

use std::collections::BTreeMap;

use crate::message::Text;
use crate::world::airspace::{Cell, Column, GridMap, Heights, Limit, Matter, RuleId, Told};
use crate::world::geo::Geographic;
use crate::world::geo::beidou::HeightLayer;

/// The kind of an attribute's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Integers.
    Int,
    /// Real numbers.
    Real,
    /// Text.
    Text,
}

/// What an attribute says about one cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// An integer.
    Int(i64),
    /// A real number.
    Real(f64),
    /// A text.
    Text(String),
}

/// An attribute of a cell.
pub struct Attribute {
    /// Its name in files; carries unit and datum.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// What it means, for descriptions of files.
    pub about: &'static str,
    read: fn(&Row<'_>) -> Value,
}

impl Attribute {
    /// What it says about a cell.
    pub fn of(&self, row: &Row<'_>) -> Value {
        (self.read)(row)
    }
}

/// The rules that a map names, told once each.
pub struct Names(BTreeMap<Limit, Told>);

/// A cell being written.
pub struct Row<'a> {
    /// The cell.
    pub cell: Cell<'a>,
    names: &'a Names,
}

impl Names {
    /// Those of a map.
    pub fn of(map: &GridMap<'_>) -> Self {
        let mut told = BTreeMap::new();
        for cell in map.cells() {
            for limit in limits(cell.column) {
                told.entry(limit).or_insert_with(|| map.airspace().told(limit));
            }
        }
        Self(told)
    }

    /// A cell with the names of its rules.
    pub const fn row<'a>(&'a self, cell: Cell<'a>) -> Row<'a> {
        Row { cell, names: self }
    }
}

fn limits(column: &Column) -> impl Iterator<Item = Limit> {
    let obstacle = column.obstacle.map(|(rule, _)| rule);
    let rules = [column.approval, column.closure, column.condition, obstacle, column.quiet];
    rules.into_iter().flatten().map(Limit::Rule).chain([column.open.limit, column.approved.limit])
}

impl Row<'_> {
    /// What bounds the heights without an approval.
    pub fn limit(&self) -> Option<&Told> {
        self.told(Some(self.cell.column.open.limit))
    }

    fn told(&self, limit: Option<Limit>) -> Option<&Told> {
        self.names.0.get(&limit?)
    }

    fn rule(&self, rule: Option<RuleId>) -> Option<&Told> {
        self.told(rule.map(Limit::Rule))
    }

    /// The approval that opens highest.
    pub fn approval(&self) -> Option<&Told> {
        self.rule(self.cell.column.approval)
    }

    /// The holder of the approval that opens highest.
    pub fn holder(&self) -> Option<&String> {
        let RuleId::Approval(index) = self.cell.column.approval? else { return None };
        self.cell.airspace().rules().approvals[index as usize].holder.as_ref()
    }

    fn closure(&self) -> Option<&Told> {
        self.rule(self.cell.column.closure)
    }

    fn condition(&self) -> Option<&Told> {
        self.rule(self.cell.column.condition)
    }

    fn obstacle(&self) -> Option<&Told> {
        self.rule(self.cell.column.obstacle.map(|(rule, _)| rule))
    }

    fn quiet(&self) -> Option<&Told> {
        self.rule(self.cell.column.quiet)
    }

    /// South, west, north and east of the box around the cell, degrees.
    fn side(&self, pick: fn(&Geographic) -> f64, choose: fn(f64, f64) -> f64) -> Value {
        self.cell.corners().iter().map(pick).reduce(choose).map_or(Value::Null, |degrees| rounded(degrees, 10_000_000))
    }

    /// The level-10 codes of the lowest and the highest height over the cell at which one may fly with the approvals.
    fn height_codes(&self) -> Option<[String; 2]> {
        let column = self.cell.column;
        let stretches = &column.approved.stretches_agl_m;
        let (from_agl_m, to_agl_m) = (stretches.first()?[0], stretches.last()?[1]);
        let (lowest_m, highest_m) = column.ground_amsl_m;
        let undulation_m = self.cell.undulation_m()?;
        let ends = [lowest_m + from_agl_m, highest_m + to_agl_m];
        Some(ends.map(|amsl_m| HeightLayer::of(amsl_m + undulation_m).code()))
    }

    /// The numbers of the lowest and the highest layer of each band.
    fn band_layers(&self) -> Option<String> {
        let pairs: Option<Vec<String>> =
            self.cell.band_layers().map(|layers| layers.map(|[low, high]| format!("{low}~{high}"))).collect();
        pairs.map(|pairs| pairs.join(" "))
    }

    /// A letter for each band, from the ground up.
    fn bands(&self) -> String {
        let letter = |is_open, is_approved| match (is_open, is_approved) {
            (true, _) => 'O',
            (false, true) => 'A',
            (false, false) => '.',
        };
        self.cell.bands().map(|band| letter(band.is_open, band.is_approved)).collect()
    }

    fn quiet_limit_dba(&self) -> Option<f64> {
        let RuleId::Below(index) = self.cell.column.quiet? else { return None };
        match self.cell.airspace().rules().below[index as usize].matter {
            Matter::Quiet { limit_dba } => Some(limit_dba),
            Matter::People { .. } => None,
        }
    }
}

fn rounded(value: f64, per_unit: u32) -> Value {
    let scale = f64::from(per_unit);
    // Adding 0 turns -0 into 0.
    Value::Real((value * scale).round() / scale + 0.0)
}

/// Metres to the centimetre.
fn metres(value: Option<f64>) -> Value {
    value.filter(|value| value.is_finite()).map_or(Value::Null, |value| rounded(value, 100))
}

fn number(value: Option<f64>) -> Value {
    value.map_or(Value::Null, Value::Real)
}

fn text(value: Option<&String>) -> Value {
    value.filter(|value| !value.is_empty()).cloned().map_or(Value::Null, Value::Text)
}

fn lowest(heights: &Heights) -> Value {
    metres(heights.stretches_agl_m.first().map(|stretch| stretch[0]))
}

fn en(told: Option<&Told>, pick: fn(&Told) -> &Text) -> Value {
    text(told.map(|told| &pick(told).en))
}

fn zh(told: Option<&Told>, pick: fn(&Told) -> &Text) -> Value {
    text(told.map(|told| &pick(told).zh))
}

fn id(told: Option<&Told>) -> Value {
    text(told.map(|told| &told.id))
}

const fn name(told: &Told) -> &Text {
    &told.name
}

const fn kind(told: &Told) -> &Text {
    &told.kind
}

const fn authority(told: &Told) -> &Text {
    &told.authority
}

const fn later(_: &Row<'_>) -> Value {
    Value::Null
}

macro_rules! attributes {
    ($($name:literal $kind:ident $about:literal $read:expr;)*) => {
        [$(Attribute { name: $name, kind: Kind::$kind, about: $about, read: $read }),*]
    };
}

/// Every attribute, in the order of files.
pub const ATTRIBUTES: [Attribute; 55] = attributes! {
    "code" Text "BeiDou 2-D grid code (GB/T 39409-2020), or column and row of the metric lattice" |row| Value::Text(row.cell.code());
    "south_deg" Real "southern side of the box around the cell, WGS84" |row| row.side(|corner| corner.lat_deg, f64::min);
    "west_deg" Real "western side" |row| row.side(|corner| corner.lon_deg, f64::min);
    "north_deg" Real "northern side" |row| row.side(|corner| corner.lat_deg, f64::max);
    "east_deg" Real "eastern side" |row| row.side(|corner| corner.lon_deg, f64::max);
    "state" Text "open, limited, approved, controlled, prohibited, temporary or obstructed" |row| Value::Text(row.cell.column.state.key().to_owned());
    "state_class" Text "the state, with the height that one may climb to rounded down to 0, 30, 60, 90 or 120 m" |row| Value::Text(row.cell.class().key().to_owned());
    "state_en" Text "the class in English" |row| Value::Text(row.cell.class().name().both().en);
    "state_zh" Text "the class in Chinese" |row| Value::Text(row.cell.class().name().both().zh);
    "permitted_from_agl_m" Real "where the lowest stretch permitted without an approval begins, above ground" |row| lowest(&row.cell.column.open);
    "permitted_agl_m" Real "where it ends; missing if no height is permitted" |row| metres(row.cell.column.open.most_agl_m());
    "limit_id" Text "the rule that one meets first on the way up" |row| id(row.limit());
    "limit_en" Text "its name in English" |row| en(row.limit(), name);
    "limit_zh" Text "its name in Chinese" |row| zh(row.limit(), name);
    "limit_kind_en" Text "its kind and article in English" |row| en(row.limit(), kind);
    "limit_kind_zh" Text "its kind and article in Chinese" |row| zh(row.limit(), kind);
    "limit_authority_en" Text "who decides about it, in English" |row| en(row.limit(), authority);
    "limit_authority_zh" Text "who decides about it, in Chinese" |row| zh(row.limit(), authority);
    "approved_from_agl_m" Real "where the lowest stretch permitted with the approvals that hold begins, above ground" |row| lowest(&row.cell.column.approved);
    "approved_agl_m" Real "where it ends" |row| metres(row.cell.column.approved.most_agl_m());
    "approval_id" Text "the approval that opens highest" |row| id(row.approval());
    "approval_en" Text "its name in English" |row| en(row.approval(), name);
    "approval_zh" Text "its name in Chinese" |row| zh(row.approval(), name);
    "approval_holder" Text "who holds it; missing if it is for everybody" |row| text(row.holder());
    "closure_id" Text "what closes the cell for a time" |row| id(row.closure());
    "closure_en" Text "its name in English" |row| en(row.closure(), name);
    "closure_zh" Text "its name in Chinese" |row| zh(row.closure(), name);
    "condition_id" Text "a zone that sets conditions" |row| id(row.condition());
    "condition_en" Text "its name in English" |row| en(row.condition(), name);
    "condition_zh" Text "its name in Chinese" |row| zh(row.condition(), name);
    "ground_min_amsl_m" Real "lowest ground, above mean sea level (EGM96)" |row| metres(Some(row.cell.column.ground_amsl_m.0));
    "ground_max_amsl_m" Real "highest ground" |row| metres(Some(row.cell.column.ground_amsl_m.1));
    "floor_agl_m" Real "least height above ground, clear of the ground and of what stands there" |row| metres(Some(row.cell.column.floor_agl_m));
    "surface_agl_m" Real "lowest obstacle-limitation surface over the highest ground" |row| metres(row.cell.column.surface_agl_m);
    "obstacle_id" Text "the highest obstacle within its clearance" |row| id(row.obstacle());
    "obstacle_en" Text "its name or kind in English" |row| en(row.obstacle(), name);
    "obstacle_zh" Text "its name or kind in Chinese" |row| zh(row.obstacle(), name);
    "obstacle_top_agl_m" Real "its top over the lowest ground" |row| metres(row.cell.column.obstacle.map(|(_, top_m)| top_m));
    "people_per_km2" Real "people below" |row| Value::Real(row.cell.column.people_per_km2);
    "quiet_id" Text "a place below that must stay quiet" |row| id(row.quiet());
    "quiet_en" Text "its name in English" |row| en(row.quiet(), name);
    "quiet_zh" Text "its name in Chinese" |row| zh(row.quiet(), name);
    "quiet_limit_dba" Real "most sound level of a passing drone there, dB(A)" |row| number(row.quiet_limit_dba());
    "undulation_m" Real "geoid over the ellipsoid; ellipsoidal height = height above mean sea level + this" |row| row.cell.undulation_m().map_or(Value::Null, |metres| rounded(metres, 1000));
    "height_code_from" Text "height code (GB/T 39409-2020, level 10, ellipsoidal) of the lowest height at which one may fly over any ground of the cell" |row| row.height_codes().map_or(Value::Null, |[from, _]| Value::Text(from));
    "height_code_to" Text "height code of the highest" |row| row.height_codes().map_or(Value::Null, |[_, to]| Value::Text(to));
    "bands" Text "16 equal bands from the ground to the ceiling: O open, A with an approval, . closed in any part" |row| Value::Text(row.bands());
    "band_layers" Text "for each band the numbers of the lowest and the highest layer of the height code (level 10, ellipsoidal) that it spans" |row| text(row.band_layers().as_ref());
    "band_m" Real "height of a band" |row| metres(row.cell.bands().next().map(|band| band.to_agl_m - band.from_agl_m));
    "ceiling_agl_m" Real "where the last band ends, above ground" |row| metres(Some(row.cell.airspace().ceiling_agl_m()));
    "coverage_dbm" Real "power of the best base station over the middle of the cell, at half the ceiling; missing without stations" |row| row.cell.coverage_dbm().map_or(Value::Null, |power_dbm| rounded(power_dbm, 10));
    "wind_class" Int "force of the mean wind on the Beaufort scale over the middle of the cell, at half the ceiling; missing without weather" |row| row.cell.wind_class().map_or(Value::Null, |force| Value::Int(force.into()));
    "occupancy_s" Real "drone seconds in the cell; filled from a run" later;
    "delay_s" Real "delay in the cell; filled from a run" later;
    "conflicts" Int "conflicts in the cell; filled from a run" later;
};
