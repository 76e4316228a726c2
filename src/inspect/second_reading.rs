//! A second reading of a printed field that is in doubt, by another engine; both readings stand in the evidence.
//! Agreement on every character raises the confidence; disagreement leaves the doubt as it is.

use super::context::DocumentContext;
use super::printed::PrintedPage;
use crate::vocabulary::fact::{Fact, SecondReading, State};
use crate::vocabulary::text::{is_punctuation, normalise};

/// 0–1: how much of the second engine's own confidence counts. Both look at the same blurred pixels, so they do not err
/// independently.
const TRUST: f32 = 0.8;
/// 0–1: the most confidence that agreement gives.
const CEILING: f32 = 0.95;

/// Reads the fact's own place again, if the fact is in doubt and there is a second engine.
pub fn again(page: &PrintedPage, fact: &mut Fact<String>, cx: &DocumentContext) {
    let (Some(engine), State::Read) = (cx.recognisers.second(), fact.state) else { return };
    let Some(region) =
        fact.place.as_ref().and_then(|p| p.region).filter(|_| fact.confidence < cx.settings.working_threshold)
    else {
        return;
    };
    let Some(line) = page.line_at(region) else { return };
    // a crop without pixels leaves the first reading as it was; a failure of the engine is noted by `ocr::clocked` and
    // costs the whole submission
    let Ok(reading) = engine.recognise(&line) else { return };
    let text: String = reading.text.chars().filter(|c| !c.is_whitespace()).collect();
    if agree(fact.text.as_deref().unwrap_or_default(), &text) {
        fact.confidence = combined(fact.confidence, reading.confidence);
    }
    fact.second = Some(SecondReading { engine: engine.name().to_owned(), text, confidence: reading.confidence });
}

/// Do both say the same, punctuation aside? A longer reading counts as another one: a digit lost at the crop's edge is
/// the usual error.
fn agree(first: &str, second: &str) -> bool {
    let bare =
        |s: &str| normalise(s).chars().filter(|c| !is_punctuation(*c)).flat_map(char::to_uppercase).collect::<String>();
    let first = bare(first);
    !first.is_empty() && first == bare(second)
}

/// 0–1: one minus the product of both doubts, of which the second is never small; at least `first`, at most [`CEILING`]
/// otherwise.
fn combined(first: f32, second: f32) -> f32 {
    let doubt = (1.0 - first) * (1.0 - second.clamp(0.0, 1.0) * TRUST);
    first.max((1.0 - doubt).min(CEILING))
}

#[cfg(test)]
mod tests {
    use super::{agree, combined};

    #[test]
    fn only_the_whole_text_agrees() {
        for (first, second, want) in [
            ("王小明", "王小明。", true),
            ("11010119900307123x", "11010119900307123X", true),
            ("1101011990030712", "11010119900307123", false),
            ("王小明", "姓名王小明", false),
            ("", "", false),
        ] {
            assert_eq!(agree(first, second), want, "{first} {second}");
        }
    }

    #[test]
    fn agreement_helps_and_never_makes_certain() {
        for (first, second, least, most) in [
            (0.8, 0.9, 0.94, 0.95),
            (0.5, 0.9, 0.85, 0.87),
            (0.3, 0.95, 0.8, 0.85),
            (0.6, 0.0, 0.6, 0.6),
            (0.97, 0.9, 0.97, 0.97),
        ] {
            let c = combined(first, second);
            assert!((least - 1e-6..=most + 1e-6).contains(&c), "{first} {second} → {c}");
        }
    }
}
