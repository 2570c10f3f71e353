//! The tables of a run: what happened, one row each, for DuckDB, pandas and spreadsheets.
//!
//! They are gathered from the frames while the run goes, so they are the same whatever is recorded.

mod cells;
mod contingencies;
mod evasions;

use std::collections::BTreeMap;

use serde::Serialize;

use self::cells::Cells;
use self::contingencies::Contingencies;
use self::evasions::{Evasions, Share};
use super::folder::RunFolder;
use crate::formats::table::{Table, TableError};
use crate::frame::{
    Basis, DroneId, EncounterId, Frame, MissionId, OrderId, RallyId, SimEvent, SimTime, SortieId, TimedEvent, Trouble,
};
use crate::units::drone_name;

/// What people call the drones and missions of a run.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Fleets, by their ids, each with the names of its drones where they have their own.
    pub fleets: Vec<(String, Vec<String>)>,
    /// Missions, by their ids.
    pub missions: Vec<String>,
    /// Rally sites, by their ids.
    pub rallies: Vec<String>,
}

impl Names {
    fn drone(&self, drone: DroneId) -> String {
        let fleet = self.fleets.get(drone.fleet.index());
        let (id, own) = fleet.map_or(("?", &[][..]), |(id, own)| (id.as_str(), own.as_slice()));
        drone_name(id, own, drone.ordinal)
    }

    fn mission(&self, mission: MissionId) -> String {
        self.missions.get(mission.index()).cloned().unwrap_or_default()
    }

    /// A site without a name has its number.
    fn rally(&self, rally: RallyId) -> String {
        self.rallies.get(rally.index()).cloned().unwrap_or_else(|| (rally.index() + 1).to_string())
    }
}

/// Gathers the rows of all tables.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    names: Names,
    flights: BTreeMap<SortieId, FlightRow>,
    orders: BTreeMap<OrderId, OrderRow>,
    encounters: BTreeMap<EncounterId, EncounterRow>,
    contingencies: Contingencies,
    evasions: Evasions,
    events: Vec<TimedEvent>,
    cells: Cells,
    moments: Vec<Moment>,
    last: Option<SimTime>,
}

#[derive(Clone, Debug)]
struct FlightRow {
    mission: MissionId,
    order: Option<OrderId>,
    started: SimTime,
    waited: SimTime,
    finished: Option<(SimTime, u32, u32)>,
}

#[derive(Clone, Debug)]
struct OrderRow {
    placed: SimTime,
    payload_g: u32,
    departed: Option<(SimTime, SortieId)>,
    delivered: Option<(SimTime, SimTime)>,
    failed: Option<Trouble>,
}

#[derive(Clone, Debug)]
struct EncounterRow {
    pair: (DroneId, DroneId),
    opened: SimTime,
    basis: Basis,
    closed: Option<SimTime>,
    least_horizontal_cm: Option<i32>,
    lost: Option<SimTime>,
    lost_ms: i64,
    severity_permyriad: Option<u32>,
}

impl EncounterRow {
    fn lose(&mut self, lasted: SimTime, severity_permyriad: u32) {
        self.lost_ms += lasted.millis();
        self.severity_permyriad = self.severity_permyriad.max(Some(severity_permyriad));
    }
}

#[derive(Clone, Copy, Debug)]
struct Moment {
    time: SimTime,
    airborne: usize,
    conflicts: usize,
    losses: usize,
}

impl Tables {
    /// Empty tables for a run with these names.
    pub fn new(names: Names) -> Self {
        Self { names, ..Self::default() }
    }

    /// Takes in the next frame.
    pub fn see(&mut self, frame: &Frame) {
        for event in &frame.events {
            self.see_event(event);
        }
        let elapsed_ms = self.last.map_or(0, |last| (frame.time - last).millis());
        let airborne = frame.drones.iter().filter(|drone| drone.phase.is_airborne());
        self.cells.see(frame, SimTime::from_millis(elapsed_ms));
        self.moments.push(Moment {
            time: frame.time,
            airborne: airborne.count(),
            conflicts: frame.conflicts.iter().filter(|conflict| !conflict.loss_of_separation).count(),
            losses: frame.conflicts.iter().filter(|conflict| conflict.loss_of_separation).count(),
        });
        self.last = Some(frame.time);
    }

