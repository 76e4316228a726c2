//! A submission as it came in: its registration, its files, and what was wrong with how it came. Nothing of it has been
//! opened yet.

pub use super::registration::{Column, ColumnPairs, Entry, IdKind, Plan, Registration};

use super::material::MaterialKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submission {
    /// 报名编号 = the folder's name (or the orphan row's).
    pub id: String,
    /// The folder inside the batch, `/`-separated; `None` for a row without a folder.
    pub folder: Option<String>,
    pub registration: Option<Registration>,
    /// In order of material, page, file name.
    pub files: Vec<MaterialFile>,
    /// What was wrong with how it came in.
    pub intake: Vec<IntakeIssue>,
}

impl Submission {
    pub fn files_of(&self, kind: MaterialKind) -> impl Iterator<Item = &MaterialFile> {
        self.files.iter().filter(move |f| f.kind == Some(kind))
    }

    pub fn has(&self, kind: MaterialKind) -> bool {
        self.files_of(kind).next().is_some()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MaterialFile {
    /// What its name says; `None`: no material's name matches.
    pub kind: Option<MaterialKind>,
    /// 1 for the material's first file, then 2, 3 … as `-2`, `-3` in the names say.
    pub part: u16,
    /// Name inside the submission's folder, `/`-separated, as found.
    pub name: String,
    /// Where it is on this machine; never written to any output.
    #[serde(skip)]
    #[schemars(skip)]
    pub path: PathBuf,
    pub bytes: u64,
    /// Content hash, lower-case hex; `None` for a file that was refused or could not be read.
    pub sha256: Option<String>,
    /// Why it was refused unopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// Something wrong with how a submission came in; each becomes a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "issue")]
pub enum IntakeIssue {
    /// A folder without registration data.
    RegistrationMissing,
    /// For a folder without registration data: the row that it may belong to, in words.
    RegistrationNear { detail: String },
    /// A row without a folder.
    RegistrationOrphan,
    /// Two rows or two folders for one id; `detail` names them.
    RegistrationDuplicate { detail: String },
    /// Table and `submission.json` contradict each other.
    RegistrationConflict { column: String, table: String, json: String },
    /// `submission.json` or the row itself cannot be read.
    RegistrationUnreadable { detail: String },
    /// A file that was refused unopened: a link, over a limit, an absurd name.
    InputRefused { file: String, why: String },
    /// A file that could not be read from disk.
    FileUnreadable { file: String, why: String },
}
