//! From a key to the facts that were read under it, and back: one file an entry, written whole, with a checksum. See ARCHITECTURE.md for why files.
//! Knows nothing of how a key is made or of what is read; an entry that is not exactly what was written is never handed out.

use crate::disk::{self, MARKER, Owned};
use crate::ending;
use crate::vocabulary::documents::Documents;
use crate::vocabulary::register::RegisterAnswers;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A store in a folder; several processes may use one at the same time.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// The hash of everything that a reading depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

/// The facts of one submission, and what was asked of a register while they were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    pub key: Key,
    pub documents: Documents,
    /// Names of employers, in the order in which they were asked for.
    pub asked: Vec<String>,
    /// What the register said; an entry holds only where it still says so.
    pub answers: RegisterAnswers,
}

/// What the store has under a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    Kept(Box<Kept>),
    Nothing,
    /// There is something that is not what was written: it must be read anew.
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
    #[error("{0}, so that its facts may be anybody's: make it the user's own who runs yushen (chmod go-w, chown), or give another folder")]
    Open(&'static str),
}

/// What is the matter with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is not what was written.
    Damaged,
    /// An earlier version wrote it; it is not used.
    Old,
    /// Its facts name the failure of an engine: they are not true of the documents.
    NamesFailure,
}

/// What a look at every entry has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surveyed {
    pub entries: u64,
    /// Path inside the store and what is the matter, in order of path. An old entry that names a failure is told as both.
    pub faults: Vec<(String, Fault)>,
}

/// What purging did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    pub removed: u64,
    pub bytes: u64,
    pub left: u64,
}

/// The first line of an entry, before its checksum: version of the file's form. The form of the facts belongs to the reader's version, which is in the key.
/// 2: an engine's failure is no fact. In entries of version 1 it may stand as an unreadable document; they are left alone, and read anew.
const MAGIC: &str = "yushen-facts 2 ";
/// What entries of any version begin with.
const FAMILY: &str = "yushen-facts ";
/// How failures of the engines were worded where they were taken for facts, in any version: `ocr::OcrError`, the face models, a reader's panic.
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
/// Bytes that an entry may have; the facts of a submission take about 100 KB.
const LARGEST: u64 = 256 << 20;
/// Unfinished entries begin so. Left by a process that was killed they only take room, until they are purged.
const UNFINISHED: &str = ".unfinished-";
const ENDING: &str = ".facts";
/// Digits of a key that name its folder.
const SHELF: usize = 2;
/// The key of a redacted run's tokens, kept beside the facts: who may read one may read the other.
pub const KEY_FILE: &str = "redact.key";

impl Key {
    /// The key of a text that says everything.
    pub fn of(everything: &[u8]) -> Self {
        Self(format!("{:x}", Sha256::digest(everything)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// Opens the store in a folder, which is made if there is none, for its owner only.
    ///
    /// # Errors
    /// If nothing can be written there, others can write there, or something else than a store lies there.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        make_folder(folder)?;
        if let Some(why) = disk::writable_by_others(folder, None)? {
            return Err(StoreError::Open(why));
        }
        own(folder)?;
        // Found out now and not after the first submission.
        tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?.write_all(MAGIC.as_bytes())?;
        Ok(Self { root: folder.to_owned() })
    }

    /// Opens a store that is there, to be purged.
    ///
    /// # Errors
    /// If it is a link, or something else than a store.
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

    /// What is kept under a key. What cannot be read counts as damaged.
    pub fn take(&self, key: &Key) -> Taken {
        match self.bytes_of(key) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Taken::Nothing,
            Err(_) => Taken::Damaged,
            // Of an earlier version: there is nothing to be said against it, but it does not count.
            Ok(bytes) if is_old(&bytes) => Taken::Nothing,
            Ok(bytes) => parse(&bytes).filter(|kept| kept.key == *key).map_or(Taken::Damaged, |kept| Taken::Kept(Box::new(kept))),
        }
    }

    /// Puts an entry in its place, whole or not at all, over a damaged one too. Returns `false` for facts that would not come back as they are.
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
        // A temporary file is its owner's alone, and keeps that when it is renamed.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        writeln!(file, "{MAGIC}{:x}", Sha256::digest(&body))?;
        file.write_all(&body)?;
        file.as_file().sync_data()?;
        match ending::lasting(|| file.persist(&place)) {
            Ok(_) => Ok(true),
            // On Windows another process may have the same entry open at this moment: then it is there.
            Err(_) if matches!(self.take(&kept.key), Taken::Kept(_)) => Ok(true),
            Err(e) => Err(e.error),
        }
    }

