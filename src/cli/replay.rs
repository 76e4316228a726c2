//! `yushen rules rejudge`: an earlier run's folder becomes judgements under the rules of today, a comparison, and on
//! request a run of its own.
//! Checks that the findings are the ones which the run sealed; opens no picture and loads no model.

use crate::cli::exit;
use crate::cli::options::{LangOption, RecordOptions, RedactOptions, ReportOptions, RulesOption, SpotCheckOptions};
use crate::pipeline::{self, Rejudging};
use crate::report::run::Provenance;
use crate::report::summary::Lang;
use crate::run::earlier_run::EarlierRun;
use crate::run::folder::{OutFolder, prepare, replaceable};
use crate::run::redaction;
use crate::run::request::{GivenFiles, JudgeRequest, ReportRequest};
use crate::run::signature;
use crate::run::spot_check;
use crate::run::tools::{OpenedRules, Tools};
use anyhow::{Context as _, ensure};
use clap::Args;
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
pub struct ReplayArgs {
    /// Folder of an earlier run: its findings.jsonl and run.json
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    #[command(flatten)]
    pub rules: RulesOption,
    /// Judge by this pack, whatever the registration date; `by-date` for the one in force then [default: as that run
    /// did]
    #[arg(long, value_name = "ID")]
    pub pack: Option<String>,
    /// The day that counts as today for what must not lie in the future [default: that run's]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// Record of decisions that people made on the report's page (审核决定.jsonl, or its CSV); may be given many times
    #[arg(long, value_name = "FILE")]
    pub decisions: Vec<PathBuf>,
    /// Also write flags.csv, submissions.csv, findings.jsonl, run.json and the report into this folder
    #[arg(short, long, value_name = "NEW")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub redact: RedactOptions,
    #[command(flatten)]
    pub report: ReportOptions,
    #[command(flatten)]
    pub spot_check: SpotCheckOptions,
    #[command(flatten)]
    pub record: RecordOptions,
    /// Exit with 1 if a verdict differs
    #[arg(long)]
    pub fail_on_change: bool,
    #[command(flatten)]
    pub lang: LangOption,
}

/// The value of `--pack` that has the pack chosen by date again, where the earlier run was made with one pack for all.
const BY_DATE: &str = "by-date";

