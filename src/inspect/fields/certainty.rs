//! How sure a reading is: from a recogniser's probabilities, from an alignment's gap, and from a second reading of the
//! same place.
//! Fitted on rendered forms. Settings decide what is sure enough.

use crate::ocr::Symbol;
use crate::vocabulary::fact::{CopyOutcome, Difference, Fact, State, Verification};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::is_punctuation;

/// 0–1: the most confidence of a reading that is neither surely right nor surely another one, whatever its symbols' own
/// probabilities.
pub const DOUBT: f32 = 0.6;

/// 0–1: the chance that a free reading is right in every character: the product of its characters' probabilities,
/// punctuation left out.
pub fn certainty_of(symbols: &[Symbol]) -> f32 {
    let mut characters =
        symbols.iter().filter(|s| !is_punctuation(s.ch) && !s.ch.is_whitespace()).map(|s| s.probability).peekable();
    // punctuation alone says nothing, however clear it is
    if characters.peek().is_none() {
        return 0.0;
    }
    characters.product::<f32>().clamp(0.0, 0.99)
}

/// 0–1: the chance that the writing is the text that lies `gap` nats under the free path. Half way at the middle of the
/// doubtful band.
pub fn certainty_of_gap(gap: f32, settings: &ReadingSettings) -> f32 {
    let middle = (settings.faithful_gap + settings.differs_gap) / 2.0;
    let width = (settings.differs_gap - settings.faithful_gap) / 6.0;
    (1.0 / (1.0 + ((gap - middle) / width.max(0.1)).exp())).min(0.995)
}

/// 0–1: the chance that the first of two candidates is the right one when the second fits `margin` nats worse.
pub fn certainty_of_margin(margin: f32, settings: &ReadingSettings) -> f32 {
    let half = settings.candidate_margin / 2.0;
    (1.0 / (1.0 + (-(margin - half) / (half / 3.0).max(0.1)).exp())).min(0.995)
}

/// Joins two readings of the same place, from two crops. They are not independent (one writer, one picture), so the
/// second one counts for `SECOND_WORD`.
/// If they contradict each other the surer one stays, as a doubt. Recognisers lose characters and hardly ever invent
/// one, so a second reading that only has one character more is believed.
pub fn of_two<T: PartialEq>(first: Fact<T>, second: Fact<T>) -> Fact<T> {
    if second.state != State::Read || second.value.is_none() {
        return first;
    }
    if first.state == State::Read && first.value == second.value {
        let confidence = 1.0 - (1.0 - first.confidence) * (1.0 - SECOND_WORD * second.confidence);
        let better = if first.verified.is_some() || second.verified.is_none() { first } else { second };
        return Fact { confidence: confidence.min(AGREED).max(better.confidence), ..better };
    }
    if is_less_of(first.text.as_deref(), second.text.as_deref()) {
        return Fact { confidence: second.confidence.min(FOUND_AGAIN), ..second };
    }
    let (surer, other) = if second.confidence > first.confidence { (second, first) } else { (first, second) };
    Fact {
        confidence: surer.confidence * (1.0 - SECOND_WORD * other.confidence),
        free: other.free.or(surer.free.clone()),
        ..surer
    }
}

/// Is the first text the second one without one of its characters?
pub fn is_less_of(first: Option<&str>, second: Option<&str>) -> bool {
    let (Some(first), Some(second)) = (first, second) else { return false };
    let (a, b): (Vec<char>, Vec<char>) = (first.chars().collect(), second.chars().collect());
    a.len() + 1 == b.len() && (0..b.len()).any(|gone| a[..gone] == b[..gone] && a[gone..] == b[gone + 1..])
}

/// 0–1: the most confidence of a reading with a character that the first reading lost; starting value.
const FOUND_AGAIN: f32 = 0.93;

/// Is this a reading that a second one may settle?
pub fn is_doubtful<T>(fact: &Fact<T>, settings: &ReadingSettings) -> bool {
    fact.state == State::Read && fact.confidence < settings.working_threshold
}

/// 0–1: how much of a second reading's confidence counts, and the most confidence of two that agree; starting values.
const SECOND_WORD: f32 = 0.7;
const AGREED: f32 = 0.97;

/// 0–1: the chance that the best of the five levels is the right one when the next fits `margin` nats worse: a
/// posterior's odds at three quarters of the nats.
pub fn certainty_among_levels(margin: f32) -> f32 {
    (1.0 / (1.0 + (-0.75 * margin).exp())).min(0.995)
}

/// Recognisers lose characters (11 becomes 1, a cramped name its second character). Writing that differs from what is
/// expected only by characters that were not seen may be the writer's omission or the recogniser's, so it cannot be
/// told.
pub fn unless_dropped(verification: Verification) -> Verification {
    let only_dropped = verification.outcome == CopyOutcome::Differs
        && verification.differences.iter().all(|d| matches!(d, Difference::Dropped { .. }));
    if only_dropped { Verification { outcome: CopyOutcome::CannotTell, ..verification } } else { verification }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_character_is_found_again() {
        let read = |text: &str, confidence: f32| Fact::read(text, text.parse::<u64>().ok(), confidence);
        for (first, second, value, sure) in [
            (read("301022", 0.6), read("1301022", 0.99), 1_301_022, true),
            (read("0", 0.6), read("10", 0.95), 10, true),
            (read("1", 0.6), read("11", 0.95), 11, true),
            // two more, or another one: a contradiction
            (read("1022", 0.6), read("131022", 0.99), 131_022, false),
            (read("20", 0.6), read("10", 0.95), 10, false),
            // the second reading lost it
            (read("10", 0.8), read("0", 0.7), 10, false),
        ] {
            let fact = of_two(first, second);
            assert_eq!((fact.value, fact.confidence > 0.9), (Some(value), sure), "{fact:?}");
        }
    }

    #[test]
    fn two_readings_make_one() {
        let read = |value: Option<u16>, confidence: f32| Fact::read("x", value, confidence);
        for (first, second, value, at_least, at_most) in [
            // agreed: surer than each, never past what two readings of one picture can say
            (read(Some(10), 0.85), read(Some(10), 0.85), Some(10), 0.90, AGREED),
            (read(Some(10), 0.5), read(Some(10), 0.5), Some(10), 0.5, 0.89),
            // contradicting: the surer one, as a doubt
            (read(Some(1), 0.5), read(Some(10), 0.99), Some(10), 0.5, 0.89),
            (read(Some(1), 0.8), read(Some(10), 0.7), Some(1), 0.2, 0.7),
            // the second reading saw nothing
            (read(Some(1), 0.8), Fact::illegible(), Some(1), 0.8, 0.8),
        ] {
            let fact = of_two(first, second);
            assert_eq!(fact.value, value);
            assert!((at_least..=at_most).contains(&fact.confidence), "{}", fact.confidence);
        }
    }
}
