//! `certificate-duplicate`
//!
//! ## What is wrong
//! One certificate number stands in two persons' submissions, of the batch or of earlier runs.
//!
//! ## Evidence
//! Equal numbers over the whole batch (`rules::shared`) and the archive (`rules::Archive`), of different identity numbers.
//!
//! ## Cannot tell
//! A submission without a certificate number cannot be compared.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::rules::past;
use crate::vocabulary::finding::Severity;

const ID: &str = "certificate-duplicate";

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags = Vec::new();
    let others = &case.shared.certificate;
    if !others.is_empty() {
        let ids = past::observed(others, "、", String::clone);
        flags.push(case.flag(ID, Severity::Review).field("上一级证书编号").observed(&*ids).says(
            format!("上一级别证书编号与其他人的报名（{}）相同，请核对证书编号，并上传本人的上一级别证书。", past::listed(others, String::clone)),
            format!("The certificate number stands in other persons' submissions too: {ids}."),
        ));
    }
    let earlier = &case.shared.earlier.certificate;
    if !earlier.is_empty() {
        let (names, ids) = (past::names(earlier), past::ids(earlier));
        flags.push(case.flag(ID, Severity::Review).field("上一级证书编号").observed(&*ids).says(
            format!("上一级别证书编号与其他人此前的报名相同：{names}，请核对证书编号，并上传本人的上一级别证书。"),
            format!("The certificate number stood in other persons' earlier submissions: {ids}."),
        ));
    }
    Outcome::of(flags)
}
