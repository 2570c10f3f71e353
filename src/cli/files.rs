//! Commands that print a file: schema, a new scenario, completions, the manual.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Arguments, New};
use super::{Exit, Failure, Outcome};
use crate::scenario::{new_scenario, schema as scenario_schema};

pub fn schema() -> Exit {
    println!("{:#}", scenario_schema());
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
    print!("{}", new_scenario(&arguments.name, arguments.at));
    Ok(Exit::Done)
}

pub fn completions(shell: clap_complete::Shell) -> Exit {
    clap_complete::generate(shell, &mut Arguments::command(), "skygrid", &mut std::io::stdout());
    Exit::Done
}

pub fn man() -> Outcome {
    let mut page = Vec::new();
    let written =
        clap_mangen::Man::new(Arguments::command()).render(&mut page).and_then(|()| std::io::stdout().write_all(&page));
    written.map(|()| Exit::Done).map_err(|error| Failure::new(Exit::InputOutput, error))
}
