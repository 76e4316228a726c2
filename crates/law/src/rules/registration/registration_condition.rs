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
use crate::vocabulary::finding::Severity;

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
        return Outcome::NotEvaluated("no registration");
    };
    let (Some(occupation), Some(level)) = (case.occupation(), case.level()) else {
        return Outcome::NotEvaluated("occupation or level is not known");
    };
    let Some(governing) = &case.governing else {
        let Some(day) = case.registered_on() else {
            return Outcome::NotEvaluated("the registration date is not known");
        };
        return Outcome::maybe(Some(
            case.flag(&RULE, Severity::Review).field("申报条件").observed(format!("{day} {occupation} {level}")).says(
                format!("报名日期 {day} 没有适用于{occupation}{level}的申报条件，需人工核对。"),
                format!("No pack in force on {day} has conditions for {occupation}, level {}.", level.number()),
            ),
        ));
    };
    let Some(number) = value(&registration.condition) else {
        return Outcome::NotEvaluated("the condition's number is not known");
    };
    if case.condition.is_some() {
        return Outcome::Holds;
    }
    let known = governing
        .occupation
        .conditions
        .iter()
        .filter(|c| c.level == level)
        .map(|c| c.number.to_string())
        .collect::<Vec<_>>()
        .join("、");
    Outcome::maybe(Some(
        case.flag(&RULE, Severity::Reject).field("申报条件").expected(&*known).observed(number.to_string()).says(
            format!("{occupation}{level}没有第 {number} 条申报条件（现有：{known}），请重新选择申报条件。"),
            format!("There is no condition {number} for {occupation}, level {}.", level.number()),
        ),
    ))
}
