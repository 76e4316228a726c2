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

use super::{FORM, field, nothing_to_judge, nth, spans};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::calendar::Month;
use crate::vocabulary::finding::Severity;

const ID: &str = "work-period-underage";

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    let Some(birth) = case.birth_date() else {
        return Outcome::NotEvaluated("the birth date is not known");
    };
    let age = case.settings.work.min_age;
    let first = Month::of(birth).plus(i32::from(age) * 12);
    let flags = spans::filled(case)
        .filter_map(|(i, s)| {
            let start = spans::month(&s.start, case.threshold()).map(|m| m.0).filter(|m| *m < first)?;
            Some(case.flag(ID, Severity::Review).fact(FORM, field(i, "start"), &s.start).expected(format!("≥ {first}")).observed(start.to_string()).says(
                format!("申报表{}工作经历自 {start} 开始，当时未满 {age} 周岁，请核对起始时间后重新填写。", nth(i)),
                format!("The span starts in {start}, before the {age}th birthday."),
            ))
        })
        .collect();
    Outcome::of(flags)
}
