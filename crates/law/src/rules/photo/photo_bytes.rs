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

use super::{draft, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::settings::PhotoSettings;

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
        let s = &case.settings.photo;
        if photo.bytes < s.min_bytes || photo.bytes > s.max_bytes {
            return Outcome::maybe(Some(
                draft(case, &RULE, Severity::Reject)
                    .field("bytes")
                    .expected(format!("{}—{} 字节", s.min_bytes, s.max_bytes))
                    .observed(format!("{} 字节", photo.bytes))
                    .applicant(format!("个人照片文件大小约 {} KB（{}）。", kilobytes(photo.bytes, s), {
                        if photo.bytes < s.min_bytes { "过小" } else { "过大" }
                    }))
                    .says(
                        format!(
                            "个人照片文件为 {} 字节（约 {} KB），应为 {}—{} KB。",
                            photo.bytes,
                            kilobytes(photo.bytes, s),
                            s.min_bytes / 1000,
                            s.max_bytes / 1024
                        ),
                        format!("The photo weighs {} bytes, outside {}–{}.", photo.bytes, s.min_bytes, s.max_bytes),
                    ),
            ));
        }
        let picture = photo.bytes.saturating_sub(photo.padding_bytes);
        Outcome::maybe((photo.padding_bytes >= s.padding_bytes && picture < s.min_bytes).then(|| {
            draft(case, &RULE, Severity::Review)
                .field("bytes")
                .expected(format!("{}—{} 字节", s.min_bytes, s.max_bytes))
                .observed(format!("{} 字节，其中 {} 字节不是图像内容", photo.bytes, photo.padding_bytes))
                .applicant("个人照片文件含有与图像无关的内容，实际图像过小。")
                .says(
                    format!(
                        "个人照片文件中有 {} 字节不是图像内容，实际图像约 {} KB，不足 {} KB。",
                        photo.padding_bytes,
                        kilobytes(picture, s),
                        s.min_bytes / 1000
                    ),
                    format!(
                        "{} bytes of the photo are padding; the picture itself weighs {picture} bytes.",
                        photo.padding_bytes
                    ),
                )
        }))
    })
}

/// The size as an applicant sees it; with a decimal where the whole number would lie within the bounds.
fn kilobytes(bytes: u64, s: &PhotoSettings) -> String {
    let (unit, bound) = if bytes < s.min_bytes { (1000.0, s.min_bytes) } else { (1024.0, s.max_bytes) };
    let (size, bound) = (bytes as f64 / unit, bound as f64 / unit);
    if (size.round() - bound).abs() > 0.5 {
        format!("{size:.0}")
    } else if size < bound {
        format!("{:.1}", (size * 10.0).floor() / 10.0)
    } else {
        format!("{:.1}", (size * 10.0).ceil() / 10.0)
    }
}
