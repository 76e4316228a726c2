//! `material-duplicate`
//!
//! ## What is wrong
//! The same scan is used by another person's submission.
//!
//! ## Evidence
//! Equal bytes of two files over the whole batch (`rules::shared`).
//!
//! ## Cannot tell
//! A re-encoded scan is not found this way.
//! One person's two submissions may share a scan.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;

const ID: &str = "material-duplicate";

pub fn judge(case: &Case<'_>) -> Outcome {
    let flags = case
        .shared
        .scan
        .iter()
        .map(|(material, id)| {
            let draft = case.flag(ID, Severity::Review).observed(&**id);
            let draft = match MaterialKind::from_name(material) {
                Some(kind) => draft.on(kind),
                None => draft.field(&**material),
            };
            draft.says(format!("{material}与报名 {id} 上传的是同一份文件，请上传本人的{material}。"), format!("The same scan of {material} is used by submission {id}."))
        })
        .collect();
    Outcome::of(flags)
}
