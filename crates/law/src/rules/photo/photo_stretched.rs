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
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-stretched",
    worst: Severity::Review,
    source: "G2 三6 比例错误",
    title_zh: "照片比例变形",
    title_en: "wrong proportions",
    rests_on: &["photo.face_proportion"],
    settings: &["photo.face_proportion"],
    clears_zh: "上传未拉伸、未压扁的原图",
    clears_en: "the original with its own proportions",
    certain_on_further: true,
    file: include_str!("photo_stretched.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.face_proportion,
        |value, _| {
            outside(*value, s.face_proportion).then(|| {
                draft(case, &RULE, Severity::Review)
                    .field("face_proportion")
                    .expected(format!("{:.2}–{:.2}", s.face_proportion[0], s.face_proportion[1]))
                    .observed(format!("{value:.2}"))
                    .says(format!("个人照片疑似被拉伸或压缩，人像比例失真，{REMEDY}"), "The photo looks stretched.")
            })
        },
    )
}
