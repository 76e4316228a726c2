//! `material-unknown`
//!
//! ## What is wrong
//! A file whose name matches no material and whose pages show none.
//!
//! ## Evidence
//! The file's name against the names and aliases of the configuration; what its pages show. A file that shows a
//! material is judged as that material.
//!
//! ## Cannot tell
//! A file that could not be opened or recognised is a note here, and a doubt of `reading-doubtful`. A refused file is
//! `input-refused`.

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::{PageFacts, PageOutcome};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::MaterialFile;

pub const RULE: Rule = Rule {
    id: "material-unknown",
    worst: Severity::Note,
    source: "—",
    title_zh: "无法识别的文件",
    title_en: "a file that no material's name matches",
    rests_on: &["files", "pages"],
    settings: &["reading.kind_threshold"],
    clears_zh: "如为所需材料，按材料名称重新命名；审核机构也可在别名表中登记该名称",
    clears_en: "the file named by its material, or the name put into the office's aliases",
    file: include_str!("material_unknown.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let flags = unknown(case)
        .map(|f| {
            case.flag(&RULE, Severity::Note).field(&*f.name).observed(&*f.name).says(
                format!("文件“{}”的名称不对应任何材料，未参与审核，请查看是否为所需材料。", f.name),
                format!("No material is named like the file {}; it was not judged.", f.name),
            )
        })
        .collect();
    Outcome::of(flags)
}

/// Files that no name and no page tells: at least one page of theirs is of no material.
pub fn unknown<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a MaterialFile> {
    let unnamed = |p: &PageFacts| p.material.is_none() && !matches!(p.outcome, PageOutcome::Blank { .. });
    case.submission.files.iter().filter(move |f| f.kind.is_none() && f.refused.is_none() && any_page(case, f, unnamed))
}

/// Of these, the ones that are not surely something else than a material: nobody has judged them.
pub fn undecided<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a MaterialFile> {
    let threshold = case.settings.reading.kind_threshold;
    let surely_none =
        move |p: &PageFacts| p.seen_as.as_ref().is_some_and(|s| s.kind.is_none() && s.confidence >= threshold);
    unknown(case).filter(move |f| any_page(case, f, |p| p.material.is_none() && !surely_none(p)))
}

/// Holds it of one page of the file at least, or was none looked at?
fn any_page(case: &Case<'_>, file: &MaterialFile, holds: impl Fn(&PageFacts) -> bool) -> bool {
    let mut pages = case.pages_of_file(&file.name).peekable();
    pages.peek().is_none() || pages.any(holds)
}
