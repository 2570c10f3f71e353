//! Initial states that stand in files of their own.

use super::ground::digest_of;
use crate::formats::states;
use crate::message::Text;
use crate::scenario::model::Scenario;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::InputFile;
use crate::scenario::source::Source;

/// Reads the files with initial states that a scenario names. Returns the files that were read.
pub fn read(scenario: &mut Scenario, source: &Source, reporter: &mut Reporter<'_>) -> Vec<InputFile> {
    let mut inputs = Vec::new();
    for (index, initial) in scenario.initial.iter_mut().enumerate() {
        let Some(file) = initial.file.clone() else { continue };
        let path = source.folder().join(&file);
        match digest_of(&path) {
            Ok(blake3) => inputs.push(InputFile { path: file, blake3 }),
            Err(error) => {
                let texts = [
                    Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`：{error}")),
                    Text::new("a file that can be read", "可读取的文件"),
                    Text::new("correct the path; it is relative to the scenario", "请改正路径（相对于情景文件）"),
                ];
                reporter.fatal(&format!("initial[{index}].file"), texts);
                continue;
            }
        }
        match states::read(&path) {
            Ok(states) => initial.read = Some(states),
            Err(findings) => reporter.include(findings),
        }
    }
    inputs
}
