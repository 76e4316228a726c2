//! From flags to `flags.csv`: one row a flag, in the order in which they are handed in.
//! Columns are a contract (docs/output.md); message and reason are in Chinese whatever the language of the summary.

use super::cell::text;
use super::columns::{self, Heading};
use crate::vocabulary::fact::Place;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::outcome::BatchNote;
use std::io::{self, Write};

pub const COLUMNS: [&str; 17] = [
    "submission_id",
    "applicant_name",
    "occupation",
    "level",
    "condition",
    "rule",
    "severity",
    "document",
    "page",
    "field",
    "expected",
    "observed",
    "confidence",
    "message",
    "source",
    "rule_pack",
    "evidence",
];

pub struct FlagsCsv<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> FlagsCsv<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn start(out: W) -> io::Result<Self> {
        Ok(Self { out: columns::writer(out, &COLUMNS)? })
    }

    /// The flags of one submission.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add<'f>(&mut self, id: &str, heading: &Heading, flags: impl IntoIterator<Item = &'f Flag>) -> io::Result<()> {
        for f in flags {
            let waived = f.waived.as_ref().map_or_else(String::new, |w| format!("已豁免（原为{}；{}；{}，至{}）：", w.severity.chinese(), w.reason, w.who, w.until));
            self.out
                .write_record([
                    text(id),
                    text(&heading.name),
                    text(&heading.occupation),
                    text(&heading.level),
                    heading.condition.parse::<u16>().map_or_else(|_| text(&heading.condition), |n| n.to_string()),
                    text(&f.rule),
                    f.severity.to_string(),
                    f.document.map_or("", |d| d.name()).to_owned(),
                    f.page.map_or_else(String::new, |p| p.to_string()),
                    text(f.field.as_deref().unwrap_or_default()),
                    text(f.expected.as_deref().unwrap_or_default()),
                    text(f.observed.as_deref().unwrap_or_default()),
                    f.confidence.map_or_else(String::new, |c| format!("{c:.2}")),
                    text(&format!("{waived}{}", f.message.zh)),
                    text(&f.clause.source),
                    // "-" says that no pack is concerned; a cell may not start so.
                    text(if f.rule_pack == "-" { "" } else { &f.rule_pack }),
                    text(&evidence(f)),
                ])
                .map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// What is wrong with a batch itself: a row without a submission.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add_note(&mut self, rule: &str, note: &BatchNote) -> io::Result<()> {
        let evidence = [note.file.clone(), note.row.map(|r| format!("第{r}行"))].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let mut row = [const { String::new() }; COLUMNS.len()];
        row[5] = text(rule);
        row[6] = Severity::Review.to_string();
        row[13] = text(&note.zh);
        row[16] = text(&evidence);
        self.out.write_record(row).map_err(io::Error::other)
    }

    /// Everything handed to the file below.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(|e| io::Error::other(e.to_string()))
    }
}

/// Where to look: `申报表#1@x,y,w,h` (page from 1, box in pixels of the upright picture), or as much of it as is known.
fn evidence(f: &Flag) -> String {
    let at = |p: &Place| {
        let r = p.region.map_or_else(String::new, |r| format!("@{},{},{},{}", r.x, r.y, r.width, r.height));
        format!("{}#{}{r}", p.document.name(), p.page)
    };
    match (&f.place, f.document, f.page) {
        (Some(place), _, _) => at(place),
        (None, Some(document), Some(page)) => format!("{}#{page}", document.name()),
        (None, Some(document), None) => document.name().to_owned(),
        (None, None, _) => String::new(),
    }
}
