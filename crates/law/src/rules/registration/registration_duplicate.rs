//! `registration-duplicate`
//!
//! ## What is wrong
//! Two rows or two folders bear one id.
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

const ID: &str = "registration-duplicate";

pub fn judge(case: &Case<'_>) -> Outcome {
    let flags = case
        .submission
        .intake
        .iter()
        .filter_map(|issue| match issue {
            IntakeIssue::RegistrationDuplicate { detail } => Some(
                case.flag(ID, Severity::Review)
                    .observed(detail.as_str())
                    .says(format!("同一报名编号出现多条记录（{detail}），请核对后保留一条。"), format!("Two rows or folders for one id: {detail}.")),
            ),
            _ => None,
        })
        .collect();
    Outcome::of(flags)
}
