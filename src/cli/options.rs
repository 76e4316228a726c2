//! Options that several commands share, declared once and flattened into each; and the words that they take.

use crate::disk;
use crate::report::summary::Lang;
use crate::run::record::{Operator, Recording};
use crate::run::request::{Computing, Engine, GivenFiles, MissingFile, PictureMode, Redaction, SecondReading};
use crate::run::signature::Signer;
use crate::run::spot_check::{self, Share};
use crate::run::today::started;
use anyhow::ensure;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use std::fs;
use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Default, Args)]
pub struct RulesOption {
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

impl RulesOption {
    pub fn dir(&self) -> Option<&Path> {
        self.rules.as_deref()
    }
}

#[derive(Debug, Clone, Args)]
pub struct LangOption {
    /// Language of what is printed
    #[arg(long, value_enum, default_value_t = Lang::Zh)]
    pub lang: Lang,
}

#[derive(Debug, Clone, Args)]
pub struct JobsOption {
    /// Submissions, or pictures of a list, that are worked on at a time [default: one a processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

impl JobsOption {
    /// As many as were asked for, else as there are processors.
    pub fn number(&self) -> usize {
        self.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, NonZeroUsize::get), usize::from)
    }
}

#[derive(Debug, Clone, Args)]
pub struct RuntimeOption {
    /// What computes the networks: ONNX Runtime where its library lies beside the program (faster), or the built-in
    /// rten
    #[arg(long, value_enum, default_value_t = Computing::Auto)]
    pub runtime: Computing,
}

/// Files that an office gives along with a run.
#[derive(Debug, Clone, Args)]
pub struct GivenOptions {
    /// This office's overrides: severities, thresholds, further 相关职业, names of files (TOML)
    #[arg(long, value_name = "FILE")]
    pub office: Option<PathBuf>,
    /// Outputs of earlier runs (a folder of one, or of several) to compare persons, photos, certificates and scans with
    #[arg(long, value_name = "DIR")]
    pub archive: Vec<PathBuf>,
    /// Flags that this office has accepted, each with reason, name and last day (TOML)
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Record of decisions that people made on the report's page (审核决定.jsonl, or its CSV); may be given many times
    #[arg(long, value_name = "FILE")]
    pub decisions: Vec<PathBuf>,
    /// What the configuration names and is not there
    #[arg(skip)]
    pub missing: Vec<MissingFile>,
}

impl GivenOptions {
    pub fn files(&self) -> GivenFiles {
        let Self { office, archive, waivers, decisions, missing } = self.clone();
        GivenFiles { office, archive, waivers, decisions, missing }
    }

    /// Takes out what the configuration names and is not there: a night goes on without it and says so. What `said`
    /// finds on the command line stays, and is an error later.
    pub fn without_missing(&mut self, said: impl Fn(&str) -> bool) {
        let gone = |path: &mut PathBuf| fs::metadata(path).is_err_and(|e| e.kind() == ErrorKind::NotFound);
        let missing = |kind: &'static str, path: PathBuf| MissingFile { kind, path };
        if !said("waivers") {
            self.missing.extend(self.waivers.take_if(|path| gone(path)).map(|path| missing("waivers", path)));
        }
        if !said("decisions") {
            self.missing
                .extend(self.decisions.extract_if(.., |path| gone(path)).map(|path| missing("decisions", path)));
        }
    }
}

/// What is recorded of a run besides its results, and whether it may take a finished one's place.
#[derive(Debug, Clone, Args)]
pub struct RecordOptions {
    /// When the run begins, for run.json and `{date}` in OUT, as 2026-11-30T01:00:00+08:00 [default: the system's clock]
    #[arg(long, value_name = "RFC3339")]
    pub clock: Option<Timestamp>,
    /// Who runs it, for run.json: one line of up to 80 characters
    #[arg(long, value_name = "TEXT")]
    pub operator: Option<Operator>,
    /// Replace the finished run in the output folder even by one with none or fewer than half of its submissions
    #[arg(long)]
    pub replace: bool,
    /// Sign run.json, and by its hashes all outputs, with this key (see `yushen keys new`)
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
}

