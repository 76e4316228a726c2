//! From a batch, a folder or an archive, to the files in it and to their bytes.
//! Nothing is unpacked to disk, and nothing in an archive is trusted: what its names, kinds or sizes say amiss becomes
//! a reason to refuse that entry.

use super::entry::Entry;
use super::files::{Unread, as_long_as, hash, hash_each, plain, read_with, sha256, too_large};
use super::issue::IngestError;
use super::machine::is_machines;
use super::tar::TarFiles;
use super::walk::{Directory, Found, list};
use super::zip::ZipFiles;
use crate::disk;
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::{MaterialFile, Submission};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// Where a batch's files are.
#[derive(Debug)]
pub struct Contents {
    root: PathBuf,
    archive: Option<Archive>,
}

#[derive(Debug)]
enum Archive {
    Zip(ZipFiles),
    Tar(TarFiles),
}

/// Below this many bytes nothing is a bomb, whatever its ratio.
const SMALL: u64 = 1 << 20;

impl Contents {
    /// Opens a folder, or an archive by its name's ending: `.zip`, `.tar`, `.tar.gz`, `.tgz`, `.tar.zst`.
    ///
    /// # Errors
    /// It is not there, is neither, or cannot be read.
    pub(super) fn open(batch: &Path, limits: &LimitSettings) -> Result<Self, IngestError> {
        let unreadable = |why: String| IngestError::Unreadable { path: batch.into(), why };
        let about = std::fs::metadata(batch).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => IngestError::NotFound(batch.into()),
            _ => unreadable(e.to_string()),
        })?;
        if about.is_dir() {
            std::fs::read_dir(batch).map_err(|e| unreadable(e.to_string()))?;
            return Ok(Self { root: batch.to_owned(), archive: None });
        }
        let name = batch.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        let ends = |endings: &[&str]| endings.iter().any(|e| name.ends_with(e));
        let archive = if ends(&[".zip"]) {
            Archive::Zip(ZipFiles::open(batch).map_err(unreadable)?)
        } else if ends(&[".tar", ".tar.gz", ".tgz", ".tar.zst"]) {
            Archive::Tar(TarFiles::open(batch, limits).map_err(unreadable)?)
        } else {
            return Err(IngestError::NotAFolder(batch.into()));
        };
        Ok(Self { root: batch.to_owned(), archive: Some(archive) })
    }

    /// Is it an archive? What its files' paths say can then be read anew without touching a disk.
    pub(super) fn is_archive(&self) -> bool {
        self.archive.is_some()
    }

    /// Every folder by its path inside the batch, with the files directly in it, in order of name.
    ///
    /// # Errors
    /// The machine failed.
    pub(super) fn directories(
        &self,
        limits: &LimitSettings,
        unlisted: &mut Vec<(String, String)>,
    ) -> io::Result<BTreeMap<PathBuf, Directory>> {
        match &self.archive {
            None => list(&self.root, unlisted),
            Some(Archive::Zip(zip)) => {
                let mut directories = placed(zip.entries(), limits);
                if zip.has_duplicates() {
                    let name = self.root.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                    let refused = Some("压缩包目录中有同名条目，只能读到其中一个，请重新打包".to_owned());
                    directories.entry(PathBuf::new()).or_default().files.push(Found {
                        path: PathBuf::new(),
                        inside: name,
                        bytes: 0,
                        refused,
                    });
                }
                Ok(directories)
            }
            Some(Archive::Tar(tar)) => Ok(placed(tar.entries(), limits)),
        }
    }

    /// The bytes of a file that was found, at most `limit` and one more: whoever gets more than `limit` knows that
    /// there is more.
    ///
    /// # Errors
    /// It cannot be opened or unpacked.
    pub fn bytes(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let most = limit.saturating_add(1);
        let mut bytes = Vec::new();
        match &self.archive {
            None => {
                self.on_disk(path)?.take(most).read_to_end(&mut bytes)?;
            }
            Some(Archive::Zip(zip)) => zip.read(number(path)?, most, &mut bytes)?,
            Some(Archive::Tar(tar)) => {
                bytes.extend(tar.get(number(path)?)?.iter().take(usize::try_from(most).unwrap_or(usize::MAX)));
            }
        }
        Ok(bytes)
    }

    /// The bytes of a table of the batch, `found` of them as far as that is known; or why there are none, in words for
    /// the clerk: it is larger than a table may be, or cannot be read.
    ///
    /// # Errors
    /// The machine failed.
    pub fn table(&self, path: &Path, found: u64, most: u64) -> io::Result<Result<Vec<u8>, String>> {
        if found > most {
            return Ok(Err(too_large(found, most)));
        }
        Ok(match self.bytes(path, most) {
            Err(e) if is_machines(&e) => return Err(e),
            Err(e) => Err(plain(&e)),
            // Grown meanwhile, or an archive that lies about it.
            Ok(bytes) if bytes.len() as u64 > most => Err(too_large(bytes.len() as u64, most)),
            Ok(bytes) => Ok(bytes),
        })
    }

    /// A file of a folder, which was a regular one when it was found, as was every folder above it: what was swapped
    /// for a link since is not followed.
    fn on_disk(&self, path: &Path) -> io::Result<File> {
        let file = disk::open_file(path)?;
        if disk::without_links(&self.root, path) { Ok(file) } else { Err(io::Error::other(disk::NotAFile)) }
    }

    /// Hashes every file of a submission that was not refused; one that cannot be read becomes an intake issue.
    ///
    /// # Errors
    /// The machine failed ([`Unread::Machine`]): nothing is known of the files.
    pub fn hash_files(&self, submission: &mut Submission, limits: &LimitSettings) -> Result<(), Unread> {
        hash_each(submission, |file| match &self.archive {
            // In small pieces: a folder's files may be large, and an unknown one is only hashed.
            None => self.on_disk(&file.path).and_then(|opened| as_long_as(opened, file.bytes)).and_then(hash),
            Some(_) => self.bytes(&file.path, limits.max_file_bytes).and_then(|bytes| match bytes.len() as u64 {
                n if n > limits.max_file_bytes => Err(io::Error::other("解压后超过上限")),
                _ => Ok(sha256(&bytes)),
            }),
        })
    }

    /// The bytes of a file that was not refused, its hash set on the way.
    ///
    /// # Errors
    /// It is refused, unreadable, or grown over the limit since it was found; or the machine failed.
    pub fn read_file(&self, file: &mut MaterialFile, limits: &LimitSettings) -> Result<Vec<u8>, Unread> {
        let path = file.path.clone();
        read_with(file, limits, |most| self.bytes(&path, most - 1))
    }
}

