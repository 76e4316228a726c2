//! From the findings of an earlier run, or of all parts of one, to judgements under present rules: what differs, and on
//! request the outputs anew, as an audit writes them.
//! Opens no picture and no register: everything that the rules look at stands in `findings.jsonl`.

use crate::pipeline::interfaces::{Judge, RunError};
use crate::pipeline::judging::{corrected, judge_one, keys_of, shared_of};
use crate::pipeline::machine::{cpu_time, peak_memory};
use crate::pipeline::outputs::{Outputs, count, sync_dir};
use crate::report::comparison::{Compared, Comparison};
use crate::report::finding::{FORMAT, Finding};
use crate::report::mask::plain_id;
use crate::report::redact::Redactor;
use crate::report::run::{BatchRecord, Provenance, RunFigures, Times};
use crate::vocabulary::batch::CrossKeys;
use crate::vocabulary::stage::{Stage, StageTimes};
use serde::Deserialize;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Everything that judging again needs.
pub struct Rejudging<'a> {
    /// An earlier run's `findings.jsonl`, or those of the parts of one.
    pub findings: &'a [PathBuf],
    /// That run's batches, with what was wrong with them.
    pub batches: Vec<BatchRecord>,
    pub judge: &'a dyn Judge,
    pub provenance: Provenance,
    /// Who was drawn for a spot check stays drawn, whatever was found since; else only the judge draws.
    pub keep_draws: bool,
    /// Where to write the outputs anew; exists and holds nothing that may not be replaced.
    pub out: Option<PathBuf>,
    /// Takes out of the outputs what names a person, if it is to be taken out.
    pub redactor: Option<Redactor>,
}

/// What judging again gave.
#[derive(Debug, Clone, Default)]
pub struct Rejudged {
    pub figures: RunFigures,
    pub comparison: Comparison,
}

/// What can stop judging again. No text of a finding stands in an error: it may hold identity numbers.
#[derive(Debug, thiserror::Error)]
pub enum RejudgeError {
    #[error("cannot read {path}: {why}")]
    Read { path: PathBuf, why: io::Error },
    #[error("{path} was written in format {found}, and this version judges format {FORMAT}: audit the batch again")]
    Format { path: PathBuf, found: u32 },
    #[error(
        "{path}, line {line}, byte {column}: no finding of format {FORMAT}; the file is damaged: audit the batch again"
    )]
    Line { path: PathBuf, line: usize, column: usize },
    #[error("submission {id} stands in two of the runs: give each part once, and parts of one audit only")]
    Twice { id: String },
    #[error(transparent)]
    Write(#[from] RunError),
}

/// Judges all findings again, the comparison of submissions with one another included, in the order of a run.
///
/// # Errors
/// If the findings cannot be read, are of an earlier format, or the outputs cannot be written.
pub fn rejudge(request: Rejudging<'_>) -> Result<Rejudged, RejudgeError> {
    let started = Instant::now();
    let Rejudging { findings: paths, batches, judge, provenance, keep_draws, out, mut redactor } = request;
    redactor.iter_mut().for_each(|r| batches.iter().for_each(|b| r.know_batch(&b.batch)));
    let keys: Vec<CrossKeys> =
        merged(paths)?.map(|f| f.map(|f| first_seen(f, judge, redactor.as_mut()))).collect::<Result<_, _>>()?;
    let shared = shared_of(judge, &keys);
    drop(keys);

    let mut done = Rejudged { figures: RunFigures { batches, ..RunFigures::default() }, ..Rejudged::default() };
    let failed = |why| RunError::Write { path: out.clone().unwrap_or_default(), why };
    let mut outputs = out.as_deref().map(|out| Outputs::create(out, redactor)).transpose().map_err(failed)?;
    if let Some(outputs) = &mut outputs {
        outputs.know(&shared);
        outputs.notes(&mut done.figures).map_err(failed)?;
    }
    let mut times = StageTimes::default();
    for finding in merged(paths)? {
        let finding = finding?;
        let (before, drawn) = (Compared::before(&finding), finding.spot_check);
        let stored = corrected(judge, finding.into_stored());
        let began = Instant::now();
        let mut judged = judge_one(judge, &stored, &shared);
        judged.spot_check |= drawn && keep_draws;
        times.add(Stage::Rules, began.elapsed());
        done.comparison.add(before, &judged);
        match &mut outputs {
            Some(outputs) => outputs.add(stored, judged, &mut done.figures).map_err(failed)?,
            None => count(&stored, &judged, &mut done.figures),
        }
    }
    done.figures.given = judge.given();
    if let Some(outputs) = outputs {
        let finish = |f: &mut RunFigures| {
            f.times =
                Times { wall: started.elapsed(), cpu: cpu_time(), peak_memory_bytes: peak_memory(), stages: times }
        };
        for file in outputs.close(&mut done.figures, &provenance, finish).map_err(failed)? {
            let path = file.target().to_owned();
            file.publish().map_err(|why| RunError::Publish { path, why })?;
        }
    }
    out.as_deref().map(sync_dir);
    Ok(done)
}

