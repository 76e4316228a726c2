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
use crate::rules::flagging::Outcome;
use crate::vocabulary::calendar::age_on;

const ID: &str = "identity-underage";

pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(condition) = case.condition else {
        return Outcome::NotEvaluated("no condition could be chosen");
    };
    let Some(min_age) = condition.min_age else {
        return Outcome::NotApplicable;
    };
    let (Some(birth), Some(day)) = (case.birth_date(), case.registered_on()) else {
        return Outcome::NotEvaluated("the birth date or the registration date is not known");
    };
    let young = |b| age_on(b, day) < i32::from(min_age);
    let other = case.citizen_number().and_then(|c| c.as_ref().ok()).map(|c| c.birth_date);
    let contradicted = other.is_some_and(|o| o != birth);
    if !young(birth) && !other.is_some_and(young) {
        return Outcome::Holds;
    }
    Outcome::maybe(Some(
        case.flag(ID, Case::by_sureness(!contradicted))
            .field("出生日期")
            .expected(format!("≥ {min_age}"))
            .observed(age_on(birth, day).to_string())
            .clause(&condition.clause)
            .says(
                format!("报名日期 {day} 时年龄为 {} 周岁，未满 {min_age} 周岁，不符合申报条件，请年满后再报名；出生日期填写有误的，请更正。", age_on(birth, day)),
                format!("{} years old on {day}; the condition asks for {min_age}.", age_on(birth, day)),
            ),
    ))
}
