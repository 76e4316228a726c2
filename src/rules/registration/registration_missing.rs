//! `registration-missing`
//!
//! ## What is wrong
//! A folder has no registration data: no row in the table and no `submission.json`.
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

const ID: &str = "registration-missing";

pub fn judge(case: &Case<'_>) -> Outcome {
    let flags = case
        .submission
        .intake
        .iter()
        .filter_map(|issue| match issue {
            IntakeIssue::RegistrationMissing => {
                Some(case.flag(ID, Severity::Review).says("未找到与这些材料对应的报名信息，无法核对，请补充报名信息。", "The folder has no registration data."))
            }
            _ => None,
        })
        .collect();
    Outcome::of(flags)
}
