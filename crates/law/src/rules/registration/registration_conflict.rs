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

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::IntakeIssue;

const ID: &str = "registration-conflict";

pub fn judge(case: &Case<'_>) -> Outcome {
    let flags = case
        .submission
        .intake
        .iter()
        .filter_map(|issue| match issue {
            IntakeIssue::RegistrationConflict { column, table, json } => {
                Some(case.flag(ID, Severity::Review).field(column.as_str()).expected(table.as_str()).observed(json.as_str()).says(
                    format!("报名信息表与随材料导出的报名数据（submission.json）中的“{column}”不一致，请核对后更正。"),
                    format!("The table and submission.json differ in {column}."),
                ))
            }
            _ => None,
        })
        .collect();
    Outcome::of(flags)
}
