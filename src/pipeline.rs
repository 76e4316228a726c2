//! From batches to published outputs: the only file that knows all stages, and the only one that knows threads.
//! Reads and judges nothing itself; holds no picture and no document longer than its submission is worked on.

pub mod attempts;
mod reading;
mod rejudge;

pub use rejudge::{RejudgeError, Rejudged, Rejudging, findings, rejudge};

use crate::report::columns::Heading;
use crate::report::finding::{Finding, Stored};
use crate::report::flags_csv::FlagsCsv;
use crate::report::redact::Redactor;
use crate::report::run::{BatchRecord, HashedFile, InputRecord, Provenance, RunFigures, Times};
use crate::report::submissions_csv::SubmissionsCsv;
use crate::report::whole::{ClosedFile, WholeFile};
use crate::report::{json, run as run_record};
use crate::store::{Key, Store};
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::documents::Documents;
use crate::vocabulary::finding::{Clause, Flag, Message, Severity, Verdict};
use crate::vocabulary::outcome::{BatchNote, Given, Judged, NotEvaluated, RuleTitle};
use crate::vocabulary::register::RegisterAnswers;
use crate::vocabulary::stage::{Stage, StageTimes};
use crate::vocabulary::submission::{IntakeIssue, Submission};
use attempts::{Attempts, Step};
use reading::{Desk, Spool, read_all};
use std::any::Any;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A batch after discovery: nothing of it has been opened.
#[derive(Debug, Clone, Default)]
pub struct BatchInput {
    /// As given on the command line.
    pub label: String,
    /// Where it is on this machine.
    pub root: PathBuf,
    pub submissions: Vec<Submission>,
    pub notes: Vec<BatchNote>,
    /// Submission folders found.
    pub folders: u64,
    /// Rows of the registration table found.
    pub rows: u64,
    /// Files of systems and programs, and empty folders of nobody's: set aside.
    pub ignored: u64,
    /// The registration table and the enterprise register, as they were read.
    pub tables: Vec<HashedFile>,
}

/// Files to facts. May fail, or panic: that costs the submission, not the run.
pub trait Reader: Sync {
    /// Fills in the content hashes of the submission's files.
    ///
    /// # Errors
    /// The machine failed: nothing is known of the files. The text is for the submission's flag.
    fn hash(&self, batch: usize, submission: &mut Submission) -> Result<(), String>;
    /// The key of everything that reading the submission depends on, but for what is asked of a register on the way; `None`: its facts are not to be kept.
    /// Asked after [`Reader::hash`].
    fn key(&self, batch: usize, submission: &Submission) -> Option<Key>;
    /// What the batch's register says now of the employers that were asked for while kept facts were read.
    fn answers(&self, batch: usize, asked: &[String]) -> RegisterAnswers;
    /// # Errors
    /// An engine or the machine failed, or the files are no longer those that were hashed: nothing is known of the documents. The text is for the submission's flag.
    fn read(&self, batch: usize, submission: &Submission) -> Result<Reading, String>;
}

/// What reading one submission gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    pub documents: Documents,
    pub times: StageTimes,
    /// Employers that a register was asked for on the way.
    pub asked: Vec<String>,
    /// Read again, the same would come of it: no file failed to open for the moment.
    pub lasting: bool,
}

/// Facts to flags. Pure; may panic, as above.
pub trait Judge: Sync {
    /// Everything that judging will ask the register of the batch at this position: kept with the facts, so that they can be judged again without it.
    fn register(&self, batch: usize, documents: &Documents) -> RegisterAnswers;
    /// What is compared with all other submissions.
    fn keys(&self, submission: &Submission, documents: &Documents) -> CrossKeys;
    /// Who shares something with whom, by submission id.
    fn shared(&self, keys: &[CrossKeys]) -> BTreeMap<String, SharedWith>;
    fn judge(&self, submission: &Submission, documents: &Documents, register: &RegisterAnswers, shared: &SharedWith) -> Judged;
    /// Titles of all rules, for the summary.
    fn titles(&self) -> Vec<RuleTitle>;
    /// What the office gave along, and what it did; asked once all are judged.
    fn given(&self) -> Vec<Given> {
        Vec::new()
    }
}

/// The two halves of the work after discovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Reading,
    Judging,
}

/// Who is told how far the work is. Called from all workers.
pub trait Observer: Sync {
    /// A phase of `total` submissions begins.
    fn phase(&self, phase: Phase, total: u64);
    /// One submission of the phase is done.
    fn step(&self);
}

/// Nobody is told.
pub struct Silent;

impl Observer for Silent {
    fn phase(&self, _phase: Phase, _total: u64) {}
    fn step(&self) {}
}

