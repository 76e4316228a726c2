//! `work-period-underage`
//!
//! ## What is wrong
//! A span starts before the 16th birthday (`settings.work.min_age`).
//!
//! ## Evidence
//! The start month against the month of the birthday.
//!
//! ## Cannot tell
//! The birthday's own month may be right: not flagged. No birth date: not evaluated.

use super::{field, nothing_to_judge, nth, spans, told_by};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::Month;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "work-period-underage",
    worst: Severity::Review,
    source: "—",
    title_zh: "工作起始未满16岁",
    title_en: "a span starts before the 16th birthday",
    rests_on: &[
        "application_form.work[].start",
        "work_commitment.work[].start",
        "application_form.work[].occupation_start",
        "work_commitment.work[].occupation_start",
        "registration.birth_date",
        "registration.id_number",
        "today",
    ],
    settings: &["work.min_age", "reading.written_years"],
    clears_zh: "核对起始年月；审核人员认定属实的也可放行",
    clears_en: "the start corrected; or the reviewer accepts it",
    file: include_str!("work_period_underage.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    let Some(birth) = case.birth_date() else {
        return Outcome::NotEvaluated(why::NO_BIRTH_DATE);
    };
    let age = case.settings.work.min_age;
    let first = Month::of(birth).plus(i32::from(age) * 12);
    let flags = spans::filled(case)
        .filter_map(|(i, s)| {
            let (start, sure) = spans::month(case, &s.start).filter(|(month, _)| *month < first)?;
            let early = format!("{}{}工作经历自 {}开始，当时未满 {age} 周岁", told_by(case), nth(i), start.chinese());
            Some(
                case.flag(&RULE, Severity::Review)
                    .fact(told_by(case), field(i, "start"), &s.start)
                    .expected(format!("不早于 {}", first.chinese()))
                    .observed(start.to_string())
                    .applicant(format!("{early}，请核对起始时间后重新填写。"))
                    .says(told(sure, &early), format!("The span starts in {start}, before the {age}th birthday.")),
            )
        })
        .collect();
    Outcome::of(flags)
}
