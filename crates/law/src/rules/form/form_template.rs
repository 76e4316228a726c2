//! `form-template`
//!
//! ## What is wrong
//! The page is not the 申报表 that it should be: another form, or another material.
//!
//! ## Evidence
//! The kind that its pages show, read from the title.
//!
//! ## Cannot tell
//! Seen with less than the kind threshold: `review`. No title seen: not evaluated.
//! A letter of another kind than its name says is `material-wrong-kind`.

use super::FORM;
use crate::rules::case::{Case, Standing, seen_otherwise};
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Scope};
use crate::vocabulary::documents::FiledAs;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-template",
    worst: Severity::Reject,
    source: "填报资料",
    title_zh: "申报表不是规定样式",
    title_en: "the page is not the form that it should be",
    rests_on: &["pages"],
    settings: &["reading.kind_threshold"],
    clears_zh: "使用规定的《北京市职业技能认定申报表》填写后重新上传",
    clears_en: "the prescribed form",
    scope: Scope::Document,
    file: include_str!("form_template.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let seen = || case.documents.pages_of(FORM).any(|p| p.seen_as.is_some());
    match case.standing(FORM) {
        Standing::Absent | Standing::Unreadable => return Outcome::NotApplicable,
        Standing::Read | Standing::Partial if seen() => return Outcome::Holds,
        Standing::Read | Standing::Partial | Standing::NotRead => {
            return Outcome::NotEvaluated(why::TITLE_UNSEEN);
        }
        Standing::WrongKind => {}
    }
    let stayed =
        || case.documents.pages_of(FORM).find_map(|p| seen_otherwise(p, FORM, case.settings).map(|seen| (p, seen)));
    let moved = || {
        case.documents
            .pages
            .iter()
            .find(|p| p.filed_as == Some(FiledAs::Material(FORM)))
            .map(|p| (p, (p.material, true)))
    };
    let page = stayed().or_else(moved);
    Outcome::maybe(page.map(|(page, (kind, sure))| {
        let title = kind
            .map(MaterialKind::name)
            .or(page.seen_as.as_ref().and_then(|s| s.title.as_deref()))
            .unwrap_or("其他表格");
        let draft = case.flag(&RULE, Case::by_sureness(sure));
        // A page that is judged as another material has its number there.
        let draft = if page.filed_as.is_none() { draft.on_page(Some(FORM), page.page) } else { draft.on(FORM) };
        let draft = draft.expected("北京市职业技能认定申报表").observed(title);
        let draft = match &page.seen_as {
            Some(seen) => draft.confidence(seen.confidence),
            None => draft,
        };
        let asked = "“申报表”位置上传的不是《北京市职业技能认定申报表》，请使用规定的申报表，手写填好后重新上传。";
        draft.applicant(asked).says(
            if sure {
                format!("“申报表”位置上传的是“{title}”，不是《北京市职业技能认定申报表》。")
            } else {
                format!("“申报表”位置上传的疑为“{title}”，不是《北京市职业技能认定申报表》，请看照片认定。")
            },
            "The page is not the application form that it should be.",
        )
    }))
}
