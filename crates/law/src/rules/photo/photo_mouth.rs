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

use super::{REMEDY, judge_measure, over};
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
    let most = case.settings.photo.mouth_openness;
    judge_measure(
        case,
        |p| &p.mouth_openness,
        |value, _| {
            over(case, &RULE, "mouth_openness", *value, most, 2)
                .map(|draft| draft.says(format!("个人照片嘴部张开，要求双唇自然闭合，{REMEDY}"), "The mouth is open."))
        },
    )
}
