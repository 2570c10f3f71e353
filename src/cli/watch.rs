//! The progress line of a run, on a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::{Progress, Quiet, Watch};
use crate::scenario::Clock;

/// Watches a run with a bar on a terminal, in silence otherwise.
pub fn watch(clock: &Clock, quiet: bool) -> Box<dyn Watch> {
    if quiet || !std::io::stderr().is_terminal() {
        return Box::new(Quiet);
    }
    let bar = ProgressBar::new(1000);
    let style = ProgressStyle::with_template("{bar:30} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    Box::new(Bar { bar, clock: clock.clone() })
}

struct Bar {
    bar: ProgressBar,
    clock: Clock,
}

impl Watch for Bar {
    fn tell(&mut self, progress: &Progress) {
        let share = progress.now.seconds() / progress.until.seconds().max(1e-9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
        self.bar.set_position((share * 1000.0) as u64);
        self.bar.set_message(format!(
            "{} · {:.0}× · {} airborne · {} conflicts · {} losses · {} s left",
            self.clock.time_of_day(progress.now),
            progress.real_time_factor(),
            progress.airborne,
            progress.encounters,
            progress.losses_of_separation,
            progress.left().as_secs(),
        ));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
