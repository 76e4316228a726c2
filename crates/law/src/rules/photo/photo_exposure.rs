//! `photo-exposure`
//!
//! ## What is wrong
//! The photo is too dark, too bright, or unevenly lit.
//!
//! ## Evidence
//! Mean lightness of the face's skin, and by how much one side's is lighter than the other's. Hair, beard, frames and
//! background are no skin.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated.

use super::{Wrong, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::plainly;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-exposure",
    worst: Severity::Review,
    source: "N24 清晰",
    title_zh: "照片曝光不当",
    title_en: "too dark, too bright, or unevenly lit",
    rests_on: &["photo.face_lightness", "photo.lightness_difference"],
    settings: &["photo.face_lightness", "photo.lightness_difference"],
    clears_zh: "在均匀光线下重新拍摄",
    clears_en: "a photo in even light",
    certain_on_further: true,
    file: include_str!("photo_exposure.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |p| {
        let s = &case.settings.photo;
        Wrong::default()
            .look(&p.face_lightness, |&v| {
                let words = ["面部过暗", "面部过亮"];
                plainly("面部亮度").band(v, s.face_lightness, words, format!("face_lightness {v:.0}"))
            })
            .look(&p.lightness_difference, |&v| {
                let en = format!("lightness_difference {v:.0}");
                plainly("左右亮度相差").over(v, s.lightness_difference, "面部受光不均匀", en)
            })
            .outcome(case, &RULE, "面部受光应均匀", "The face is too dark, too bright, or unevenly lit.")
    })
}
