//! `photo-head-position`
//!
//! ## What is wrong
//! The head is off-centre, too low, too high, too small, too large or cut by the border.
//!
//! ## Evidence
//! Face centre, eye line and head height relative to the picture, against their bands; whether the border cuts the head.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated.

use super::{NOT_MEASURED, REMEDY, draft, outside, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-head-position";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    let mut wrong: Vec<String> = Vec::new();
    let mut measured = false;
    if let Some(&value) = p.head_x.value() {
        measured = true;
        if outside(value, s.head_x) {
            wrong.push(format!("head_x {value:.2}"));
        }
    }
    if let Some(&value) = p.eye_y.value() {
        measured = true;
        if outside(value, s.eye_y) {
            wrong.push(format!("eye_y {value:.2}"));
        }
    }
    if let Some(&value) = p.head_height.value() {
        measured = true;
        if outside(value, s.head_height) {
            wrong.push(format!("head_height {value:.2}"));
        }
    }
    if let Some(&value) = p.head_cropped.value() {
        measured = true;
        if value {
            wrong.push("head_cropped".to_string());
        }
    }
    if wrong.is_empty() {
        return if measured { Outcome::Holds } else { Outcome::NotEvaluated(NOT_MEASURED) };
    }
    Outcome::maybe(Some(draft(case, ID, Severity::Review).observed(wrong.join("; ")).says(
        format!("个人照片头像位置或大小不合要求，头像应在照片水平居中偏上位置且完整，{REMEDY}"),
        format!("The head is not centred slightly above the middle, or too small, too large or cut. ({})", wrong.join("; ")),
    )))
}
