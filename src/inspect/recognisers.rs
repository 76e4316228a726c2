//! The engines that a worker holds while it reads one submission.
//! Which engine reads what is decided here and nowhere else: print that only has to be told apart goes to the fast reader, pen to the good one.

use crate::ocr::Engine;

pub struct Engines<'a> {
    pen: &'a dyn Engine,
    print: &'a dyn Engine,
    second: Option<&'a dyn Engine>,
}

impl<'a> Engines<'a> {
    pub fn new(pen: &'a dyn Engine, print: &'a dyn Engine, second: Option<&'a dyn Engine>) -> Self {
        Self { pen, print, second }
    }

    /// For handwriting, and for everything whose every character counts.
    pub fn pen(&self) -> &'a dyn Engine {
        self.pen
    }

    /// For printed labels and titles that are compared with a closed list.
    pub fn print(&self) -> &'a dyn Engine {
        self.print
    }

    /// For a second reading of printed fields in doubt, where there is one.
    pub fn second(&self) -> Option<&'a dyn Engine> {
        self.second
    }
}
