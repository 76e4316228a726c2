//! From `--out` to a folder that no other run writes into: new, empty, or known as ours by its marker.
//! Deletes and replaces nothing itself but what a killed run has left half-written.

use crate::disk::{self, MARKER, Owned};
use crate::report::atomic_file::{UNFINISHED_PREFIX, sha256};
use crate::report::mask::masked;
use crate::report::run::{Recorded, TOOL};
use crate::store::make_folder;
use crate::warning;
use anyhow::{Context as _, bail, ensure};
use std::fs::{self, File, TryLockError};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The folder inside an output folder for what is no result: the lock, and what was read.
pub const OWN: &str = ".yushen";
/// The folder of the report inside a run's folder.
pub const REPORT: &str = "report";
/// How long a run waits for the folder: the child of a supervisor that was killed ends some milliseconds after it.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// What a run has in its own folder from its first moment on, beside the marker.
const BEGUN: [&str; 3] = ["lock", "store", "at-work"];

/// An output folder that no other run writes into as long as this lives.
pub struct OutFolder {
    /// Whole.
    pub path: PathBuf,
    /// The system lets go of it when the process ends, however it ends.
    _lock: File,
}

/// Makes the output folder, or sees that it is ours, and locks it.
///
/// # Errors
/// It holds somebody else's files, cannot be written, or another run holds it.
pub fn prepare(out: &Path) -> anyhow::Result<OutFolder> {
    if out.exists() {
        ensure!(out.is_dir(), "{} is not a folder; give a folder with --out", out.display());
    }
    make_folder(out).with_context(|| format!("folder {} cannot be made", out.display()))?;
    let unlisted = || format!("folder {} cannot be listed", out.display());
    let (mut held, mut unfinished) = (None, Vec::new());
    for entry in fs::read_dir(out).with_context(unlisted)? {
        let entry = entry.with_context(unlisted)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(UNFINISHED_PREFIX) {
            unfinished.push(entry.path());
        } else if name != OWN {
            held = Some(name);
        }
    }
    let own = out.join(OWN);
    ensure!(
        !disk::is_link(&own),
        "{} is a link, and would be followed; remove it, or give another folder with --out",
        own.display()
    );
    let held = held.or_else(|| (!unfinished.is_empty()).then(|| UNFINISHED_PREFIX.to_owned()));
    if !Owned::Output.is_marked(&own) {
        // A killed run may have come as far as its own folder and no further: nothing there is replaced or deleted.
        let begun = !own.exists()
            || disk::holds_only(&own, |n| {
                n == MARKER || BEGUN.iter().any(|b| n == *b) || is_unfinished(&n.to_string_lossy())
            })
            .unwrap_or(false);
        if let Some(name) = held.or_else(|| (!begun).then(|| OWN.to_owned())).filter(|_| !is_earlier(out)) {
            bail!(
                "{} holds {name:?} and no earlier run of this tool (no {OWN}/{MARKER}, no run.json whose outputs are all as it sealed them); give an empty or a new folder with --out",
                out.display()
            );
        }
    }
    make_folder(&own)
        .and_then(|()| Owned::Output.mark(&own))
        .with_context(|| format!("cannot write into {}", own.display()))?;
    let lock = lock(out)?;
    let of_own = fs::read_dir(&own).into_iter().flatten().flatten().map(|e| e.path());
    for path in unfinished
        .into_iter()
        .chain(of_own.filter(|p| p.file_name().is_some_and(|n| is_unfinished(&n.to_string_lossy()))))
    {
        // Left by a run that was killed; if it cannot be removed it only takes room.
        let _ = fs::remove_file(path);
    }
    let path = out.canonicalize().with_context(|| format!("{} cannot be opened", out.display()))?;
    Ok(OutFolder { path, _lock: lock })
}

/// Sees that a finished run is not replaced by one of nobody, or of fewer than half of its submissions: a share that was
/// not mounted, or an export that was cut off. `replace`: it is meant.
///
/// # Errors
/// It would be.
pub fn replaceable(out: &Path, submissions: u64, replace: bool) -> anyhow::Result<()> {
    let there = finished(out).map_or(0, |r| r.counts.submissions);
    ensure!(
        replace || 2 * submissions >= there,
        "{} holds a finished run of {there} submissions, and this one has {submissions}: nothing was replaced. Is the batch complete? If it is, give --replace, or another folder with --out",
        out.display()
    );
    Ok(())
}

