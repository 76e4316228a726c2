//! `internal-error`
//!
//! ## What is wrong
//! The tool failed on this submission; nothing of it is cleared.
//!
//! ## Evidence
//! A panic or an error inside, caught by the pipeline, which raises this flag itself: no rule can see its own failure.
//!
//! ## Cannot tell
//! Always: the rule's row stands in the table for its id, its severity and its place in the order.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;

pub fn judge(_case: &Case<'_>) -> Outcome {
    Outcome::NotApplicable
}
