//! `certificate-age`
//!
//! ## What is wrong
//! The certificate was held for less than the condition asks (满2年).
//!
//! ## Evidence
//! The issue date on the certificate, to the day, against 报名日期.
//!
//! ## Cannot tell
//! A doubtful date that would be too late is `review`; an unread one is `reading-doubtful`.

use super::{CERTIFICATE, UNREAD, certificate, requirement, unread};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::rules::work::years::issued_on;
use crate::vocabulary::calendar::chinese_day;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;
use jiff::ToSpan;

pub const RULE: Rule = Rule {
    id: "certificate-age",
    worst: Severity::Reject,
    source: "G2 一(3)",
    title_zh: "证书取得未满年限",
    title_en: "held for less than the condition asks (满2年)",
    rests_on: &["prior_certificate.issued_on", "registration.registered_on", "registration.condition", "today"],
    settings: &["reading.written_years"],
    clears_zh: "取得证书满规定年限后再报名",
    clears_en: "a registration after that time",
    file: include_str!("certificate_age.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.condition.is_none() {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    }
    let Some(months) = requirement(case).and_then(|r| r.held_months) else {
        return Outcome::NotApplicable;
    };
    if unread(case) {
        return Outcome::NotEvaluated(UNREAD);
    }
    let (Some(certificate), Some(day)) = (certificate(case), case.registered_on()) else {
        return Outcome::NotEvaluated(why::NO_CERTIFICATE_OR_DATE);
    };
    let Some((issued, sure)) = issued_on(case) else {
        return Outcome::NotEvaluated(why::NO_ISSUE_DATE);
    };
    let held_from = issued.checked_add(i64::from(months).months());
    if held_from.is_ok_and(|d| d <= day) {
        return Outcome::Holds;
    }
    let years = months / 12;
    let (on, until) = (chinese_day(issued), chinese_day(day));
    let short = format!("上一级别证书发证日期为 {on}，至报名日期 {until}未满 {years} 年");
    Outcome::maybe(Some(
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(CERTIFICATE, "issued_on", &certificate.issued_on)
            .observed(issued.to_string())
            .expected(format!("{day} 满 {months} 个月"))
            .applicant(format!("{short}，不符合所选申报条件，请满 {years} 年后再报名，或重新选择申报条件。"))
            .says(
                told(sure, &short),
                format!("The certificate was issued on {issued}, less than {months} months before {day}."),
            ),
    ))
}
