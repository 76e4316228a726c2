//! The command line: what the user asked for becomes a call of the pipeline and an exit code; nothing is judged here.
//! The stages come in through [`Tools`], so that the command line is tested without pictures, models or packs.

pub mod audit;
mod compare;
mod config;
pub mod crops;
pub mod deciding;
pub mod diff;
mod doctor;
mod documents;
pub mod expect;
pub mod explain;
#[cfg(debug_assertions)]
mod faults;
mod folder;
pub mod given;
pub mod inspect;
pub mod logging;
pub mod merge;
pub mod progress;
mod purge;
mod reader;
mod reading_key;
mod redacting;
pub mod rejudge;
pub mod report;
pub mod rules;
pub mod shard;
pub mod show;
pub mod stages;
mod supervise;
pub mod verify;
pub mod workbook;

use crate::packs;
use crate::pipeline::{BatchInput, Judge, Reader};
use crate::report::mask::masked;
use crate::report::run::{HashedFile, Provenance};
use crate::runtime::{Choice, Runtime, RuntimeError};
use crate::vocabulary::material::MaterialKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use config::{Asked, Config, Found, PassedOver};
use crops::PictureMode;
use jiff::civil::Date;
use purge::Age;
use shard::Shard;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Exit codes, as `--help` documents them.
pub mod exit {
    pub const DONE: u8 = 0;
    pub const FINDINGS: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const FAILED_INSIDE: u8 = 3;
}

const EXIT_CODES: &str = "Exit codes:
  0  done, whatever the verdicts (unless --fail-on says otherwise)
  1  a submission has a verdict at or above --fail-on
  2  wrong usage, a bad rule pack or batch, or an output that cannot be written
  3  some submissions failed inside the tool (internal-error); takes precedence over 1";

const REJUDGE_EXIT_CODES: &str = "Exit codes:
  0  done, whatever differs (unless --fail-on-change says otherwise)
  1  a verdict differs, with --fail-on-change
  2  wrong usage, bad rules, findings that cannot be judged again, or an output that cannot be written
  3  some submissions failed inside the tool (internal-error); takes precedence over 1";

const VERIFY_EXIT_CODES: &str = "Exit codes:
  0  all is as it was recorded
  1  something is not
  2  wrong usage, or a folder without a finished run";

const DOCTOR_EXIT_CODES: &str = "Exit codes:
  0  a run can be made, perhaps with warnings
  2  something would stop it";

const INSPECT_EXIT_CODES: &str = "Exit codes:
  0  done, whatever was seen
  2  wrong usage, bad rules, or an output that cannot be written";

/// What the command line needs of the stages.
pub trait Tools {
    /// Loads rules and models and finds the submissions of all batches, opening none of their pictures.
    ///
    /// # Errors
    /// A bad pack, alias file or batch; the message names the file and says what to do.
    fn open(&self, request: &AuditArgs, as_of: Date) -> anyhow::Result<Opened>;

    /// Is an audit done in a child process, which is started again should a document kill it? Not where the stages are given in this process.
    fn supervises(&self) -> bool {
        false
    }

    /// Runs `yushen rules …` and gives its exit code.
    ///
    /// # Errors
    /// A bad pack, a name that no pack has, or an earlier run that cannot be used.
    fn rules(&self, command: &RulesCommand, out: &mut dyn Write) -> anyhow::Result<u8>;

    /// Runs `yushen inspect …` and gives its exit code.
    ///
    /// # Errors
    /// Wrong usage, rules or models that cannot be loaded, an output that cannot be written.
    fn inspect(&self, request: &InspectArgs, out: &mut dyn Write) -> anyhow::Result<u8>;

    /// Writes the report of a finished run and prints where it is.
    ///
    /// # Errors
    /// No finished run, rules that cannot be loaded, an output that cannot be written.
    fn report(&self, request: &ReportArgs, out: &mut dyn Write) -> anyhow::Result<()> {
        let loaded = match &request.rules {
            Some(dir) => packs::load(dir, &crate::rules::RULES.iter().map(|r| r.id).collect::<Vec<_>>())?,
            None => packs::embedded()?,
        };
        report::report(request, &loaded, out)
    }

