//! Joins what two readers say of one number: the recogniser of whole characters, and the reader of digits.
//! Their posteriors over the same texts are multiplied, each to a power (a log-linear pool): the powers say how much
//! each is to be believed, and were fitted on writers of whom neither reader knew anything.

use super::chain::labels_of;
use super::emissions::{Emissions, Options};
use super::grammar::{Grammar, allows, beam, charset, longest};
use crate::ocr::alphabet::Merge;
use crate::ocr::reading::Posterior;
use crate::vocabulary::settings::ReadingSettings;
use std::collections::BTreeSet;

/// Readings of each reader that are compared.
const EACH: usize = 8;
/// Of these, the best ones whose digits are put into each other's places.
const CROSSED: usize = 4;

/// One reading of a number, as both readers see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    pub text: String,
    /// Does the field's grammar allow it?
    pub allowed: bool,
    /// 0–1: its part of all readings that were compared.
    pub share: f32,
    /// ln P by the recogniser and by the reader of digits, less each one's best.
    pub behind: [f32; 2],
}

/// What both say of the same place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Joined {
    /// Likeliest first.
    pub readings: Vec<Joint>,
    /// Nats by which each reader's free path is better than its path of the likeliest text: what is there beside it.
    pub unexplained: [f32; 2],
}

/// Joins the readings of one number. `recogniser`: its posteriors, once for each time that it looked; `wanted`: a text
/// that is compared too, favoured by
/// `registered_odds` (a code by `registered_code_odds`) if a reader finds it at all. Without the digits' posteriors there is nothing to join, and no
/// reading.
pub fn join(
    recogniser: &[Vec<&Posterior>],
    digits: &[&Posterior],
    grammar: Grammar,
    wanted: Option<&str>,
    settings: &ReadingSettings,
) -> Joined {
    if digits.is_empty() {
        return Joined::default();
    }
    let options = Options { merge: Merge::Confusables, ignore_punctuation: !matches!(grammar, Grammar::Years) };
    let mut looks: Vec<Emissions> =
        recogniser.iter().filter(|posts| !posts.is_empty()).map(|posts| Emissions::new(posts, options)).collect();
    let mut figures = Emissions::new(digits, options);
    let texts = candidates(&mut looks, &mut figures, grammar, wanted);
    let seen: Vec<Vec<f32>> =
        looks.iter_mut().map(|look| texts.iter().map(|t| likelihood(look, t)).collect()).collect();
    let figured: Vec<f32> = texts.iter().map(|t| likelihood(&mut figures, &digits_of(t, grammar))).collect();
    let each: Vec<Vec<f32>> = seen.iter().map(|logs| behind(logs, settings)).collect();
    let by_digits = behind(&figured, settings);
    let least = settings.reader_error.ln();
    let is_code = matches!(grammar, Grammar::Code { .. });
    let odds = if is_code { settings.registered_code_odds } else { settings.registered_odds };
    #[expect(clippy::cast_precision_loss, reason = "it looked once or twice")]
    let weight = match each.len() {
        0 => 0.0,
        n => settings.recogniser_power * (1.0 + SECOND_LOOK * (n - 1) as f32) / n as f32,
    };
    let mut scored: Vec<(f32, usize, Joint)> = Vec::with_capacity(texts.len());
    for (i, text) in texts.into_iter().enumerate() {
        let allowed = allows(grammar, &text);
        let possible = improbability(grammar, &text, allowed) * settings.impossible_number.ln();
        // a text that no reader finds is not what was written, however likely it was to be; of letters the reader of
        // digits knows nothing
        let whole = text.chars().all(is_read);
        let found = (whole && by_digits[i] > least) || each.iter().any(|b| b[i] > least);
        let favour = if found && wanted == Some(text.as_str()) { odds.ln() } else { 0.0 };
        let prior = possible + favour;
        let by_recogniser: f32 = each.iter().map(|b| b[i]).sum();
        let score = weight * by_recogniser + settings.digits_power * by_digits[i] + prior;
        scored.push((score, i, Joint { text, allowed, share: 0.0, behind: [by_recogniser, by_digits[i]] }));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.text.cmp(&b.2.text)));
    let Some(&(best, first, _)) = scored.first() else { return Joined::default() };
    let total: f32 = scored.iter().map(|s| (s.0 - best).exp()).sum();
    let of_recogniser = seen.iter().zip(&looks).map(|(logs, look)| look.free_score() - logs[first]);
    let unexplained = [of_recogniser.fold(f32::MAX, f32::min), figures.free_score() - figured[first]];
    let readings =
        scored.into_iter().map(|(score, _, joint)| Joint { share: (score - best).exp() / total, ..joint }).collect();
    Joined { readings, unexplained }
}

/// How often a text has to be as unlikely as `impossible_number`: never if its field allows it. Nobody who means a year
/// of this century's twenties writes 2120 or 2080: twice.
fn improbability(grammar: Grammar, text: &str, allowed: bool) -> f32 {
    let Grammar::Year { least, latest } = grammar else { return if allowed { 0.0 } else { 1.0 } };
    let decades_off = |year: u16| year.saturating_add(DECADES) < least || year > latest.saturating_add(DECADES);
    match text.parse::<u16>() {
        _ if allowed => 0.0,
        Ok(year) if text.len() == 4 && decades_off(year) => 2.0,
        _ => 1.0,
    }
}

