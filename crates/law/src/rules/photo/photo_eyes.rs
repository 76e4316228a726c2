//! `photo-eyes`
//!
//! ## What is wrong
//! The eyes are closed, not level, or do not look ahead.
//!
//! ## Evidence
//! Eye aspect ratio, and the head's roll and yaw (from all landmarks) against their bounds.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated. Gaze itself is not measured.

use super::{Wrong, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::{Said, per_cent};
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-eyes",
    worst: Severity::Review,
    source: "N24 眼睛正视镜头",
    title_zh: "照片眼睛不符",
    title_en: "closed, not level, or not looking ahead",
    rests_on: &["photo.eye_openness", "photo.roll", "photo.yaw"],
    settings: &["photo.eye_openness", "photo.roll_degrees", "photo.yaw"],
    clears_zh: "重新拍摄：双眼睁开，正视镜头，头部端正",
    clears_en: "eyes open and level, looking into the camera",
    certain_on_further: true,
    file: include_str!("photo_eyes.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |p| {
        let s = &case.settings.photo;
        Wrong::default()
            .look(&p.eye_openness, |&v| {
                per_cent("睁眼高度占眼宽").under(v, s.eye_openness, "双眼未睁开", format!("eye_openness {v:.2}"))
            })
            .look(&p.roll, |&v| degrees("倾斜").over(v.abs(), s.roll_degrees, "头部倾斜", format!("roll {v:.1}°")))
            .look(&p.yaw, |&v| {
                let angle = |sine: f32| sine.abs().min(1.0).asin().to_degrees();
                degrees("人脸左右偏转").over(angle(v), angle(s.yaw), "未正视镜头", format!("yaw {v:.2}"))
            })
            .outcome(case, &RULE, "应双眼睁开、平视镜头", "The eyes are closed, not level, or not looking ahead.")
    })
}

/// An angle in degrees.
const fn degrees(name: &'static str) -> Said {
    Said { name, times: 1.0, unit: "°" }
}
