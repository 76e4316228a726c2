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
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-mouth";

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.mouth_openness,
        |value, _| {
            (*value > s.mouth_openness).then(|| {
                draft(case, ID, Severity::Review)
                    .field("mouth_openness")
                    .expected(format!("≤ {:.2}", s.mouth_openness))
                    .observed(format!("{value:.2}"))
                    .says(format!("个人照片嘴部张开，要求双唇自然闭合，{REMEDY}"), "The mouth is open.")
            })
        },
    )
}
