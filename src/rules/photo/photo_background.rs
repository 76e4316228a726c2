//! `photo-background`
//!
//! ## What is wrong
//! The background is not white, or not even.
//!
//! ## Evidence
//! The part of the background that is white, and the largest difference of lightness between its regions.
//!
//! ## Cannot tell
//! Between the two bounds a person looks; without a background measure: not evaluated.

use super::{REMEDY, draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-background";

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.background,
        |b, _| {
            let uneven = b.unevenness > s.max_unevenness;
            if b.white >= s.white_part && !uneven {
                return None;
            }
            let severity = if b.white < s.white_part_reject { Severity::Reject } else { Severity::Review };
            let what = if b.white < s.white_part { "背景不是白色" } else { "背景明暗不均匀" };
            Some(
                draft(case, ID, severity)
                    .field("background")
                    .expected(format!("white ≥ {:.2}, unevenness ≤ {:.1}", s.white_part, s.max_unevenness))
                    .observed(format!("white {:.2}, unevenness {:.1}, Lab {:.0}/{:.0}/{:.0}", b.white, b.unevenness, b.median.l, b.median.a, b.median.b))
                    .says(format!("个人照片{what}，{REMEDY}"), "The photo's background is not white, or not even."),
            )
        },
    )
}
