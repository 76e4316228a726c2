//! `registration-conflict`
//!
//! ## What is wrong
//! The table and `submission.json` contradict each other.
//!
//! ## Evidence
//! What the walk over the batch found.
//!
//! ## Cannot tell
//! Never: it is how the batch came in.

use super::of_intake;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::IntakeIssue;

pub const RULE: Rule = Rule {
    id: "registration-conflict",
    worst: Severity::Review,
    source: "—",
    title_zh: "报名信息互相矛盾",
    title_en: "table and `submission.json` contradict each other",
    rests_on: &["intake"],
    clears_zh: "核对后使两处一致",
    clears_en: "both made equal",
    file: include_str!("registration_conflict.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_intake(case, |issue| match issue {
        IntakeIssue::RegistrationConflict { column, table, json } => Some(
            case.flag(&RULE, Severity::Review)
                .field(column.as_str())
                .expected(table.as_str())
                .observed(json.as_str())
                .says(
                    format!("报名信息与报名系统导出数据中的“{column}”不一致，请核对。"),
                    format!("The table and submission.json differ in {column}."),
                ),
        ),
        _ => None,
    })
}
