//! From a batch's folders, on disk or in an archive, to those of its submissions, each with the files in it.
//! Sets aside what systems leave behind. Follows no link, opens no file, and orders everything by name, whatever order
//! the disk gives.

use super::aliases::Aliases;
use super::entry::decoded;
use super::machine::is_machines;
use crate::vocabulary::text::normalise;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// One thing found on disk that is no folder.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub path: PathBuf,
    /// Inside the batch, `/`-separated.
    pub inside: String,
    pub bytes: u64,
    /// Why it must not be opened.
    pub refused: Option<String>,
}

/// A folder that is a submission's.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub id: String,
    /// Inside the batch, `/`-separated.
    pub inside: String,
    /// Sorted by path; those of its sub-folders too.
    pub files: Vec<Found>,
}

#[derive(Debug, Default)]
pub(super) struct Walked {
    pub folders: Vec<Folder>,
    /// Files at the batch's root.
    pub root: Vec<Found>,
    /// Files in folders that only group others.
    pub stray: Vec<Found>,
}

/// One folder: the files directly in it, in order of name.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub files: Vec<Found>,
    pub has_folders: bool,
}

/// Takes out what a system or a program left behind (`rules/aliases.toml`, `[ignored]`): files, folders with all that
/// is in them, and folders that nobody filled. Gives how many files and empty folders that are, by the pattern that
/// fits.
pub(super) fn set_aside(directories: &mut BTreeMap<PathBuf, Directory>, aliases: &Aliases) -> BTreeMap<String, usize> {
    let mut aside: BTreeMap<String, usize> = BTreeMap::new();
    let mut systems: Vec<(PathBuf, String)> = Vec::new();
    directories.retain(|path, directory| {
        // A folder sorts before what it holds, and directly before it.
        let above = systems.last().filter(|(above, _)| path.starts_with(above)).map(|(_, pattern)| pattern.clone());
        let pattern = above.or_else(|| {
            let pattern = aliases.ignored_folder(&last_name(path))?.to_owned();
            systems.push((path.clone(), pattern.clone()));
            // Counted even if nothing is in it.
            aside.entry(pattern.clone()).or_default();
            Some(pattern)
        });
        if let Some(pattern) = &pattern {
            *aside.entry(pattern.clone()).or_default() += directory.files.len();
            return false;
        }
        directory.files.retain(|file| match aliases.ignored_file(file_name(file)) {
            Some(pattern) => {
                *aside.entry(pattern.to_owned()).or_default() += 1;
                false
            }
            None => true,
        });
        true
    });
    let parents: BTreeSet<PathBuf> =
        directories.keys().flat_map(|p| p.ancestors().skip(1)).map(Path::to_path_buf).collect();
    directories.retain(|path, directory| {
        directory.has_folders = parents.contains(path);
        let empty = directory.files.is_empty() && !directory.has_folders;
        let Some(pattern) = aliases.ignored_if_empty(&last_name(path)).filter(|_| empty) else { return true };
        *aside.entry(pattern.to_owned()).or_default() += 1;
        false
    });
    let parents: BTreeSet<PathBuf> =
        directories.keys().flat_map(|p| p.ancestors().skip(1)).map(Path::to_path_buf).collect();
    directories.iter_mut().for_each(|(path, directory)| directory.has_folders = parents.contains(path));
    aside
}

