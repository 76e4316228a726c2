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

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "material-unrequired",
    worst: Severity::Note,
    source: "G2 说明6",
    title_zh: "多余的材料",
    title_en: "not asked for by the condition",
    rests_on: &["registration.condition", "files"],
    clears_zh: "无需处理；下次不必上传",
    clears_en: "nothing; it need not be handed in",
    file: include_str!("material_unrequired.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.condition.is_none() {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    }
    let flags = MaterialKind::ALL
        .into_iter()
        .filter(|kind| *kind != MaterialKind::Other && case.has(*kind) && case.asked_for(*kind) == Some(false))
        .map(|kind| {
            case.flag(&RULE, Severity::Note).on(kind).says(
                format!("所选申报条件不要求提供{kind}，无需上传。"),
                format!("The condition does not ask for the {}.", kind.english()),
            )
        })
        .collect();
    Outcome::of(flags)
}
