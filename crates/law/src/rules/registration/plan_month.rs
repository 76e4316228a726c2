//! `plan-month`
//!
//! ## What is wrong
//! It is offered, but not in the month of the registered plan.
//!
//! ## Evidence
//! The month in 认定计划 against the calendar.
//!
//! ## Cannot tell
//! No month in 认定计划: not evaluated. Not offered at all: `plan-not-offered`.

use super::matching;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "plan-month",
    worst: Severity::Review,
    source: "N24 一",
    title_zh: "该月份不开考",
    title_en: "not offered in that month",
    rests_on: &["registration.plan", "registration.occupation", "registration.job_type", "registration.level"],
    clears_zh: "改选开考月份的认定计划",
    clears_en: "a plan in a month in which it is offered",
    file: include_str!("plan_month.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Registration table".
pub fn judge(case: &Case<'_>) -> Outcome {
    if case.governing.is_none_or(|g| g.notice.calendar.is_empty()) {
        return Outcome::NotApplicable;
    }
    let month = case.registration().and_then(|r| r.plan.as_ref()).and_then(|p| p.value.as_ref()).and_then(|p| p.month);
    let Some(month) = month else {
        return Outcome::NotEvaluated(why::NO_MONTH);
    };
    let mut months: Vec<u8> = matching(case).into_iter().flat_map(|o| o.months.iter().copied()).collect();
    if months.is_empty() || months.contains(&month) {
        return Outcome::Holds;
    }
    months.sort_unstable();
    let offered = months.iter().map(u8::to_string).collect::<Vec<_>>().join("、");
    Outcome::maybe(Some(
        case.flag(&RULE, Severity::Review)
            .field("认定计划")
            .expected(format!("{offered}月"))
            .observed(format!("{month}月"))
            .says_to_both(
                format!("认定计划为 {month} 月，该职业、工种和级别的认定月份为 {offered} 月，请重新选择认定计划。"),
                format!("Not offered in month {month}; offered in {offered}."),
            ),
    ))
}
