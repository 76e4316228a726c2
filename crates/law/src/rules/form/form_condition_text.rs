//! `form-condition-text`
//!
//! ## What is wrong
//! The copied text differs from the chosen condition's original.
//!
//! ## Evidence
//! The forced alignment with the original, character for character, and the places where it differs.
//!
//! ## Cannot tell
//! Certain only if the cell was read surely; an alignment that cannot tell is `reading-doubtful`. The text of another
//! condition is `form-condition-other`.

use super::condition_copy::{Copied, chosen_copy, copied_cell, places};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "form-condition-text",
    worst: Severity::Reject,
    source: "G2 说明2",
    title_zh: "申报条件抄写有误",
    title_en: "the copied text differs from the condition's original",
    rests_on: &["application_form.condition", "registration.condition"],
    settings: &["reading.candidate_margin", "reading.illegible_gap"],
    clears_zh: "按所选条件原文一字不差地重新手抄",
    clears_en: "the condition copied again, character for character",
    file: include_str!("form_condition_text.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Copied condition".
pub fn judge(case: &Case<'_>) -> Outcome {
    let (condition, copy, copied) = match chosen_copy(case) {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let Copied::Differs { sure, by } = copied else {
        return Outcome::Holds;
    };
    let draft = copied_cell(case, &RULE, sure, &copy.fact).expected(&*condition.text);
    let at = by.map(|v| places(v, sure)).unwrap_or_default();
    let zh = match (at.is_empty(), sure) {
        (true, _) => told(sure, "申报表抄写的申报条件与原文不一致"),
        (false, true) => format!("申报表抄写的申报条件与原文不一致：{at}。"),
        (false, false) => format!("申报表的“申报条件”{at}，请对照截图确认。"),
    };
    let at = if at.is_empty() || !sure { "，".to_owned() } else { format!("：{at}。") };
    let asked = format!("申报表“申报条件”一栏与所选申报条件原文不一致{at}请完整手抄原文：“{}”", condition.text);
    Outcome::maybe(Some(draft.applicant(asked).says(
        zh,
        match (sure, by.map_or(0, |v| v.differences.len())) {
            (true, 0) => "The copied condition differs from the original.".to_owned(),
            (false, 0) => "The copied condition may differ from the original.".to_owned(),
            (true, 1) => "The copied condition differs from the original in one place.".to_owned(),
            (false, 1) => "The copied condition may differ from the original in one place.".to_owned(),
            (true, n) => format!("The copied condition differs from the original in {n} places."),
            (false, n) => format!("The copied condition may differ from the original in {n} places."),
        },
    )))
}
