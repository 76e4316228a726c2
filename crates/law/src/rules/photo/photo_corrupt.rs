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

use super::{draft, of_any_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "photo-corrupt",
    worst: Severity::Reject,
    source: "—",
    title_zh: "照片文件损坏",
    title_en: "does not decode to its last row",
    rests_on: &["photo.complete", "photo.bytes", "files"],
    clears_zh: "重新导出并上传能完整打开的照片文件",
    clears_en: "a file that decodes to its last row",
    certain_on_further: true,
    file: include_str!("photo_corrupt.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_any_photo(case, |photo| {
        let empty = photo.format == FileFormat::Empty;
        match photo.complete.value() {
            Some(true) if !empty => Outcome::Holds,
            None if !empty => Outcome::NotEvaluated(why::PHOTO_NOT_DECODED),
            _ => Outcome::maybe(Some(
                draft(case, &RULE, Severity::Reject)
                    .field("complete")
                    .observed(if empty { "空文件" } else { "图像不完整" })
                    .says_to_both(
                        "个人照片文件损坏，无法完整显示。",
                        "The photo is broken: it does not decode to its last row.",
                    ),
            )),
        }
    })
}
