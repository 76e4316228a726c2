//! The text recognition engines that a worker holds while it reads one submission.
//! Readers ask for one by what they need: an accurate one for handwriting and wherever every character
//! counts, a fast one for print that is compared with a closed list.

use crate::ocr::Engine;

pub struct Recognisers<'a> {
    accurate: &'a dyn Engine,
    fast: &'a dyn Engine,
    digits: &'a dyn Engine,
    second: Option<&'a dyn Engine>,
}

impl<'a> Recognisers<'a> {
    pub fn new(
        accurate: &'a dyn Engine,
        fast: &'a dyn Engine,
        digits: &'a dyn Engine,
        second: Option<&'a dyn Engine>,
    ) -> Self {
        Self { accurate, fast, digits, second }
    }

    /// For handwriting, and for everything whose every character counts.
    pub fn accurate(&self) -> &'a dyn Engine {
        self.accurate
    }

    /// For printed labels and titles that are compared with a closed list.
    pub fn fast(&self) -> &'a dyn Engine {
        self.fast
    }

    /// For the digits of a number field, beside the accurate one.
    pub fn digits(&self) -> &'a dyn Engine {
        self.digits
    }

    /// For a second reading of printed fields in doubt, where there is one.
    pub fn second(&self) -> Option<&'a dyn Engine> {
        self.second
    }
}
