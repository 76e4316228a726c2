//! `identity-number-mismatch`
//!
//! ## What is wrong
//! The identity number differs between two places.
//!
//! ## Evidence
//! Every document that bears the identity number, against the registration (without one: against the card). Documents
//! with the same other text make one flag.
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
    id: "identity-number-mismatch",
    worst: Severity::Reject,
    source: "N24 三(二)1 必须…完全一致",
    title_zh: "证件号码不一致",
    title_en: "numbers differ between two places",
    rests_on: super::PLACES_OF_NUMBERS,
    clears_zh: "更正报名信息，或重新提交与证件一致的材料",
    clears_en: "registration and materials with the number of the document",
    certain_on_further: true,
    file: include_str!("identity_number_mismatch.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let places: Vec<Telling<'_>> = bearers(case).iter().map(|b| (b.kind, b.number)).collect();
    mismatches(
        case,
        &RULE,
        &Compared { field: "number", zh: "证件号码", en: "identity number", shown: Shown::ByPlaces },
        case.id_number(),
        &places,
    )
}
