//! The TOML of a pack as written: keys are known, values are not yet checked.
//! Every value that can be wrong carries its place in the file; `validate` and `occupation` check it.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// `pack.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackFile {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    /// `notice` or `guide`.
    pub role: Spanned<String>,
    pub guide_to: Option<Spanned<String>>,
    /// `YYYY-MM-DD`.
    pub effective_from: Spanned<String>,
    pub effective_to: Option<Spanned<String>>,
    /// It governs only where it is named (`--pack`), whatever the day: an example, no office's law.
    #[serde(default)]
    pub only_by_name: bool,
    /// The forms that it accepts, by their files in `forms/`.
    #[serde(default)]
    pub forms: Vec<AcceptedEntry>,
    /// What every condition of the pack needs beside its own list.
    #[serde(default)]
    pub every_condition: Vec<MaterialEntry>,
    #[serde(default)]
    pub calendar: Vec<OfferEntry>,
    #[serde(default)]
    pub fees: Vec<FeeEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptedEntry {
    pub form: Spanned<String>,
    /// `YYYY-MM-DD`: the first and the last registration that may come with it; left out: as long as the pack.
    pub from: Option<Spanned<String>>,
    pub to: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferEntry {
    pub occupation: Spanned<String>,
    pub job_type: Option<Spanned<String>>,
    pub level: Spanned<String>,
    pub months: Spanned<Vec<u8>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeEntry {
    pub occupation: Spanned<String>,
    pub level: Spanned<String>,
    pub theory: u32,
    pub skill: u32,
    pub review: Option<u32>,
    pub total: Spanned<u32>,
}

/// One occupation, or a part of one where the source prints lists of its own for a level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OccupationFile {
    pub name: Spanned<String>,
    pub related: Option<RelatedEntry>,
    #[serde(default)]
    pub majors: Vec<MajorsEntry>,
    #[serde(default)]
    pub conditions: Vec<ConditionEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelatedEntry {
    pub heading: String,
    pub list: Vec<Spanned<String>>,
    /// What the source prints after the last entry (等，下同。).
    pub ending: String,
    /// A joint entry's parts.
    #[serde(default)]
    pub parts: BTreeMap<Spanned<String>, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MajorsEntry {
    pub schools: Vec<Spanned<String>>,
    pub heading: String,
    pub list: Vec<Spanned<String>>,
    pub ending: String,
    /// Entries of `list`, or words of `ending`, that are whole classes of majors.
    #[serde(default)]
    pub classes: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionEntry {
    pub level: Spanned<String>,
    pub number: Spanned<u8>,
    pub source: Spanned<String>,
    pub text: Spanned<String>,
    /// The source's list of materials, as printed.
    #[serde(default)]
    pub asks: Vec<String>,
    pub min_age: Option<Spanned<u8>>,
    pub work: Option<WorkEntry>,
    pub prior: Option<PriorEntry>,
    pub education: Option<EducationEntry>,
    pub training: Option<TrainingEntry>,
    #[serde(default)]
    pub materials: Vec<MaterialEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkEntry {
    pub months: u32,
    pub after_certificate: Spanned<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriorEntry {
    pub level: Spanned<String>,
    pub held_months: Option<Spanned<u32>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EducationEntry {
    pub schooling: Spanned<Vec<Spanned<String>>>,
    pub major: Spanned<bool>,
    pub in_study: bool,
    pub students: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrainingEntry {
    pub min_hours: Option<Spanned<u32>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MaterialEntry {
    pub material: Spanned<String>,
    /// `reject` or `review`.
    pub missing: Spanned<String>,
    #[serde(default)]
    pub excused_by: Vec<Spanned<String>>,
    /// `review` or `nothing`; there where `excused_by` is.
    pub excused_is: Option<Spanned<String>>,
    pub clauses: Spanned<Vec<ClauseEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClauseEntry {
    pub source: Spanned<String>,
    pub text: Spanned<String>,
}

/// `clauses.toml`: by rule id.
pub(super) type ClausesFile = BTreeMap<Spanned<String>, RuleClauses>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleClauses {
    pub clauses: Spanned<Vec<ClauseEntry>>,
}
