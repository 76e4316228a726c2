//! `material-missing`
//!
//! ## What is wrong
//! A material that the condition requires has no file.
//!
//! ## Evidence
//! The submission's files, by their names and by what their pages show, against the condition's list in the pack; what may stand for a missing one is the
//! pack's data (DOMAIN §6.4).
//!
//! ## Cannot tell
//! No condition could be chosen: not evaluated.
//! A missing one that one source excuses and another asks for is `review`.
//! A file is left that nobody could name or read: it may be the one, so `review`, which names it (DOMAIN §6.16).

use super::{excused, unjudged};
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
        (false, _, MissingIs::Reject) => {
            let left = unjudged(case);
            if !left.is_empty() {
                return Some(may_be_among(case, requirement, &left));
            }
            (Severity::Reject, format!("缺少{material}：所选申报条件要求提供，请补充上传清晰的{material}。"))
        }
    };
    Some(
        case.flag(ID, severity)
            .on(material)
            .expected(material.name())
            .clause(&requirement.clause)
            .says(zh, format!("The {} that the condition requires is missing.", material.english())),
    )
}

/// The material may be in one of the files that nobody could name or read.
fn may_be_among(case: &Case<'_>, requirement: &MaterialRequirement, left: &[&str]) -> Flag {
    const NAMED: usize = 5;
    let material = requirement.material;
    let names = left.iter().take(NAMED).map(|f| format!("“{f}”")).collect::<Vec<_>>().join("、");
    let (more, more_en) = match left.len().saturating_sub(NAMED) {
        0 => (String::new(), String::new()),
        more => (format!("等 {} 个文件", left.len()), format!(" and {more} more")),
    };
    case.flag(ID, Severity::Review)
        .on(material)
        .expected(material.name())
        .observed(left.iter().take(NAMED).copied().collect::<Vec<_>>().join("; ") + &more_en)
        .clause(&requirement.clause)
        .says(
            format!(
                "未找到{material}；{names}{more}无法按名称或内容识别，请核对其中是否有{material}。如有，请按“{material}”命名，以图片或 PDF 重新上传；如没有，请补充上传。"
            ),
            format!(
                "No {} was found; {} file(s) could not be told by name or content and may be it: {}{more_en}.",
                material.english(),
                left.len(),
                left.iter().take(NAMED).copied().collect::<Vec<_>>().join("; ")
            ),
        )
}
