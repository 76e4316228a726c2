//! An office's own overrides of the rules: which severities it lowered, which thresholds it set, what it added to the
//! lists.
//! Plain data for `run.json` and for seeing which of them had any effect; reading and checking the file is the business
//! of `packs`.

use super::finding::{Severity, Verdict};
use super::material::MaterialKind;
use super::outcome::Remark;
use super::waiver::Decided;
use serde::Serialize;
use std::collections::BTreeMap;

/// A file of overrides that passed every check.
#[derive(Debug, Clone, PartialEq)]
pub struct Office {
    /// As given on the command line.
    pub file: String,
    /// Lower-case hex.
    pub sha256: String,
    /// What the office is called in letters to applicants.
    pub office_name: Option<String>,
    pub template: Option<ImportTemplate>,
    pub severities: Vec<Softened>,
    pub thresholds: Vec<Reset>,
    pub related: Vec<AddedOccupation>,
    pub names: Vec<AddedName>,
    /// Entries that change nothing.
    pub remarks: Vec<Remark>,
}

/// How results go into a platform's own import template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportTemplate {
    /// The sheet's name; `None`: the first that has all the headings.
    pub sheet: Option<String>,
    /// In the file's order; one of them takes the id.
    pub columns: Vec<TemplateColumn>,
    /// What the platform calls a decision.
    pub decisions: BTreeMap<Decided, String>,
    /// What the platform calls a verdict.
    pub verdicts: BTreeMap<Verdict, String>,
}

/// One column of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateColumn {
    pub heading: String,
    /// Name of the value that goes there.
    pub value: String,
    pub line: usize,
}

/// The value of a template's column by which its rows are found.
pub const TEMPLATE_ID: &str = "id";

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
