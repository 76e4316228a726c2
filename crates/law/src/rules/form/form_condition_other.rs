//! `form-condition-other`
//!
//! ## What is wrong
//! The copied text is that of another condition than the one chosen.
//!
//! ## Evidence
//! The forced alignment of the cell with every condition of the closed list: another one fits faithfully, or better
//! than the chosen one by `candidate_margin`.
//!
//! ## Cannot tell
//! Neither fits surely: `review`. An illegible cell is `reading-doubtful`, a blank one `form-incomplete`.

use super::FORM;
use super::condition_copy::{Copied, chosen_copy};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "form-condition-other",
    worst: Severity::Reject,
    source: "G2 说明2",
    title_zh: "抄写了其他申报条件",
    title_en: "the text of another condition than the one chosen",
    rests_on: &["application_form.condition", "registration.condition"],
    settings: &["reading.candidate_margin", "reading.illegible_gap"],
    clears_zh: "按所选条件原文重新手抄；若选错条件，更正报名信息",
    clears_en: "the chosen condition copied again, or the registered choice corrected",
    file: include_str!("form_condition_other.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let (condition, copy, copied) = match chosen_copy(case) {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let Copied::Other { text, sure } = copied else {
        return Outcome::Holds;
    };
    let doubt = if sure { "" } else { "可能" };
    Outcome::maybe(Some(
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(FORM, "condition", &copy.fact)
            .expected(&*condition.text)
            .observed(text)
            .says(
                format!(
                    "申报表抄写的申报条件{doubt}不是所选的第 {} 条，请完整手抄所选申报条件原文：“{}”",
                    condition.number, condition.text
                ),
                format!(
                    "The copied text {} that of another condition than the chosen number {}.",
                    if sure { "is" } else { "may be" },
                    condition.number
                ),
            ),
    ))
}
