//! `photo-clothing`
//!
//! ## What is wrong
//! The clothes are close to the background's colour.
//!
//! ## Evidence
//! The part of the clothing region that is as light as the background.
//!
//! ## Cannot tell
//! No clothing region: not evaluated.

use super::{REMEDY, draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-clothing";

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.clothing_like_background,
        |value, _| {
            (*value > s.clothing_like_background).then(|| {
                draft(case, ID, Severity::Review)
                    .field("clothing_like_background")
                    .expected(format!("≤ {:.2}", s.clothing_like_background))
                    .observed(format!("{value:.2}"))
                    .says(format!("个人照片中服装颜色与白色背景相近，应穿深色服装，{REMEDY}"), "The clothes are close to the background's colour.")
            })
        },
    )
}