impl RecordOptions {
    /// The key, read before a night's work and not after it.
    ///
    /// # Errors
    /// It cannot be used, or lies where it would be handed on with the outputs.
    pub fn signer(&self, out: &Path) -> anyhow::Result<Option<Signer>> {
        let Some(key) = &self.sign else { return Ok(None) };
        ensure!(
            !disk::is_inside(key, out),
            "key {} lies in the output folder and would be handed on with it; keep it elsewhere",
            key.display()
        );
        Signer::open(key).map(Some)
    }

    /// Reads the clock, where no moment is given.
    pub fn recording(&self) -> Recording {
        Recording { started: started(self.clock), given: self.clock.is_some(), operator: self.operator.clone() }
    }
}

#[derive(Debug, Clone, Args)]
pub struct ReportOptions {
    /// Pictures in the report, OUT/report
    #[arg(long, value_enum, default_value_t = PictureMode::Crops, value_name = "PICTURES")]
    pub report: PictureMode,
    #[command(flatten)]
    pub workbook: WorkbookOption,
}

#[derive(Debug, Clone, Args)]
pub struct WorkbookOption {
    /// Also write OUT/预审结果.xlsx: both CSV files and statistics in one workbook for Excel
    #[arg(long)]
    pub xlsx: bool,
}

#[derive(Debug, Clone, Args)]
pub struct RedactOptions {
    /// Keyed hashes in the outputs instead of names, numbers, phones, addresses and birth dates; an audit then needs --store outside OUT, or --no-store
    #[arg(long)]
    pub redact: bool,
    /// The key of the hashes, 32 bytes or more: runs with the same key can be joined [default, of an audit: redact.key
    /// in the store, made if missing]
    #[arg(long, value_name = "FILE")]
    pub redact_key: Option<PathBuf>,
}

impl RedactOptions {
    pub fn redaction(&self) -> Redaction {
        Redaction { redact: self.redact, key: self.redact_key.clone() }
    }
}

/// A share of the cleared for a person to look at.
#[derive(Debug, Clone, Default, Args)]
pub struct SpotCheckOptions {
    /// Mark this share of the cleared submissions for a person to look at all of it, drawn by a keyed hash of the id; no verdict depends on it
    #[arg(long, value_name = "SHARE")]
    pub spot_check: Option<Share>,
    /// The key of the draw, made if it is not there; keep it, and keep it secret [default, of an audit: spot-check.key
    /// in the store]
    #[arg(long, value_name = "FILE")]
    pub spot_check_key: Option<PathBuf>,
}

impl SpotCheckOptions {
    pub fn asked(&self) -> spot_check::Asked {
        spot_check::Asked { share: self.spot_check, key: self.spot_check_key.clone() }
    }
}

/// The words of closed lists, with what `--help` says of each.
macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal $(: $help:literal)?),+ $(,)? }) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self::$variant),+]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $(Self::$variant => PossibleValue::new($word)$(.help($help))?),+
                })
            }
        }
    };
}

/// From which verdict on an audit ends with exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    Reject,
    Review,
    Never,
}

words!(FailOn { Reject = "reject", Review = "review", Never = "never" });
words!(Lang { Zh = "zh", En = "en" });
words!(Engine { Ppocr = "ppocr", Tesseract = "tesseract" });
words!(SecondReading { Auto = "auto", Off = "off" });
words!(Computing { Auto = "auto", Rten = "rten", Onnxruntime = "onnxruntime" });
words!(PictureMode {
    Crops = "crops": "Flagged places, and flagged pages that a browser cannot show; the rest are links to the originals",
    Pages = "pages": "Also a copy of every page, for a machine that has no access to the batch",
    None = "none": "None, and no links to the originals",
});
