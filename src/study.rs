//! Many runs: which ones ([`Experiment`], [`Plan`]), running them ([`execute`]) and what they say ([`Results`],
//! [`Estimate`], [`Comparison`]).
//!
//! Every seed is used in every cell (common random numbers), so that two cells differ by what was changed and not by
//! chance, and results are paired. Every run goes through [`crate::app::run`].

mod bench;
mod cells;
mod compare;
mod error;
mod execute;
mod experiment;
mod figures;
mod folder;
mod level;
mod plan;
mod results;
mod run_result;
mod statistics;

pub use bench::{BenchError, Equipment, Load, Measured, Room, measure};
pub use cells::Cell;
pub use compare::{Comparison, Difference, NothingShared, Side, Unpaired};
pub use error::{Action, StudyError};
pub use execute::{Executed, Execution, FailedRun, Tell, execute};
pub use experiment::{Combination, Experiment, Factor};
pub use figures::{Figure, Figures};
pub use folder::SweepFolder;
pub use level::Level;
pub use plan::{Checking, Plan, PlannedRun};
pub use results::{CellRows, Results, Row, run_row};
pub use run_result::RunResult;
pub use statistics::Estimate;
