//! `skygrid import track`: what was flown, as a run that is replayed beside the plan.

mod gathered;
mod replay;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use self::gathered::Gathered;
use self::replay::{Replayed, write};
use crate::cli::args::{Arguments, ImportTrack, ScenarioArgs};
use crate::cli::check::resolved;
use crate::cli::time::time_of_run;
use crate::cli::{Exit, Failure, Outcome};
use crate::formats::tracks::{self, Reading};
use crate::message::{Findings, Language, Text};
use crate::record::{ImportedTrack, InputHash};
use crate::scenario::model::recorded::Recorded;
use crate::scenario::{Resolution, ResolvedScenario, Source, resolve, with_recorded};
use crate::units::DroneId;

/// Identity of the fleet of drones that the scenario does not have.
const FLEET: &str = "tracks";
/// Most drones of that fleet.
const MOST_DRONES: usize = 50_000;

pub fn track(arguments: &ImportTrack, common: &Arguments) -> Outcome {
    let language = common.language();
    let place = ScenarioArgs { scenario: arguments.scenario.clone(), set: arguments.set.clone() };
    // What is wrong with the plan is no fault of the tracks.
    let Resolution { scenario, .. } =
        resolved(&place)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    let named = gather(arguments, &scenario, language)?;
    let hashes = arguments.files.iter().map(|file| {
        let told = |error| Failure::new(Exit::InputOutput, format!("{}: cannot be read: {error}", file.display()));
        InputHash::of_file(file).map_err(told)
    });
    let hashes: Vec<InputHash> = hashes.collect::<Result<_, _>>()?;
    let (scenario, tracks) = cast(named, scenario, arguments, language)?;
    let replayed = write(&scenario, &tracks, hashes, arguments)?;
    tell(&scenario, &tracks, &replayed, common);
    Ok(Exit::Done)
}

/// Tracks with the names that files give them.
type NamedTracks = Vec<(String, ImportedTrack)>;

/// A track and the drone that flies it.
struct CastTrack {
    name: String,
    drone: DroneId,
    track: ImportedTrack,
}

/// Reads all files; their errors are told together.
fn gather(arguments: &ImportTrack, scenario: &ResolvedScenario, language: Language) -> Result<NamedTracks, Failure> {
    let at = arguments.at.as_ref().map(|text| time_of_run(text, &scenario.clock, language)).transpose()?;
    let mut gathered = Gathered::new(scenario, arguments.gap, at);
    let reading = Reading { datum: arguments.datum.map(Into::into), coordinates: arguments.coordinates.into() };
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for file in &arguments.files {
        match tracks::read(file, reading, &mut gathered) {
            Ok(findings) => warnings.extend(findings.0),
            Err(findings) => errors.extend(findings.0),
        }
    }
    if !errors.is_empty() {
        let mut failure = Failure::of_findings(&Findings(errors), language);
        if arguments.files.iter().any(|file| std::fs::File::open(file).is_err()) {
            failure.exit = Exit::InputOutput;
        }
        return Err(failure);
    }
    warnings.extend(gathered.remarks(scenario));
    if !warnings.is_empty() {
        remark!("{}\n", Findings(warnings).render(language));
    }
    if gathered.has_flights() { Ok(gathered.into_tracks()) } else { Err(nothing_seen(&gathered, scenario, language)) }
}

/// Gives every track its drone: the one of its name, or one of a fleet that the scenario gets more.
fn cast(
    tracks: NamedTracks,
    scenario: ResolvedScenario,
    arguments: &ImportTrack,
    language: Language,
) -> Result<(ResolvedScenario, Vec<CastTrack>), Failure> {
    let known: BTreeMap<String, DroneId> =
        scenario.drones().map(|(drone, _)| (scenario.drone_name(drone), drone)).collect();
    let strangers = || tracks.iter().filter(|(name, _)| !known.contains_key(name)).map(|(name, _)| name.clone());
    let names: Vec<String> = strangers().collect();
    if names.len() > MOST_DRONES {
        return Err(Failure::new(Exit::NotUnderstood, too_many(names.len()).get(language)));
    }
    let scenario = if names.is_empty() { scenario } else { extended(&scenario, names, arguments, language)? };
    let fleet = scenario.fleets.len().saturating_sub(1);
    let mut strangers = (0_u16..).map(|ordinal| DroneId { fleet: crate::units::FleetId::from_index(fleet), ordinal });
    let cast = tracks.into_iter().filter_map(|(name, track)| {
        let drone = known.get(&name).copied().or_else(|| strangers.next())?;
        Some(CastTrack { name, drone, track })
    });
    let mut cast: Vec<CastTrack> = cast.collect();
    cast.sort_by_key(|track| track.drone);
    Ok((scenario, cast))
}

