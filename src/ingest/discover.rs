//! Brings a batch's folders and the rows of its table together by id: one submission for each.
//! Opens the table and the `submission.json` files, nothing else.

use crate::ingest::aliases::Aliases;
use crate::ingest::batch::{Batch, Counts};
use crate::ingest::column::Column;
use crate::ingest::contents::{self, Contents};
use crate::ingest::issue::{BatchIssue, IngestError};
use crate::ingest::matching::Matching;
use crate::ingest::register::{self, REGISTER_NAME};
use crate::ingest::rows::{self, Table, TableRow};
use crate::ingest::walk::{self, Folder, Found, Walked};
use crate::ingest::{files, registration};
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::{IntakeIssue, Registration, Submission};
use crate::vocabulary::text::normalise;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The heads that the registration table and the register may have, as they are quoted.
pub fn heads() -> impl Iterator<Item = String> {
    Column::ALL.into_iter().map(|(_, head, _)| head).chain(register::HEADS).map(str::to_owned)
}

/// Everything of a batch (docs/domain.md, "Registration table"). Opens the table and the `submission.json` files,
/// nothing else; hashing is `hash_files`'s.
///
/// # Errors
/// Only if `batch` itself is no folder that can be listed and no archive that can be opened, or no process can be had
/// to try its table in. All else is an issue of the batch or of a submission.
pub fn discover(batch: &Path, aliases: &Aliases, limits: &LimitSettings) -> Result<Batch, IngestError> {
    let contents = Contents::open(batch, limits)?;
    let mut unlisted = Vec::new();
    let machine = |e: std::io::Error| IngestError::Machine { path: batch.to_path_buf(), why: e.to_string() };
    let mut directories = contents.directories(limits, &mut unlisted).map_err(machine)?;
    let aside = walk::set_aside(&mut directories, aliases);
    if contents.is_archive() {
        directories = contents::without_wrapper(directories, |d| d.files.iter().any(|f| rows::is_table(f, aliases)));
    }
    let mut found = Batch {
        root: batch.to_path_buf(),
        contents,
        submissions: Vec::new(),
        issues: Vec::new(),
        table: None,
        register: None,
        counts: Counts { ignored: aside.values().sum(), ..Counts::default() },
        aliases_used: BTreeSet::new(),
    };
    found.issues.extend(aside.into_iter().map(|(pattern, count)| BatchIssue::Ignored { pattern, count }));
    let Table { rows, home, files } = rows::read(&directories, aliases, limits, &mut found)?;
    let matching = Matching::of(&rows, aliases);
    let walked = walk::walk(directories, &home, |folder| matching.row_of(folder), aliases);
    found.issues.extend(unlisted.into_iter().map(|(path, why)| BatchIssue::FolderUnreadable { path, why }));
    note_outside(&walked, &home, &files, limits, &mut found);
    found.counts.folders = walked.folders.len();
    join(walked.folders, &rows, &matching, aliases, limits, &mut found);
    if found.table.is_none() && files.is_empty() {
        let without = found.submissions.iter().filter(|s| s.registration.is_none()).count();
        found.issues.push(BatchIssue::NoTable { expected: rows::TABLE_NAMES.join(" / "), without });
    }
    if found.submissions.is_empty() {
        found.issues.push(BatchIssue::Empty { path: batch.display().to_string() });
    }
    found.counts.submissions = found.submissions.len();
    found.issues.sort();
    Ok(found)
}

/// Files outside any submission: the tables and the register are known, all others are reported.
fn note_outside(walked: &Walked, home: &Path, tables: &BTreeSet<String>, limits: &LimitSettings, found: &mut Batch) {
    found.counts.outside = walked.root.len() + walked.stray.len();
    let mut archives = 0;
    for file in walked.root.iter().chain(&walked.stray) {
        let inside = || file.inside.clone();
        let at_home = Path::new(&file.inside).parent().is_some_and(|p| p == Path::new("") || p == home);
        match &file.refused {
            Some(why) => found.issues.push(BatchIssue::Refused { file: inside(), why: why.clone() }),
            None if tables.contains(&file.inside) => {}
            None if at_home && found.register.is_none() && walk::file_name(file).to_lowercase() == REGISTER_NAME => {
                if file.bytes > limits.max_register_bytes {
                    found.issues.push(BatchIssue::RegisterUnreadable {
                        file: inside(),
                        why: files::too_large(file.bytes, limits.max_register_bytes),
                    });
                } else {
                    found.register = Some(file.path.clone());
                }
            }
            None => {
                archives += usize::from(is_archive(walk::file_name(file)));
                found.issues.push(BatchIssue::StrayFile { file: inside() });
            }
        }
    }
    if archives > 0 {
        found.issues.push(BatchIssue::StrayArchives { count: archives });
    }
}

