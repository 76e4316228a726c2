//! `form-template`
//!
//! ## What is wrong
//! The page is not the form that it should be: another office's, one of another year, or another material.
//!
//! ## Evidence
//! The kind that its pages show, read from the title; and which form it is, by its title and its labels, against the forms
//! that the governing pack accepts on the day of registration. The message names both titles and what of the expected
//! form was not found.
//!
//! ## Cannot tell
//! Seen with less than the kind threshold: `review`. No title seen: not evaluated.
//! A letter of another kind than its name says is `material-wrong-kind`.

use super::FORM;
use crate::rules::case::{Case, Standing, seen_otherwise};
use crate::rules::draft::Draft;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::{Rule, Scope};
use crate::vocabulary::documents::FiledAs;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::form::{Form, Part};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-template",
    worst: Severity::Reject,
    source: "填报资料",
    title_zh: "表格不是规定样式",
    title_en: "the page is not the form that it should be",
    rests_on: &["pages", "registration.registered_on"],
    settings: &["reading.kind_threshold"],
    clears_zh: "使用规定的表格填写后重新上传",
    clears_en: "the prescribed form",
    scope: Scope::Document,
    file: include_str!("form_template.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags: Vec<Flag> = Vec::new();
    let forms = MaterialKind::ALL.into_iter().filter(|k| k.is_form());
    flags.extend(forms.filter_map(|kind| another_form(case, kind)));
    let seen = || case.documents.pages_of(FORM).any(|p| p.seen_as.is_some());
    match case.standing(FORM) {
        Standing::Absent | Standing::Unreadable if flags.is_empty() => return Outcome::NotApplicable,
        Standing::Read | Standing::Partial if flags.is_empty() && seen() => return Outcome::Holds,
        Standing::Read | Standing::Partial | Standing::NotRead if flags.is_empty() => {
            return Outcome::NotEvaluated(why::TITLE_UNSEEN);
        }
        Standing::WrongKind => flags.extend(another_material(case)),
        _ => {}
    }
    Outcome::of(flags)
}

/// A form of this material that the pack does not accept, or not on this day.
fn another_form(case: &Case<'_>, kind: MaterialKind) -> Option<Flag> {
    let form = case.form_of(kind).filter(|_| case.legible(kind))?;
    let governing = case.governing.as_ref().filter(|g| g.names_forms(kind))?;
    let accepted: Vec<&Form> =
        governing.accepted_forms(case.registered_on()).into_iter().filter_map(|id| case.packs.form(id)).collect();
    let accepted: Vec<&Form> = accepted.into_iter().filter(|f| f.material == kind).collect();
    if accepted.iter().any(|f| f.id == form.id) {
        return None;
    }
    let wanted = accepted.iter().map(|f| format!("《{}》", f.title())).collect::<Vec<_>>().join("或");
    let wanted = if wanted.is_empty() { "报名当日所用的表格".to_owned() } else { wanted };
    let seen = case.documents.pages_of(kind).find_map(|p| p.seen_as.as_ref().filter(|s| s.title.is_some()));
    // without a title only its labels tell the form, which are those of another one, too
    let sure = seen.is_some_and(|s| s.confidence >= case.settings.reading.kind_threshold);
    let missing = accepted.first().map(|expected| not_on(form, expected)).unwrap_or_default();
    let lacks = if missing.is_empty() {
        String::new()
    } else {
        format!("，页面上未见“{}”等栏目", missing.join("”“"))
    };
    let what = format!("“{kind}”位置上传的是《{}》，应为{wanted}{lacks}", form.title());
    let draft = case.flag(&RULE, Case::by_sureness(sure)).on(kind).expected(&*wanted).observed(form.title());
    let draft = seen.map(|s| s.confidence).into_iter().fold(draft, Draft::confidence);
    Some(
        draft
            .applicant(format!("“{kind}”位置上传的不是{wanted}，请使用规定的表格，手写填好后重新上传。"))
            .says(told(sure, &what), format!("The {} came on {}, and not on {wanted}.", kind.english(), form.title())),
    )
}

/// Labels of the expected form that this one does not have, the first few.
fn not_on<'f>(form: &Form, expected: &'f Form) -> Vec<&'f str> {
    let has = |label: &&str| form.labels().any(|l| l == *label);
    // one wording of each label
    let wanted = expected.parts.iter().filter_map(|part| match part {
        Part::Cell(cell) if !cell.labels.iter().any(|l| has(&l.as_str())) => cell.labels.first().map(String::as_str),
        _ => None,
    });
    wanted.take(MOST_LABELS).collect()
}

/// Labels that a message names at most.
const MOST_LABELS: usize = 3;

/// A page that is no 申报表 at all.
fn another_material(case: &Case<'_>) -> Option<Flag> {
    let stayed =
        || case.documents.pages_of(FORM).find_map(|p| seen_otherwise(p, FORM, case.settings).map(|seen| (p, seen)));
    let moved = || {
        case.documents
            .pages
            .iter()
            .find(|p| p.filed_as == Some(FiledAs::Material(FORM)))
            .map(|p| (p, (p.material, true)))
    };
    let (page, (kind, sure)) = stayed().or_else(moved)?;
    let accepted = case.governing.as_ref().map(|g| g.accepted_forms(case.registered_on())).unwrap_or_default();
    let form = accepted.into_iter().filter_map(|id| case.packs.form(id)).find(|f| f.material == FORM);
    let wanted = form.map_or_else(|| format!("规定的{FORM}"), |f| format!("《{}》", f.title()));
    let title =
        kind.map(MaterialKind::name).or(page.seen_as.as_ref().and_then(|s| s.title.as_deref())).unwrap_or("其他表格");
    let draft = case.flag(&RULE, Case::by_sureness(sure));
    // A page that is judged as another material has its number there.
    let draft = if page.filed_as.is_none() { draft.on_page(Some(FORM), page.page) } else { draft.on(FORM) };
    let draft = draft.expected(form.map_or(FORM.name(), Form::title)).observed(title);
    let draft = match &page.seen_as {
        Some(seen) => draft.confidence(seen.confidence),
        None => draft,
    };
    let asked = format!("“申报表”位置上传的不是{wanted}，请使用规定的申报表，手写填好后重新上传。");
    Some(draft.applicant(asked).says(
        if sure {
            format!("“申报表”位置上传的是“{title}”，不是{wanted}。")
        } else {
            format!("“申报表”位置上传的疑为“{title}”，不是{wanted}，请看照片认定。")
        },
        "The page is not the application form that it should be.",
    ))
}