    fn see_event(&mut self, timed: &TimedEvent) {
        let time = timed.time;
        self.events.push(timed.clone());
        self.contingencies.see(timed);
        self.evasions.see(timed);
        match timed.event {
            SimEvent::OrderPlaced { order, payload_g } => {
                let row = OrderRow { placed: time, payload_g, departed: None, delivered: None, failed: None };
                self.orders.insert(order, row);
            }
            SimEvent::SortieStarted { sortie, mission, order, waited_ms } => {
                if let Some(row) = order.and_then(|order| self.orders.get_mut(&order)) {
                    row.departed = Some((time, sortie));
                }
                let row = FlightRow { mission, order, started: time, waited: waited_ms, finished: None };
                self.flights.insert(sortie, row);
            }
            SimEvent::Delivered { order, order_to_hand_ms, .. } => {
                if let Some(row) = self.orders.get_mut(&order) {
                    row.delivered = Some((time, order_to_hand_ms));
                }
            }
            SimEvent::OrderFailed { order, trouble, .. } => {
                if let Some(row) = self.orders.get_mut(&order) {
                    row.failed = Some(trouble);
                }
            }
            SimEvent::SortieFinished { sortie, distance_m, energy_wh, .. } => {
                if let Some(row) = self.flights.get_mut(&sortie) {
                    row.finished = Some((time, distance_m, energy_wh));
                }
            }
            _ => self.see_encounter(timed),
        }
    }

    fn see_encounter(&mut self, timed: &TimedEvent) {
        let time = timed.time;
        match timed.event {
            SimEvent::EncounterOpened { encounter, own, intruder, basis, .. } => {
                self.encounters.insert(
                    encounter,
                    EncounterRow {
                        pair: (own, intruder),
                        opened: time,
                        basis,
                        closed: None,
                        least_horizontal_cm: None,
                        lost: None,
                        lost_ms: 0,
                        severity_permyriad: None,
                    },
                );
            }
            SimEvent::LossOfSeparation { encounter, .. } => {
                if let Some(row) = self.encounters.get_mut(&encounter) {
                    row.lost = row.lost.or(Some(time));
                }
            }
            SimEvent::SeparationRegained { encounter, duration_ms, severity_permyriad } => {
                if let Some(row) = self.encounters.get_mut(&encounter) {
                    row.lose(duration_ms, severity_permyriad);
                }
            }
            SimEvent::EncounterClosed { encounter, duration_ms, least_horizontal_distance_cm } => {
                if let Some(row) = self.encounters.get_mut(&encounter) {
                    row.closed = Some(row.opened + duration_ms);
                    row.least_horizontal_cm = Some(least_horizontal_distance_cm);
                }
            }
            _ => {}
        }
    }

    /// Notes how long a loss of separation had lasted at the end of the run, and how severe it was so far.
    pub fn see_open_loss(&mut self, encounter: EncounterId, lasted: SimTime, severity_permyriad: u32) {
        if let Some(row) = self.encounters.get_mut(&encounter) {
            row.lose(lasted, severity_permyriad);
        }
    }

