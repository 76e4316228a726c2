//! `material-missing`
//!
//! ## What is wrong
//! A material that the condition requires has no file.
//!
//! ## Evidence
//! The submission's files against the condition's list in the pack; what may stand for a missing one is the pack's data (DOMAIN §6.4).
//!
//! ## Cannot tell
//! No condition could be chosen: not evaluated.
//! A missing one that one source excuses and another asks for is `review`.

use super::excused;
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::pack::{ExcusedIs, MaterialRequirement, MissingIs};

const ID: &str = "material-missing";

pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(condition) = case.condition else {
        return Outcome::NotEvaluated("no condition could be chosen");
    };
    Outcome::of(condition.materials.iter().filter(|m| !case.has(m.material)).filter_map(|m| missing(case, m)).collect())
}

fn missing(case: &Case<'_>, requirement: &MaterialRequirement) -> Option<Flag> {
    let material = requirement.material;
    let (severity, zh) = match (excused(case, requirement), requirement.excused_is, requirement.missing) {
        (true, ExcusedIs::Nothing, _) => return None,
        (true, ExcusedIs::Review, _) => (Severity::Review, format!("未上传{material}：通知允许以其他材料或编号代替，报考指南要求提供，请补充上传或等待人工核对。")),
        (false, _, MissingIs::Review) => (Severity::Review, format!("未上传{material}：按所选申报条件应提供，请补充上传。")),
        (false, _, MissingIs::Reject) => (Severity::Reject, format!("缺少{material}：所选申报条件要求提供，请补充上传清晰的{material}。")),
    };
    Some(
        case.flag(ID, severity)
            .on(material)
            .expected(material.name())
            .clause(&requirement.clause)
            .says(zh, format!("The {} that the condition requires is missing.", material.english())),
    )
}