/// The scenario with a fleet more, resolved again from its effective text, as every reader of the run will.
fn extended(
    scenario: &ResolvedScenario,
    names: Vec<String>,
    arguments: &ImportTrack,
    language: Language,
) -> Result<ResolvedScenario, Failure> {
    let recorded =
        Recorded { id: FLEET.to_owned(), aircraft: arguments.aircraft.clone(), kind: arguments.mission.into(), names };
    let text = with_recorded(&scenario.effective, recorded);
    let (text, _) = text.ok_or_else(|| Failure::new(Exit::NotUnderstood, "the effective scenario cannot be read"))?;
    let resolution = resolve(Source::new(full_path(&arguments.scenario), text), &[]);
    resolution.map(|resolution| resolution.scenario).map_err(|findings| Failure::of_findings(&findings, language))
}

fn full_path(path: &Path) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn too_many(count: usize) -> Text {
    Text::new(
        format!(
            "{count} tracks of different names\n  expected: at most {MOST_DRONES}\n  cure: import fewer files at once"
        ),
        format!("{count} 条不同名称的航迹\n  应为：不超过 {MOST_DRONES}\n  办法：请减少一次导入的文件"),
    )
}

/// No frame of the run shows anything: when the tracks were, and when the run is.
fn nothing_seen(gathered: &Gathered<'_>, scenario: &ResolvedScenario, language: Language) -> Failure {
    let clock = &scenario.clock;
    let shown = |time| clock.local(clock.timestamp(time));
    let (from, to) = gathered.span();
    let [from, to, start, end] = [from, to, crate::units::SimTime::ZERO, clock.duration].map(shown);
    let text = Text::new(
        format!(
            "the tracks, from {from} to {to}, show nothing in the run, from {start} to {end}\n  expected: two positions or more of a drone within the time of the run\n  cure: move them with --at HH:MM:SS, or set time.start and time.duration_s with --set"
        ),
        format!(
            "航迹时间为 {from} 至 {to}，运行时间为 {start} 至 {end}，其间没有可显示的航迹\n  应为：运行时间内同一架无人机至少两个位置\n  办法：用 --at HH:MM:SS 平移，或用 --set 设置 time.start 与 time.duration_s"
        ),
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}

fn tell(scenario: &ResolvedScenario, tracks: &[CastTrack], replayed: &Replayed, common: &Arguments) {
    if common.json {
        let rows = tracks.iter().map(|cast| {
            json!({
                "name": cast.name,
                "drone": scenario.drone_name(cast.drone),
                "fixes": cast.track.fixes(),
                "flights": cast.track.flights(),
            })
        });
        return say!(
            "{}",
            json!({
                "out": replayed.folder,
                "tracks": rows.collect::<Vec<_>>(),
                "start": replayed.start.to_string(),
                "end": replayed.end.to_string(),
                "frames": replayed.frames,
                "encounters": replayed.encounters,
                "losses_of_separation": replayed.losses,
                "digest": replayed.digest,
            })
        );
    }
    let (out, frames) = (replayed.folder.display(), replayed.frames);
    let (from, to) = (scenario.clock.time_of_day(replayed.start), scenario.clock.time_of_day(replayed.end));
    let (count, encounters, losses) = (tracks.len(), replayed.encounters, replayed.losses);
    match common.language() {
        Language::English => say!(
            "{out}: {count} tracks from {from} to {to}, {frames} frames, {encounters} encounters, {losses} losses of separation"
        ),
        Language::Chinese => {
            say!("{out}：{count} 条航迹，{from} 至 {to}，{frames} 帧，{encounters} 次遭遇，{losses} 次间隔丧失");
        }
    }
    for cast in tracks.iter().take(20) {
        let (name, drone) = (&cast.name, scenario.drone_name(cast.drone));
        let (fixes, flights) = (cast.track.fixes(), cast.track.flights());
        match common.language() {
            Language::English => say!("  {drone}: `{name}`, {fixes} positions, {flights} flights"),
            Language::Chinese => say!("  {drone}：“{name}”，{fixes} 个位置，{flights} 次飞行"),
        }
    }
}