    /// Writes every table into the folder of the run.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(&self, folder: &RunFolder) -> Result<(), TableError> {
        self.flights().write_parquet(&folder.flights())?;
        self.orders().write_parquet(&folder.orders())?;
        self.encounters().write_parquet(&folder.conflicts())?;
        self.contingencies.table(&self.names).write_parquet(&folder.contingencies())?;
        self.evasions.table(&self.names).write_parquet(&folder.evasions())?;
        self.events().write_parquet(&folder.events())?;
        self.cells.table().write_parquet(&folder.cells())?;
        self.timeseries().write_parquet(&folder.timeseries())
    }

    fn flights(&self) -> Table {
        let rows = || self.flights.iter();
        Table::new("flights")
            .text("drone", rows().map(|(id, _)| self.names.drone(id.drone)))
            .int("sortie", rows().map(|(id, _)| i64::from(id.ordinal)))
            .text("mission", rows().map(|(_, row)| self.names.mission(row.mission)))
            .text("order", rows().map(|(_, row)| row.order.map(|order| self.order_name(order))))
            .real("waited_s", rows().map(|(_, row)| row.waited.seconds()))
            .real("start_s", rows().map(|(_, row)| row.started.seconds()))
            .real("end_s", rows().map(|(_, row)| row.finished.map(|(end, ..)| end.seconds())))
            .int("distance_m", rows().map(|(_, row)| row.finished.map(|(_, distance, _)| i64::from(distance))))
            .int("energy_wh", rows().map(|(_, row)| row.finished.map(|(_, _, energy)| i64::from(energy))))
    }

    fn order_name(&self, order: OrderId) -> String {
        format!("{}-{}", self.names.mission(order.mission), order.ordinal + 1)
    }

    fn orders(&self) -> Table {
        let rows = || self.orders.iter();
        Table::new("orders")
            .text("order", rows().map(|(id, _)| self.order_name(*id)))
            .text("mission", rows().map(|(id, _)| self.names.mission(id.mission)))
            .int("payload_g", rows().map(|(_, row)| i64::from(row.payload_g)))
            .real("placed_s", rows().map(|(_, row)| row.placed.seconds()))
            .real("departed_s", rows().map(|(_, row)| row.departed.map(|(time, _)| time.seconds())))
            .text("drone", rows().map(|(_, row)| row.departed.map(|(_, sortie)| self.names.drone(sortie.drone))))
            .real("delivered_s", rows().map(|(_, row)| row.delivered.map(|(time, _)| time.seconds())))
            .real("order_to_hand_s", rows().map(|(_, row)| row.delivered.map(|(_, taken)| taken.seconds())))
            .text("failed", rows().map(|(_, row)| row.failed.and_then(code)))
    }

    fn encounters(&self) -> Table {
        let rows = || self.encounters.iter();
        let metres = |centimetres: i32| f64::from(centimetres) / 100.0;
        let share = |encounter: &EncounterId| -> Option<&Share> { self.evasions.share(*encounter) };
        Table::new("conflicts")
            .int("encounter", rows().map(|(id, _)| i64::from(id.0)))
            .text("own", rows().map(|(_, row)| self.names.drone(row.pair.0)))
            .text("intruder", rows().map(|(_, row)| self.names.drone(row.pair.1)))
            .real("opened_s", rows().map(|(_, row)| row.opened.seconds()))
            .text("basis", rows().map(|(_, row)| code(row.basis)))
            .real("closed_s", rows().map(|(_, row)| row.closed.map(SimTime::seconds)))
            .real("loss_of_separation_s", rows().map(|(_, row)| row.lost.map(SimTime::seconds)))
            .real("loss_duration_s", rows().map(|(_, row)| SimTime::from_millis(row.lost_ms).seconds()))
            .real("severity", rows().map(|(_, row)| row.severity_permyriad.map(|share| f64::from(share) / 10_000.0)))
            .real("least_horizontal_m", rows().map(|(_, row)| row.least_horizontal_cm.map(metres)))
            .text("evaded_by", rows().map(|(id, _)| share(id).map(|share| self.names_of(&share.by))))
            .real("lost_s", rows().map(|(id, _)| share(id).map(|share| share.cost.lost_s)))
            .real("extra_m", rows().map(|(id, _)| share(id).map(|share| share.cost.extra_m)))
            .real("extra_wh", rows().map(|(id, _)| share(id).map(|share| share.cost.extra_wh)))
    }

    /// The names of some drones.
    fn names_of(&self, drones: &[DroneId]) -> String {
        drones.iter().map(|drone| self.names.drone(*drone)).collect::<Vec<_>>().join(" ")
    }

    fn events(&self) -> Table {
        let text = |timed: &TimedEvent| serde_json::to_value(&timed.event).ok();
        let kind = |timed: &TimedEvent| text(timed)?.get("event")?.as_str().map(str::to_owned);
        Table::new("events")
            .int("time_ms", self.events.iter().map(|timed| timed.time.millis()))
            .text("event", self.events.iter().map(kind))
            .text("detail_json", self.events.iter().map(|timed| text(timed).map(|value| value.to_string())))
    }

    fn timeseries(&self) -> Table {
        let rows = || self.moments.iter();
        let count = |number: usize| i64::try_from(number).ok();
        Table::new("timeseries")
            .real("time_s", rows().map(|row| row.time.seconds()))
            .int("airborne", rows().map(|row| count(row.airborne)))
            .int("conflicts", rows().map(|row| count(row.conflicts)))
            .int("losses_of_separation", rows().map(|row| count(row.losses)))
    }
}

