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

use super::condition_copy::{Copied, chosen_copy, copied_cell};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
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
    let copied = case
        .governing
        .iter()
        .flat_map(|g| &g.occupation.conditions)
        .find(|c| c.text == text)
        .map_or_else(|| "另一申报条件".to_owned(), |c| format!("{}第 {} 条", c.level, c.number));
    let draft = copied_cell(case, &RULE, sure, &copy.fact).expected(&*condition.text);
    Outcome::maybe(Some(
        draft
            .applicant(format!(
                "申报表抄写的申报条件不是所选的第 {} 条，请完整手抄所选申报条件原文：“{}”",
                condition.number, condition.text
            ))
            .says(
                told(sure, &format!("申报表抄写的是{copied}，所选申报条件为第 {} 条", condition.number)),
                format!(
                    "The copied text {} that of another condition than the chosen number {}.",
                    if sure { "is" } else { "may be" },
                    condition.number
                ),
            ),
    ))
}
