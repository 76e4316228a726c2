//! `photo-grayscale`
//!
//! ## What is wrong
//! The photo is not in colour.
//!
//! ## Evidence
//! Mean CIE chroma over the picture; a grey one has under 2.
//!
//! ## Cannot tell
//! Not decoded: not evaluated.

use super::{REMEDY, draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-grayscale";

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.chroma,
        |value, _| {
            (*value < s.gray_chroma).then(|| {
                draft(case, ID, Severity::Reject)
                    .field("chroma")
                    .expected(format!("≥ {:.1}", s.gray_chroma))
                    .observed(format!("{value:.1}"))
                    .says(format!("个人照片是黑白照片，要求彩色照片，{REMEDY}"), "The photo is not in colour.")
            })
        },
    )
}
