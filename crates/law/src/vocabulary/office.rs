//! An office's own overrides of the rules: which severities it lowered, which thresholds it set, what it added to the
//! lists.
//! Plain data for `run.json` and for seeing which of them had any effect; reading and checking the file is the business
//! of `packs`.

use super::finding::Severity;
use super::material::MaterialKind;
use super::outcome::Remark;
use serde::Serialize;

/// A file of overrides that passed every check.
#[derive(Debug, Clone, PartialEq)]
pub struct Office {
    /// As given on the command line.
    pub file: String,
    /// Lower-case hex.
    pub sha256: String,
    pub severities: Vec<Softened>,
    pub thresholds: Vec<Reset>,
    pub related: Vec<AddedOccupation>,
    pub names: Vec<AddedName>,
    /// Entries that change nothing.
    pub remarks: Vec<Remark>,
}

/// The worst severity that a rule may give here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Softened {
    pub rule: String,
    /// What it may give without this file.
    pub from: Severity,
    pub to: Severity,
    #[serde(skip)]
    pub line: usize,
}

/// A threshold of `settings.toml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reset {
    /// `photo.max_unevenness`.
    pub key: String,
    pub from: serde_json::Value,
    pub to: serde_json::Value,
}

/// A 相关职业 that the office admits beyond the packs' lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddedOccupation {
    pub occupation: String,
    pub name: String,
    /// The packs to whose lists it was added.
    pub packs: Vec<String>,
    #[serde(skip)]
    pub line: usize,
}

/// What this office calls a material's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddedName {
    pub name: String,
    pub material: MaterialKind,
    #[serde(skip)]
    pub line: usize,
}
