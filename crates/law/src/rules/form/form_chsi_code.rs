//! `form-chsi-code`
//!
//! ## What is wrong
//! The 学信网验证码 is missing where an academic diploma of 专科 and above is claimed, malformed, or not the registered one.
//!
//! ## Evidence
//! The code on the 申报表 and in the registration.
//!
//! ## Cannot tell
//! Always `review`. Whether the code is genuine, only 学信网 can tell. What is claimed is not known: not evaluated.

use super::FORM;
use crate::rules::case::{Case, observed};
use crate::rules::draft::Draft;
use crate::rules::education::is_academic;
use crate::rules::outcome::Outcome;
use crate::rules::reading::{Agreement, agreement, apart, misread, told};
use crate::rules::registration::REGISTRATION;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::text::normalise;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-chsi-code",
    worst: Severity::Review,
    source: "申报表 学历",
    title_zh: "学信网验证码有误",
    title_en: "学信网验证码 missing where needed, or malformed",
    rests_on: &[
        "application_form.chsi_code",
        "registration.chsi_code",
        "registration.education",
        "diploma.schooling",
        "education_commitment.education",
    ],
    settings: &["reading.blank_threshold"],
    clears_zh: "在申报表和报名信息中填写学信网在线验证码，二者一致",
    clears_en: "the code of 学信网 on the form and in the registration",
    file: include_str!("form_chsi_code.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(condition) = case.condition else {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    };
    if condition.education.is_none() {
        return Outcome::NotApplicable;
    }
    match is_academic(case) {
        Some(true) => {}
        Some(false) => return Outcome::NotApplicable,
        None => return Outcome::NotEvaluated(why::NO_SCHOOLING_CLAIMED),
    }
    let registered = case.text(|r| &r.chsi_code);
    let on_form = case.form().map(|f| &f.chsi_code);
    let draft = || -> Draft {
        let draft = case.flag(&RULE, Severity::Review).on(FORM).field("chsi_code");
        match on_form {
            Some(fact) => draft.fact(FORM, "chsi_code", fact),
            None => draft,
        }
    };
    let remedy = "请填写学信网《教育部学籍在线验证报告》或《教育部学历证书电子注册备案表》的在线验证码。";
    match (registered, on_form) {
        (Some(code), _) if !is_well_formed(code) => Outcome::maybe(Some(
            draft()
                .observed(code)
                .says_to_both(format!("学信网验证码“{code}”格式不正确，{remedy}"), "The CHSI code is malformed."),
        )),
        (_, Some(fact)) if fact.state == State::Empty => Outcome::maybe(Some(
            draft().says_to_both(format!("申报表未填写学信网验证码，{remedy}"), "The CHSI code on the form is empty."),
        )),
        (Some(code), Some(fact))
            if matches!(agreement(fact, code, case.threshold()), Agreement::Differs | Agreement::MayDiffer) =>
        {
            let read = observed(fact).unwrap_or_default();
            let sure = agreement(fact, code, case.threshold()) == Agreement::Differs;
            let asked = format!("申报表上的学信网验证码与报名信息不一致，二者应相同，{remedy}");
            Outcome::maybe(Some(draft().expected(code).applicant(asked).says(
                told(sure, &format!("申报表上的学信网验证码与报名信息不一致：{}", apart(&read, code, REGISTRATION))),
                "The CHSI code on the form is not the registered one.",
            )))
        }
        (None, Some(fact)) if fact.value.as_deref().is_some_and(|c| !is_well_formed(c)) => {
            Outcome::maybe(Some(draft().applicant(format!("申报表上的学信网验证码格式不正确，{remedy}")).says(
                misread(&format!(
                    "申报表上的学信网验证码识读为 {} 位，应为 12 位或 16 位字母、数字",
                    fact.value.as_deref().map_or(0, |c| normalise(c).chars().count())
                )),
                "The CHSI code on the form is malformed.",
            )))
        }
        (None, None) if !case.unread(FORM) => Outcome::maybe(Some(
            draft().says_to_both(format!("未提供学信网验证码，{remedy}"), "There is no CHSI code."),
        )),
        (None, None) => Outcome::NotEvaluated(super::UNREAD),
        _ => Outcome::Holds,
    }
}

/// 学信网's online codes are 16 letters and digits, the older ones 12.
fn is_well_formed(code: &str) -> bool {
    let c = normalise(code);
    matches!(c.len(), 12 | 16) && c.bytes().all(|b| b.is_ascii_alphanumeric())
}
