//! What submissions of one batch have in common: the same number, photo, certificate or scan in two of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The few values of a submission that are compared with all others; small enough to keep for a whole batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CrossKeys {
    pub submission_id: String,
    pub id_number: Option<String>,
    /// 认定计划's text, or the occupation and level.
    pub plan: Option<String>,
    pub certificate_number: Option<String>,
    pub photo_sha256: Option<String>,
    pub photo_hashes: Vec<u64>,
    /// sha256 of each other material, with the material's name.
    pub scans: Vec<(String, String)>,
}

/// The other submissions that share something with one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SharedWith {
    /// Same person, same plan: ids.
    pub identity: Vec<String>,
    /// Same photo: id, and how alike ("identical bytes", "distance 3 of 64").
    pub photo: Vec<(String, String)>,
    /// Same certificate number, another person: ids.
    pub certificate: Vec<String>,
    /// Same scan: material's name, id.
    pub scan: Vec<(String, String)>,
}
