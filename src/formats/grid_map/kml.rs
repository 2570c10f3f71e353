//! A grid map as KML 2.2, plain or zipped: a folder for each class of cell, so that each can be switched off, and one with
//! the outlines of the rules.
//!
//! A column is extruded to the height that one may fly to: without an approval, or with one where it opens the cell. A cell
//! that is closed lies flat on the ground.

use std::io::{self, Seek, Write};

use super::About;
use super::attribute::{ATTRIBUTES, Kind, Names, Row, Value};
use super::outline::{closed, ring};
use crate::formats::kmz;
use crate::message::words::Word;
use crate::message::{Language, Text, markup};
use crate::world::airspace::{Class, Footprint, GridMap, Heights};
use crate::world::geo::Geographic;

pub(super) fn write(map: &GridMap<'_>, about: &About, out: &mut impl Write) -> io::Result<()> {
    let writer = Writer { names: &Names::of(map), map, about, language: about.language };
    writer.document(out)
}

pub(super) fn write_zipped(map: &GridMap<'_>, about: &About, out: &mut (impl Write + Seek)) -> io::Result<()> {
    kmz::write(out, |mut document| write(map, about, &mut document))
}

struct Writer<'a> {
    map: &'a GridMap<'a>,
    names: &'a Names,
    about: &'a About,
    language: Language,
}

