//! Reads a field from a free reading alone, for engines that give no posterior: as text, or as the nearest entry of a
//! closed list.
//! Nothing here is ever sure, since without a posterior no text can be verified: every confidence stays under
//! [`CEILING`], so that a person looks.

use crate::inspect::form_page::Writing;
use crate::vocabulary::documents::ConditionCopy;
use crate::vocabulary::fact::{Alternative, CopyOutcome, Fact, Verification};
use crate::vocabulary::level::Level;
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::{distance, normalise};

/// 0–1: an engine's own confidence counts at most this much: tesseract's says little about whether handwriting was read
/// right (docs/second-reading.md).
pub const CEILING: f32 = 0.6;
/// Part of a word's characters that may be read differently for it to be that word still.
const NEAR: f32 = 0.34;
/// The same of a whole condition: its many characters leave more that tell it from the others.
const NEAR_SENTENCE: f32 = 0.5;

/// Is there writing without any posterior?
pub fn is_free(writing: &Writing) -> bool {
    !writing.lines.is_empty() && writing.posteriors().is_empty()
}

/// 0–1, at most [`CEILING`]: the least sure line's own confidence.
pub fn confidence(writing: &Writing) -> f32 {
    writing.lines.iter().map(|l| l.reading.confidence).fold(CEILING, f32::min)
}

/// The reading as it stands.
pub fn text(writing: &Writing) -> Fact<String> {
    let read = compact(&writing.text());
    if read.is_empty() {
        return Fact::illegible().with_free(writing.text());
    }
    Fact::read(read.clone(), Some(read), confidence(writing)).with_free(writing.text())
}

/// The word of the list that the reading is nearest to, if it is near at all; else the reading.
pub fn listed(writing: &Writing, list: &[String]) -> Fact<String> {
    let fact = text(writing);
    let Some(read) = fact.text.clone() else { return fact };
    let ranked = ranked(&read, list);
    let Some(&(best, off)) = ranked.first().filter(|r| r.1 <= NEAR) else { return fact };
    // if two words are equally near, neither was read
    let tie = ranked.get(1).is_some_and(|next| next.1 <= off);
    let word = list[best].clone();
    Fact {
        value: Some(word.clone()),
        text: Some(word),
        confidence: if tie { 0.0 } else { fact.confidence * (1.0 - off) },
        alternatives: ranked
            .iter()
            .take(3)
            .map(|(i, off)| Alternative { text: list[*i].clone(), confidence: fact.confidence * (1.0 - off) })
            .collect(),
        ..fact
    }
}

/// The level that is written there in one of `forms`, character for character; a single character decides between two
/// levels, so near is not enough.
pub fn level(writing: &Writing, forms: &[(Level, String)]) -> Fact<Level> {
    let fact = text(writing);
    let read = normalise(fact.text.as_deref().unwrap_or_default());
    match forms.iter().find(|(_, form)| normalise(form) == read) {
        Some(&(level, _)) => fact.map(|_| Some(level)),
        None => Fact { free: fact.free, ..Fact::illegible() },
    }
}

/// The condition that the reading is nearest to. Whether the copy is faithful cannot be told.
pub fn condition(
    writing: &Writing,
    list: &[String],
    chosen: Option<&str>,
    settings: &ReadingSettings,
) -> ConditionCopy {
    let fact = text(writing);
    let read = fact.text.clone().unwrap_or_default();
    let nearest = ranked(&read, list).first().copied().filter(|r| r.1 <= NEAR_SENTENCE && !read.is_empty());
    let Some((best, off)) = nearest else {
        return ConditionCopy {
            fact: Fact { free: fact.free, text: fact.text, ..Fact::illegible() },
            candidates: Vec::new(),
        };
    };
    let word = list[best].clone();
    // no alignment was made: the gap is the one from which on nothing is told
    let verified = Verification {
        expected: chosen.unwrap_or(&word).to_owned(),
        outcome: CopyOutcome::CannotTell,
        gap: settings.illegible_gap,
        differences: Vec::new(),
        rivals: Vec::new(),
    };
    let fact = Fact { value: Some(word.clone()), text: Some(word), confidence: fact.confidence * (1.0 - off), ..fact };
    ConditionCopy { fact: fact.with_verified(Some(verified)), candidates: Vec::new() }
}

/// Index and distance (0–1, of the longer text's characters), nearest first, of equals the first in the list.
fn ranked(read: &str, list: &[String]) -> Vec<(usize, f32)> {
    let read: Vec<char> = normalise(read).chars().collect();
    let off = |word: &String| {
        let word: Vec<char> = normalise(word).chars().collect();
        distance(&read, &word) as f32 / read.len().max(word.len()).max(1) as f32
    };
    let mut out: Vec<(usize, f32)> = list.iter().map(off).enumerate().collect();
    out.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    out
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::form_page::Line;
    use crate::inspect::page::cells::Cell;
    use crate::ocr::LineReading;
    use crate::vocabulary::fact::State;
    use crate::vocabulary::settings::Settings;

    fn writing(text: &str, confidence: f32) -> Writing {
        let reading = LineReading { text: text.to_owned(), confidence, posterior: None, symbols: Vec::new() };
        let at = Cell { x0: 0.0, y0: 0.0, x1: 100.0, y1: 40.0 };
        Writing { lines: vec![Line { at, cut: at, reading }], ink: 500.0, ..Writing::default() }
    }

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|w| (*w).to_owned()).collect()
    }

    #[test]
    fn a_free_reading_is_never_sure() {
        for (read, confidence, state) in [("王 小明", 0.99, State::Read), ("", 0.9, State::Illegible)] {
            let fact = text(&writing(read, confidence));
            assert_eq!(fact.state, state, "{read}");
            assert!(fact.confidence <= CEILING);
        }
    }

    #[test]
    fn the_nearest_word_is_taken_only_if_it_is_near() {
        let words = list(&["供应链管理师", "互联网营销师", "电子商务师"]);
        for (read, want) in [("供应琏管理师", "供应链管理师"), ("电子商务师", "电子商务师"), ("厨师", "厨师")]
        {
            let fact = listed(&writing(read, 0.95), &words);
            assert_eq!(fact.value.as_deref(), Some(want), "{read}");
            assert!(fact.confidence <= CEILING);
        }
        assert_eq!(listed(&writing("乙级师", 0.9), &list(&["甲级师", "丙级师"])).confidence, 0.0);
    }

    #[test]
    fn a_level_is_read_exactly_or_not_at_all() {
        let forms = [(Level::Two, "二级".to_owned()), (Level::Three, "三级".to_owned())];
        assert_eq!(level(&writing("二 级", 0.9), &forms).value, Some(Level::Two));
        assert_eq!(level(&writing("工级", 0.9), &forms).state, State::Illegible);
    }

    #[test]
    fn a_copied_condition_cannot_be_told() {
        let settings = toml::from_str::<Settings>(include_str!("../../../rules/settings.toml")).unwrap().reading;
        let (a, b) = ("取得本职业三级职业资格证书后累计从事本职业工作满三年", "累计从事本职业工作满五年");
        let copy = condition(&writing(b, 0.95), &list(&[a, b]), Some(b), &settings);
        assert_eq!(copy.fact.value.as_deref(), Some(b));
        assert_eq!(copy.fact.verified.unwrap().outcome, CopyOutcome::CannotTell);
        assert!(copy.fact.confidence <= CEILING && copy.candidates.is_empty());
        assert_eq!(condition(&writing("天气很好", 0.95), &list(&[a, b]), None, &settings).fact.state, State::Illegible);
    }
}
