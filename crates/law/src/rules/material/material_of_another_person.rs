//! `material-of-another-person`
//!
//! ## What is wrong
//! Somebody of the office looked at the page and says that it belongs to another person.
//!
//! ## Evidence
//! The record of decisions. What is read on a page that nobody has looked at is `identity-name-mismatch` and
//! `identity-number-mismatch`.
//!
//! ## Cannot tell
//! Never: nobody says it by a program.

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "material-of-another-person",
    worst: Severity::Reject,
    source: "—",
    title_zh: "材料不属于本人",
    title_en: "a person found that the page belongs to somebody else",
    rests_on: &["pages"],
    settings: &[],
    clears_zh: "上传本人的该项材料",
    clears_en: "the applicant's own material",
    file: include_str!("material_of_another_person.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let pages = &case.documents.pages;
    let others = pages.iter().filter(|p| p.assigned.as_ref().is_some_and(|a| a.material.is_none()));
    let flags = others.map(|p| {
        let named = p.material.map_or("文件", |m| m.name());
        case.flag(&RULE, Severity::Reject).on_page(p.material, p.page).says_to_both(
            format!("上传的{named}（第 {} 页）不属于申报人本人，请上传本人的材料。", p.page),
            format!(
                "Page {} of the {} belongs to another person.",
                p.page,
                p.material.map_or("files", |m| m.english())
            ),
        )
    });
    Outcome::of(flags.collect())
}
