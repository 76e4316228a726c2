//! `photo-format`
//!
//! ## What is wrong
//! The content is not JPEG, whatever the name says.
//!
//! ## Evidence
//! The first bytes of the file. An empty file is `photo-corrupt`, not this.
//!
//! ## Cannot tell
//! Never: the bytes decide.

use super::{draft, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::FileFormat;

pub const RULE: Rule = Rule {
    id: "photo-format",
    worst: Severity::Reject,
    source: "N24 三(二)2",
    title_zh: "照片不是JPEG格式",
    title_en: "the content is not JPEG (whatever the name says)",
    rests_on: &["photo.format"],
    clears_zh: "上传由相机或手机直接生成的 JPEG 照片；只改扩展名无效",
    clears_en: "a photo that is JPEG inside; renaming the file does not help",
    certain_on_further: true,
    file: include_str!("photo_format.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |photo| match photo.format {
        FileFormat::Jpeg | FileFormat::Empty => Outcome::Holds,
        other => Outcome::maybe(Some(
            draft(case, &RULE, Severity::Reject).field("format").expected("JPEG").observed(other.name()).says_to_both(
                format!("个人照片的实际格式为 {}，不是 JPEG。", other.name()),
                format!("The photo is {}, not JPEG.", other.name()),
            ),
        )),
    })
}