/// What a recorded kind of thing is called in events and tables: `lost_link`.
fn code(kind: impl Serialize) -> Option<String> {
    serde_json::to_value(kind).ok()?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{CommandSample, Response};
    use crate::units::FleetId;

    fn written(table: &Table) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        table.write_csv(&path).unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    fn drone(ordinal: u16) -> DroneId {
        DroneId { fleet: FleetId(0), ordinal }
    }

    fn tables(events: Vec<(i64, SimEvent)>) -> Tables {
        let text = |text: &str| vec![text.to_owned()];
        let mut tables = Tables::new(Names {
            fleets: vec![("flash".into(), Vec::new())],
            missions: text("meals"),
            rallies: text("meadow"),
        });
        let timed = events.into_iter().map(|(time_s, event)| (SimTime::from_millis(time_s * 1000), event));
        for (time, event) in timed {
            tables.see(&Frame { time, events: vec![TimedEvent { time, event }], ..Frame::default() });
        }
        tables
    }

    /// The same drone in the same trouble twice, and another one whose trouble never ends.
    #[test]
    fn every_contingency_has_its_row() {
        let began = |ordinal, trouble| SimEvent::ContingencyBegan { drone: drone(ordinal), trouble };
        let decided = |ordinal, trouble, response, rally| {
            let rally = Option::map(rally, RallyId);
            SimEvent::ContingencyDecided { drone: drone(ordinal), trouble, response, rally }
        };
        let ended = |ordinal, trouble, response| {
            let lasted_ms = SimTime::ZERO;
            SimEvent::ContingencyEnded { drone: drone(ordinal), trouble, response, lasted_ms }
        };
        let (link, battery) = (Trouble::LostLink, Trouble::LowBattery);
        let tables = tables(vec![
            (10, began(0, link)),
            (12, decided(0, link, Response::Hold, None)),
            (13, began(1, battery)),
            (14, decided(0, link, Response::Continue, None)),
            (20, ended(0, link, Response::Continue)),
            (21, decided(1, battery, Response::Divert, Some(0))),
            (30, began(0, link)),
            (31, decided(0, link, Response::Divert, Some(4))),
            (40, ended(0, link, Response::Divert)),
            (40, SimEvent::Stranded { drone: drone(0), trouble: link, east_cm: 0, north_cm: 0 }),
        ]);
        let expected = "drone,trouble,began_s,decided_s,response,rally,ended_s,stranded_s\n\
                        flash-1,lost_link,10,14,continue,,20,\n\
                        flash-2,low_battery,13,21,divert,meadow,,\n\
                        flash-1,lost_link,30,31,divert,5,40,40\n";
        assert_eq!(written(&tables.contingencies.table(&tables.names)), expected);
    }

    /// One evades two at a time, its partner of the first too, and a third has not come back at the end.
    #[test]
    fn what_evading_cost_is_shared_among_encounters() {
        let command = CommandSample { turn_centideg: 3050, speed_change_cmps: -120, climb_change_cmps: 0 };
        let began = |ordinal| SimEvent::EvasionBegan { drone: drone(ordinal), command };
        let ended = |ordinal, encounters: &[u32], lost_s, extra_path_cm| SimEvent::EvasionEnded {
            drone: drone(ordinal),
            encounters: encounters.iter().copied().map(EncounterId).collect(),
            lasted_ms: SimTime::from_seconds(20.0),
            lost_ms: SimTime::from_seconds(lost_s),
            extra_path_cm,
            extra_energy_mwh: 500,
        };
        let opened = |encounter, own, intruder, basis| SimEvent::EncounterOpened {
            encounter: EncounterId(encounter),
            own: drone(own),
            intruder: drone(intruder),
            time_to_loss_ms: SimTime::ZERO,
            cpa_distance_cm: 0,
            basis,
        };
        let tables = tables(vec![
            (1, opened(0, 0, 1, Basis::State)),
            (1, opened(1, 0, 2, Basis::Intent)),
            (2, began(0)),
            (3, began(1)),
            (4, began(2)),
            (20, ended(0, &[0, 1], 4.0, 1000)),
            (25, ended(1, &[0], 1.0, 500)),
        ]);
        let expected = "drone,began_s,ended_s,encounters,turn_deg,speed_change_mps,climb_change_mps,lost_s,extra_m,extra_wh\n\
                        flash-1,2,20,0 1,30.5,-1.2,0,4,10,0.5\n\
                        flash-2,3,25,0,30.5,-1.2,0,1,5,0.5\n\
                        flash-3,4,,,30.5,-1.2,0,,,\n";
        assert_eq!(written(&tables.evasions.table(&tables.names)), expected);
        let encounters = written(&tables.encounters());
        let ends: Vec<&str> = encounters.lines().skip(1).map(|line| line.splitn(11, ',').last().unwrap()).collect();
        assert_eq!(ends, ["flash-1 flash-2,3,10,0.75", "flash-1,2,5,0.25"], "{encounters}");
    }

    #[test]
    fn an_order_says_why_it_failed() {
        let order = |ordinal| OrderId { mission: MissionId(0), ordinal };
        let sortie = SortieId { drone: drone(0), ordinal: 0 };
        let tables = tables(vec![
            (0, SimEvent::OrderPlaced { order: order(0), payload_g: 500 }),
            (1, SimEvent::OrderPlaced { order: order(1), payload_g: 500 }),
            (9, SimEvent::OrderFailed { order: order(1), sortie, trouble: Trouble::PadBlocked }),
        ]);
        let written = written(&tables.orders());
        let failed: Vec<&str> = written.lines().map(|line| line.rsplit(',').next().unwrap()).collect();
        assert_eq!(failed, ["failed", "", "pad_blocked"]);
    }
}