/// Everything that a run needs.
pub struct Run<'a> {
    pub batches: Vec<BatchInput>,
    pub reader: &'a dyn Reader,
    pub judge: &'a dyn Judge,
    pub observer: &'a dyn Observer,
    pub provenance: Provenance,
    /// Exists; holds nothing that may not be replaced.
    pub out: PathBuf,
    /// Workers, at least 1.
    pub jobs: usize,
    /// Where facts are kept from run to run, if they are.
    pub keeping: Option<Keeping>,
    /// What is noted of the work while it goes on, and what earlier attempts at this run have shown.
    pub attempts: &'a Attempts,
    /// Takes out of the outputs what names a person, if it is to be taken out.
    pub redactor: Option<Redactor>,
}

/// A store, and how it is used.
#[derive(Debug, Clone)]
pub struct Keeping {
    pub store: Store,
    /// Everything is read anew; what was kept is written over.
    pub fresh: bool,
    /// It lives as long as the run, and only for what a crash may interrupt: no run is told of it.
    pub passing: bool,
}

/// What can stop a run; no document and no submission can.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("cannot start {jobs} workers: {why}; try a smaller --jobs")]
    Workers { jobs: usize, why: rayon::ThreadPoolBuildError },
    #[error("cannot write into {path}: {why}; nothing there was replaced")]
    Write { path: PathBuf, why: io::Error },
    #[error("cannot replace {path}: {why}; is it open in another program?")]
    Publish { path: PathBuf, why: io::Error },
}

/// Reads, judges and publishes `flags.csv`, `submissions.csv`, `findings.jsonl` and, last, `run.json`.
///
/// # Errors
/// Only if the workers cannot start or the outputs cannot be written.
pub fn run(run: Run<'_>) -> Result<RunFigures, RunError> {
    let started = Instant::now();
    let Run { batches, reader, judge, observer, provenance, out, jobs, keeping, attempts, mut redactor } = run;
    let written = |why| RunError::Write { path: out.clone(), why };
    let (records, submissions) = in_order(batches);
    if let Some(redactor) = &mut redactor {
        records.iter().for_each(|b| redactor.know_batch(&b.batch));
        submissions.iter().for_each(|(_, s)| redactor.know(s));
    }

    let workers = rayon::ThreadPoolBuilder::new().num_threads(jobs.max(1)).stack_size(8 << 20).build().map_err(|why| RunError::Workers { jobs, why })?;
    observer.phase(Phase::Reading, submissions.len() as u64);
    let spool = Spool::create(&out, submissions.len()).map_err(written)?;
    let desk = Desk { reader, judge, observer, keeping: keeping.as_ref(), attempts };
    let spool = workers.install(|| read_all(submissions, &desk, spool)).map_err(written)?;

    observer.phase(Phase::Judging, spool.places.len() as u64);
    let mut figures = RunFigures { batches: records, store: spool.used.clone(), restarts: attempts.restarts(), ..RunFigures::default() };
    let outputs = Outputs::create(&out, redactor).map_err(written)?;
    let closed = judge_all(spool, judge, observer, attempts, outputs, &mut figures, &provenance, started).map_err(written)?;
    for file in closed {
        let path = file.target().to_owned();
        file.publish().map_err(|why| RunError::Publish { path, why })?;
    }
    settled(&out);
    Ok(figures)
}

/// The names to the disk too, where the system can: after a power cut the folder is then as it was left.
fn settled(folder: &Path) {
    // Not to be had on Windows, and no reason to fail anywhere: each file is whole under whichever name it has.
    let _ = File::open(folder).and_then(|f| f.sync_all());
}

/// All submissions in order of id, then batch, then folder; ids that stand in several batches are flagged on each.
fn in_order(mut batches: Vec<BatchInput>) -> (Vec<BatchRecord>, Vec<(usize, Submission)>) {
    let mut records = Vec::new();
    let mut all: Vec<(usize, Submission)> = Vec::new();
    for (i, b) in batches.iter_mut().enumerate() {
        b.notes.sort();
        records.push(BatchRecord {
            batch: b.label.clone(),
            folders: b.folders,
            rows: b.rows,
            ignored: b.ignored,
            submissions: b.submissions.len() as u64,
            notes: b.notes.clone(),
            tables: b.tables.clone(),
        });
        all.extend(b.submissions.drain(..).map(|s| (i, s)));
    }
    all.sort_by(|(i, a), (j, b)| (&a.id, i, &a.folder).cmp(&(&b.id, j, &b.folder)));
    let mut from = 0;
    while from < all.len() {
        let to = from + all[from..].iter().take_while(|(_, s)| s.id == all[from].1.id).count();
        let in_batches: std::collections::BTreeSet<usize> = all[from..to].iter().map(|(b, _)| *b).collect();
        if in_batches.len() > 1 {
            let detail = in_batches.iter().map(|b| folder_name(&records[*b].batch)).collect::<Vec<_>>().join(" | ");
            for (_, s) in &mut all[from..to] {
                s.intake.push(IntakeIssue::RegistrationDuplicate { detail: detail.clone() });
            }
        }
        from = to;
    }
    (records, all)
}

