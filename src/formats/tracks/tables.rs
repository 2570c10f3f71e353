//! Tracks as tables: a row for each sample, with the height over every datum.

use std::io::{self, Write};
use std::path::Path;

use super::DroneTracks;
use super::earth::{Earth, Point};
use crate::formats::table::{Table, TableError};
use crate::frame::{DroneSample, SimTime};

/// Rows of a part that is written at once.
const PART_ROWS: usize = 100_000;

pub(super) fn write_parquet(
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    path: &Path,
) -> Result<(), TableError> {
    let mut parts = Parts { tracks, earth };
    let first = parts.next().unwrap_or_else(|| table(&[], earth));
    first.write_parquet_with(parts, path)
}

pub(super) fn write_csv(
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut parts = Parts { tracks, earth };
    let first = parts.next().unwrap_or_else(|| table(&[], earth));
    first.write_csv_to(parts, out)
}

/// The rows of several drones at a time.
struct Parts<'a, T> {
    tracks: T,
    earth: &'a Earth<'a>,
}

impl<T: Iterator<Item = DroneTracks>> Iterator for Parts<'_, T> {
    type Item = Table;

    fn next(&mut self) -> Option<Table> {
        let (mut drones, mut rows) = (Vec::new(), 0);
        while rows < PART_ROWS {
            let Some(drone) = self.tracks.next() else { break };
            rows += drone.sorties.iter().map(|sortie| sortie.track.points.len()).sum::<usize>();
            drones.push(drone);
        }
        (!drones.is_empty()).then(|| table(&drones, self.earth))
    }
}

/// A row of a table.
struct Row<'a> {
    drone: &'a DroneTracks,
    mission: &'a str,
    sortie: u32,
    time: SimTime,
    sample: &'a DroneSample,
    point: Point,
}

fn table(drones: &[DroneTracks], earth: &Earth<'_>) -> Table {
    let sorties = drones.iter().flat_map(|drone| drone.sorties.iter().map(move |sortie| (drone, sortie)));
    let rows: Vec<Row<'_>> = sorties
        .flat_map(|(drone, sortie)| {
            sortie.track.points.iter().map(move |(time, sample)| Row {
                drone,
                mission: &sortie.mission,
                sortie: sortie.number,
                time: *time,
                sample,
                point: earth.point(sample),
            })
        })
        .collect();
    let rows = || rows.iter();
    let some_text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let phase = |sample: &DroneSample| serde_json::to_value(sample.phase).ok()?.as_str().map(str::to_owned);
    let ground_speed = |sample: &DroneSample| {
        let [east, north, _] = sample.velocity_mps();
        libm::hypot(east, north)
    };
    Table::new("tracks")
        .text("drone", rows().map(|row| row.drone.name.clone()))
        .text("mission", rows().map(|row| some_text(row.mission)))
        .int("sortie", rows().map(|row| i64::from(row.sortie)))
        .text("time", rows().map(|row| earth.instant(row.time).to_string()))
        .real("time_s", rows().map(|row| row.time.seconds()))
        .real("lat_deg", rows().map(|row| rounded(row.point.at.lat_deg, 1e8)))
        .real("lon_deg", rows().map(|row| rounded(row.point.at.lon_deg, 1e8)))
        .real("altitude_amsl_m", rows().map(|row| row.point.amsl_m))
        .real("altitude_ellipsoid_m", rows().map(|row| rounded(row.point.ellipsoid_m, 1e3)))
        .real("altitude_agl_m", rows().map(|row| Some(rounded(earth.agl_m(&row.sample.position_m().into())?, 1e2))))
        .real("ground_speed_mps", rows().map(|row| rounded(ground_speed(row.sample), 1e2)))
        .real("climb_mps", rows().map(|row| row.sample.velocity_mps()[2]))
        .text("phase", rows().map(|row| phase(row.sample)))
        .real("battery_percent", rows().map(|row| f64::from(row.sample.battery_permyriad) / 100.0))
}

/// To the nearest fraction of `parts`: what is finer says nothing.
fn rounded(value: f64, parts: f64) -> f64 {
    // Adding zero makes the zero that is a little below it a plain one.
    (value * parts).round() / parts + 0.0
}
