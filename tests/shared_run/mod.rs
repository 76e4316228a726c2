//! One audit of `fixtures/demo` that all stories about it share, also where each of them is a process of its own
//! (nextest).
//!
//! It lies in `target/tmp/demo-shared-KEY`; the key is a hash of the binary, of ONNX Runtime beside it, and of the
//! fixtures. Whoever comes first makes it under a lock, in a folder of another name that is renamed when all of it
//! stands, so that a maker that is killed leaves nothing half done under the key. A story only reads it; what it writes
//! goes into a folder of its own ([`Shared::story`]), at the same depth, so that the report's relative links are the
//! same there.

use crate::outputs::{AS_OF, binary};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Every output but `run.json`, in which times stand.
pub const OUTPUTS: [&str; 3] = ["flags.csv", "submissions.csv", "findings.jsonl"];

const PREFIX: &str = "demo-shared-";
const MAKING: &str = "demo-shared-making-";
/// Folders of stories inside it.
const STORY: &str = "story-";
/// Whoever uses a shared run holds a lock on this file in its folder.
const IN_USE: &str = "in-use";

pub struct Shared {
    folder: PathBuf,
    _in_use: File,
}

/// The shared run, made if it is not there. Kept by this process until its end.
pub fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(root).unwrap();
        // Only one process at a time looks for it, makes it and sweeps; the system lets go of the lock when this
        // process ends, however that happens.
        let gate = File::create(root.join("demo-shared.lock")).unwrap();
        gate.lock().unwrap();
        let folder = root.join(format!("{PREFIX}{}", key()));
        if !folder.exists() {
            sweep(root);
            // A name of its own: the audit of a maker that was killed may still be writing into its folder.
            let making = tempfile::Builder::new().prefix(MAKING).tempdir_in(root).unwrap();
            make(making.path());
            fs::rename(making.keep(), &folder).unwrap();
        }
        let in_use = File::open(folder.join(IN_USE)).unwrap();
        if in_use.try_lock().is_ok() {
            sweep_stories(&folder);
        }
        in_use.lock_shared().unwrap();
        let shared = Shared { folder, _in_use: in_use };
        keep_for_the_figures(root, &shared.out()).unwrap();
        shared
    })
}

/// The batch of the demonstration.
pub fn batch() -> PathBuf {
    fixtures().join("batch")
}

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo")
}

impl Shared {
    /// Its output folder. Not to be written to.
    pub fn out(&self) -> PathBuf {
        self.folder.join("whole/out")
    }

    /// The summary that it printed, in Chinese.
    pub fn summary(&self) -> String {
        fs::read_to_string(self.folder.join("whole/summary.txt")).unwrap()
    }

    /// A folder for what a story writes; removed with the value.
    pub fn story(&self) -> tempfile::TempDir {
        tempfile::Builder::new().prefix(STORY).tempdir_in(&self.folder).unwrap()
    }

    /// A copy of its output folder, with the facts that were read, inside a story's folder.
    pub fn copied(&self, story: &Path) -> PathBuf {
        let to = story.join("out");
        copy(&self.out(), &to).unwrap();
        to
    }
}

/// Audits the batch in `folder`.
fn make(folder: &Path) {
    let whole = folder.join("whole");
    fs::create_dir_all(&whole).unwrap();
    let mut command = Command::new(binary());
    command
        .arg("audit")
        .arg(batch())
        .args(["-o", "out", "--as-of", AS_OF, "--jobs", "2", "--lang", "zh"])
        .env("OMP_THREAD_LIMIT", "1")
        .current_dir(&whole);
    let done = command.output().expect("the binary starts");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    fs::write(whole.join("summary.txt"), done.stdout).unwrap();
    fs::write(folder.join(IN_USE), "").unwrap();
}

/// Removes runs of other binaries that nobody uses, and what makers left that were killed.
fn sweep(root: &Path) {
    for folder in folders(root, PREFIX) {
        if File::open(folder.join(IN_USE)).map_or(true, |f| f.try_lock().is_ok()) {
            // What cannot be removed now is removed another time.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Removes what stories left that were killed.
fn sweep_stories(shared: &Path) {
    folders(shared, STORY).into_iter().for_each(|folder| drop(fs::remove_dir_all(folder)));
}

fn folders(of: &Path, prefix: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(of).unwrap().map(|e| e.unwrap());
    all.filter(|e| e.path().is_dir() && e.file_name().to_string_lossy().starts_with(prefix)).map(|e| e.path()).collect()
}

/// The accuracy figures are worked out from what was read here (`.ci/run`).
fn keep_for_the_figures(root: &Path, out: &Path) -> io::Result<()> {
    let kept = root.join("demo-run");
    if fs::read(kept.join("run.json")).ok() == Some(fs::read(out.join("run.json"))?) {
        return Ok(());
    }
    fs::create_dir_all(&kept)?;
    let _ = fs::remove_file(kept.join("run.json"));
    OUTPUTS.into_iter().chain(["run.json"]).try_for_each(|file| fs::copy(out.join(file), kept.join(file)).map(drop))
}

/// Hash of everything that the run depends on.
fn key() -> String {
    let mut hash = Sha256::new();
    let mut files = vec![binary()];
    let beside = binary().ancestors().nth(2).unwrap().join("onnxruntime");
    for folder in [beside, fixtures()] {
        let found = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
        files.extend(found.filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path));
    }
    for file in files {
        hash.update(format!("{}\n", file.display()));
        io::copy(&mut File::open(file).unwrap(), &mut hash).unwrap();
    }
    format!("{:x}", hash.finalize())[..16].to_owned()
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        if entry.file_type().is_dir() {
            // A store that others can write to is refused, whatever this process's umask.
            yushen::store::make_folder(&target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
