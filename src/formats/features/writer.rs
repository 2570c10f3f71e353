//! Writing a list of features, one at a time, with what stood beside it.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::stream::{Header, Member};
use crate::message::Findings;
use crate::world::airspace::Shape;
use crate::world::geo::Geographic;

/// Writes an object with a list of features.
#[derive(Debug)]
pub struct FeatureWriter<W> {
    out: W,
    begun: bool,
    members: usize,
    features: usize,
}

impl<W: Write> FeatureWriter<W> {
    /// A writer that has written nothing.
    pub const fn new(out: W) -> Self {
        Self { out, begun: false, members: 0, features: 0 }
    }

    /// Begins the object, unless that is done: the members before the list, and the list.
    ///
    /// # Errors
    /// That it cannot be written.
    pub fn begin(&mut self, header: impl FnOnce() -> Header) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let header = header();
        self.out.write_all(b"{\n")?;
        self.members(&header.before)?;
        self.name(&header.list)?;
        self.out.write_all(b"[")
    }

    /// Writes a feature, which is JSON.
    ///
    /// # Errors
    /// That it cannot be written.
    pub fn feature(&mut self, json: &str) -> io::Result<()> {
        let between: &[u8] = if self.features == 0 { b"\n" } else { b",\n" };
        self.features += 1;
        self.out.write_all(between)?;
        self.out.write_all(json.as_bytes())
    }

    /// Ends the list and the object, with the members after the list.
    ///
    /// # Errors
    /// That it cannot be written.
    pub fn end(mut self, header: &Header) -> io::Result<()> {
        self.out.write_all(b"\n]")?;
        self.members(&header.after)?;
        self.out.write_all(b"\n}\n")
    }

    fn members(&mut self, members: &[Member]) -> io::Result<()> {
        for member in members {
            self.name(&member.name)?;
            self.out.write_all(member.value.get().as_bytes())?;
        }
        Ok(())
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        let between: &[u8] = if self.members == 0 { b"" } else { b",\n" };
        self.members += 1;
        self.out.write_all(between)?;
        serde_json::to_writer(&mut self.out, name)?;
        self.out.write_all(b": ")
    }
}

/// Why files of features were not written again.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// Something in them cannot be understood.
    #[error("not understood: {} findings", .0.0.len())]
    Findings(Findings),
    /// The file cannot be written.
    #[error("cannot be written: {0}")]
    Write(#[from] io::Error),
}

impl From<Findings> for RewriteError {
    fn from(findings: Findings) -> Self {
        Self::Findings(findings)
    }
}

/// A shape as GeoJSON: a circle as a point with `radius_m`, a corridor as a line with `width_m`. Rings are closed.
pub fn geometry_of(shape: &Shape) -> Value {
    let place = |place: &Geographic| json!([place.lon_deg, place.lat_deg]);
    let closed = |ring: &Vec<Geographic>| ring.iter().chain(ring.first()).map(place).collect::<Vec<Value>>();
    match shape {
        Shape::Polygon { outer, holes } => {
            let rings: Vec<_> = std::iter::once(outer).chain(holes).map(closed).collect();
            json!({ "type": "Polygon", "coordinates": rings })
        }
        Shape::Circle { centre, radius_m } => {
            json!({ "type": "Point", "coordinates": place(centre), "radius_m": radius_m })
        }
        Shape::Corridor { line, half_width_m } => {
            let line: Vec<Value> = line.iter().map(place).collect();
            json!({ "type": "LineString", "coordinates": line, "width_m": 2.0 * half_width_m })
        }
    }
}
