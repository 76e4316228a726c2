//! What a command needs of the stages, so that commands are tested without pictures, models or packs.

use crate::pipeline::{BatchInput, Judge, Reader};
use crate::report::run::{HashedFile, Provenance, Recorded};
use crate::run::request::{JudgeRequest, ReportRequest, RunRequest};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The stages, real or faked.
pub trait Tools {
    /// Loads rules and models and finds the submissions of all batches, opening none of their pictures.
    ///
    /// # Errors
    /// A bad pack, alias file or batch; the message names the file and says what to do.
    fn open(&self, request: &RunRequest, as_of: Date) -> anyhow::Result<Opened>;

    /// Is an audit done in a child process, which is started again should a document kill it? Not where the stages are
    /// given in this process.
    fn supervises(&self) -> bool {
        false
    }

    /// Loads the rules that judge findings which are there already.
    ///
    /// # Errors
    /// A bad pack, or a file that was given along and cannot be used.
    fn judge(&self, request: &JudgeRequest, as_of: Date) -> anyhow::Result<OpenedRules>;

    /// What this program has of the rules in `rules` and of the models that a run names.
    ///
    /// # Errors
    /// Rules that cannot be loaded.
    fn present(&self, rules: Option<&Path>, models: &[HashedFile]) -> anyhow::Result<Present>;

    /// Gives what finds a batch of an earlier run again and hashes its files, as an audit does.
    ///
    /// # Errors
    /// Rules or an alias file that cannot be read.
    fn finder(&self, rules: Option<&Path>, recorded: &Recorded) -> anyhow::Result<Finder<'_>>;

    /// Writes the report of a finished run; returns its page.
    ///
    /// # Errors
    /// No finished run, rules that cannot be loaded, an output that cannot be written.
    fn report(&self, request: &ReportRequest) -> anyhow::Result<PathBuf>;
}

/// Finds the batch in a folder.
pub type Finder<'a> = Box<dyn Fn(&Path) -> anyhow::Result<BatchInput> + 'a>;

/// Everything that was opened for an audit.
pub struct Opened {
    /// In the order of `request.batches`.
    pub batches: Vec<BatchInput>,
    pub reader: Box<dyn Reader>,
    pub judge: Box<dyn Judge>,
    /// Packs, rule files and models; the command fills in `options` and `as_of`.
    pub provenance: Provenance,
    /// Wall time after which a submission's reader is taken to hang.
    pub longest: Duration,
}

/// A judge, and which rules it judges by.
pub struct OpenedRules {
    pub judge: Box<dyn Judge>,
    pub provenance: Provenance,
}

/// What the program has now, to be compared with what a run had.
#[derive(Debug, Clone, Default)]
pub struct Present {
    pub rule_files: Vec<HashedFile>,
    pub models: Vec<HashedFile>,
    pub reader: String,
}
