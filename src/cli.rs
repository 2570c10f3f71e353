//! The command line: arguments to calls, results to text, faults to exit codes.
//!
//! A user's own crate calls [`main_with`] with its algorithms registered and has the whole program.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where the program speaks")]

/// Prints a line of a result.
macro_rules! say {
    ($($part:tt)*) => { $crate::cli::say(format_args!($($part)*)) };
}

/// Prints a line beside the result: findings, warnings, faults.
macro_rules! remark {
    ($($part:tt)*) => { $crate::cli::remark(format_args!($($part)*)) };
}

mod aircraft;
mod args;
mod bench;
mod check;
mod compare;
mod conflicts;
mod coverage;
mod energy;
mod export;
mod files;
mod flight;
mod grid;
mod import;
mod info;
mod plan;
mod profile;
mod report;
mod route_table;
mod run;
mod sweep;
mod table;
mod time;
mod verify;
#[cfg(feature = "viewer")]
mod view;
mod watch;
mod weather;
mod whereabouts;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;

use self::args::{Arguments, Command};
use crate::message::{Findings, Language, Severity, Text};
use crate::sim::Algorithms;

/// What a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Done,
    NotUnderstood,
    NotFlyable,
    InputOutput,
    Overloaded,
    /// The number of the signal.
    Interrupted(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::NotUnderstood => 2,
            Exit::NotFlyable => 3,
            Exit::InputOutput => 4,
            Exit::Overloaded => 5,
            Exit::Interrupted(signal) => 128_u8.saturating_add(signal),
        })
    }
}

/// Why a command could not be carried out: the text for people and the exit code.
#[derive(Debug)]
struct Failure {
    text: String,
    exit: Exit,
}

impl Failure {
    fn new(exit: Exit, text: impl std::fmt::Display) -> Self {
        Self { text: text.to_string(), exit }
    }

    /// A file that an option names and that cannot be written.
    fn unwritten(path: &Path, error: &std::io::Error, option: &str, language: Language) -> Self {
        let path = path.display();
        let text = Text::new(
            format!(
                "{path}: cannot be written: {error}\n  expected: a writable folder with free space\n  cure: choose another file for {option}"
            ),
            format!("{path}：无法写入：{error}\n  应为：可写且有空间的文件夹\n  办法：请为 {option} 选择其他文件"),
        );
        Self::new(Exit::InputOutput, text.get(language))
    }

    /// Options that change what is run, given with a run that is over.
    fn settled(options: &str, language: Language) -> Self {
        let text = Text::new(
            format!(
                "{options}: a run is over, its values are settled\n  expected: a scenario file with such options\n  cure: leave them out, or look at the scenario"
            ),
            format!(
                "{options}：运行已结束，其取值不可再改\n  应为：此类选项与情景文件一起使用\n  办法：请省略，或改为查看情景文件"
            ),
        );
        Self::new(Exit::NotUnderstood, text.get(language))
    }

    /// Findings as a failure: fatal ones cannot be understood, errors cannot be flown.
    fn of_findings(findings: &Findings, language: Language) -> Self {
        let exit = if findings.gravest() == Some(Severity::Fatal) { Exit::NotUnderstood } else { Exit::NotFlyable };
        let count = findings.0.len();
        let summary = match language {
            Language::English => format!("{count} finding{}", if count == 1 { "" } else { "s" }),
            Language::Chinese => format!("共 {count} 项"),
        };
        Self { text: format!("{}\n\n{summary}", findings.render(language)), exit }
    }
}

/// Whether a line of the result could not be written.
static RESULT_IS_LOST: AtomicBool = AtomicBool::new(false);

/// Prints a line of a result. A reader that has seen enough, such as `head`, is no fault.
fn say(line: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout();
    if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
        && !RESULT_IS_LOST.swap(true, Ordering::Relaxed)
    {
        remark!("cannot write the result: {error}");
    }
}

/// Prints a line beside the result; where nobody can read it, the result still counts.
fn remark(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

type Outcome = Result<Exit, Failure>;

/// Runs the program with the arguments of the process and the given algorithms.
pub fn main_with(algorithms: &Algorithms) -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results, everything else is a fault of the arguments.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    start_log(arguments.verbose);
    // Whatever breaks inside must not look like one of the other exit codes.
    match catch_unwind(AssertUnwindSafe(|| carry_out(&arguments, algorithms))) {
        Err(_) => {
            remark!("internal fault: please report it with the command and the scenario");
            ExitCode::from(1)
        }
        Ok(Ok(Exit::Done)) if RESULT_IS_LOST.load(Ordering::Relaxed) => Exit::InputOutput.into(),
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(failure)) => {
            remark!("{}", failure.text);
            failure.exit.into()
        }
    }
}

fn carry_out(arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    match &arguments.command {
        Command::Run(run) => run::run(run, arguments, algorithms),
        Command::Check(check) => check::check(check, arguments.json, language, algorithms),
        Command::Profile(profile) => profile::profile(profile, arguments),
        Command::Verify(verify) => verify::verify(verify, algorithms, language),
        Command::Info(info) => info::info(info, arguments.json),
        Command::Where(place) => whereabouts::whereabouts(place, arguments),
        Command::Grid(map) => grid::grid(map, arguments),
        Command::Weather(weather) => weather::weather(weather, arguments),
        Command::Aircraft(aircraft) => aircraft::aircraft(aircraft, arguments.json, language),
        Command::Energy(energy) => energy::energy(energy, arguments.json, language),
        Command::Coverage(map) => coverage::coverage(map, arguments),
        Command::Plan(asked) => plan::plan(asked, arguments, algorithms),
        Command::Conflicts(pairs) => conflicts::conflicts(pairs, arguments, algorithms),
        Command::Import(what) => import::import(what, arguments),
        Command::Bench(bench) => bench::bench(bench, arguments, algorithms),
        Command::Sweep(sweep) => sweep::sweep(sweep, arguments, algorithms),
        Command::Compare(compare) => compare::compare(compare, arguments),
        Command::Export(what) => export::export(what, arguments),
        Command::Schema => Ok(files::schema()),
        Command::New(new) => files::new(new),
        #[cfg(feature = "viewer")]
        Command::View(view) => view::view(view, arguments, algorithms),
        #[cfg(feature = "viewer")]
        Command::Render(render) => view::render(render, arguments, algorithms),
        #[cfg(not(feature = "viewer"))]
        Command::View(_) | Command::Render(_) => Err(Failure::new(Exit::NotUnderstood, args::NO_VIEWER)),
        Command::Completions { shell } => Ok(files::completions(*shell)),
        Command::Man => files::man(),
    }
}

fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("SKYGRID_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    // A second start in one process (a test) keeps the first log.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
