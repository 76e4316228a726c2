//! Corrections seen on the paper of a form.

use crate::vocabulary::fact::{Correction, Place};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A correction, seen on the paper itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alteration {
    pub kind: AlterationKind,
    /// The blank it lies in, by the name of its fact.
    pub field: String,
    /// 0–1.
    pub confidence: f32,
    pub place: Place,
    /// Somebody looked at it, and it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<Box<Correction>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlterationKind {
    StruckOut,
    Overwritten,
    Patched,
}
