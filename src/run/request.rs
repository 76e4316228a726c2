//! What a command asks of a run, in types of its own: the command line, a test or another program fills them in.
//! Holds values only; nothing is opened or checked here.

use crate::runtime::{Choice, Runtime, RuntimeError};
use std::path::PathBuf;

/// Text recognition engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Ppocr,
    Tesseract,
}

/// Does tesseract read doubtful printed fields a second time?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondReading {
    /// Where it is installed.
    Auto,
    Off,
}

/// What computes the networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computing {
    /// ONNX Runtime where its library lies beside the program, else rten.
    Auto,
    Rten,
    Onnxruntime,
}

impl Computing {
    /// The runtime that was asked for; its library is looked for around this program.
    ///
    /// # Errors
    /// ONNX Runtime was asked for and its library is not there, or cannot be used.
    pub fn find(self) -> Result<Runtime, RuntimeError> {
        let choice = match self {
            Self::Auto => Choice::Auto,
            Self::Rten => Choice::Rten,
            Self::Onnxruntime => Choice::Onnxruntime,
        };
        Runtime::find(choice, std::env::current_exe().ok().as_deref())
    }
}

/// How pictures are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    pub engine: Engine,
    pub second_reading: SecondReading,
    pub runtime: Computing,
}

impl ReadOptions {
    /// May tesseract be asked at all?
    pub fn wants_tesseract(&self) -> bool {
        self.engine == Engine::Tesseract || self.second_reading == SecondReading::Auto
    }
}

/// Files that an office gives along with a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenFiles {
    /// Overrides: severities, thresholds, further 相关职业, names of files.
    pub office: Option<PathBuf>,
    /// Outputs of earlier runs to compare with.
    pub archive: Vec<PathBuf>,
    /// Flags that the office has accepted.
    pub waivers: Option<PathBuf>,
    /// Records of decisions, in the order in which they are read.
    pub decisions: Vec<PathBuf>,
    /// What a configuration names and is not there.
    pub missing: Vec<MissingFile>,
}

/// A file that a configuration names, and that is not there tonight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingFile {
    /// The option: `waivers`, `decisions`.
    pub kind: &'static str,
    pub path: PathBuf,
}

/// What is opened for an audit.
#[derive(Debug, Clone)]
pub struct RunRequest {
    pub batches: Vec<PathBuf>,
    /// The output folder: an archive that lies in it is not compared with.
    pub out: PathBuf,
    /// A folder of rules instead of the built-in ones.
    pub rules: Option<PathBuf>,
    /// An alias file instead of the built-in one.
    pub aliases: Option<PathBuf>,
    pub given: GivenFiles,
    /// A pack that governs whatever the date.
    pub pack: Option<String>,
    pub read: ReadOptions,
    /// Says nothing on stderr.
    pub quiet: bool,
}

/// What judges findings that are there already.
#[derive(Debug, Clone)]
pub struct JudgeRequest {
    pub out: PathBuf,
    pub rules: Option<PathBuf>,
    pub given: GivenFiles,
    pub pack: Option<String>,
}

/// What pictures a report gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureMode {
    /// Flagged places, and flagged pages that a browser cannot show; the rest are links to the originals.
    Crops,
    /// Also a copy of every page, for a machine that has no access to the batch.
    Pages,
    /// None, and no links to the originals.
    None,
}

/// A report of a finished run.
#[derive(Debug, Clone)]
pub struct ReportRequest {
    /// The run's folder.
    pub run: PathBuf,
    pub pictures: PictureMode,
    /// Also the workbook.
    pub xlsx: bool,
    /// Where the batches lie now, in the order of run.json, if they were moved.
    pub batches: Vec<PathBuf>,
    pub rules: Option<PathBuf>,
}

/// Keyed hashes in the outputs instead of what names a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redaction {
    pub redact: bool,
    pub key: Option<PathBuf>,
}
