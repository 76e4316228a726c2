//! `plan-not-offered`
//!
//! ## What is wrong
//! The occupation, job type and level are not offered.
//!
//! ## Evidence
//! The calendar of the notice in force.
//!
//! ## Cannot tell
//! A source without a calendar: not applicable. An occupation offered only by job type, registered without one:
//! `review`.

use super::{matching, offers};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "plan-not-offered",
    worst: Severity::Reject,
    source: "N24 一",
    title_zh: "未开考该职业等级",
    title_en: "occupation, job type and level are not offered",
    rests_on: &["registration.occupation", "registration.job_type", "registration.level", "registration.registered_on"],
    clears_zh: "改选开考的职业、工种、级别",
    clears_en: "an occupation, job type and level that are offered",
    file: include_str!("plan_not_offered.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let (Some(occupation), Some(level)) = (case.occupation(), case.level()) else {
        return Outcome::NotEvaluated(why::NO_OCCUPATION_OR_LEVEL);
    };
    // Where the governing pack has no calendar, no other pack's calendar decides.
    if case.governing.is_some_and(|g| g.notice.calendar.is_empty())
        || case.notices_in_force().all(|p| p.calendar.is_empty())
    {
        return Outcome::NotApplicable;
    }
    if !matching(case).is_empty() {
        return Outcome::Holds;
    }
    let job_type = case.text(|r| &r.job_type);
    let severity = if offers(case).is_empty() || job_type.is_some() { Severity::Reject } else { Severity::Review };
    let job = job_type.unwrap_or("");
    Outcome::maybe(Some(
        case.flag(&RULE, severity).field("工种").observed(format!("{occupation} {job} {level}")).says_to_both(
            if severity == Severity::Reject {
                let job = job_type.map_or_else(String::new, |j| format!("工种“{j}”、"));
                format!("职业“{occupation}”、{job}级别“{level}”不在认定项目之内，请重新选择认定计划。")
            } else {
                format!("{occupation}按工种开考，报名信息未填写工种，请补充。")
            },
            if severity == Severity::Reject {
                format!("{occupation} {job}, level {}, is not offered.", level.number())
            } else {
                format!("{occupation} is offered by job type, and none is registered.")
            },
        ),
    ))
}
