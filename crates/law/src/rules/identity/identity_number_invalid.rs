//! `identity-number-invalid`
//!
//! ## What is wrong
//! An ID number whose form, date, region or check digit is wrong.
//!
//! ## Evidence
//! The registered number; without one, the card's sure reading. A birth date in it that lies after the registration (or
//! after today) is impossible.
//!
//! ## Cannot tell
//! A number of a kind without a check digit is only checked for its form (`identity-kind`).
//! The message does not repeat the number.

use super::number_forms::{NumberCheck, check};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::chinese_day;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::identity::NumberError;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::submission::IdKind;
use crate::vocabulary::text::normalise;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "identity-number-invalid",
    worst: Severity::Reject,
    source: "N24 三(二)1",
    title_zh: "证件号码无效",
    title_en: "an ID number whose form, date or check digit is wrong",
    rests_on: super::PLACES_OF_NUMBERS,
    clears_zh: "按证件核对并更正报名信息中的证件号码",
    clears_en: "the registered number corrected by the document",
    certain_on_further: true,
    file: include_str!("identity_number_invalid.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let card =
        case.documents.id_card_front.as_ref().filter(|_| case.legible(MaterialKind::IdCardFront)).map(|c| &c.number);
    let sure_card = card.and_then(|f| f.sure(case.threshold()).map(|n| (f, n)));
    let Some(number) = case.id_number().or(sure_card.map(|(_, n)| n.as_str())) else {
        return Outcome::NotEvaluated(why::NO_NUMBER);
    };
    let kind = match case.id_kind() {
        Some(kind) => kind,
        None if case.registration().is_none() => IdKind::ResidentIdCard,
        None => return Outcome::NotEvaluated(why::NO_ID_KIND),
    };
    if let Some(flag) = unborn(case) {
        return Outcome::maybe(Some(flag));
    }
    // The commonest case first: the registered number was parsed when the case was built.
    if kind == IdKind::ResidentIdCard && matches!(case.citizen_number(), Some(Ok(_))) {
        return Outcome::Holds;
    }
    let NumberCheck::Invalid(error) = check(kind, number) else {
        return Outcome::Holds;
    };
    let (zh, en) = match error {
        NumberError::Form if is_first_generation(number) => (
            "是 15 位的第一代证号，已停止使用，请填写 18 位公民身份号码",
            "it is a 15-digit number of the first generation, which is no longer valid",
        ),
        NumberError::Form => ("位数或字符不正确（应为 18 位）", "it is not 17 digits and a digit or X"),
        NumberError::Region => ("行政区划代码不存在", "its region code does not exist"),
        NumberError::BirthDate => ("中的出生日期无效", "its date of birth does not exist"),
        NumberError::CheckDigit(_) => ("校验码不正确", "its check digit is wrong"),
    };
    let draft = case.flag(&RULE, Severity::Reject).observed(number);
    let draft = match (case.id_number(), sure_card) {
        (None, Some((fact, _))) => draft.fact(MaterialKind::IdCardFront, "number", fact),
        _ => draft.field("证件号码"),
    };
    let draft = match error {
        NumberError::CheckDigit(want) => draft.expected(format!("…{want}")),
        NumberError::Form | NumberError::Region | NumberError::BirthDate => draft,
    };
    Outcome::maybe(Some(
        draft.says_to_both(format!("证件号码{zh}，请核对后更正。"), format!("The identity number is invalid: {en}.")),
    ))
}

/// The registered number says that the applicant was born after registering. That the registered birth date says so too
/// makes it no better.
fn unborn(case: &Case<'_>) -> Option<Flag> {
    let born = case.citizen_number()?.as_ref().ok()?.birth_date;
    let day = case.registered_on().map_or(case.as_of, |day| day.min(case.as_of));
    (born > day).then(|| {
        case.flag(&RULE, Severity::Reject)
            .field("证件号码")
            .observed(case.id_number().unwrap_or_default())
            .expected(format!("不晚于 {}", chinese_day(day)))
            .says_to_both(
                format!("证件号码中的出生日期 {}晚于 {}，请核对后更正。", chinese_day(born), chinese_day(day)),
                format!("The identity number is invalid: its date of birth, {born}, is after {day}."),
            )
    })
}

/// The 15 digits of the cards that have not been valid since 2013-01-01 (居民身份证法, 2011 修正).
fn is_first_generation(number: &str) -> bool {
    let n = normalise(number);
    n.len() == 15 && n.bytes().all(|b| b.is_ascii_digit())
}
