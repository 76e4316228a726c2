//! `yushen audit`: from arguments to one run of the pipeline, its summary and its exit code.
//! Guards the output folder; reads and judges nothing itself.

use super::crops::PictureMode;
use super::progress::Progress;
use super::supervise::{self, AtWork, Part};
use super::{AuditArgs, FailOn, Language, Opened, ReportArgs, Tools, exit, redacting};
use crate::pipeline::{self, BatchInput, Keeping, Observer, Run, Silent};
use crate::report::run::{Counts, RunFigures, TOOL};
use crate::report::summary::{self, Lang};
use crate::report::whole::UNFINISHED_PREFIX;
use crate::report::xlsx;
use crate::store::{Store, make_folder};
use crate::vocabulary::finding::Verdict;
use anyhow::{Context as _, bail, ensure};
use clap::ValueEnum as _;
use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use serde_json::{Map, Value, json};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What a run writes; anything else in a folder is someone else's.
const OUTPUTS: [&str; 6] = ["flags.csv", "submissions.csv", "findings.jsonl", "run.json", super::report::FOLDER, xlsx::FILE];
/// The folder inside an output folder for what is no result: the lock, and what was read.
pub(super) const OWN: &str = ".yushen";
/// How long a run waits for the folder: the child of a supervisor that was killed ends some milliseconds after it.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Does the whole audit.
///
/// # Errors
/// Wrong usage, a bad pack or batch, an output that cannot be written.
pub fn audit(request: &AuditArgs, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    let plan = match supervise::part(request, tools.supervises())? {
        Part::Work(plan) => plan,
        Part::Done(code) => return Ok(code),
    };
    let mut request = request.clone();
    request.batches = distinct(&request.batches)?;
    redacting::guard(request.redact, &request.out, request.store.as_deref(), request.no_store)?;
    let folder = prepare(&request.out, &request.batches)?;
    let mut at_work = AtWork::new(&folder.path, plan)?;
    let keeping = keeping(&request, &folder, &at_work)?;
    let redacting = redacting::by_file_or_store(request.redact, request.redact_key.as_deref(), keeping.as_ref().filter(|k| !k.passing).map(|k| k.store.folder()))?;
    let as_of = request.as_of.unwrap_or_else(today);

    let Opened { mut batches, reader, judge, mut provenance, longest } = tools.open(&request, as_of)?;
    for batch in &mut batches {
        without(batch, &folder.path);
        if let Some(store) = keeping.as_ref().and_then(|k| k.store.folder().canonicalize().ok()) {
            without(batch, &store);
        }
        if let Some(shard) = request.shard {
            shard.of_batch(batch);
        }
    }
    for (number, batch) in batches.iter().enumerate() {
        // By its place among the batches: a path may hold an applicant's name.
        tracing::info!(batch = number + 1, folders = batch.folders, rows = batch.rows, submissions = batch.submissions.len(), notes = batch.notes.len(), "batch found");
    }
    provenance.options = options(&request);
    redacting.enter(&mut provenance.options);
    provenance.as_of = as_of.to_string();

    let progress = (!request.quiet).then(Progress::new);
    let observer: &dyn Observer = progress.as_ref().map_or(&Silent, |p| p);
    let jobs = request.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, NonZeroUsize::get), usize::from);
    let roots: Vec<PathBuf> = batches.iter().map(|b| b.root.clone()).collect();
    let pictures = if at_work.without_pictures() { PictureMode::None } else { request.report };
    let attempts = at_work.attempts(longest, jobs)?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        batches = batches.len(),
        jobs,
        kept = keeping.as_ref().is_some_and(|k| !k.passing),
        redacted = request.redact,
        "run begins"
    );
    let redactor = redacting.redactor;
    let figures = pipeline::run(Run { batches, reader: &*reader, judge: &*judge, observer, provenance, out: folder.path.clone(), jobs, keeping, attempts, redactor })?;
    attempts.reporting();
    #[cfg(debug_assertions)]
    super::faults::strike(if pictures == PictureMode::None { "(page)" } else { "(report)" });
    let page = ReportArgs { run: folder.path.clone(), pictures, xlsx: request.xlsx, batch: roots, rules: request.rules.clone() };
    tools.report(&page, &mut io::sink())?;
    told(&figures);
    drop(progress);
    if !request.quiet {
        let lang = if request.lang == Language::Zh { Lang::Zh } else { Lang::En };
        // The results are on disk; a closed pipe is no reason to fail.
        let _ = out.write_all(summary::render(&figures, &judge.titles(), &request.out, lang).as_bytes());
    }
    Ok(exit_code(&figures.counts, request.fail_on))
}

