//! From `run.json` to what the page says of the run, and from `rules/report.toml` to what it offers a reviewer.
//! Of a path only its last part is shown, because the page may be handed on.

use crate::report::atomic_file::Seal;
use crate::report::page::index::About;
use crate::report::run::{BatchRecord, HashedFile, PackRecord};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The part of `run.json` that the page shows.
#[derive(Debug, Clone, Deserialize)]
pub struct RunRecord {
    pub version: String,
    #[serde(default)]
    pub options: Map<String, Value>,
    pub as_of: String,
    pub packs: Vec<PackRecord>,
    pub models: Vec<HashedFile>,
    pub batches: Vec<BatchRecord>,
    pub counts: Value,
    pub not_evaluated: BTreeMap<String, BTreeMap<String, u64>>,
    #[serde(default)]
    pub given: Vec<Value>,
    pub outputs: Vec<Seal>,
    pub seconds: Value,
}

impl RunRecord {
    /// Reads a `run.json` and skips its list of inputs.
    ///
    /// # Errors
    /// If it is not a `run.json`.
    pub fn read(text: impl Read) -> serde_json::Result<Self> {
        serde_json::from_reader(text)
    }

    /// Key of these findings, which ties the page, its details and the decisions made on it together.
    pub fn key(&self) -> String {
        self.outputs
            .iter()
            .find(|s| s.file == "findings.jsonl")
            .map_or_else(String::new, |s| s.sha256.chars().take(16).collect())
    }

    /// Were names and numbers redacted in this run? Then no picture may show them either.
    pub fn redacted(&self) -> bool {
        self.options.get("redact").is_some_and(|v| !matches!(v, Value::Null | Value::Bool(false)))
    }

    /// The office's overrides that the run was given: path and hash.
    pub fn office(&self) -> Option<(&str, &str)> {
        let office = self.given.iter().find(|g| g["kind"] == "office")?;
        office["path"].as_str().zip(office["sha256"].as_str())
    }

    /// What the page shows of it.
    pub fn shown(&self) -> Value {
        let batches: Vec<Value> = self
            .batches
            .iter()
            .map(|b| serde_json::json!({ "name": last_part(&b.batch), "folders": b.folders, "rows": b.rows, "submissions": b.submissions, "notes": b.notes }))
            .collect();
        let packs: Vec<(String, &str)> =
            self.packs.iter().map(|p| (format!("{} {}", p.label, p.title), p.sha256.as_str())).collect();
        let models: Vec<(&str, &str)> = self.models.iter().map(|m| (m.name.as_str(), m.sha256.as_str())).collect();
        let given: Vec<Value> = self
            .given
            .iter()
            .map(|g| serde_json::json!({ "kind": g["kind"], "path": last_part(g["path"].as_str().unwrap_or_default()), "remarks": g["remarks"] }))
            .collect();
        serde_json::json!({
            "version": self.version, "as_of": self.as_of, "batches": batches, "packs": packs, "models": models, "given": given,
            "counts": self.counts, "wall": self.seconds["wall"],
        })
    }

    /// What the page's index says of this run.
    pub fn about(&self, offers: &Offers, law: bool) -> About<'_> {
        About {
            key: self.key(),
            not_evaluated: &self.not_evaluated,
            earlier: self.earlier(),
            run: self.shown(),
            accept_days: offers.accept.days,
            reasons: offers.reasons(),
            law,
        }
    }

    /// Earlier decisions that were given along, in their order.
    pub fn earlier(&self) -> Vec<Value> {
        let files = self.given.iter().filter(|g| g["kind"] == "decisions");
        files.filter_map(|g| g["content"]["submissions"].as_array()).flatten().cloned().collect()
    }
}

/// What the page offers a reviewer (`rules/report.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offers {
    pub accept: AcceptOffer,
    pub reject: Reasons,
    #[serde(rename = "return")]
    pub send_back: Reasons,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptOffer {
    /// Days from the decision to the last day on which it counts, 1–3650.
    pub days: u16,
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    pub reasons: Vec<String>,
}

impl Offers {
    pub fn reasons(&self) -> Value {
        serde_json::json!({ "accept": self.accept.reasons, "reject": self.reject.reasons, "return": self.send_back.reasons })
    }
}

/// The name of a file or folder, without the path to it on this machine.
fn last_part(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |n| n.to_string_lossy().into_owned())
}
