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

use super::{judge_measure, measured};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::per_cent;
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
            let words = ["人像被压扁", "人像被拉长"];
            per_cent("脸部高宽比为常人的").band(*value, s.face_proportion, words, String::new()).map(|off| {
                let told = format!("个人照片疑{}，比例失真：{}，应{}。", off.word, off.seen, off.allowed);
                measured(case, &RULE, Severity::Review, "face_proportion", (off.seen, off.allowed))
                    .applicant(format!("个人照片{}，比例失真（应使用未变形的原图）。", off.word))
                    .says(told, "The photo looks stretched.")
            })
        },
    )
}
