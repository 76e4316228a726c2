//! `photo-dimensions`
//!
//! ## What is wrong
//! The picture is not higher than 132 px or not wider than 88 px (both must be exceeded).
//!
//! ## Evidence
//! The header's dimensions after EXIF orientation.
//!
//! ## Cannot tell
//! No dimensions in the header: not evaluated (the photo does not decode, which is `photo-corrupt`).

use super::{draft, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "photo-dimensions",
    worst: Severity::Reject,
    source: "N24 三(二)2",
    title_zh: "照片像素不足",
    title_en: "height ≤ 132 px or width ≤ 88 px",
    rests_on: &["photo.dimensions"],
    settings: &["photo.min_width_over", "photo.min_height_over"],
    clears_zh: "上传宽、高像素都超过下限的照片；不要放大小图",
    clears_en: "a photo larger than both bounds, not enlarged from a small one",
    certain_on_further: true,
    file: include_str!("photo_dimensions.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |photo| {
        let Some((width, height)) = photo.dimensions else {
            return Outcome::NotEvaluated(why::NO_PICTURE_SIZE);
        };
        let s = &case.settings.photo;
        Outcome::maybe((width <= s.min_width_over || height <= s.min_height_over).then(|| {
            draft(case, &RULE, Severity::Reject)
                .field("dimensions")
                .expected(format!("宽大于 {} 像素，高大于 {} 像素", s.min_width_over, s.min_height_over))
                .observed(format!("{width}×{height} 像素"))
                .applicant(format!("个人照片为 {width}×{height} 像素（过小）。"))
                .says(
                    format!(
                        "个人照片为 {width}×{height} 像素，应宽大于 {} 像素、高大于 {} 像素。",
                        s.min_width_over, s.min_height_over
                    ),
                    format!(
                        "The photo is {width}×{height} px; it must be wider than {} and higher than {}.",
                        s.min_width_over, s.min_height_over
                    ),
                )
        }))
    })
}
