//! `photo-exposure`
//!
//! ## What is wrong
//! The photo is too dark, too bright, or unevenly lit.
//!
//! ## Evidence
//! Mean lightness of the face, and the difference between its halves.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated.

use super::{NOT_MEASURED, REMEDY, draft, outside, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-exposure";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    let mut wrong: Vec<String> = Vec::new();
    let mut measured = false;
    if let Some(&value) = p.face_lightness.value() {
        measured = true;
        if outside(value, s.face_lightness) {
            wrong.push(format!("face_lightness {value:.0}"));
        }
    }
    if let Some(&value) = p.lightness_difference.value() {
        measured = true;
        if value > s.lightness_difference {
            wrong.push(format!("lightness_difference {value:.0}"));
        }
    }
    if wrong.is_empty() {
        return if measured { Outcome::Holds } else { Outcome::NotEvaluated(NOT_MEASURED) };
    }
    Outcome::maybe(Some(
        draft(case, ID, Severity::Review)
            .observed(wrong.join("; "))
            .says(format!("个人照片曝光不足、过度或面部受光不均匀，{REMEDY}"), format!("The face is too dark, too bright, or unevenly lit. ({})", wrong.join("; "))),
    ))
}
