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

use super::{draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-grayscale",
    worst: Severity::Reject,
    source: "N24 彩色",
    title_zh: "照片不是彩色",
    title_en: "not in colour",
    rests_on: &["photo.chroma"],
    settings: &["photo.gray_chroma"],
    clears_zh: "上传彩色照片",
    clears_en: "a photo in colour",
    certain_on_further: true,
    file: include_str!("photo_grayscale.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.chroma,
        |value, _| {
            (*value < s.gray_chroma).then(|| {
                draft(case, &RULE, Severity::Reject)
                    .field("chroma")
                    .expected("彩色照片")
                    .observed("未见彩色")
                    .applicant("个人照片是黑白照片（应为彩色）。")
                    .says("个人照片未见彩色，是黑白照片。", "The photo is not in colour.")
            })
        },
    )
}
