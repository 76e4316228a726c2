//! From the writing in a blank to a `Fact`: blank or filled, verified against what is expected, read under the blank's own grammar.
//! Every value keeps its free reading beside it, so that a real difference is not smoothed away.

use super::free;
use super::paper::{Paper, Writing};
use crate::ocr::Symbol;
use crate::ocr::ctc::{self, AlignOptions, Emissions};
use crate::vocabulary::fact::{Alternative, CopyOutcome, Fact, State};
use crate::vocabulary::level::Level;
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::{is_punctuation, normalise};

/// Black pixels under which a cell of the table holds nothing (dust, the rest of a line); a lone 一 has about 60.
const EMPTY_INK: f32 = 22.0;

/// Is nothing written in this cell? `None`: there is some ink, but no text was recognised in it.
pub fn blank(writing: &Writing) -> Option<Fact<String>> {
    if writing.ink < EMPTY_INK || writing.lines.is_empty() {
        // the closer to the bound, the less sure
        let confidence = (1.0 - writing.ink / (3.0 * EMPTY_INK)).clamp(0.5, 0.99);
        return Some(Fact::blank(confidence));
    }
    None
}

/// A text for which one value is expected (a name, a number that the registration gives).
pub fn expected(paper: &Paper, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    if let Some(fact) = blank(writing) {
        return placed(fact, paper, writing);
    }
    if free::is_free(writing) {
        return placed(free::text(writing), paper, writing);
    }
    let free = writing.text();
    let symbols = symbols(writing);
    let fact = verified_or_free(writing, &free, &symbols, want, settings);
    placed(fact.with_free(free), paper, writing)
}

fn verified_or_free(writing: &Writing, free: &str, symbols: &[Symbol], want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    let read: String = free.chars().filter(|c| !c.is_whitespace()).collect();
    if read.is_empty() {
        return Fact::illegible();
    }
    let Some(want) = want else {
        return Fact::read(read.clone(), Some(read), certainty_of(symbols));
    };
    let posts = writing.posteriors();
    let verification = ctc::verify(&posts, want, settings);
    match verification.outcome {
        CopyOutcome::Faithful => Fact::read(want, Some(want.to_owned()), certainty_of_gap(verification.gap, settings)).with_verified(Some(verification)),
        CopyOutcome::Differs => Fact::read(read.clone(), Some(read), certainty_of(symbols)).with_verified(Some(verification)),
        // between the bands: what it says is not sure, whatever the symbols' own probabilities
        CopyOutcome::CannotTell => {
            let doubt = certainty_of(symbols).min(0.6);
            Fact::read(read.clone(), Some(read), doubt).with_verified(Some(verification))
        }
    }
}

/// One of a closed list, if one fits; else the free reading.
pub fn listed(paper: &Paper, writing: &Writing, list: &[String], settings: &ReadingSettings) -> Fact<String> {
    if let Some(fact) = blank(writing) {
        return placed(fact, paper, writing);
    }
    placed(choose(writing, list, settings), paper, writing)
}

/// The best of the candidates by alignment: sure if it fits and the next one does not.
pub fn choose(writing: &Writing, list: &[String], settings: &ReadingSettings) -> Fact<String> {
    if free::is_free(writing) {
        return free::listed(writing, list);
    }
    let posts = writing.posteriors();
    let free = writing.text();
    let read: String = free.chars().filter(|c| !c.is_whitespace()).collect();
    if read.is_empty() {
        return Fact::illegible().with_free(free);
    }
    let ranked = ctc::rank(&posts, list);
    let Some(&(best, gap)) = ranked.first() else {
        return Fact::read(read.clone(), Some(read), certainty_of(&symbols(writing))).with_free(free);
    };
    let margin = ranked.get(1).map_or(f32::MAX, |r| r.1 - gap);
    let alternatives = ranked.iter().take(3).map(|(i, g)| Alternative { text: list[*i].clone(), confidence: certainty_of_gap(*g, settings) }).collect();
    // a word of the list that fits clearly worse than the free reading is another word
    let mut fact = if gap <= settings.differs_gap {
        let confidence = certainty_of_gap(gap, settings).min(certainty_of_margin(margin, settings));
        Fact::read(list[best].clone(), Some(list[best].clone()), confidence)
    } else {
        Fact::read(read.clone(), Some(read), certainty_of(&symbols(writing)))
    };
    fact.alternatives = alternatives;
    fact.with_free(free)
}

