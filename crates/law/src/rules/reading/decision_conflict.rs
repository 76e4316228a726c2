//! `decision-conflict`
//!
//! ## What is wrong
//! Two people said different things about one field, page or submission, and nobody has settled it.
//!
//! ## Evidence
//! The record of decisions.
//!
//! ## Cannot tell
//! Always: which of the two is right is for a third entry to say.

use crate::rules::case::Case;
use crate::rules::draft::Draft;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::Contradiction;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;

pub const RULE: Rule = Rule {
    id: "decision-conflict",
    worst: Severity::Review,
    source: "—",
    title_zh: "两人认定不一致",
    title_en: "two people said different things, and nobody has settled it",
    rests_on: &["decisions"],
    settings: &[],
    clears_zh: "由其中一人或负责人核对后重新认定",
    clears_en: "one of them, or a third person, decides again",
    file: include_str!("decision_conflict.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let flags = case.documents.contradictions.iter().map(|c| {
        let Contradiction { about, who: [first, second], said: [one, other] } = c;
        let (material, field) = MaterialKind::of_field(about);
        let flag = case.flag(&RULE, Severity::Review).field(field);
        let flag = material.into_iter().fold(flag, Draft::on);
        flag.expected(one.as_str()).observed(other.as_str()).says(
            format!("“{first}”认定为“{one}”，“{second}”认定为“{other}”，请核对后由一人重新认定。"),
            format!("{first} said \u{201c}{one}\u{201d}, {second} said \u{201c}{other}\u{201d}; decide again."),
        )
    });
    Outcome::of(flags.collect())
}
