//! From the figures of a run to `run.json`: what an auditor needs to repeat the run, and totals that add up.
//! It is the only output with times in it; the others are the same bytes for the same input, rules and models.

use super::atomic_file::Seal;
use crate::vocabulary::finding::{Severity, Verdict};
use crate::vocabulary::outcome::{BatchNote, Given, NotEvaluated};
use crate::vocabulary::stage::{Stage, StageTimes};
use crate::vocabulary::submission::MaterialFile;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::time::Duration;

/// Name of the tool in `run.json`, by which an output folder is recognised.
pub const TOOL: &str = "yushen";

/// What a run was made with. It is the same when the run is repeated.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Provenance {
    /// Options as the command line names them.
    pub options: Map<String, Value>,
    /// "Today" for what must not lie in the future, `2026-11-21`.
    pub as_of: String,
    pub packs: Vec<PackRecord>,
    /// Every file of the rules that was loaded, in order of name.
    pub rule_files: Vec<HashedFile>,
    pub models: Vec<HashedFile>,
    /// Version of the readers' code; empty where nothing is read.
    pub reader: String,
    /// When the run began, `2026-11-30T01:00:00+08:00`. Like the times it is another one when the run is repeated.
    pub started: String,
    /// Who ran it, as they say.
    pub operator: Option<String>,
}

/// Which program made a run.
#[derive(Debug, Clone, Copy, Serialize)]
struct Program {
    name: &'static str,
    version: &'static str,
    /// The machines that it was built for: `x86_64-unknown-linux-gnu`.
    target: &'static str,
}

const PROGRAM: Program = Program { name: TOOL, version: env!("CARGO_PKG_VERSION"), target: env!("YUSHEN_TARGET") };

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRecord {
    pub id: String,
    pub title: String,
    /// `n24@2024-01-01`, as the `rule_pack` column says it.
    pub label: String,
    pub effective_to: Option<String>,
    /// Hash over the pack's files in order of name.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedFile {
    pub name: String,
    /// Lower-case hex.
    pub sha256: String,
}

/// One batch as it was found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct BatchRecord {
    /// As given on the command line.
    pub batch: String,
    /// Submission folders that were found.
    pub folders: u64,
    /// Rows of the registration table.
    pub rows: u64,
    /// Files of operating systems and programs that were ignored, and empty folders.
    #[serde(default)]
    pub ignored: u64,
    pub submissions: u64,
    pub notes: Vec<BatchNote>,
    /// The registration table and the enterprise register, as they were read.
    #[serde(default)]
    pub tables: Vec<HashedFile>,
}

/// Totals. The parts of each group add up to the total above them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Counts {
    /// = `pass` + `review` + `reject` = `with_folder` + `without_folder` = `registered` + `unregistered`.
    pub submissions: u64,
    pub verdicts: BTreeMap<&'static str, u64>,
    pub with_folder: u64,
    pub without_folder: u64,
    pub registered: u64,
    pub unregistered: u64,
    /// Submissions that the tool itself failed on; all of them are `review`.
    pub failed_inside: u64,
    /// = `files_hashed` + `files_refused` + `files_unreadable` = length of `inputs`.
    pub files: u64,
    pub files_hashed: u64,
    pub files_refused: u64,
    pub files_unreadable: u64,
    /// Rows of `flags.csv` = sum of `flags_by_severity` = sum of `flags_by_rule`.
    pub flags: u64,
    pub flags_by_severity: BTreeMap<String, u64>,
    pub flags_by_rule: BTreeMap<String, u64>,
    /// Of `flags`: rows about a batch itself, without a submission.
    pub flags_of_batches: u64,
    /// Of `flags`: those that a waiver accepted; they are notes.
    pub flags_waived: u64,
    /// How many submissions each rule flagged.
    pub submissions_by_rule: BTreeMap<String, u64>,
    /// Submissions drawn for a spot check.
    pub spot_checks: u64,
    /// Of these: nobody has decided on them yet.
    pub spot_checks_open: u64,
}

