//! An engine that notes how long it works: where the time of a page goes is asked of the engines, not guessed from around them.

use super::{Engine, LineReading, OcrError, TextBox};
use image::GrayImage;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// What one worker's engines have spent.
#[derive(Debug, Default)]
pub struct Spent {
    /// Finding lines.
    pub detecting: Cell<Duration>,
    /// Reading lines.
    pub recognising: Cell<Duration>,
}

impl Spent {
    pub fn total(&self) -> Duration {
        self.detecting.get() + self.recognising.get()
    }
}

/// An engine with a clock.
pub struct Clocked<'a> {
    engine: &'a dyn Engine,
    spent: &'a Spent,
}

impl<'a> Clocked<'a> {
    pub fn new(engine: &'a dyn Engine, spent: &'a Spent) -> Self {
        Self { engine, spent }
    }
}

impl Engine for Clocked<'_> {
    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn detect(&self, page: &GrayImage) -> Result<Vec<TextBox>, OcrError> {
        timed(&self.spent.detecting, || self.engine.detect(page))
    }

    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError> {
        timed(&self.spent.recognising, || self.engine.recognise(line))
    }
}

fn timed<T>(sum: &Cell<Duration>, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    sum.set(sum.get() + started.elapsed());
    done
}
