//! From the writing in a blank to a `Fact`: blank or filled, verified against what is expected, read under the blank's own grammar.
//! Every value keeps its free reading beside it, so that a real difference is not smoothed away.

use super::without_posterior as free;
use crate::inspect::form_page::{FormPage, Writing};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::ocr::alphabet::Merge;
use crate::ocr::ctc::grammar::{Grammar, read_with};
use crate::ocr::ctc::{self, AlignOptions, Emissions};
use crate::ocr::{Posterior, Symbol};
use crate::vocabulary::fact::{Alternative, CopyOutcome, Difference, Fact, State, Verification};
use crate::vocabulary::level::Level;
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::{distance, is_punctuation, normalise};

/// Black pixels under which a cell of the table holds nothing (dust, the rest of a line); a lone 一 has about 60.
const EMPTY_INK: f32 = 22.0;

/// 0–1: the most that a reading between the bands may claim, whatever its symbols' own probabilities.
pub const DOUBT: f32 = 0.6;

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
pub fn expected(paper: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
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
    let read: String = trimmed(free).chars().filter(|c| !c.is_whitespace()).collect();
    if read.is_empty() {
        return Fact::illegible();
    }
    let Some(want) = want else {
        return Fact::read(read.clone(), Some(read), certainty_of(symbols));
    };
    let posts = writing.posteriors();
    let verification = unless_dropped(ctc::verify(&posts, want, settings));
    match verification.outcome {
        CopyOutcome::Faithful => Fact::read(want, Some(want.to_owned()), certainty_of_gap(verification.gap, settings)).with_verified(Some(verification)),
        CopyOutcome::Differs => {
            // one character that looks like another one: a writer's hand makes such pairs (敏 and 毓), so nobody is sure
            let one_changed = matches!(verification.differences.as_slice(), [Difference::Changed { .. }]);
            let certainty = certainty_of(symbols);
            Fact::read(read.clone(), Some(read), if one_changed { certainty.min(DOUBT) } else { certainty }).with_verified(Some(verification))
        }
        // between the bands: what it says is not sure, whatever the symbols' own probabilities
        CopyOutcome::CannotTell => {
            let doubt = certainty_of(symbols).min(DOUBT);
            Fact::read(read.clone(), Some(read), doubt).with_verified(Some(verification))
        }
    }
}

/// One of a closed list, if one fits; else the free reading.
pub fn listed(paper: &FormPage, writing: &Writing, list: &[String], settings: &ReadingSettings) -> Fact<String> {
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
    if read.chars().all(is_punctuation) {
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
        // a word far from all others is that word though a character was read badly: nothing is copied here letter by letter
        let alone = (settings.candidate_margin / margin.max(0.1)).clamp(0.5, 1.0);
        let confidence = certainty_of_gap(gap * alone, settings).min(certainty_of_margin(margin, settings));
        Fact::read(list[best].clone(), Some(list[best].clone()), confidence)
    } else {
        // a character lost at the cell's edge, or misread, makes no other word of the list's
        let (a, b): (Vec<char>, Vec<char>) = (normalise(&read).chars().collect(), normalise(&list[best]).chars().collect());
        let near = distance(&a, &b) * 5 <= b.len() || is_less_of(Some(&normalise(&read)), Some(&normalise(&list[best])));
        let certainty = certainty_of(&symbols(writing));
        Fact::read(read.clone(), Some(read), if near { certainty.min(DOUBT) } else { certainty })
    };
    fact.alternatives = alternatives;
    fact.with_free(free)
}

/// A level, in any of its written forms.
pub fn level(paper: &FormPage, writing: &Writing, settings: &ReadingSettings) -> Fact<Level> {
    if let Some(fact) = blank(writing) {
        return placed(fact, paper, writing).map(|_| None);
    }
    placed(level_read(paper, writing, settings), paper, writing)
}

