//! `skygrid verify` of imported tracks: nothing was simulated, but the recording and the files can be compared with what
//! the manifest says of them.

use crate::cli::{Exit, Failure, Outcome};
use crate::message::{Language, Text};
use crate::record::{InputHash, Manifest, Recording};

/// Compares the recording and the files of tracks with the manifest.
pub fn verify(path: &str, manifest: &Manifest, recording: &Recording, language: Language) -> Outcome {
    let digest = recording.digest().map_err(|error| Failure::new(Exit::InputOutput, error))?;
    let files: Vec<(&InputHash, State)> = manifest.tracks.iter().map(|file| (file, State::of(file))).collect();
    let mut lines = vec![
        Text::new(
            format!("{path}: imported tracks: nothing was simulated, so there is nothing to simulate again"),
            format!("{path}：导入的航迹：未经仿真，故无从重算"),
        )
        .get(language)
        .to_owned(),
    ];
    let is_own = manifest.digest.as_ref() == Some(&digest);
    lines.push(recording_line(is_own, &digest).get(language).to_owned());
    lines.extend(files.iter().map(|(file, state)| format!("  {}: {}", file.path, state.word().get(language))));
    if is_own && !files.iter().any(|(_, state)| *state == State::Changed) {
        say!("{}", lines.join("\n"));
        return Ok(Exit::Done);
    }
    let cure = Text::new(
        "  expected: the recording and the files as they were imported\n  cure: bring them back, or import the tracks again",
        "  应为：与导入时一致的记录与文件\n  办法：请恢复，或重新导入航迹",
    );
    lines.push(cure.get(language).to_owned());
    Err(Failure::new(Exit::NotFlyable, lines.join("\n")))
}

fn recording_line(is_own: bool, digest: &str) -> Text {
    if is_own {
        Text::new(
            format!("  the recording is what was imported, digest {digest}"),
            format!("  记录与导入时一致，摘要 {digest}"),
        )
    } else {
        Text::new(
            format!("  the recording is not what was imported: its digest is {digest}"),
            format!("  记录与导入时不一致：摘要为 {digest}"),
        )
    }
}

/// What became of a file since it was imported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Same,
    Changed,
    Gone,
}

impl State {
    fn of(file: &InputHash) -> Self {
        match InputHash::of_file(file.path.as_ref()) {
            Ok(now) if now.blake3 == file.blake3 => Self::Same,
            Ok(_) => Self::Changed,
            Err(_) => Self::Gone,
        }
    }

    fn word(self) -> Text {
        match self {
            Self::Same => Text::new("unchanged", "未变"),
            Self::Changed => Text::new("changed since", "此后已更改"),
            Self::Gone => Text::new("not there any more, cannot be compared", "已不存在，无法比较"),
        }
    }
}
