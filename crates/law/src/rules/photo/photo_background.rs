//! `photo-background`
//!
//! ## What is wrong
//! The background is not white, or not even.
//!
//! ## Evidence
//! The part of the background that is white, and the largest difference of lightness between its regions.
//!
//! ## Cannot tell
//! Between the two bounds a person looks; without a background measure: not evaluated.

use super::{judge_measure, measured};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::{per_cent, plainly};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::Background;
use crate::vocabulary::settings::PhotoSettings;

pub const RULE: Rule = Rule {
    id: "photo-background",
    worst: Severity::Reject,
    source: "N24 白底",
    title_zh: "照片背景不是白色",
    title_en: "background not white, or not even",
    rests_on: &["photo.background"],
    settings: &[
        "photo.white_l",
        "photo.white_chroma",
        "photo.white_part",
        "photo.white_part_reject",
        "photo.max_unevenness",
    ],
    clears_zh: "在纯白背景前重新拍摄，背景无阴影、无杂物",
    clears_en: "a photo before an even, white background",
    certain_on_further: true,
    file: include_str!("photo_background.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let s = &case.settings.photo;
    judge_measure(
        case,
        |p| &p.background,
        |b, _| {
            let uneven = b.unevenness > s.max_unevenness;
            if b.white >= s.white_part && !uneven {
                return None;
            }
            let severity = if b.white < s.white_part_reject { Severity::Reject } else { Severity::Review };
            let (what, (seen, allowed)) = if b.white < s.white_part {
                (background_zh(b, s), per_cent("白色部分占背景").at_least(b.white, s.white_part))
            } else {
                ("背景明暗不均匀", plainly("背景明暗相差").at_most(b.unevenness, s.max_unevenness))
            };
            let says = format!("个人照片{what}（应为白底）：{seen}，应{allowed}。");
            Some(
                measured(case, &RULE, severity, "background", (seen, allowed))
                    .applicant(format!("个人照片{what}（应为白底）。"))
                    .says(says, "The photo's background is not white, or not even."),
            )
        },
    )
}

/// The ground's colour as an applicant would name it, by the median's hue and lightness.
fn background_zh(b: &Background, s: &PhotoSettings) -> &'static str {
    let (chroma, hue) = (b.median.a.hypot(b.median.b), b.median.b.atan2(b.median.a).to_degrees().rem_euclid(360.0));
    let light = b.median.l > PALE;
    if chroma <= s.white_chroma {
        return if b.median.l >= s.white_l { "背景不全是白色" } else { "背景为灰底" };
    }
    match hue {
        50.0..110.0 if light => "背景为米黄色",
        50.0..110.0 => "背景为黄褐色",
        110.0..200.0 => "背景为绿底",
        200.0..300.0 if light => "背景为浅蓝色",
        200.0..300.0 => "背景为蓝底",
        300.0..345.0 => "背景为紫色",
        _ if light => "背景为粉红色",
        _ => "背景为红底",
    }
}

/// L* over which a colour is called pale.
const PALE: f32 = 75.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::photo::Lab;

    #[test]
    fn grounds_are_called_by_their_colour() {
        let settings = crate::rules::tests::base::settings().photo;
        for (l, a, b, want) in [
            (57.0, 0.0, -46.0, "蓝底"),
            (43.0, 64.0, 47.0, "红底"),
            (80.0, -2.0, -12.0, "浅蓝"),
            (80.0, 0.5, 0.5, "灰底"),
            (95.0, 0.0, 1.0, "不全是白色"),
            (90.0, 1.0, 14.0, "米黄"),
            (85.0, 14.0, 2.0, "粉红"),
            (60.0, -40.0, 20.0, "绿底"),
        ] {
            let name = background_zh(&Background { median: Lab { l, a, b }, white: 0.2, unevenness: 0.0 }, &settings);
            assert!(name.contains(want), "{l} {a} {b}: {name}, not {want}");
        }
    }
}
