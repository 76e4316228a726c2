//! From batches to published outputs: reads all submissions, then judges them in order and writes their rows.
//! Reads and judges nothing itself; holds no picture and no document longer than its submission is worked on.

use crate::pipeline::attempts::{Attempts, Step};
use crate::pipeline::interfaces::{BatchInput, Judge, Keeping, Observer, Phase, Reader, RunError};
use crate::pipeline::judging::{judge_one, shared_of};
use crate::pipeline::machine::{cpu_time, peak_memory};
use crate::pipeline::outputs::{Outputs, sync_dir};
use crate::pipeline::reading::{ReadPass, Spool, read_all};
use crate::report::atomic_file::ClosedFile;
use crate::report::redact::Redactor;
use crate::report::run::{BatchRecord, Provenance, RunFigures, Times};
use crate::vocabulary::stage::Stage;
use crate::vocabulary::submission::{IntakeIssue, Submission};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

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

    let workers = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.max(1))
        .stack_size(8 << 20)
        .build()
        .map_err(|why| RunError::Workers { jobs, why })?;
    observer.phase(Phase::Reading, submissions.len() as u64);
    let spool = Spool::create(&out, submissions.len()).map_err(written)?;
    let pass = ReadPass { reader, judge, observer, keeping: keeping.as_ref(), attempts };
    let spool = workers.install(|| read_all(submissions, &pass, spool)).map_err(written)?;

    observer.phase(Phase::Judging, spool.places.len() as u64);
    let mut figures = RunFigures {
        batches: records,
        store: spool.used.clone(),
        restarts: attempts.restarts(),
        ..RunFigures::default()
    };
    let outputs = Outputs::create(&out, redactor).map_err(written)?;
    let closed = judge_all(spool, &pass, outputs, &mut figures, &provenance, started).map_err(written)?;
    for file in closed {
        let path = file.target().to_owned();
        file.publish().map_err(|why| RunError::Publish { path, why })?;
    }
    sync_dir(&out);
    Ok(figures)
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

/// Second pass: every submission judged in order of id, its rows written as they come.
fn judge_all(
    mut spool: Spool,
    pass: &ReadPass<'_>,
    mut outputs: Outputs,
    figures: &mut RunFigures,
    provenance: &Provenance,
    started: Instant,
) -> io::Result<Vec<ClosedFile>> {
    let ReadPass { judge, observer, attempts, .. } = *pass;
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
    outputs.close(figures, provenance, |f| {
        f.times = Times { wall: started.elapsed(), cpu: cpu_time(), peak_memory_bytes: peak_memory(), stages: times }
    })
}