/// Everything in a batch's folders, by their paths in it. A submission's folder is, from the top down, the first that
/// 1. has the name of a row of the table (`row_of` gives its id), or holds a `submission.json` or a file with a
///    material's name; or
/// 2. holds any file, or nothing at all, and has no such folder below it.
///
/// What lies deeper belongs to it, except a folder of another id to which 1 applies by its id or its `submission.json`.
/// So neither a list that someone left in a grouping folder nor an empty folder hides a submission. `home`, which holds
/// the table, and what lies above it are none.
pub(super) fn walk(
    mut directories: BTreeMap<PathBuf, Directory>,
    home: &Path,
    row_of: impl Fn(&str) -> Option<String>,
    aliases: &Aliases,
) -> Walked {
    let mut walked = Walked::default();
    let rows: BTreeMap<PathBuf, String> =
        directories.keys().filter_map(|path| Some((path.clone(), row_of(&last_name(path))?))).collect();
    let own = |path: &Path, d: &Directory| {
        rows.contains_key(path) || d.files.iter().any(|f| file_name(f) == "submission.json")
    };
    let groups = |path: &Path| home.starts_with(path);
    let strong: BTreeSet<PathBuf> = directories
        .iter()
        .filter(|(path, d)| {
            !groups(path) && (own(path, d) || d.files.iter().any(|f| aliases.is_material(file_name(f))))
        })
        .map(|(path, _)| path.clone())
        .collect();
    let above_strong: BTreeSet<&Path> = strong.iter().flat_map(|p| p.ancestors().skip(1)).collect();

    // A folder sorts before what it holds, so its owner is known when its sub-folders come.
    let mut owners: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for (path, directory) in &mut directories {
        let files = std::mem::take(&mut directory.files);
        if path.as_os_str().is_empty() {
            walked.root = files;
            continue;
        }
        let inherited = path.parent().and_then(|p| owners.get(p)).copied();
        let holds_files_or_nothing = !files.is_empty() || !directory.has_folders;
        let id = rows.get(path).cloned().unwrap_or_else(|| last_name(path));
        let starts = match inherited {
            // A folder in a folder of the same name is what unpacking makes.
            Some(owner) => {
                normalise(&walked.folders[owner].id) != normalise(&id)
                    && (rows.contains_key(path) || files.iter().any(|f| file_name(f) == "submission.json"))
            }
            None => {
                !groups(path)
                    && (strong.contains(path) || (holds_files_or_nothing && !above_strong.contains(path.as_path())))
            }
        };
        let owner = if starts {
            walked.folders.push(Folder { id, inside: slashed(path), files: Vec::new() });
            Some(walked.folders.len() - 1)
        } else {
            inherited
        };
        match owner {
            Some(i) => {
                owners.insert(path.clone(), i);
                walked.folders[i].files.extend(files);
            }
            None => walked.stray.extend(files),
        }
    }
    walked
}

/// The name of the file itself, for classifying.
pub(super) fn file_name(found: &Found) -> &str {
    found.inside.rsplit('/').next().unwrap_or_default()
}

/// All folders on disk by their path relative to `root`. What cannot be listed goes to `unlisted`: its path, and why.
///
/// # Errors
/// The machine failed: what is not seen for it must not count as not there.
pub(super) fn list(root: &Path, unlisted: &mut Vec<(String, String)>) -> io::Result<BTreeMap<PathBuf, Directory>> {
    let mut directories: BTreeMap<PathBuf, Directory> = BTreeMap::new();
    for entry in WalkDir::new(root).min_depth(1).follow_links(false).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.io_error().is_some_and(is_machines) => return Err(error.into()),
            Err(error) => {
                let path = error.path().and_then(|p| p.strip_prefix(root).ok()).map(slashed).unwrap_or_default();
                unlisted.push((path, error.io_error().map_or_else(|| error.to_string(), ToString::to_string)));
                continue;
            }
        };
        let Ok(relative) = entry.path().strip_prefix(root) else { continue };
        let parent = relative.parent().unwrap_or(Path::new("")).to_path_buf();
        if entry.file_type().is_dir() {
            directories.entry(parent).or_default().has_folders = true;
            directories.entry(relative.to_path_buf()).or_default();
            continue;
        }
        directories.entry(parent).or_default().files.push(found(&entry, relative)?);
    }
    Ok(directories)
}

fn found(entry: &walkdir::DirEntry, relative: &Path) -> io::Result<Found> {
    let kind = entry.file_type();
    // On Windows junctions and other name surrogates report themselves as links too.
    let refused = if kind.is_symlink() {
        Some("是链接，不跟随".to_owned())
    } else if !kind.is_file() {
        Some("不是普通文件（设备、管道或套接字）".to_owned())
    } else {
        None
    };
    let (bytes, refused) = match (refused, entry.metadata()) {
        (Some(why), _) => (0, Some(why)),
        (None, Ok(m)) => (m.len(), None),
        (None, Err(e)) if e.io_error().is_some_and(is_machines) => return Err(e.into()),
        (None, Err(e)) => (0, Some(format!("无法查询文件信息：{e}"))),
    };
    Ok(Found { path: entry.path().to_path_buf(), inside: slashed(relative), bytes, refused })
}

/// A relative path with `/` between its parts, on every system.
fn slashed(path: &Path) -> String {
    path.components().map(|c| readable(c.as_os_str())).collect::<Vec<_>>().join("/")
}

fn last_name(path: &Path) -> String {
    path.file_name().map(readable).unwrap_or_default()
}

/// A name as text. Archives packed on Chinese Windows leave GB18030 names when unpacked elsewhere: they are read as
/// what they are.
#[cfg(unix)]
fn readable(name: &OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    decoded(name.as_bytes())
}

#[cfg(not(unix))]
fn readable(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}
