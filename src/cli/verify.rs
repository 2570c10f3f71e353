//! `skygrid verify`: simulate a run again and compare, so that a figure can be defended.

mod imported;

use std::path::Path;
use std::sync::Arc;

use super::args::RunPath;
use super::run::failure_of;
use super::{Exit, Failure, Outcome};
use crate::app::{self, RunOptions};
use crate::message::{Language, Text};
use crate::record::{FolderChoice, Manifest, RecordMode, Recording, RunFolder, RunOrigin};
use crate::scenario::{ResolvedScenario, Source, resolve};
use crate::sim::Algorithms;
use crate::units::SimTime;

pub fn verify(arguments: &RunPath, algorithms: &Algorithms, language: Language) -> Outcome {
    let (folder, manifest, recording) = opened(&arguments.run)?;
    let path = folder.path().display().to_string();
    if manifest.origin == RunOrigin::ImportedTracks {
        return imported::verify(&path, &manifest, &recording, language);
    }
    let claim =
        claim_of(&manifest, &recording)?.ok_or_else(|| Failure::new(Exit::NotFlyable, nothing(&path, language)))?;
    let scenario = scenario_of(&manifest, &recording, language)?;
    let changed = changed_inputs(&manifest, &scenario);
    let io = |error: std::io::Error| Failure::new(Exit::InputOutput, error);
    let aside = tempfile::tempdir().map_err(io)?;
    let again = FolderChoice::Explicit { path: aside.path().join("again"), replace: false };
    let options = RunOptions { until: Some(claim.until), folder: Some(again), ..RunOptions::unrecorded(manifest.seed) };
    let outcome = app::run(&Arc::new(scenario), algorithms, options).map_err(|error| failure_of(&error))?;
    let unlike = outcome.folder.map_or(Ok(Vec::new()), |again| folder.figures_unlike(&again)).map_err(io)?;
    let verdict = Verdict { path, claim, simulated: outcome.digest, manifest: manifest.digest, changed };
    if verdict.agrees() && !unlike.is_empty() {
        let told = figures_differ(&verdict.path, &unlike, &manifest.program_version);
        return Err(Failure::new(Exit::NotFlyable, told.get(language)));
    }
    if verdict.agrees() {
        match language {
            Language::English => {
                say!("{}: the simulation gives what was recorded, digest {}", verdict.path, verdict.claim.digest);
            }
            Language::Chinese => say!("{}：仿真结果与记录一致，摘要 {}", verdict.path, verdict.claim.digest),
        }
        return Ok(Exit::Done);
    }
    Err(Failure::new(Exit::NotFlyable, verdict.text(language, &manifest.program_version)))
}

fn nothing(path: &str, language: Language) -> String {
    match language {
        Language::English => format!(
            "{path}: the run left neither frames nor a digest\n  expected: a run that ended, or a recording with frames\n  cure: run the scenario again"
        ),
        Language::Chinese => {
            format!("{path}：运行既无帧也无摘要\n  应为：已结束的运行，或含有帧的记录\n  办法：请重新运行该情景")
        }
    }
}

/// Files with figures that the simulation does not give, although it gives the recording.
fn figures_differ(path: &str, unlike: &[String], program_version: &str) -> Text {
    let (files, own) = (unlike.join(", "), env!("CARGO_PKG_VERSION"));
    let cure = if program_version == own {
        Text::new(
            "bring back the files of this run, or run the scenario again",
            "请恢复本次运行的文件，或重新运行该情景",
        )
    } else {
        Text::new(
            format!("the run is of version {program_version}, this is {own}: verify it with that version"),
            format!("该运行由版本 {program_version} 生成，当前为 {own}：请用原版本核验"),
        )
    };
    Text::new(
        format!(
            "{path}: the simulation gives the recording, but not {files}\n  expected: the summary and the tables that the run left\n  cure: {}",
            cure.en
        ),
        format!("{path}：仿真与记录一致，但与 {files} 不符\n  应为：运行留下的摘要与数据表\n  办法：{}", cure.zh),
    )
}

/// What a run claims: its digest, and the time up to which it holds.
struct Claim {
    digest: String,
    until: SimTime,
}

