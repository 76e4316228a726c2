//! `material-missing`
//!
//! ## What is wrong
//! A material that the condition requires has no file.
//!
//! ## Evidence
//! The submission's files, by their names and by what their pages show, against the condition's list in the pack; what
//! may stand for a missing one is the pack's data.
//!
//! ## Cannot tell
//! No condition could be chosen: not evaluated.
//! A missing material that one source excuses and another requires is `review`, and so is one for which a number may
//! stand that cannot be read.
//! If a file is left that could not be recognised or read, it may be the missing one: `review`, naming the file.

use super::{Excused, excused, unjudged};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::pack::{ExcusedIs, MaterialRequirement, MissingIs};
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "material-missing",
    worst: Severity::Reject,
    source: "each condition's list",
    title_zh: "缺少材料",
    title_en: "a material that the condition requires is not there",
    rests_on: &[
        "registration.condition",
        "files",
        "registration.prior_certificate_number",
        "registration.chsi_code",
        "application_form.prior_certificate_number",
        "application_form.chsi_code",
        "pages",
    ],
    settings: &["reading.kind_threshold", "reading.corroborated_threshold"],
    clears_zh: "补交所列材料，并按材料名称命名",
    clears_en: "the material handed in, named by its name",
    file: include_str!("material_missing.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Missing materials".
pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(condition) = case.condition else {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    };
    Outcome::of(condition.materials.iter().filter(|m| !case.has(m.material)).filter_map(|m| missing(case, m)).collect())
}

fn missing(case: &Case<'_>, requirement: &MaterialRequirement) -> Option<Flag> {
    let material = requirement.material;
    let (severity, zh, asked) = match (excused(case, requirement), requirement.excused_is, requirement.missing) {
        (Excused::Yes, ExcusedIs::Nothing, _) => return None,
        (Excused::Perhaps, _, _) => (
            Severity::Review,
            format!("未上传{material}；申报表上可代替该材料的编号辨认不清，请对照截图确认是否填写。"),
            format!("缺少{material}，申报表上也未填写可代替该材料的编号，请补充上传{material}。"),
        ),
        (Excused::Yes, ExcusedIs::Review, _) => (
            Severity::Review,
            format!("未上传{material}：通知允许以其他材料或编号代替，报考指南要求提供，请审核人员认定。"),
            format!("缺少{material}，请补充上传清晰的{material}。"),
        ),
        (Excused::No, _, MissingIs::Review) => {
            let asked = format!("缺少{material}：按所选申报条件应提供，请补充上传清晰的{material}。");
            (Severity::Review, format!("未上传{material}：按所选申报条件应提供，请审核人员认定。"), asked)
        }
        (Excused::No, _, MissingIs::Reject) => {
            let left = unjudged(case);
            if !left.is_empty() {
                return Some(may_be_among(case, requirement, &left));
            }
            let told = format!("缺少{material}：所选申报条件要求提供，请补充上传清晰的{material}。");
            (Severity::Reject, told.clone(), told)
        }
    };
    Some(
        case.flag(&RULE, severity)
            .on(material)
            .expected(material.name())
            .clause(&requirement.clause)
            .applicant(asked)
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
    case.flag(&RULE, Severity::Review)
        .on(material)
        .expected(material.name())
        .observed(format!("{}{more}", left.iter().take(NAMED).copied().collect::<Vec<_>>().join("、")))
        .clause(&requirement.clause)
        .applicant(format!("未找到{material}，请按“{material}”命名，以图片或 PDF 上传清晰的{material}。"))
        .says(
            format!("未找到{material}；{names}{more}无法按名称或内容识别，请查看其中是否有{material}。"),
            format!(
                "No {} was found; {} file(s) could not be told by name or content and may be it: {}{more_en}.",
                material.english(),
                left.len(),
                left.iter().take(NAMED).copied().collect::<Vec<_>>().join("; ")
            ),
        )
}
