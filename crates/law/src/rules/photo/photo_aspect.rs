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

use super::{REMEDY, draft, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-aspect";

pub fn judge(case: &Case<'_>) -> Outcome {
    let photo = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let Some((width, height)) = photo.dimensions.filter(|d| d.1 > 0) else {
        return Outcome::NotEvaluated("the picture's size is not known");
    };
    let s = &case.settings.photo;
    let aspect = f64::from(width) / f64::from(height);
    let off = (aspect / f64::from(s.aspect) - 1.0).abs();
    Outcome::maybe((off > f64::from(s.aspect_tolerance)).then(|| {
        draft(case, ID, Severity::Review).field("dimensions").expected(format!("{:.3}", s.aspect)).observed(format!("{width}×{height} ({aspect:.3})")).says(
            format!("个人照片为 {width}×{height} 像素，不是一寸照片（25×35 毫米）的竖版比例，{REMEDY}"),
            format!("The photo is {width}×{height} px, not the portrait format of a one-inch photo."),
        )
    }))
}
