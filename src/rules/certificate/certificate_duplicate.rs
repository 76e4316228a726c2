//! `certificate-duplicate`
//!
//! ## What is wrong
//! One certificate number stands in two persons' submissions.
//!
//! ## Evidence
//! Equal numbers over the whole batch (`rules::shared`), of different identity numbers.
//!
//! ## Cannot tell
//! A submission without a certificate number cannot be compared.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "certificate-duplicate";

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.shared.certificate.is_empty() {
        return Outcome::Holds;
    }
    let ids = case.shared.certificate.join("、");
    Outcome::maybe(Some(case.flag(ID, Severity::Review).field("上一级证书编号").observed(&*ids).says(
        format!("上一级证书编号与其他人的报名（{ids}）相同，请核对证书编号。"),
        format!("The certificate number stands in other persons' submissions too: {ids}."),
    )))
}
