//! From a folder to submissions: finds, lists and hashes files, reads the registration.
//! Opens no picture, follows no link, and judges nothing: what is odd becomes an issue that names the file.

mod aliases;
mod archive;
mod contents;
mod encoding;
mod files;
mod issue;
mod register;
mod registration;
mod table;
mod tar;
mod values;
mod walk;
mod zip;

pub use aliases::{AliasError, Aliases, Named};
pub use archive::{ArchiveError, ArchivedRun, ArchivedSubmission, find_runs, read_run};
pub use contents::Contents;
pub use files::{Unread, hash_files, is_machines, read_file};
pub use issue::{BatchIssue, IngestError};
pub use register::{CompaniesRegister, RegisterError};

use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::{IntakeIssue, Registration, Submission};
use crate::vocabulary::text::normalise;
use registration::Column;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use table::{Cell, Sheet};
use walk::{Folder, Found, Walked};

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
    /// `companies.csv` at the root, if there is one: its path for [`Contents::bytes`], for [`CompaniesRegister::parse`].
    pub register: Option<PathBuf>,
    pub counts: Counts,
    /// Aliases that matched a file or a column, for [`Aliases::unmatched`].
    pub aliases_used: BTreeSet<String>,
}

/// The registration table that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableInfo {
    pub file: String,
    /// "UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE", "GB18030" or "XLSX".
    pub encoding: String,
    /// Rows under the header that hold anything.
    pub rows: usize,
    pub sha256: String,
}

/// What was found. It adds up: every file on disk is in exactly one of `files`, `registrations` and `outside`,
/// and `submissions` = `folders` + rows without a folder.
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
}

/// The registration table's possible names, in order of precedence.
const TABLE_NAMES: [&str; 2] = ["报名信息.csv", "报名信息.xlsx"];
pub const REGISTER_NAME: &str = "companies.csv";
/// Bytes of a table or register; what is longer is cut there and then is no whole table. A million enterprises have 100 MB.
pub const LARGEST_TABLE: u64 = 4 << 30;

/// Everything of a batch (DOMAIN §2). Opens the table and the `submission.json` files, nothing else; hashing is [`hash_files`]'s.
///
/// # Errors
/// Only if `batch` itself is no folder that can be listed and no archive that can be opened. All else is an issue of the batch or of a submission.
pub fn discover(batch: &Path, aliases: &Aliases, limits: &LimitSettings) -> Result<Batch, IngestError> {
    let contents = Contents::open(batch, limits)?;
    let mut unlisted = Vec::new();
    let machine = |e: std::io::Error| IngestError::Machine { path: batch.to_path_buf(), why: e.to_string() };
    let directories = contents.directories(limits, &mut unlisted).map_err(machine)?;
    let mut found = Batch {
        root: batch.to_path_buf(),
        contents,
        submissions: Vec::new(),
        issues: Vec::new(),
        table: None,
        register: None,
        counts: Counts::default(),
        aliases_used: BTreeSet::new(),
    };
    let rows = read_table(directories.get(Path::new("")).map_or(&[][..], |d| d.files.as_slice()), aliases, &mut found).map_err(machine)?;
    let ids: BTreeSet<String> = rows.iter().map(|r| r.key.clone()).collect();
    let walked = walk::walk(directories, &ids, aliases);
    found.issues.extend(unlisted.into_iter().map(|(path, why)| BatchIssue::FolderUnreadable { path, why }));
    note_outside(&walked, &mut found);
    found.counts.folders = walked.folders.len();
    join(walked.folders, rows, aliases, limits, &mut found);
    if found.submissions.is_empty() {
        found.issues.push(BatchIssue::Empty { path: batch.display().to_string() });
    }
    found.counts.submissions = found.submissions.len();
    found.issues.sort();
    Ok(found)
}

/// One row of the registration table.
struct TableRow {
    number: usize,
    /// As written.
    id: String,
    /// As compared.
    key: String,
    registration: Registration,
}

