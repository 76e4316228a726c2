//! `registration-orphan`
//!
//! ## What is wrong
//! A row of the registration table has no folder.
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

const ID: &str = "registration-orphan";

pub fn judge(case: &Case<'_>) -> Outcome {
    let flags = case
        .submission
        .intake
        .iter()
        .filter_map(|issue| match issue {
            IntakeIssue::RegistrationOrphan => Some(case.flag(ID, Severity::Review).says("报名信息中有此报名，但未收到材料，请上传材料。", "The row has no folder.")),
            _ => None,
        })
        .collect();
    Outcome::of(flags)
}
