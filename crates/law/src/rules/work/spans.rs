//! From the 工作经历 sentences to spans of months, and from spans to months counted once.
//! Counts only; what the count must reach is not asked here.

use crate::rules::case::Case;
use crate::rules::plausible::Tells;
use crate::vocabulary::calendar::{Month, SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::documents::WorkSentence;
use crate::vocabulary::fact::{Fact, State};
use jiff::civil::Date;

/// A span as it was written in one sentence, both ends possible.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// The sentence's place on the form, from 0.
    pub index: usize,
    pub sentence: &'a WorkSentence,
    pub start: Month,
    pub end: Month,
    /// Both ends were read surely.
    pub sure: bool,
}

/// The filled sentences of the form.
#[derive(Debug, Clone, Default)]
pub struct Work<'a> {
    pub spans: Vec<Span<'a>>,
    /// A filled sentence has no span that can be counted; another rule tells why.
    pub broken: bool,
}

/// The filled 工作经历 sentences, each with its place.
pub fn filled<'a>(case: &Case<'a>) -> impl Iterator<Item = (usize, &'a WorkSentence)> {
    case.work().1.iter().enumerate().filter(|(_, s)| s.is_filled())
}

/// Which span of each filled sentence counts for the years: the second, in the occupation, if it is filled, else the
/// first.
pub fn counted<'a>(case: &Case<'a>) -> Work<'a> {
    let mut work = Work::default();
    for (index, sentence) in filled(case) {
        match span(case, index, sentence, in_occupation(sentence)) {
            Some(span) if span.start <= span.end => work.spans.push(span),
            _ => work.broken = true,
        }
    }
    work
}

/// Months of work that the form shows, overlaps once, plain difference; `None` if no span was read.
pub fn counted_months(case: &Case<'_>) -> Option<u32> {
    let work = counted(case);
    (!work.spans.is_empty())
        .then(|| months(work.spans.iter().map(|s| (s.start, s.end)), Count::Strict, None))
        .and_then(|m| u32::try_from(m).ok())
}

/// Is the second span of the sentence filled?
pub fn in_occupation(sentence: &WorkSentence) -> bool {
    sentence.occupation_start.state == State::Read && sentence.occupation_end.state == State::Read
}

/// One of a sentence's two spans, if both ends are possible months. 至今 ends in the month of the signature.
pub fn span<'a>(case: &Case<'a>, index: usize, sentence: &'a WorkSentence, in_occupation: bool) -> Option<Span<'a>> {
    let (start, end) = if in_occupation {
        (&sentence.occupation_start, &sentence.occupation_end)
    } else {
        (&sentence.start, &sentence.end)
    };
    let (first, start_sure) = month(case, start)?;
    let (last, end_sure) = end_month(case, sentence, end)?;
    Some(Span { index, sentence, start: first, end: last, sure: start_sure && end_sure })
}

/// A month that work can have begun in, and whether it was read surely.
pub fn month(case: &Case<'_>, fact: &Fact<WrittenMonth>) -> Option<(Month, bool)> {
    let written = fact.value.filter(|_| fact.state == State::Read)?;
    Some((case.month(Tells::Work, written)?, fact.confidence >= case.threshold()))
}

/// A month that work can have ended in, and whether it was read surely; 至今 names none.
pub fn last_month(case: &Case<'_>, fact: &Fact<SpanEnd>) -> Option<(Month, bool)> {
    match fact.value.filter(|_| fact.state == State::Read)? {
        SpanEnd::Month(written) => Some((case.month(Tells::Work, written)?, fact.confidence >= case.threshold())),
        SpanEnd::UntilNow => None,
    }
}

fn end_month(case: &Case<'_>, sentence: &WorkSentence, fact: &Fact<SpanEnd>) -> Option<(Month, bool)> {
    match fact.value.filter(|_| fact.state == State::Read)? {
        SpanEnd::Month(_) => last_month(case, fact),
        SpanEnd::UntilNow => {
            let sure = fact.confidence >= case.threshold();
            signed_on(case, sentence).map(|(day, signed_sure)| (Month::of(day), sure && signed_sure))
        }
    }
}

/// The date under a sentence, or under the section, or under the whole form where the sentence has none: several sentences may share one
/// (docs/domain.md, "Doubts").
pub fn signed_on(case: &Case<'_>, sentence: &WorkSentence) -> Option<(Date, bool)> {
    let date = |fact: &Fact<WrittenDate>| {
        let written = fact.value.filter(|_| fact.state == State::Read)?;
        Some((case.day(Tells::Signing, written)?, fact.confidence >= case.threshold()))
    };
    let of_section = || filled(case).filter_map(|(_, s)| date(&s.signed_on)).last();
    let of_form = || case.form().and_then(|f| date(&f.signed_on));
    date(&sentence.signed_on).or_else(of_section).or_else(of_form)
}

/// How the ends of a span are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Plain difference: the end month itself does not count.
    Strict,
    /// Both end months count.
    Lenient,
}

/// Months in the union of the spans (each month once), from `from` on.
pub fn months(spans: impl IntoIterator<Item = (Month, Month)>, count: Count, from: Option<Month>) -> i32 {
    let extra = match count {
        Count::Strict => 0,
        Count::Lenient => 1,
    };
    // Half-open on the axis of months.
    let mut ranges: Vec<(i32, i32)> = spans
        .into_iter()
        .map(|(start, end)| (from.map_or(start, |f| start.max(f)).index(), end.index() + extra))
        .filter(|(start, end)| start < end)
        .collect();
    ranges.sort_unstable();
    let mut total = 0;
    let mut reached = i32::MIN;
    for (start, end) in ranges {
        let begin = start.max(reached);
        if end > begin {
            total += end - begin;
            reached = end;
        }
    }
    total
}