/// `root` are the files at the batch's root.
///
/// # Errors
/// The machine failed over the table.
fn read_table(root: &[Found], aliases: &Aliases, found: &mut Batch) -> std::io::Result<Vec<TableRow>> {
    let at_root = |name: &str| root.iter().find(|f| f.refused.is_none() && walk::file_name(f) == name);
    let present: Vec<&str> = TABLE_NAMES.into_iter().filter(|n| at_root(n).is_some()).collect();
    let Some((file, ignored)) = present.split_first() else {
        found.issues.push(BatchIssue::NoTable { expected: TABLE_NAMES.join(" / ") });
        return Ok(Vec::new());
    };
    found.issues.extend(ignored.iter().map(|i| BatchIssue::TableIgnored { file: (*i).into(), used: (*file).into() }));
    let unreadable = |why: String| BatchIssue::TableUnreadable { file: (*file).into(), why };
    let bytes = match at_root(file).map(|f| found.contents.bytes(&f.path, LARGEST_TABLE)) {
        Some(Ok(bytes)) => bytes,
        Some(Err(e)) if is_machines(&e) => return Err(e),
        gone => {
            let e = gone.and_then(Result::err).unwrap_or_else(|| std::io::ErrorKind::NotFound.into());
            found.issues.push(unreadable(files::plain(&e)));
            return Ok(Vec::new());
        }
    };
    let is_header = |cells: &[Cell]| cells.iter().any(|c| aliases.column(&c.text).is_some_and(|(c, _)| c == Column::Id));
    match table::read(&bytes, is_header) {
        Ok(sheet) => {
            let rows = rows_of(&sheet, file, aliases, found);
            found.counts.rows = sheet.rows.len().saturating_sub(1);
            found.table = Some(TableInfo { file: (*file).into(), encoding: sheet.encoding.into(), rows: found.counts.rows, sha256: files::sha256(&bytes) });
            Ok(rows)
        }
        Err(why) => {
            found.issues.push(unreadable(why));
            Ok(Vec::new())
        }
    }
}

fn rows_of(sheet: &Sheet, file: &str, aliases: &Aliases, found: &mut Batch) -> Vec<TableRow> {
    let Some((header, rows)) = sheet.rows.split_first() else {
        found.issues.push(BatchIssue::TableUnreadable { file: file.into(), why: "没有表头".into() });
        return Vec::new();
    };
    let columns = columns_of(&header.cells, file, aliases, found);
    let Some(id_at) = columns.iter().position(|c| *c == Some(Column::Id)) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for row in rows {
        let mut issue = |why: String| found.issues.push(BatchIssue::Row { file: file.into(), row: row.number, why });
        let id = row.cells.get(id_at).map(|c| c.text.trim().to_owned()).unwrap_or_default();
        if id.is_empty() {
            issue("没有报名编号，整行未被使用".into());
            continue;
        }
        if row.cells.iter().skip(columns.len()).any(|c| !c.is_empty()) {
            issue(format!("有 {} 格，多于表头的 {} 列；多出的未被使用", row.cells.len(), columns.len()));
        }
        let mut registration = Registration::default();
        for (column, cell) in columns.iter().zip(&row.cells) {
            if let Some(column) = column {
                registration::set(&mut registration, *column, cell);
            }
        }
        out.push(TableRow { number: row.number, key: normalise(&id), id, registration });
    }
    out
}

/// What each column of the header is; repeated and unknown ones are `None`, with an issue.
fn columns_of(header: &[Cell], file: &str, aliases: &Aliases, found: &mut Batch) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = Vec::new();
    for cell in header {
        let known = aliases.column(&cell.text);
        let name = cell.text.trim();
        let column = match known {
            Some((c, _)) if columns.contains(&Some(c)) => {
                found.issues.push(BatchIssue::ColumnRepeated { file: file.into(), column: name.into() });
                None
            }
            Some((c, alias)) => {
                found.aliases_used.extend(alias.map(str::to_owned));
                Some(c)
            }
            None => {
                if !name.is_empty() {
                    found.issues.push(BatchIssue::ColumnUnknown { file: file.into(), column: name.into() });
                }
                None
            }
        };
        columns.push(column);
    }
    for (column, name, _) in Column::ALL {
        if !columns.contains(&Some(column)) {
            found.issues.push(match column {
                Column::Id => BatchIssue::TableUnreadable { file: file.into(), why: format!("缺少列“{name}”，无法与文件夹对应") },
                _ => BatchIssue::ColumnMissing { file: file.into(), column: name.into() },
            });
        }
    }
    columns
}

/// Files outside any submission: the tables and the register are known, all others are reported.
fn note_outside(walked: &Walked, found: &mut Batch) {
    found.counts.outside = walked.root.len() + walked.stray.len();
    for file in &walked.root {
        let name = walk::file_name(file);
        match &file.refused {
            Some(why) => found.issues.push(BatchIssue::Refused { file: file.inside.clone(), why: why.clone() }),
            None if name == REGISTER_NAME => found.register = Some(file.path.clone()),
            None if TABLE_NAMES.contains(&name) => {}
            None => found.issues.push(BatchIssue::StrayFile { file: file.inside.clone() }),
        }
    }
    for file in &walked.stray {
        found.issues.push(match &file.refused {
            Some(why) => BatchIssue::Refused { file: file.inside.clone(), why: why.clone() },
            None => BatchIssue::StrayFile { file: file.inside.clone() },
        });
    }
}

