//! `identity-underage`
//!
//! ## What is wrong
//! The applicant is younger than the condition asks.
//!
//! ## Evidence
//! Birth date (registered, else in the number) and 报名日期; completed years, a birthday counts from its own day on.
//!
//! ## Cannot tell
//! Registered date and number contradict each other: `review`. One of the dates unknown: not evaluated.

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{age_on, chinese_day};
use crate::vocabulary::finding::{Severity, Shows};
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "identity-underage",
    worst: Severity::Reject,
    source: "N24 附件1",
    title_zh: "未满规定年龄",
    title_en: "younger than the condition's age (16 for level 5)",
    rests_on: &[
        "registration.birth_date",
        "registration.id_number",
        "registration.registered_on",
        "registration.condition",
    ],
    clears_zh: "年满规定周岁后再报名；出生日期填错的，更正",
    clears_en: "a registration after that birthday, or the birth date corrected",
    certain_on_further: true,
    shows: Shows::Words,
    file: include_str!("identity_underage.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(condition) = case.condition else {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    };
    let Some(min_age) = condition.min_age else {
        return Outcome::NotApplicable;
    };
    let (Some(birth), Some(day)) = (case.birth_date(), case.registered_on()) else {
        return Outcome::NotEvaluated(why::NO_AGE);
    };
    let young = |b| age_on(b, day) < i32::from(min_age);
    let other = case.citizen_number().and_then(|c| c.as_ref().ok()).map(|c| c.birth_date);
    let contradicted = other.is_some_and(|o| o != birth);
    if !young(birth) && !other.is_some_and(young) {
        return Outcome::Holds;
    }
    Outcome::maybe(Some(
        case.flag(&RULE, Case::by_sureness(!contradicted))
            .field("出生日期")
            .expected(format!("满 {min_age} 周岁"))
            .observed(format!("{} 周岁", age_on(birth, day)))
            .clause(&condition.clause)
            .says_to_both(
                format!(
                    "至报名日期 {}为 {} 周岁，未满 {min_age} 周岁，不符合申报条件，请年满后再报名；出生日期填写有误的，请更正。",
                    chinese_day(day),
                    age_on(birth, day)
                ),
                format!("{} years old on {day}; the condition asks for {min_age}.", age_on(birth, day)),
            ),
    ))
}
