//! `photo-head-position`
//!
//! ## What is wrong
//! The head is off-centre, too low, too high, too small, too large or cut by the border.
//!
//! ## Evidence
//! Face centre, eye line and head height relative to the picture, against their bands; whether the border cuts the
//! head.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated.

use super::{Wrong, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::{Off, per_cent};
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-head-position",
    worst: Severity::Review,
    source: "N24 头像…居中偏上",
    title_zh: "照片头像位置不符",
    title_en: "head off-centre, too low, too high, too small, too large or cropped",
    rests_on: &["photo.head_x", "photo.eye_y", "photo.head_height", "photo.head_cropped"],
    settings: &["photo.head_x", "photo.eye_y", "photo.head_height"],
    clears_zh: "重新裁剪或拍摄：头部完整，水平居中，在照片中部偏上",
    clears_en: "the head whole, centred, slightly above the middle",
    certain_on_further: true,
    file: include_str!("photo_head_position.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |p| {
        let s = &case.settings.photo;
        Wrong::default()
            .look(&p.head_x, |&v| {
                let words = ["头像偏左", "头像偏右"];
                per_cent("人脸中心距左边").band(v, s.head_x, words, format!("head_x {v:.2}"))
            })
            .look(&p.eye_y, |&v| {
                let words = ["头像偏高", "头像偏低"];
                per_cent("眼睛距上边").band(v, s.eye_y, words, format!("eye_y {v:.2}"))
            })
            .look(&p.head_height, |&v| {
                let words = ["头像过小", "头像过大"];
                per_cent("头部占照片高度").band(v, s.head_height, words, format!("head_height {v:.2}"))
            })
            .look(&p.head_cropped, |&cut| {
                let (seen, allowed) = ("头部超出画面".to_owned(), "完整".to_owned());
                cut.then(|| Off { word: "头部未拍全", seen, allowed, en: "head_cropped".to_owned() })
            })
            .outcome(
                case,
                &RULE,
                "头像应完整，在照片水平居中偏上位置",
                "The head is not centred slightly above the middle, or too small, too large or cut.",
            )
    })
}