    /// Does something with earlier runs and gives its exit code.
    ///
    /// # Errors
    /// Wrong usage, rules or runs that cannot be used, an output that cannot be written.
    fn runs(&self, command: &RunsCommand, out: &mut dyn Write) -> anyhow::Result<u8>;
}

/// Everything that was opened for an audit.
pub struct Opened {
    /// In the order of `request.batches`.
    pub batches: Vec<BatchInput>,
    pub reader: Box<dyn Reader>,
    pub judge: Box<dyn Judge>,
    /// Packs, rule files and models; `options` and `as_of` are filled in by the command line.
    pub provenance: Provenance,
    /// Wall time after which a submission's reader is taken to hang.
    pub longest: Duration,
}

/// Parses the arguments, does what they ask and returns the exit code; results go to `out`, complaints to `err`.
pub fn run(arguments: impl IntoIterator<Item = OsString>, tools: &dyn Tools, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut found = Config::find(&Asked::of(&arguments));
    let mut parsed = parse(&arguments, found.as_ref().ok());
    if let (Ok(Cli { command: Command::Audit(request), .. }), Ok(here)) = (&parsed, &found)
        && let Some(other) = here.outside(&request.batches).transpose()
    {
        found = other;
        parsed = parse(&arguments, found.as_ref().ok());
    }
    let (config, passed_over) = found.map_or_else(|e| (Err(e), None), |f| (Ok(f.config), f.passed_over));
    if let Some(PassedOver { path, en, .. }) = passed_over.as_ref().filter(|_| !supervise::is_child()) {
        let _ = writeln!(err, "{}", masked(&format!("yushen: {} is not used: {en}; if it is yours, name it with --config", path.display())));
    }
    let cli = match parsed {
        Ok(cli) => cli,
        // Where the configuration cannot be read, it is what is missing.
        Err(e) if config.is_err() && e.use_stderr() => return complain(err, &config.err().unwrap_or_else(|| e.into())),
        Err(e) => {
            let (text, code) = (e.render(), u8::try_from(e.exit_code()).unwrap_or(exit::USAGE));
            // A closed terminal is no reason to fail.
            let _ = if e.use_stderr() { write!(err, "{}", masked(&text.to_string())) } else { write!(out, "{text}") };
            return code;
        }
    };
    let config = match config {
        Err(e) if !matches!(cli.command, Command::Doctor(_)) => return complain(err, &e),
        config => config,
    };
    logging::start(cli.log_format, cli.log_level);
    let done = match &cli.command {
        Command::Audit(request) => audit::audit(request, tools, out),
        Command::Rules { command } => tools.rules(command, out),
        Command::Inspect(request) => tools.inspect(request, out),
        Command::Report(request) => alone(request, tools, out),
        Command::Show(request) => show::show(request, out).map(|()| exit::DONE),
        Command::Runs(RunsCommand::Diff(request)) => compare::compare(request, out),
        Command::Runs(RunsCommand::Purge(request)) => purge::purge(request, SystemTime::now(), out),
        Command::Runs(command) => tools.runs(command, out),
        Command::Doctor(request) => doctor::doctor(request, &config, out),
        Command::Licences => documents::licences(out),
        Command::Completions { shell } => documents::completions(*shell, out),
        Command::Man(request) => documents::man(request, out),
    };
    done.unwrap_or_else(|e| complain(err, &e))
}

/// Makes a report while nobody else writes into its run's folder: two at a time would take each other's half-written files away. An audit holds the folder when it makes its own.
fn alone(request: &ReportArgs, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    let _lock = request.run.join("run.json").exists().then(|| folder::wait_for(&request.run)).transpose()?;
    tools.report(request, out)?;
    Ok(exit::DONE)
}

