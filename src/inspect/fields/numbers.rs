//! Numbers and codes: read under their grammar, verified against the registered one, and held against the strokes that
//! stand there.
//! A number that was written wrong is never repaired.

use super::certainty::{DOUBT, certainty_of, certainty_of_gap, unless_dropped};
use super::without_posterior;
use super::writing::{empty, placed, symbols};
use crate::inspect::form_page::{FormPage, Writing};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::ocr::Posterior;
use crate::ocr::alphabet::Merge;
use crate::ocr::ctc::grammar::{Grammar, read_with};
use crate::ocr::ctc::{self, AlignOptions, Emissions};
use crate::vocabulary::fact::{Alternative, CopyOutcome, Fact, Verification};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::normalise;

/// A citizen number: read under its grammar, verified against the registered one.
pub fn number(page: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(page, writing, want, Grammar::CitizenNumber, settings)
}

/// Letters and digits only (certificate numbers, verification codes).
pub fn code(page: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(page, writing, want, Grammar::Code { min: 4, max: 26 }, settings)
}

/// A mobile number.
pub fn mobile(page: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(page, writing, want, Grammar::Mobile, settings)
}

/// Reads digits and letters under a grammar, confusable characters (`|`, `l` and 1) taken as one. The raw reading
/// decides: the grammar may choose among readings that are equally likely, but must not repair a number that was
/// written wrong.
fn coded(
    page: &FormPage,
    writing: &Writing,
    want: Option<&str>,
    grammar: Grammar,
    settings: &ReadingSettings,
) -> Fact<String> {
    if let Some(fact) = empty(writing) {
        return placed(fact, page, writing);
    }
    if without_posterior::is_free(writing) {
        return placed(without_posterior::text(writing), page, writing);
    }
    let posts = writing.posteriors();
    let free = writing.text();
    let read = read_with(&posts, grammar);
    let raw = match (&read.raw, read.best()) {
        (Some(raw), Some(best)) if best.text == raw.text => best.clone(),
        (Some(raw), _) => raw.clone(),
        (None, _) if code_characters(&free).is_empty() => {
            return placed(Fact::illegible().with_free(free), page, writing);
        }
        (None, _) => Alternative { text: code_characters(&free), confidence: certainty_of(&symbols(writing)) },
    };
    let boxes: Vec<Cell> = writing.lines.iter().map(|l| l.at).collect();
    let sure = if is_complete(page, &boxes, &raw.text, grammar) { 1.0 } else { DOUBT };
    let as_read = |confidence: f32| Fact::read(raw.text.clone(), Some(raw.text.clone()), confidence.min(sure));
    let fact = match want.map(|w| verified(&posts, w, settings)) {
        None => as_read(raw.confidence),
        Some(v) => match v.outcome {
            CopyOutcome::Faithful => {
                Fact::read(v.expected.clone(), Some(v.expected.clone()), certainty_of_gap(v.gap, settings))
                    .with_verified(Some(v))
            }
            CopyOutcome::Differs => as_read(raw.confidence).with_verified(Some(v)),
            CopyOutcome::CannotTell => as_read(raw.confidence.min(DOUBT)).with_verified(Some(v)),
        },
    };
    let alternatives = read.alternatives.into_iter().filter(|a| Some(&a.text) != fact.text.as_ref()).take(3).collect();
    placed(Fact { alternatives, ..fact }.with_free(free), page, writing)
}

/// Were all characters read that stand there? Recognisers lose a stroke at the edge of a crop or between two others. A
/// number of another length than its grammar's was written so only if as many strokes stand there as characters were
/// read; more strokes than characters are a doubt in any case.
fn is_complete(page: &FormPage, boxes: &[Cell], read: &str, grammar: Grammar) -> bool {
    let (characters, seen) = (read.chars().count(), groups(page, boxes));
    let whole = match grammar {
        Grammar::CitizenNumber => matches!(characters, 15 | 18),
        Grammar::Mobile => characters == 11,
        _ => true,
    };
    if whole { seen <= characters } else { seen == characters }
}

/// Groups of strokes side by side in all boxes.
pub fn groups(page: &FormPage, boxes: &[Cell]) -> usize {
    boxes.iter().map(|b| lines::groups(&page.clean, b).len()).sum()
}

/// How many upright bars stand there, if there is nothing else. In a field for a number they are ones, of which
/// recognisers are never sure when nothing else stands beside them.
pub fn upright_bars(page: &FormPage, boxes: &[Cell]) -> Option<usize> {
    let found: Vec<Cell> = boxes.iter().flat_map(|b| lines::groups(&page.clean, b)).collect();
    found.iter().all(|bar| bar.height() >= BAR * bar.width()).then_some(found.len())
}

/// Height over width of the stockiest 1 without a foot: leaning, of a broad pen.
const BAR: f32 = 2.2;
/// 0–1: how sure a 1 is that a recogniser read and that is one upright bar.
pub const ONE_BAR: f32 = 0.97;

/// Letters and digits of a reading, upper case.
fn code_characters(s: &str) -> String {
    normalise(s).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Verification of digits and letters: what looks like a 1 or a 0 may be one.
fn verified(posts: &[&Posterior], want: &str, settings: &ReadingSettings) -> Verification {
    let options = AlignOptions { merge: Merge::Confusables, ignore_punctuation: true };
    unless_dropped(ctc::verify_on(&mut Emissions::new(posts, options.into()), want, settings))
}
