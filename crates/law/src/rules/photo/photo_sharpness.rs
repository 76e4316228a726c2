//! `photo-sharpness`
//!
//! ## What is wrong
//! The photo is blurred, or enlarged from a small picture.
//!
//! ## Evidence
//! Variance of the Laplacian over the face, and the effective over the nominal resolution.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated.

use super::{Wrong, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::{per_cent, plainly};
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-sharpness",
    worst: Severity::Review,
    source: "N24 清晰",
    title_zh: "照片不清晰",
    title_en: "blurred, or enlarged from a small picture",
    rests_on: &["photo.sharpness", "photo.effective_resolution"],
    settings: &["photo.sharpness", "photo.effective_resolution"],
    clears_zh: "上传清晰的原始照片，不要放大或反复压缩",
    clears_en: "a sharp original, not enlarged",
    certain_on_further: true,
    file: include_str!("photo_sharpness.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |p| {
        let s = &case.settings.photo;
        Wrong::default()
            .look(&p.sharpness, |&v| plainly("清晰度").under(v, s.sharpness, "模糊不清", format!("sharpness {v:.1}")))
            .look(&p.effective_resolution, |&v| {
                let en = format!("effective_resolution {v:.2}");
                per_cent("有效像素占").under(v, s.effective_resolution, "由小图放大或失焦", en)
            })
            .outcome(case, &RULE, "应使用清晰的原始照片", "The photo is blurred or enlarged.")
    })
}
