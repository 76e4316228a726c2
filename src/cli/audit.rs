//! `yushen audit`: from arguments to one run of the pipeline, its summary and its exit code.
//! Guards the output folder; reads and judges nothing itself.

use crate::cli::config::PassedOver;
use crate::cli::exit;
use crate::cli::options::{
    FailOn, GivenOptions, JobsOption, LangOption, RecordOptions, RedactOptions, ReportOptions, RulesOption,
    RuntimeOption, SpotCheckOptions,
};
use crate::cli::progress::Progress;
use crate::disk;
use crate::pipeline::{self, Keeping, Observer, Run, Silent};
use crate::report::mask::{self, plain_id};
use crate::report::run::{Counts, HashedFile, RunFigures};
use crate::report::summary::{self, Lang};
use crate::run::folder::{OWN, OutFolder, prepare, replaceable};
use crate::run::redaction;
use crate::run::request::{Engine, PictureMode, ReadOptions, ReportRequest, RunRequest, SecondReading};
use crate::run::shard::Shard;
use crate::run::signature;
use crate::run::spot_check;
use crate::run::supervise::{self, AtWork, Part};
use crate::run::today::day_of;
use crate::run::tools::{Opened, Tools};
use crate::store::Store;
use crate::vocabulary::finding::Verdict;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::submission::{Registration, Submission};
use anyhow::{Context as _, bail, ensure};
use clap::{Args, ValueEnum as _};
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// The configuration that these options were taken from, for run.json
    #[arg(skip)]
    pub config: Option<HashedFile>,
    /// A configuration that lay in the working directory and was not taken
    #[arg(skip)]
    pub passed_over: Option<PassedOver>,
    /// Folders of exported submissions, each with its registration table
    #[arg(required = true, value_name = "BATCH")]
    pub batches: Vec<PathBuf>,
    /// Folder for flags.csv, submissions.csv, findings.jsonl and run.json; may hold an earlier run's. `{date}` in it is
    /// the run's day
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,
    #[command(flatten)]
    pub rules: RulesOption,
    /// Names by which this office calls its materials
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,
    #[command(flatten)]
    pub given: GivenOptions,
    /// Where facts are kept, so that unchanged pictures are not read again; several runs may share it [default:
    /// OUT/.yushen/store]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Keep no facts: nothing is taken up again after an interruption
    #[arg(long, conflicts_with_all = ["store", "fresh"])]
    pub no_store: bool,
    /// Read everything anew, whatever is kept
    #[arg(long)]
    pub fresh: bool,
    #[command(flatten)]
    pub redact: RedactOptions,
    /// Do only part M of N, chosen by a stable hash of the id, so that machines can share a batch; see `yushen merge`
    #[arg(long, value_name = "M/N")]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub jobs: JobsOption,
    /// The day that counts as today for what must not lie in the future [default: today in Beijing]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// Judge by this pack, whatever the registration date
    #[arg(long, value_name = "ID")]
    pub pack: Option<String>,
    /// Text recognition engine
    #[arg(long, value_enum, default_value_t = Engine::Ppocr)]
    pub engine: Engine,
    /// Let tesseract read printed fields in doubt a second time, where it is installed
    #[arg(long, value_enum, default_value_t = SecondReading::Auto)]
    pub second_reading: SecondReading,
    #[command(flatten)]
    pub runtime: RuntimeOption,
    #[command(flatten)]
    pub report: ReportOptions,
    #[command(flatten)]
    pub spot_check: SpotCheckOptions,
    #[command(flatten)]
    pub record: RecordOptions,
    /// Exit with 1 if a submission has this verdict or a worse one
    #[arg(long, value_enum, default_value_t = FailOn::Never)]
    pub fail_on: FailOn,
    #[command(flatten)]
    pub lang: LangOption,
    /// No progress and no summary
    #[arg(short, long)]
    pub quiet: bool,
}