/// Folders and rows brought together by id: a submission for each folder, and one for each id that has rows only.
fn join(folders: Vec<Folder>, rows: Vec<TableRow>, aliases: &Aliases, limits: &LimitSettings, found: &mut Batch) {
    let mut rows_by_id: BTreeMap<String, Vec<TableRow>> = BTreeMap::new();
    for row in rows {
        rows_by_id.entry(row.key.clone()).or_default().push(row);
    }
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in &folders {
        places.entry(normalise(&folder.id)).or_default().push(folder.inside.clone());
    }
    for folder in &folders {
        let key = normalise(&folder.id);
        let rows = rows_by_id.get(&key).map_or(&[][..], Vec::as_slice);
        let mut submission = of_folder(folder, rows, aliases, limits, found);
        submission.intake.extend(duplicate_folders(places.get(&key).map_or(&[][..], Vec::as_slice)));
        found.submissions.push(submission);
    }
    for (key, rows) in rows_by_id {
        if places.contains_key(&key) {
            continue;
        }
        let mut intake = vec![IntakeIssue::RegistrationOrphan];
        intake.extend(duplicate_rows(&rows));
        let Some(first) = rows.into_iter().next() else { continue };
        found.submissions.push(Submission { id: first.id, folder: None, registration: Some(first.registration), files: Vec::new(), intake });
    }
    found.submissions.sort_by(|a, b| (&a.id, &a.folder).cmp(&(&b.id, &b.folder)));
}

fn of_folder(folder: &Folder, rows: &[TableRow], aliases: &Aliases, limits: &LimitSettings, found: &mut Batch) -> Submission {
    let (files, refused) = files::materials(folder, aliases, limits, &mut found.aliases_used);
    found.counts.files += files.len();
    found.counts.refused += refused.len();
    found.counts.unknown += files.iter().filter(|f| f.kind.is_none()).count();
    let mut intake: Vec<IntakeIssue> = duplicate_rows(rows).into_iter().collect();
    let json = folder.files.iter().find(|f| files::is_registration(f, folder)).and_then(|f| {
        found.counts.registrations += 1;
        read_json(&found.contents, f, &folder.id, limits, &mut intake)
    });
    // Two rows for one id: the first is judged, and the flag says that there is another.
    let row = rows.first().map(|r| r.registration.clone());
    let registration = match (row, json) {
        (Some(row), Some(json)) => {
            let (merged, conflicts) = registration::merge(row, json);
            intake.extend(conflicts);
            Some(merged)
        }
        (row, json) => row.or(json),
    };
    if registration.is_none() {
        intake.push(IntakeIssue::RegistrationMissing);
    }
    intake.extend(refused);
    Submission { id: folder.id.clone(), folder: Some(folder.inside.clone()), registration, files, intake }
}

fn read_json(contents: &Contents, file: &Found, id: &str, limits: &LimitSettings, intake: &mut Vec<IntakeIssue>) -> Option<Registration> {
    if file.bytes > limits.max_file_bytes {
        intake.push(IntakeIssue::InputRefused {
            file: "submission.json".into(), why: format!("文件 {} 字节，超过上限 {} 字节", file.bytes, limits.max_file_bytes)
        });
        return None;
    }
    let read = contents.bytes(&file.path, limits.max_file_bytes).map_err(|e| files::plain(&e)).and_then(|bytes| registration::from_json(&bytes));
    match read {
        Ok(json) => {
            if let Some(own) = json.id.filter(|own| normalise(own) != normalise(id)) {
                intake.push(IntakeIssue::RegistrationConflict { column: Column::Id.header().into(), table: id.into(), json: own });
            }
            if !json.unknown_keys.is_empty() {
                intake.push(IntakeIssue::RegistrationUnreadable { detail: format!("submission.json 中有不认识的键：{}", json.unknown_keys.join("、")) });
            }
            Some(json.registration)
        }
        Err(why) => {
            intake.push(IntakeIssue::RegistrationUnreadable { detail: format!("submission.json：{why}") });
            None
        }
    }
}

fn duplicate_rows(rows: &[TableRow]) -> Option<IntakeIssue> {
    let numbers: Vec<String> = rows.iter().map(|r| r.number.to_string()).collect();
    (rows.len() > 1).then(|| IntakeIssue::RegistrationDuplicate { detail: format!("报名信息表第 {} 行是同一报名编号", numbers.join("、")) })
}

fn duplicate_folders(places: &[String]) -> Option<IntakeIssue> {
    (places.len() > 1).then(|| IntakeIssue::RegistrationDuplicate { detail: format!("同一报名编号有 {} 个文件夹：{}", places.len(), places.join("、")) })
}

#[cfg(test)]
mod tests;
