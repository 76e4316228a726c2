//! Numbers and codes: read under their grammar by both readers of numbers, and held against the registered one.
//! A number that was written wrong is never repaired.

use super::certainty::DOUBT;
use super::writing::{empty, placed};
use super::{two_readers, without_posterior};
use crate::inspect::form_page::{FormPage, Writing};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::ocr::alphabet::{Merge, canonical};
use crate::ocr::ctc::grammar::Grammar;
use crate::ocr::ctc::{self, AlignOptions, Emissions};
use crate::vocabulary::fact::{CopyOutcome, Fact, Verification};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::normalise;

/// A citizen number: read under its grammar, verified against the registered one.
pub fn number(page: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(page, writing, want, Grammar::CitizenNumber, settings)
}

/// A certificate's number.
pub fn certificate_number(
    page: &FormPage,
    writing: &Writing,
    want: Option<&str>,
    settings: &ReadingSettings,
) -> Fact<String> {
    coded(page, writing, want, Grammar::CertificateNumber, settings)
}

/// Letters and digits only (verification codes).
pub fn code(page: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(page, writing, want, Grammar::Code { min: 4, max: 26 }, settings)
}

/// A mobile number.
pub fn mobile(page: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(page, writing, want, Grammar::Mobile, settings)
}

/// Reads digits and letters by both readers of numbers ([`two_readers`]), confusable characters (`|`, `l` and 1) taken
/// as one. The grammar may choose among readings that are about equally likely, but must not repair a number that was
/// written wrong; the registered number only decides between readings that are about equally likely.
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
    let wanted = want.map(comparable);
    let looks: Vec<_> = std::iter::once(writing).chain(writing.again.as_deref()).map(Writing::posteriors).collect();
    let Some(number) = two_readers::read(&looks, &writing.digits, grammar, wanted.as_deref(), settings) else {
        return placed(Fact::illegible().with_free(free), page, writing);
    };
    let alternatives = number.alternatives.iter().take(3).cloned().collect();
    let fact = match want {
        None => Fact::read(number.text.clone(), Some(number.text), number.confidence),
        Some(want) => {
            let copied = number.likelihood_of(wanted.as_deref().unwrap_or_default());
            let seen = ctc::verify_on(&mut Emissions::new(&posts, CONFUSABLE.into()), want, settings);
            // that a misreading is just what was registered is far less likely than that it was written
            let outcome = if copied >= settings.corroborated_threshold {
                CopyOutcome::Faithful
            } else if copied <= ANOTHER && number.confidence >= settings.working_threshold {
                CopyOutcome::Differs
            } else {
                CopyOutcome::CannotTell
            };
            // a part of the registered number, from its start or to its end: the rest may lie beyond what was cut out
            let cut_off = wanted.as_deref().is_some_and(|w| {
                outcome == CopyOutcome::Differs && (w.starts_with(&number.text) || w.ends_with(&number.text))
            });
            let outcome = if cut_off { CopyOutcome::CannotTell } else { outcome };
            let confidence =
                if outcome == CopyOutcome::CannotTell { number.confidence.min(DOUBT) } else { number.confidence };
            let differences = if outcome == CopyOutcome::Differs { seen.differences } else { Vec::new() };
            let verified = Verification { outcome, differences, ..seen };
            let text = if outcome == CopyOutcome::Faithful { want.to_owned() } else { number.text };
            Fact::read(text.clone(), Some(text), confidence).with_verified(Some(verified))
        }
    };
    placed(Fact { alternatives, ..fact }.with_free(free), page, writing)
}

/// 0–1: a registered number that is less likely than this was not written there.
const ANOTHER: f32 = 0.003;
/// Letters that look like a 1 or a 0 are one with it.
const CONFUSABLE: AlignOptions = AlignOptions { merge: Merge::Confusables, ignore_punctuation: true };

/// A registered number as the readers spell it: no white space, capitals, I and O as the digits they look like.
fn comparable(want: &str) -> String {
    let one = |c: char| canonical(c.to_ascii_uppercase(), Merge::Confusables);
    normalise(want).chars().filter(char::is_ascii_alphanumeric).map(one).collect()
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
