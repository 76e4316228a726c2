//! `form-occupation`
//!
//! ## What is wrong
//! The occupation on the form is not the registered one.
//!
//! ## Evidence
//! 申报职业名称 on the 申报表; the letters' occupation where the 申报表 cannot tell.
//!
//! ## Cannot tell
//! A doubtful reading that differs is `review`, and so is a text that names the occupation beside something that is not
//! its 工种. The printed 师 and a 工种 after the occupation make no difference, whatever mark stands between them; a letter
//! that contradicts a right 申报表 is `form-commitment-mismatch`.

use super::{FORM, some_form};
use crate::rules::case::Case;
use crate::rules::lists::{Parts, job_types, same_occupation, written_parts};
use crate::rules::outcome::Outcome;
use crate::rules::reading::{Agreement, agreement_by, told};
use crate::rules::rule::Rule;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-occupation",
    worst: Severity::Reject,
    source: "填表说明二",
    title_zh: "申报职业填写不符",
    title_en: "occupation on the form is not the registered one",
    rests_on: &["application_form.occupation", "*_commitment.occupation", "registration.occupation"],
    clears_zh: "重新填写申报表，职业与报名信息一致",
    clears_en: "the form filled in again with the registered occupation",
    file: include_str!("form_occupation.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let unread = match some_form(case) {
        Ok(unread) => unread,
        Err(outcome) => return outcome,
    };
    if case.occupation().is_none() {
        return Outcome::NotEvaluated(why::NO_OCCUPATION);
    }
    let form = case.form().map(|f| &f.occupation);
    let flags: Vec<Flag> = match form.map(|f| compare(case, f)) {
        None | Some(Agreement::Unread) => {
            case.commitments().filter_map(|(kind, c)| wrong(case, kind, &c.occupation)).take(1).collect()
        }
        Some(_) => form.and_then(|f| wrong(case, FORM, f)).into_iter().collect(),
    };
    Outcome::of_partial(flags, unread, super::UNREAD)
}

/// The written occupation against the registered one, or the registered 工种.
pub fn compare(case: &Case<'_>, fact: &Fact<String>) -> Agreement {
    let Some(registered) = case.occupation() else { return Agreement::Unread };
    let job_type = case.text(|r| &r.job_type);
    let plain = |t: &str| same_occupation(t, registered) || job_type.is_some_and(|j| same_occupation(t, j));
    let agreement = agreement_by(fact, case.threshold(), plain, Some(registered));
    let Some(text) = fact
        .value
        .as_deref()
        .or(fact.text.as_deref())
        .filter(|_| matches!(agreement, Agreement::Differs | Agreement::MayDiffer))
    else {
        return agreement;
    };
    // An alignment with the occupation alone says that more stands there; what that is, says the text.
    match written_parts(text, registered, &job_types(case)) {
        Parts::Fit if fact.confidence >= case.threshold() => Agreement::Same,
        Parts::Fit => Agreement::MaySame,
        Parts::One(_) => Agreement::MayDiffer,
        Parts::None => agreement,
    }
}

fn wrong(case: &Case<'_>, kind: MaterialKind, fact: &Fact<String>) -> Option<Flag> {
    let sure = match compare(case, fact) {
        Agreement::Differs => true,
        Agreement::MayDiffer => false,
        Agreement::Same | Agreement::MaySame | Agreement::Unread => return None,
    };
    let registered = case.occupation()?;
    let written = fact.value.as_deref().or(fact.text.as_deref()).unwrap_or_default();
    let draft = case.flag(&RULE, Case::by_sureness(sure)).fact(kind, "occupation", fact).expected(registered);
    Some(draft.applicant(format!("{kind}填写的申报职业与报名职业“{registered}”不一致，请重新填写。")).says(
        told(sure, &format!("{kind}填写的申报职业为“{written}”，报名职业为“{registered}”")),
        format!("The occupation on the {} is not the registered one.", kind.english()),
    ))
}