/// Time in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    pub wall: Duration,
    /// Of the whole process, user and system; `None` where the system does not tell.
    pub cpu: Option<Duration>,
    /// High-water mark of resident memory; `None` where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
    pub stages: StageTimes,
}

/// Everything that `run.json` and the summary say about a run.
#[derive(Debug, Clone, Default)]
pub struct RunFigures {
    pub batches: Vec<BatchRecord>,
    pub counts: Counts,
    /// Rule → why → submissions.
    pub not_evaluated: BTreeMap<String, BTreeMap<String, u64>>,
    /// Files and folders that the office gave along: waivers, overrides, archives.
    pub given: Vec<Given>,
    /// `None`: the run used no store, or only the temporary one that resumes it after a crash.
    pub store: Option<StoreUse>,
    /// How often the working process died and was started again.
    pub restarts: u32,
    pub times: Times,
    pub outputs: Vec<Seal>,
}

/// How the store was used. `taken` and `read` add up to the run's submissions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreUse {
    pub folder: String,
    /// Submissions whose facts came from the store.
    pub taken: u64,
    /// Submissions whose pictures were read.
    pub read: u64,
    /// Of `read`: submissions whose entry was damaged; the entry was replaced.
    pub damaged: u64,
    /// Of `read`: submissions whose facts could not be stored, or may differ next time (a file could not be opened).
    /// Failures of the tool itself are not counted here.
    pub not_kept: u64,
}

impl Counts {
    pub fn count_verdict(&mut self, verdict: Verdict) {
        for v in [Verdict::Pass, Verdict::Review, Verdict::Reject] {
            *self.verdicts.entry(v.id()).or_default() += u64::from(v == verdict);
        }
        self.submissions += 1;
    }

    pub fn count_flag(&mut self, rule: &str, severity: Severity) {
        self.flags += 1;
        *self.flags_by_severity.entry(severity.to_string()).or_default() += 1;
        *self.flags_by_rule.entry(rule.to_owned()).or_default() += 1;
    }

    pub fn count_file(&mut self, file: &MaterialFile) {
        self.files += 1;
        let kind = if file.refused.is_some() {
            &mut self.files_refused
        } else if file.sha256.is_some() {
            &mut self.files_hashed
        } else {
            &mut self.files_unreadable
        };
        *kind += 1;
    }

    pub fn verdict(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(verdict.id()).copied().unwrap_or_default()
    }
}

impl RunFigures {
    pub fn count_not_evaluated(&mut self, list: &[NotEvaluated]) {
        for n in list {
            *self.not_evaluated.entry(n.rule.clone()).or_default().entry(n.why.clone()).or_default() += 1;
        }
    }
}

/// The part of an earlier run's `run.json` that is needed to judge its findings again.
#[derive(Debug, Clone, Deserialize)]
pub struct Recorded {
    pub tool: String,
    pub version: String,
    pub options: Map<String, Value>,
    pub as_of: String,
    pub packs: Vec<PackRecord>,
    pub rule_files: Vec<HashedFile>,
    pub models: Vec<HashedFile>,
    #[serde(default)]
    pub reader: String,
    pub batches: Vec<BatchRecord>,
    pub outputs: Vec<Seal>,
    /// Files and folders that the office gave along with that run.
    #[serde(default)]
    pub given: Vec<RecordedGiven>,
    #[serde(default)]
    pub counts: RecordedCounts,
    /// When the run began; empty in records of before that was kept.
    #[serde(default)]
    pub started: String,
}

/// As many of an earlier run's totals as are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RecordedCounts {
    pub submissions: u64,
    pub verdicts: BTreeMap<String, u64>,
    pub flags: u64,
}

/// A file or folder that was given along with an earlier run.
#[derive(Debug, Clone, Deserialize)]
pub struct RecordedGiven {
    /// `waivers`, `decisions`, `office` or `archive`.
    pub kind: String,
    pub path: String,
    /// Lower-case hex.
    #[serde(default)]
    pub sha256: String,
}

