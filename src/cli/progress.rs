//! How far the work is, on stderr: a bar on a terminal, a plain line every few seconds elsewhere.
//! Shows counts, rate, time left and stage; never a name or a number of a submission.

use crate::pipeline::{Observer, Phase};
use crate::report::summary::Lang;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Between two plain lines.
const PLAIN_EVERY: Duration = Duration::from_secs(5);

/// All bars on stderr: whoever writes a line there has them step aside.
pub(super) fn bars() -> &'static MultiProgress {
    static BARS: OnceLock<MultiProgress> = OnceLock::new();
    BARS.get_or_init(MultiProgress::new)
}

/// Progress of one run. Clears its bar when dropped.
pub struct Progress {
    state: Mutex<State>,
    terminal: bool,
    lang: Lang,
}

struct State {
    phase: Phase,
    bar: ProgressBar,
    total: u64,
    done: u64,
    began: Instant,
    said: Instant,
}

impl Progress {
    pub fn new(lang: Lang) -> Self {
        let now = Instant::now();
        let state =
            State { phase: Phase::Reading, bar: ProgressBar::hidden(), total: 0, done: 0, began: now, said: now };
        Self { state: Mutex::new(state), terminal: std::io::stderr().is_terminal(), lang }
    }
}

impl Observer for Progress {
    fn phase(&self, phase: Phase, total: u64) {
        let mut s = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        s.bar.finish_and_clear();
        let now = Instant::now();
        s.bar = if self.terminal { bar(phase, total, self.lang) } else { ProgressBar::hidden() };
        (s.phase, s.total, s.done, s.began, s.said) = (phase, total, 0, now, now);
    }

    fn step(&self) {
        let mut s = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        s.done += 1;
        s.bar.inc(1);
        if !self.terminal && (s.said.elapsed() >= PLAIN_EVERY || (s.done == s.total && s.phase == Phase::Reading)) {
            s.said = Instant::now();
            if tracing::enabled!(tracing::Level::INFO) {
                tracing::info!(phase = word(s.phase, Lang::En), done = s.done, total = s.total, "progress");
            } else {
                // A closed stderr is no reason to fail.
                let line = plain_line(s.phase, s.done, s.total, s.began.elapsed(), self.lang);
                let _ = writeln!(std::io::stderr(), "{line}");
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).bar.finish_and_clear();
    }
}

/// `reading 120/300 (40%), 2.0/s, 1m30s left`
fn plain_line(phase: Phase, done: u64, total: u64, elapsed: Duration, lang: Lang) -> String {
    let rate = done as f64 / elapsed.as_secs_f64().max(1e-3);
    let percent = (done * 100).checked_div(total).unwrap_or(100);
    let left = ((total.saturating_sub(done)) as f64 / rate.max(1e-9)).min(1e7) as u64;
    let (word, minutes, seconds) = (word(phase, lang), left / 60, left % 60);
    match lang {
        Lang::Zh => {
            format!("{word} {done}/{total}（{percent}%），每秒 {rate:.1} 份，约剩 {minutes} 分 {seconds:02} 秒")
        }
        Lang::En => format!("{word} {done}/{total} ({percent}%), {rate:.1}/s, {minutes}m{seconds:02}s left"),
    }
}

fn bar(phase: Phase, total: u64, lang: Lang) -> ProgressBar {
    let bar = bars().add(ProgressBar::new(total));
    let template = match lang {
        Lang::Zh => "{msg:8} [{bar:30}] {pos}/{len}（{percent}%），约剩 {eta_precise}",
        Lang::En => "{msg:8} [{bar:30}] {pos}/{len} ({percent}%) {per_sec}, {eta} left",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(word(phase, lang));
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

fn word(phase: Phase, lang: Lang) -> &'static str {
    match (phase, lang) {
        (Phase::Reading, Lang::Zh) => "读取",
        (Phase::Judging, Lang::Zh) => "判定",
        (Phase::Reading, Lang::En) => "reading",
        (Phase::Judging, Lang::En) => "judging",
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Phase, plain_line};
    use std::time::Duration;

    #[test]
    fn plain_lines() {
        for (done, total, seconds, line) in [
            (120, 300, 60, "reading 120/300 (40%), 2.0/s, 1m30s left"),
            (300, 300, 100, "reading 300/300 (100%), 3.0/s, 0m00s left"),
            (0, 0, 0, "reading 0/0 (100%), 0.0/s, 0m00s left"),
        ] {
            assert_eq!(plain_line(Phase::Reading, done, total, Duration::from_secs(seconds), Lang::En), line);
        }
        let line = plain_line(Phase::Judging, 120, 300, Duration::from_secs(60), Lang::Zh);
        assert_eq!(line, "判定 120/300（40%），每秒 2.0 份，约剩 1 分 30 秒");
    }
}