impl AuditArgs {
    /// How pictures are to be read.
    fn read(&self) -> ReadOptions {
        ReadOptions { engine: self.engine, second_reading: self.second_reading, runtime: self.runtime.runtime }
    }

    /// What the stages are to open.
    fn run_request(&self) -> RunRequest {
        RunRequest {
            batches: self.batches.clone(),
            out: self.out.clone(),
            rules: self.rules.rules.clone(),
            aliases: self.aliases.clone(),
            given: self.given.files(),
            pack: self.pack.clone(),
            read: self.read(),
            quiet: self.quiet,
        }
    }
}

/// Does the whole audit.
///
/// # Errors
/// Wrong usage, a bad pack or batch, an output that cannot be written.
pub fn audit(request: &AuditArgs, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    let mut request = request.clone();
    let mut recording = request.record.recording();
    supervise::begun(&mut recording.started)?;
    let as_of = request.as_of.map_or_else(|| day_of(recording.started), Ok)?;
    request.out = recording.dated(&request.out, as_of)?;
    let plan = match supervise::part(&request.read(), &request.out, recording.started, tools.supervises())? {
        Part::Work(plan) => plan,
        Part::Done(code) => return Ok(code),
    };
    if request.redact.redact {
        request.batches.iter().for_each(|b| called(b));
    }
    request.batches = distinct(&request.batches)?;
    outside_batches(&request)?;
    redaction::guard(request.redact.redact, &request.out, request.store.as_deref(), request.no_store)?;
    let signer = request.record.signer(&request.out)?;
    let folder = prepare(&request.out)?;
    let mut at_work = AtWork::new(&folder.path, plan)?;
    let keeping = keeping(&request, &folder, &at_work)?;
    let kept = keeping.as_ref().filter(|k| !k.temporary).map(|k| k.store.folder());
    let redacting = redaction::by_file_or_store(&request.redact.redaction(), kept)?;
    let drawing = spot_check::drawing(&request.spot_check.asked(), kept, Some(&folder.path))?;

    let Opened { mut batches, reader, judge, mut provenance, longest } = tools.open(&request.run_request(), as_of)?;
    if let Some(shard) = request.shard {
        batches.iter_mut().for_each(|batch| shard.of_batch(batch));
    }
    let submissions = batches.iter().map(|b| b.submissions.len() as u64).sum();
    replaceable(&folder.path, submissions, request.record.replace)?;
    batches.iter().flat_map(|b| &b.submissions).for_each(named);
    for (number, batch) in batches.iter().enumerate() {
        // By its place among the batches: a path may hold an applicant's name.
        tracing::info!(
            batch = number + 1,
            folders = batch.folders,
            rows = batch.rows,
            submissions = batch.submissions.len(),
            notes = batch.notes.len(),
            "batch found"
        );
    }
    provenance.options = options(&request);
    redacting.enter(&mut provenance.options);
    let judge = spot_check::drawn(judge, drawing, &mut provenance.options);
    provenance.as_of = as_of.to_string();
    recording.enter(&mut provenance);

    let progress = (!request.quiet).then(|| Progress::new(request.lang.lang));
    let observer: &dyn Observer = progress.as_ref().map_or(&Silent, |p| p);
    let jobs = request.jobs.number();
    let roots: Vec<PathBuf> = batches.iter().map(|b| b.root.clone()).collect();
    let pictures = if at_work.without_pictures() { PictureMode::None } else { request.report.report };
    let attempts = at_work.attempts(longest, jobs)?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        batches = batches.len(),
        jobs,
        kept = keeping.as_ref().is_some_and(|k| !k.temporary),
        redacted = request.redact.redact,
        "run begins"
    );
    for file in &request.given.missing {
        tracing::warn!(option = file.kind, "a configured file is not there and is not used");
    }
    let redactor = redacting.redactor;
    let figures = pipeline::run(Run {
        batches,
        reader: &*reader,
        judge: &*judge,
        observer,
        provenance,
        out: folder.path.clone(),
        jobs,
        keeping,
        attempts,
        redactor,
    })?;
    signature::seal(signer.as_ref(), &folder.path)?;
    attempts.reporting();
    #[cfg(debug_assertions)]
    crate::run::faults::strike(if pictures == PictureMode::None { "(page)" } else { "(report)" });
    let (run, rules) = (folder.path.clone(), request.rules.rules.clone());
    tools.report(&ReportRequest { run, pictures, xlsx: request.report.workbook.xlsx, batches: roots, rules })?;
    told(&figures);
    drop(progress);
    if !request.quiet {
        let lang = request.lang.lang;
        // The results are on disk; a closed pipe is no reason to fail.
        let told = configured(&request) + &summary::render(&figures, &judge.titles(), &request.out, lang);
        let _ = out.write_all(mask::masked(&told).as_bytes());
    }
    Ok(exit_code(&figures.counts, request.fail_on))
}

