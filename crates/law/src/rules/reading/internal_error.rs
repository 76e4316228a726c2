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
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::{INTERNAL_ERROR, Severity, Shows};

pub const RULE: Rule = Rule {
    id: INTERNAL_ERROR,
    worst: Severity::Review,
    source: "—",
    title_zh: "工具内部错误",
    title_en: "the tool failed on this submission; nothing of it is cleared",
    rests_on: &[],
    settings: &["limits.max_seconds_per_submission"],
    clears_zh: "人工审核全部材料，并把该情况报告给开发者",
    clears_en: "all of it reviewed by hand, and the failure reported",
    shows: Shows::Error,
    file: include_str!("internal_error.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(_case: &Case<'_>) -> Outcome {
    Outcome::NotApplicable
}
