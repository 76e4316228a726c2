//! `identity-birth-date`
//!
//! ## What is wrong
//! The birth date differs between the number, the registration, the card or the diploma.
//!
//! ## Evidence
//! The date inside a well-formed citizen number, else the registered date, against the others.
//!
//! ## Cannot tell
//! A doubtful reading that differs is `review`, and so is a date that cannot be, unless card and diploma both say it. An invalid number or registered date is flagged elsewhere and not
//! compared.

use crate::rules::case::{Case, value};
use crate::rules::outcome::Outcome;
use crate::rules::plausible::{Plausible, Tells};
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{Month, WrittenDate, WrittenMonth, chinese_day};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;
use jiff::civil::Date;

pub const RULE: Rule = Rule {
    id: "identity-birth-date",
    worst: Severity::Reject,
    source: "N24 三(二)1",
    title_zh: "出生日期不一致",
    title_en: "birth date differs",
    rests_on: &["registration.birth_date", "registration.id_number", "*.birth_date", "application_form.born", "today"],
    settings: &["reading.written_years"],
    clears_zh: "更正报名信息；证件本身有误的，先到发证机关更正",
    clears_en: "the registered date corrected, or the document itself",
    certain_on_further: true,
    file: include_str!("identity_birth_date.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let from_number = case.citizen_number().and_then(|c| c.as_ref().ok()).map(|c| c.birth_date);
    let registered = case.registration().and_then(|r| value(&r.birth_date));
    let Some(expected) = from_number.or(registered) else {
        return Outcome::NotEvaluated(why::NO_BIRTH_DATE_TO_COMPARE);
    };
    let mut flags = Vec::new();
    if let Some(date) = registered.filter(|d| *d != expected) {
        flags.push(
            case.flag(&RULE, Severity::Reject)
                .field("出生日期")
                .expected(expected.to_string())
                .observed(date.to_string())
                .says_to_both(
                    format!(
                        "报名信息中的出生日期为 {}，证件号码中为 {}，请更正。",
                        chinese_day(date),
                        chinese_day(expected)
                    ),
                    format!("The registered birth date {date} is not the number's, {expected}."),
                ),
        );
    }
    let d = case.documents;
    let mut unread = false;
    for (kind, fact) in [
        (MaterialKind::IdCardFront, d.id_card_front.as_ref().map(|c| &c.birth_date)),
        (MaterialKind::Diploma, d.diploma.as_ref().map(|c| &c.birth_date)),
    ] {
        unread |= case.unread(kind);
        if let Some(fact) = fact.filter(|_| case.legible(kind)) {
            flags.extend(differing(case, kind, fact, expected));
        }
    }
    flags.extend(case.form().and_then(|form| born(case, &form.born, expected)));
    Outcome::of_partial(flags, unread, why::SOME_UNREAD)
}

/// 出生年月 on a form that asks for it.
fn born(case: &Case<'_>, fact: &Fact<WrittenMonth>, expected: Date) -> Option<Flag> {
    let written = fact.value.filter(|_| fact.state == State::Read)?;
    let month = Month::of(expected);
    if written.valid().is_none_or(|w| w == month) {
        return None;
    }
    let sure = fact.confidence >= case.threshold() && case.plausible(Tells::Birth, fact) == Plausible::Yes;
    let differs = format!("申报表填写的出生年月为“{written}”，证件号码、报名信息为“{}”", month.chinese());
    Some(
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(MaterialKind::ApplicationForm, "born", fact)
            .expected(month.to_string())
            .applicant("申报表填写的出生年月与证件号码、报名信息不一致，请更正后重新填写。")
            .says(told(sure, &differs), format!("The birth month on the application form ({written}) is not {month}.")),
    )
}

fn differing(case: &Case<'_>, kind: MaterialKind, fact: &Fact<WrittenDate>, expected: Date) -> Option<Flag> {
    let written = fact.value.filter(|_| fact.state == State::Read)?;
    if written == WrittenDate::from(expected) {
        return None;
    }
    // A diploma may name year and month only.
    let contradicts = |a: Option<u16>, b: i16| a.is_some_and(|a| i32::from(a) != i32::from(b));
    if !contradicts(written.year, expected.year())
        && !contradicts(written.month, i16::from(expected.month()))
        && !contradicts(written.day, i16::from(expected.day()))
    {
        return None;
    }
    let draft = |severity| case.flag(&RULE, severity).fact(kind, "birth_date", fact).expected(expected.to_string());
    let differs = format!("{kind}上的出生日期为“{written}”，证件号码、报名信息为“{}”", chinese_day(expected));
    if matches!(case.plausible(Tells::Birth, fact), Plausible::Unsure | Plausible::Once) {
        return Some(draft(Severity::Review).applicant(format!("{kind}上的出生日期不清，请重新拍摄上传。")).says(
            told(false, &differs),
            format!("The birth date on the {} reads as {written}, which cannot be and may be misread.", kind.english()),
        ));
    }
    let sure = fact.confidence >= case.threshold();
    Some(
        draft(Case::by_sureness(sure))
            .applicant(format!(
                "{kind}上的出生日期与证件号码、报名信息不一致，请更正报名信息，或重新上传本人的{kind}。"
            ))
            .says(
                told(sure, &differs),
                format!("The birth date on the {} ({written}) is not {expected}.", kind.english()),
            ),
    )
}
