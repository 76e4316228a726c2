//! `material-duplicate`
//!
//! ## What is wrong
//! The same scan is used by another person's submission, of the batch or of an earlier run.
//!
//! ## Evidence
//! Equal bytes of two files over the whole batch (`rules::shared`) and the archive (`rules::Archive`).
//!
//! ## Cannot tell
//! A re-encoded scan is not found this way.
//! One person's two submissions may share a scan, and so may a submission and its own earlier version.

use crate::rules::case::Case;
use crate::rules::draft::Draft;
use crate::rules::earlier_runs;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::{Severity, Shows};
use crate::vocabulary::material::MaterialKind;

pub const RULE: Rule = Rule {
    id: "material-duplicate",
    worst: Severity::Review,
    source: "—",
    title_zh: "材料与他人重复",
    title_en: "the same scan is used by another submission",
    rests_on: &["files", "batch"],
    clears_zh: "上传本人的材料；审核人员确认两份申报可共用的也可放行",
    clears_en: "the applicant's own scan; or the reviewer accepts that both may use it",
    shows: Shows::Submissions,
    file: include_str!("material_duplicate.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let batch = case.shared.scan.iter().map(|(material, others)| {
        let ids = earlier_runs::observed(others, "; ", String::clone);
        let names = earlier_runs::listed(others, String::clone);
        draft(case, material).observed(&*names).says(
            format!("{material}与其他报名上传的是同一份文件：{names}，请对照认定。"),
            format!("The same scan of {material} is used by submission {ids}."),
        )
    });
    let earlier = case.shared.earlier.scan.iter().map(|(material, others)| {
        let (names, ids) = (earlier_runs::names(others), earlier_runs::ids(others));
        draft(case, material).observed(&*names).says(
            format!("{material}与其他人此前报名上传的是同一份文件：{names}，请对照认定。"),
            format!("The same scan of {material} was used by another person's earlier submission: {ids}."),
        )
    });
    Outcome::of(batch.chain(earlier).collect())
}

/// Begins a flag on the material. The applicant is never told who the others are.
fn draft(case: &Case<'_>, material: &str) -> Draft {
    let asked = format!("{material}与系统内其他报名人员上传的为同一份文件，请上传本人的{material}。");
    let draft = case.flag(&RULE, Severity::Review).applicant(asked);
    match MaterialKind::from_name(material) {
        Some(kind) => draft.on(kind),
        None => draft.field(material),
    }
}