/// What an operator wants to know in the morning.
fn told(figures: &RunFigures) {
    for output in &figures.outputs {
        tracing::info!(file = %output.file, kilobytes = output.bytes / 1000, sha256 = output.sha256.get(..12).unwrap_or_default(), "output published");
    }
    let (counts, store) = (&figures.counts, figures.store.clone().unwrap_or_default());
    tracing::info!(
        submissions = counts.submissions,
        pass = counts.verdict(Verdict::Pass),
        review = counts.verdict(Verdict::Review),
        reject = counts.verdict(Verdict::Reject),
        failed_inside = counts.failed_inside,
        flags = counts.flags,
        from_store = store.taken,
        read = store.read,
        damaged = store.damaged,
        not_kept = store.not_kept,
        restarts = figures.restarts,
        seconds = figures.times.wall.as_secs(),
        "run ends"
    );
}

/// 3 before 1: what failed inside was not judged at all.
fn exit_code(counts: &Counts, fail_on: FailOn) -> u8 {
    let (review, reject) = (counts.verdict(Verdict::Review), counts.verdict(Verdict::Reject));
    let found = match fail_on {
        FailOn::Never => 0,
        FailOn::Reject => reject,
        FailOn::Review => reject + review,
    };
    match (counts.failed_inside, found) {
        (1.., _) => exit::FAILED_INSIDE,
        (0, 1..) => exit::FINDINGS,
        (0, 0) => exit::DONE,
    }
}

/// The day in Beijing, wherever the machine thinks it is: the notices' days are Beijing's.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(TimeZone::fixed(offset(8))).date()
}

/// The batches in order of path, each once, so that the order of the arguments changes nothing.
fn distinct(batches: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut list: Vec<(PathBuf, &PathBuf)> = Vec::new();
    for batch in batches {
        let whole = batch.canonicalize().with_context(|| format!("batch {} cannot be opened; give the folder of exported submissions", batch.display()))?;
        list.push((whole, batch));
    }
    list.sort();
    list.dedup_by(|a, b| a.0 == b.0);
    Ok(list.into_iter().map(|(_, given)| given.clone()).collect())
}

/// The store that the request asks for; its folder is made.
fn keeping(request: &AuditArgs, out: &OutFolder, at_work: &AtWork) -> anyhow::Result<Option<Keeping>> {
    if request.no_store {
        // Where it cannot be made a crash costs what was read.
        let store = at_work.store().and_then(|folder| Store::open(&folder).ok());
        return Ok(store.map(|store| Keeping { store, fresh: false, passing: true }));
    }
    let folder = request.store.clone().unwrap_or_else(|| out.path.join(OWN).join("store"));
    let store = Store::open(&folder).with_context(|| format!("nothing can be kept in {}: give another folder with --store, or --no-store", folder.display()))?;
    Ok(Some(Keeping { store, fresh: request.fresh, passing: false }))
}

/// An output folder that no other run writes into as long as this lives.
pub(super) struct OutFolder {
    /// Whole.
    pub path: PathBuf,
    /// The system lets go of it when the process ends, however it ends.
    _lock: File,
}

