//! The outputs of a run as they are written: rows as they come, then all on disk, then each under its name.
//! Knows no stage but the report.

use crate::report::atomic_file::{AtomicFile, ClosedFile};
use crate::report::finding::{Finding, Stored};
use crate::report::flags_csv::FlagsCsv;
use crate::report::heading::Heading;
use crate::report::redact::Redactor;
use crate::report::run::{InputRecord, Provenance, RunFigures};
use crate::report::submissions_csv::SubmissionsCsv;
use crate::report::{json, run as run_record};
use crate::vocabulary::batch::SharedWith;
use crate::vocabulary::finding::{INTERNAL_ERROR, Severity};
use crate::vocabulary::outcome::Judged;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

/// The four outputs and the list of input files, as far as they are written.
pub(super) struct Outputs {
    flags: FlagsCsv<AtomicFile>,
    submissions: SubmissionsCsv<AtomicFile>,
    findings: AtomicFile,
    run: AtomicFile,
    inputs: io::BufWriter<File>,
    redactor: Option<Redactor>,
}

impl Outputs {
    pub(super) fn create(out: &Path, redactor: Option<Redactor>) -> io::Result<Self> {
        Ok(Self {
            flags: FlagsCsv::start(AtomicFile::create(out, "flags.csv")?)?,
            submissions: SubmissionsCsv::start(AtomicFile::create(out, "submissions.csv")?)?,
            findings: AtomicFile::create(out, "findings.jsonl")?,
            run: AtomicFile::create(out, "run.json")?,
            inputs: io::BufWriter::new(tempfile::tempfile_in(out)?),
            redactor,
        })
    }

    /// What of other runs may be named.
    pub(super) fn know(&mut self, shared: &Result<BTreeMap<String, SharedWith>, String>) {
        if let (Some(redactor), Ok(shared)) = (&mut self.redactor, shared) {
            redactor.know_shared(shared.values());
        }
    }

    /// What is wrong with the batches themselves stands before all submissions.
    pub(super) fn notes(&mut self, figures: &mut RunFigures) -> io::Result<()> {
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

    pub(super) fn add(&mut self, stored: Stored, judged: Judged, figures: &mut RunFigures) -> io::Result<()> {
        count(&stored, &judged, figures);
        let finding = Finding::new(stored, judged);
        let finding = match &self.redactor {
            Some(redactor) => redactor.finding(finding),
            None => finding,
        };
        let known = Heading::known(&finding);
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
        self.submissions.add(&finding, &known, &Heading::read(&finding.documents))?;
        json::line(&mut self.findings, &finding)
    }

    /// All on disk, in the order in which they get their names: `run.json`, which seals the others, last.
    pub(super) fn close(
        self,
        figures: &mut RunFigures,
        provenance: &Provenance,
        finish: impl FnOnce(&mut RunFigures),
    ) -> io::Result<Vec<ClosedFile>> {
        let mut closed =
            vec![self.flags.finish()?.close()?, self.submissions.finish()?.close()?, self.findings.close()?];
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

pub(super) fn count(s: &Stored, judged: &Judged, figures: &mut RunFigures) {
    let c = &mut figures.counts;
    c.count_verdict(judged.verdict);
    *if s.submission.folder.is_some() { &mut c.with_folder } else { &mut c.without_folder } += 1;
    *if s.submission.registration.is_some() { &mut c.registered } else { &mut c.unregistered } += 1;
    c.failed_inside += u64::from(judged.flags.iter().any(|f| f.rule == INTERNAL_ERROR));
    c.spot_checks += u64::from(judged.spot_check);
    c.spot_checks_open += u64::from(judged.spot_check && judged.decision.is_none());
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

/// Syncs the directory, so that renames survive a power cut.
pub(super) fn sync_dir(folder: &Path) {
    // Windows cannot sync a directory, and a failure costs nothing: each file is whole under whichever name it has.
    let _ = File::open(folder).and_then(|f| f.sync_all());
}