impl RecordedGiven {
    /// Was it there? A configured file that is missing is recorded, too.
    pub fn was_there(&self) -> bool {
        was_there(&self.kind, &self.sha256)
    }
}

/// Of a file that was used there is a hash; an archive that is passed over has none either.
pub fn was_there(kind: &str, sha256: &str) -> bool {
    kind == "archive" || !sha256.is_empty()
}

impl Recorded {
    /// Reads a `run.json` and skips its list of inputs, which may be long.
    ///
    /// # Errors
    /// If it is not a `run.json`.
    pub fn read(text: impl Read) -> serde_json::Result<Self> {
        serde_json::from_reader(text)
    }

    /// The seal of one output of the run.
    pub fn seal(&self, file: &str) -> Option<&Seal> {
        self.outputs.iter().find(|s| s.file == file)
    }

    /// The pack that all submissions were judged by; `None`: each by its date of registration.
    pub fn pack(&self) -> Option<&str> {
        self.options.get("pack").and_then(Value::as_str)
    }
}

/// One line of `inputs`.
#[derive(Serialize)]
pub struct InputRecord<'a> {
    pub batch: usize,
    pub submission_id: &'a str,
    /// Path inside the submission's folder.
    pub file: &'a str,
    pub bytes: u64,
    pub sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<&'a str>,
}

/// Writes `run.json`. `inputs` has a line for each [`InputRecord`], one JSON object a line; the lines are copied one by
/// one, as there may be many.
///
/// # Errors
/// If it cannot be written.
pub fn write(out: &mut impl Write, provenance: &Provenance, figures: &RunFigures, inputs: impl Read) -> io::Result<()> {
    let head = Head {
        tool: TOOL,
        version: PROGRAM.version,
        program: PROGRAM,
        provenance,
        given: &figures.given,
        batches: &figures.batches,
        counts: &figures.counts,
        not_evaluated: &figures.not_evaluated,
        outputs: &figures.outputs,
        store: figures.store.as_ref(),
        restarts: figures.restarts,
        seconds: seconds(&figures.times),
        peak_memory_bytes: figures.times.peak_memory_bytes,
    };
    let text = serde_json::to_string_pretty(&head)?;
    out.write_all(text.strip_suffix("\n}").unwrap_or(&text).as_bytes())?;
    out.write_all(b",\n  \"inputs\": [")?;
    let mut before: &[u8] = b"\n    ";
    for line in io::BufRead::split(io::BufReader::new(inputs), b'\n') {
        out.write_all(before)?;
        out.write_all(&line?)?;
        before = b",\n    ";
    }
    out.write_all(b"\n  ]\n}\n")
}

#[derive(Serialize)]
struct Head<'a> {
    tool: &'static str,
    version: &'static str,
    program: Program,
    #[serde(flatten)]
    provenance: &'a Provenance,
    given: &'a [Given],
    batches: &'a [BatchRecord],
    counts: &'a Counts,
    not_evaluated: &'a BTreeMap<String, BTreeMap<String, u64>>,
    /// Every output but `run.json` itself.
    outputs: &'a [Seal],
    store: Option<&'a StoreUse>,
    restarts: u32,
    peak_memory_bytes: Option<u64>,
    seconds: Map<String, Value>,
}

/// Wall time, CPU time and times by stage. Stages are summed over workers, so they may add up to more than the wall
/// time.
fn seconds(times: &Times) -> Map<String, Value> {
    let round = |d: Duration| Value::from((d.as_secs_f64() * 1e4).round() / 1e4);
    let mut map = Map::new();
    map.insert("wall".into(), round(times.wall));
    map.insert("cpu".into(), times.cpu.map_or(Value::Null, round));
    let stages: Map<String, Value> =
        Stage::ALL.iter().map(|s| (s.id().to_owned(), round(times.stages.of(*s)))).collect();
    map.insert("stages".into(), stages.into());
    map
}
