//! `skygrid export`: the tracks of a run in files of others.

mod marks;

use std::collections::BTreeSet;
use std::io::{BufWriter, Write as _};

use serde_json::json;

use self::marks::marks;
use super::args::{Arguments, Export};
use super::time::time_of_run;
use super::verify::{opened, scenario_of};
use super::{Exit, Failure, Outcome};
use crate::formats::tracks::{self, About, DroneTracks, Earth, FileKind, Sortie};
use crate::message::{Language, Text};
use crate::record::{RecordError, RecordMode, RecordedSortie, SortieChoice, Sorties};
use crate::scenario::ResolvedScenario;
use crate::units::{DroneId, SimTime};

pub fn export(arguments: &Export, common: &Arguments) -> Outcome {
    let language = common.language();
    let kind = kind_of(arguments, language)?;
    let (folder, manifest, recording) = opened(&arguments.run)?;
    if recording.metadata().mode != RecordMode::Full {
        let name = folder.recording().display().to_string();
        return Err(Failure::new(Exit::InputOutput, RecordError::EventsOnly { name }));
    }
    let scenario = scenario_of(&manifest, &recording, language)?;
    let choice = choice_of(arguments, &scenario, language)?;
    let earth = Earth::new(scenario.projection, &scenario.terrain, scenario.clock.begins)
        .map_err(|error| Failure::new(Exit::NotUnderstood, error))?;
    let recorded = recording.start().unwrap_or_default().max(choice.from);
    let about = About {
        title: scenario.title.clone(),
        language,
        span: (recorded, recording.end().unwrap_or_default().min(choice.to).max(recorded)),
        marks: if arguments.events { marks(&recording, &scenario, &choice) } else { Vec::new() },
    };
    let mut sorties = Sorties::new(&recording, choice);
    let mut written = Written { marks: about.marks.len(), ..Written::default() };
    let tracks = sorties.by_ref().map(|(drone, sorties)| described(&scenario, drone, sorties));
    let tracks = tracks.inspect(|drone| written.count(drone));
    match &arguments.out {
        Some(path) => {
            tracks::write(path, kind, tracks, &earth, &about)
                .map_err(|error| Failure::new(Exit::InputOutput, error))?;
        }
        None => to_standard_output(kind, tracks, &earth, &about)?,
    }
    if arguments.out.is_some() {
        written.tell(arguments, common);
    } else if written.drones == 0 {
        remark!("{}", Text::new("nobody flew then", "该时段无人机均未飞行").get(language));
    }
    match sorties.damage() {
        [] => Ok(Exit::Done),
        damage => Err(Failure::new(Exit::InputOutput, left_out(damage, language))),
    }
}

/// The format asked for, or that of the file's ending.
fn kind_of(arguments: &Export, language: Language) -> Result<FileKind, Failure> {
    let by_ending = arguments.out.as_deref().and_then(FileKind::of);
    let kind = arguments.format.map(FileKind::from).or(by_ending);
    let names = FileKind::ALL.map(FileKind::name).join(", ");
    let text = match kind {
        None => Text::new(
            format!(
                "the format is not known\n  expected: --format with one of {names}, or --out with such an ending\n  cure: add --format czml, for example"
            ),
            format!(
                "未指定格式\n  应为：--format 取 {names} 之一，或 --out 以此为扩展名\n  办法：例如加上 --format czml"
            ),
        ),
        Some(kind) if arguments.out.is_none() && !kind.is_text() => Text::new(
            format!("{} is not text\n  expected: a file to write to\n  cure: add --out tracks.{0}", kind.name()),
            format!("{} 不是文本格式\n  应为：输出文件\n  办法：加上 --out tracks.{0}", kind.name()),
        ),
        Some(kind) if arguments.events && !kind.takes_marks() => Text::new(
            format!(
                "{} has a row for each sample and no place for events\n  expected: czml, kml, kmz, gpx or geojson with --events\n  cure: leave --events out; events.parquet in the run folder has them",
                kind.name()
            ),
            format!(
                "{} 每行一个采样，无处存放事件\n  应为：--events 与 czml、kml、kmz、gpx 或 geojson 同用\n  办法：去掉 --events；运行目录中的 events.parquet 含有事件",
                kind.name()
            ),
        ),
        Some(kind) => return Ok(kind),
    };
    Err(Failure::new(Exit::NotUnderstood, text.get(language)))
}