/// The level as recognised, checked against the bars of its numeral: 一, 二 and 三 are taken for each other and for dashes.
pub fn level_read(paper: &FormPage, writing: &Writing, settings: &ReadingSettings) -> Fact<Level> {
    let fact = choose_level(writing, settings);
    let (Some(value), Some(at)) = (fact.value, numeral(writing)) else { return fact };
    let Some(bars) = super::bars::count(&paper.clean, &at) else { return fact };
    let Some(counted) = Level::from_number(bars.count) else { return fact };
    if counted == value {
        return Fact { confidence: fact.confidence.max(0.97), ..fact };
    }
    // bars that nobody would count otherwise are worth more than a reading of them; a second look has to agree before it is sure
    if value.number() <= 3 && bars.clear {
        let read = Alternative { text: value.short().to_owned(), confidence: fact.confidence };
        let alternatives = std::iter::once(read).chain(fact.alternatives.iter().filter(|a| a.text != counted.short()).cloned()).collect();
        return Fact { value: Some(counted), text: Some(counted.short().to_owned()), confidence: COUNTED_OVER, alternatives, ..fact };
    }
    // bars run together, and the first stroke of 级 may be taken for one: a count that differs from a sure reading is told, no more
    let mut alternatives = vec![Alternative { text: counted.short().to_owned(), confidence: COUNTED }];
    alternatives.extend(fact.alternatives.iter().filter(|a| a.text != counted.short()).cloned());
    Fact { alternatives, ..fact }
}

/// 0–1: how sure a count of bars is that the recogniser surely contradicts, and one that it contradicts in doubt.
const COUNTED: f32 = 0.3;
const COUNTED_OVER: f32 = 0.8;

/// The box of the first character of a level: up to half way to 级.
fn numeral(writing: &Writing) -> Option<Cell> {
    let line = writing.lines.first()?;
    let post = line.reading.posterior.as_ref()?;
    let symbols: Vec<&Symbol> = line.reading.symbols.iter().filter(|s| !s.ch.is_whitespace()).collect();
    let unit = symbols.iter().position(|s| s.ch == '级')?;
    let middle = |s: &Symbol| (s.start_step + s.end_step) as f32 / 2.0;
    let step = match unit {
        0 => middle(symbols[0]) - 2.5,
        n => (middle(symbols[n - 1]) + middle(symbols[n])) / 2.0,
    };
    let from = match unit {
        0 | 1 => 0.0,
        n => (middle(symbols[n - 2]) + middle(symbols[n - 1])) / 2.0,
    };
    let (x0, x1) = (line.at.x0 + from * post.step_px, line.at.x0 + step * post.step_px);
    Some(Cell { x0: x0.max(line.cut.x0), x1: x1.min(line.cut.x1), ..line.cut }).filter(|c| c.width() >= 8.0)
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
    // dashes may be the numeral one here, or else marks of the print beside the blank: whichever fits better
    let strokes = AlignOptions { merge: Merge::Confusables, ignore_punctuation: false };
    let marks = AlignOptions { merge: Merge::Shapes, ignore_punctuation: true };
    let rank = |o: AlignOptions| ctc::rank_on(&mut Emissions::new(&posts, o.into()), &texts, o);
    let (by_strokes, by_marks) = (rank(strokes), rank(marks));
    let least = |r: &[(usize, f32)]| r.first().map_or(f32::MAX, |f| f.1);
    let ranked = if least(&by_strokes) < least(&by_marks) { by_strokes } else { by_marks };
    let Some(&(best, gap)) = ranked.first() else { return Fact::illegible().with_free(free) };
    let of = forms[best].0;
    let margin = ranked.iter().find(|(i, _)| forms[*i].0 != of).map_or(f32::MAX, |r| r.1 - gap);
    let confidence = certainty_of_gap(gap, settings).min(certainty_among_levels(margin));
    let mut fact = Fact::read(of.short(), Some(of), confidence);
    fact.alternatives = Level::ALL
        .into_iter()
        .filter(|l| *l != of)
        .filter_map(|l| {
            ranked.iter().find(|(i, _)| forms[*i].0 == l).map(|(_, g)| Alternative { text: l.short().to_owned(), confidence: certainty_of_gap(*g, settings) })
        })
        .filter(|a| a.confidence > 0.05)
        .collect();
    fact.with_free(free)
}

/// The fact with the place where its writing stands.
pub fn placed<T>(fact: Fact<T>, paper: &FormPage, writing: &Writing) -> Fact<T> {
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
    let mut characters = symbols.iter().filter(|s| !is_punctuation(s.ch) && !s.ch.is_whitespace()).map(|s| s.probability).peekable();
    // marks alone say nothing, however clear they are
    if characters.peek().is_none() {
        return 0.0;
    }
    characters.product::<f32>().clamp(0.0, 0.99)
}