/// A batch as the findings name it: without the path to it on this machine.
fn folder_name(label: &str) -> String {
    Path::new(label).file_name().map_or_else(|| label.to_owned(), |n| n.to_string_lossy().into_owned())
}

fn keys_of(judge: &dyn Judge, s: &Stored) -> CrossKeys {
    guarded(|| judge.keys(&s.submission, &s.documents)).unwrap_or_else(|_| CrossKeys { submission_id: s.submission.id.clone(), ..CrossKeys::default() })
}

/// Who shares what; a failure here is everyone's, so it must not look like "nobody shares anything".
fn shared_of(judge: &dyn Judge, keys: &[CrossKeys]) -> Result<BTreeMap<String, SharedWith>, String> {
    guarded(|| judge.shared(keys))
}

/// Second pass: every submission judged in order of id, its rows written as they come.
fn judge_all(
    mut spool: Spool,
    judge: &dyn Judge,
    observer: &dyn Observer,
    attempts: &Attempts,
    mut outputs: Outputs,
    figures: &mut RunFigures,
    provenance: &Provenance,
    started: Instant,
) -> io::Result<Vec<ClosedFile>> {
    let mut times = spool.times;
    let began = Instant::now();
    let shared = shared_of(judge, &spool.keys);
    spool.keys = Vec::new();
    times.add(Stage::Rules, began.elapsed());

    outputs.know(&shared);
    outputs.notes(figures)?;
    for position in 0..spool.places.len() {
        let began = Instant::now();
        let stored = spool.take(position)?;
        times.add(Stage::Spool, began.elapsed());
        let began = Instant::now();
        let in_work = attempts.work(Step::Judging, stored.batch, &stored.submission);
        let judged = judge_one(judge, &stored, &shared);
        drop(in_work);
        times.add(Stage::Rules, began.elapsed());
        let began = Instant::now();
        outputs.add(stored, judged, figures)?;
        times.add(Stage::Report, began.elapsed());
        observer.step();
    }
    figures.given = judge.given();
    outputs.close(figures, provenance, |f| f.times = Times { wall: started.elapsed(), cpu: cpu_time(), peak_memory_bytes: peak_memory(), stages: times })
}

fn judge_one(judge: &dyn Judge, s: &Stored, shared: &Result<BTreeMap<String, SharedWith>, String>) -> Judged {
    let nothing = SharedWith::default();
    let outcome = match (&s.internal_error, shared) {
        (Some(why), _) | (None, Err(why)) => Err(why.clone()),
        (None, Ok(shared)) => guarded(|| judge.judge(&s.submission, &s.documents, &s.register, shared.get(&s.submission.id).unwrap_or(&nothing))),
    };
    let mut judged = outcome.unwrap_or_else(|why| {
        let flags = vec![internal_error(&why)];
        Judged {
            verdict: Verdict::of(&flags),
            flags,
            not_evaluated: vec![NotEvaluated { rule: "*".to_owned(), why: "the tool failed on this submission".to_owned() }],
            work_months: None,
        }
    });
    // The one place where flags get their order.
    judged.flags.sort_by(|a, b| {
        a.order().cmp(&b.order()).then_with(|| b.severity.cmp(&a.severity)).then_with(|| (&a.expected, &a.message.zh).cmp(&(&b.expected, &b.message.zh)))
    });
    judged.not_evaluated.sort();
    judged
}

fn internal_error(why: &str) -> Flag {
    Flag {
        rule: "internal-error".to_owned(),
        severity: Severity::Review,
        document: None,
        page: None,
        field: None,
        expected: None,
        observed: Some(why.to_owned()),
        confidence: None,
        message: Message {
            zh: "程序处理该申报材料时出错，未作任何认定，请人工审核全部材料。".to_owned(),
            en: "The tool failed on this submission; nothing of it is cleared: review all of it by hand.".to_owned(),
        },
        clause: Clause { source: "—".to_owned(), text: None },
        rule_pack: "-".to_owned(),
        place: None,
        waived: None,
    }
}

/// The four outputs and the list of input files, as far as they are written.
struct Outputs {
    flags: FlagsCsv<WholeFile>,
    submissions: SubmissionsCsv<WholeFile>,
    findings: WholeFile,
    run: WholeFile,
    inputs: io::BufWriter<File>,
    redactor: Option<Redactor>,
}

