//! Dates and spans, from their parts as read: year, month and day are fields of their own.
//! A part that is left out stays missing in the value; impossible dates are kept as they were read.

use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{Alternative, Fact, State};
use crate::vocabulary::numerals;

/// A date from its year, month and day.
pub fn date(year: &Fact<u16>, month: &Fact<u16>, day: &Fact<u16>) -> Fact<WrittenDate> {
    let value = WrittenDate { year: year.value, month: month.value, day: day.value };
    let told = |v: &[Option<u16>]| WrittenDate { year: v[0], month: v[1], day: v[2] }.to_string();
    with_alternatives(joined(&[year, month, day], value, value.to_string()), &[year, month, day], told)
}

/// A span from the year and month of its start and of its end. `until_now`: 至今 stands where the end's year would.
pub fn span(
    [sy, sm]: [&Fact<u16>; 2],
    [ey, em]: [&Fact<u16>; 2],
    until_now: bool,
) -> (Fact<WrittenMonth>, Fact<SpanEnd>) {
    let from = WrittenMonth { year: sy.value, month: sm.value };
    let told = |v: &[Option<u16>]| WrittenMonth { year: v[0], month: v[1] }.to_string();
    let start = with_alternatives(joined(&[sy, sm], from, from.to_string()), &[sy, sm], told);
    let to = WrittenMonth { year: ey.value, month: em.value };
    let end = if until_now {
        let value = SpanEnd::UntilNow;
        Fact {
            state: State::Read,
            value: Some(value),
            text: Some("至今".into()),
            confidence: 0.95,
            ..joined(&[ey, em], value, "至今".into())
        }
    } else {
        with_alternatives(joined(&[ey, em], SpanEnd::Month(to), to.to_string()), &[ey, em], told)
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

/// The same with what else it may be: each part's other readings, beside the others' first.
fn with_alternatives<V>(fact: Fact<V>, parts: &[&Fact<u16>], told: impl Fn(&[Option<u16>]) -> String) -> Fact<V> {
    let mut alternatives = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        for other in &part.alternatives {
            let mut values: Vec<Option<u16>> = parts.iter().map(|p| p.value).collect();
            values[i] = numerals::written(&other.text);
            alternatives.push(Alternative { text: told(&values), confidence: other.confidence });
        }
    }
    alternatives.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.text.cmp(&b.text)));
    alternatives.dedup_by(|a, b| a.text == b.text);
    Fact { alternatives, ..fact }
}

/// Joins several parts to one fact: empty if all are, illegible if any is, otherwise read with the least confidence. A
/// part left out stays missing in the value.
fn joined<T, V>(parts: &[&Fact<T>], value: V, text: String) -> Fact<V> {
    let all = |s: State| parts.iter().all(|p| p.state == s);
    let place = parts.iter().find_map(|p| p.place.clone());
    let least = parts.iter().map(|p| p.confidence).fold(1.0, f32::min);
    let mut fact = if all(State::NotFound) {
        Fact::not_found()
    } else if parts.iter().all(|p| matches!(p.state, State::Empty | State::NotFound)) {
        Fact::blank(least)
    } else if parts.iter().any(|p| p.state == State::Illegible) {
        Fact { text: Some(text), ..Fact::illegible() }
    } else {
        Fact::read(text, Some(value), least)
    };
    fact.free = Some(parts.iter().filter_map(|p| p.free.clone()).collect::<Vec<_>>().join(" "));
    fact.place = place;
    fact
}
