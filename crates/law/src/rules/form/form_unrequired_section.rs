//! `form-unrequired-section`
//!
//! ## What is wrong
//! A section is filled that the condition does not ask for.
//!
//! ## Evidence
//! 工作经历, 技工院校、职业院校学历 and 现有职业资格证书 of the 申报表 against the condition.
//!
//! ## Cannot tell
//! One doubtful field does not make a section; two filled fields do, or one that was read with certainty. An academic
//! graduate may fill the schooling section.

use super::{FORM, no_form};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::{ApplicationForm, PRIOR_CERTIFICATE};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-unrequired-section",
    worst: Severity::Review,
    source: "G2 说明6",
    title_zh: "填写了无关栏目",
    title_en: "a section is filled that the condition does not ask for",
    rests_on: &[
        "application_form.work[]",
        "application_form.education",
        "application_form.prior_occupation",
        "application_form.prior_level",
        "application_form.prior_certificate_number",
        "registration.condition",
    ],
    clears_zh: "重新填写，只填所选条件要求的栏目",
    clears_en: "a form with only the sections that the condition asks for",
    file: include_str!("form_unrequired_section.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Doubts".
pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = no_form(case) {
        return outcome;
    }
    let (Some(condition), Some(form)) = (case.condition, case.form()) else {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    };
    let t = case.threshold();
    let mut sections: Vec<(&str, &str)> = Vec::new();
    if condition.work.is_none()
        && form.work.iter().any(|s| {
            written(&[
                mark(&s.start, t),
                mark(&s.end, t),
                mark(&s.employer, t),
                mark(&s.occupation, t),
                mark(&s.years, t),
            ])
        })
    {
        sections.push((ApplicationForm::work.name, ApplicationForm::work.zh));
    }
    let e = &form.education;
    if condition.education.is_none()
        && written(&[mark(&e.start, t), mark(&e.end, t), mark(&e.school, t), mark(&e.major, t)])
    {
        sections.push((ApplicationForm::education.name, ApplicationForm::education.zh));
    }
    if condition.prior.is_none()
        && written(&[
            mark(&form.prior_occupation, t),
            mark(&form.prior_level, t),
            mark(&form.prior_certificate_number, t),
        ])
    {
        sections.push((ApplicationForm::prior_occupation.name, PRIOR_CERTIFICATE));
    }
    let flags = sections
        .into_iter()
        .map(|(field, zh)| {
            let wrong = format!("申报表填写了与所选申报条件无关的“{zh}”");
            let asked = format!("{wrong}，该部分无需填写，请按所选条件重新填写。");
            case.flag(&RULE, Severity::Review).on(FORM).field(field).applicant(asked).says(
                format!("{wrong}，请看照片认定。"),
                format!("The section {field} is filled though the condition does not ask for it."),
            )
        })
        .collect();
    Outcome::of(flags)
}

/// 2: surely read, 1: something is written, 0: nothing.
fn mark<T>(fact: &Fact<T>, threshold: f32) -> u8 {
    match fact.state {
        State::Read if fact.confidence >= threshold => 2,
        State::Read | State::Illegible => 1,
        State::Empty | State::NotFound => 0,
    }
}

fn written(marks: &[u8]) -> bool {
    marks.iter().sum::<u8>() >= 2
}
