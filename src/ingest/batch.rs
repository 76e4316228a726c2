//! A batch as it was found. Types only.

use crate::ingest::contents::Contents;
use crate::ingest::issue::BatchIssue;
use crate::vocabulary::submission::Submission;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A batch as found: nothing of it opened but the registration.
#[derive(Debug)]
pub struct Batch {
    pub root: PathBuf,
    /// Where its files are: gives their bytes.
    pub contents: Contents,
    /// Sorted by id, then folder, whatever order the disk gave.
    pub submissions: Vec<Submission>,
    /// Sorted.
    pub issues: Vec<BatchIssue>,
    pub table: Option<TableInfo>,
    /// `companies.csv` at the root, if there is one: its path for [`Contents::bytes`].
    pub register: Option<PathBuf>,
    pub counts: Counts,
    /// Aliases that matched a file or a column, for `Aliases::unmatched`.
    pub aliases_used: BTreeSet<String>,
}

/// The registration table that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableInfo {
    pub file: String,
    /// "UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE", "GB18030", "XLSX" or "HTML".
    pub encoding: String,
    /// Rows under the header that hold anything.
    pub rows: usize,
    pub sha256: String,
}

/// What was found. It adds up: every file on disk is in exactly one of `files`, `registrations`, `outside` and
/// `ignored` (which counts empty folders of nobody's too), and `submissions` = `folders` + rows without a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub folders: usize,
    /// Rows of the table under its header.
    pub rows: usize,
    pub submissions: usize,
    /// Files of submissions, refused and unknown ones too.
    pub files: usize,
    /// Of `files`: refused unopened.
    pub refused: usize,
    /// Of `files`: no material's name matches.
    pub unknown: usize,
    /// `submission.json` files.
    pub registrations: usize,
    /// Files at the root or in grouping folders: tables, the register, strays.
    pub outside: usize,
    /// What systems left behind: files, and folders that nobody filled.
    pub ignored: usize,
}
