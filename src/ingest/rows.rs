//! From a batch's files to the rows of its registration table: which file is the table, what its columns are, which of
//! its lines are rows.
//! What cannot be understood is told with the file and the line; knows nothing of folders.

use super::aliases::Aliases;
use super::batch::{Batch, TableInfo};
use super::column::Column;
use super::files;
use super::issue::{BatchIssue, IngestError};
use super::registration;
use super::table::{self, Cell, Row, Tellings};
use super::taste::{self, Untasted};
use super::walk::{Directory, Found, file_name};
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::Registration;
use crate::vocabulary::text::normalise;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;

/// The registration table's own names, which stand before all others.
pub const TABLE_NAMES: [&str; 2] = ["报名信息.csv", "报名信息.xlsx"];
/// Endings of a file that may be a table. What it is, its content says; what cannot be read as one is told.
const ENDINGS: [&str; 19] = [
    "csv", "txt", "tsv", "xlsx", "xlsm", "xls", "xlsb", "htm", "html", "xml", "et", "ett", "ods", "numbers", "doc",
    "docx", "wps", "pdf", "dbf",
];
/// Folders above a table, at most.
const DEEPEST: usize = 4;

/// One row of the registration table.
#[derive(Debug)]
pub(super) struct TableRow {
    pub number: usize,
    /// As written.
    pub id: String,
    /// As compared.
    pub key: String,
    pub registration: Registration,
}

/// The table that was found, and where.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub rows: Vec<TableRow>,
    /// The folder that it lies in: the batch's root, or one that only wraps the batch.
    pub home: PathBuf,
    /// Every file that may be a table, by its path inside the batch: none of them is a stray.
    pub files: BTreeSet<String>,
}

/// Could this be the registration table, by its name?
pub(super) fn is_table(file: &Found, aliases: &Aliases) -> bool {
    place_of(file_name(file), aliases).is_some()
}

/// How a file of this name ranks among tables, if it is one: the two standard names (docs/domain.md, "Registration table"), then their other spellings,
/// then all others.
fn place_of(name: &str, aliases: &Aliases) -> Option<u8> {
    let plain: String = name.nfkc().collect::<String>().to_lowercase();
    let (stem, ending) = plain.trim().rsplit_once('.')?;
    if !ENDINGS.contains(&ending.trim()) {
        return None;
    }
    match TABLE_NAMES.iter().position(|t| *t == name) {
        Some(0) => Some(0),
        Some(_) => Some(1),
        None if normalise(stem) == "报名信息" => Some(2),
        None => aliases.is_table_name(stem).then_some(3),
    }
}

/// Finds the table and reads it: at the batch's root, or else in the nearest folders that are no submission's. Of
/// several the first in order counts.
///
/// # Errors
/// A failure of ours: the process that tries the table could not do its work.
pub(super) fn read(
    directories: &BTreeMap<PathBuf, Directory>,
    aliases: &Aliases,
    limits: &LimitSettings,
    found: &mut Batch,
) -> Result<Table, IngestError> {
    let mut table = Table::default();
    let candidates = candidates(directories, aliases);
    table.files = candidates.iter().map(|c| c.1.inside.clone()).collect();
    let mut used: Option<(String, String)> = None;
    for (folder, file) in candidates {
        let machine = |e: std::io::Error| IngestError::Machine { path: found.root.clone(), why: e.to_string() };
        let read = found.contents.table(&file.path, file.bytes, limits.max_table_bytes).map_err(machine)?;
        let read = read.and_then(|bytes| match taste::table(&bytes, aliases, limits) {
            Ok(()) => Ok(Ok(bytes)),
            Err(Untasted::Failed(why)) => Ok(Err(IngestError::Unreadable { path: found.root.clone(), why })),
            Err(over @ Untasted::OverReader { .. }) => Err(over.to_string()),
        });
        let bytes = match read {
            Ok(bytes) => bytes?,
            Err(why) => {
                found.issues.push(BatchIssue::TableUnreadable { file: file.inside.clone(), why });
                continue;
            }
        };
        let sha256 = files::sha256(&bytes);
        if let Some((used, hash)) = &used {
            let (file, used) = (file.inside.clone(), used.clone());
            found.issues.push(if *hash == sha256 {
                BatchIssue::TableIgnored { file, used }
            } else {
                BatchIssue::TableDiffers { file, used }
            });
            continue;
        }
        let mut reading = Reading {
            file: &file.inside,
            aliases,
            columns: Vec::new(),
            rows: Vec::new(),
            lines: 0,
            told: Tellings::default(),
            notes: Tellings::default(),
            issues: Vec::new(),
            used: BTreeSet::new(),
        };
        let is_header =
            |cells: &[Cell]| cells.iter().any(|c| aliases.column(&c.text).is_some_and(|(c, _)| c == Column::Id));
        match table::read(&bytes, limits, &is_header, &mut |row| reading.take(row)) {
            Err(why) => found.issues.push(BatchIssue::TableUnreadable { file: file.inside.clone(), why }),
            Ok(read) => {
                if !folder.as_os_str().is_empty() {
                    found.issues.push(BatchIssue::TableInside { file: file.inside.clone() });
                }
                found.table = Some(TableInfo {
                    file: file.inside.clone(),
                    encoding: read.encoding.into(),
                    rows: reading.lines,
                    sha256: sha256.clone(),
                });
                found.counts.rows = reading.lines;
                table.home = folder.to_path_buf();
                used = Some((file.inside.clone(), sha256));
                table.rows = reading.finish(read.told, found);
            }
        }
    }
    Ok(table)
}

