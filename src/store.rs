//! Keeps the facts of submissions under keys: one file an entry, replaced atomically, with a checksum. ARCHITECTURE.md
//! says why files.
//! Does not know how a key is made or what is read; never returns an entry that is not exactly what was written.

use crate::disk::{self, MARKER, Owned, UNFINISHED};
use crate::ending;
use crate::vocabulary::documents::Documents;
use crate::vocabulary::register::RegisterAnswers;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A store in a folder. Several processes may use it at the same time.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// Hash of everything that a reading depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

/// The facts of one submission, and the questions to the enterprise register while they were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    pub key: Key,
    pub documents: Documents,
    /// Employers that the register was asked for, in that order.
    pub asked: Vec<String>,
    /// What the register answered; the entry is used only if it still answers the same.
    pub answers: RegisterAnswers,
}

/// What the store holds under a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    Hit(Box<Kept>),
    Miss,
    /// The entry is not what was written: the submission must be read again.
    Damaged,
}

/// Why a folder cannot be used as a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it holds {name:?}, which is no store's, and no {MARKER}: a store needs a folder of its own, new or empty")]
    Foreign { name: String },
    #[error("it is a link: name the folder that it leads to")]
    Link,
    #[error("it is empty")]
    Empty,
    #[error(
        "{0}, so that its facts may be anybody's: make it the user's own who runs yushen (chmod go-w, chown), or give another folder"
    )]
    Open(&'static str),
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The entry is not what was written.
    Damaged,
    /// An earlier version wrote the entry; it is not used.
    Old,
    /// The facts name an engine's failure and are therefore not facts about the documents.
    NamesFailure,
}

/// Result of [`Store::survey`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surveyed {
    pub entries: u64,
    /// Path inside the store and what is wrong there, in order of path. An old entry that names a failure is listed
    /// twice.
    pub faults: Vec<(String, Fault)>,
}

/// Result of [`Store::purge`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    pub removed: u64,
    pub bytes: u64,
    pub left: u64,
}

/// Begins the first line of an entry, before its checksum; the number is the version of the file format. The format of
/// the facts belongs to the reader's version, which is part of the key.
/// Version 2 holds no failure of an engine as a fact. An entry of version 1 may (as an unreadable document): it is not
/// used, and its submission is read again.
const MAGIC: &str = "yushen-facts 2 ";
/// Begins an entry of any version.
const FAMILY: &str = "yushen-facts ";
/// Wordings of engines' failures that some version stored as facts: of `ocr::OcrError`, of the face models, of a
/// reader's panic.
const FAILURES: [&str; 9] = [
    "engine pp-ocr",
    "engine tesseract",
    "to engine ",
    "cannot be loaded: ",
    " cannot start: ",
    "a face model",
    "the face models",
    "has other outputs than expected",
    "读取程序出错",
];
/// Hex digits of a SHA-256.
const DIGITS: usize = 64;
/// Largest entry in bytes; the facts of a submission take about 100 KB.
const LARGEST: u64 = 256 << 20;
const ENDING: &str = ".facts";
/// Number of a key's digits that name its shelf, the folder of the entry.
const SHELF: usize = 2;
/// The key of redacted runs' tokens. It lies beside the facts: whoever may read one may read the other.
pub const KEY_FILE: &str = "redact.key";
/// The key by which spot checks are drawn, if a run made one here.
pub const SPOT_CHECK_KEY_FILE: &str = "spot-check.key";