/// Years.
const DECADES: u16 = 20;

/// How much a second look at the same writing adds to the first.
const SECOND_LOOK: f32 = 0.3;

/// ln P that nothing is written there, by the reader of digits.
pub fn nothing(digits: &[&Posterior]) -> f32 {
    let options = Options { merge: Merge::Confusables, ignore_punctuation: true };
    likelihood(&mut Emissions::new(digits, options), "")
}

fn candidates(looks: &mut [Emissions], figures: &mut Emissions, grammar: Grammar, wanted: Option<&str>) -> Vec<String> {
    let best = |emissions: &mut Emissions| -> Vec<String> {
        beam(emissions, charset(grammar), longest(grammar)).into_iter().take(EACH).map(|a| a.text).collect()
    };
    let by_digits = best(figures);
    let mut all: BTreeSet<String> = BTreeSet::new();
    for by_recogniser in looks.iter_mut().map(best) {
        for text in by_recogniser.iter().take(CROSSED) {
            all.extend(by_digits.iter().take(CROSSED).filter_map(|d| with_digits(text, d)));
            if grammar == Grammar::CertificateNumber {
                all.extend(by_digits.iter().take(CROSSED).filter_map(|d| with_letters(text, d)));
            }
        }
        all.extend(by_recogniser);
    }
    all.extend(by_digits);
    all.extend(wanted.map(ToOwned::to_owned));
    all.into_iter().collect()
}

/// The text with other digits in its digits' places; `None` if there are more or fewer of them.
fn with_digits(text: &str, digits: &str) -> Option<String> {
    let places = text.chars().filter(|c| is_read(*c)).count();
    if places != digits.chars().count() {
        return None;
    }
    let mut next = digits.chars();
    Some(text.chars().map(|c| if is_read(c) { next.next().unwrap_or(c) } else { c }).collect())
}

/// The digits behind the letters with which the text begins; `None` if there are none, or too few digits.
fn with_letters(text: &str, digits: &str) -> Option<String> {
    let letters: String = text.chars().take(leading_letters(text)).collect();
    let rest = digits.get(letters.len()..)?;
    (!letters.is_empty()).then(|| letters + rest)
}

/// What the reader of digits sees of a text. Of a letter in a code it says what digit that looks like (S for 5, B for 8),
/// so the letter's place may look like anything to it; of a number's other characters it sees nothing.
fn digits_of(text: &str, grammar: Grammar) -> String {
    let letters = match grammar {
        Grammar::Code { .. } => usize::MAX,
        Grammar::CertificateNumber => leading_letters(text),
        _ => 0,
    };
    let seen = |(i, c): (usize, char)| {
        if i < letters && !c.is_ascii_digit() { Some(ANYTHING) } else { is_read(c).then_some(c) }
    };
    text.chars().enumerate().filter_map(seen).collect()
}

fn leading_letters(text: &str) -> usize {
    text.chars().take_while(char::is_ascii_uppercase).count()
}

/// A character that no reader knows: it stands for any, or for none.
const ANYTHING: char = '\u{fffd}';

fn is_read(c: char) -> bool {
    c.is_ascii_digit() || c == 'X'
}

/// Each ln P less the best one. No reader is so sure that it could not have erred in everything: a text is never
/// further behind than that is unlikely.
fn behind(logs: &[f32], settings: &ReadingSettings) -> Vec<f32> {
    let best = logs.iter().copied().fold(f32::MIN, f32::max);
    let least = settings.reader_error.ln();
    logs.iter().map(|l| (l - best).max(least)).collect()
}

/// ln P of a text: all its paths together (CTC's forward sum).
fn likelihood(emissions: &mut Emissions, text: &str) -> f32 {
    let labels = labels_of(emissions, text, true);
    let columns: Vec<_> = labels
        .iter()
        .map(|l| match l.group {
            Some(group) => emissions.column(group),
            None => emissions.wild().iter().zip(&emissions.blank).map(|(w, b)| w.max(*b)).collect(),
        })
        .collect();
    // the path's sums: in the blank before label i, and in label i itself
    let mut blanks = vec![f32::MIN; labels.len() + 1];
    let mut inside = vec![f32::MIN; labels.len()];
    blanks[0] = 0.0;
    for (step, blank) in emissions.blank.iter().enumerate() {
        let (before, within) = (blanks.clone(), inside.clone());
        for i in 0..=labels.len() {
            let left = if i == 0 { f32::MIN } else { within[i - 1] };
            blanks[i] = log_sum(before[i], left) + blank;
        }
        for i in 0..labels.len() {
            let same = i > 0 && labels[i].group.is_some() && labels[i].group == labels[i - 1].group;
            let left = if i == 0 || same { f32::MIN } else { within[i - 1] };
            inside[i] = log_sum(log_sum(within[i], before[i]), left) + columns[i][step];
        }
    }
    let last = inside.last().copied().unwrap_or(f32::MIN);
    log_sum(blanks[labels.len()], last)
}

fn log_sum(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low < high - 30.0 { high } else { high + (low - high).exp().ln_1p() }
}