/// The record of the finished run of this tool in a folder, if there is one.
pub fn finished(out: &Path) -> Option<Recorded> {
    let record = disk::open_file(&out.join("run.json")).ok().and_then(|f| Recorded::read(BufReader::new(f)).ok());
    record.filter(|r| r.tool == TOOL)
}

/// Has a run that was killed left this half-written, a file or a folder's marker?
pub fn is_unfinished(name: &str) -> bool {
    name.starts_with(UNFINISHED_PREFIX) || name.starts_with(disk::UNFINISHED)
}

/// Has a version before markers sealed a run here, and is all that it sealed as it was?
fn is_earlier(out: &Path) -> bool {
    finished(out).filter(|r| r.seal("findings.jsonl").is_some()).is_some_and(|r| {
        r.outputs.iter().all(|seal| {
            let plain = Path::new(&seal.file).components().count() == 1;
            plain && disk::open_file(&out.join(&seal.file)).and_then(sha256).is_ok_and(|hash| hash == seal.sha256)
        })
    })
}

/// Keeps every other run out of the folder.
fn lock(out: &Path) -> anyhow::Result<File> {
    let (file, path) = lock_file(out)?;
    // A run that was killed may need a moment to end.
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if began.elapsed() < LOCK_WAIT => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                bail!("another run is writing into {}; wait for it, or give another folder with --out", out.display())
            }
            Err(TryLockError::Error(e)) => return Err(e).with_context(|| unlockable(&path)),
        }
    }
}

/// As [`prepare`] for what is written beside a finished run: waits, however long, until nobody else writes into its
/// folder.
///
/// # Errors
/// The folder is a link, or cannot be written or locked.
pub fn wait_for(out: &Path) -> anyhow::Result<File> {
    let own = out.join(OWN);
    ensure!(!disk::is_link(&own), "{} is a link, and would be followed; remove it", own.display());
    make_folder(&own).with_context(|| format!("cannot write into {}", own.display()))?;
    let (file, path) = lock_file(out)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => {
            let folder = masked(&out.display().to_string());
            warning::say(&format!("{folder} is being written into; waiting until that is done"));
        }
        Err(TryLockError::Error(e)) => return Err(e).with_context(|| unlockable(&path)),
    }
    file.lock().with_context(|| unlockable(&path))?;
    Ok(file)
}

fn lock_file(out: &Path) -> anyhow::Result<(File, PathBuf)> {
    let path = out.join(OWN).join("lock");
    let file = disk::open_lock(&path).with_context(|| format!("cannot write into {}", path.display()))?;
    Ok((file, path))
}

fn unlockable(path: &Path) -> String {
    format!(
        "{} cannot be locked: its file system has no locks; give a folder on another one with --out",
        path.display()
    )
}

/// Sees that the folder of a report is ours, or makes it so: new, empty, marked, or a report that a version before
/// markers has written.
///
/// # Errors
/// It is somebody else's, or cannot be written.
pub fn report_folder(run: &Path) -> anyhow::Result<PathBuf> {
    let folder = run.join(REPORT);
    let parts = [folder.clone(), folder.join(crate::report::page::DETAILS), folder.join(crate::report::page::CROPS)];
    if let Some(link) = parts.iter().find(|p| disk::is_link(p)) {
        bail!("{} is a link, and would be followed; remove it", link.display());
    }
    make_folder(&folder).with_context(|| format!("folder {} cannot be made", folder.display()))?;
    let empty = || disk::holds_only(&folder, |n| is_unfinished(&n.to_string_lossy())).unwrap_or(false);
    let earlier = || {
        let mut head = String::new();
        let data = disk::open_file(&folder.join("data.js"));
        let read = data.is_ok_and(|f| {
            std::io::Read::read_to_string(&mut std::io::Read::take(f, 64), &mut head).is_ok() || !head.is_empty()
        });
        read && head.starts_with(crate::report::page::DATA)
    };
    ensure!(
        Owned::Report.is_marked(&folder) || empty() || earlier(),
        "{} holds files that are no report of this tool; move that folder, and make the report again with `yushen report`",
        folder.display()
    );
    Owned::Report.mark(&folder).with_context(|| format!("cannot write into {}", folder.display()))?;
    Ok(folder)
}
