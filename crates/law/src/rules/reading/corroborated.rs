//! Doubtful readings that a second, independent reading confirms: another document, the registration, or the spans of
//! the same sentence.
//! Confirms only; where two readings contradict each other, the rule that compares them decides.

use crate::rules::case::Case;
use crate::rules::education::{self, Word, parse_schooling};
use crate::rules::reading::same_text;
use crate::rules::work::spans::{self, Count};
use crate::vocabulary::calendar::{Month, SpanEnd, WrittenMonth, total_agrees};
use crate::vocabulary::documents::{Commitment, WorkSentence};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::level::Level;

/// Looks for a second reading of the same value. A value that was read with the other one in sight must not be passed
/// in: it would confirm itself.
pub struct Corroboration<'c, 'a> {
    case: &'c Case<'a>,
}

impl<'c, 'a> Corroboration<'c, 'a> {
    pub fn new(case: &'c Case<'a>) -> Self {
        Self { case }
    }

    /// The value, if it was read surely enough to be confirmed, or to confirm another.
    fn speaks<'f, T>(&self, fact: &'f Fact<T>) -> Option<&'f T> {
        let unverified = fact.verified.is_none();
        fact.value.as_ref().filter(|_| {
            unverified
                && fact.state == State::Read
                && fact.confidence >= self.case.settings.reading.corroborated_threshold
        })
    }

    fn surely<'f, T>(&self, fact: &'f Fact<T>) -> Option<&'f T> {
        fact.value.as_ref().filter(|_| fact.state == State::Read && fact.confidence >= self.case.threshold())
    }

    /// A level that is the registered one: it was read among all five, without knowing which.
    pub fn level(&self, fact: &Fact<Level>) -> bool {
        let read = self.speaks(fact);
        read.is_some() && read.copied() == self.case.level()
    }

    /// The same value in two documents: a level on the form and on the certificate, hours in the letter and on the
    /// certificate.
    pub fn alike<T: PartialEq>(&self, fact: &Fact<T>, on_other: Option<&Fact<T>>) -> bool {
        on_other.and_then(|o| self.speaks(o)).is_some_and(|o| self.speaks(fact) == Some(o))
    }

    /// An occupation that a second document, or the registration, names as well.
    pub fn occupation(&self, fact: &Fact<String>, others: &[&Fact<String>]) -> bool {
        let Some(read) = self.speaks(fact) else { return false };
        let known =
            self.case.occupation().into_iter().chain(others.iter().filter_map(|o| self.speaks(o)).map(String::as_str));
        known.into_iter().any(|o| same_text(o, read))
    }

    /// The first or last month of work: of the form's sentences and of the letter.
    pub fn start(&self, fact: &Fact<WrittenMonth>, others: &[&Fact<WrittenMonth>]) -> bool {
        let read = self.speaks(fact).and_then(|m| m.valid());
        read.is_some() && others.iter().any(|o| self.speaks(o).and_then(|m| m.valid()) == read)
    }

    pub fn end(&self, fact: &Fact<SpanEnd>, others: &[&Fact<SpanEnd>]) -> bool {
        let read = self.speaks(fact).and_then(|e| e.month());
        read.is_some() && others.iter().any(|o| self.speaks(o).and_then(|e| e.month()) == read)
    }

    /// 共X年 of a sentence: by its own span, or by all spans, where those are sure.
    pub fn years(&self, index: usize, sentence: &WorkSentence) -> bool {
        let Some(years) = self.speaks(&sentence.years).copied() else { return false };
        let own = [false, true].into_iter().filter_map(|second| spans::span(self.case, index, sentence, second));
        let mut own = own.filter(|s| s.sure && s.start <= s.end).map(|s| s.end.since(s.start));
        own.any(|m| total_agrees(years, m, m + 1)) || self.of_all(years)
    }

    /// 累计共X年 of the letter: by its own span, or by the form's.
    pub fn total(&self, letter: &Commitment) -> bool {
        let Some(years) = self.speaks(&letter.years).copied() else { return false };
        let start = self.surely(&letter.start).and_then(|m| m.valid());
        let end = self.surely(&letter.end).and_then(|e| e.month());
        let own =
            |start: Month, end: Month| start <= end && total_agrees(years, end.since(start), end.since(start) + 1);
        start.zip(end).is_some_and(|(start, end)| own(start, end)) || self.of_all(years)
    }

    fn of_all(&self, years: f32) -> bool {
        let work = spans::counted(self.case);
        let months = |count| spans::months(work.spans.iter().map(|s| (s.start, s.end)), count, None);
        !work.broken
            && !work.spans.is_empty()
            && work.spans.iter().all(|s| s.sure)
            && total_agrees(years, months(Count::Strict), months(Count::Lenient))
    }

    /// 学历 of the letter: the diploma or 文化程度 is of the same kind.
    pub fn schooling(&self, fact: &Fact<String>) -> bool {
        let Some(read) = self.speaks(fact).and_then(|t| parse_schooling(t)) else { return false };
        let shown = education::diploma(self.case).and_then(|d| self.surely(&d.schooling)).map(|s| Word::Exactly(*s));
        let same = |other: Word| other == read || (other.kind() == read.kind() && matches!(read, Word::Kind(_)));
        shown.is_some_and(same) || education::registered(self.case).is_some_and(same)
    }
}
