//! Commands that print a file: schema, a new scenario, completions, the manual.

use clap::CommandFactory;

use super::args::{Arguments, New};
use super::{Exit, Failure, Outcome};
use crate::scenario::{new_scenario, schema as scenario_schema};

pub fn schema() -> Exit {
    say!("{:#}", scenario_schema());
    Exit::Done
}

pub fn new(arguments: &New) -> Outcome {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if arguments.name.is_empty() || arguments.name.len() > 64 || !arguments.name.chars().all(allowed) {
        let text = format!(
            "`{}` is no name for a scenario\n  expected: up to 64 letters, digits, - and _\n  cure: choose a name like harbour-2",
            arguments.name
        );
        return Err(Failure::new(Exit::NotUnderstood, text));
    }
    say!("{}", new_scenario(&arguments.name, arguments.at).trim_end());
    Ok(Exit::Done)
}

pub fn completions(shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "skygrid", &mut script);
    say!("{}", String::from_utf8_lossy(&script).trim_end());
    Exit::Done
}

pub fn man() -> Outcome {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(Arguments::command()).render(&mut page);
    rendered.map_err(|error| Failure::new(Exit::InputOutput, error))?;
    say!("{}", String::from_utf8_lossy(&page).trim_end());
    Ok(Exit::Done)
}