impl Writer<'_> {
    fn document(&self, out: &mut impl Write) -> io::Result<()> {
        let title = markup(self.about.title.get(self.language));
        let lattice = markup(self.about.lattice.get(self.language));
        let note = Word::new("schematic, not for navigation", "示意，不得用于导航").get(self.language);
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>{title}</name><open>1</open>"#)?;
        writeln!(out, "<description>{} · {lattice} · {note}</description>", markup(&self.about.at))?;
        styles(out)?;
        schema(out)?;
        let folder = Word::new("Grid cells", "网格").get(self.language);
        writeln!(out, "<Folder><name>{folder}</name><open>1</open>")?;
        Class::ALL.into_iter().try_for_each(|class| self.class(class, out))?;
        writeln!(out, "</Folder>")?;
        self.rules(out)?;
        writeln!(out, "</Document></kml>")
    }

    fn class(&self, class: Class, out: &mut impl Write) -> io::Result<()> {
        let mut cells = self.map.cells().filter(|cell| cell.class() == class).peekable();
        if cells.peek().is_none() {
            return Ok(());
        }
        writeln!(out, "<Folder><name>{}</name>", markup(class.name().get(self.language)))?;
        cells.try_for_each(|cell| self.cell(&self.names.row(cell), out))?;
        writeln!(out, "</Folder>")
    }

    fn cell(&self, row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
        let class = row.cell.class();
        write!(out, "<Placemark><name>{}</name>", row.cell.code())?;
        write!(out, "<description>{}</description><styleUrl>#{}</styleUrl>", self.told(row), class.key())?;
        out.write_all(br##"<ExtendedData><SchemaData schemaUrl="#cell">"##)?;
        for attribute in &ATTRIBUTES {
            let name = attribute.name;
            match attribute.of(row) {
                Value::Null => Ok(()),
                Value::Int(value) => write!(out, r#"<SimpleData name="{name}">{value}</SimpleData>"#),
                Value::Real(value) => write!(out, r#"<SimpleData name="{name}">{value}</SimpleData>"#),
                Value::Text(value) => write!(out, r#"<SimpleData name="{name}">{}</SimpleData>"#, markup(&value)),
            }?;
        }
        out.write_all(b"</SchemaData></ExtendedData>")?;
        column(&ring(&row.cell), top_agl_m(row), out)?;
        writeln!(out, "</Placemark>")
    }

    /// What one reads in the balloon: the class, the height, the rule and who decides about it.
    fn told(&self, row: &Row<'_>) -> String {
        let class = row.cell.class().name().get(self.language);
        let told = row.limit();
        let part =
            |pick: fn(&crate::world::airspace::Told) -> &Text| told.map_or("", |told| pick(told).get(self.language));
        let (name, kind, authority) = (part(|told| &told.name), part(|told| &told.kind), part(|told| &told.authority));
        let height = |heights: &Heights| {
            let metres = heights.in_metres();
            if metres.is_empty() { "–".to_owned() } else { format!("{metres} m") }
        };
        let column = row.cell.column;
        let approval = row.approval().map_or("", |told| told.name.get(self.language));
        let approved = if approval.is_empty() { String::new() } else { height(&column.approved) };
        let lines = [
            (Word::new("State", "状态"), class.to_owned()),
            (Word::new("Height AGL without an approval", "未经批准可飞真高"), height(&column.open)),
            (Word::new("Bounded by", "限制依据"), name.to_owned()),
            (Word::new("Reason", "原因"), kind.to_owned()),
            (Word::new("Authority", "主管单位"), authority.to_owned()),
            (Word::new("Height AGL with an approval", "经批准可飞真高"), approved),
            (Word::new("Approval", "批准"), approval.to_owned()),
            (Word::new("Held by", "持有人"), row.holder().cloned().unwrap_or_default()),
        ];
        let told = lines.iter().filter(|(_, value)| !value.is_empty());
        let cells = told
            .map(|(name, value)| format!("<tr><th>{}</th><td>{}</td></tr>", name.get(self.language), markup(value)));
        // HTML inside XML: escaped once more.
        markup(&format!("<table>{}</table>", cells.collect::<String>()))
    }

    fn rules(&self, out: &mut impl Write) -> io::Result<()> {
        let rules = self.map.airspace().rules();
        writeln!(out, "<Folder><name>{}</name>", Word::new("Rules", "规则").get(self.language))?;
        let area = Word::new("edge of the area", "区域边界").both();
        self.line(&area, &Footprint::polygon(self.map.airspace().outline().to_vec()), out)?;
        for zone in rules.zones.iter().filter(|zone| zone.holds(self.map.at())) {
            zone.volumes.iter().try_for_each(|volume| self.line(&zone.name, &volume.footprint, out))?;
        }
        for approval in rules.approvals.iter().filter(|approval| approval.holds(self.map.at())) {
            approval.volumes.iter().try_for_each(|volume| self.line(&approval.name, &volume.footprint, out))?;
        }
        for airport in &rules.airports {
            self.line(&airport.name, &airport.protection, out)?;
        }
        writeln!(out, "</Folder>")
    }

    fn line(&self, name: &Text, footprint: &Footprint, out: &mut impl Write) -> io::Result<()> {
        write!(out, "<Placemark><name>{}</name><styleUrl>#rule</styleUrl>", markup(name.get(self.language)))?;
        out.write_all(b"<LineString><tessellate>1</tessellate><coordinates>")?;
        coordinates(&closed(self.map, &footprint.outline()), None, out)?;
        writeln!(out, "</coordinates></LineString></Placemark>")
    }
}

/// How high a column is drawn: as far as one may climb, with the approvals where they open the cell.
fn top_agl_m(row: &Row<'_>) -> Option<f64> {
    let column = row.cell.column;
    let heights = if row.cell.class() == Class::Approved { &column.approved } else { &column.open };
    Some(heights.climb_agl_m(column.floor_agl_m)).filter(|top_m| *top_m > 0.0)
}

fn column(ring: &[Geographic], top_agl_m: Option<f64>, out: &mut impl Write) -> io::Result<()> {
    let mode = match top_agl_m {
        Some(_) => "<extrude>1</extrude><altitudeMode>relativeToGround</altitudeMode>",
        None => "<tessellate>1</tessellate><altitudeMode>clampToGround</altitudeMode>",
    };
    write!(out, "<Polygon>{mode}<outerBoundaryIs><LinearRing><coordinates>")?;
    coordinates(ring, top_agl_m, out)?;
    out.write_all(b"</coordinates></LinearRing></outerBoundaryIs></Polygon>")
}

fn coordinates(places: &[Geographic], height_m: Option<f64>, out: &mut impl Write) -> io::Result<()> {
    for (index, Geographic { lat_deg, lon_deg }) in places.iter().enumerate() {
        let space = if index > 0 { " " } else { "" };
        match height_m {
            Some(height_m) => write!(out, "{space}{lon_deg},{lat_deg},{height_m:.2}")?,
            None => write!(out, "{space}{lon_deg},{lat_deg}")?,
        }
    }
    Ok(())
}

/// A style for each class, and one for rules.
fn styles(out: &mut impl Write) -> io::Result<()> {
    for class in Class::ALL {
        let [red, green, blue] = class.colour();
        let colour = format!("{blue:02x}{green:02x}{red:02x}");
        // Open air is an outline with a breath of green, so that what is closed stands out.
        let opacity = if class == Class::Open120 { "30" } else { "80" };
        writeln!(
            out,
            r#"<Style id="{}"><LineStyle><color>ff{colour}</color><width>1.5</width></LineStyle><PolyStyle><color>{opacity}{colour}</color></PolyStyle></Style>"#,
            class.key()
        )?;
    }
    writeln!(
        out,
        r#"<Style id="rule"><LineStyle><color>ff202020</color><width>2</width></LineStyle><PolyStyle><fill>0</fill></PolyStyle></Style>"#
    )
}

fn schema(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"<Schema name="cell" id="cell">"#)?;
    for attribute in &ATTRIBUTES {
        let kind = match attribute.kind {
            Kind::Int => "int",
            Kind::Real => "double",
            Kind::Text => "string",
        };
        writeln!(out, r#"<SimpleField type="{kind}" name="{}"></SimpleField>"#, attribute.name)?;
    }
    writeln!(out, "</Schema>")
}
