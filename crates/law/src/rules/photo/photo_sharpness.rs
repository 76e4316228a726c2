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

use super::{Wrong, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;

const ID: &str = "photo-sharpness";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    Wrong::default()
        .look(&p.sharpness, |&v| (v < s.sharpness).then(|| ("模糊不清", format!("sharpness {v:.1}"))))
        .look(&p.effective_resolution, |&v| (v < s.effective_resolution).then(|| ("由小图放大或失焦", format!("effective_resolution {v:.2}"))))
        .outcome(case, ID, "应使用清晰的原始照片", "The photo is blurred or enlarged.")
}
