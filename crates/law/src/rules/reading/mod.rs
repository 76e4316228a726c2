//! Compares a reading with an expected text: same, different, or in doubt; used by every rule that compares.
//! Knows nothing of any particular document.

mod corroborated;
pub mod decision_conflict;
pub mod input_refused;
pub mod internal_error;
pub mod needed;
pub mod reading_doubtful;

use crate::vocabulary::fact::{CopyOutcome, Fact, State};
use crate::vocabulary::text::{is_middle_dot, normalise};

/// How a reading compares with an expected text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// It is that text.
    Same,
    /// It is surely another.
    Differs,
    /// It looks like another, and the reading is in doubt.
    MayDiffer,
    /// It looks the same, and the reading is in doubt.
    MaySame,
    /// Nothing was read: blank, illegible or not found.
    Unread,
}

/// Compares a reading with an expected text, after normalising, upper case, and `strip` taken off both.
///
/// A forced alignment against that very text decides first (`Faithful` is equal even if the free text is slightly off).
/// Otherwise a free reading that *is* the expected text counts as the same at any confidence: it was made without
/// knowing the text.
pub fn agreement(fact: &Fact<String>, expected: &str, threshold: f32) -> Agreement {
    agreement_by(fact, threshold, |text| same_text(text, expected), Some(expected))
}

/// As [`agreement`], with the comparison given.
pub fn agreement_by(
    fact: &Fact<String>,
    threshold: f32,
    same: impl Fn(&str) -> bool,
    aligned_with: Option<&str>,
) -> Agreement {
    if fact.state != State::Read {
        return Agreement::Unread;
    }
    let text_same = fact.value.as_deref().or(fact.text.as_deref()).map(&same);
    let verified = fact.verified.as_ref().filter(|v| aligned_with.is_some_and(|e| same_text(&v.expected, e)));
    match verified.map(|v| v.outcome) {
        Some(CopyOutcome::Faithful) => return Agreement::Same,
        Some(CopyOutcome::Differs) if fact.confidence >= threshold && text_same != Some(true) => {
            return Agreement::Differs;
        }
        Some(CopyOutcome::Differs) => return Agreement::MayDiffer,
        Some(CopyOutcome::CannotTell) | None => {}
    }
    let free_same = fact.free.as_deref().is_some_and(&same);
    match text_same {
        _ if free_same => Agreement::Same,
        Some(true) if fact.confidence >= threshold && verified.is_none() => Agreement::Same,
        Some(true) => Agreement::MaySame,
        // An alignment that cannot tell takes the certainty out of a differing free text.
        Some(false) if fact.confidence >= threshold && verified.is_none() => Agreement::Differs,
        Some(false) => Agreement::MayDiffer,
        None => Agreement::Unread,
    }
}

/// Equal after normalising (width, white space, marks) and upper-casing.
pub fn same_text(a: &str, b: &str) -> bool {
    a == b || fold(a) == fold(b)
}

/// The form in which names, numbers and codes are compared. The dot inside a name of another script is dropped, since
/// it is written in many ways (a full stop too, where no digit says that it is one).
pub fn fold(text: &str) -> String {
    let n = normalise(text);
    // Nearly every name and number: nothing to fold, nothing to copy.
    let folded = n
        .chars()
        .all(|c| (c.is_ascii() && !c.is_ascii_lowercase() && c != '.') || ('\u{4e00}'..='\u{9fff}').contains(&c));
    if folded {
        return n;
    }
    let numeric = n.bytes().any(|b| b.is_ascii_digit());
    let upper = n.to_uppercase();
    upper.chars().filter(|c| !is_middle_dot(*c) && (numeric || *c != '.')).collect()
}

/// Is the fact certain enough that no person has to look at it? A faithful alignment is, even if nothing was parsed.
pub fn is_settled<T>(fact: &Fact<T>, threshold: f32) -> bool {
    match fact.state {
        State::Read => match fact.verified.as_ref().map(|v| v.outcome) {
            Some(CopyOutcome::Faithful) => true,
            // The alignment could not tell: a sure free text does not outweigh that.
            Some(CopyOutcome::CannotTell) => false,
            Some(CopyOutcome::Differs) | None => fact.value.is_some() && fact.confidence >= threshold,
        },
        State::Empty | State::Illegible | State::NotFound => false,
    }
}

/// What a clerk is told of whatever may be misread; the one place of these words.
const MISREAD: &str = "可能系误读，请对照截图确认";

/// What is wrong, as the clerk is told; where the reading is not `sure`, that it may be misread: a digit misread is not
/// told as the applicant's mistake.
pub fn told(sure: bool, wrong: &str) -> String {
    if sure { format!("{wrong}。") } else { misread(wrong) }
}

/// What may be misread, as the clerk is told.
pub fn misread(what: &str) -> String {
    format!("{what}，{MISREAD}。")
}

/// A whole sentence that rests on a reading which may be another.
pub fn sentence_in_doubt(sentence: &str) -> String {
    if sentence.contains(MISREAD) { sentence.to_owned() } else { format!("{MISREAD}：{sentence}") }
}

/// Where a number that was read differs from the expected one, for a clerk who has both before his eyes: `第 17
/// 位为“3”（报名信息为“8”）`. `whose` names the expected one. Numbers that have little in common are just others.
pub fn apart(read: &str, expected: &str, whose: &str) -> String {
    const FEW: usize = 3;
    let (a, b): (Vec<char>, Vec<char>) = (fold(read).chars().collect(), fold(expected).chars().collect());
    if a.len() != b.len() {
        return format!("共 {} 位（{whose} {} 位）", a.len(), b.len());
    }
    let differing: Vec<usize> = (0..a.len()).filter(|i| a[*i] != b[*i]).collect();
    if differing.is_empty() || differing.len() > FEW {
        return "为另一号码".to_owned();
    }
    let each = differing.iter().map(|&i| format!("第 {} 位为“{}”（{whose}为“{}”）", i + 1, a[i], b[i]));
    each.collect::<Vec<_>>().join("、")
}
