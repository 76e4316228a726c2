//! What comes out: flags, each with what was seen, where, by which rule of which pack; and the verdict that follows.

use super::fact::Place;
use super::material::MaterialKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::fmt;

/// From mild to severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Note,
    Review,
    Reject,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Severity {
    pub fn id(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Review => "review",
            Self::Reject => "reject",
        }
    }

    /// As a clerk says it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Note => "提示",
            Self::Review => "需人工复核",
            Self::Reject => "建议驳回",
        }
    }
}

/// The worst of a submission's flags; a note counts as pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 建议通过
    Pass,
    /// 需人工复核
    Review,
    /// 建议驳回
    Reject,
}

impl Verdict {
    pub fn of(flags: &[Flag]) -> Self {
        match flags.iter().map(|f| f.severity).max() {
            Some(Severity::Reject) => Self::Reject,
            Some(Severity::Review) => Self::Review,
            Some(Severity::Note) | None => Self::Pass,
        }
    }

    pub fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Review => "review",
            Self::Reject => "reject",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::Pass => "建议通过",
            Self::Review => "需人工复核",
            Self::Reject => "建议驳回",
        }
    }
}

/// What a flag says to its readers, who are told apart: the clerk what to look at, the applicant what to correct.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// To the clerk.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// To the applicant, in Chinese: what is wrong and what to correct, as it is once it is certain or a person has
    /// confirmed it. Without doubts, measures and other persons' values. `None`: nothing is asked of the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant: Option<String>,
    /// To the applicant: what to hand in, where flags share it. It is told once, after the sentences of all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Message {
    /// To the clerk alone.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), applicant: None, advice: None }
    }
}

/// The rule whose flag says that the tool itself failed on a submission. It can be neither waived nor lowered to a
/// note.
pub const INTERNAL_ERROR: &str = "internal-error";

/// What `expected` and `observed` of a rule's flags hold, for whoever hides what names a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// The value of the field that the flag names.
    Value,
    /// A word or number that names nobody: an age, a kind of correction, names of fields.
    Words,
    /// Ids of other submissions.
    Submissions,
    /// The text of an internal error, which may quote anything.
    Error,
}

/// The words of the governing pack that a flag rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Clause {
    /// Where they stand: "N24 三(二)2"; "—" where the governing pack has no words for the rule, or no pack governs.
    pub source: String,
    /// The source's own words; `None` where `source` is "—".
    pub text: Option<String>,
}

/// One thing that is wrong or in doubt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flag {
    /// The id of RULES.md.
    pub rule: String,
    pub severity: Severity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<MaterialKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u16>,
    /// The fact's name (`work[0].start`) or the registration's column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<String>,
    /// 0–1, of what was observed; `None` where nothing was read (a missing file, a registration value).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    pub message: Message,
    pub clause: Clause,
    /// `n24@2024-01-01` or `-` where no pack is concerned.
    pub rule_pack: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// A waiver accepted it: it stays, marked, and is a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
}

impl Flag {
    /// A flag that names no place and rests on no pack yet.
    pub fn new(rule: impl Into<String>, severity: Severity, message: Message) -> Self {
        Self {
            rule: rule.into(),
            severity,
            document: None,
            page: None,
            field: None,
            expected: None,
            observed: None,
            confidence: None,
            message,
            clause: Clause { source: "—".to_owned(), text: None },
            rule_pack: "-".to_owned(),
            place: None,
            waived: None,
        }
    }
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

impl Flag {
    /// The key by which a submission's flags are sorted: rule, document, page, field, what was observed, the more
    /// severe first, then the texts.
    pub fn order(&self) -> impl Ord + '_ {
        (
            &self.rule,
            self.document,
            self.page,
            &self.field,
            &self.observed,
            Reverse(self.severity),
            &self.expected,
            &self.message.zh,
        )
    }
}
