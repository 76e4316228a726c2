//! `photo-eyes`
//!
//! ## What is wrong
//! The eyes are closed, not level, or do not look ahead.
//!
//! ## Evidence
//! Eye aspect ratio, roll and yaw against their bounds.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated. Gaze itself is not measured.

use super::{NOT_MEASURED, REMEDY, draft, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-eyes";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    let mut wrong: Vec<String> = Vec::new();
    let mut measured = false;
    if let Some(&value) = p.eye_openness.value() {
        measured = true;
        if value < s.eye_openness {
            wrong.push(format!("eye_openness {value:.2}"));
        }
    }
    if let Some(&value) = p.roll.value() {
        measured = true;
        if value.abs() > s.roll_degrees {
            wrong.push(format!("roll {value:.1}°"));
        }
    }
    if let Some(&value) = p.yaw.value() {
        measured = true;
        if value.abs() > s.yaw {
            wrong.push(format!("yaw {value:.2}"));
        }
    }
    if wrong.is_empty() {
        return if measured { Outcome::Holds } else { Outcome::NotEvaluated(NOT_MEASURED) };
    }
    Outcome::maybe(Some(
        draft(case, ID, Severity::Review)
            .observed(wrong.join("; "))
            .says(format!("个人照片双眼未睁开、不水平或未正视镜头，{REMEDY}"), format!("The eyes are closed, not level, or not looking ahead. ({})", wrong.join("; "))),
    ))
}
