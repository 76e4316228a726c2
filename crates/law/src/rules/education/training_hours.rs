//! `training-hours`
//!
//! ## What is wrong
//! The training has fewer hours than the pack asks (104 in G4).
//!
//! ## Evidence
//! The hours on the 结业证书 and in the 培训经历承诺书.
//!
//! ## Cannot tell
//! A doubtful reading is `review`; unread hours are `reading-doubtful`. A source that names no number: not applicable.

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "training-hours",
    worst: Severity::Reject,
    source: "G4 说明5",
    title_zh: "培训学时不足",
    title_en: "under the hours that the pack asks (104)",
    rests_on: &["completion_certificate.hours", "training_commitment.hours"],
    clears_zh: "提交学时达标的结业证书",
    clears_en: "a certificate of enough hours",
    file: include_str!("training_hours.rs"),
    judge,
    ..Rule::NEW
};

const COMPLETION: MaterialKind = MaterialKind::CompletionCertificate;
const LETTER: MaterialKind = MaterialKind::TrainingCommitment;

pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(condition) = case.condition else {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    };
    let Some(least) = condition.training.and_then(|t| t.min_hours) else {
        return Outcome::NotApplicable;
    };
    let certificate =
        case.documents.completion_certificate.as_ref().filter(|_| case.legible(COMPLETION)).map(|c| &c.hours);
    let letter = case.commitment(LETTER).map(|c| &c.hours);
    let mut flags: Vec<Flag> = certificate.and_then(|f| few(case, COMPLETION, f, least)).into_iter().collect();
    // The letter repeats the certificate's hours: the same cause is told once.
    if flags.is_empty() {
        flags.extend(letter.and_then(|f| few(case, LETTER, f, least)));
    }
    let unread =
        case.unread(COMPLETION) || (case.legible(COMPLETION) && case.documents.completion_certificate.is_none());
    Outcome::of_partial(flags, unread, why::COMPLETION_UNREAD)
}

fn few(case: &Case<'_>, kind: MaterialKind, fact: &Fact<u32>, least: u32) -> Option<Flag> {
    let hours = fact.value.filter(|h| fact.state == State::Read && *h < least)?;
    let sure = fact.confidence >= case.threshold();
    let few = format!("{kind}上的培训学时为 {hours} 学时，要求不少于 {least} 学时");
    Some(
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(kind, "hours", fact)
            .expected(format!("不少于 {least} 学时"))
            .observed(format!("{hours} 学时"))
            .applicant(format!("{few}，请上传学时达标的结业证书。"))
            .says(told(sure, &few), format!("{hours} hours of training; {least} are asked.")),
    )
}