/// 0–1: the chance that a number read under its grammar is right. The beam's own share is too modest: of some fifty numbers
/// that it gave 0.5–0.9 one was wrong (27 clean rendered forms), and of 33 that its square root put at 0.70–0.90 two (60 more), so three quarters of its
/// doubt in logarithms are taken off.
pub fn certainty_of_number(share: f32) -> f32 {
    share.clamp(0.0, 1.0).powf(0.25).min(0.995)
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

/// Two readings of the same place, from two crops, as one. They are not independent (one writer, one picture), so the second one's word counts for
/// [`SECOND_WORD`]; where they contradict each other the surer one stays, as a doubt. Recognisers lose characters and hardly ever invent one:
/// a second reading that only has one more is believed.
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
    Fact { confidence: surer.confidence * (1.0 - SECOND_WORD * other.confidence), free: other.free.or(surer.free.clone()), ..surer }
}

/// Is the first text the second one without one of its characters?
fn is_less_of(first: Option<&str>, second: Option<&str>) -> bool {
    let (Some(first), Some(second)) = (first, second) else { return false };
    let (a, b): (Vec<char>, Vec<char>) = (first.chars().collect(), second.chars().collect());
    a.len() + 1 == b.len() && (0..b.len()).any(|gone| a[..gone] == b[..gone] && a[gone..] == b[gone + 1..])
}

/// 0–1: the most that is claimed for a reading with a character that the first look lost; starting value.
const FOUND_AGAIN: f32 = 0.93;

/// Is this a reading that a second look may settle?
pub fn is_doubtful<T>(fact: &Fact<T>, settings: &ReadingSettings) -> bool {
    fact.state == State::Read && fact.confidence < settings.working_threshold
}

/// 0–1: how much of a second reading's confidence counts, and the most that two that agree may claim; starting values.
const SECOND_WORD: f32 = 0.7;
const AGREED: f32 = 0.97;