/// A level, in any of its written forms.
pub fn level(paper: &Paper, writing: &Writing, settings: &ReadingSettings) -> Fact<Level> {
    if let Some(fact) = blank(writing) {
        return placed(fact, paper, writing).map(|_| None);
    }
    placed(choose_level(writing, settings), paper, writing)
}

/// The level whose best written form fits; the margin is to the best form of *another* level.
pub fn choose_level(writing: &Writing, settings: &ReadingSettings) -> Fact<Level> {
    let mut forms: Vec<(Level, String)> = Vec::new();
    for l in Level::ALL {
        forms.push((l, l.short().to_owned()));
        forms.push((l, l.full()));
        forms.push((l, l.title().to_owned()));
        forms.push((l, format!("{}{}", l.short(), l.title())));
        forms.push((l, format!("{}级", l.number())));
        forms.push((l, l.short().trim_end_matches('级').to_owned()));
    }
    if free::is_free(writing) {
        return free::level(writing, &forms);
    }
    let texts: Vec<String> = forms.iter().map(|f| f.1.clone()).collect();
    let posts = writing.posteriors();
    let free = writing.text();
    let mut emissions = Emissions::new(&posts, AlignOptions { merge: crate::ocr::alphabet::Merge::Lookalikes, ignore_punctuation: false }.into());
    let ranked = ctc::rank_on(&mut emissions, &texts, AlignOptions { merge: crate::ocr::alphabet::Merge::Lookalikes, ignore_punctuation: false });
    let Some(&(best, gap)) = ranked.first() else { return Fact::illegible().with_free(free) };
    let of = forms[best].0;
    let margin = ranked.iter().find(|(i, _)| forms[*i].0 != of).map_or(f32::MAX, |r| r.1 - gap);
    let confidence = certainty_of_gap(gap, settings).min(certainty_of_margin(margin, settings));
    let mut fact = Fact::read(of.short(), Some(of), confidence);
    fact.alternatives = Level::ALL
        .into_iter()
        .filter(|l| *l != of)
        .filter_map(|l| ranked.iter().find(|(i, _)| forms[*i].0 == l).map(|(_, g)| Alternative { text: l.short().to_owned(), confidence: certainty_of_gap(*g, settings) }))
        .filter(|a| a.confidence > 0.05)
        .collect();
    fact.with_free(free)
}

/// The fact with the place where its writing stands.
pub fn placed<T>(fact: Fact<T>, paper: &Paper, writing: &Writing) -> Fact<T> {
    match writing.bounds() {
        Some(cell) => fact.at(paper.place(&cell)),
        None => fact,
    }
}

/// All symbols of the writing.
pub fn symbols(writing: &Writing) -> Vec<Symbol> {
    ctc::greedy(&writing.posteriors())
}

/// 0–1: the chance that a free reading is right in every character: the product of its characters' probabilities, punctuation left out.
pub fn certainty_of(symbols: &[Symbol]) -> f32 {
    let p: f32 = symbols.iter().filter(|s| !is_punctuation(s.ch)).map(|s| s.probability).product();
    p.clamp(0.0, 0.99)
}

/// 0–1: the chance that the writing is the text that lies `gap` nats under the free path. Half way at the middle of the doubtful band.
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

/// Is it blank for sure, or read?
pub fn is_written<T>(fact: &Fact<T>) -> bool {
    matches!(fact.state, State::Read | State::Illegible)
}

/// Letters and digits of a reading, upper case.
pub fn code_characters(s: &str) -> String {
    normalise(s).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A citizen number: read under its grammar, verified against the registered one.
pub fn number(paper: &Paper, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    code(paper, writing, want, settings)
}

/// Letters and digits only (certificate numbers, codes, phones): what looks like a digit is one where the expected value says so.
pub fn code(paper: &Paper, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    let fact = expected(paper, writing, want, settings);
    if fact.verified.as_ref().is_some_and(|v| v.outcome == CopyOutcome::Faithful) {
        return fact;
    }
    match &fact.text {
        Some(text) => {
            let code = code_characters(text);
            Fact { text: Some(code.clone()), value: Some(code).filter(|c| !c.is_empty()), ..fact }
        }
        None => fact,
    }
}
