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

use super::{Wrong, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;

const ID: &str = "photo-eyes";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    Wrong::default()
        .look(&p.eye_openness, |&v| (v < s.eye_openness).then(|| ("双眼未睁开", format!("eye_openness {v:.2}"))))
        .look(&p.roll, |&v| (v.abs() > s.roll_degrees).then(|| ("头部倾斜", format!("roll {v:.1}°"))))
        .look(&p.yaw, |&v| (v.abs() > s.yaw).then(|| ("未正视镜头", format!("yaw {v:.2}"))))
        .outcome(case, ID, "应双眼睁开、平视镜头", "The eyes are closed, not level, or not looking ahead.")
}
