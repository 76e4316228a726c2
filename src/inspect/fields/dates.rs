//! Dates and spans, from their parts as read: year, month and day are fields of their own.
//! A part that is left out stays missing in the value; impossible dates are kept as they were read.

use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{Alternative, Fact, State};
use crate::vocabulary::numerals;
use std::fmt::Display;

/// A date from its year, month and day.
pub fn date(year: &Fact<u16>, month: &Fact<u16>, day: &Fact<u16>) -> Fact<WrittenDate> {
    joined([year, month, day], |[year, month, day]| WrittenDate { year, month, day })
}

/// A span from the year and month of its start and of its end. `until_now`: 至今 stands where the end's year would.
pub fn span(
    [sy, sm]: [&Fact<u16>; 2],
    [ey, em]: [&Fact<u16>; 2],
    until_now: bool,
) -> (Fact<WrittenMonth>, Fact<SpanEnd>) {
    let month = |parts| joined(parts, |[year, month]| WrittenMonth { year, month });
    let start = month([sy, sm]);
    let last = month([ey, em]);
    let end = if until_now {
        let value = Some(SpanEnd::UntilNow);
        let text = Some("至今".into());
        let alternatives = Vec::new();
        Fact { state: State::Read, text, confidence: 0.95, alternatives, value, ..last.map(|_| None) }
    } else {
        last.map(|month| Some(SpanEnd::Month(month)))
    };
    // a dash between two empty fields reads as a 1: half an end, read unsurely after an empty start, is no writing
    let half = matches!(end.value, Some(SpanEnd::Month(m)) if m.year.is_none_or(|y| y < 1000) || m.month.is_none());
    if start.state == State::Empty && half && end.confidence < UNSURE {
        return (start, Fact { place: end.place, free: end.free, ..Fact::blank(0.6) });
    }
    (start, end)
}

/// 0–1: half a date less sure than this beside an empty field counts as empty, too.
const UNSURE: f32 = 0.9;

/// Joins several parts to one fact: empty if all are, illegible if any is, otherwise read with the least confidence. A
/// part left out stays missing in the value. What else it may be: each part's other readings, beside the others' first.
fn joined<const N: usize, V: Display>(parts: [&Fact<u16>; N], made: impl Fn([Option<u16>; N]) -> V) -> Fact<V> {
    let all = |s: State| parts.iter().all(|p| p.state == s);
    let least = parts.iter().map(|p| p.confidence).fold(1.0, f32::min);
    let values = parts.map(|p| p.value);
    let value = made(values);
    let text = value.to_string();
    let fact = if all(State::NotFound) {
        Fact::not_found()
    } else if parts.iter().all(|p| matches!(p.state, State::Empty | State::NotFound)) {
        Fact::blank(least)
    } else if parts.iter().any(|p| p.state == State::Illegible) {
        Fact { text: Some(text), ..Fact::illegible() }
    } else {
        Fact::read(text, Some(value), least)
    };
    let mut alternatives = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        for other in &part.alternatives {
            let mut values = values;
            values[i] = numerals::written(&other.text);
            alternatives.push(Alternative { text: made(values).to_string(), confidence: other.confidence });
        }
    }
    alternatives.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.text.cmp(&b.text)));
    alternatives.dedup_by(|a, b| a.text == b.text);
    let free = Some(parts.iter().filter_map(|p| p.free.clone()).collect::<Vec<_>>().join(" "));
    Fact { alternatives, free, place: parts.iter().find_map(|p| p.place.clone()), ..fact }
}
