//! What submissions of one batch, or of this run and earlier ones, have in common: the same number, photo, certificate
//! or scan in two of them.
//! Plain data; who shares what is found by `rules`.

use super::finding::Verdict;
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
    /// `plan` is 认定计划's text: it is the same plan in another batch too.
    pub plan_named: bool,
    pub certificate_number: Option<String>,
    pub photo_sha256: Option<String>,
    /// sha256 of the files of further photos.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further_photos: Vec<String>,
    pub photo_hashes: Vec<u64>,
    /// sha256 of each other material, with the material's name.
    pub scans: Vec<(String, String)>,
}

/// Those that share something with a submission: the first few by name, and how many they are. Never all of them: where
/// everybody shares with everybody, naming all would grow with the square of the batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Others<T> {
    pub named: Vec<T>,
    /// All, named or not.
    pub count: u64,
    /// There may be more: counting stopped there.
    #[serde(default)]
    pub or_more: bool,
}

impl<T> Default for Others<T> {
    fn default() -> Self {
        Self { named: Vec::new(), count: 0, or_more: false }
    }
}

impl<T> Others<T> {
    /// A few, all of them named.
    pub fn all(named: Vec<T>) -> Self {
        Self { count: named.len() as u64, named, or_more: false }
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Is each of them named?
    pub fn is_whole(&self) -> bool {
        !self.or_more && self.count == self.named.len() as u64
    }
}

/// The other submissions that share something with one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SharedWith {
    /// Same person, same plan: ids.
    pub identity: Others<String>,
    /// Same photo: id, and how alike ("identical bytes", "distance 3 of 64").
    pub photo: Others<(String, String)>,
    /// Same certificate number, another person: ids.
    pub certificate: Others<String>,
    /// Same scan: material's name, ids.
    pub scan: Vec<(String, Others<String>)>,
    /// What it shares with submissions of earlier runs.
    pub earlier: Earlier,
}

/// A submission of an earlier run, as flags name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Past {
    /// The batch's folder name.
    pub batch: String,
    pub submission_id: String,
    /// What was proposed then; what was decided is not known.
    pub verdict: Verdict,
}

/// As [`SharedWith`], with submissions of earlier runs; a submission's own earlier outputs are not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Earlier {
    pub identity: Others<Past>,
    pub photo: Others<(Past, String)>,
    pub certificate: Others<Past>,
    pub scan: Vec<(String, Others<Past>)>,
}

impl Earlier {
    pub fn is_empty(&self) -> bool {
        self.identity.is_empty() && self.photo.is_empty() && self.certificate.is_empty() && self.scan.is_empty()
    }
}
