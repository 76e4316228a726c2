//! `yushen merge`: the parts of one audit become the outputs of one run.
//! Opens no picture: what submissions share is judged over all parts by their findings.

use crate::cli::exit;
use crate::cli::options::{GivenOptions, LangOption, RecordOptions, RedactOptions, ReportOptions, RulesOption};
use crate::pipeline::{self, Rejudging};
use crate::report::run::{Provenance, Recorded};
use crate::report::summary::{self, Lang};
use crate::run::folder::{prepare, replaceable};
use crate::run::parts::Parts;
use crate::run::redaction;
use crate::run::request::{JudgeRequest, ReportRequest};
use crate::run::signature;
use crate::run::spot_check::{self, Share};
use crate::run::tools::{OpenedRules, Tools};
use anyhow::ensure;
use clap::Args;
use serde_json::{Map, Value};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
pub struct MergeArgs {
    /// Folders of all parts, in any order
    #[arg(required = true, value_name = "OUT")]
    pub runs: Vec<PathBuf>,
    /// Folder for the outputs of the whole
    #[arg(short, long, value_name = "NEW")]
    pub out: PathBuf,
    #[command(flatten)]
    pub rules: RulesOption,
    #[command(flatten)]
    pub given: GivenOptions,
    /// Where the batches lie for this machine, in the order of run.json, if not where they were [default: where they
    /// were, else a report without pictures]
    #[arg(long, value_name = "BATCH")]
    pub batch: Vec<PathBuf>,
    #[command(flatten)]
    pub report: ReportOptions,
    /// Mark this share of the cleared submissions of the whole, as one audit of everything with this key draws them; the
    /// parts' own draws then count no more. Without it who was drawn in a part stays drawn
    #[arg(long, value_name = "SHARE")]
    pub spot_check: Option<Share>,
    /// The key of the draw, made if it is not there; keep it, and keep it secret
    #[arg(long, value_name = "FILE")]
    pub spot_check_key: Option<PathBuf>,
    #[command(flatten)]
    pub redact: RedactOptions,
    #[command(flatten)]
    pub record: RecordOptions,
    #[command(flatten)]
    pub lang: LangOption,
}

/// Judges the union and writes it as one run. Rules and files are to be given as the parts were made with them.
///
/// # Errors
/// Parts that are not of one audit, other rules than then, findings that cannot be judged again, an output that cannot
/// be written.
pub fn merge(request: &MergeArgs, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    let parts = Parts::open(&request.runs)?;
    let recording = request.record.recording();
    let new = recording.dated(&request.out, parts.whole.as_of)?;
    let (rules, given, pack) = (request.rules.rules.clone(), request.given.files(), parts.whole.pack.clone());
    let OpenedRules { judge, provenance } =
        tools.judge(&JudgeRequest { out: new.clone(), rules, given, pack }, parts.whole.as_of)?;
    let recorded = parts.recorded();
    let others = parts.runs[0].other_rules(&provenance.rule_files);
    ensure!(
        others.is_empty(),
        "the parts were judged by other rules than these, which differ in {}: give theirs with --rules",
        others.join(", ")
    );
    parts.same_given(&*judge)?;
    for run in &request.runs {
        ensure!(
            run.canonicalize().ok() != new.canonicalize().ok(),
            "{} is one of the parts; give another folder with --out",
            new.display()
        );
    }
    let redacting = redaction::by_file(&request.redact.redaction())?;
    redaction::guard_outputs(request.redact.redact, &new)?;
    let signer = request.record.signer(&new)?;
    let asked = spot_check::Asked { share: request.spot_check, key: request.spot_check_key.clone() };
    let drawing = spot_check::drawing(&asked, None, Some(&new))?;
    let folder = prepare(&new)?;
    let submissions = parts.batches().iter().map(|b| b.submissions).sum();
    replaceable(&folder.path, submissions, request.record.replace)?;
    let mut provenance = Provenance {
        options: options(request, recorded),
        as_of: recorded.as_of.clone(),
        models: recorded.models.clone(),
        reader: recorded.reader.clone(),
        ..provenance
    };
    redacting.enter(&mut provenance.options);
    recording.enter(&mut provenance);
    // One draw of one share by one key: marks of other draws among its own would be no share of anything.
    let keep_draws = drawing.is_none();
    let judge = if keep_draws { judge } else { spot_check::drawn(judge, drawing, &mut provenance.options) };
    let findings: Vec<PathBuf> = parts.runs.iter().map(|r| r.findings.clone()).collect();
    let redactor = redacting.redactor;
    let done = pipeline::rejudge(Rejudging {
        findings: &findings,
        batches: parts.batches(),
        judge: &*judge,
        provenance,
        keep_draws,
        out: Some(folder.path.clone()),
        redactor,
    })?;
    signature::seal(signer.as_ref(), &folder.path)?;
    // The folder is still ours: no other run replaces what the report is made of.
    let (pictures, xlsx) = (request.report.report, request.report.workbook.xlsx);
    tools.report(&ReportRequest {
        run: folder.path.clone(),
        pictures,
        xlsx,
        batches: request.batch.clone(),
        rules: request.rules.rules.clone(),
    })?;
    let lang = request.lang.lang;
    let told = match lang {
        Lang::Zh => "合并后结论或依据与分份审核时不同的申报（与其他份有重复等）",
        Lang::En => "submissions judged otherwise than in their part (they share something with another part)",
    };
    let _ = out.write_all(summary::render(&done.figures, &judge.titles(), &new, lang).as_bytes());
    let _ = writeln!(out, "{told}: {}", done.comparison.changed.len());
    Ok(if done.figures.counts.failed_inside > 0 { exit::FAILED_INSIDE } else { exit::DONE })
}

/// As one run says it, and of what it was put together.
fn options(request: &MergeArgs, recorded: &Recorded) -> Map<String, Value> {
    let path = |p: &Path| Value::from(p.to_string_lossy().into_owned());
    let mut map = recorded.options.clone();
    map.insert("shard".into(), Value::Null);
    map.insert("merged".into(), request.runs.iter().map(|r| path(r)).collect());
    map
}
