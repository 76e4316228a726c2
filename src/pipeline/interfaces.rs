//! What a run is given: batches as they were found, who reads and judges them, who is told, and where facts are kept.
//! Types and traits only.

use crate::report::finding::Stored;
use crate::report::run::HashedFile;
use crate::store::{Key, Store};
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::documents::{AssignedPage, Documents};
use crate::vocabulary::outcome::{BatchNote, Given, Judged, RuleTitle};
use crate::vocabulary::register::RegisterAnswers;
use crate::vocabulary::stage::StageTimes;
use crate::vocabulary::submission::Submission;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

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
    /// The key of everything that reading the submission depends on, but for what is asked of a register on the way;
    /// `None`: its facts are not to be kept. `assigned`: what people said that pages are.
    /// Asked after [`Reader::hash`].
    fn key(&self, batch: usize, submission: &Submission, assigned: &[AssignedPage]) -> Option<Key>;
    /// What the batch's register says now of the employers that were asked for while kept facts were read.
    fn answers(&self, batch: usize, asked: &[String]) -> RegisterAnswers;
    /// # Errors
    /// An engine or the machine failed, or the files are no longer those that were hashed: nothing is known of the
    /// documents. The text is for the submission's flag.
    fn read(&self, batch: usize, submission: &Submission, assigned: &[AssignedPage]) -> Result<Reading, String>;
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
    /// Everything that judging will ask the register of the batch at this position: kept with the facts, so that they
    /// can be judged again without it.
    fn register(&self, batch: usize, documents: &Documents) -> RegisterAnswers;
    /// The pages that people said are a material: they are read as it, besides as they are read without anybody's word.
    /// Asked once the submission's files are hashed.
    fn assigned(&self, _submission: &Submission) -> Vec<AssignedPage> {
        Vec::new()
    }
    /// Puts what people said in the place of what was read. Asked before anything else is asked of the submission, and
    /// again whenever its facts are taken up again; `None`: nobody said anything of it.
    fn corrected(&self, _stored: &Stored) -> Option<Stored> {
        None
    }
    /// What is compared with all other submissions.
    fn keys(&self, submission: &Submission, documents: &Documents) -> CrossKeys;
    /// Who shares something with whom, by submission id.
    fn shared(&self, keys: &[CrossKeys]) -> BTreeMap<String, SharedWith>;
    fn judge(
        &self,
        submission: &Submission,
        documents: &Documents,
        register: &RegisterAnswers,
        shared: &SharedWith,
    ) -> Judged;
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

/// A store, and how it is used.
#[derive(Debug, Clone)]
pub struct Keeping {
    pub store: Store,
    /// Everything is read anew; what was kept is written over.
    pub fresh: bool,
    /// Temporary store, used only to resume after a crash; not listed in run.json.
    pub temporary: bool,
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