/// In an archive a file's path is its number.
fn number(path: &Path) -> io::Result<usize> {
    path.to_str().and_then(|p| p.parse().ok()).ok_or_else(|| io::Error::other("不在压缩包内"))
}

/// Entries as if they lay in folders. What may not be opened is there too, with the reason.
fn placed(entries: Vec<Entry>, limits: &LimitSettings) -> BTreeMap<PathBuf, Directory> {
    let mut directories: BTreeMap<PathBuf, Directory> = BTreeMap::new();
    let mut unpacked = 0_u64;
    for (i, entry) in entries.into_iter().enumerate() {
        let bomb = entry
            .packed
            .is_some_and(|packed| entry.bytes > SMALL && entry.bytes / packed.max(1) > limits.max_archive_ratio);
        let refused = entry
            .refused
            .or_else(|| bomb.then(|| format!("压缩比超过上限 {}，疑为压缩炸弹", limits.max_archive_ratio)));
        if refused.is_none() {
            unpacked = unpacked.saturating_add(entry.bytes);
        }
        let refused = refused.or_else(|| {
            (unpacked > limits.max_archive_bytes)
                .then(|| format!("压缩包解压后超过上限 {} 字节", limits.max_archive_bytes))
        });
        let name = entry.name.replace('\\', "/");
        let (inside, refused) = match safe(&name) {
            Some(inside) => (inside, refused),
            // Told at the root under the name that it has, so that nobody takes it for a submission's file.
            None => (PathBuf::from(name.replace('/', "∕")), Some("压缩包内的路径是绝对路径或含有“..”".to_owned())),
        };
        if entry.folder && refused.is_none() {
            directories.entry(inside.clone()).or_default();
            with_parents(&inside, &mut directories);
            continue;
        }
        let found = Found { path: PathBuf::from(i.to_string()), inside: slashed(&inside), bytes: entry.bytes, refused };
        let folder = inside.parent().unwrap_or(Path::new("")).to_path_buf();
        directories.entry(folder.clone()).or_default().files.push(found);
        with_parents(&folder, &mut directories);
    }
    for directory in directories.values_mut() {
        directory.files.sort_by(|a, b| a.inside.cmp(&b.inside));
        // Two entries of one name: whichever a program unpacks last would win, so neither is taken.
        let twice: BTreeSet<String> =
            directory.files.windows(2).filter(|w| w[0].inside == w[1].inside).map(|w| w[0].inside.clone()).collect();
        for file in directory.files.iter_mut().filter(|f| twice.contains(&f.inside)) {
            file.refused = Some("压缩包内有同名文件".to_owned());
        }
    }
    directories
}

/// The folders above a folder, which an archive need not list.
fn with_parents(folder: &Path, directories: &mut BTreeMap<PathBuf, Directory>) {
    for parent in folder.ancestors().skip(1) {
        directories.entry(parent.to_path_buf()).or_default().has_folders = true;
    }
}

/// A path that stays inside: no root, no drive, no `..`, not empty. `.` and doubled slashes mean nothing.
fn safe(name: &str) -> Option<PathBuf> {
    if name.starts_with('/') || name.as_bytes().get(1) == Some(&b':') {
        return None;
    }
    let mut inside = PathBuf::new();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => inside.push(part),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (!inside.as_os_str().is_empty()).then_some(inside)
}

fn slashed(path: &Path) -> String {
    path.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

/// Who packs a folder packs its name along: if all lies in one folder that has the registration table, that folder is
/// the batch.
pub(super) fn without_wrapper(
    directories: BTreeMap<PathBuf, Directory>,
    has_table: impl Fn(&Directory) -> bool,
) -> BTreeMap<PathBuf, Directory> {
    let mut top = directories.keys().filter(|p| p.components().count() == 1);
    let (Some(wrapper), None) = (top.next().cloned(), top.next()) else { return directories };
    let bare = directories.get(Path::new("")).is_none_or(|d| d.files.is_empty());
    if !bare || !directories.get(&wrapper).is_some_and(has_table) {
        return directories;
    }
    let inside = format!("{}/", slashed(&wrapper));
    let mut unwrapped = BTreeMap::new();
    for (path, mut directory) in directories {
        let Ok(path) = path.strip_prefix(&wrapper) else { continue };
        for file in &mut directory.files {
            if let Some(rest) = file.inside.strip_prefix(&inside) {
                file.inside = rest.to_owned();
            }
        }
        unwrapped.insert(path.to_path_buf(), directory);
    }
    unwrapped
}