impl Outputs {
    fn create(out: &Path, redactor: Option<Redactor>) -> io::Result<Self> {
        Ok(Self {
            flags: FlagsCsv::start(WholeFile::create(out, "flags.csv")?)?,
            submissions: SubmissionsCsv::start(WholeFile::create(out, "submissions.csv")?)?,
            findings: WholeFile::create(out, "findings.jsonl")?,
            run: WholeFile::create(out, "run.json")?,
            inputs: io::BufWriter::new(tempfile::tempfile_in(out)?),
            redactor,
        })
    }

    /// What of other runs may be named.
    fn know(&mut self, shared: &Result<BTreeMap<String, SharedWith>, String>) {
        if let (Some(redactor), Ok(shared)) = (&mut self.redactor, shared) {
            redactor.know_shared(shared.values());
        }
    }

    /// What is wrong with the batches themselves stands before all submissions.
    fn notes(&mut self, figures: &mut RunFigures) -> io::Result<()> {
        self.redactor.iter().for_each(|r| r.batches(figures));
        for note in figures.batches.iter().flat_map(|b| &b.notes) {
            if let Some(rule) = &note.rule {
                self.flags.add_note(rule, note)?;
                figures.counts.count_flag(rule, Severity::Review);
                figures.counts.flags_of_batches += 1;
            }
        }
        Ok(())
    }

    fn add(&mut self, stored: Stored, judged: Judged, figures: &mut RunFigures) -> io::Result<()> {
        count(&stored, &judged, figures);
        let finding = Finding::new(stored, judged);
        let finding = match &self.redactor {
            Some(redactor) => redactor.finding(finding),
            None => finding,
        };
        let registered = Heading::registered(finding.registration.as_ref());
        let read = Heading::read(&finding.documents);
        let known = registered.or(Heading { condition: String::new(), ..read.clone() });
        self.flags.add(&finding.submission_id, &known, finding.flags.iter().map(|r| &r.flag))?;
        for f in &finding.files {
            let record = InputRecord {
                batch: finding.batch,
                submission_id: &finding.submission_id,
                file: &f.name,
                bytes: f.bytes,
                sha256: f.sha256.as_deref(),
                refused: f.refused.as_deref(),
            };
            json::line(&mut self.inputs, &record)?;
        }
        self.submissions.add(&finding, &known, &read)?;
        json::line(&mut self.findings, &finding)
    }

    /// All on disk, in the order in which they get their names: `run.json`, which seals the others, last.
    fn close(self, figures: &mut RunFigures, provenance: &Provenance, finish: impl FnOnce(&mut RunFigures)) -> io::Result<Vec<ClosedFile>> {
        let mut closed = vec![self.flags.finish()?.close()?, self.submissions.finish()?.close()?, self.findings.close()?];
        figures.outputs = closed.iter().map(|c| c.seal.clone()).collect();
        let mut inputs = self.inputs.into_inner().map_err(io::IntoInnerError::into_error)?;
        inputs.seek(SeekFrom::Start(0))?;
        if let Some(redactor) = &self.redactor {
            figures.given = figures.given.drain(..).map(|g| redactor.given(g)).collect();
            redactor.store(figures);
        }
        finish(figures);
        let mut run = self.run;
        let provenance = self.redactor.as_ref().map_or_else(|| provenance.clone(), |r| r.provenance(provenance));
        run_record::write(&mut run, &provenance, figures, inputs)?;
        closed.push(run.close()?);
        Ok(closed)
    }
}

fn count(s: &Stored, judged: &Judged, figures: &mut RunFigures) {
    let c = &mut figures.counts;
    c.count_verdict(judged.verdict);
    *if s.submission.folder.is_some() { &mut c.with_folder } else { &mut c.without_folder } += 1;
    *if s.submission.registration.is_some() { &mut c.registered } else { &mut c.unregistered } += 1;
    c.failed_inside += u64::from(judged.flags.iter().any(|f| f.rule == "internal-error"));
    s.submission.files.iter().for_each(|f| c.count_file(f));
    let mut rules = std::collections::BTreeSet::new();
    for f in &judged.flags {
        c.flags_waived += u64::from(f.waived.is_some());
        c.count_flag(&f.rule, f.severity);
        rules.insert(&f.rule);
    }
    for rule in rules {
        *c.submissions_by_rule.entry(rule.clone()).or_default() += 1;
    }
    figures.count_not_evaluated(&judged.not_evaluated);
}

/// A panic as its message.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| message_of(&*panic))
}

/// At most 200 characters.
fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "panic without a message".to_owned()).chars().take(200).collect()
}

/// CPU time of this process so far, all threads.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The command's name may hold blanks and brackets; the fields after it do not. utime and stime are fields 14 and 15, in ticks of 1/100 s.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Bytes of resident memory at its highest.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}
