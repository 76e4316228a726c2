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
use crate::rules::flagging::{Draft, Outcome};
use crate::rules::past;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;

const ID: &str = "material-duplicate";

pub fn judge(case: &Case<'_>) -> Outcome {
    let batch = case.shared.scan.iter().map(|(material, others)| {
        let ids = past::observed(others, "; ", String::clone);
        draft(case, material).observed(&*ids).says(
            format!("{material}与报名 {} 上传的是同一份文件，请上传本人的{material}。", past::listed(others, String::clone)),
            format!("The same scan of {material} is used by submission {ids}."),
        )
    });
    let earlier = case.shared.earlier.scan.iter().map(|(material, others)| {
        let (names, ids) = (past::names(others), past::ids(others));
        draft(case, material).observed(&*ids).says(
            format!("{material}与其他人此前上传的是同一份文件：{names}，请上传本人的{material}。"),
            format!("The same scan of {material} was used by another person's earlier submission: {ids}."),
        )
    });
    Outcome::of(batch.chain(earlier).collect())
}

/// Begins a flag on the material.
fn draft(case: &Case<'_>, material: &str) -> Draft {
    let draft = case.flag(ID, Severity::Review);
    match MaterialKind::from_name(material) {
        Some(kind) => draft.on(kind),
        None => draft.field(material),
    }
}
