//! Faults on demand: how a reader dies, for the tests of what its death costs. Not compiled into a release.
//! Knows the submissions by their ids in the environment, and nothing else.

use crate::ocr::{Engine, LineReading, OcrError, TextBox};
use image::GrayImage;
use std::cell::Cell;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

/// `abort=ID,hang=ID,panic=ID,overflow=ID,once=ID@FILE,wait=ID@FILE`; `once` aborts unless the file is there, and makes
/// it; `wait` waits until it is there.
/// `engine=ID@N`: of what the engines are asked for this submission, they fail at the Nth and everything after it.
///
/// Besides a submission's reading there are `(start)`, `(judge)ID`, `(publish)`, `(report)` and `(page)`.
const FAULTS: &str = "YUSHEN_TEST_FAULTS";

/// Milliseconds since 1970 that the clock is to show.
const CLOCK: &str = "YUSHEN_TEST_CLOCK";

pub fn clock() -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(std::env::var(CLOCK).ok()?.parse().ok()?).ok()
}

/// Fails as it is said of this id, if anything is.
///
/// # Panics
/// Where that is asked for.
#[expect(clippy::panic, reason = "a fault that a test asks for")]
pub fn strike(id: &str) {
    let list = std::env::var(FAULTS).unwrap_or_default();
    for (what, whom) in list.split(',').filter_map(|f| f.split_once('=')) {
        let (whom, file) = whom.split_once('@').unwrap_or((whom, ""));
        if whom != id {
            continue;
        }
        match what {
            "abort" => std::process::abort(),
            "hang" => loop {
                std::thread::sleep(Duration::from_secs(3600));
            },
            "overflow" => drop(black_box(deep(1))),
            "once" if !Path::new(file).exists() => {
                let _ = std::fs::write(file, "");
                std::process::abort()
            }
            "once" => {}
            "wait" => {
                while !Path::new(file).exists() {
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
            "engine" => {}
            _ => panic!("a fault that was asked for"),
        }
    }
}

#[expect(unconditional_recursion, reason = "it is to end the stack")]
fn deep(n: u64) -> u64 {
    let room = black_box([n; 512]);
    deep(n + 1) + room[black_box(7)]
}

/// An engine that fails as it is said of a submission.
pub struct Failing<'a> {
    engine: &'a dyn Engine,
    /// Questions left until it fails, of all engines; `None`: it never does.
    left: Rc<Cell<Option<u32>>>,
}

/// What is left of the engines' patience with a submission.
pub fn patience(id: &str) -> Rc<Cell<Option<u32>>> {
    let list = std::env::var(FAULTS).unwrap_or_default();
    let told = list.split(',').filter_map(|f| f.strip_prefix("engine=")?.split_once('@'));
    Rc::new(Cell::new(told.into_iter().find(|(whom, _)| *whom == id).and_then(|(_, n)| n.parse().ok())))
}

impl<'a> Failing<'a> {
    pub fn new(engine: &'a dyn Engine, left: &Rc<Cell<Option<u32>>>) -> Self {
        Self { engine, left: Rc::clone(left) }
    }

    fn asked(&self, picture: &GrayImage) -> Result<(), OcrError> {
        let left = self.left.get().map(|n| n.saturating_sub(1));
        self.left.set(left);
        let failed = || OcrError::Run {
            engine: self.engine.name(),
            width: picture.width(),
            height: picture.height(),
            reason: "a fault that was asked for".to_owned(),
        };
        if left == Some(0) { Err(failed()) } else { Ok(()) }
    }
}

impl Engine for Failing<'_> {
    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn detect(&self, page: &GrayImage) -> Result<Vec<TextBox>, OcrError> {
        self.asked(page).and_then(|()| self.engine.detect(page))
    }

    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError> {
        self.asked(line).and_then(|()| self.engine.recognise(line))
    }
}
