//! `yushen rules rejudge`: an earlier run's folder becomes judgements under the rules of today, a comparison, and on request a run of its own.
//! Checks that the findings are the ones which the run sealed; opens no picture and loads no model.

use super::folder::{OutFolder, prepare};
use super::rules::find;
use super::{Language, RejudgeArgs, ReportArgs, exit, redacting, report};
use crate::disk;
use crate::packs::Loaded;
use crate::pipeline::{self, Judge, Rejudging};
use crate::report::run::{HashedFile, Provenance, Recorded, TOOL};
use crate::report::summary::Lang;
use crate::report::whole::sha256;
use anyhow::{Context as _, ensure};
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

/// The value of `--pack` that has the pack chosen by date again, where the earlier run was made with one pack for all.
const BY_DATE: &str = "by-date";

/// An earlier run's folder, as far as it is read before its findings.
pub struct EarlierRun {
    pub recorded: Recorded,
    pub findings: PathBuf,
}

impl EarlierRun {
    /// Reads `run.json` and sees that `findings.jsonl` is the one that it seals.
    ///
    /// # Errors
    /// If there is no finished run of this tool in the folder, or the findings were changed since.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("run.json");
        let file =
            disk::open_file(&path).with_context(|| format!("{} holds no finished run (no run.json); give the folder that `yushen audit -o` wrote", folder.display()))?;
        let recorded = Recorded::read(BufReader::new(file)).ok().filter(|r| r.tool == TOOL);
        let recorded = recorded.with_context(|| format!("{} is not the record of a run that can be judged again: audit the batch again", path.display()))?;
        let findings = folder.join("findings.jsonl");
        let sealed = recorded.seal("findings.jsonl").map(|s| s.sha256.as_str());
        let found = disk::open_file(&findings).and_then(sha256).with_context(|| format!("cannot read {}", findings.display()))?;
        ensure!(sealed == Some(&*found), "{} is not the file that run.json seals: it was changed, or belongs to another run", findings.display());
        Ok(Self { recorded, findings })
    }

    /// The rule files of the run that are others now, or are not there now.
    pub fn other_rules(&self, now: &[HashedFile]) -> Vec<String> {
        let (then, now): (BTreeSet<_>, BTreeSet<_>) = (pairs(&self.recorded.rule_files), pairs(now));
        let names: BTreeSet<&str> = then.symmetric_difference(&now).map(|(name, _)| *name).collect();
        names.into_iter().map(ToOwned::to_owned).collect()
    }
}

fn pairs(files: &[HashedFile]) -> BTreeSet<(&str, &str)> {
    files.iter().map(|f| (f.name.as_str(), f.sha256.as_str())).collect()
}

/// Judges again, prints what differs, and writes a run of its own where one is asked for.
///
/// `judge` makes the judge for a day and a pack that is forced on all, if any; `provenance` says which rules those are.
///
/// # Errors
/// Wrong usage, findings that cannot be judged again, an output that cannot be written.
pub fn rejudge(
    request: &RejudgeArgs,
    loaded: &Loaded,
    provenance: Provenance,
    judge: impl FnOnce(Date, Option<String>) -> Box<dyn Judge>,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let run = EarlierRun::open(&request.run)?;
    redacting::refuse(&run.recorded.options, &request.run)?;
    let redacting = redacting::by_file(request.redact, request.redact_key.as_deref())?;
    if let Some(new) = &request.out {
        redacting::guard_outputs(request.redact, new)?;
    }
    let recorded: Date = run.recorded.as_of.parse().context("run.json has no day that counts as today: audit the batch again")?;
    let as_of = request.as_of.unwrap_or(recorded);
    let pack = match request.pack.as_deref() {
        Some(BY_DATE) => None,
        Some(id) => Some(id.to_owned()),
        None => run.recorded.pack().map(ToOwned::to_owned),
    };
    if let Some(id) = &pack {
        find(loaded, id)?;
    }
    let folder = request.out.as_deref().map(|new| separate(new, &request.run)).transpose()?;
    let others = run.other_rules(&provenance.rule_files);
    let mut provenance = Provenance {
        options: options(request, &run, pack.as_deref()),
        as_of: as_of.to_string(),
        models: run.recorded.models.clone(),
        reader: run.recorded.reader.clone(),
        ..provenance
    };
    redacting.enter(&mut provenance.options);
    let judge = judge(as_of, pack.clone());
    let done = pipeline::rejudge(Rejudging {
        findings: std::slice::from_ref(&run.findings),
        batches: run.recorded.batches.clone(),
        judge: &*judge,
        provenance,
        out: folder.as_ref().map(|f| f.path.clone()),
        redactor: redacting.redactor,
    })?;
    if let Some(run) = folder.as_ref().map(|f| f.path.clone()) {
        report::write(&ReportArgs { run, pictures: request.report, xlsx: false, batch: Vec::new(), rules: request.rules.clone() }, loaded)?;
    }

    let (lang, zh) = if request.lang == Language::Zh { (Lang::Zh, true) } else { (Lang::En, false) };
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
    if !run.recorded.given.is_empty() {
        // waivers, overrides and earlier outputs lie outside the run: what they did then shows up as a difference now
        let names = run.recorded.given.iter().map(|g| format!("{} {}", g.kind, g.path)).collect::<Vec<_>>().join(", ");
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
fn options(request: &RejudgeArgs, run: &EarlierRun, pack: Option<&str>) -> Map<String, Value> {
    let path = |p: &Path| Value::from(p.to_string_lossy().into_owned());
    let mut map = Map::new();
    map.insert("rejudged".into(), path(&request.run));
    map.insert("rejudged_findings_sha256".into(), run.recorded.seal("findings.jsonl").map_or(Value::Null, |s| s.sha256.as_str().into()));
    map.insert("rejudged_version".into(), run.recorded.version.as_str().into());
    map.insert("rules".into(), request.rules.as_deref().map_or(Value::Null, path));
    map.insert("pack".into(), pack.into());
    map
}
