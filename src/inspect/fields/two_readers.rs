//! A number as its two readers see it together: the text, how sure it is, and what else it may be.
//! The readers' posteriors are joined in [`crate::ocr::ctc::joint`]; here a share of them becomes a confidence.

use super::certainty::DOUBT;
use crate::ocr::Posterior;
use crate::ocr::ctc::grammar::Grammar;
use crate::ocr::ctc::joint::{Joined, join};
use crate::vocabulary::fact::Alternative;
use crate::vocabulary::settings::ReadingSettings;

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    pub text: String,
    /// 0–1, calibrated.
    pub confidence: f32,
    /// Does the field's grammar allow it?
    pub allowed: bool,
    /// Other readings, likeliest first, with their confidences.
    pub alternatives: Vec<Alternative>,
    /// All readings with their shares.
    joined: Joined,
}

/// Alternatives less likely than this say nothing.
const NOISE: f32 = 0.002;
/// Nats that a number may leave unexplained, and the nats over which its confidence then falls by e: one reader at
/// least must find nothing else in its place.
const UNEXPLAINED: [f32; 2] = [3.0, 4.0];
/// 0–1: no number is surer.
const SUREST: f32 = 0.995;

/// Reads a number. `looks`: the recogniser's posteriors of its writing, once for each time that it looked; `wanted`: the
/// registered number. `None`: no reader saw a number.
pub fn read(
    looks: &[Vec<&Posterior>],
    digits: &[Posterior],
    grammar: Grammar,
    wanted: Option<&str>,
    settings: &ReadingSettings,
) -> Option<Number> {
    let joined = join(looks, &digits.iter().collect::<Vec<_>>(), grammar, wanted, settings);
    let best = joined.readings.first()?;
    if best.text.is_empty() {
        return None;
    }
    let explained = explained(joined.unexplained);
    let mut confidence = best.share * explained;
    if !best.allowed {
        confidence = confidence.min(DOUBT);
    }
    let alternatives = joined
        .readings
        .iter()
        .skip(1)
        .filter(|j| j.allowed && j.share >= NOISE)
        .map(|j| Alternative { text: j.text.clone(), confidence: j.share * explained })
        .collect();
    let (text, allowed) = (best.text.clone(), best.allowed);
    Some(Number { text, confidence: confidence.min(SUREST), allowed, alternatives, joined })
}

impl Number {
    /// 0–1: how likely this text was written.
    pub fn likelihood_of(&self, text: &str) -> f32 {
        if text == self.text {
            return self.confidence;
        }
        self.joined.readings.iter().find(|j| j.text == text).map_or(0.0, |j| j.share)
    }

    /// The same number, with the shares of all texts that mean the same put together: 08 and 8, 十 and 10.
    #[must_use]
    pub fn by_meaning<T: PartialEq>(mut self, parse: impl Fn(&str) -> Option<T>) -> Self {
        let Some(value) = parse(&self.text) else { return self };
        let same = |text: &str| parse(text).is_some_and(|v| v == value);
        let others: f32 = self.joined.readings.iter().skip(1).filter(|j| same(&j.text)).map(|j| j.share).sum();
        let explained = explained(self.joined.unexplained);
        if self.joined.readings.first().is_some_and(|j| j.allowed) {
            self.confidence = (self.confidence + others * explained).min(SUREST);
        }
        self.alternatives.retain(|a| !same(&a.text));
        self
    }
}

/// 0–1: how much of the writing the number explains, to the reader to whom it explains more.
fn explained(unexplained: [f32; 2]) -> f32 {
    let least = unexplained[0].min(unexplained[1]);
    (-((least - UNEXPLAINED[0]).max(0.0) / UNEXPLAINED[1])).exp()
}
