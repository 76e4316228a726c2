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

use super::of_intake;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::IntakeIssue;

pub const RULE: Rule = Rule {
    id: "registration-orphan",
    worst: Severity::Review,
    source: "—",
    title_zh: "有报名信息无材料",
    title_en: "a row without a folder",
    rests_on: &["intake"],
    clears_zh: "补交该报名的材料文件夹，或从表中删除该行",
    clears_en: "the folder, or the row removed",
    of_orphan: true,
    file: include_str!("registration_orphan.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_intake(case, |issue| match issue {
        IntakeIssue::RegistrationOrphan => Some(
            case.flag(&RULE, Severity::Review)
                .applicant("未收到您的申报材料，请上传材料。")
                .says("报名信息中有此报名，但没有材料文件夹，请核对是否漏导。", "The row has no folder."),
        ),
        _ => None,
    })
}
