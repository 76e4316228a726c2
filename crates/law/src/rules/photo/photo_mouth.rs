//! `photo-mouth`
//!
//! ## What is wrong
//! The mouth is open.
//!
//! ## Evidence
//! Lip gap over mouth width.
//!
//! ## Cannot tell
//! No landmarks: not evaluated.

use super::{REMEDY, draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-mouth",
    worst: Severity::Review,
    source: "N24 双唇自然闭合",
    title_zh: "照片嘴未闭合",
    title_en: "open",
    rests_on: &["photo.mouth_openness"],
    settings: &["photo.mouth_openness"],
    clears_zh: "重新拍摄：双唇自然闭合",
    clears_en: "the mouth closed",
    certain_on_further: true,
    file: include_str!("photo_mouth.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.mouth_openness,
        |value, _| {
            (*value > s.mouth_openness).then(|| {
                draft(case, &RULE, Severity::Review)
                    .field("mouth_openness")
                    .expected(format!("≤ {:.2}", s.mouth_openness))
                    .observed(format!("{value:.2}"))
                    .says(format!("个人照片嘴部张开，要求双唇自然闭合，{REMEDY}"), "The mouth is open.")
            })
        },
    )
}
