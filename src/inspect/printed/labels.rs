//! From rows of print to the runs of characters that stand behind a label, and from them to facts of the common kinds.
//! Which labels a document has, and what its values mean, is told by the caller.

use super::read::least;
use super::text::{Glyph, Text, find, is_han};
use super::values;
use super::{Engines, Paper};
use crate::ocr::OcrError;
use crate::vocabulary::calendar::WrittenDate;
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::level::Level;

/// Line heights between a label and its value, or two characters of one value, beyond which what follows is another column.
const COLUMN_GAP: f32 = 4.5;
/// 0–1: a reading this sure need not be read again, where no more than itself rests on it.
const CLEAR: f32 = 0.93;

/// 0–1: print that reads as no date is rather misread than misprinted.
const IMPOSSIBLE: f32 = 0.6;

/// The characters behind the first of `labels` that stands on any row, up to the next of `stops` or a gap as wide as a column.
/// A label as printed goes before one with a misread character.
pub fn labelled<'t>(rows: &'t [Text], labels: &[&str], stops: &[&str]) -> Option<&'t [Glyph]> {
    for slack in 0..=1 {
        for label in labels.iter().filter(|l| slack == 0 || l.chars().count() >= 4) {
            if let Some(value) = rows.iter().find_map(|row| behind(row, label, slack, stops)) {
                return Some(value);
            }
        }
    }
    None
}

fn behind<'t>(row: &'t Text, label: &str, slack: usize, stops: &[&str]) -> Option<&'t [Glyph]> {
    let chars = row.chars();
    let (start, end) = find(&chars, label, 0, slack)?;
    // 证件号码 is no misread 证书号码: what another label says in every character is that label
    if slack > 0 && stops.iter().any(|other| *other != label && find(&chars, other, 0, 0).is_some_and(|(a, b)| a <= start && start < b)) {
        return None;
    }
    // a label starts its column: what stands straight before it makes it part of a longer word
    if start > 0 && is_han(chars[start - 1]) && row.glyphs[start].x - row.glyphs[start - 1].x < 2.0 * row.glyphs[start].height {
        return None;
    }
    let gap_end = row.until_gap(end.saturating_sub(1), COLUMN_GAP).max(end);
    let stop = stops.iter().filter_map(|s| find(&chars[..gap_end], s, end, 0)).map(|(a, _)| a).min().unwrap_or(gap_end);
    let value = row.trimmed(end, stop);
    (!value.is_empty()).then_some(value)
}

impl Paper<'_> {
    /// A person's name, read twice and verified against the registered one.
    ///
    /// # Errors
    /// An engine failed.
    pub fn name_fact(&self, glyphs: &[Glyph], expectations: &Expectations, engines: &Engines) -> Result<Fact<String>, OcrError> {
        self.careful_fact(glyphs, expectations.name.as_deref(), engines)
    }

    /// A citizen number (or another document's), read twice and verified.
    ///
    /// # Errors
    /// An engine failed.
    pub fn number_fact(&self, glyphs: &[Glyph], expectations: &Expectations, engines: &Engines) -> Result<Fact<String>, OcrError> {
        Ok(crate::inspect::documents::id_card::citizen(self.careful_fact(glyphs, expectations.id_number.as_deref(), engines)?))
    }

    /// A certificate's number, read twice and verified if one is expected.
    ///
    /// # Errors
    /// An engine failed.
    pub fn certificate_number_fact(&self, glyphs: &[Glyph], expected: Option<&str>, engines: &Engines) -> Result<Fact<String>, OcrError> {
        let clear = expected.is_none() && least(glyphs) >= CLEAR;
        let fact = if clear { self.fact(glyphs) } else { self.careful_fact(glyphs, expected, engines)? };
        let Some(text) = fact.text.as_deref().map(values::certificate_text) else { return Ok(fact) };
        let agree = fact.second.as_ref().is_none_or(|s| values::certificate_text(&s.text) == text);
        let confidence = if agree && !fact.alternatives.is_empty() { (fact.confidence / 0.8).min(1.0) } else { fact.confidence };
        Ok(Fact { value: Some(text.clone()), text: Some(text), confidence, ..fact })
    }

    /// A text, read again only if the first reading is not clear; `known` are the texts that it probably is.
    ///
    /// # Errors
    /// An engine failed.
    pub fn text_fact(&self, glyphs: &[Glyph], known: &[String], engines: &Engines) -> Result<Fact<String>, OcrError> {
        let first = self.fact(glyphs);
        let listed = first.text.as_deref().is_some_and(|t| known.iter().any(|k| crate::vocabulary::text::normalise(k) == t));
        if glyphs.is_empty() || least(glyphs) >= if listed { 0.7 } else { CLEAR } {
            let confidence = if listed { 1.0 - (1.0 - first.confidence) * 0.3 } else { first.confidence };
            return Ok(Fact { confidence, ..first });
        }
        self.careful_fact(glyphs, None, engines)
    }

    /// A level, from the long form that says it twice or from a short one.
    ///
    /// # Errors
    /// An engine failed.
    pub fn level_fact(&self, glyphs: &[Glyph], engines: &Engines) -> Result<Fact<Level>, OcrError> {
        let first = self.fact(glyphs);
        let parsed = first.text.as_deref().and_then(values::level);
        if glyphs.is_empty() || (parsed.is_some() && least(glyphs) >= CLEAR) {
            return Ok(first.map(|t| values::level(&t)));
        }
        Ok(self.careful_fact(glyphs, None, engines)?.map(|t| values::level(&t)))
    }

    /// A date with its day, read again if it is not clear or impossible.
    ///
    /// # Errors
    /// An engine failed.
    pub fn date_fact(&self, glyphs: &[Glyph], engines: &Engines) -> Result<Fact<WrittenDate>, OcrError> {
        let parse = |t: &str| values::dates(&t.chars().collect::<Vec<_>>()).pop().map(|d| d.value);
        let possible = |d: WrittenDate| if d.day.is_some() { d.valid().is_some() } else { values::month_of(d).valid().is_some() };
        let first = self.fact(glyphs);
        let clear = first.text.as_deref().and_then(parse).is_some_and(possible) && least(glyphs) >= 0.97;
        let fact = if clear || glyphs.is_empty() { first } else { self.careful_fact(glyphs, None, engines)? };
        let date = fact.text.as_deref().and_then(parse);
        let confidence = if date.is_some_and(possible) { fact.confidence } else { fact.confidence.min(IMPOSSIBLE) };
        Ok(Fact { confidence, ..fact.map(|_| date) })
    }
}

/// The characters of each date with a day on any row, top to bottom.
pub fn full_dates(rows: &[Text]) -> Vec<&[Glyph]> {
    rows.iter().flat_map(|row| values::dates(&row.chars()).into_iter().filter(|d| d.value.day.is_some()).map(|d| &row.glyphs[d.range]).collect::<Vec<_>>()).collect()
}

/// The date that a label names, or else the lowest on the sheet: where certificates bear their date of issue.
pub fn issue_date<'t>(rows: &'t [Text], labels: &[&str]) -> &'t [Glyph] {
    let dates = full_dates(rows);
    let label = rows.iter().find_map(|r| labels.iter().find_map(|l| find(&r.chars(), l, 0, 0).map(|(a, _)| r.glyphs[a])));
    let chosen = match label {
        Some(l) => dates.into_iter().min_by(|a, b| (a[0].y - l.y).abs().total_cmp(&(b[0].y - l.y).abs())),
        None => dates.into_iter().last(),
    };
    chosen.unwrap_or_default()
}