/// Says why nothing came of it, as an event where events are asked for.
fn complain(err: &mut dyn Write, error: &anyhow::Error) -> u8 {
    // A folder may be called after its applicant's number.
    let text = masked(&format!("{error:#}"));
    if tracing::enabled!(tracing::Level::ERROR) {
        tracing::error!("{text}");
    } else {
        let _ = writeln!(err, "yushen: {text}");
    }
    exit::USAGE
}

/// The arguments, over what the configuration says.
fn parse(arguments: &[OsString], found: Option<&Found>) -> Result<Cli, clap::Error> {
    let config = found.and_then(|f| f.config.as_ref());
    let command = config.map_or_else(Cli::command, |c| c.over(Cli::command()));
    let matches = command.try_get_matches_from(arguments)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Command::Audit(request), Some(matches)) = (&mut cli.command, matches.subcommand_matches("audit")) {
        request.config = config.map(|c| c.file.clone());
        request.passed_over = found.and_then(|f| f.passed_over.clone());
        let said = |matches: &ArgMatches, id| matches.value_source(id) == Some(ValueSource::CommandLine);
        // The command line wins over the configuration, also where they contradict each other.
        request.no_store &= said(matches, "no_store") || !(said(matches, "store") || said(matches, "fresh"));
    }
    Ok(cli)
}

/// Pre-review (预审) of applications for vocational skill certificates, offline.
#[derive(Debug, Parser)]
#[command(name = "yushen", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    /// Options that are the same every night (TOML) [default: ./yushen.toml, else yushen/yushen.toml in the user's configuration folder]
    // Both are looked for before the arguments are parsed, since what they name decides how.
    #[arg(id = "config", long = "config", global = true, value_name = "FILE", conflicts_with = "no_config")]
    _config: Option<PathBuf>,
    /// Use no configuration, wherever one lies
    #[arg(id = "no_config", long = "no-config", global = true)]
    _no_config: bool,
    /// Log to stderr [default: no log]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    log_format: Option<logging::Format>,
    /// Least level that is logged [default: info, if there is a log]
    #[arg(long, global = true, value_enum, value_name = "LEVEL")]
    log_level: Option<logging::Level>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read, check and cross-check batches of submissions; write the pre-review into a folder
    #[command(after_help = EXIT_CODES)]
    Audit(AuditArgs),
    /// Show what is seen on one picture, or whether its writing is a given text
    #[command(after_help = INSPECT_EXIT_CODES)]
    Inspect(InspectArgs),
    /// Show a finished run in the terminal: a line for each submission, or one in full
    #[command(after_help = INSPECT_EXIT_CODES)]
    Show(ShowArgs),
    /// Make the report of a finished run anew: OUT/report/index.html, for any browser, without a network
    #[command(after_help = INSPECT_EXIT_CODES)]
    Report(ReportArgs),
    /// Look at the rule packs
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    #[command(flatten)]
    Runs(RunsCommand),
    /// Is everything here that a run needs? Configuration, models, tesseract, rules, room, rights; says what to do
    #[command(after_help = DOCTOR_EXIT_CODES)]
    Doctor(DoctorArgs),
    /// Print the licences and notices of everything inside this program
    Licences,
    /// Print what a shell needs to complete commands and options
    #[command(hide = true)]
    Completions {
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, or write one for every command into a folder
    #[command(hide = true)]
    Man(ManArgs),
}

/// What is done with the outputs of runs.
#[derive(Debug, Clone, Subcommand)]
pub enum RunsCommand {
    /// Judge an earlier run's findings again, without its pictures (the same as `rules rejudge`)
    #[command(after_help = REJUDGE_EXIT_CODES)]
    Replay(RejudgeArgs),
    /// Put together the parts of one audit that were made with --shard: the outputs are those of one run
    #[command(after_help = EXIT_CODES)]
    Merge(MergeArgs),
    /// Is a run still what it was? Hashes its outputs, inputs, rules and models again
    #[command(after_help = VERIFY_EXIT_CODES)]
    Verify(VerifyArgs),
    /// What appeared, disappeared and changed between two runs, and why: the input, the reading or the rules
    #[command(after_help = REJUDGE_EXIT_CODES)]
    Diff(CompareArgs),
    /// Remove what was read and kept longer ago than that; outputs stay
    Purge(PurgeArgs),
}

