//! `photo-corrupt`
//!
//! ## What is wrong
//! The photo is empty or does not decode to its last row.
//!
//! ## Evidence
//! The decoder, and whether the last rows hold a picture.
//!
//! ## Cannot tell
//! Not a JPEG: not assessed here; `photo-format` has said so.

use super::{REMEDY, draft, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::FileFormat;

const ID: &str = "photo-corrupt";

pub fn judge(case: &Case<'_>) -> Outcome {
    let photo = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let empty = photo.format == FileFormat::Empty;
    match photo.complete.value() {
        Some(true) if !empty => Outcome::Holds,
        None if !empty => Outcome::NotEvaluated("the photo was not decoded"),
        _ => Outcome::maybe(Some(
            draft(case, ID, Severity::Reject)
                .field("complete")
                .observed(if empty { "空文件" } else { "图像不完整" })
                .says(format!("个人照片文件损坏或不完整，无法完整显示，{REMEDY}"), "The photo is broken: it does not decode to its last row."),
        )),
    }
}
