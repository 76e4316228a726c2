//! `photo-headwear`
//!
//! ## What is wrong
//! A hat or other headwear is worn.
//!
//! ## Evidence
//! None: no measure of it was validated, so it stays with the reviewer, who sees the photo.
//!
//! ## Cannot tell
//! Always: this version does not judge it, and says so.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::material::MaterialKind;

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.submission.has(MaterialKind::Photo) { Outcome::NotEvaluated("headwear has no honest measure yet") } else { Outcome::NotApplicable }
}
