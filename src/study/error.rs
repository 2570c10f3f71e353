//! Why a study cannot begin or go on.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::message::{Findings, Text};
use crate::record::TableError;

/// Why a study cannot begin or go on.
#[derive(Debug)]
pub enum StudyError {
    /// The experiment or one of its cells is not understood or not flyable.
    Findings(Findings),
    /// It was asked to stop before the first run.
    Interrupted,
    /// The folder holds something else.
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds runs of another experiment.
    Foreign {
        /// The folder.
        path: PathBuf,
        /// How many runs are of something else.
        foreign: usize,
    },
    /// Another program is at work there.
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// An input changed after it was checked.
    Changed {
        /// The cell.
        label: Text,
    },
    /// The file system refused.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: Action,
        /// What the system said.
        source: io::Error,
    },
    /// The system refuses threads.
    Threads {
        /// How many were asked for.
        threads: usize,
        /// Why not.
        reason: String,
    },
    /// A table cannot be read or written.
    Table(TableError),
    /// Something is not a result that can be compared.
    NotComparable {
        /// What was named.
        path: PathBuf,
        /// What is wrong with it, what was expected, what to do.
        texts: Box<[Text; 3]>,
    },
}

/// What was tried with a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Making it.
    Make,
    /// Reading it.
    Read,
    /// Writing it.
    Write,
    /// Removing it.
    Remove,
}

impl Action {
    const fn done(self) -> [&'static str; 2] {
        match self {
            Self::Make => ["made", "创建"],
            Self::Read => ["read", "读取"],
            Self::Write => ["written", "写入"],
            Self::Remove => ["removed", "删除"],
        }
    }
}

impl StudyError {
    pub(super) fn io(path: &Path, action: Action) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, action, source }
    }

    /// What is wrong, what was expected and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::Findings(findings) => {
                let count = findings.0.len();
                Text::new(format!("{count} findings"), format!("{count} 项问题"))
            }
            Self::Interrupted => Text::new("interrupted", "已中断"),
            Self::NotOurs { path } => told(
                path,
                &Text::new("exists and is not the folder of a sweep", "已存在，且不是批量运行的目录"),
                &Text::new(
                    "an empty folder, or one that `skygrid sweep` made",
                    "空目录，或由 `skygrid sweep` 建立的目录",
                ),
                &Text::new("choose another one with --out", "请用 --out 另选目录"),
            ),
            Self::Foreign { path, foreign } => told(
                path,
                &Text::new(
                    format!(
                        "holds {foreign} runs that this experiment does not have, of other values, seeds, inputs or another version of skygrid"
                    ),
                    format!("含有 {foreign} 次不属于本试验的运行，其取值、种子、输入或 skygrid 版本不同"),
                ),
                &Text::new("an empty folder, or one with runs of this experiment", "空目录，或仅含本试验运行的目录"),
                &Text::new(
                    "choose another one with --out, or remove those runs with --force",
                    "请用 --out 另选目录，或用 --force 删除这些运行",
                ),
            ),
            Self::Busy { path } => told(
                path,
                &Text::new("another sweep is at work in this folder", "另一批量运行正在使用该目录"),
                &Text::new("one sweep in one folder", "一个目录同时只有一个批量运行"),
                &Text::new("wait for it, or choose another folder with --out", "请等待其结束，或用 --out 另选目录"),
            ),
            Self::Changed { label } => Text::new(
                format!(
                    "{} is no longer what was checked: the scenario or one of its files was changed meanwhile\n  expected: inputs that stay as they are while a sweep runs\n  cure: run the same command again",
                    label.en
                ),
                format!(
                    "{}与检查时不同：情景或其文件在此期间被修改\n  应为：批量运行期间输入保持不变\n  办法：请再次执行同一命令",
                    label.zh
                ),
            ),
            Self::Io { path, action, source } => {
                let [en, zh] = action.done();
                told(
                    path,
                    &Text::new(format!("cannot be {en}: {source}"), format!("无法{zh}：{source}")),
                    &Text::new("a writable folder with room", "可写且有空间的目录"),
                    &Text::new(
                        "free some space or choose another folder with --out",
                        "请腾出空间，或用 --out 另选目录",
                    ),
                )
            }
            Self::Threads { threads, reason } => Text::new(
                format!(
                    "cannot start {threads} threads: {reason}\n  expected: a number of threads the system allows\n  cure: lower --jobs"
                ),
                format!("无法启动 {threads} 个线程：{reason}\n  应为：系统允许的线程数\n  办法：请减小 --jobs"),
            ),
            Self::Table(error) => Text::new(error.to_string(), format!("结果表无法读写：{error}")),
            Self::NotComparable { path, texts } => {
                let [what, expected, cure] = &**texts;
                told(path, what, expected, cure)
            }
        }
    }
}

fn told(path: &Path, what: &Text, expected: &Text, cure: &Text) -> Text {
    let path = path.display();
    Text::new(
        format!("{path}: {}\n  expected: {}\n  cure: {}", what.en, expected.en, cure.en),
        format!("{path}：{}\n  应为：{}\n  办法：{}", what.zh, expected.zh, cure.zh),
    )
}

impl fmt::Display for StudyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for StudyError {}

impl From<TableError> for StudyError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}
