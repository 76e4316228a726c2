//! The letter's 共X年 beside the 共X年 of the 申报表's sentences: is there one interpretation under which all of them hold?
//! Compares only; `work-total-mismatch` and `form-commitment-mismatch` tell what follows.

use super::spans::{self, Count};
use crate::rules::case::Case;
use crate::vocabulary::calendar::{Month, SpanEnd, total_agrees};
use crate::vocabulary::documents::Commitment;
use crate::vocabulary::fact::{Fact, State};

/// How the letter's total stands beside the form (docs/domain.md, "Totals of years"). Years are as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LetterTotal {
    /// One interpretation holds for it and for every sentence.
    Holds,
    /// It is what some reading of the form allows, but never the same reading for all totals. `on_form`: the form's
    /// total under the reading that fits its sentences.
    OnlyByAnother { on_form: f32 },
    /// It is neither the sum of the sentences' totals, nor one of theirs that is for all, nor what the spans come to.
    Contradicts { on_form: f32 },
    /// The form's spans cannot be counted, or the letter's total was not read.
    NotCompared,
}

/// One sentence's total.
struct Total {
    /// `None`: not read.
    years: Option<f32>,
    /// It can be this sentence's own (an unread one can).
    own: bool,
    /// It is that of all sentences.
    of_all: bool,
    /// Years between which it must lie to be its own.
    range: (f32, f32),
}

impl Total {
    /// What it adds to a sum: between these years.
    fn adds(&self) -> (f32, f32) {
        self.years.map_or(self.range, |y| (y, y))
    }
}

pub fn of_letter(case: &Case<'_>, letter: &Commitment) -> LetterTotal {
    let work = spans::counted(case);
    let Some(years) = written(&letter.years).filter(|_| !work.broken && !work.spans.is_empty()) else {
        return LetterTotal::NotCompared;
    };
    let union = |count| spans::months(work.spans.iter().map(|s| (s.start, s.end)), count, None);
    let (strict, lenient) = (union(Count::Strict), union(Count::Lenient));
    let totals: Vec<Total> = work.spans.iter().map(|s| total(case, s, (strict, lenient))).collect();

    let counted = total_agrees(years, strict, lenient);
    let near = |v: f32| (v - years).abs() < NEAR;
    let (least, most) = totals.iter().map(Total::adds).fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
    let is_sum = least - NEAR < years && years < most + NEAR;
    let each_own = totals.iter().all(|t| t.own);
    let for_all = totals.iter().filter(|t| t.of_all).find_map(|t| t.years);
    if (each_own && (is_sum || counted)) || for_all.is_some_and(|v| near(v) || counted) {
        return LetterTotal::Holds;
    }
    let read: Option<Vec<f32>> = totals.iter().map(|t| t.years).collect();
    let largest = |values: &[f32]| values.iter().any(|v| near(*v) && values.iter().all(|o| o <= v));
    let excused = counted || read.as_deref().is_none_or(|values| near(values.iter().sum()) || largest(values));
    let sentence_wrong = totals.iter().any(|t| !t.own && !t.of_all);
    let on_form = if each_own { most } else { for_all.unwrap_or(most) };
    match excused {
        false => LetterTotal::Contradicts { on_form },
        // The sentence's own total is wrong, which is told there.
        true if sentence_wrong => LetterTotal::Holds,
        true => LetterTotal::OnlyByAnother { on_form },
    }
}

/// Months of the letter's own rows, plain and with both end months counted; `None`: it has none that can be counted.
pub fn of_rows(case: &Case<'_>, letter: &Commitment) -> Option<(i32, i32)> {
    let rows = || letter.work.iter().enumerate().filter(|(_, s)| s.is_filled());
    let spans: Option<Vec<(Month, Month)>> = rows()
        .map(|(i, s)| spans::span(case, i, s, false).filter(|s| s.start <= s.end).map(|s| (s.start, s.end)))
        .collect();
    let spans = spans.filter(|s| !s.is_empty())?;
    let months = |count| spans::months(spans.iter().copied(), count, None);
    Some((months(Count::Strict), months(Count::Lenient)))
}

/// Months of the letter's own span, both end months counted, if its total is more than that; 至今 ends with `--as-of` at
/// the latest. For a letter whose form cannot be counted: beside the sum of the sentences' totals its span is all there
/// is to hold its total against.
pub fn over_own_span(case: &Case<'_>, letter: &Commitment) -> Option<i32> {
    let years = written(&letter.years)?;
    if !letter.work.is_empty() {
        return None;
    }
    let (start, _) = spans::month(case, &letter.start)?;
    let end = match letter.end.value.filter(|_| letter.end.state == State::Read)? {
        SpanEnd::Month(_) => spans::last_month(case, &letter.end)?.0,
        SpanEnd::UntilNow => Month::of(case.as_of),
    };
    let totals: Option<Vec<f32>> = spans::filled(case).map(|(_, s)| written(&s.years)).collect();
    if totals.is_some_and(|t| !t.is_empty() && (t.iter().sum::<f32>() - years).abs() < NEAR) {
        return None;
    }
    let months = end.since(start) + 1;
    // Months before and after each other are `work-period-order`'s.
    (months > 0 && !total_agrees(years, 0, months)).then_some(months)
}

/// Years as a message has them: to a tenth, as fractions are written.
pub fn shown(years: f32) -> String {
    format!("{}", (years * 10.0).round() / 10.0)
}

/// Years by which two totals may differ and be the same: fractions are written with one digit.
const NEAR: f32 = 0.051;

fn total(case: &Case<'_>, span: &spans::Span<'_>, (strict, lenient): (i32, i32)) -> Total {
    let years = written(&span.sentence.years);
    let lengths: Vec<i32> = [false, true]
        .into_iter()
        .filter_map(|second| spans::span(case, span.index, span.sentence, second))
        .filter(|s| s.start <= s.end)
        .map(|s| s.end.since(s.start))
        .collect();
    let shortest = lengths.iter().copied().min().unwrap_or_default();
    let longest = lengths.iter().copied().max().unwrap_or_default();
    Total {
        years,
        own: years.is_none_or(|y| lengths.iter().any(|m| total_agrees(y, *m, m + 1))),
        of_all: years.is_some_and(|y| total_agrees(y, strict, lenient)),
        range: (shortest.div_euclid(12) as f32, (longest + 1) as f32 / 12.0),
    }
}

fn written(fact: &Fact<f32>) -> Option<f32> {
    fact.value.filter(|_| fact.state == State::Read)
}