/// A batch may be called after whoever handed it in, and whoever reads a redacted run's log may be somebody else.
/// Folders above it are hidden as far as they are no plain words.
fn called(batch: &Path) {
    let names = batch.components().rev().filter_map(|c| c.as_os_str().to_str()).enumerate();
    names
        .filter(|(up, name)| (*up == 0 || !name.is_ascii()) && plain_id(name).is_none())
        .for_each(|(_, name)| mask::hide([name]));
}

/// Whatever names this applicant stands on no screen and in no log from now on.
fn named(submission: &Submission) {
    let columns =
        submission.registration.iter().flat_map(Registration::personal).filter(|(what, ..)| !what.is_common());
    mask::hide(columns.flat_map(|(_, raw, value)| [Some(raw), value]).flatten());
    let folders =
        submission.folder.iter().flat_map(|f| f.split('/')).filter(|part| MaterialKind::from_name(part).is_none());
    mask::hide(folders.chain([&*submission.id]).filter(|name| plain_id(name).is_none()));
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

/// The batches in order of path, each once, so that the order of the arguments changes nothing.
fn distinct(batches: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut list: Vec<(PathBuf, &PathBuf)> = Vec::new();
    for batch in batches {
        let whole = batch.canonicalize().with_context(|| {
            format!("batch {} cannot be opened; give the folder of exported submissions", batch.display())
        })?;
        list.push((whole, batch));
    }
    list.sort();
    list.dedup_by(|a, b| a.0 == b.0);
    Ok(list.into_iter().map(|(_, given)| given.clone()).collect())
}

/// Sees that nothing which an office says is taken out of a batch, and that nothing is written into one: what lies
/// there is others'.
fn outside_batches(request: &AuditArgs) -> anyhow::Result<()> {
    let r = request;
    let config = r.config.as_ref().map(|c| PathBuf::from(&c.name));
    let one = [
        ("--config", config.as_deref()),
        ("--out", Some(&*r.out)),
        ("--rules", r.rules.dir()),
        ("--aliases", r.aliases.as_deref()),
        ("--office", r.given.office.as_deref()),
        ("--waivers", r.given.waivers.as_deref()),
        ("--store", r.store.as_deref()),
        ("--redact-key", r.redact.redact_key.as_deref()),
        ("--spot-check-key", r.spot_check.spot_check_key.as_deref()),
        ("--sign", r.record.sign.as_deref()),
    ];
    let given = one
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)))
        .chain(r.given.decisions.iter().map(|d| ("--decisions", &**d)))
        .chain(r.given.archive.iter().map(|a| ("--archive", &**a)));
    for (name, path) in given {
        if let Some(batch) = request.batches.iter().find(|b| name == "--out" && disk::whole(path) == disk::whole(b)) {
            bail!("{} is the batch itself; give another folder with --out", batch.display());
        }
        if let Some(batch) = request.batches.iter().find(|b| disk::is_inside(path, b)) {
            bail!(
                "{name} {} lies inside the batch {}, where it could be anybody's; give another place outside of all batches",
                path.display(),
                batch.display()
            );
        }
    }
    Ok(())
}