    /// Looks at every entry in a folder, which need not be one of a store that can be written.
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
                let Some(key) = name.strip_suffix(ENDING).filter(|_| entry.file_type().is_ok_and(|t| t.is_file())) else { continue };
                found.entries += 1;
                let place = format!("{}/{name}", shelf.file_name().to_string_lossy());
                found.faults.extend(faults(&read_whole(&entry.path()).unwrap_or_default(), key).into_iter().map(|fault| (place.clone(), fault)));
            }
        }
        found.faults.sort();
        Ok(found)
    }

    /// Removes entries that were written before `time`, and unfinished ones of that age. Follows no link, and leaves what has no name of the store's.
    ///
    /// # Errors
    /// If the store cannot be listed or an entry cannot be removed.
    pub fn purge(&self, time: SystemTime) -> io::Result<Purged> {
        let mut done = Purged::default();
        for found in fs::read_dir(&self.root)? {
            let found = found?;
            let name = found.file_name().to_string_lossy().into_owned();
            // A link to a folder is none.
            let shelf = found.file_type()?.is_dir() && is_shelf(&name);
            let list: Vec<PathBuf> = if shelf { fs::read_dir(found.path())?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()? } else { vec![found.path()] };
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
        // 256 folders: a hundred thousand entries are then 400 a folder.
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
    bytes.starts_with(FAMILY.as_bytes()) && bytes.get(FAMILY.len()).is_some_and(u8::is_ascii_digit) && !bytes.starts_with(MAGIC.as_bytes()) && body(bytes).is_some()
}

/// What follows the first line of any version's entry, if that line tells its checksum.
fn body(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(FAMILY.as_bytes())?;
    let rest = &rest[rest.iter().position(|b| *b == b' ')? + 1..];
    let (sum, body) = (rest.get(..DIGITS)?, rest.get(DIGITS..)?.strip_prefix(b"\n")?);
    (format!("{:x}", Sha256::digest(body)).as_bytes() == sum).then_some(body)
}

fn parse(bytes: &[u8]) -> Option<Kept> {
    serde_json::from_slice(body(bytes).filter(|_| bytes.starts_with(MAGIC.as_bytes()))?).ok()
}

/// What is the matter with an entry that lies under the name of a key.
fn faults(bytes: &[u8], key: &str) -> Vec<Fault> {
    let Some(body) = body(bytes) else { return vec![Fault::Damaged] };
    let old = is_old(bytes);
    if !old && parse(bytes).is_none_or(|kept| kept.key.0 != key) {
        return vec![Fault::Damaged];
    }
    let names = std::str::from_utf8(body).is_ok_and(names_failure);
    old.then_some(Fault::Old).into_iter().chain(names.then_some(Fault::NamesFailure)).collect()
}

/// Is an engine's failure among the reasons of these facts? Only reasons are looked at (`why`), not what was read.
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

/// Sees that the folder is marked as a store; a new one, and one of a version before markers, which holds nothing but what a store has, is marked now.
fn own(folder: &Path) -> Result<(), StoreError> {
    if Owned::Store.is_marked(folder) {
        return Ok(());
    }
    for found in fs::read_dir(folder)? {
        let found = found?;
        let name = found.file_name().to_string_lossy().into_owned();
        let kind = found.file_type()?;
        if !(kind.is_file() && ([KEY_FILE, MARKER].contains(&&*name) || name.starts_with(UNFINISHED)))
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

/// Makes a folder and those above it, readable by their owner only; one that is there stays as it is.
///
/// # Errors
/// If it cannot be made.
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
        assert_eq!(store.take(&kept("甲").key), Taken::Nothing);
        assert!(store.keep(&kept("甲")).unwrap());
        assert_eq!(store.take(&kept("甲").key), Taken::Kept(Box::new(kept("甲"))));
        assert_eq!(store.take(&kept("乙").key), Taken::Nothing);
        let other = Store::open(store.folder()).unwrap();
        assert_eq!(other.take(&kept("甲").key), Taken::Kept(Box::new(kept("甲"))));
    }

    #[test]
    fn facts_that_would_change_are_not_kept() {
        let (_dir, store) = store();
        let mut none = kept("甲");
        none.documents.id_card_front.as_mut().unwrap().name.confidence = f32::NAN;
        assert!(!store.keep(&none).unwrap());
        assert_eq!(store.take(&none.key), Taken::Nothing);
    }

    #[test]
    fn every_damage_is_seen_and_mended() {
        let (_dir, store) = store();
        store.keep(&kept("甲")).unwrap();
        let place = store.place(&kept("甲").key);
        let whole = fs::read(&place).unwrap();
        let damaged = |bytes: &[u8]| {
            fs::write(&place, bytes).unwrap();
            store.take(&kept("甲").key)
        };
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            assert_eq!(damaged(&bytes), Taken::Damaged, "a bit of byte {at}");
        }
        for length in (0..whole.len()).step_by(7) {
            assert_eq!(damaged(&whole[..length]), Taken::Damaged, "cut to {length} bytes");
        }
        assert_eq!(damaged(&[&whole[..], b" "].concat()), Taken::Damaged, "something behind it");
        store.keep(&kept("乙")).unwrap();
        let another = fs::read(store.place(&kept("乙").key)).unwrap();
        assert_eq!(damaged(&another), Taken::Damaged, "another submission's entry under this name");
        store.keep(&kept("甲")).unwrap();
        assert_eq!(fs::read(&place).unwrap(), whole);
    }

    /// As an earlier version wrote it: an engine's failure for a fact.
    fn poisoned(name: &str, version: &str) -> (PathBuf, Vec<u8>) {
        let mut poisoned = kept(name);
        let why = "engine pp-ocrv6-small failed on a picture of 461×33 px: GetElementType is not implemented".to_owned();
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
        assert_eq!(store.take(&kept("甲").key), Taken::Nothing);
        assert!(store.keep(&kept("甲")).unwrap());
        assert_eq!(store.take(&kept("甲").key), Taken::Kept(Box::new(kept("甲"))), "written over");
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
        let mut want = vec![(old.clone(), Fault::Old), (old, Fault::NamesFailure), (new, Fault::NamesFailure), (damaged, Fault::Damaged)];
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
        assert_eq!(store.take(&kept("甲").key), Taken::Nothing);
        assert!(matches!(store.take(&kept("乙").key), Taken::Kept(_)));
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
                        assert!(matches!(store.take(&kept("甲").key), Taken::Kept(_)));
                    }
                });
            }
        });
    }
}