impl Key {
    /// The key of a text that names everything a reading depends on.
    pub fn of(everything: &[u8]) -> Self {
        Self(format!("{:x}", Sha256::digest(everything)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// Opens the store in a folder, which is made, for its owner only, if it is not there.
    ///
    /// # Errors
    /// If the folder cannot be written to, if others can write to it, or if it holds something else than a store.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        make_folder(folder)?;
        if let Some(why) = disk::writable_by_others(folder, None)? {
            return Err(StoreError::Open(why));
        }
        own(folder)?;
        // So that a folder that cannot be written to is an error now and not after the first submission.
        tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?.write_all(MAGIC.as_bytes())?;
        Ok(Self { root: folder.to_owned() })
    }

    /// Opens an existing store, to be purged.
    ///
    /// # Errors
    /// If the folder is a link, is empty, or holds something else than a store.
    pub fn existing(folder: &Path) -> Result<Self, StoreError> {
        if disk::is_link(folder) {
            return Err(StoreError::Link);
        }
        if disk::holds_only(folder, |_| false)? {
            return Err(StoreError::Empty);
        }
        own(folder)?;
        Ok(Self { root: folder.to_owned() })
    }

    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Looks up the entry of a key. An entry that cannot be read counts as damaged.
    pub fn look_up(&self, key: &Key) -> Lookup {
        match self.bytes_of(key) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Lookup::Miss,
            Err(_) => Lookup::Damaged,
            // An earlier version's entry is not damaged, but not used either.
            Ok(bytes) if is_old(&bytes) => Lookup::Miss,
            Ok(bytes) => parse(&bytes)
                .filter(|kept| kept.key == *key)
                .map_or(Lookup::Damaged, |kept| Lookup::Hit(Box::new(kept))),
        }
    }

    /// Writes an entry atomically, also over a damaged one. Returns `false`, and writes nothing, if the facts would not
    /// read back as they are.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep(&self, kept: &Kept) -> io::Result<bool> {
        let body = serde_json::to_vec(kept)?;
        if serde_json::from_slice::<Kept>(&body).ok().as_ref() != Some(kept) {
            return Ok(false);
        }
        let place = self.place(&kept.key);
        let folder = place.parent().unwrap_or(&self.root);
        if disk::is_link(folder) {
            return Err(io::Error::other("it is a link"));
        }
        make_folder(folder)?;
        // Only its owner can read a temporary file, and that stays so when it is renamed.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        writeln!(file, "{MAGIC}{:x}", Sha256::digest(&body))?;
        file.write_all(&body)?;
        file.as_file().sync_data()?;
        match ending::lasting(|| file.persist(&place)) {
            Ok(_) => Ok(true),
            // On Windows the rename fails while another process has this entry open; then the entry is there already.
            Err(_) if matches!(self.look_up(&kept.key), Lookup::Hit(_)) => Ok(true),
            Err(e) => Err(e.error),
        }
    }

    /// Checks every entry in a folder. The folder need not be writable.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn survey(folder: &Path) -> io::Result<Surveyed> {
        let mut found = Surveyed::default();
        for shelf in fs::read_dir(folder)? {
            let shelf = shelf?;
            if !shelf.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(shelf.path())? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let Some(key) = name.strip_suffix(ENDING).filter(|_| entry.file_type().is_ok_and(|t| t.is_file()))
                else {
                    continue;
                };
                found.entries += 1;
                let place = format!("{}/{name}", shelf.file_name().to_string_lossy());
                found.faults.extend(
                    faults(&read_whole(&entry.path()).unwrap_or_default(), key)
                        .into_iter()
                        .map(|fault| (place.clone(), fault)),
                );
            }
        }
        found.faults.sort();
        Ok(found)
    }

    /// Removes entries, and unfinished ones, that were written before `time`. Follows no link and touches only names
    /// that the store gives.
    ///
    /// # Errors
    /// If the store cannot be listed or an entry cannot be removed.
    pub fn purge(&self, time: SystemTime) -> io::Result<Purged> {
        let mut done = Purged::default();
        for found in fs::read_dir(&self.root)? {
            let found = found?;
            let name = found.file_name().to_string_lossy().into_owned();
            // A link to a folder is not a folder here.
            let shelf = found.file_type()?.is_dir() && is_shelf(&name);
            let list: Vec<PathBuf> = if shelf {
                fs::read_dir(found.path())?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?
            } else {
                vec![found.path()]
            };
            for path in list {
                let own = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                let about = fs::symlink_metadata(&path)?;
                if !about.is_file() || !(own.starts_with(UNFINISHED) || (shelf && is_entry(&name, &own))) {
                    continue;
                }
                if about.modified()? >= time {
                    done.left += 1;
                    continue;
                }
                fs::remove_file(&path)?;
                done.removed += 1;
                done.bytes += about.len();
            }
        }
        Ok(done)
    }

    fn bytes_of(&self, key: &Key) -> io::Result<Vec<u8>> {
        let place = self.place(key);
        let shelf = place.parent().unwrap_or(&self.root);
        let others = |path: &Path| disk::writable_by_others(path, None).map(|why| why.is_some());
        let bytes = read_whole(&place)?;
        if disk::is_link(shelf) || others(shelf)? || others(&place)? {
            return Err(io::Error::other("others can write to it"));
        }
        Ok(bytes)
    }

    fn place(&self, key: &Key) -> PathBuf {
        // 256 shelves: of a hundred thousand entries, 400 each.
        let shelf = key.0.get(..SHELF).unwrap_or("--");
        self.root.join(shelf).join(format!("{}{ENDING}", key.0))
    }
}

