//! Text: expected of the applicant, one of a closed list, or free.
//! Every value keeps its free reading beside it, so that a real difference is not smoothed away.

use super::certainty::{
    DOUBT, certainty_of, certainty_of_gap, certainty_of_margin, is_less_of, of_two, unless_dropped,
};
use super::without_posterior;
use super::writing::{empty, placed, symbols};
use crate::inspect::context::DocumentContext;
use crate::inspect::form_page::{FormPage, Writing};
use crate::inspect::page::cells::Cell;
use crate::ocr::ctc;
use crate::ocr::{OcrError, Symbol};
use crate::vocabulary::fact::{Alternative, CopyOutcome, Difference, Fact, State};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::{distance, is_punctuation, normalise};

/// A text for which one value is expected (a name, a number that the registration gives).
pub fn expected(page: &FormPage, writing: &Writing, want: Option<&str>, settings: &ReadingSettings) -> Fact<String> {
    if let Some(fact) = empty(writing) {
        return placed(fact, page, writing);
    }
    if without_posterior::is_free(writing) {
        return placed(without_posterior::text(writing), page, writing);
    }
    let free = writing.text();
    let symbols = symbols(writing);
    let fact = verified_or_free(writing, &free, &symbols, want, settings);
    placed(fact.with_free(free), page, writing)
}

fn verified_or_free(
    writing: &Writing,
    free: &str,
    symbols: &[Symbol],
    want: Option<&str>,
    settings: &ReadingSettings,
) -> Fact<String> {
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
        CopyOutcome::Faithful => Fact::read(want, Some(want.to_owned()), certainty_of_gap(verification.gap, settings))
            .with_verified(Some(verification)),
        CopyOutcome::Differs => {
            // one character that looks like another one: handwriting makes such pairs (敏 and 毓), so it is a doubt
            let one_changed = matches!(verification.differences.as_slice(), [Difference::Changed { .. }]);
            let certainty = certainty_of(symbols);
            Fact::read(read.clone(), Some(read), if one_changed { certainty.min(DOUBT) } else { certainty })
                .with_verified(Some(verification))
        }
        // neither faithful nor different: a doubt, whatever the symbols' own probabilities
        CopyOutcome::CannotTell => {
            let doubt = certainty_of(symbols).min(DOUBT);
            Fact::read(read.clone(), Some(read), doubt).with_verified(Some(verification))
        }
    }
}

/// One of a closed list, if one fits; else the free reading.
pub fn listed(page: &FormPage, writing: &Writing, list: &[String], settings: &ReadingSettings) -> Fact<String> {
    if let Some(fact) = empty(writing) {
        return placed(fact, page, writing);
    }
    placed(choose(writing, list, settings), page, writing)
}

