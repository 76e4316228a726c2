//! `form-level`
//!
//! ## What is wrong
//! The level on the form is not the registered one.
//!
//! ## Evidence
//! 申报级别 on the 申报表, in any of its written forms (二级, 二级/技师, 技师, 2); the letters' level where the 申报表 cannot tell.
//!
//! ## Cannot tell
//! A doubtful reading that differs is `review`, and so is a certain reading that is no level. A letter that contradicts
//! a right 申报表 is `form-commitment-mismatch`.

use super::{FORM, some_form};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-level",
    worst: Severity::Reject,
    source: "填表说明",
    title_zh: "申报级别填写不符",
    title_en: "level on the form is not the registered one",
    rests_on: &["application_form.level", "*_commitment.level", "registration.level"],
    clears_zh: "重新填写申报表，级别与报名信息一致",
    clears_en: "the form filled in again with the registered level",
    file: include_str!("form_level.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Which pack governs".
pub fn judge(case: &Case<'_>) -> Outcome {
    let unread = match some_form(case) {
        Ok(unread) => unread,
        Err(outcome) => return outcome,
    };
    let Some(registered) = case.level() else {
        return Outcome::NotEvaluated(why::NO_LEVEL);
    };
    let form = case.form().map(|f| &f.level).filter(|f| f.state == State::Read);
    let flags: Vec<Flag> = match form {
        Some(fact) => wrong(case, FORM, fact, registered).into_iter().collect(),
        None => case.commitments().filter_map(|(kind, c)| wrong(case, kind, &c.level, registered)).take(1).collect(),
    };
    Outcome::of_partial(flags, unread, super::UNREAD)
}

fn wrong(case: &Case<'_>, kind: MaterialKind, fact: &Fact<Level>, registered: Level) -> Option<Flag> {
    if fact.state != State::Read || fact.value == Some(registered) {
        return None;
    }
    let sure = fact.confidence >= case.threshold();
    let severity = match fact.value {
        Some(_) => Case::by_sureness(sure),
        None if sure => Severity::Review,
        None => return None,
    };
    let written = fact.value.map_or_else(|| fact.text.clone().unwrap_or_default(), Level::full);
    let draft = case.flag(&RULE, severity).fact(kind, "level", fact).expected(registered.full()).observed(&*written);
    Some(draft.applicant(format!("{kind}填写的申报级别与报名级别“{registered}”不一致，请重新填写。")).says(
        told(sure, &format!("{kind}填写的申报级别为“{written}”，报名级别为“{registered}”")),
        format!("The level on the {} is not the registered one.", kind.english()),
    ))
}
