//! `photo-occlusion`
//!
//! ## What is wrong
//! The face is partly covered (hair, mask, hand).
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
    if case.submission.has(MaterialKind::Photo) { Outcome::NotEvaluated("covering of the face has no honest measure yet") } else { Outcome::NotApplicable }
}
