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

use super::{REMEDY, draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
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
                draft(case, &RULE, Severity::Review)
                    .field("id_portrait_similarity")
                    .expected(format!("< {:.2}", s.id_portrait_similarity))
                    .observed(format!("{value:.2}"))
                    .says(
                        format!("个人照片疑似翻拍身份证上的照片，不得以此充数，{REMEDY}"),
                        "The photo looks like the portrait on the ID card.",
                    )
            })
        },
    )
}