/// 0–1: the chance that the best of the five levels is the right one when the next fits `margin` nats worse: a posterior's odds, a quarter of the nats taken off.
fn certainty_among_levels(margin: f32) -> f32 {
    (1.0 / (1.0 + (-0.75 * margin).exp())).min(0.995)
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
pub fn number(paper: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(paper, writing, want, Grammar::CitizenNumber, settings)
}

/// Letters and digits only (certificate numbers, verification codes).
pub fn code(paper: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(paper, writing, want, Grammar::Code { min: 4, max: 26 }, settings)
}

/// A mobile number.
pub fn mobile(paper: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    coded(paper, writing, want, Grammar::Mobile, settings)
}

/// Digits and letters under a grammar, `|` and `l` being a 1 and so on. Judged by the raw reading: the grammar may choose among
/// readings that are as likely, but must not repair a number that was written wrong (EVIDENCE).
fn coded(paper: &FormPage, writing: &Writing, want: Option<&str>, grammar: Grammar, settings: &ReadingSettings) -> Fact<String> {
    if let Some(fact) = blank(writing) {
        return placed(fact, paper, writing);
    }
    if free::is_free(writing) {
        return placed(free::text(writing), paper, writing);
    }
    let posts = writing.posteriors();
    let free = writing.text();
    let read = read_with(&posts, grammar);
    let raw = match (&read.raw, read.best()) {
        (Some(raw), Some(best)) if best.text == raw.text => best.clone(),
        (Some(raw), _) => raw.clone(),
        (None, _) if code_characters(&free).is_empty() => return placed(Fact::illegible().with_free(free), paper, writing),
        (None, _) => Alternative { text: code_characters(&free), confidence: certainty_of(&symbols(writing)) },
    };
    let boxes: Vec<Cell> = writing.lines.iter().map(|l| l.at).collect();
    let sure = if is_complete(paper, &boxes, &raw.text, grammar) { 1.0 } else { DOUBT };
    let as_read = |confidence: f32| Fact::read(raw.text.clone(), Some(raw.text.clone()), confidence.min(sure));
    let fact = match want.map(|w| verified(&posts, w, settings)) {
        None => as_read(raw.confidence),
        Some(v) => match v.outcome {
            CopyOutcome::Faithful => Fact::read(v.expected.clone(), Some(v.expected.clone()), certainty_of_gap(v.gap, settings)).with_verified(Some(v)),
            CopyOutcome::Differs => as_read(raw.confidence).with_verified(Some(v)),
            CopyOutcome::CannotTell => as_read(raw.confidence.min(DOUBT)).with_verified(Some(v)),
        },
    };
    let alternatives = read.alternatives.into_iter().filter(|a| Some(&a.text) != fact.text.as_ref()).take(3).collect();
    placed(Fact { alternatives, ..fact }.with_free(free), paper, writing)
}

/// Were all characters read that stand there? Recognisers lose a stroke at the edge of a crop or between two others. A number of another length than its grammar's
/// is the writer's own only if as many strokes stand there as characters were read; more strokes than characters are doubt in any case.
fn is_complete(paper: &FormPage, boxes: &[Cell], read: &str, grammar: Grammar) -> bool {
    let (characters, seen) = (read.chars().count(), groups(paper, boxes));
    let whole = match grammar {
        Grammar::CitizenNumber => matches!(characters, 15 | 18),
        Grammar::Mobile => characters == 11,
        _ => true,
    };
    if whole { seen <= characters } else { seen == characters }
}

/// Groups of strokes side by side in all boxes.
pub fn groups(paper: &FormPage, boxes: &[Cell]) -> usize {
    boxes.iter().map(|b| lines::groups(&paper.clean, b).len()).sum()
}

/// How many upright bars stand there, if there is nothing else. In a blank for a number they are ones, of which recognisers are never sure when nothing else stands beside them.
pub fn upright_bars(paper: &FormPage, boxes: &[Cell]) -> Option<usize> {
    let found: Vec<Cell> = boxes.iter().flat_map(|b| lines::groups(&paper.clean, b)).collect();
    found.iter().all(|bar| bar.height() >= BAR * bar.width()).then_some(found.len())
}

/// Height over width of the stockiest 1 without a foot: leaning, of a broad pen.
const BAR: f32 = 2.2;
/// 0–1: how sure a 1 is that a recogniser read and that is one upright bar.
pub const ONE_BAR: f32 = 0.97;

/// Verification of digits and letters: what looks like a 1 or a 0 may be one.
fn verified(posts: &[&Posterior], want: &str, settings: &ReadingSettings) -> Verification {
    let options = AlignOptions { merge: Merge::Confusables, ignore_punctuation: true };
    unless_dropped(ctc::verify_on(&mut Emissions::new(posts, options.into()), want, settings))
}

/// Recognisers lose characters (11 becomes 1, a cramped name its second character). Writing that differs from what is expected only by
/// characters that were not seen may be either: the writer's omission or the reader's, so nobody is sure.
fn unless_dropped(verification: Verification) -> Verification {
    let only_dropped = verification.outcome == CopyOutcome::Differs && verification.differences.iter().all(|d| matches!(d, Difference::Dropped { .. }));
    if only_dropped { Verification { outcome: CopyOutcome::CannotTell, ..verification } } else { verification }
}

/// The text without marks at its ends that belong to the print (brackets, commas, underlines).
pub fn trimmed(text: &str) -> String {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '_' | '＿' | '|' | '丨') || (is_punctuation(c) && !matches!(c, '(' | ')' | '（' | '）'));
    let mut t = text.trim_matches(is_edge);
    // a bracket that opens nothing or closes nothing is print, too
    loop {
        let before = t;
        if !t.contains(['(', '（']) {
            t = t.trim_start_matches([')', '）']).trim_end_matches([')', '）']);
        }
        if !t.contains([')', '）']) {
            t = t.trim_end_matches(['(', '（']).trim_start_matches(['(', '（']);
        }
        t = t.trim_start_matches([')', '）']).trim_end_matches(['(', '（']).trim_matches(is_edge);
        if t == before {
            return t.to_owned();
        }
    }
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
            // the second look lost it
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
            // agreed: surer than each, never past what two looks at one picture can say
            (read(Some(10), 0.85), read(Some(10), 0.85), Some(10), 0.90, AGREED),
            (read(Some(10), 0.5), read(Some(10), 0.5), Some(10), 0.5, 0.89),
            // contradicting: the surer one, as a doubt
            (read(Some(1), 0.5), read(Some(10), 0.99), Some(10), 0.5, 0.89),
            (read(Some(1), 0.8), read(Some(10), 0.7), Some(1), 0.2, 0.7),
            // the second look saw nothing
            (read(Some(1), 0.8), Fact::illegible(), Some(1), 0.8, 0.8),
        ] {
            let fact = of_two(first, second);
            assert_eq!(fact.value, value);
            assert!((at_least..=at_most).contains(&fact.confidence), "{}", fact.confidence);
        }
    }
}
