//! `photo-of-id-card`
//!
//! ## What is wrong
//! The photo is the same picture as the ID card's portrait.
//!
//! ## Evidence
//! Similarity to the portrait on the card.
//!
//! ## Cannot tell
//! No card or no comparison: not evaluated.

use super::{judge_measure, measured};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::per_cent;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-of-id-card",
    worst: Severity::Review,
    source: "G2 三6",
    title_zh: "照片翻拍自身份证",
    title_en: "the same picture as the ID card's portrait",
    rests_on: &["photo.id_portrait_similarity"],
    settings: &["photo.id_portrait_similarity"],
    clears_zh: "上传另行拍摄的个人照片；审核人员确认不是翻拍的也可放行",
    clears_en: "another photo; or the reviewer sees that it is none of the card",
    certain_on_further: true,
    file: include_str!("photo_of_id_card.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.id_portrait_similarity,
        |value, _| {
            (*value >= s.id_portrait_similarity).then(|| {
                let said = per_cent("与身份证照片相似").at_most(*value, s.id_portrait_similarity);
                let told = format!("个人照片疑翻拍自身份证照片：{}，应{}。", said.0, said.1);
                measured(case, &RULE, Severity::Review, "id_portrait_similarity", said)
                    .applicant("个人照片翻拍自身份证（应另行拍摄）。")
                    .says(told, "The photo looks like the portrait on the ID card.")
            })
        },
    )
}
