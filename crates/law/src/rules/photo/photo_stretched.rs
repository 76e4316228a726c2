//! `photo-stretched`
//!
//! ## What is wrong
//! The face has wrong proportions: the picture was stretched.
//!
//! ## Evidence
//! Height over width of the face mesh, relative to people's mean.
//!
//! ## Cannot tell
//! No mesh: not evaluated.

use super::{REMEDY, draft, judge_measure, outside};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-stretched";

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.face_proportion,
        |value, _| {
            outside(*value, s.face_proportion).then(|| {
                draft(case, ID, Severity::Review)
                    .field("face_proportion")
                    .expected(format!("{:.2}–{:.2}", s.face_proportion[0], s.face_proportion[1]))
                    .observed(format!("{value:.2}"))
                    .says(format!("个人照片疑似被拉伸或压缩，人像比例失真，{REMEDY}"), "The photo looks stretched.")
            })
        },
    )
}
