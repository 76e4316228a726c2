//! `identity-card-expired`
//!
//! ## What is wrong
//! The card is not in its validity period on the day of registration.
//!
//! ## Evidence
//! Both dates of the card's validity against 报名日期; the last day counts.
//!
//! ## Cannot tell
//! A doubtful date that would put the day outside is `review`; one that cannot be was misread and is `review` too; an
//! unread end is `reading-doubtful`, and so is an impossible one read in doubt.
//! No card or no registration date: not evaluated.

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::plausible::{Dated, Plausible, Tells};
use crate::rules::reading::{misread, told};
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{ValidUntil, WrittenDate, chinese_day};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;
use jiff::civil::Date;

pub const RULE: Rule = Rule {
    id: "identity-card-expired",
    worst: Severity::Reject,
    source: "G2 三6",
    title_zh: "身份证不在有效期",
    title_en: "card not in its validity period on the day of registration",
    rests_on: &["id_card_back.valid_from", "id_card_back.valid_to", "registration.registered_on", "today"],
    settings: &["reading.written_years"],
    clears_zh: "上传报名之日仍在有效期内的身份证",
    clears_en: "a card that was valid on the day of registration",
    certain_on_further: true,
    file: include_str!("identity_card_expired.rs"),
    judge,
    ..Rule::NEW
};

const CARD: MaterialKind = MaterialKind::IdCardBack;

/// As decided in docs/domain.md, "Dates: today and the future".
pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(card) = case.documents.id_card_back.as_ref().filter(|_| case.legible(CARD)) else {
        return if case.unread(CARD) { Outcome::NotEvaluated(why::CARD_BACK_UNREAD) } else { Outcome::NotApplicable };
    };
    let Some(day) = case.registered_on() else {
        return Outcome::NotEvaluated(why::NO_REGISTRATION_DATE);
    };
    let until = match card.valid_to.value.filter(|_| card.valid_to.state == State::Read) {
        Some(ValidUntil::Date(written)) => outside(case, "valid_to", &card.valid_to, written, day, |end| end < day),
        Some(ValidUntil::Unlimited) | None => None,
    };
    let from = card
        .valid_from
        .value
        .filter(|_| card.valid_from.state == State::Read)
        .and_then(|w| outside(case, "valid_from", &card.valid_from, w, day, |start| start > day));
    Outcome::maybe(until.or(from))
}

fn outside<T: Dated>(
    case: &Case<'_>,
    field: &str,
    fact: &Fact<T>,
    written: WrittenDate,
    day: Date,
    excludes: impl Fn(Date) -> bool,
) -> Option<Flag> {
    // The end of validity is needed, so a doubt about it is told by `reading-doubtful`; of its start nobody else tells.
    let how = case.plausible(Tells::Validity, fact);
    if how == Plausible::Unsure && field == "valid_to" {
        return None;
    }
    let sure = match case.day(Tells::Validity, written) {
        Some(date) if excludes(date) => fact.confidence >= case.threshold(),
        Some(_) => return None,
        None => return Some(impossible(case, field, fact, written)),
    };
    let zh = if field == "valid_to" {
        format!("身份证有效期至 {written}，报名日期 {}已不在有效期内", chinese_day(day))
    } else {
        format!("身份证有效期自 {written}起，报名日期 {}尚未生效", chinese_day(day))
    };
    Some(
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(CARD, field, fact)
            .expected(format!("{day} 在有效期内"))
            .observed(written.to_string())
            .applicant(format!("{zh}，请上传报名之日有效的身份证。"))
            .says(
                told(sure, &zh),
                format!("The card's validity ({field} {written}) does not cover the day of registration, {day}."),
            ),
    )
}

/// A date that cannot be: printed by an office, so it was misread.
fn impossible<T>(case: &Case<'_>, field: &str, fact: &Fact<T>, written: WrittenDate) -> Flag {
    let which = if field == "valid_to" { "截止" } else { "起始" };
    case.flag(&RULE, Severity::Review)
        .fact(CARD, field, fact)
        .observed(written.to_string())
        .applicant(format!("身份证有效期限的{which}日期不清，请重新拍摄上传。"))
        .says(
            misread(&format!("身份证有效期限的{which}日期识读为“{written}”")),
            format!("The card's validity ({field}) reads as {written}, which cannot be and may be misread."),
        )
}