/// Judges again, prints what differs, and writes a run of its own where one is asked for.
///
/// # Errors
/// Wrong usage, findings that cannot be judged again, an output that cannot be written.
pub fn replay(request: &ReplayArgs, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    let run = EarlierRun::open(&request.run)?;
    redaction::refuse(&run.recorded.options, &request.run)?;
    ensure!(!request.redact.redact || request.out.is_some(), "--redact does nothing without --out");
    ensure!(request.record.sign.is_none() || request.out.is_some(), "--sign does nothing without --out");
    ensure!(
        request.spot_check.spot_check.is_none() || request.out.is_some(),
        "--spot-check does nothing without --out"
    );
    let redacting = redaction::by_file(&request.redact.redaction())?;
    let recorded: Date =
        run.recorded.as_of.parse().context("run.json has no day that counts as today: audit the batch again")?;
    let as_of = request.as_of.unwrap_or(recorded);
    let recording = request.record.recording();
    let new = request.out.as_deref().map(|new| recording.dated(new, as_of)).transpose()?;
    if let Some(new) = &new {
        redaction::guard_outputs(request.redact.redact, new)?;
    }
    let pack = match request.pack.as_deref() {
        Some(BY_DATE) => None,
        Some(id) => Some(id.to_owned()),
        None => run.recorded.pack().map(ToOwned::to_owned),
    };
    // Only the rules and what people decided are asked: what was given along with the earlier run is told below and not
    // used.
    let given = GivenFiles { decisions: request.decisions.clone(), ..GivenFiles::default() };
    let rules = request.rules.rules.clone();
    let OpenedRules { judge, provenance } =
        tools.judge(&JudgeRequest { out: request.run.clone(), rules, given, pack: pack.clone() }, as_of)?;
    let signer = new.as_deref().map_or(Ok(None), |new| request.record.signer(new))?;
    let folder = new.as_deref().map(|new| separate(new, &request.run)).transpose()?;
    if let Some(folder) = &folder {
        replaceable(&folder.path, run.recorded.counts.submissions, request.record.replace)?;
    }
    let others = run.other_rules(&provenance.rule_files);
    let mut provenance = Provenance {
        options: options(request, &run, pack.as_deref()),
        as_of: as_of.to_string(),
        models: run.recorded.models.clone(),
        reader: run.recorded.reader.clone(),
        ..provenance
    };
    redacting.enter(&mut provenance.options);
    let drawing = spot_check::drawing(&request.spot_check.asked(), None, folder.as_ref().map(|f| &*f.path))?;
    let judge = spot_check::drawn(judge, drawing, &mut provenance.options);
    recording.enter(&mut provenance);
    let done = pipeline::rejudge(Rejudging {
        findings: std::slice::from_ref(&run.findings),
        batches: run.recorded.batches.clone(),
        judge: &*judge,
        provenance,
        keep_draws: true,
        out: folder.as_ref().map(|f| f.path.clone()),
        redactor: redacting.redactor,
    })?;
    if let Some(run) = folder.as_ref().map(|f| f.path.clone()) {
        signature::seal(signer.as_ref(), &run)?;
        let (pictures, xlsx) = (request.report.report, request.report.workbook.xlsx);
        tools.report(&ReportRequest {
            run,
            pictures,
            xlsx,
            batches: Vec::new(),
            rules: request.rules.rules.clone(),
        })?;
    }

    let (lang, zh) = (request.lang.lang, request.lang.lang == Lang::Zh);
    let by_date = if zh { "按报名日期" } else { "by date of registration" };
    let then = [run.recorded.pack().unwrap_or(by_date), run.recorded.as_of.as_str()].join("，");
    let now = [pack.as_deref().unwrap_or(by_date), &as_of.to_string()].join("，");
    let same = if zh { "与原审核相同" } else { "the same as then" };
    let others = if others.is_empty() { same.to_owned() } else { others.join(", ") };
    let heads = if zh {
        ["原规则包、判定日", "现规则包、判定日", "规则文件有变化"]
    } else {
        ["pack and day then", "pack and day now", "rule files that differ"]
    };
    for (head, value) in heads.iter().zip([&then, &now, &others]) {
        writeln!(out, "{head}: {}", if zh { value.clone() } else { value.replace('，', ", ") })?;
    }
    let given: Vec<_> = run.recorded.given.iter().filter(|g| g.was_there()).collect();
    if !given.is_empty() {
        // waivers, overrides and earlier outputs lie outside the run: what they did then shows up as a difference now
        let names = given.iter().map(|g| format!("{} {}", g.kind, g.path)).collect::<Vec<_>>().join(", ");
        let head = if zh {
            "原审核另用了以下文件，重判时未使用，由此产生的差异见下"
        } else {
            "given along then and not used now, so what they did shows as a difference"
        };
        writeln!(out, "{head}: {names}")?;
    }
    write!(out, "\n{}", done.comparison.render(lang))?;
    Ok(exit_code(done.figures.counts.failed_inside, done.comparison.decisions(), request.fail_on_change))
}

fn exit_code(failed_inside: u64, decisions: u64, fail_on_change: bool) -> u8 {
    match (failed_inside, decisions) {
        (1.., _) => exit::FAILED_INSIDE,
        (0, 1..) if fail_on_change => exit::FINDINGS,
        _ => exit::DONE,
    }
}

/// The folder for the new run, which is never the earlier run's.
fn separate(new: &Path, old: &Path) -> anyhow::Result<OutFolder> {
    let same = new.exists() && new.canonicalize().ok() == old.canonicalize().ok();
    ensure!(!same, "{} is the run that is judged again; give another folder with --out", new.display());
    prepare(new)
}

/// What `run.json` says was asked for; the earlier run is named by its folder and by the hash of its findings.
fn options(request: &ReplayArgs, run: &EarlierRun, pack: Option<&str>) -> Map<String, Value> {
    let path = |p: &Path| Value::from(p.to_string_lossy().into_owned());
    let mut map = Map::new();
    map.insert("rejudged".into(), path(&request.run));
    map.insert(
        "rejudged_findings_sha256".into(),
        run.recorded.seal("findings.jsonl").map_or(Value::Null, |s| s.sha256.as_str().into()),
    );
    map.insert("rejudged_version".into(), run.recorded.version.as_str().into());
    map.insert("rules".into(), request.rules.dir().map_or(Value::Null, path));
    map.insert("pack".into(), pack.into());
    map.insert("decisions".into(), request.decisions.iter().map(|d| path(d)).collect());
    map
}