/// The summary's first line: which configuration was used, or was not, and what it names that is not there. Empty where
/// there is none.
fn configured(request: &AuditArgs) -> String {
    let zh = request.lang.lang == Lang::Zh;
    let used = request.config.as_ref().map(|c| {
        let hash = c.sha256.get(..12).unwrap_or_default();
        if zh {
            format!("配置文件：{}（sha256 {hash}）", c.name)
        } else {
            format!("Configuration: {} (sha256 {hash})", c.name)
        }
    });
    let not = request.passed_over.as_ref().map(|p| {
        let path = p.path.display();
        if zh { format!("未采用 {path}：{}", p.zh) } else { format!("Not used: {path}: {}", p.en) }
    });
    let missing = request.given.missing.iter().map(|file| {
        let (kind, path) = (file.kind, file.path.display());
        if zh {
            format!("配置的 {kind} 文件不存在，本次未使用：{path}")
        } else {
            format!("the configured {kind} file is not there and was not used: {path}")
        }
    });
    let line = used.into_iter().chain(not).chain(missing).collect::<Vec<_>>().join(if zh { "；" } else { "; " });
    if line.is_empty() { line } else { format!("{}\n", crate::report::cell::visible(&line)) }
}

/// The store that the request asks for; its folder is made.
fn keeping(request: &AuditArgs, out: &OutFolder, at_work: &AtWork) -> anyhow::Result<Option<Keeping>> {
    if request.no_store {
        // Where it cannot be made a crash costs what was read.
        let store = at_work.store().and_then(|folder| Store::open(&folder).ok());
        return Ok(store.map(|store| Keeping { store, fresh: false, temporary: true }));
    }
    let folder = request.store.clone().unwrap_or_else(|| out.path.join(OWN).join("store"));
    ensure!(
        request.store.is_some() || !disk::is_link(&folder),
        "{} is a link; name the folder that it leads to with --store",
        folder.display()
    );
    let store = Store::open(&folder).with_context(|| {
        format!("nothing can be kept in {}: give another folder with --store, or --no-store", folder.display())
    })?;
    // Once more, now that both are there and have one spelling each.
    redaction::guard(request.redact.redact, &out.path, Some(&folder), false)?;
    Ok(Some(Keeping { store, fresh: request.fresh, temporary: false }))
}

/// What `run.json` says was asked for; what only changes the summary or the exit code is left out.
fn options(request: &AuditArgs) -> Map<String, Value> {
    let path = |p: &Path| Value::from(p.to_string_lossy().into_owned());
    let word = |v: Option<clap::builder::PossibleValue>| v.map_or(Value::Null, |v| v.get_name().into());
    let mut map = Map::new();
    map.insert("batches".into(), request.batches.iter().map(|b| path(b)).collect());
    map.insert("rules".into(), request.rules.dir().map_or(Value::Null, path));
    map.insert("aliases".into(), request.aliases.as_deref().map_or(Value::Null, path));
    map.insert("office".into(), request.given.office.as_deref().map_or(Value::Null, path));
    map.insert("archive".into(), request.given.archive.iter().map(|a| path(a)).collect());
    map.insert("waivers".into(), request.given.waivers.as_deref().map_or(Value::Null, path));
    map.insert("decisions".into(), request.given.decisions.iter().map(|d| path(d)).collect());
    map.insert("pack".into(), request.pack.clone().into());
    map.insert("engine".into(), word(request.engine.to_possible_value()));
    map.insert("second_reading".into(), word(request.second_reading.to_possible_value()));
    map.insert("runtime".into(), word(request.runtime.runtime.to_possible_value()));
    map.insert("jobs".into(), request.jobs.jobs.into());
    map.insert(
        "config".into(),
        request.config.as_ref().map_or(Value::Null, |c| json!({ "path": c.name, "sha256": c.sha256 })),
    );
    map.insert("shard".into(), request.shard.map(|s| s.to_string()).into());
    map
}
