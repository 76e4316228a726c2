//! Text: expected of the applicant, one of a closed list, or free.
//! Every value keeps its free reading beside it, so that a real difference is not smoothed away.

use super::certainty::{DOUBT, certainty_of, certainty_of_gap, certainty_of_margin, is_less_of, unless_dropped};
use super::without_posterior;
use super::writing::{empty, placed, symbols};
use crate::inspect::form_page::{FormPage, Writing};
use crate::ocr::Symbol;
use crate::ocr::ctc;
use crate::vocabulary::fact::{Alternative, CopyOutcome, Difference, Fact};
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
        let near =
            distance(&a, &b) * 5 <= b.len() || is_less_of(Some(&normalise(&read)), Some(&normalise(&list[best])));
        let certainty = certainty_of(&symbols(writing));
        Fact::read(read.clone(), Some(read), if near { certainty.min(DOUBT) } else { certainty })
    };
    fact.alternatives = alternatives;
    fact.with_free(free)
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
    use super::trimmed;

    #[test]
    fn print_is_trimmed_off() {
        for (text, want) in
            [("，北京恒信商贸有限公司（", "北京恒信商贸有限公司"), ("__", ""), ("北京（中国）", "北京（中国）")]
        {
            assert_eq!(trimmed(text), want);
        }
    }
}
