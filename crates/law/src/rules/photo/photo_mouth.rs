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

use super::{judge_measure, measured};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::per_cent;
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
            (*value > most).then(|| {
                let said = per_cent("双唇间距占嘴宽").at_most(*value, most);
                let told = format!("个人照片嘴部张开：{}，应{}。", said.0, said.1);
                measured(case, &RULE, Severity::Review, "mouth_openness", said)
                    .applicant("个人照片嘴部张开（双唇应自然闭合）。")
                    .says(told, "The mouth is open.")
            })
        },
    )
}
