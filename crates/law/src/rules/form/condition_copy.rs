//! Which condition the applicant copied, and whether the copy is faithful; shared by both rules on the copy.
//! Compares alignments and texts; raises no flag itself.

use super::{FORM, no_form};
use crate::rules::case::Case;
use crate::rules::draft::Draft;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::ConditionCopy;
use crate::vocabulary::fact::{CopyOutcome, Difference, Fact, State, Verification};
use crate::vocabulary::pack::Condition;
use crate::vocabulary::text::verbatim;
use crate::vocabulary::why;
use std::cell::OnceCell;

/// What the cell contains.
#[derive(Debug, Clone, PartialEq)]
pub enum Copied<'a> {
    /// The chosen condition's text, character for character.
    Faithful,
    /// The text of another condition.
    Other { text: &'a str, sure: bool },
    /// The chosen condition's text with differences.
    Differs { sure: bool, by: Option<&'a Verification> },
    /// Empty, unread, or undecidable: other rules report it.
    Untold,
}

/// The chosen condition, the cell with its copy, and how they compare; `Err` with the outcome if one of the two is not
/// there.
pub fn chosen_copy<'a>(case: &Case<'a>) -> Result<(&'a Condition, &'a ConditionCopy, Copied<'a>), Outcome> {
    if let Some(outcome) = no_form(case) {
        return Err(outcome);
    }
    let condition = case.condition.ok_or(Outcome::NotEvaluated(why::NO_CONDITION))?;
    let copy = case.form().and_then(|f| f.condition.as_ref()).ok_or(Outcome::NotEvaluated(why::COPY_UNREAD))?;
    Ok((condition, copy, copied(case, copy, &condition.text)))
}

/// Begins a flag on the cell, which shows what was read there, not what it was compared with. Of a copy in doubt the
/// reading's confidence says nothing.
pub fn copied_cell(case: &Case<'_>, rule: &Rule, sure: bool, fact: &Fact<String>) -> Draft {
    let draft = case.flag(rule, Case::by_sureness(sure)).fact(FORM, "condition", fact);
    let draft = if sure { draft } else { draft.without_confidence() };
    match fact.free.as_deref().filter(|_| fact.corrected.is_none()) {
        Some(free) => draft.observed(free),
        None => draft,
    }
}

/// Compares the copy with the chosen condition's `text` (docs/domain.md, "Copied condition").
fn copied<'a>(case: &Case<'_>, copy: &'a ConditionCopy, text: &str) -> Copied<'a> {
    if copy.fact.state != State::Read {
        return Copied::Untold;
    }
    let chosen_text = OnceCell::new();
    if copy.fact.corrected.is_some() {
        return as_told(copy, text);
    }
    let same = |t: &str| t == text || verbatim(t) == *chosen_text.get_or_init(|| verbatim(text));
    let verified = copy.fact.verified.as_ref().filter(|v| same(&v.expected));
    let chosen = copy.candidates.iter().find(|c| same(&c.text));
    let outcome = verified.map(|v| v.outcome).or(chosen.map(|c| c.outcome));
    if outcome == Some(CopyOutcome::Faithful) {
        return Copied::Faithful;
    }
    let sure = copy.fact.confidence >= case.threshold();
    if let Some(other) = other(case, copy, &same, chosen.map(|c| c.gap).or(verified.map(|v| v.gap))) {
        let faithful = other.outcome == CopyOutcome::Faithful;
        return Copied::Other {
            text: &other.text,
            sure: faithful
                || (sure && outcome == Some(CopyOutcome::Differs) && other.outcome != CopyOutcome::CannotTell),
        };
    }
    match outcome {
        Some(CopyOutcome::Differs) => Copied::Differs { sure, by: verified },
        Some(CopyOutcome::CannotTell | CopyOutcome::Faithful) => Copied::Untold,
        // The text was not aligned with this one. If it was with others (a pack that the reader did not know), the
        // confidence is theirs.
        None if !copy.candidates.is_empty() && !copy.fact.free.as_deref().is_some_and(same) => {
            Copied::Differs { sure: false, by: None }
        }
        // No alignment was made: the free reading is all there is.
        None => match copy.fact.free.as_deref().or(copy.fact.text.as_deref()) {
            Some(free) if same(free) => Copied::Faithful,
            Some(_) => Copied::Differs { sure, by: None },
            None => Copied::Untold,
        },
    }
}

/// Compares what a person says that the copy says.
fn as_told<'a>(copy: &'a ConditionCopy, text: &str) -> Copied<'a> {
    let Some(told) = copy.fact.text.as_deref().map(verbatim) else { return Copied::Untold };
    if told == verbatim(text) {
        return Copied::Faithful;
    }
    if let Some(other) = copy.candidates.iter().find(|c| verbatim(&c.text) == told) {
        return Copied::Other { text: &other.text, sure: true };
    }
    let compared = copy.fact.verified.as_ref().filter(|v| verbatim(&v.expected) == verbatim(text));
    Copied::Differs { sure: true, by: compared }
}

/// Another condition's text that fits clearly better than the chosen one's.
fn other<'a>(
    case: &Case<'_>,
    copy: &'a ConditionCopy,
    same: &impl Fn(&str) -> bool,
    chosen_gap: Option<f32>,
) -> Option<&'a crate::vocabulary::documents::ConditionCandidate> {
    let reading = &case.settings.reading;
    let best = copy.candidates.first().filter(|c| !same(&c.text) && c.gap <= reading.illegible_gap)?;
    chosen_gap.is_none_or(|gap| best.gap + reading.candidate_margin <= gap).then_some(best)
}

/// The characters in question, counted as a reader counts: `第 31 字缺“后”`; in doubt `第 31 字疑缺“后”`. Empty where
/// none is known.
pub fn places(v: &Verification, sure: bool) -> String {
    const SHOWN: usize = 5;
    let doubt = if sure { "" } else { "疑" };
    let at = |position: usize, text: &str| match text.chars().count() {
        0 | 1 => format!("第 {} 字", position + 1),
        n => format!("第 {}—{} 字", position + 1, position + n),
    };
    let mut all: Vec<(usize, String)> = v
        .differences
        .iter()
        .map(|d| {
            let told = match d {
                Difference::Dropped { position, expected } => {
                    format!("{}{doubt}缺“{expected}”", at(*position, expected))
                }
                Difference::Added { position, written } => {
                    format!("第 {} 字前{doubt}多写“{written}”", position + 1)
                }
                Difference::Changed { position, expected, written } => {
                    format!("{}{doubt}写成“{written}”（应为“{expected}”）", at(*position, expected))
                }
            };
            (d.position(), told)
        })
        .collect();
    for r in v.rivals.iter().filter(|_| !sure) {
        if !all.iter().any(|(position, _)| *position == r.position) {
            all.push((r.position, format!("第 {} 字疑写成“{}”（应为“{}”）", r.position + 1, r.rival, r.expected)));
        }
    }
    all.sort_by_key(|(position, _)| *position);
    let more = if all.len() > SHOWN { format!("等 {} 处", all.len()) } else { String::new() };
    let shown: Vec<String> = all.into_iter().take(SHOWN).map(|(_, told)| told).collect();
    format!("{}{more}", shown.join("；"))
}
