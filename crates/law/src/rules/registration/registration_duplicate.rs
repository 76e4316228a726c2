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

use super::of_intake;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::{Severity, Shows};
use crate::vocabulary::submission::IntakeIssue;

pub const RULE: Rule = Rule {
    id: "registration-duplicate",
    worst: Severity::Review,
    source: "—",
    title_zh: "报名编号重复",
    title_en: "two rows or two folders for one id",
    rests_on: &["intake"],
    clears_zh: "核对后只保留一条",
    clears_en: "one of them kept",
    of_orphan: true,
    shows: Shows::Submissions,
    file: include_str!("registration_duplicate.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_intake(case, |issue| match issue {
        IntakeIssue::RegistrationDuplicate { detail } => {
            Some(case.flag(&RULE, Severity::Review).observed(detail.as_str()).says(
                format!("同一报名编号出现多条记录（{detail}），请核对后保留一条。"),
                format!("Two rows or folders for one id: {detail}."),
            ))
        }
        _ => None,
    })
}