fn choice_of(arguments: &Export, scenario: &ResolvedScenario, language: Language) -> Result<SortieChoice, Failure> {
    let time = |text: &Option<String>, otherwise: SimTime| {
        text.as_ref().map_or(Ok(otherwise), |text| time_of_run(text, &scenario.clock, language))
    };
    let (from, to) = (time(&arguments.from, SimTime::ZERO)?, time(&arguments.to, SimTime::END)?);
    if to < from {
        let text = Text::new(
            "--to is earlier than --from\n  expected: an end after the beginning\n  cure: swap them",
            "--to 早于 --from\n  应为：结束晚于开始\n  办法：请对调",
        );
        return Err(Failure::new(Exit::NotUnderstood, text.get(language)));
    }
    let drones = arguments.drone.iter().map(|name| drone_of(name, scenario, language));
    let drones: BTreeSet<DroneId> = drones.collect::<Result<_, _>>()?;
    Ok(SortieChoice { from, to, every: arguments.every, drones: (!drones.is_empty()).then_some(drones) })
}

fn drone_of(name: &str, scenario: &ResolvedScenario, language: Language) -> Result<DroneId, Failure> {
    let found = scenario.drones().find(|(drone, _)| scenario.drone_name(*drone) == name);
    found.map(|(drone, _)| drone).ok_or_else(|| {
        let fleets = scenario.fleets.iter().map(|fleet| format!("{0}-1 … {0}-{1}", fleet.id, fleet.homes.len()));
        let names = fleets.take(20).collect::<Vec<_>>().join(", ");
        let text = Text::new(
            format!("there is no drone `{name}`\n  expected: one of {names}\n  cure: correct the name"),
            format!("没有无人机 `{name}`\n  应为：{names} 之一\n  办法：请改正名称"),
        );
        Failure::new(Exit::NotUnderstood, text.get(language))
    })
}

/// The sorties of a drone with the names that people know.
fn described(scenario: &ResolvedScenario, drone: DroneId, sorties: Vec<RecordedSortie>) -> DroneTracks {
    let fleet = &scenario.fleets[drone.fleet.index()];
    let mission = |sortie: &RecordedSortie| {
        let known = sortie.mission.and_then(|mission| scenario.missions.get(mission.index()));
        known.map_or_else(String::new, |mission| mission.id.clone())
    };
    DroneTracks {
        name: scenario.drone_name(drone),
        kind: fleet.kind,
        aircraft: fleet.aircraft.id.clone(),
        sorties: sorties
            .into_iter()
            .map(|sortie| Sortie {
                number: sortie.ordinal.saturating_add(1),
                mission: mission(&sortie),
                track: sortie.track,
            })
            .collect(),
    }
}

/// A reader that has seen enough, such as `head`, is no fault.
fn to_standard_output(
    kind: FileKind,
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    about: &About,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = tracks::write_text(kind, tracks, earth, about, &mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::InputOutput, format!("cannot write the result: {error}")))
        }
        _ => Ok(()),
    }
}

/// How much was written.
#[derive(Default)]
struct Written {
    drones: usize,
    sorties: usize,
    samples: usize,
    marks: usize,
}

impl Written {
    fn count(&mut self, drone: &DroneTracks) {
        self.drones += 1;
        self.sorties += drone.sorties.len();
        self.samples += drone.sorties.iter().map(|sortie| sortie.track.points.len()).sum::<usize>();
    }

    fn tell(&self, arguments: &Export, common: &Arguments) {
        let (drones, sorties, samples, events) = (self.drones, self.sorties, self.samples, self.marks);
        if common.json {
            return say!(
                "{}",
                json!({ "out": arguments.out, "drones": drones, "sorties": sorties, "samples": samples, "events": events })
            );
        }
        let out = arguments.out.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
        match common.language() {
            Language::English => {
                say!("{out}: {drones} drones, {sorties} sorties, {samples} samples, {events} events");
            }
            Language::Chinese => {
                say!("{out}：{drones} 架无人机，{sorties} 架次，{samples} 个采样，{events} 个事件");
            }
        }
    }
}

fn left_out(damage: &[RecordError], language: Language) -> String {
    let lines: Vec<String> = damage.iter().take(20).map(ToString::to_string).collect();
    let head = Text::new("parts of the recording cannot be read and are left out:", "记录中以下部分无法读取，已略去：");
    format!("{}\n{}", head.get(language), lines.join("\n"))
}
