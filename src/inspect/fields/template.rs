//! Printed sentences with fields in them, written down as they are printed: print, and what each field may hold.
//! They are read by [`super::template_fields`].

use crate::ocr::ctc::template::{Charset, Segment};

/// Digits as forms are filled with them, Arabic first.
const NUMERALS: &str = "0123456789〇零二三四五六七八九十";
/// A year or 至今.
const YEAR_OR_NOW: &str = "0123456789〇零二三四五六七八九十至今";
/// 共X年.
const YEARS: &str = "0123456789.零一二两三四五六七八九十半";

/// A printed sentence in the making, from left to right.
#[derive(Default)]
pub struct Template(Vec<Segment>);

impl Template {
    pub fn print(self, text: &str) -> Self {
        self.with(Segment::text(text))
    }

    /// A field for any text.
    pub fn any(self, name: &str) -> Self {
        self.with(Segment::slot(name, Charset::Any, 0, 40))
    }

    /// A field for `min` to `max` numerals.
    pub fn numerals(self, name: &str, min: usize, max: usize) -> Self {
        self.of(name, NUMERALS, min, max)
    }

    /// A field for a number of years, perhaps with a half.
    pub fn years(self, name: &str) -> Self {
        self.of(name, YEARS, 1, 4)
    }

    /// A field for a year, or 至今.
    pub fn year_or_now(self, name: &str) -> Self {
        self.of(name, YEAR_OR_NOW, 4, 4)
    }

    /// Print that may be missing, or written by the applicant.
    pub fn perhaps(self, text: &str) -> Self {
        self.with(Segment::Optional(vec![Segment::text(text)]))
    }

    pub fn segments(self) -> Vec<Segment> {
        self.0
    }

    fn of(self, name: &str, characters: &str, min: usize, max: usize) -> Self {
        self.with(Segment::slot(name, Charset::Of(characters.into()), min, max))
    }

    fn with(mut self, segment: Segment) -> Self {
        self.0.push(segment);
        self
    }
}
