//! The record of decisions: what people said about a run's flags, readings and submissions, entry by entry.
//! Plain data (docs/decision-record.md); `packs` reads the files, which entry counts is decided in `yushen-review`.

use super::fact::{Region, State};
use super::material::MaterialKind;
use super::waiver::Decided;
use jiff::civil::{Date, DateTime};
use serde::Serialize;
use std::fmt;

/// One thing that somebody said.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// In Beijing.
    pub time: DateTime,
    pub who: String,
    /// First digits of the hash of the run's findings; may be empty in a file written by hand.
    pub run: String,
    /// 报名编号.
    pub submission: String,
    /// Seal of the submission's material as it was seen; empty: whatever it is.
    pub material: String,
    /// Whoever wrote it saw that others contradict each other here.
    pub settles: bool,
    pub said: Said,
    pub position: Position,
}

/// Where an entry stands: in the order of the files given, and of their lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Position among the files.
    pub file: usize,
    /// From 1.
    pub line: usize,
}

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// On the submission as a whole.
    Decision {
        decision: Decided,
        /// What the applicant is told; may be empty for 通过.
        reason: String,
    },
    /// Flags may stand until a day.
    AcceptFlag {
        place: FlagPlace,
        reason: String,
        until: Date,
        /// Ids of the flags that were seen.
        flags: Vec<String>,
    },
    /// What a field says.
    Reading {
        at: FieldPlace,
        /// The same as was read.
        confirms: bool,
        old: Seen,
        new: Corrected,
    },
    /// A correction on the paper (涂改) that is none.
    NoAlteration { at: FieldPlace, old: Seen },
    /// What a file's page is.
    Assign {
        page: FilePage,
        /// SHA-256 of the file, lower-case hex; empty: whatever it is.
        file: String,
        to: Assigned,
    },
    /// What the same person said of this place counts no more.
    Withdraw(About),
}

/// The flags that an acceptance is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FlagPlace {
    pub rule: String,
    /// `None`: on whatever document the rule flags.
    pub document: Option<MaterialKind>,
    /// `None`: in whatever field.
    pub field: Option<String>,
}

/// A field, and where it was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldPlace {
    /// `application_form.work[0].start`.
    pub field: String,
    pub page: Option<u16>,
    pub region: Option<Region>,
    /// SHA-256 of the page's file, lower-case hex; empty: whatever it is.
    pub file: String,
}

/// A page of a file, or all of its pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FilePage {
    /// The file's path inside the submission, `/`-separated.
    pub name: String,
    /// From 1; `None`: every page.
    pub in_file: Option<u16>,
}

/// A reading as it was seen before it was corrected.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    pub state: Option<State>,
    pub text: Option<String>,
    /// 0–1.
    pub confidence: Option<f32>,
}

/// What a field says instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corrected {
    Text(String),
    /// Nothing is written there.
    Empty,
    /// Something is written there, whatever it says.
    Written,
}

/// What a page was said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    Material(MaterialKind),
    /// It belongs to another person.
    SomebodyElse,
}

/// What an entry is about: of the entries about one place the last one counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    Submission,
    Flag(FlagPlace),
    Field(String),
    Page(FilePage),
}

impl Entry {
    pub fn about(&self) -> About {
        match &self.said {
            Said::Decision { .. } => About::Submission,
            Said::AcceptFlag { place, .. } => About::Flag(place.clone()),
            Said::Reading { at, .. } | Said::NoAlteration { at, .. } => About::Field(at.field.clone()),
            Said::Assign { page, .. } => About::Page(page.clone()),
            Said::Withdraw(about) => about.clone(),
        }
    }

    /// Do two entries about one place say different things of it?
    pub fn contradicts(&self, other: &Self) -> bool {
        match (&self.said, &other.said) {
            (Said::Decision { decision: a, .. }, Said::Decision { decision: b, .. }) => a != b,
            (Said::Reading { new: a, .. }, Said::Reading { new: b, .. }) => a != b,
            (Said::Assign { to: a, .. }, Said::Assign { to: b, .. }) => a != b,
            // it is a correction, and it is none
            (Said::Reading { .. }, Said::NoAlteration { .. }) | (Said::NoAlteration { .. }, Said::Reading { .. }) => {
                true
            }
            _ => false,
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submission => f.write_str("submission"),
            Self::Flag(FlagPlace { rule, document, field }) => {
                f.write_str(rule)?;
                document.iter().try_for_each(|d| write!(f, " {}", d.name()))?;
                field.iter().try_for_each(|field| write!(f, " {field}"))
            }
            Self::Field(field) => f.write_str(field),
            Self::Page(FilePage { name, in_file }) => {
                f.write_str(name)?;
                in_file.iter().try_for_each(|page| write!(f, " {page}"))
            }
        }
    }
}

/// One file of the record that passed every check.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordFile {
    /// As given on the command line.
    pub name: String,
    /// Lower-case hex.
    pub sha256: String,
    /// In the file's order.
    pub entries: Vec<Entry>,
    /// Line of an entry that was torn off at the file's end, and left out.
    pub torn: Option<usize>,
}
