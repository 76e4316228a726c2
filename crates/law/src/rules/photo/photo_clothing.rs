//! `photo-clothing`
//!
//! ## What is wrong
//! The clothes are close to the background's colour.
//!
//! ## Evidence
//! The part of the clothing region that is as light as the background.
//!
//! ## Cannot tell
//! No clothing region: not evaluated.

use super::{judge_measure, measured};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::per_cent;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-clothing",
    worst: Severity::Review,
    source: "N24",
    title_zh: "照片衣着与背景相近",
    title_en: "clothes close to the background's colour",
    rests_on: &["photo.clothing_like_background"],
    settings: &["photo.clothing_like_background"],
    clears_zh: "穿深色服装重新拍摄",
    clears_en: "a photo in darker clothes",
    certain_on_further: true,
    file: include_str!("photo_clothing.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let most = case.settings.photo.clothing_like_background;
    judge_measure(
        case,
        |p| &p.clothing_like_background,
        |value, _| {
            (*value > most).then(|| {
                let said = per_cent("服装中与背景同样明亮的部分").at_most(*value, most);
                let told = format!("个人照片中服装颜色与白色背景相近：{}，应{}。", said.0, said.1);
                measured(case, &RULE, Severity::Review, "clothing_like_background", said)
                    .applicant("个人照片中服装颜色与背景相近（应穿深色服装）。")
                    .says(told, "The clothes are close to the background's colour.")
            })
        },
    )
}
