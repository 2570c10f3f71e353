//! The progress line of a sweep, on a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::args::Arguments;
use crate::message::Language;

/// Steps of the bar of runs.
const STEPS: u64 = 10_000;

/// A bar on a terminal, nothing otherwise.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar over the cells that are checked.
    pub fn of_cells(cells: usize, arguments: &Arguments) -> Self {
        let text = match arguments.language() {
            Language::English => "{bar:30} checked {pos} of {len} cells · {eta} left",
            Language::Chinese => "{bar:30} 已检查 {pos}/{len} 组 · 剩余 {eta}",
        };
        Self::new(cells as u64, text, arguments)
    }

    /// A bar over the work of the runs.
    pub fn of_runs(runs: usize, arguments: &Arguments) -> Self {
        let text = match arguments.language() {
            Language::English => format!("{{bar:30}} {{percent}} % of {runs} runs · {{elapsed}} gone · {{eta}} left"),
            Language::Chinese => format!("{{bar:30}} {runs} 次运行的 {{percent}} % · 已用 {{elapsed}} · 剩余 {{eta}}"),
        };
        Self::new(STEPS, &text, arguments)
    }

    fn new(length: u64, template: &str, arguments: &Arguments) -> Self {
        if arguments.quiet || !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new(length);
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    /// One more cell.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// This share of the work is done. Threads may tell out of order; the bar never goes back.
    pub fn reach(&self, share: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of STEPS")]
        let position = (share * 10_000.0) as u64;
        if position > self.bar.position() {
            self.bar.set_position(position);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