/// What is compared of a finding, which a redactor is told of. A function of its own, as findings are large and would
/// lie on the caller's stack to its end.
fn first_seen(finding: Finding, judge: &dyn Judge, redactor: Option<&mut Redactor>) -> CrossKeys {
    let stored = corrected(judge, finding.into_stored());
    redactor.into_iter().for_each(|r| r.know(&stored.submission));
    keys_of(judge, &stored)
}

/// Where a finding stands in a run: id, batch, folder.
type Place<'a> = (&'a String, usize, &'a Option<String>);

/// The findings of all files in the order of one run, each file being in that order: by id, then batch, then folder.
fn merged(paths: &[PathBuf]) -> Result<impl Iterator<Item = Result<Finding, RejudgeError>>, RejudgeError> {
    let mut files = paths.iter().map(|p| findings(p).map(Iterator::peekable)).collect::<Result<Vec<_>, _>>()?;
    let mut last: Option<(String, usize, Option<String>)> = None;
    Ok(std::iter::from_fn(move || {
        if let Some(broken) = files.iter_mut().find_map(|f| f.next_if(Result::is_err)) {
            return Some(broken);
        }
        let mut first: Option<(usize, Place<'_>)> = None;
        for (i, file) in files.iter_mut().enumerate() {
            let Some(Ok(f)) = file.peek() else { continue };
            let place = (&f.submission_id, f.batch, &f.folder);
            if first.as_ref().is_none_or(|(_, least)| place < *least) {
                first = Some((i, place));
            }
        }
        let (i, (id, batch, folder)) = first?;
        let place = (id.clone(), batch, folder.clone());
        if last.as_ref() == Some(&place) {
            return Some(Err(RejudgeError::Twice { id: plain_id(&place.0).unwrap_or("*").to_owned() }));
        }
        last = Some(place);
        files[i].next()
    }))
}

/// The findings of a file, one by one.
///
/// # Errors
/// If it cannot be opened; each item: if the line cannot be read or is no finding of this version.
pub fn findings(path: &Path) -> Result<impl Iterator<Item = Result<Finding, RejudgeError>>, RejudgeError> {
    let unread = |why| RejudgeError::Read { path: path.to_owned(), why };
    let lines = BufReader::new(File::open(path).map_err(unread)?).lines();
    Ok(lines.enumerate().map(move |(i, line)| {
        let line = line.map_err(unread)?;
        parse(&line).map_err(|broken| match broken {
            Broken::Format(found) => RejudgeError::Format { path: path.to_owned(), found },
            Broken::At(column) => RejudgeError::Line { path: path.to_owned(), line: i + 1, column },
        })
    }))
}

enum Broken {
    Format(u32),
    At(usize),
}

fn parse(line: &str) -> Result<Finding, Broken> {
    /// What every version has, and the version where it says so.
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "submission_id")]
        _id: String,
        #[serde(default = "first")]
        format: u32,
    }
    fn first() -> u32 {
        1
    }
    serde_json::from_str::<Finding>(line).ok().filter(|f| f.format == FORMAT).map_or_else(
        || {
            Err(match serde_json::from_str::<Head>(line) {
                Ok(head) if head.format != FORMAT => Broken::Format(head.format),
                _ => Broken::At(serde_json::from_str::<Finding>(line).map_or_else(|e| e.column(), |_| 0)),
            })
        },
        Ok,
    )
}
