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

use super::{Wrong, out_of_band, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;

const ID: &str = "photo-exposure";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    Wrong::default()
        .look(&p.face_lightness, |&v| out_of_band(v, s.face_lightness, ["面部过暗", "面部过亮"], format!("face_lightness {v:.0}")))
        .look(&p.lightness_difference, |&v| (v > s.lightness_difference).then(|| ("面部受光不均匀", format!("lightness_difference {v:.0}"))))
        .outcome(case, ID, "面部应光线均匀、清晰", "The face is too dark, too bright, or unevenly lit.")
}
