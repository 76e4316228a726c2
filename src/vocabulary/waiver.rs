//! Waivers: flags that an office has looked at and lets stand, each with a reason, a name and a last day.
//! Plain data; the file is read by `packs`, and which flag a waiver is for is decided by `rules`.

use super::finding::Severity;
use super::material::MaterialKind;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One accepted flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub submission: String,
    /// The id of RULES.md.
    pub rule: String,
    /// `None`: on whatever document the rule flags.
    pub document: Option<MaterialKind>,
    /// `None`: in whatever field.
    pub field: Option<String>,
    pub reason: String,
    pub who: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Where it stands in its file, from 1.
    pub line: usize,
}

/// A file of waivers that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waivers {
    /// As given on the command line.
    pub file: String,
    /// Lower-case hex.
    pub sha256: String,
    /// In the file's order.
    pub entries: Vec<Waiver>,
}

/// The mark that a waiver leaves on a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    pub reason: String,
    pub who: String,
    /// `YYYY-MM-DD`.
    pub until: String,
    /// What the flag was before.
    pub severity: Severity,
}
