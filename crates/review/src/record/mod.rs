//! The record of decisions (docs/decision-record.md): which of its entries count for a submission, and what becomes of
//! what was read.

pub mod apply;
pub mod decided;
pub mod seal;
pub mod standing;

use crate::vocabulary::record::{Entry, RecordFile};
use std::collections::BTreeMap;

/// The entries of all files given, by submission.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub files: Vec<RecordFile>,
    /// Submission → positions in `files` and in their entries, in order of time.
    by_submission: BTreeMap<String, Vec<(usize, usize)>>,
}

impl Record {
    /// In the order in which the files were given.
    pub fn new(mut files: Vec<RecordFile>) -> Self {
        let mut by_submission: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for (f, file) in files.iter_mut().enumerate() {
            for (e, entry) in file.entries.iter_mut().enumerate() {
                entry.position.file = f;
                by_submission.entry(entry.submission.clone()).or_default().push((f, e));
            }
        }
        for places in by_submission.values_mut() {
            places.sort_by_key(|&(f, e)| (files[f].entries[e].time, f, e));
        }
        Self { files, by_submission }
    }

    /// What was said of a submission, in order of time.
    pub fn of(&self, submission: &str) -> impl Iterator<Item = &Entry> {
        self.by_submission.get(submission).into_iter().flatten().map(|&(f, e)| &self.files[f].entries[e])
    }

    /// Was anything said of it?
    pub fn names(&self, submission: &str) -> bool {
        self.by_submission.contains_key(submission)
    }

    /// Every submission that something was said of.
    pub fn submissions(&self) -> impl Iterator<Item = &str> {
        self.by_submission.keys().map(String::as_str)
    }
}
