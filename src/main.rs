//! The `skygrid` program: [`skygrid::cli::main_with`] with the algorithms that come with it.

use std::process::ExitCode;

fn main() -> ExitCode {
    skygrid::cli::main_with(&skygrid::sim::Algorithms::default())
}
