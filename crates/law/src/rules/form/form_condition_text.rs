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

use super::FORM;
use super::condition_copy::{Copied, chosen_copy};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::Difference;
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
    let Copied::Differs { sure, differences } = copied else {
        return Outcome::Holds;
    };
    let draft =
        case.flag(&RULE, Case::by_sureness(sure)).fact(FORM, "condition", &copy.fact).expected(&*condition.text);
    let draft = match copy.fact.free.as_deref() {
        Some(free) => draft.observed(free),
        None => draft,
    };
    let at = describe(differences);
    let doubt = if sure { "" } else { "可能" };
    Outcome::maybe(Some(draft.says(
        format!("申报表抄写的申报条件与原文{doubt}不一致{at}，请完整手抄所选申报条件原文：“{}”", condition.text),
        match (sure, differences.len()) {
            (true, 0) => "The copied condition differs from the original.".to_owned(),
            (false, 0) => "The copied condition may differ from the original.".to_owned(),
            (true, 1) => "The copied condition differs from the original in one place.".to_owned(),
            (false, 1) => "The copied condition may differ from the original in one place.".to_owned(),
            (true, n) => format!("The copied condition differs from the original in {n} places."),
            (false, n) => format!("The copied condition may differ from the original in {n} places."),
        },
    )))
}

/// （缺少“后”；“三”写成“二”）
fn describe(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return String::new();
    }
    let parts = differences.iter().map(|d| match d {
        Difference::Dropped { expected, .. } => format!("缺少“{expected}”"),
        Difference::Added { written, .. } => format!("多写“{written}”"),
        Difference::Changed { expected, written, .. } => format!("“{expected}”写成“{written}”"),
    });
    format!("（{}）", parts.collect::<Vec<_>>().join("；"))
}
