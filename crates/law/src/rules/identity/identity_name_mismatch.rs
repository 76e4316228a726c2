//! `identity-name-mismatch`
//!
//! ## What is wrong
//! The name differs between two places.
//!
//! ## Evidence
//! Every document that bears the name, against the registration (without one: against the card). Documents with the
//! same other text make one flag.
//!
//! ## Cannot tell
//! A doubtful reading that differs is `review`; one that was not read at all is `reading-doubtful`.
//! A faithful alignment is the same, even if the free text is slightly off.

use super::{Compared, Shown, Telling, bearers, mismatches};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "identity-name-mismatch",
    worst: Severity::Reject,
    source: "N24 三(二)1",
    title_zh: "姓名不一致",
    title_en: "names differ between two places",
    rests_on: &["registration.name", "*.name"],
    clears_zh: "更正报名信息，或重新提交与证件一致的材料",
    clears_en: "registration and materials with the name of the document",
    certain_on_further: true,
    file: include_str!("identity_name_mismatch.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let places: Vec<Telling<'_>> = bearers(case).iter().map(|b| (b.kind, b.name)).collect();
    mismatches(
        case,
        &RULE,
        &Compared { field: "name", zh: "姓名", en: "name", shown: Shown::Whole },
        case.name(),
        &places,
    )
}