/// Files that may be the table, in their order. Folders that hold a `submission.json` or a material, and what lies in
/// them, have none.
fn candidates<'d>(directories: &'d BTreeMap<PathBuf, Directory>, aliases: &Aliases) -> Vec<(&'d Path, &'d Found)> {
    let own =
        |d: &Directory| d.files.iter().any(|f| file_name(f) == "submission.json" || aliases.is_material(file_name(f)));
    let submissions: BTreeSet<&Path> =
        directories.iter().filter(|(p, d)| !p.as_os_str().is_empty() && own(d)).map(|(p, _)| p.as_path()).collect();
    let mut all: Vec<(usize, u8, &Path, &Found)> = Vec::new();
    for (path, directory) in directories {
        let depth = path.components().count();
        if depth > DEEPEST || path.ancestors().any(|p| submissions.contains(p)) {
            continue;
        }
        for file in directory.files.iter().filter(|f| f.refused.is_none()) {
            all.extend(place_of(file_name(file), aliases).map(|place| (depth, place, path.as_path(), file)));
        }
    }
    let nearest = all.iter().map(|(depth, ..)| *depth).min().unwrap_or(0);
    all.retain(|(depth, ..)| *depth == nearest);
    all.sort_by(|a, b| (a.1, &a.3.inside).cmp(&(b.1, &b.3.inside)));
    all.into_iter().map(|(_, _, path, file)| (path, file)).collect()
}

/// A table while its rows come in.
struct Reading<'a> {
    file: &'a str,
    aliases: &'a Aliases,
    columns: Vec<Option<Column>>,
    rows: Vec<TableRow>,
    /// Rows under the header that hold anything.
    lines: usize,
    /// Rows that were not used, and cells.
    told: Tellings,
    /// What is no mistake of the table's: totals under it, and its like.
    notes: Tellings,
    issues: Vec<BatchIssue>,
    used: BTreeSet<String>,
}

impl Reading<'_> {
    fn take(&mut self, row: Row) {
        if self.columns.is_empty() {
            self.header(&row.cells);
            return;
        }
        self.lines += 1;
        let id_at = self.columns.iter().position(|c| *c == Some(Column::Id)).unwrap_or(0);
        let id = row.cells.get(id_at).filter(|c| !self.aliases.is_empty_value(&c.text));
        let first = row.cells.iter().map(|c| c.text.trim()).find(|t| !t.is_empty()).unwrap_or_default();
        let id_text = id.map(|c| c.text.trim().to_owned()).unwrap_or_default();
        if self.aliases.is_footer(if id_text.is_empty() { first } else { &id_text }) {
            self.notes.push(row.number, "是合计、说明或示例，不是报名信息，未作为报名读取");
            return;
        }
        if self.aliases.column(&id_text).is_some_and(|(c, _)| c == Column::Id) {
            self.notes.push(row.number, "是重复的表头，未作为报名读取");
            return;
        }
        if id.is_none() || id_text.is_empty() {
            // A line of nothing but words for nothing is no row.
            if row.cells.iter().any(|c| !c.is_empty() && !self.aliases.is_empty_value(&c.text)) {
                self.told.push(row.number, "没有报名编号，整行未被使用");
            }
            return;
        }
        if id.is_some_and(|c| c.imprecise) {
            self.told.push(row.number, "报名编号无法准确读取（编码损坏，或以数值存储而末位已失真），整行未被使用");
            return;
        }
        if row.cells.iter().skip(self.columns.len()).any(|c| !c.is_empty()) {
            self.told.push(
                row.number,
                format!("有 {} 格，多于表头的 {} 列；多出的未被使用", row.cells.len(), self.columns.len()),
            );
        }
        let mut registration = Registration::default();
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            let Some(column) = column else { continue };
            if self.aliases.is_empty_value(&cell.text) {
                // An error value of a spreadsheet is somebody's formula, not what the applicant wrote.
                if cell.text.trim().starts_with('#') {
                    self.notes.push(row.number, format!("“{}”为 {}，按未填处理", column.header(), cell.text.trim()));
                }
                continue;
            }
            registration::set(&mut registration, *column, cell);
        }
        self.rows.push(TableRow { number: row.number, key: normalise(&id_text), id: id_text, registration });
    }

    /// What each column of the header is; repeated and unknown ones are `None`, with an issue.
    fn header(&mut self, header: &[Cell]) {
        let file = self.file;
        for cell in header {
            let name = cell.text.trim();
            let column = match self.aliases.column(&cell.text) {
                Some((c, _)) if self.columns.contains(&Some(c)) => {
                    self.issues.push(BatchIssue::ColumnRepeated { file: file.into(), column: name.into() });
                    None
                }
                Some((c, alias)) => {
                    self.used.extend(alias.map(str::to_owned));
                    Some(c)
                }
                None => {
                    if !name.is_empty() {
                        self.issues.push(BatchIssue::ColumnUnknown { file: file.into(), column: name.into() });
                    }
                    None
                }
            };
            self.columns.push(column);
        }
        for (column, name, _) in Column::ALL {
            if !self.columns.contains(&Some(column)) {
                self.issues.push(BatchIssue::ColumnMissing { file: file.into(), column: name.into() });
            }
        }
    }

    fn finish(self, of_file: Vec<table::Told>, found: &mut Batch) -> Vec<TableRow> {
        let file = || self.file.to_owned();
        found.issues.extend(self.issues);
        found.issues.extend(of_file.into_iter().chain(self.told.finish()).map(|t| BatchIssue::Row {
            file: file(),
            row: t.row,
            why: t.why,
        }));
        found.issues.extend(self.notes.finish().into_iter().map(|t| BatchIssue::RowIgnored {
            file: file(),
            row: t.row,
            why: t.why,
        }));
        found.aliases_used.extend(self.used);
        self.rows
    }
}
