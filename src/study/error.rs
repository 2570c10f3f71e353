//! Why a study cannot begin or go on.

use std::io;
use std::path::{Path, PathBuf};

use crate::message::Findings;
use crate::record::TableError;

/// Why a study cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The experiment or one of its cells is not understood or not flyable.
    #[error("{} findings", .0.0.len())]
    Findings(Findings),
    /// It was asked to stop before the first run.
    #[error("interrupted")]
    Interrupted,
    /// The folder holds something else.
    #[error("{}: exists and is not the folder of a sweep\n  expected: an empty folder, or one that `skygrid sweep` made\n  cure: choose another one with --out", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds runs of another experiment.
    #[error("{}: holds {foreign} runs that this experiment does not have, of other values, seeds, inputs or another version of skygrid\n  expected: an empty folder, or one with runs of this experiment\n  cure: choose another one with --out, or remove those runs with --force", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// How many runs are of something else.
        foreign: usize,
    },
    /// Another program is at work there.
    #[error("{}: another sweep is at work in this folder\n  expected: one sweep in one folder\n  cure: wait for it, or choose another folder with --out", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// An input changed after it was checked.
    #[error(
        "{label} is no longer what was checked: the scenario or one of its files was changed meanwhile\n  expected: inputs that stay as they are while a sweep runs\n  cure: run the same command again"
    )]
    Changed {
        /// The cell.
        label: String,
    },
    /// The file system refused.
    #[error("{}: cannot be {action}: {source}\n  expected: a writable folder with room\n  cure: free some space or choose another folder with --out", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A table cannot be read or written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Something is not a result that can be compared.
    #[error("{}: {what}\n  expected: {expected}\n  cure: {cure}", path.display())]
    NotComparable {
        /// What was named.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
        /// What was expected.
        expected: String,
        /// What to do.
        cure: String,
    },
}

impl StudyError {
    pub(super) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, action, source }
    }
}
