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
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-of-id-card";

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.id_portrait_similarity,
        |value, _| {
            (*value >= s.id_portrait_similarity).then(|| {
                draft(case, ID, Severity::Review)
                    .field("id_portrait_similarity")
                    .expected(format!("< {:.2}", s.id_portrait_similarity))
                    .observed(format!("{value:.2}"))
                    .says(format!("个人照片疑似翻拍身份证上的照片，不得以此充数，{REMEDY}"), "The photo looks like the portrait on the ID card.")
            })
        },
    )
}
