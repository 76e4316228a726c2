//! From findings to `submissions.csv`: one row a submission, with the verdict, what was read and the reason to send.
//! Every submission has a row, whatever happened to it.

use super::cell::text;
use super::columns::{self, Heading};
use super::finding::Finding;
use super::reason::reason;
use crate::vocabulary::finding::{Flag, Severity};
use std::io::{self, Write};

pub const COLUMNS: [&str; 20] = [
    "submission_id",
    "verdict",
    "结论",
    "reject_flags",
    "review_flags",
    "note_flags",
    "files",
    "applicant_name",
    "id_number",
    "occupation",
    "level",
    "condition",
    "read_name",
    "read_number",
    "read_occupation",
    "read_level",
    "read_condition",
    "months",
    "reason",
    "folder",
];

pub struct SubmissionsCsv<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> SubmissionsCsv<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn start(out: W) -> io::Result<Self> {
        Ok(Self { out: columns::writer(out, &COLUMNS)? })
    }

    /// One submission: `registered` and `read` are its headings.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, f: &Finding, registered: &Heading, read: &Heading) -> io::Result<()> {
        let flags: Vec<Flag> = f.flags.iter().map(|r| r.flag.clone()).collect();
        let count = |s| flags.iter().filter(|f| f.severity == s).count().to_string();
        self.out
            .write_record([
                text(&f.submission_id),
                f.verdict.id().to_owned(),
                f.verdict.chinese().to_owned(),
                count(Severity::Reject),
                count(Severity::Review),
                count(Severity::Note),
                f.files.len().to_string(),
                text(&registered.name),
                text(&registered.number),
                text(&registered.occupation),
                text(&registered.level),
                text(&registered.condition),
                text(&read.name),
                text(&read.number),
                text(&read.occupation),
                text(&read.level),
                text(&read.condition),
                f.work_months.map_or_else(String::new, |m| m.to_string()),
                text(&reason(&flags)),
                text(f.folder.as_deref().unwrap_or_default()),
            ])
            .map_err(io::Error::other)
    }

    /// Everything handed to the file below.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(|e| io::Error::other(e.to_string()))
    }
}
