//! From a run of printed characters to a fact of one of the common kinds: name, citizen number, certificate number,
//! listed text, level, date.
//! The caller says which characters these are.

use super::page::PrintedPage;
use super::read::{agreed, least};
use super::text::Glyph;
use super::values;
use crate::inspect::context::DocumentContext;
use crate::ocr::OcrError;
use crate::vocabulary::calendar::{WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{Alternative, CopyOutcome, Fact};
use crate::vocabulary::identity;
use crate::vocabulary::level::Level;

/// 0–1: a reading this sure is not read again, unless it is compared with the registration.
const CLEAR: f32 = 0.93;

/// 0–1: print that reads as no date is rather misread than misprinted.
const IMPOSSIBLE: f32 = 0.6;

/// A value's confidence when a plausibility that every right value has (check digit, birth date of the number) fails it
/// and both readings say so.
const IMPLAUSIBLE: f32 = 0.92;
/// … and when the readings do not agree.
const IMPLAUSIBLE_UNSURE: f32 = 0.6;

impl PrintedPage<'_> {
    /// A person's name, read twice and verified against the registered one.
    ///
    /// # Errors
    /// An engine failed.
    pub fn name_fact(&self, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
        self.accurate_fact(glyphs, cx.expect.name.as_deref(), cx)
    }

    /// A citizen number (or another document's), read twice and verified.
    ///
    /// # Errors
    /// An engine failed.
    pub fn number_fact(&self, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
        Ok(citizen(self.accurate_fact(glyphs, cx.expect.id_number.as_deref(), cx)?))
    }

    /// A certificate's number, read twice and verified if one is expected.
    ///
    /// # Errors
    /// An engine failed.
    pub fn certificate_number_fact(
        &self,
        glyphs: &[Glyph],
        expected: Option<&str>,
        cx: &DocumentContext,
    ) -> Result<Fact<String>, OcrError> {
        let clear = expected.is_none() && least(glyphs) >= CLEAR;
        let fact = if clear { self.fact(glyphs) } else { self.accurate_fact(glyphs, expected, cx)? };
        let Some(text) = fact.text.as_deref().map(values::certificate_text) else { return Ok(fact) };
        let agree = fact.second.as_ref().is_none_or(|s| values::certificate_text(&s.text) == text);
        let confidence =
            if agree && !fact.alternatives.is_empty() { (fact.confidence / 0.8).min(1.0) } else { fact.confidence };
        Ok(Fact { value: Some(text.clone()), text: Some(text), confidence, ..fact })
    }

    /// A text, read again only if the first reading is not clear; `known` are the texts that it probably is.
    ///
    /// # Errors
    /// An engine failed.
    pub fn text_fact(
        &self,
        glyphs: &[Glyph],
        known: &[String],
        cx: &DocumentContext,
    ) -> Result<Fact<String>, OcrError> {
        let first = self.fact(glyphs);
        let listed =
            first.text.as_deref().is_some_and(|t| known.iter().any(|k| crate::vocabulary::text::normalise(k) == t));
        if glyphs.is_empty() || least(glyphs) >= if listed { 0.7 } else { CLEAR } {
            let confidence = if listed { 1.0 - (1.0 - first.confidence) * 0.3 } else { first.confidence };
            return Ok(Fact { confidence, ..first });
        }
        self.accurate_fact(glyphs, None, cx)
    }

    /// A level, from the long form that says it twice or from a short one.
    ///
    /// # Errors
    /// An engine failed.
    pub fn level_fact(&self, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<Level>, OcrError> {
        let first = self.fact(glyphs);
        let parsed = first.text.as_deref().and_then(values::level);
        if glyphs.is_empty() || (parsed.is_some() && least(glyphs) >= CLEAR) {
            return Ok(first.map(|t| values::level(&t)));
        }
        Ok(self.accurate_fact(glyphs, None, cx)?.map(|t| values::level(&t)))
    }

    /// A date with its day, read again if it is not clear or impossible.
    ///
    /// # Errors
    /// An engine failed.
    pub fn date_fact(&self, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<WrittenDate>, OcrError> {
        let parse = |t: &str| values::dates(&t.chars().collect::<Vec<_>>()).pop().map(|d| d.value);
        let possible =
            |d: WrittenDate| if d.day.is_some() { d.valid().is_some() } else { values::month_of(d).valid().is_some() };
        let first = self.fact(glyphs);
        let clear = first.text.as_deref().and_then(parse).is_some_and(possible) && least(glyphs) >= 0.97;
        let fact = if clear || glyphs.is_empty() { first } else { self.accurate_fact(glyphs, None, cx)? };
        let date = fact.text.as_deref().and_then(parse);
        // a ring is 〇 to one engine and ○ to the other: readings that mean the same date agree
        let agree = date.is_some() && fact.second.as_ref().is_some_and(|s| parse(&s.text) == date);
        let fact = if agree && !fact.alternatives.is_empty() { agreed(fact) } else { fact };
        let meant = |a: &Alternative| parse(&a.text).filter(|d| Some(*d) != date && possible(*d));
        let others = fact.alternatives.iter().filter_map(|a| Some((meant(a)?, a.confidence)));
        let alternatives =
            others.map(|(d, confidence)| Alternative { text: d.to_string(), confidence }).collect::<Vec<_>>();
        let confidence = if date.is_some_and(possible) { fact.confidence } else { fact.confidence.min(IMPOSSIBLE) };
        Ok(Fact { confidence, alternatives, ..fact.map(|_| date) })
    }
    /// A month inside a sentence, read again if it is not clear.
    ///
    /// # Errors
    /// An engine failed.
    pub fn month_fact(&self, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<WrittenMonth>, OcrError> {
        let date = self.date_fact(glyphs, cx)?;
        let month = |text: &str| text.parse().ok().map(|d| values::month_of(d).to_string());
        let others = date.alternatives.iter();
        let alternatives = others
            .filter_map(|a| Some(Alternative { text: month(&a.text)?, confidence: a.confidence }))
            .collect::<Vec<_>>();
        Ok(Fact { alternatives, ..date.map(|d| Some(values::month_of(d))) })
    }
}

/// An 18-character number's fact: look-alikes resolved, and less sure where the form or the check digit says that
/// something is wrong.
fn citizen(fact: Fact<String>) -> Fact<String> {
    let Some(text) = fact.text.as_deref().map(values::citizen_text) else { return fact };
    let fast = fact.second.as_ref().map(|s| values::citizen_text(&s.text));
    let agree = fast.is_none_or(|q| q == text);
    let mut confidence = fact.confidence;
    if agree && !fact.alternatives.is_empty() {
        // the two readings differ in look-alikes only
        confidence = (confidence / 0.8).min(1.0);
    }
    if identity::parse_citizen_number(&text).is_err() {
        let faithful = fact.verified.as_ref().is_some_and(|v| v.outcome == CopyOutcome::Faithful && v.expected == text);
        confidence = confidence.min(if faithful || agree { IMPLAUSIBLE } else { IMPLAUSIBLE_UNSURE });
    } else if agree {
        confidence = 1.0 - (1.0 - confidence) * 0.3;
    }
    Fact { value: Some(text.clone()), text: Some(text), confidence, ..fact }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_a_wrong_check_digit_stays_as_printed() {
        let read = |text: &str| Fact::read(text, Some(text.to_owned()), 0.99);
        let right = citizen(read("110108200405065557"));
        let wrong = citizen(read("110108200405065558"));
        assert_eq!(wrong.value.as_deref(), Some("110108200405065558"));
        assert!(wrong.confidence < right.confidence, "{} {}", wrong.confidence, right.confidence);
    }
}
