//! Finished runs that are older than an office may keep them: which folders hold one and nothing else, and their end.
//! Follows no link, and leaves a folder whole as soon as anything in it is not ours.

use crate::disk::{self, MARKER, Owned};
use crate::report::page::{CROPS, DETAILS};
use crate::report::xlsx;
use crate::run::folder::{OWN, REPORT, finished, is_unfinished};
use crate::run::signature::SIGNATURE;
use jiff::Timestamp;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The record, by which a folder is known as a run's: removed last.
const RECORD: &str = "run.json";
/// The other files of a run.
const OUTPUTS: [&str; 5] = ["flags.csv", "submissions.csv", "findings.jsonl", SIGNATURE, xlsx::FILE];
/// What is in a run's own folder.
const INSIDE: [&str; 4] = [MARKER, "lock", "store", "at-work"];
/// Endings of the files of a report, and of its details and crops.
const PAGE: [&str; 4] = ["html", "js", "css", "wasm"];
const PICTURES: [&str; 5] = ["js", "jpg", "jpeg", "png", "webp"];

/// What is to become of a folder.
pub enum Fate {
    /// A finished run of ours that began before the day, and nothing else.
    Old(OldRun),
    /// A finished run that is younger.
    Young,
    /// A finished run with something in its folder that is not ours.
    Foreign(String),
    /// A run is writing into it.
    AtWork,
    /// No finished run of ours.
    Other,
}

/// A run that may be removed, locked as long as this lives.
pub struct OldRun {
    pub bytes: u64,
    /// When it began.
    pub began: Timestamp,
    folder: PathBuf,
    lock: File,
}

/// The folders right below one, in order of name; links are passed over.
///
/// # Errors
/// It cannot be listed.
pub fn folders(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Looks at a folder. Nothing is changed but its lock, which is taken.
///
/// # Errors
/// It cannot be looked at.
pub fn fate(folder: &Path, before: Timestamp) -> io::Result<Fate> {
    let own = folder.join(OWN);
    let Some(record) = finished(folder).filter(|_| Owned::Output.is_marked(&own)) else { return Ok(Fate::Other) };
    let began = match record.started.parse() {
        Ok(began) => began,
        // Of before that was recorded.
        Err(_) => {
            Timestamp::try_from(fs::symlink_metadata(folder.join(RECORD))?.modified()?).map_err(io::Error::other)?
        }
    };
    if began >= before {
        return Ok(Fate::Young);
    }
    let lock = disk::open_lock(&own.join("lock"))?;
    if lock.try_lock().is_err() {
        return Ok(Fate::AtWork);
    }
    let mut bytes = 0;
    Ok(match foreign(folder, Path::new(""), &mut bytes)? {
        Some(what) => Fate::Foreign(what),
        None => Fate::Old(OldRun { bytes, began, folder: folder.to_owned(), lock }),
    })
}

impl OldRun {
    /// Removes the run and its folder. Interrupted, it is still a run to the next purge.
    ///
    /// # Errors
    /// Something cannot be removed.
    pub fn remove(self) -> io::Result<()> {
        let Self { folder, lock, .. } = self;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == RECORD || name == OWN {
                continue;
            }
            let path = entry.path();
            if entry.file_type()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }?;
        }
        let own = folder.join(OWN);
        for part in ["store", "at-work"] {
            match fs::remove_dir_all(own.join(part)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        fs::remove_file(folder.join(RECORD))?;
        // An open file cannot be removed everywhere.
        drop(lock);
        fs::remove_dir_all(own)?;
        fs::remove_dir(folder)
    }
}

/// The first thing below the run's folder that no run of ours has written, and the bytes of what is ours.
fn foreign(run: &Path, inside: &Path, bytes: &mut u64) -> io::Result<Option<String>> {
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(run.join(inside))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = inside.join(entry.file_name());
        let about = fs::symlink_metadata(entry.path())?;
        let own = about.is_dir() || about.is_file();
        if !own || !is_ours(&path, about.is_dir()) {
            return Ok(Some(path.display().to_string()));
        }
        if about.is_dir() {
            if let Some(found) = foreign(run, &path, bytes)? {
                return Ok(Some(found));
            }
        } else {
            *bytes += about.len();
        }
    }
    Ok(None)
}

/// May a run of ours have written this, by its place and name?
fn is_ours(inside: &Path, folder: bool) -> bool {
    let parts: Vec<&str> = inside.iter().filter_map(|p| p.to_str()).collect();
    let ending = |list: &[&str], name: &str| {
        Path::new(name).extension().and_then(|e| e.to_str()).is_some_and(|e| list.contains(&e))
    };
    if parts.len() != inside.iter().count() {
        return false;
    }
    match (&parts[..], folder) {
        ([OWN | REPORT] | [REPORT, DETAILS | CROPS], true) => true,
        // What a store holds is the store's: it is marked itself.
        ([OWN, "store" | "at-work", ..], _) => true,
        ([OWN, name], false) => INSIDE.contains(name) || is_unfinished(name),
        ([name], false) => *name == RECORD || OUTPUTS.contains(name) || is_unfinished(name),
        ([REPORT, name], false) => *name == MARKER || ending(&PAGE, name) || is_unfinished(name),
        ([REPORT, DETAILS | CROPS, name], false) => ending(&PICTURES, name) || *name == MARKER || is_unfinished(name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_writes_is_known() {
        for (inside, folder, ours) in [
            ("run.json", false, true),
            ("run.json", true, false),
            ("run.json.minisig", false, true),
            ("预审结果.xlsx", false, true),
            ("我的笔记.xlsx", false, false),
            ("决定.csv", false, false),
            (".yushen", true, true),
            (".yushen/store/ab/abc.json", false, true),
            (".yushen/notes.txt", false, false),
            ("report", true, true),
            ("report/data.js", false, true),
            ("report/detail/0000.js", false, true),
            ("report/crops/1.jpg", false, true),
            ("report/审核决定.csv", false, false),
            ("report/mine", true, false),
            ("other", true, false),
        ] {
            assert_eq!(is_ours(Path::new(inside), folder), ours, "{inside}");
        }
    }
}
