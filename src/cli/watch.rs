//! The progress line of a run, on a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::{Progress, Quiet, Watch};
use crate::message::Language;
use crate::scenario::Clock;

/// Watches a run with a bar on a terminal, in silence otherwise.
pub fn watch(clock: &Clock, language: Language, quiet: bool) -> Box<dyn Watch> {
    if quiet || !std::io::stderr().is_terminal() {
        return Box::new(Quiet);
    }
    let bar = ProgressBar::new(1000);
    let style = ProgressStyle::with_template("{bar:30} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    Box::new(Line { bar, clock: clock.clone(), language })
}

struct Line {
    bar: ProgressBar,
    clock: Clock,
    language: Language,
}

impl Watch for Line {
    fn tell(&mut self, progress: &Progress) {
        let share = progress.now.seconds() / progress.until.seconds().max(1e-9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
        self.bar.set_position((share * 1000.0) as u64);
        let (time, factor) = (self.clock.time_of_day(progress.now), progress.real_time_factor());
        let (airborne, conflicts, losses) = (progress.airborne, progress.encounters, progress.losses_of_separation);
        let left_s = progress.left().as_secs();
        self.bar.set_message(match self.language {
            Language::English => format!(
                "{time} · {factor:.0}× · {airborne} airborne · {conflicts} conflicts · {losses} losses · {left_s} s left"
            ),
            Language::Chinese => format!(
                "{time} · {factor:.0}× · 在空 {airborne} · 冲突 {conflicts} · 失去间隔 {losses} · 剩余 {left_s} 秒"
            ),
        });
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
