//! `work-occupation`
//!
//! ## What is wrong
//! The occupation is neither 本职业 nor a listed 相关职业.
//!
//! ## Evidence
//! The governing pack's own list; a joint entry stands for each of its parts.
//!
//! ## Cannot tell
//! A doubtful reading is `review`, and so is one that only another source lists, or a 工种 of 本职业. On a form that does
//! not ask for the occupation of each job: not evaluated.

use super::{field, nothing_to_judge, nth, spans, told_by};
use crate::rules::case::Case;
use crate::rules::lists::{Listed, occupation};
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::{ApplicationForm, WorkSentence};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "work-occupation",
    worst: Severity::Reject,
    source: "G2 说明3",
    title_zh: "从事职业不符",
    title_en: "occupation is neither 本职业 nor a listed 相关职业",
    rests_on: &["application_form.work[].occupation", "work_commitment.work[].occupation", "registration.occupation"],
    clears_zh: "填写实际从事的本职业或所列相关职业；不属于所列职业的，不能计入年限",
    clears_en: "本职业 or a listed 相关职业, if that was the work",
    file: include_str!("work_occupation.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Lists of occupations and majors".
pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    if case.governing.is_none() {
        return Outcome::NotEvaluated(why::NO_PACK);
    }
    // Where the condition asks for no work, the sentence itself is what is wrong (form-unrequired-section).
    if case.condition.is_some_and(|c| c.work.is_none()) {
        return Outcome::NotApplicable;
    }
    let asked = spans::filled(case).any(|(_, s)| s.occupation.state != State::NotFound);
    if !asked && !case.has_field(told_by(case), Some(&ApplicationForm::work), &WorkSentence::occupation) {
        return Outcome::NotEvaluated(why::NOT_ON_FORM);
    }
    let flags = spans::filled(case)
        .filter_map(|(i, s)| {
            let (written, listed) = judged(case, &s.occupation)?;
            let sure = s.occupation.confidence >= case.threshold();
            let wrong = format!("{}{}工作经历填写的职业“{written}”不在本职业及相关职业范围内", told_by(case), nth(i));
            let (severity, zh) = listed.told(sure, &wrong)?;
            let asked = format!(
                "{wrong}，请按报考条件备注中的名称填写实际从事的职业；不属于所列职业的工作不计入年限。"
            );
            let draft = case.flag(&RULE, severity).fact(told_by(case), field(i, "occupation"), &s.occupation);
            Some(draft.expected("本职业或相关职业").applicant(asked).says(
                zh,
                format!("The occupation \u{201c}{written}\u{201d} is neither the occupation itself nor a listed related one."),
            ))
        })
        .collect();
    Outcome::of(flags)
}

/// What is written, and where it stands; `None` if nothing was read or no pack governs.
pub fn judged<'a>(case: &Case<'_>, fact: &'a Fact<String>) -> Option<(&'a str, Listed)> {
    let written = fact.value.as_deref().or(fact.text.as_deref()).filter(|_| fact.state == State::Read)?;
    Some((written, occupation(case, written)?))
}
