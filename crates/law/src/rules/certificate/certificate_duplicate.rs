//! `certificate-duplicate`
//!
//! ## What is wrong
//! One certificate number stands in two persons' submissions, of the batch or of earlier runs.
//!
//! ## Evidence
//! Equal numbers over the whole batch (`rules::shared`) and the archive (`rules::Archive`), of different identity
//! numbers.
//!
//! ## Cannot tell
//! A submission without a certificate number cannot be compared.

use crate::rules::case::Case;
use crate::rules::draft::Draft;
use crate::rules::earlier_runs;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::{Severity, Shows};

pub const RULE: Rule = Rule {
    id: "certificate-duplicate",
    worst: Severity::Review,
    source: "—",
    title_zh: "证书编号与他人重复",
    title_en: "one number in two persons' submissions",
    rests_on: &[
        "registration.prior_certificate_number",
        "prior_certificate.certificate_number",
        "registration.id_number",
        "batch",
    ],
    clears_zh: "按本人证书更正编号；审核人员查明该编号属于谁",
    clears_en: "the number of the applicant's own certificate; the reviewer finds out whose it is",
    shows: Shows::Submissions,
    file: include_str!("certificate_duplicate.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags = Vec::new();
    let others = &case.shared.certificate;
    if !others.is_empty() {
        let ids = earlier_runs::observed(others, "、", String::clone);
        let names = earlier_runs::listed(others, String::clone);
        flags.push(draft(case).observed(&*names).says(
            format!("上一级别证书编号与其他报名的相同：{names}，请对照证书查明属于何人。"),
            format!("The certificate number stands in other persons' submissions too: {ids}."),
        ));
    }
    let earlier = &case.shared.earlier.certificate;
    if !earlier.is_empty() {
        let (names, ids) = (earlier_runs::names(earlier), earlier_runs::ids(earlier));
        flags.push(draft(case).observed(&*names).says(
            format!("上一级别证书编号与其他人此前报名的相同：{names}，请对照证书查明属于何人。"),
            format!("The certificate number stood in other persons' earlier submissions: {ids}."),
        ));
    }
    Outcome::of(flags)
}

/// Begins a flag. The applicant is never told who else has the number.
fn draft(case: &Case<'_>) -> Draft {
    case.flag(&RULE, Severity::Review)
        .field("上一级证书编号")
        .applicant("上一级别证书编号与系统内其他报名人员的相同，请核对编号，并上传本人的上一级别证书。")
}