fn read_whole(place: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Read::take(&mut disk::open_file(place)?, LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(FAMILY.as_bytes())
        && bytes.get(FAMILY.len()).is_some_and(u8::is_ascii_digit)
        && !bytes.starts_with(MAGIC.as_bytes())
        && body(bytes).is_some()
}

/// What follows the first line of an entry of any version, if that line holds its checksum.
fn body(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(FAMILY.as_bytes())?;
    let rest = &rest[rest.iter().position(|b| *b == b' ')? + 1..];
    let (sum, body) = (rest.get(..DIGITS)?, rest.get(DIGITS..)?.strip_prefix(b"\n")?);
    (format!("{:x}", Sha256::digest(body)).as_bytes() == sum).then_some(body)
}

fn parse(bytes: &[u8]) -> Option<Kept> {
    serde_json::from_slice(body(bytes).filter(|_| bytes.starts_with(MAGIC.as_bytes()))?).ok()
}

/// What is wrong with an entry whose file is named after `key`.
fn faults(bytes: &[u8], key: &str) -> Vec<Fault> {
    let Some(body) = body(bytes) else { return vec![Fault::Damaged] };
    let old = is_old(bytes);
    if !old && parse(bytes).is_none_or(|kept| kept.key.0 != key) {
        return vec![Fault::Damaged];
    }
    let names = std::str::from_utf8(body).is_ok_and(names_failure);
    old.then_some(Fault::Old).into_iter().chain(names.then_some(Fault::NamesFailure)).collect()
}

/// Is an engine's failure among the reasons in these facts? Looks at reasons (`why`) only, not at readings.
fn names_failure(body: &str) -> bool {
    fn look(value: &serde_json::Value, reason: bool) -> bool {
        match value {
            serde_json::Value::String(text) => reason && FAILURES.iter().any(|f| text.contains(f)),
            serde_json::Value::Array(list) => list.iter().any(|v| look(v, reason)),
            serde_json::Value::Object(map) => map.iter().any(|(name, v)| look(v, reason || name == "why")),
            _ => false,
        }
    }
    serde_json::from_str(body).is_ok_and(|value| look(&value, false))
}

/// Makes sure that the folder is marked as a store. An unmarked folder is marked if it holds nothing that a store would
/// not hold: it is new, or of a version before markers.
fn own(folder: &Path) -> Result<(), StoreError> {
    if Owned::Store.is_marked(folder) {
        return Ok(());
    }
    for found in fs::read_dir(folder)? {
        let found = found?;
        let name = found.file_name().to_string_lossy().into_owned();
        let kind = found.file_type()?;
        if !(kind.is_file()
            && ([KEY_FILE, SPOT_CHECK_KEY_FILE, MARKER].contains(&&*name) || name.starts_with(UNFINISHED)))
            && !(kind.is_dir() && is_shelf(&name) && has_entries_only(&name, &found.path())?)
        {
            return Err(StoreError::Foreign { name });
        }
    }
    Ok(Owned::Store.mark(folder)?)
}

fn has_entries_only(shelf: &str, folder: &Path) -> io::Result<bool> {
    disk::holds_only(folder, |name| {
        let name = name.to_string_lossy();
        name.starts_with(UNFINISHED) || is_entry(shelf, &name)
    })
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_shelf(name: &str) -> bool {
    name.len() == SHELF && is_hex(name)
}

fn is_entry(shelf: &str, name: &str) -> bool {
    name.strip_suffix(ENDING).is_some_and(|key| key.len() == DIGITS && is_hex(key) && key.starts_with(shelf))
}

/// Makes a folder and those above it, readable by their owner only. Existing folders stay as they are.
///
/// # Errors
/// If a folder cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::documents::{IdCardFront, PageFacts, PageOutcome};
    use crate::vocabulary::fact::Fact;
    use std::fs::File;
    use std::time::Duration;

    fn kept(name: &str) -> Kept {
        let card = IdCardFront { name: Fact::read(name, Some(name.to_owned()), 0.937_654_3), ..IdCardFront::default() };
        Kept {
            key: Key::of(name.as_bytes()),
            documents: Documents { id_card_front: Some(card), ..Documents::default() },
            asked: vec!["甲公司".into()],
            answers: RegisterAnswers(Some(Vec::new())),
        }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("a/b")).unwrap();
        (dir, store)
    }

    #[test]
    fn what_was_kept_comes_back() {
        let (_dir, store) = store();
        assert_eq!(store.look_up(&kept("甲").key), Lookup::Miss);
        assert!(store.keep(&kept("甲")).unwrap());
        assert_eq!(store.look_up(&kept("甲").key), Lookup::Hit(Box::new(kept("甲"))));
        assert_eq!(store.look_up(&kept("乙").key), Lookup::Miss);
        let other = Store::open(store.folder()).unwrap();
        assert_eq!(other.look_up(&kept("甲").key), Lookup::Hit(Box::new(kept("甲"))));
    }

    #[test]
    fn facts_that_would_change_are_not_kept() {
        let (_dir, store) = store();
        let mut none = kept("甲");
        none.documents.id_card_front.as_mut().unwrap().name.confidence = f32::NAN;
        assert!(!store.keep(&none).unwrap());
        assert_eq!(store.look_up(&none.key), Lookup::Miss);
    }

    #[test]
    fn every_damage_is_seen_and_mended() {
        let (_dir, store) = store();
        store.keep(&kept("甲")).unwrap();
        let place = store.place(&kept("甲").key);
        let whole = fs::read(&place).unwrap();
        let damaged = |bytes: &[u8]| {
            fs::write(&place, bytes).unwrap();
            store.look_up(&kept("甲").key)
        };
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            assert_eq!(damaged(&bytes), Lookup::Damaged, "a bit of byte {at}");
        }
        for length in (0..whole.len()).step_by(7) {
            assert_eq!(damaged(&whole[..length]), Lookup::Damaged, "cut to {length} bytes");
        }
        assert_eq!(damaged(&[&whole[..], b" "].concat()), Lookup::Damaged, "something behind it");
        store.keep(&kept("乙")).unwrap();
        let another = fs::read(store.place(&kept("乙").key)).unwrap();
        assert_eq!(damaged(&another), Lookup::Damaged, "another submission's entry under this name");
        store.keep(&kept("甲")).unwrap();
        assert_eq!(fs::read(&place).unwrap(), whole);
    }

    /// As an earlier version wrote it: an engine's failure for a fact.
    fn poisoned(name: &str, version: &str) -> (PathBuf, Vec<u8>) {
        let mut poisoned = kept(name);
        let why =
            "engine pp-ocrv6-small failed on a picture of 461×33 px: GetElementType is not implemented".to_owned();
        poisoned.documents.pages.push(PageFacts {
            file: "身份证人像面.jpg".into(),
            material: None,
            filed_as: None,
            in_file: None,
            page: 1,
            outcome: PageOutcome::Illegible { why },
            seen_as: None,
            perceptual_hash: None,
            sheet: None,
            assigned: None,
        });
        let body = serde_json::to_vec(&poisoned).unwrap();
        let whole = [format!("yushen-facts {version} {:x}\n", Sha256::digest(&body)).into_bytes(), body].concat();
        (PathBuf::from(&poisoned.key.0[..2]).join(format!("{}{ENDING}", poisoned.key.0)), whole)
    }

    #[test]
    fn what_an_earlier_version_wrote_is_not_used() {
        let (_dir, store) = store();
        let (place, bytes) = poisoned("甲", "1");
        make_folder(store.root.join(&place).parent().unwrap()).unwrap();
        fs::write(store.root.join(&place), &bytes).unwrap();
        assert_eq!(store.look_up(&kept("甲").key), Lookup::Miss);
        assert!(store.keep(&kept("甲")).unwrap());
        assert_eq!(store.look_up(&kept("甲").key), Lookup::Hit(Box::new(kept("甲"))), "written over");
    }

    #[test]
    fn entries_that_are_not_right_are_found() {
        let (_dir, store) = store();
        for name in ["甲", "乙", "丙"] {
            store.keep(&kept(name)).unwrap();
        }
        assert_eq!(Store::survey(store.folder()).unwrap(), Surveyed { entries: 3, faults: Vec::new() });
        let put = |(place, bytes): (PathBuf, Vec<u8>)| {
            make_folder(store.root.join(&place).parent().unwrap()).unwrap();
            fs::write(store.root.join(&place), bytes).unwrap();
            place.to_string_lossy().into_owned()
        };
        let old = put(poisoned("丁", "1"));
        let new = put(poisoned("戊", "2"));
        let damaged = store.place(&kept("乙").key);
        let mut bytes = fs::read(&damaged).unwrap();
        bytes[100] ^= 1;
        fs::write(&damaged, bytes).unwrap();
        let damaged = damaged.strip_prefix(&store.root).unwrap().to_string_lossy().into_owned();
        let mut want = vec![
            (old.clone(), Fault::Old),
            (old, Fault::NamesFailure),
            (new, Fault::NamesFailure),
            (damaged, Fault::Damaged),
        ];
        want.sort();
        assert_eq!(Store::survey(store.folder()).unwrap(), Surveyed { entries: 5, faults: want });
    }

    #[test]
    fn old_entries_are_purged_and_nothing_else() {
        let (_dir, store) = store();
        store.keep(&kept("甲")).unwrap();
        store.keep(&kept("乙")).unwrap();
        let shelf = store.place(&kept("甲").key).parent().unwrap().to_owned();
        fs::write(shelf.join(format!("{UNFINISHED}x")), "half").unwrap();
        fs::write(shelf.join("notes.txt"), "a clerk's").unwrap();
        let old = SystemTime::now() - Duration::from_secs(1000);
        File::options().write(true).open(store.place(&kept("甲").key)).unwrap().set_modified(old).unwrap();
        let purged = store.purge(SystemTime::now() - Duration::from_secs(500)).unwrap();
        assert_eq!((purged.removed, purged.left), (1, 2));
        assert_eq!(store.look_up(&kept("甲").key), Lookup::Miss);
        assert!(matches!(store.look_up(&kept("乙").key), Lookup::Hit(_)));
        assert_eq!(store.purge(SystemTime::now() + Duration::from_secs(500)).unwrap().removed, 2);
        assert!(shelf.join("notes.txt").exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_dir, store) = store();
        store.keep(&kept("甲")).unwrap();
        let place = store.place(&kept("甲").key);
        for (path, mode) in [(place.as_path(), 0o600), (place.parent().unwrap(), 0o700), (store.folder(), 0o700)] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
        }
    }

    #[test]
    fn several_write_the_same_entry_at_once() {
        let (_dir, store) = store();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        store.keep(&kept("甲")).unwrap();
                        assert!(matches!(store.look_up(&kept("甲").key), Lookup::Hit(_)));
                    }
                });
            }
        });
    }
}