/// By its name: what is in it is not asked.
fn is_archive(name: &str) -> bool {
    const ENDINGS: [&str; 11] = [".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".cab", ".iso"];
    let name = name.to_lowercase();
    ENDINGS.iter().any(|e| name.ends_with(e))
}

/// Folders and rows brought together by id: a submission for each folder, and one for each id that has rows only.
fn join(
    folders: Vec<Folder>,
    rows: &[TableRow],
    matching: &Matching<'_>,
    aliases: &Aliases,
    limits: &LimitSettings,
    found: &mut Batch,
) {
    let mut rows_by_id: BTreeMap<&str, Vec<&TableRow>> = BTreeMap::new();
    for row in rows {
        rows_by_id.entry(&row.key).or_default().push(row);
    }
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in &folders {
        places.entry(normalise(&folder.id)).or_default().push(folder.inside.clone());
    }
    for folder in &folders {
        let key = normalise(&folder.id);
        let rows = rows_by_id.get(key.as_str()).map_or(&[][..], Vec::as_slice);
        let mut submission = of_folder(folder, rows, aliases, limits, found);
        if submission.registration.is_none()
            && let Some(near) = matching.near(&folder.id, &|key| places.contains_key(key))
        {
            submission.intake.push(IntakeIssue::RegistrationNear { detail: near });
        }
        submission
            .intake
            .extend(duplicate_folders(places.get(&key).map_or(&[][..], Vec::as_slice), limits.max_named_others));
        found.submissions.push(submission);
    }
    for (key, rows) in rows_by_id {
        let (false, Some(first)) = (places.contains_key(key), rows.first()) else { continue };
        let mut intake = vec![IntakeIssue::RegistrationOrphan];
        intake.extend(duplicate_rows(&rows, limits.max_named_others));
        found.submissions.push(Submission {
            id: first.id.clone(),
            folder: None,
            registration: Some(first.registration.clone()),
            files: Vec::new(),
            intake,
        });
    }
    found.submissions.sort_by(|a, b| (&a.id, &a.folder).cmp(&(&b.id, &b.folder)));
}

fn of_folder(
    folder: &Folder,
    rows: &[&TableRow],
    aliases: &Aliases,
    limits: &LimitSettings,
    found: &mut Batch,
) -> Submission {
    let (files, refused) = files::materials(folder, aliases, limits, &mut found.aliases_used);
    found.counts.files += files.len();
    found.counts.refused += refused.len();
    found.counts.unknown += files.iter().filter(|f| f.kind.is_none()).count();
    let mut intake: Vec<IntakeIssue> = duplicate_rows(rows, limits.max_named_others).into_iter().collect();
    let json = folder.files.iter().find(|f| files::is_registration(f, folder)).and_then(|f| {
        found.counts.registrations += 1;
        read_json(&found.contents, f, &folder.id, aliases, limits, &mut intake)
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

fn read_json(
    contents: &Contents,
    file: &Found,
    id: &str,
    aliases: &Aliases,
    limits: &LimitSettings,
    intake: &mut Vec<IntakeIssue>,
) -> Option<Registration> {
    // Parsed it takes a hundred times its length.
    if file.bytes > limits.max_json_bytes {
        intake.push(IntakeIssue::InputRefused {
            file: "submission.json".into(),
            why: files::too_large(file.bytes, limits.max_json_bytes),
        });
        return None;
    }
    let read = contents
        .bytes(&file.path, limits.max_json_bytes)
        .map_err(|e| files::plain(&e))
        .and_then(|bytes| registration::from_json(&bytes, aliases));
    match read {
        Ok(json) => {
            if let Some(own) = json.id.filter(|own| normalise(own) != normalise(id)) {
                intake.push(IntakeIssue::RegistrationConflict {
                    column: Column::Id.header().into(),
                    table: id.into(),
                    json: own,
                });
            }
            if !json.unknown_keys.is_empty() {
                intake.push(IntakeIssue::RegistrationUnreadable {
                    detail: format!("submission.json 中有不认识的键：{}", json.unknown_keys.join("、")),
                });
            }
            Some(json.registration)
        }
        Err(why) => {
            intake.push(IntakeIssue::RegistrationUnreadable { detail: format!("submission.json：{why}") });
            None
        }
    }
}

fn duplicate_rows(rows: &[&TableRow], most: usize) -> Option<IntakeIssue> {
    let numbers = few(rows.iter().map(|r| r.number.to_string()), most);
    let more = if rows.len() > most { format!(" 等 {}", rows.len()) } else { String::new() };
    (rows.len() > 1).then(|| IntakeIssue::RegistrationDuplicate {
        detail: format!("报名信息表第 {numbers}{more} 行是同一报名编号"),
    })
}

fn duplicate_folders(places: &[String], most: usize) -> Option<IntakeIssue> {
    let named = few(places.iter().map(String::as_str), most);
    let more = if places.len() > most { " 等" } else { "" };
    (places.len() > 1).then(|| IntakeIssue::RegistrationDuplicate {
        detail: format!("同一报名编号有 {} 个文件夹：{named}{more}", places.len()),
    })
}

/// The first few: a list for everybody of everybody would grow with the square of the batch.
fn few(list: impl Iterator<Item: AsRef<str>>, most: usize) -> String {
    list.take(most).map(|t| t.as_ref().to_owned()).collect::<Vec<_>>().join("、")
}
