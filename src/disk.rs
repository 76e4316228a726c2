//! What lies on a disk that others can write to, too: files opened without following a link, paths compared as what
//! they are, folders known as ours by a marker.
//! Reads no content but markers; what follows from an answer is for whoever asks.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

/// There is something under the name that is no regular file: a link, a pipe, a device, a folder.
#[derive(Debug, thiserror::Error)]
#[error("it is a link, a pipe, a device or a folder, and no regular file")]
pub struct NotAFile;

/// Opens a regular file for reading; of anything else, and of what a link leads to, nothing is read and nothing is
/// waited for.
/// Only the last part of the path is looked at: for those before it see [`without_links`].
///
/// # Errors
/// [`NotAFile`] inside, or what the system says.
pub fn open_file(path: &Path) -> io::Result<File> {
    for _ in 0..REPLACED {
        // Before it is opened, since opening alone makes some devices do things; and after, since it may have been
        // swapped between.
        let seen = fs::symlink_metadata(path)?;
        if !seen.is_file() {
            return Err(not_a_file());
        }
        let mut options = File::options();
        options.read(true);
        without_following(&mut options);
        let file = options.open(path).map_err(|e| if is_link(path) { not_a_file() } else { e })?;
        let opened = file.metadata()?;
        if !opened.is_file() || is_link(path) {
            return Err(not_a_file());
        }
        if same(&seen, &opened) {
            return Ok(file);
        }
        // Another file has got its name meanwhile, as entries of a store do that several runs share: that one is
        // opened.
    }
    Err(not_a_file())
}

/// How often a file may be replaced while it is being opened.
const REPLACED: usize = 100;

/// Opens a file to lock it, and makes it if it is not there; follows no link and waits for no pipe.
///
/// # Errors
/// As for [`open_file`].
pub fn open_lock(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path).is_ok_and(|m| !m.is_file()) {
        return Err(not_a_file());
    }
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    without_following(&mut options);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_a_file()) }
}

fn without_following(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe without another end would be waited for.
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    }
    // On Windows the flag that opens a link itself would also read a file that the volume keeps deduplicated as what it
    // is not: there it is looked at before and after.
    #[cfg(not(unix))]
    let _ = options;
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, NotAFile)
}

#[cfg(unix)]
fn same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Without a number of the file's own that can be had simply, what is opened is at least as long and as old.
#[cfg(not(unix))]
fn same(a: &Metadata, b: &Metadata) -> bool {
    a.len() == b.len() && a.modified().ok() == b.modified().ok() && a.created().ok() == b.created().ok()
}

/// Is there a link (on Windows: or a junction) under this name, wherever it leads?
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink())
}

/// Is no part of the path below `root` a link? The root itself may be reached over one: it was given.
pub fn without_links(root: &Path, path: &Path) -> bool {
    let below = path.ancestors().take_while(|p| *p != root && p.starts_with(root));
    path.starts_with(root) && below.into_iter().all(|p| !is_link(p))
}

/// The whole path as the system would take it, also of what is not there yet: links followed, `.` and `..` resolved.
/// Two paths lead to one place where these are equal.
pub fn whole(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    // Not `absolute`, which on Windows resolves `..` before links are followed.
    let path =
        if path.is_absolute() { path.to_owned() } else { std::env::current_dir().unwrap_or_default().join(path) };
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(whole.pop()),
            Component::Prefix(_) | Component::RootDir => whole.push(part),
            Component::Normal(part) => {
                whole.push(part);
                if let Ok(there) = whole.canonicalize() {
                    whole = there;
                }
            }
        }
    }
    whole
}

/// Does a path lead into a folder, or to the folder itself?
pub fn is_inside(path: &Path, folder: &Path) -> bool {
    whole(path).starts_with(whole(folder))
}

/// Why others than this user and the system can change what lies under the path, a file's content or a folder's
/// entries; `None`: they cannot, or it cannot be told.
/// A link's target is looked at. `trusted` is a file whose owner may, too.
///
/// On Unix the owner and the mode tell; a group whose number is the user's own is the user's private one. On Windows an
/// access list tells, which cannot be had without calls of the system's own, so there nothing is refused.
///
/// # Errors
/// If the path cannot be looked at.
#[cfg(unix)]
pub fn writable_by_others(path: &Path, trusted: Option<&Path>) -> io::Result<Option<&'static str>> {
    use std::os::unix::fs::MetadataExt as _;
    let about = fs::metadata(path)?;
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let trusted = trusted.and_then(|t| fs::metadata(t).ok()).map(|m| m.uid());
    let private = about.gid() == group && group == user;
    Ok(match about.mode() {
        _ if ![0, user].contains(&about.uid()) && trusted != Some(about.uid()) => Some("it belongs to another user"),
        mode if mode & 0o002 != 0 => Some("everybody may write to it"),
        mode if mode & 0o020 != 0 && !private => Some("a group may write to it"),
        _ => None,
    })
}

