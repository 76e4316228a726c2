//! `form-phone`
//!
//! ## What is wrong
//! The mobile number on a letter is missing, malformed, or not the registered one.
//!
//! ## Evidence
//! 联系电话 of each letter, against its form and against 手机号码 and 联系电话 of the registration.
//!
//! ## Cannot tell
//! Always `review`. A doubtful reading that agrees with the registered number raises no flag; an unread one is
//! `reading-doubtful`.

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::{Agreement, agreement, apart, told};
use crate::rules::registration::REGISTRATION;
use crate::rules::registration::registration_field::is_mobile;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::ApplicationForm;
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::normalise;

pub const RULE: Rule = Rule {
    id: "form-phone",
    worst: Severity::Review,
    source: "承诺书",
    title_zh: "手机号码有误",
    title_en: "mobile number missing or malformed, or not the registered one",
    rests_on: &["application_form.mobile", "*_commitment.mobile", "registration.mobile", "registration.phone"],
    settings: &["reading.blank_threshold"],
    clears_zh: "在表上填写 11 位手机号码，与报名信息一致",
    clears_en: "the registered mobile number on the form or letter",
    file: include_str!("form_phone.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let on_form = case.form().filter(|_| case.has_field(super::FORM, None, &ApplicationForm::mobile));
    let letters = MaterialKind::ALL.into_iter().filter(|k| k.is_form() && *k != super::FORM);
    let unread = letters.clone().any(|k| case.unread(k));
    if on_form.is_none() && case.commitments().next().is_none() {
        return if unread { Outcome::NotEvaluated(super::UNREAD) } else { Outcome::NotApplicable };
    }
    let of_letters = case.commitments().map(|(kind, c)| (kind, &c.mobile));
    let all = on_form.map(|form| (super::FORM, &form.mobile)).into_iter().chain(of_letters);
    let flags = all.filter_map(|(kind, fact)| wrong(case, kind, fact)).collect();
    Outcome::of_partial(flags, unread, super::UNREAD)
}

fn wrong(case: &Case<'_>, kind: MaterialKind, fact: &Fact<String>) -> Option<Flag> {
    let draft = || case.flag(&RULE, Severity::Review).fact(kind, "mobile", fact);
    if fact.state == State::Empty {
        return Some(draft().says_to_both(
            format!("{kind}未填写联系电话（手机），请填写后重新上传。"),
            format!("The mobile number on the {} is empty.", kind.english()),
        ));
    }
    let written = fact.value.as_deref().or(fact.text.as_deref()).filter(|_| fact.state == State::Read)?;
    let registered: Vec<&str> =
        [case.text(|r| &r.mobile), case.text(|r| &r.phone)].into_iter().flatten().filter(|n| is_mobile(n)).collect();
    let agrees = registered.iter().map(|n| agreement(fact, n, case.threshold()));
    let (mut same, mut compared) = (false, false);
    for a in agrees {
        compared = true;
        same |= matches!(a, Agreement::Same | Agreement::MaySame);
    }
    if same {
        return None;
    }
    if !is_mobile(written) {
        return Some(draft().applicant(format!("{kind}填写的手机号码应为 11 位，请更正。")).says(
            format!("{kind}的手机号码{}，请对照截图确认。", misread_digits(written)),
            format!("The mobile number on the {} is malformed.", kind.english()),
        ));
    }
    compared.then(|| {
        let sure = fact.confidence >= case.threshold();
        let differs = apart(written, registered[0], REGISTRATION);
        let asked = format!("{kind}填写的手机号码与报名信息不一致，请核对后更正报名信息，或重新填写。");
        draft().expected(registered[0]).applicant(asked).says(
            told(sure, &format!("{kind}的手机号码与报名信息不一致：{differs}")),
            format!("The mobile number on the {} is not the registered one.", kind.english()),
        )
    })
}

/// What is more often misread than miswritten: a digit too few or too many.
fn misread_digits(written: &str) -> String {
    match normalise(written).chars().filter(char::is_ascii_digit).count() {
        10 => "疑漏读一位".to_owned(),
        12 => "疑多读一位".to_owned(),
        11 => "识读结果不是手机号码".to_owned(),
        digits => format!("识读为 {digits} 位（应为 11 位）"),
    }
}
