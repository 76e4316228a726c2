//! `photo-aspect`
//!
//! ## What is wrong
//! The picture has not the portrait format of a one-inch photo (25 × 35 mm) within the tolerance.
//!
//! ## Evidence
//! Width over height.
//!
//! ## Cannot tell
//! No dimensions: not evaluated.

use super::{draft, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "photo-aspect",
    worst: Severity::Review,
    source: "N24 三(二)2 一寸",
    title_zh: "照片比例不是一寸",
    title_en: "not the portrait format of a one-inch photo",
    rests_on: &["photo.dimensions"],
    settings: &["photo.aspect", "photo.aspect_tolerance"],
    clears_zh: "按一寸照片（25×35 毫米）竖版比例裁剪后重新上传",
    clears_en: "the photo cropped to the portrait format of 25 × 35 mm",
    certain_on_further: true,
    file: include_str!("photo_aspect.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |photo| {
        let Some((width, height)) = photo.dimensions.filter(|d| d.1 > 0) else {
            return Outcome::NotEvaluated(why::NO_PICTURE_SIZE);
        };
        let s = &case.settings.photo;
        let aspect = f64::from(width) / f64::from(height);
        let off = (aspect / f64::from(s.aspect) - 1.0).abs();
        Outcome::maybe((off > f64::from(s.aspect_tolerance)).then(|| {
            draft(case, &RULE, Severity::Review)
                .field("dimensions")
                .expected("宽高比 25∶35（一寸竖版）")
                .observed(format!("{width}×{height} 像素（宽高比 {aspect:.2}）"))
                .applicant("个人照片不是一寸竖版比例（25×35 毫米）。")
                .says(
                    format!("个人照片为 {width}×{height} 像素，不是一寸照片（25×35 毫米）的竖版比例。"),
                    format!("The photo is {width}×{height} px, not the portrait format of a one-inch photo."),
                )
        }))
    })
}