/// The best of the candidates by alignment: sure if it fits and the next one does not.
pub fn choose(writing: &Writing, list: &[String], settings: &ReadingSettings) -> Fact<String> {
    if without_posterior::is_free(writing) {
        return without_posterior::listed(writing, list);
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
    let alternatives = ranked
        .iter()
        .take(3)
        .map(|(i, g)| Alternative { text: list[*i].clone(), confidence: certainty_of_gap(*g, settings) })
        .collect();
    // a word of the list that fits clearly worse than the free reading is another word
    let mut fact = if gap <= settings.differs_gap {
        // a word far from all others is that word though a character was read badly: nothing is copied here letter by
        // letter
        let alone = (settings.candidate_margin / margin.max(0.1)).clamp(0.5, 1.0);
        let confidence = certainty_of_gap(gap * alone, settings).min(certainty_of_margin(margin, settings));
        Fact::read(list[best].clone(), Some(list[best].clone()), confidence)
    } else {
        // a character lost at the cell's edge, or misread, makes no other word of the list's
        let (a, b): (Vec<char>, Vec<char>) =
            (normalise(&read).chars().collect(), normalise(&list[best]).chars().collect());
        // what is left of a word where something lies over it is no word of one character
        let near = a.len() == 1
            || distance(&a, &b) * 5 <= b.len()
            || is_less_of(Some(&normalise(&read)), Some(&normalise(&list[best])));
        let certainty = certainty_of(&symbols(writing));
        Fact::read(read.clone(), Some(read), if near { certainty.min(DOUBT) } else { certainty })
    };
    fact.alternatives = alternatives;
    fact.with_free(free)
}

/// A short word that was read freely, held against the words that are usual there. A crop of a few characters gives the
/// recogniser little to go by: in a sentence it reads 商级技工工 where it reads 高级技工 by itself. What any free reading says
/// is taken if it is a known word and the writing fits no other one; a word that no reading says stays a doubt, and so
/// does one that is not known.
///
/// # Errors
/// The engine failed.
pub fn known_word(
    page: &FormPage,
    fact: Fact<String>,
    words: &[String],
    cx: &DocumentContext,
) -> Result<Fact<String>, OcrError> {
    let known = |text: &str| words.iter().any(|w| normalise(w) == normalise(text));
    let place = fact.place.as_ref().and_then(|p| p.region).filter(|_| fact.state == State::Read);
    let settled = fact.confidence >= cx.settings.working_threshold && fact.text.as_deref().is_some_and(known);
    let Some(region) = place.filter(|_| !settled && !words.is_empty()) else { return Ok(fact) };
    let [x, y, w, h] = page.rectified.unregion(&region);
    let at = Cell { x0: x, y0: y, x1: x + w, y1: y + h };
    let writing = page.read_framed(cx.recognisers.accurate(), &[at])?;
    if writing.posteriors().is_empty() {
        return Ok(fact);
    }
    let again = trimmed(&writing.text());
    let again = Fact::read(again.clone(), Some(again), certainty_of(&symbols(&writing)));
    Ok(word_of(fact, again, choose(&writing, words, cx.settings), words, cx.settings.working_threshold))
}

/// One fact of the reading in the sentence, the free one of the crop by itself and the word that fits the crop best.
fn word_of(first: Fact<String>, again: Fact<String>, fits: Fact<String>, words: &[String], sure: f32) -> Fact<String> {
    let same = |a: Option<&str>, b: Option<&str>| a.is_some() && a.map(normalise) == b.map(normalise);
    let word = fits.text.as_deref().filter(|t| words.iter().any(|w| normalise(w) == normalise(t)));
    let Some(word) = word.map(str::to_owned) else { return first };
    let said = [first.text.as_deref(), first.free.as_deref(), again.text.as_deref()];
    let said = said.into_iter().any(|t| same(t.map(trimmed).as_deref(), Some(&word)));
    let reading = if same(again.text.as_deref(), Some(&word)) { again } else { first.clone() };
    let read = Fact::read(word.clone(), Some(word), if said { reading.confidence } else { 0.0 });
    let fact = of_two(fits, read);
    let confidence = if said { fact.confidence } else { fact.confidence.min(sure - f32::EPSILON) };
    Fact { confidence, place: first.place, free: first.free, second: first.second, ..fact }
}

/// The text without marks at its ends that belong to the print (brackets, commas, underlines).
pub fn trimmed(text: &str) -> String {
    let is_edge = |c: char| {
        c.is_whitespace()
            || matches!(c, '_' | '＿' | '|' | '丨')
            || (is_punctuation(c) && !matches!(c, '(' | ')' | '（' | '）'))
    };
    let mut t = text.trim_matches(is_edge);
    // a bracket without its counterpart is print, too
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
    use super::{trimmed, word_of};
    use crate::vocabulary::fact::Fact;

    #[test]
    fn a_known_word_that_a_reading_says_wins() {
        let words: Vec<String> = ["高级技工", "中级技工", "预备技师班", "预备技师班在读"].map(str::to_owned).to_vec();
        let read = |text: &str, p: f32| Fact::read(text, Some(text.to_owned()), p);
        for (first, again, fits, want, sure) in [
            (("商级技工工", 0.5), ("高级技工", 0.9), ("高级技工", 0.99), "高级技工", true),
            (("高级技工", 0.6), ("商级技工工", 0.5), ("高级技工", 0.97), "高级技工", true),
            (("预备技师班在读", 0.65), ("预备技师班在读", 0.89), ("预备技师班在读", 0.99), "预备技师班在读", true),
            // no reading says it
            (("商级技工工", 0.9), ("商级枝工", 0.9), ("高级技工", 0.97), "高级技工", false),
            // two words fit nearly as well
            (("中级技工", 0.5), ("中级技工", 0.4), ("中级技工", 0.5), "中级技工", false),
            // none of the words fits
            (("高职毕业生", 0.7), ("高职毕业生", 0.9), ("高职毕业生", 0.9), "高职毕业生", false),
        ] {
            let fact = word_of(read(first.0, first.1), read(again.0, again.1), read(fits.0, fits.1), &words, 0.9);
            assert_eq!((fact.text.as_deref(), fact.confidence >= 0.9), (Some(want), sure), "{}", first.0);
        }
    }

    #[test]
    fn print_is_trimmed_off() {
        for (text, want) in
            [("，北京恒信商贸有限公司（", "北京恒信商贸有限公司"), ("__", ""), ("北京（中国）", "北京（中国）")]
        {
            assert_eq!(trimmed(text), want);
        }
    }
}