/// Makes the output folder, or sees that it holds nothing but an earlier run's, and locks it.
pub(super) fn prepare(out: &Path, batches: &[PathBuf]) -> anyhow::Result<OutFolder> {
    if out.exists() {
        ensure!(out.is_dir(), "{} is not a folder; give a folder with --out", out.display());
        let whole = out.canonicalize().with_context(|| format!("{} cannot be opened", out.display()))?;
        for batch in batches {
            ensure!(batch.canonicalize().ok().as_ref() != Some(&whole), "{} is the batch itself; give another folder with --out", out.display());
        }
    }
    make_folder(out).with_context(|| format!("folder {} cannot be made", out.display()))?;
    let (mut foreign, mut unfinished) = (None, Vec::new());
    for entry in fs::read_dir(out).with_context(|| format!("folder {} cannot be listed", out.display()))? {
        let entry = entry.with_context(|| format!("folder {} cannot be listed", out.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(UNFINISHED_PREFIX) {
            unfinished.push(entry.path());
        } else if name != OWN && !OUTPUTS.contains(&name.as_str()) {
            foreign = Some(name);
        }
    }
    if let Some(name) = foreign.filter(|_| !is_ours(out)) {
        bail!("{} holds {name:?} and no earlier run of this tool; give an empty or a new folder with --out", out.display());
    }
    let lock = lock(out)?;
    for path in unfinished {
        // Left by a run that was killed; if it cannot be removed it only takes room.
        let _ = fs::remove_file(path);
    }
    let path = out.canonicalize().with_context(|| format!("{} cannot be opened", out.display()))?;
    Ok(OutFolder { path, _lock: lock })
}

/// Keeps every other run out of the folder.
fn lock(out: &Path) -> anyhow::Result<File> {
    let own = out.join(OWN);
    let path = own.join("lock");
    let file = make_folder(&own).and_then(|()| File::options().create(true).truncate(false).write(true).open(&path));
    let file = file.with_context(|| format!("cannot write into {}", own.display()))?;
    // A run that was killed may need a moment to end.
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if began.elapsed() < LOCK_WAIT => std::thread::sleep(Duration::from_millis(20)),
            locked => return locked_or_why(locked, &path, out).map(|()| file),
        }
    }
}

fn locked_or_why(locked: Result<(), TryLockError>, path: &Path, out: &Path) -> anyhow::Result<()> {
    match locked {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => bail!("another run is writing into {}; wait for it, or give another folder with --out", out.display()),
        Err(TryLockError::Error(e)) => {
            Err(e).with_context(|| format!("{} cannot be locked: its file system has no locks; give a folder on another one with --out", path.display()))
        }
    }
}

/// Has this tool sealed a run in this folder, or begun one?
fn is_ours(out: &Path) -> bool {
    if out.join(OWN).is_dir() {
        return true;
    }
    // Only the head is looked at: the list of inputs may be long.
    let mut head = String::new();
    let Ok(file) = File::open(out.join("run.json")) else { return false };
    let read = std::io::Read::read_to_string(&mut std::io::Read::take(file, 256), &mut head);
    (read.is_ok() || !head.is_empty()) && head.contains(&format!("\"tool\": \"{TOOL}\""))
}

/// Forgets what discovery found inside the output folder.
fn without(batch: &mut BatchInput, out: &Path) {
    let Ok(root) = batch.root.canonicalize() else { return };
    let Ok(inside) = out.strip_prefix(&root) else { return };
    let inside = inside.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/");
    let below = |path: &str| path.strip_prefix(&inside).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let before = batch.submissions.len();
    batch.submissions.retain(|s| !s.folder.as_deref().is_some_and(below));
    batch.folders = batch.folders.saturating_sub((before - batch.submissions.len()) as u64);
    batch.notes.retain(|n| !n.file.as_deref().is_some_and(below));
}

/// What `run.json` says was asked for; what only changes the summary or the exit code is left out.
fn options(request: &AuditArgs) -> Map<String, Value> {
    let path = |p: &Path| Value::from(p.to_string_lossy().into_owned());
    let word = |v: Option<clap::builder::PossibleValue>| v.map_or(Value::Null, |v| v.get_name().into());
    let mut map = Map::new();
    map.insert("batches".into(), request.batches.iter().map(|b| path(b)).collect());
    map.insert("rules".into(), request.rules.as_deref().map_or(Value::Null, path));
    map.insert("aliases".into(), request.aliases.as_deref().map_or(Value::Null, path));
    map.insert("office".into(), request.office.as_deref().map_or(Value::Null, path));
    map.insert("archive".into(), request.archive.iter().map(|a| path(a)).collect());
    map.insert("waivers".into(), request.waivers.as_deref().map_or(Value::Null, path));
    map.insert("decisions".into(), request.decisions.as_deref().map_or(Value::Null, path));
    map.insert("pack".into(), request.pack.clone().into());
    map.insert("engine".into(), word(request.engine.to_possible_value()));
    map.insert("second_reading".into(), word(request.second_reading.to_possible_value()));
    map.insert("runtime".into(), word(request.runtime.to_possible_value()));
    map.insert("jobs".into(), request.jobs.into());
    map.insert("config".into(), request.config.as_ref().map_or(Value::Null, |c| json!({ "path": c.name, "sha256": c.sha256 })));
    map.insert("shard".into(), request.shard.map(|s| s.to_string()).into());
    map
}
