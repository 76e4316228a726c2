//! `material-unrequired`
//!
//! ## What is wrong
//! A material was handed in that the condition does not ask for.
//!
//! ## Evidence
//! The submission's files against the condition's list.
//!
//! ## Cannot tell
//! No condition could be chosen: not evaluated. 其他 is never in the way.

use super::asked_for;
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;

const ID: &str = "material-unrequired";

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.condition.is_none() {
        return Outcome::NotEvaluated("no condition could be chosen");
    }
    let flags = MaterialKind::ALL
        .into_iter()
        .filter(|kind| *kind != MaterialKind::Other && case.has(*kind) && asked_for(case, *kind) == Some(false))
        .map(|kind| {
            case.flag(ID, Severity::Note)
                .on(kind)
                .says(format!("所选申报条件不要求提供{kind}，无需上传。"), format!("The condition does not ask for the {}.", kind.english()))
        })
        .collect();
    Outcome::of(flags)
}
