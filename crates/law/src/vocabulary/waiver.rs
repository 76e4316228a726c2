//! Waivers: flags that an office has looked at and lets stand, each with a reason, a name and a last day.
//! Plain data; the file is read by `packs`, and which flag a waiver is for is decided by `rules`.

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

/// What a reviewer decided about a submission as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// 通过
    Accept,
    /// 驳回
    Reject,
    /// 退回补正
    Return,
}

impl Decided {
    pub const ALL: [Self; 3] = [Self::Accept, Self::Reject, Self::Return];

    pub fn id(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Return => "return",
        }
    }

    /// As a clerk says it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Accept => "通过",
            Self::Reject => "驳回",
            Self::Return => "退回补正",
        }
    }
}

/// One such decision. It changes no later verdict: what is handed in again is judged anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    pub submission: String,
    pub decision: Decided,
    /// What the applicant was told; may be empty for 通过.
    pub reason: String,
    pub who: String,
    /// In Beijing: `2026-11-30T08:12:05`; empty in a record written by hand.
    pub decided_on: String,
}
