//! `form-date`
//!
//! ## What is wrong
//! A signature date is missing, impossible, or in the future.
//!
//! ## Evidence
//! The dates of each filled section (one is enough) and of the 工作承诺书, against `--as-of`.
//!
//! ## Cannot tell
//! A doubtful reading is `review`; a date that was not found or cannot be read is `reading-doubtful`. So is one that
//! cannot be (month 13, a year far ahead) and is more likely another; read so once it is `review`, by two sure readings
//! certain.

use super::sections::{Signed, signed};
use super::some_form;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::plausible::{Plausible, Tells};
use crate::rules::reading::{misread, told};
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{WrittenDate, chinese_day};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};

pub const RULE: Rule = Rule {
    id: "form-date",
    worst: Severity::Reject,
    source: "填表说明四2",
    title_zh: "签名日期有误",
    title_en: "signature date missing, impossible or in the future",
    rests_on: &[
        "application_form.signed_on",
        "application_form.work[].signed_on",
        "application_form.education.signed_on",
        "intent_commitment.signed_on",
        "today",
    ],
    settings: &["reading.blank_threshold", "reading.written_years"],
    clears_zh: "填写真实的签名日期后重新上传",
    clears_en: "a real date that is not in the future",
    file: include_str!("form_date.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Doubts".
pub fn judge(case: &Case<'_>) -> Outcome {
    let unread = match some_form(case) {
        Ok(unread) => unread,
        Err(outcome) => return outcome,
    };
    let flags = signed(case).iter().filter_map(|s| wrong(case, s)).collect();
    Outcome::of_partial(flags, unread, super::UNREAD)
}

fn wrong(case: &Case<'_>, section: &Signed<'_>) -> Option<Flag> {
    let read = |f: &Fact<WrittenDate>| f.value.filter(|_| f.state == State::Read);
    let good =
        |f: &Fact<WrittenDate>| read(f).and_then(|w| case.day(Tells::Signing, w)).is_some_and(|d| d <= case.as_of);
    let doubtful = |f: &Fact<WrittenDate>| case.plausible(Tells::Signing, f) == Plausible::Unsure;
    // A date that cannot be is wrong even beside a good one.
    let bad = section.dates.iter().find(|(_, f)| read(f).is_some() && !good(f) && !doubtful(f));
    let any_good = section.dates.iter().any(|(_, f)| good(f));
    let (field, fact) = match bad {
        Some(bad) => bad,
        None if any_good => return None,
        None => {
            // Something that cannot be read may be a date: the doubt is told by reading-doubtful.
            if section.dates.iter().any(|(_, f)| f.is_filled()) {
                return None;
            }
            section.dates.iter().rfind(|(_, f)| f.state == State::Empty)?
        }
    };
    let partial = |w: WrittenDate| w.year.is_none() || w.month.is_none() || w.day.is_none();
    if case.plausible(Tells::Signing, fact) == Plausible::Once {
        let written = fact.value.map_or_else(String::new, |w| w.to_string());
        return Some(
            case.flag(&RULE, Severity::Review)
                .fact(section.document, field.to_string(), fact)
                .expected(format!("不晚于 {}", chinese_day(case.as_of)))
                .observed(&*written)
                .applicant(format!("{}的签字日期有误，请如实填写签字日期后重新上传。", section.zh))
                .says(
                    misread(&format!("{}的签字日期识读为“{written}”", section.zh)),
                    "The signature date cannot be and may be misread.",
                ),
        );
    }
    let (zh, en, sure) = match read(fact) {
        None => ("缺少签字日期", "is missing", fact.surely_blank(case.settings.reading.blank_threshold)),
        Some(w) if partial(w) => ("的签字日期不完整", "is not complete", fact.confidence >= case.threshold()),
        Some(w) if w.valid().is_none() => ("的签字日期不存在", "does not exist", fact.confidence >= case.threshold()),
        Some(_) => ("的签字日期晚于审核日期", "lies in the future", fact.confidence >= case.threshold()),
    };
    let wrong = read(fact).map_or_else(|| format!("{}{zh}", section.zh), |w| format!("{}{zh}：{w}", section.zh));
    let draft = case
        .flag(&RULE, Case::by_sureness(sure))
        .fact(section.document, field.to_string(), fact)
        .expected(format!("不晚于 {}", chinese_day(case.as_of)));
    let draft = match read(fact) {
        Some(w) => draft.observed(w.to_string()),
        None => draft,
    };
    let asked = format!("{}{zh}，请如实填写签字日期后重新上传。", section.zh);
    Some(draft.applicant(asked).says(told(sure, &wrong), format!("The signature date {en}.")))
}