#[derive(Debug, Clone, Args)]
struct DoctorArgs {
    /// Output folder to look at [default: the configuration's]
    #[arg(short, long, value_name = "OUT")]
    out: Option<PathBuf>,
    /// Store to look at, with every entry in it [default: the configuration's, else OUT/.yushen/store, without]
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    lang: Language,
}

#[derive(Debug, Clone, Args)]
struct ManArgs {
    /// Folder for a page of every command
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
}

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
    /// Folder for flags.csv, submissions.csv, findings.jsonl and run.json; may hold an earlier run's
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Names by which this office calls its materials
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,
    /// This office's overrides: severities, thresholds, further 相关职业, names of files (TOML)
    #[arg(long, value_name = "FILE")]
    pub office: Option<PathBuf>,
    /// Outputs of earlier runs (a folder of one, or of several) to compare persons, photos, certificates and scans with
    #[arg(long, value_name = "DIR")]
    pub archive: Vec<PathBuf>,
    /// Flags that this office has accepted, each with reason, name and last day (TOML)
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Decisions that a reviewer made on the report's page and exported (CSV)
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Where facts are kept, so that unchanged pictures are not read again; several runs may share it [default: OUT/.yushen/store]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Keep no facts: nothing is taken up again after an interruption
    #[arg(long, conflicts_with_all = ["store", "fresh"])]
    pub no_store: bool,
    /// Read everything anew, whatever is kept
    #[arg(long)]
    pub fresh: bool,
    /// Keyed hashes in the outputs instead of names, numbers, phones, addresses and birth dates; needs --store outside OUT, or --no-store
    #[arg(long)]
    pub redact: bool,
    /// The key of the hashes, 32 bytes or more: runs with the same key can be joined [default: redact.key in the store, made if missing]
    #[arg(long, value_name = "FILE")]
    pub redact_key: Option<PathBuf>,
    /// Do only part M of N, chosen by a stable hash of the id, so that machines can share a batch; see `yushen merge`
    #[arg(long, value_name = "M/N")]
    pub shard: Option<Shard>,
    /// Submissions worked on at a time [default: one a processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// The day that counts as today for what must not lie in the future [default: today in Beijing]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// Judge by this pack, whatever the registration date
    #[arg(long, value_name = "ID")]
    pub pack: Option<String>,
    /// Who reads
    #[arg(long, value_enum, default_value_t = Engine::Ppocr)]
    pub engine: Engine,
    /// Let tesseract read printed fields in doubt a second time, where it is installed
    #[arg(long, value_enum, default_value_t = SecondReading::Auto)]
    pub second_reading: SecondReading,
    /// What computes the networks: ONNX Runtime where its library lies beside the program (faster), or the built-in rten
    #[arg(long, value_enum, default_value_t = Computing::Auto)]
    pub runtime: Computing,
    /// Pictures in OUT/report, the report for looking at
    #[arg(long, value_enum, default_value_t = PictureMode::Crops, value_name = "PICTURES")]
    pub report: PictureMode,
    /// Also write OUT/预审结果.xlsx: both CSV files and statistics in one workbook for Excel
    #[arg(long)]
    pub xlsx: bool,
    /// Exit with 1 if a submission has this verdict or a worse one
    #[arg(long, value_enum, default_value_t = FailOn::Never)]
    pub fail_on: FailOn,
    /// Language of the summary
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
    /// No progress and no summary
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// Folder of a finished run
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    /// 报名编号, or its last digits (four or more)
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
}

