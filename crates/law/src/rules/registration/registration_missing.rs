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
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::IntakeIssue;

pub const RULE: Rule = Rule {
    id: "registration-missing",
    worst: Severity::Review,
    source: "—",
    title_zh: "缺少报名信息",
    title_en: "a folder without registration data",
    rests_on: &["intake"],
    clears_zh: "在报名信息表中补上该报名，或补交 submission.json",
    clears_en: "a row in the table, or a submission.json",
    file: include_str!("registration_missing.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let intake = &case.submission.intake;
    if !intake.contains(&IntakeIssue::RegistrationMissing) {
        return Outcome::of(Vec::new());
    }
    let near = intake.iter().find_map(|issue| match issue {
        IntakeIssue::RegistrationNear { detail } => Some(detail.as_str()),
        _ => None,
    });
    let flag = case.flag(&RULE, Severity::Review);
    Outcome::of(vec![match near {
        Some(near) => flag.observed(near).says(
            format!("未找到与这些材料对应的报名信息，无法核对；{near}，请核对文件夹名称后重新审核。"),
            "The folder has no registration data; a row that it may belong to is named.",
        ),
        None => flag.says(
            "未找到与这些材料对应的报名信息，无法核对，请补充报名信息后重新审核。",
            "The folder has no registration data.",
        ),
    }])
}
