//! `photo-sharpness`
//!
//! ## What is wrong
//! The photo is blurred, or enlarged from a small picture.
//!
//! ## Evidence
//! Variance of the Laplacian over the face, and the effective over the nominal resolution.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated.

use super::{NOT_MEASURED, REMEDY, draft, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-sharpness";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    let mut wrong: Vec<String> = Vec::new();
    let mut measured = false;
    if let Some(&value) = p.sharpness.value() {
        measured = true;
        if value < s.sharpness {
            wrong.push(format!("sharpness {value:.1}"));
        }
    }
    if let Some(&value) = p.effective_resolution.value() {
        measured = true;
        if value < s.effective_resolution {
            wrong.push(format!("effective_resolution {value:.2}"));
        }
    }
    if wrong.is_empty() {
        return if measured { Outcome::Holds } else { Outcome::NotEvaluated(NOT_MEASURED) };
    }
    Outcome::maybe(Some(
        draft(case, ID, Severity::Review)
            .observed(wrong.join("; "))
            .says(format!("个人照片模糊不清或由小图放大，{REMEDY}"), format!("The photo is blurred or enlarged. ({})", wrong.join("; "))),
    ))
}