#[cfg(not(unix))]
pub fn writable_by_others(path: &Path, _trusted: Option<&Path>) -> io::Result<Option<&'static str>> {
    fs::metadata(path).map(|_| None)
}

/// Why others than this user and the system can read an opened file; `None`: they cannot, or, as on Windows, it cannot
/// be told.
#[cfg(unix)]
pub fn readable_by_others(about: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;
    match about.mode() {
        _ if ![0, rustix::process::geteuid().as_raw()].contains(&about.uid()) => Some("it belongs to another user"),
        mode if mode & 0o077 != 0 => Some("others can read it"),
        _ => None,
    }
}

#[cfg(not(unix))]
pub fn readable_by_others(_about: &Metadata) -> Option<&'static str> {
    None
}

/// A folder of ours, by what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    Output,
    Store,
    Report,
}

/// The marker's name in each of them.
pub const MARKER: &str = ".yushen-owned";
/// Bytes of a marker that are read.
const LONGEST: u64 = 512;

impl Owned {
    fn line(self) -> &'static str {
        match self {
            Self::Output => "yushen-owned: output\n",
            Self::Store => "yushen-owned: store\n",
            Self::Report => "yushen-owned: report\n",
        }
    }

    /// Is the folder marked as this? A folder or a marker that is a link is not.
    pub fn is_marked(self, folder: &Path) -> bool {
        let mut text = String::new();
        let mut read = || open_file(&folder.join(MARKER))?.take(LONGEST).read_to_string(&mut text);
        !is_link(folder) && read().is_ok() && text.starts_with(self.line())
    }

    /// Marks the folder, whole or not at all.
    ///
    /// # Errors
    /// If it cannot be written, or the folder is marked as something else.
    pub fn mark(self, folder: &Path) -> io::Result<()> {
        if self.is_marked(folder) {
            return Ok(());
        }
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        writeln!(
            file,
            "{}This folder was made by yushen, which may replace and delete what it knows in it. Remove this file and it does neither.",
            self.line()
        )?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(folder.join(MARKER)) {
            Err(_) if self.is_marked(folder) => Ok(()),
            done => done.map(drop).map_err(|e| e.error),
        }
    }
}

/// Names of markers, keys and a store's entries that are being written begin so. A killed process may leave one, which
/// only takes room until somebody who knows the folder removes it.
pub const UNFINISHED: &str = ".unfinished-";

/// Does the folder hold nothing but what `known` says may be there?
///
/// # Errors
/// If it cannot be listed.
pub fn holds_only(folder: &Path, known: impl Fn(&OsStr) -> bool) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if !known(&entry?.file_name()) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_what_they_lead_to() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("out/x")).unwrap();
        for (path, inside) in [
            ("out", true),
            ("out/facts", true),
            ("nodir/../out/facts", true),
            ("nodir/deeper/../../out/./facts", true),
            ("out/x/../../facts", false),
            ("out/../facts", false),
            ("outer", false),
        ] {
            assert_eq!(is_inside(&root.join(path), &root.join("out")), inside, "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("out"), root.join("link")).unwrap();
            assert!(is_inside(&root.join("link/facts/new"), &root.join("out")));
            assert!(!is_inside(&root.join("link/../facts"), &root.join("out")));
            assert!(without_links(&root, &root.join("out/x")) && !without_links(&root, &root.join("link/x")));
        }
    }

    #[test]
    fn only_what_was_marked_is_ours() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!Owned::Store.is_marked(dir.path()));
        Owned::Store.mark(dir.path()).unwrap();
        Owned::Store.mark(dir.path()).unwrap();
        assert!(Owned::Store.is_marked(dir.path()) && !Owned::Output.is_marked(dir.path()));
        assert!(Owned::Output.mark(dir.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("file"), "x").unwrap();
        std::os::unix::fs::symlink(at("file"), at("link")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        assert!(open_file(&at("file")).is_ok());
        for name in ["link", "pipe", ""] {
            let error = open_file(&at(name)).unwrap_err();
            assert!(error.get_ref().and_then(|e| e.downcast_ref::<NotAFile>()).is_some(), "{name}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn who_else_may_write_is_told() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        for (mode, others) in [(0o700, false), (0o755, false), (0o777, true), (0o1777, true), (0o702, true)] {
            fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(writable_by_others(dir.path(), None).unwrap().is_some(), others, "{mode:o}");
        }
    }
}
