//! Wraps an engine and notes how long it works and whether it failed, so that time is measured where it is spent and no
//! reader can take an engine's failure for something that a page says.

use super::engine::{Engine, OcrError};
use super::reading::{LineReading, TextBox};
use image::GrayImage;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// What one worker's engines have spent on a submission, and whether one of them failed.
#[derive(Debug, Default)]
pub struct Spent {
    /// Finding lines.
    pub detecting: Cell<Duration>,
    /// Reading lines.
    pub recognising: Cell<Duration>,
    /// The first failure, in words.
    failure: RefCell<Option<String>>,
}

impl Spent {
    pub fn total(&self) -> Duration {
        self.detecting.get() + self.recognising.get()
    }

    /// Why nothing that was read may be believed, if an engine or a model has failed.
    pub fn failure(&self) -> Option<String> {
        self.failure.borrow().clone()
    }

    /// Notes a failure; the first one is kept.
    pub fn failed(&self, why: impl ToString) {
        self.failure.borrow_mut().get_or_insert_with(|| why.to_string());
    }

    fn noted<T>(&self, sum: &Cell<Duration>, work: impl FnOnce() -> Result<T, OcrError>) -> Result<T, OcrError> {
        let started = Instant::now();
        let done = work();
        sum.set(sum.get() + started.elapsed());
        if let Some(error) = done.as_ref().err().filter(|e| e.is_engines()) {
            self.failed(error);
        }
        done
    }
}

/// The wrapped engine.
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
        self.spent.noted(&self.spent.detecting, || self.engine.detect(page))
    }

    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError> {
        self.spent.noted(&self.spent.recognising, || self.engine.recognise(line))
    }
}
