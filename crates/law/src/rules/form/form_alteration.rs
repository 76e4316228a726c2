//! `form-alteration`
//!
//! ## What is wrong
//! Something is struck out, overwritten or corrected.
//!
//! ## Evidence
//! The corrections that were seen on the paper, each with its blank.
//!
//! ## Cannot tell
//! Under the alteration threshold nothing is said. Not looked for: not evaluated.

use super::some_form;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::{Alteration, AlterationKind};
use crate::vocabulary::field_words::words;
use crate::vocabulary::finding::{Flag, Severity, Shows};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-alteration",
    worst: Severity::Review,
    source: "G2 说明1; 填表说明四1",
    title_zh: "有涂改",
    title_en: "struck out, overwritten or corrected",
    rests_on: &["application_form.alterations[]", "*_commitment.alterations[]"],
    settings: &["reading.alteration_threshold"],
    clears_zh: "换一张表重新填写，不涂改；审核人员确认无涂改的也可放行",
    clears_en: "a new form without corrections; or the reviewer sees none",
    shows: Shows::Words,
    file: include_str!("form_alteration.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Err(outcome) = some_form(case) {
        return outcome;
    }
    let mut judged = true;
    let mut flags: Vec<Flag> = Vec::new();
    if let Some(form) = case.form() {
        judged &= form.alterations_judged;
        told(case, MaterialKind::ApplicationForm, &form.alterations, &mut flags);
    }
    for (kind, letter) in case.commitments() {
        judged &= letter.alterations_judged;
        told(case, kind, &letter.alterations, &mut flags);
    }
    Outcome::of_partial(flags, !judged, why::CORRECTIONS_UNSEEN)
}

fn told(case: &Case<'_>, kind: MaterialKind, alterations: &[Alteration], flags: &mut Vec<Flag>) {
    let standing = alterations.iter().filter(|a| a.overruled.is_none());
    for a in standing.filter(|a| a.confidence >= case.settings.reading.alteration_threshold) {
        let (zh, en) = match a.kind {
            AlterationKind::StruckOut => ("划改", "struck out"),
            AlterationKind::Overwritten => ("描改", "overwritten"),
            AlterationKind::Patched => ("涂改液或贴改", "patched over"),
        };
        let draft = case
            .flag(&RULE, Severity::Review)
            .on_page(Some(kind), a.place.page)
            .field(a.field.as_str())
            .observed(zh)
            .confidence(a.confidence)
            .applicant(format!("{kind}有涂改，请重新填写一份，不得涂改。"));
        let place = words(kind, &a.field).map_or_else(|| kind.to_string(), |field| format!("{kind}的“{field}”"));
        let mut flag = draft.says(
            format!("{place}疑有{zh}，请对照截图认定。"),
            format!("{} of the {} is {en}.", a.field, kind.english()),
        );
        flag.place = Some(a.place.clone());
        flags.push(flag);
    }
}
