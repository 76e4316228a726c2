//! `photo-recaptured`
//!
//! ## What is wrong
//! The photo shows a screen or a print, photographed again.
//!
//! ## Evidence
//! Strength of periodic stripes in the spectrum.
//!
//! ## Cannot tell
//! Not assessed: not evaluated. A print without stripes is not found this way.

use super::{judge_measure, measured};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::plainly;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-recaptured",
    worst: Severity::Review,
    source: "G2 三6",
    title_zh: "照片翻拍自屏幕或纸张",
    title_en: "a screen or a print photographed again",
    rests_on: &["photo.moire"],
    settings: &["photo.moire"],
    clears_zh: "上传电子版原图；审核人员确认不是翻拍的也可放行",
    clears_en: "the original file; or the reviewer sees that it is no picture of a screen or print",
    certain_on_further: true,
    file: include_str!("photo_recaptured.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let most = case.settings.photo.moire;
    judge_measure(
        case,
        |p| &p.moire,
        |value, _| {
            (*value > most).then(|| {
                let said = plainly("规则条纹强度").at_most(*value, most);
                let told = format!("个人照片疑翻拍自屏幕或纸质照片：{}，应{}。", said.0, said.1);
                measured(case, &RULE, Severity::Review, "moire", said)
                    .applicant("个人照片翻拍自屏幕或纸质照片（应为电子版原图）。")
                    .says(told, "The photo looks like a screen or a print photographed again.")
            })
        },
    )
}
