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

use super::{REMEDY, draft, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-dimensions";

pub fn judge(case: &Case<'_>) -> Outcome {
    let photo = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let Some((width, height)) = photo.dimensions else {
        return Outcome::NotEvaluated("the picture's size is not known");
    };
    let s = &case.settings.photo;
    Outcome::maybe((width <= s.min_width_over || height <= s.min_height_over).then(|| {
        draft(case, ID, Severity::Reject)
            .field("dimensions")
            .expected(format!(">{}×>{}", s.min_width_over, s.min_height_over))
            .observed(format!("{width}×{height}"))
            .says(
                format!("个人照片为 {width}×{height} 像素，要求宽大于 {} 像素、高大于 {} 像素，{REMEDY}", s.min_width_over, s.min_height_over),
                format!("The photo is {width}×{height} px; it must be wider than {} and higher than {}.", s.min_width_over, s.min_height_over),
            )
    }))
}