#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Folder of a finished run
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    /// Pictures in the report
    #[arg(long, value_enum, default_value_t = PictureMode::Crops)]
    pub pictures: PictureMode,
    /// Also write OUT/预审结果.xlsx: both CSV files and statistics in one workbook for Excel
    #[arg(long)]
    pub xlsx: bool,
    /// Where the batches lie now, in the order of run.json, if they were moved
    #[arg(long, value_name = "BATCH")]
    pub batch: Vec<PathBuf>,
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub struct InspectArgs {
    /// The picture (JPEG, PNG, WebP, BMP, TIFF) or PDF to look at
    #[arg(value_name = "FILE", required_unless_present = "expect_from", conflicts_with = "expect_from")]
    pub file: Option<PathBuf>,
    /// What material it is, 申报表 or application-form …; read from the page itself if not given
    #[arg(long, value_name = "KIND", value_parser = inspect::kind, conflicts_with_all = ["expect", "expect_from"])]
    pub kind: Option<MaterialKind>,
    /// Say whether the writing is this text: faithful, different (where and how), or not to be told
    #[arg(long, value_name = "TEXT", conflicts_with = "expect_from", value_parser = inspect::expected)]
    pub expect: Option<String>,
    /// The same for many pictures: a UTF-8 list of picture (relative to the list) TAB text
    #[arg(long, value_name = "LIST.tsv")]
    pub expect_from: Option<PathBuf>,
    /// Other writing before and after the expected text (a printed label) is no difference
    #[arg(long)]
    pub within: bool,
    /// JSON instead of a table; one object a line with --expect-from
    #[arg(long)]
    pub json: bool,
    /// Draw what was seen: the flat page with its cells and readings, or the lines and differences
    #[arg(long, value_name = "OUT.png", conflicts_with = "expect_from")]
    pub annotate: Option<PathBuf>,
    /// Pictures of a list worked on at a time [default: one a processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// What computes the networks: ONNX Runtime where its library lies beside the program (faster), or the built-in rten
    #[arg(long, value_enum, default_value_t = Computing::Auto)]
    pub runtime: Computing,
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Ppocr,
    Tesseract,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecondReading {
    Auto,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Computing {
    Auto,
    Rten,
    Onnxruntime,
}

impl Computing {
    /// The runtime that was asked for, its library sought around this program.
    fn find(self) -> Result<Runtime, RuntimeError> {
        let choice = match self {
            Self::Auto => Choice::Auto,
            Self::Rten => Choice::Rten,
            Self::Onnxruntime => Choice::Onnxruntime,
        };
        Runtime::find(choice, std::env::current_exe().ok().as_deref())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Reject,
    Review,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Zh,
    En,
}

#[derive(Debug, Clone, Subcommand)]
pub enum RulesCommand {
    /// Validate packs and settings
    Check {
        /// Instead of the built-in packs
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// List packs with their conditions, and all rules
    List {
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Show one rule, or one pack in full
    Show {
        /// A rule: photo-bytes, work-years …
        #[arg(value_name = "RULE", required_unless_present = "pack", conflicts_with_all = ["pack", "markdown"])]
        rule: Option<String>,
        /// A pack: n24, g2, g1, g4 …
        #[arg(long, value_name = "ID")]
        pack: Option<String>,
        /// As tables to lay beside the source
        #[arg(long)]
        markdown: bool,
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Explain a flag of an earlier run: the facts it rests on, the clause, the thresholds, what would clear it
    Explain(ExplainArgs),
    /// Judge an earlier run's findings again, without its pictures, and say which decisions differ and why
    #[command(after_help = REJUDGE_EXIT_CODES)]
    Rejudge(RejudgeArgs),
    /// Compare two packs
    Diff {
        #[arg(value_name = "PACK")]
        old: String,
        #[arg(value_name = "PACK")]
        new: String,
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
        /// Folder in which the second pack is, to compare a changed notice with its earlier self; settings are compared too
        #[arg(long, value_name = "DIR")]
        new_rules: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Args)]
pub struct RejudgeArgs {
    /// Folder of an earlier run: its findings.jsonl and run.json
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Judge by this pack, whatever the registration date; `by-date` for the one in force then [default: as that run did]
    #[arg(long, value_name = "ID")]
    pub pack: Option<String>,
    /// The day that counts as today for what must not lie in the future [default: that run's]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// Also write flags.csv, submissions.csv, findings.jsonl, run.json and the report into this folder
    #[arg(short, long, value_name = "NEW")]
    pub out: Option<PathBuf>,
    /// Keyed hashes in NEW instead of names, numbers, phones, addresses and birth dates
    #[arg(long, requires = "out", requires = "redact_key")]
    pub redact: bool,
    /// The key of the hashes, 32 bytes or more
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub redact_key: Option<PathBuf>,
    /// Pictures in NEW/report
    #[arg(long, value_enum, default_value_t = PictureMode::Crops, value_name = "PICTURES")]
    pub report: PictureMode,
    /// Exit with 1 if a verdict differs
    #[arg(long)]
    pub fail_on_change: bool,
    /// Language of the comparison
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
}

#[derive(Debug, Clone, Args)]
pub struct MergeArgs {
    /// Folders of all parts, in any order
    #[arg(required = true, value_name = "OUT")]
    pub runs: Vec<PathBuf>,
    /// Folder for the outputs of the whole
    #[arg(short, long, value_name = "NEW")]
    pub out: PathBuf,
    /// As the parts were made: rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// As the parts were made: the office's overrides
    #[arg(long, value_name = "FILE")]
    pub office: Option<PathBuf>,
    /// As the parts were made: outputs of earlier runs
    #[arg(long, value_name = "DIR")]
    pub archive: Vec<PathBuf>,
    /// As the parts were made: accepted flags
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// As the parts were made: decisions exported from the page
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Where the batches lie for this machine, in the order of run.json, if not where they were [default: where they were, else a report without pictures]
    #[arg(long, value_name = "BATCH")]
    pub batch: Vec<PathBuf>,
    /// Pictures in NEW/report, the report for looking at
    #[arg(long, value_enum, default_value_t = PictureMode::Crops, value_name = "PICTURES")]
    pub report: PictureMode,
    /// Also write NEW/预审结果.xlsx: both CSV files and statistics in one workbook for Excel
    #[arg(long)]
    pub xlsx: bool,
    /// Keyed hashes in NEW instead of names, numbers, phones, addresses and birth dates
    #[arg(long, requires = "redact_key")]
    pub redact: bool,
    /// The key of the hashes, 32 bytes or more
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub redact_key: Option<PathBuf>,
    /// Language of the summary
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
}

#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Folder of the run
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Where its batches are now, in the run's order [default: where they were]
    #[arg(long, value_name = "DIR")]
    pub batch: Vec<PathBuf>,
    /// Leave the inputs out: outputs, rules and models only
    #[arg(long, conflicts_with = "batch")]
    pub no_inputs: bool,
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
}

#[derive(Debug, Clone, Args)]
pub struct PurgeArgs {
    /// Output folders, or stores that --store named
    #[arg(required = true, value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Age in days, as 180d
    #[arg(long, value_name = "DAYS")]
    pub older_than: Age,
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
}

#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// Folder of the earlier run
    #[arg(value_name = "RUN_A")]
    pub old: PathBuf,
    /// Folder of the later run
    #[arg(value_name = "RUN_B")]
    pub new: PathBuf,
    /// Exit with 1 if a verdict differs, or a submission is new or gone
    #[arg(long)]
    pub fail_on_change: bool,
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
}

#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// The flag's id in findings.jsonl, or its first digits; or a submission, followed by a rule
    #[arg(value_name = "FLAG")]
    pub flag: String,
    /// With a submission: the rule whose flags are explained, or why there is none
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// Folder of the earlier run: its findings.jsonl and run.json
    #[arg(long, value_name = "OUT")]
    pub run: PathBuf,
    /// Rule packs and settings instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub lang: Language,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory as _;
        super::Cli::command().debug_assert();
    }
}
