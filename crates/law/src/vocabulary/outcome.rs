//! What judging gives besides flags: rules that could not be evaluated, and what was wrong with a batch as a whole.
//! Plain data; who fills it in is the business of `rules` and `ingest`.

use super::finding::{Flag, Message, Verdict};
use super::waiver::Decision;
use super::why::Why;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rule that was not evaluated on a submission, which is not a pass.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NotEvaluated {
    /// The id of RULES.md.
    pub rule: String,
    /// Why, in English, without any value of the submission, so that equal reasons can be counted.
    pub why: String,
    /// The same in Chinese; empty in findings of earlier versions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zh: String,
}

impl NotEvaluated {
    /// `rule` is the id, or `*` for all rules.
    pub fn new(rule: impl Into<String>, why: Why) -> Self {
        Self { rule: rule.into(), why: why.en.to_owned(), zh: why.zh.to_owned() }
    }

    /// The reason in one of the languages; in English where earlier findings have no Chinese.
    pub fn said(&self, chinese: bool) -> &str {
        if chinese && !self.zh.is_empty() { &self.zh } else { &self.why }
    }
}

/// All that the rules say of one submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// In any order.
    pub flags: Vec<Flag>,
    pub verdict: Verdict,
    pub not_evaluated: Vec<NotEvaluated>,
    /// Months of work that count, if any were read.
    pub work_months: Option<u32>,
    /// What a reviewer decided, in a record that was given along.
    pub decision: Option<Decision>,
    /// The entries of that record that are about this submission, as its file has them.
    pub record: Vec<Value>,
    /// Drawn for a spot check (抽检).
    pub spot_check: bool,
}

impl Judged {
    /// Flags with the verdict that follows from them, and nothing else.
    pub fn of(flags: Vec<Flag>) -> Self {
        Self {
            verdict: Verdict::of(&flags),
            flags,
            not_evaluated: Vec::new(),
            work_months: None,
            decision: None,
            record: Vec::new(),
            spot_check: false,
        }
    }
}

/// Something wrong with a batch that belongs to no submission: a table that cannot be read, a stray file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct BatchNote {
    /// The id of RULES.md, if one fits; then it also stands in `flags.csv`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Path inside the batch, `/`-separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line of the table, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    pub zh: String,
    pub en: String,
    /// So much hangs on it that the summary begins with it; it names no person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

impl BatchNote {
    pub fn message(&self) -> Message {
        Message::new(&*self.zh, &*self.en)
    }
}

/// A rule's id with its short titles and what people are told of it beside its flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleTitle {
    pub id: String,
    pub zh: String,
    pub en: String,
    /// What the applicant can do so that the flag is not raised again.
    pub clears_zh: String,
    /// Its evidence, each as a pattern: what its flags compare.
    pub rests_on: Vec<String>,
}

/// A file or folder that the office gave along with the run (waivers, overrides, earlier outputs): what it holds and
/// what it did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Given {
    /// `waivers`, `office` or `archive`.
    pub kind: &'static str,
    /// As given on the command line.
    pub path: String,
    /// Lower-case hex.
    pub sha256: String,
    /// What it holds, for whoever reads `run.json` without the file.
    pub content: serde_json::Value,
    /// What of it did nothing, and why.
    pub remarks: Vec<Remark>,
}

/// Something of a given file that a person should know: an expired waiver, an override that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Line of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    pub zh: String,
    pub en: String,
}
