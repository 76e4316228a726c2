//! `photo-recaptured`
//!
//! ## What is wrong
//! The photo shows a screen or a print, photographed again.
//!
//! ## Evidence
//! Strength of periodic stripes in the spectrum.
//!
//! ## Cannot tell
//! Not assessed: not evaluated. A print without stripes is not found this way.

use super::{REMEDY, draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-recaptured";

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.moire,
        |value, _| {
            (*value > s.moire).then(|| {
                draft(case, ID, Severity::Review)
                    .field("moire")
                    .expected(format!("≤ {:.1}", s.moire))
                    .observed(format!("{value:.1}"))
                    .says(format!("个人照片疑似翻拍屏幕或纸质照片，须使用电子版原图，{REMEDY}"), "The photo looks like a screen or a print photographed again.")
            })
        },
    )
}
