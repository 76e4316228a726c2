//! `photo-bytes`
//!
//! ## What is wrong
//! The file is smaller than 40 k or larger than 80 k under both readings of k (under 40 × 1000 or over 80 × 1024
//! bytes).
//!
//! ## Evidence
//! The size of the file. A photo that does not decode is `photo-corrupt`: its size says nothing more.
//!
//! ## Cannot tell
//! Never: a size is certain.
//! Padding that lifts a small picture over the bound is `review`.

use super::{REMEDY, draft, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::FileFormat;

pub const RULE: Rule = Rule {
    id: "photo-bytes",
    worst: Severity::Reject,
    source: "N24 三(二)2; G2 二",
    title_zh: "照片文件大小不符",
    title_en: "file size is outside 40–80 KB under both readings of k",
    rests_on: &["photo.bytes", "photo.padding_bytes"],
    settings: &["photo.min_bytes", "photo.max_bytes", "photo.padding_bytes"],
    clears_zh: "重新导出照片，使文件大小落在规定范围内；不要用无关内容凑大小",
    clears_en: "a photo exported again with a size within the bounds, without padding",
    certain_on_further: true,
    file: include_str!("photo_bytes.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |photo| {
        if photo.format == FileFormat::Empty || photo.complete.value() == Some(&false) {
            return Outcome::Holds;
        }
        let s = &case.settings.photo;
        if photo.bytes < s.min_bytes || photo.bytes > s.max_bytes {
            return Outcome::maybe(Some(
                draft(case, &RULE, Severity::Reject)
                    .field("bytes")
                    .expected(format!("{}–{}", s.min_bytes, s.max_bytes))
                    .observed(photo.bytes.to_string())
                    .says(
                        format!("个人照片文件大小为 {} 字节，不在 40–80 KB 之间，{REMEDY}", photo.bytes),
                        format!("The photo weighs {} bytes, outside {}–{}.", photo.bytes, s.min_bytes, s.max_bytes),
                    ),
            ));
        }
        let picture = photo.bytes.saturating_sub(photo.padding_bytes);
        Outcome::maybe((photo.padding_bytes >= s.padding_bytes && picture < s.min_bytes).then(|| {
            draft(case, &RULE, Severity::Review)
                .field("bytes")
                .expected(format!("{}–{}", s.min_bytes, s.max_bytes))
                .observed(format!("{} ({} padding)", photo.bytes, photo.padding_bytes))
                .says(
                    format!("个人照片文件中有 {} 字节不是图像内容，实际图像不足 40 KB，{REMEDY}", photo.padding_bytes),
                    format!(
                        "{} bytes of the photo are padding; the picture itself weighs {picture} bytes.",
                        photo.padding_bytes
                    ),
                )
        }))
    })
}
