//! A pack's tables as its source prints them: lists with their headings, duplicates and endings, material cells as
//! text.
//! For comparing with the source; judging uses `vocabulary::pack` only.

use super::unvalidated::{MajorsEntry, OccupationFile, RelatedEntry};
use crate::vocabulary::documents::SchoolKind;
use crate::vocabulary::level::Level;
use toml::Spanned;

/// What one file of a pack holds of one occupation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedTable {
    pub pack: String,
    /// Relative to the rule folder, `/`-separated.
    pub file: String,
    pub occupation: String,
    pub related: Option<PrintedList>,
    pub majors: Vec<PrintedMajors>,
    pub rows: Vec<PrintedRow>,
}

/// `heading：entry、entry…ending`, every entry as often as the source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedList {
    pub heading: String,
    pub entries: Vec<String>,
    pub ending: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedMajors {
    pub schools: Vec<SchoolKind>,
    pub list: PrintedList,
}

/// One condition with the material list printed beside or below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRow {
    pub level: Level,
    pub number: u8,
    pub source: String,
    pub text: String,
    pub asks: Vec<String>,
}

impl PrintedList {
    /// The list as one sentence.
    pub fn sentence(&self) -> String {
        format!("{}：{}{}", self.heading, self.entries.join("、"), self.ending)
    }

    pub(super) fn of_related(entry: &RelatedEntry) -> Self {
        Self { heading: entry.heading.clone(), entries: words(&entry.list), ending: entry.ending.clone() }
    }

    pub(super) fn of_majors(entry: &MajorsEntry) -> Self {
        Self { heading: entry.heading.clone(), entries: words(&entry.list), ending: entry.ending.clone() }
    }
}

impl PrintedTable {
    /// The levels that have conditions here, from the lowest.
    pub fn levels(&self) -> Vec<Level> {
        Level::ALL.into_iter().filter(|l| self.rows.iter().any(|r| r.level == *l)).collect()
    }

    pub(super) fn new(
        pack: &str,
        file: &str,
        entry: &OccupationFile,
        majors: Vec<PrintedMajors>,
        rows: Vec<PrintedRow>,
    ) -> Self {
        Self {
            pack: pack.to_owned(),
            file: file.to_owned(),
            occupation: entry.name.get_ref().clone(),
            related: entry.related.as_ref().map(PrintedList::of_related),
            majors,
            rows,
        }
    }
}

fn words(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|w| w.get_ref().clone()).collect()
}
