//! `registration-condition`
//!
//! ## What is wrong
//! The pack has no such condition for this occupation and level.
//!
//! ## Evidence
//! The registered number against the conditions of the governing pack.
//!
//! ## Cannot tell
//! No pack in force for that day, occupation and level is `review`, never a guess.
//! Without day, occupation, level or number it is not evaluated: `registration-field` has said so.

use crate::rules::case::{Case, value};
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::chinese_day;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "registration-condition",
    worst: Severity::Reject,
    source: "报考条件",
    title_zh: "无此申报条件",
    title_en: "no such condition for this occupation and level in the pack",
    rests_on: &[
        "registration.registered_on",
        "registration.occupation",
        "registration.level",
        "registration.condition",
    ],
    clears_zh: "重新选择该职业、级别现行的申报条件；适用哪份文件有疑问的，由审核机构确定（可用 --pack）",
    clears_en: "a condition that this occupation and level have; the office may choose the pack (--pack)",
    file: include_str!("registration_condition.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Which pack governs".
pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(registration) = case.registration() else {
        return Outcome::NotEvaluated(why::NO_REGISTRATION);
    };
    let (Some(occupation), Some(level)) = (case.occupation(), case.level()) else {
        return Outcome::NotEvaluated(why::NO_OCCUPATION_OR_LEVEL);
    };
    let Some(governing) = &case.governing else {
        let Some(day) = case.registered_on() else {
            return Outcome::NotEvaluated(why::NO_REGISTRATION_DATE);
        };
        return Outcome::maybe(Some(
            case.flag(&RULE, Severity::Review).field("申报条件").observed(format!("{day} {occupation} {level}")).says(
                format!(
                    "报名日期 {}没有适用于{occupation}{level}的申报条件，请审核人员确定适用的文件。",
                    chinese_day(day)
                ),
                format!("No pack in force on {day} has conditions for {occupation}, level {}.", level.number()),
            ),
        ));
    };
    let Some(number) = value(&registration.condition) else {
        return Outcome::NotEvaluated(why::NO_CONDITION_NUMBER);
    };
    if case.condition.is_some() {
        return Outcome::Holds;
    }
    let numbers: Vec<u8> =
        governing.occupation.conditions.iter().filter(|c| c.level == level).map(|c| c.number).collect();
    let known = numbers.iter().map(u8::to_string).collect::<Vec<_>>().join("、");
    Outcome::maybe(Some(
        case.flag(&RULE, Severity::Reject)
            .field("申报条件")
            .expected(&*known)
            .observed(number.to_string())
            .says_to_both(
                format!(
                    "报名选择第 {number} 条申报条件，{occupation}{level}仅设第 {} 条，请重新选择。",
                    ranges(&numbers)
                ),
                format!("There is no condition {number} for {occupation}, level {}.", level.number()),
            ),
    ))
}

/// `1—4`, or `1、3` where numbers are left out.
fn ranges(numbers: &[u8]) -> String {
    match numbers {
        [first, .., last] if numbers.windows(2).all(|w| w[0].checked_add(1) == Some(w[1])) => {
            format!("{first}—{last}")
        }
        _ => numbers.iter().map(u8::to_string).collect::<Vec<_>>().join("、"),
    }
}
