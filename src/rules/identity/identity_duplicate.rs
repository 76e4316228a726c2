//! `identity-duplicate`
//!
//! ## What is wrong
//! One person stands in two submissions of the batch for the same plan.
//!
//! ## Evidence
//! The same identity number with the same plan, over the whole batch (`rules::shared`).
//!
//! ## Cannot tell
//! A submission without a number cannot be compared.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "identity-duplicate";

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.shared.identity.is_empty() {
        return Outcome::Holds;
    }
    let ids = case.shared.identity.join("、");
    Outcome::maybe(Some(case.flag(ID, Severity::Review).field("证件号码").observed(&*ids).says(
        format!("同一证件号码在同一认定计划中另有报名（{ids}），请确认保留哪一条。"),
        format!("The same person is in other submissions for the same plan: {ids}."),
    )))
}