/// The claim of what was recorded or, where frames were not, of the manifest; `None` if there is neither.
fn claim_of(manifest: &Manifest, recording: &Recording) -> Result<Option<Claim>, Failure> {
    if let (RecordMode::Full, Some(until)) = (manifest.record, recording.end()) {
        let digest = recording.digest().map_err(|error| Failure::new(Exit::InputOutput, error))?;
        return Ok(Some(Claim { digest, until }));
    }
    let ended = manifest.digest.clone();
    Ok(ended.map(|digest| Claim { digest, until: SimTime::from_seconds(manifest.sim_s) }))
}

/// What was compared.
struct Verdict {
    path: String,
    claim: Claim,
    simulated: String,
    manifest: Option<String>,
    changed: Vec<String>,
}

impl Verdict {
    fn agrees(&self) -> bool {
        self.simulated == self.claim.digest && self.manifest_agrees()
    }

    fn manifest_agrees(&self) -> bool {
        self.manifest.as_ref().is_none_or(|digest| *digest == self.claim.digest)
    }

    /// The three digests, and the cure that follows from which of them agree.
    fn text(&self, language: Language, program_version: &str) -> String {
        let none = Text::new("none", "无");
        let manifest = self.manifest.as_deref().unwrap_or_else(|| none.get(language));
        let cure = if !self.changed.is_empty() {
            let changed = self.changed.join(", ");
            Text::new(
                format!("bring back what has changed since: {changed}"),
                format!("请恢复此后已更改的文件：{changed}"),
            )
        } else if self.simulated == self.claim.digest {
            Text::new(
                "the manifest is that of another run, or the end of the recording is missing: bring the files of one run together",
                "清单属于另一次运行，或记录缺少结尾：请使用同一次运行的文件",
            )
        } else if self.manifest.as_ref() == Some(&self.simulated) {
            Text::new(
                "the recording is that of another run, or was changed: bring back the recording.mcap of this run",
                "记录属于另一次运行或已被更改：请恢复本次运行的 recording.mcap",
            )
        } else {
            Text::new(
                format!("compare its program version {program_version} with what is installed now"),
                format!("请比较其程序版本 {program_version} 与当前安装的版本"),
            )
        };
        let (recorded, simulated) = (&self.claim.digest, &self.simulated);
        match language {
            Language::English => format!(
                "{}: the digests differ\n  manifest:  {manifest}\n  recording: {recorded}\n  simulated: {simulated}\n  expected: three equal digests\n  cure: {cure}",
                self.path
            ),
            Language::Chinese => format!(
                "{}：摘要不一致\n  清单：{manifest}\n  记录：{recorded}\n  仿真：{simulated}\n  应为：三者相同\n  办法：{}",
                self.path, cure.zh
            ),
        }
    }
}

/// The input files, other than the scenario, that are not what they were when the run began.
fn changed_inputs(manifest: &Manifest, scenario: &ResolvedScenario) -> Vec<String> {
    let now = |path: &str| scenario.inputs.iter().find(|input| input.path == path).map(|input| &input.blake3);
    let changed = manifest.inputs.iter().skip(1).filter(|input| now(&input.path) != Some(&input.blake3));
    changed.map(|input| input.path.clone()).collect()
}

/// The folder, manifest and recording of a run. A damaged recording is told on standard error and read as far as it goes.
pub fn opened(path: &Path) -> Result<(RunFolder, Manifest, Recording), Failure> {
    let io = |error: &dyn std::fmt::Display| Failure::new(Exit::InputOutput, error);
    let folder = RunFolder::open(path).map_err(|error| io(&error))?;
    let manifest = Manifest::read(&folder.manifest()).map_err(|error| io(&error))?;
    let recording = Recording::open(&folder.recording()).map_err(|error| io(&error))?;
    if let Some(warning) = recording.warning() {
        remark!("warning: {warning}");
    }
    Ok((folder, manifest, recording))
}

/// The scenario that a recording names, with the paths of the file it came from.
pub fn scenario_of(
    manifest: &Manifest,
    recording: &Recording,
    language: Language,
) -> Result<ResolvedScenario, Failure> {
    let source = Source::new(&manifest.scenario_path, recording.scenario_toml());
    resolve(source, &[])
        .map(|resolution| resolution.scenario)
        .map_err(|findings| Failure::of_findings(&findings, language))
}
