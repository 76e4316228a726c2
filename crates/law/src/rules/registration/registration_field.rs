//! `registration-field`
//!
//! ## What is wrong
//! A column's value cannot be what the column says, or one that the review cannot do without is empty.
//!
//! ## Evidence
//! The value as it stands in the table.
//!
//! ## Cannot tell
//! Never; which of two plausible values is right, is not asked here.

use super::REGISTRATION;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::submission::{Entry, IntakeIssue, Registration};
use crate::vocabulary::text::normalise;

pub const RULE: Rule = Rule {
    id: "registration-field",
    worst: Severity::Review,
    source: "—",
    title_zh: "报名信息填写有误",
    title_en: "a value that cannot be what its column says",
    rests_on: &["registration"],
    clears_zh: "更正或补填该栏",
    clears_en: "the column corrected or filled in",
    file: include_str!("registration_field.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let unreadable = case.submission.intake.iter().filter_map(|issue| match issue {
        IntakeIssue::RegistrationUnreadable { detail } => {
            Some(case.flag(&RULE, Severity::Review).observed(detail.as_str()).says(
                format!("报名信息无法读取：{detail}，请重新导出。"),
                format!("The registration data cannot be read: {detail}."),
            ))
        }
        _ => None,
    });
    let mut flags: Vec<Flag> = unreadable.collect();
    if let Some(registration) = case.registration() {
        impossible(case, registration, &mut flags);
        empty(case, registration, &mut flags);
    } else if flags.is_empty() {
        return Outcome::NotApplicable;
    }
    Outcome::of(flags)
}

fn impossible(case: &Case<'_>, r: &Registration, flags: &mut Vec<Flag>) {
    let mut bad = |column: &str, raw: &str| {
        flags.push(case.flag(&RULE, Severity::Review).field(column).observed(raw).says_to_both(
            format!("{REGISTRATION}中“{column}”填写为“{raw}”，格式不正确，请更正。"),
            format!("The registration's {column} cannot be \u{201c}{raw}\u{201d}."),
        ));
    };
    if let Some(raw) = no_value(&r.name) {
        bad(Registration::name.head, raw);
    }
    if let Some(raw) = no_value(&r.sex) {
        bad(Registration::sex.head, raw);
    }
    if let Some(raw) = no_value(&r.birth_date) {
        bad(Registration::birth_date.head, raw);
    }
    if let Some(raw) = no_value(&r.id_type) {
        bad(Registration::id_type.head, raw);
    }
    if let Some(raw) = no_value(&r.id_number) {
        bad(Registration::id_number.head, raw);
    }
    if let Some(raw) = no_value(&r.plan) {
        bad(Registration::plan.head, raw);
    }
    if let Some(raw) = no_value(&r.occupation) {
        bad(Registration::occupation.head, raw);
    }
    if let Some(raw) = no_value(&r.level) {
        bad(Registration::level.head, raw);
    }
    if let Some(raw) = no_value(&r.condition) {
        bad(Registration::condition.head, raw);
    }
    if let Some(raw) = no_value(&r.registered_on) {
        bad(Registration::registered_on.head, raw);
    }
    if let Some(raw) = no_value(&r.fee_paid) {
        bad(Registration::fee_paid.head, raw);
    }
    if let Some(raw) = unlike(&r.mobile, is_mobile) {
        bad(Registration::mobile.head, raw);
    }
    if let Some(raw) = unlike(&r.email, is_email) {
        bad(Registration::email.head, raw);
    }
    if let Some(raw) = unlike(&r.postcode, is_postcode) {
        bad(Registration::postcode.head, raw);
    }
}

fn empty(case: &Case<'_>, r: &Registration, flags: &mut Vec<Flag>) {
    let columns = [
        (Registration::name.head, r.name.is_none()),
        (Registration::id_number.head, r.id_number.is_none()),
        (Registration::occupation.head, r.occupation.is_none()),
        (Registration::level.head, r.level.is_none()),
        (Registration::condition.head, r.condition.is_none()),
        (Registration::registered_on.head, r.registered_on.is_none()),
    ];
    for (column, missing) in columns {
        if missing {
            flags.push(case.flag(&RULE, Severity::Review).field(column).says_to_both(
                format!("{REGISTRATION}缺少“{column}”，无法核对，请补充。"),
                format!("The registration has no {column}."),
            ));
        }
    }
}

fn no_value<T>(entry: &Option<Entry<T>>) -> Option<&str> {
    entry.as_ref().filter(|e| e.value.is_none()).map(|e| e.raw.as_str())
}

fn unlike(entry: &Option<Entry<String>>, fits: fn(&str) -> bool) -> Option<&str> {
    entry.as_ref().filter(|e| e.value.as_deref().is_none_or(|v| !fits(v.trim()))).map(|e| e.raw.as_str())
}

/// A mainland mobile number: 11 digits from 13 to 19; spaces, hyphens and +86 are forgiven.
pub fn is_mobile(text: &str) -> bool {
    let plain = |t: &str| {
        t.len() == 11 && t.bytes().all(|b| b.is_ascii_digit()) && t.as_bytes()[0] == b'1' && t.as_bytes()[1] >= b'3'
    };
    plain(text) || {
        let n: String = normalise(text).chars().filter(|c| *c != '-').collect();
        plain(n.strip_prefix("+86").or_else(|| n.strip_prefix("86").filter(|r| r.len() == 11)).unwrap_or(&n))
    }
}

/// Something before one `@`, and a domain with a dot after it.
pub fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.split_once('@') else { return false };
    let labels_hold = domain.split('.').all(|l| !l.is_empty()) && domain.contains('.');
    !user.is_empty() && labels_hold && !domain.contains('@') && !text.contains(char::is_whitespace)
}

/// Six digits.
pub fn is_postcode(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}
