//! `yushen merge`: the parts of one audit, made with `--shard` on several machines, become the outputs of one run.
//! Opens no picture: what submissions share is judged over all parts by their findings. Parts that are not of one audit are refused.

use super::folder::prepare;
use super::rejudge::EarlierRun;
use super::shard::Shard;
use super::{Language, MergeArgs, ReportArgs, exit, redacting};
use crate::pipeline::{self, Judge, Rejudging};
use crate::report::run::{BatchRecord, HashedFile, Provenance, Recorded};
use crate::report::summary::{self, Lang};
use anyhow::{Context as _, bail, ensure};
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the parts have in common: what they were judged by, and what must be judged by again.
pub struct Whole {
    pub as_of: Date,
    /// The pack that governed all, whatever the date.
    pub pack: Option<String>,
}

/// Opens the parts and sees that they are all parts of one audit.
pub struct Parts {
    runs: Vec<EarlierRun>,
    pub whole: Whole,
}

impl Parts {
    /// # Errors
    /// A folder without a finished run, a part that is missing or there twice, parts that were made otherwise than the others.
    pub fn open(folders: &[PathBuf]) -> anyhow::Result<Self> {
        let mut runs = Vec::new();
        for folder in folders {
            let run = EarlierRun::open(folder)?;
            redacting::refuse(&run.recorded.options, folder)?;
            let text = run.recorded.options.get("shard").and_then(Value::as_str);
            let shard: Shard = text.and_then(|t| t.parse().ok()).with_context(|| format!("{} is not a part: it was not made with --shard", folder.display()))?;
            runs.push((shard, folder, run));
        }
        runs.sort_by_key(|(shard, ..)| *shard);
        complete(&runs.iter().map(|(shard, ..)| *shard).collect::<Vec<_>>())?;
        let (first, others) = runs.split_first().context("no part was given")?;
        for (_, folder, run) in others {
            let differences = differences(&first.2.recorded, &run.recorded);
            ensure!(differences.is_empty(), "{} and {} are not parts of one audit; they differ in: {}", first.1.display(), folder.display(), differences.join(", "));
        }
        let recorded = &first.2.recorded;
        let as_of = recorded.as_of.parse().context("run.json has no day that counts as today: audit the batch again")?;
        let whole = Whole { as_of, pack: recorded.pack().map(ToOwned::to_owned) };
        Ok(Self { runs: runs.into_iter().map(|(.., run)| run).collect(), whole })
    }

    fn recorded(&self) -> &Recorded {
        // Made from at least one.
        &self.runs[0].recorded
    }

    /// The batches as one run would have recorded them.
    fn batches(&self) -> Vec<BatchRecord> {
        let mut batches = self.recorded().batches.clone();
        for (i, batch) in batches.iter_mut().enumerate() {
            batch.submissions = self.runs.iter().map(|r| r.recorded.batches[i].submissions).sum();
        }
        batches
    }

    /// What the parts were given along has to be given again, and be the same.
    fn same_given(&self, judge: &dyn Judge) -> anyhow::Result<()> {
        let mut then: Vec<(String, String)> = self.recorded().given.iter().map(|g| (g.kind.clone(), g.sha256.clone())).collect();
        let mut now: Vec<(String, String)> = judge.given().into_iter().map(|g| (g.kind.to_owned(), g.sha256)).collect();
        then.sort();
        now.sort();
        if then != now {
            let list = |all: &[(String, String)]| all.iter().map(|(kind, hash)| format!("{kind} {}", hash.get(..12).unwrap_or(hash))).collect::<Vec<_>>().join(", ");
            let (then, now) = (list(&then), list(&now));
            bail!("the parts were judged with [{then}] and this with [{now}]: give the same files with --office, --waivers, --decisions and --archive");
        }
        Ok(())
    }
}

/// Judges the union and writes it as one run.
///
/// `judge` and `provenance` are of the rules that are loaded now; they must be those by which the parts were judged. `report` writes the report of the whole.
///
/// # Errors
/// Other rules than then, findings that cannot be judged again, an output that cannot be written.
pub fn merge(
    request: &MergeArgs,
    parts: &Parts,
    judge: &dyn Judge,
    provenance: Provenance,
    report: impl FnOnce(&ReportArgs) -> anyhow::Result<()>,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let recorded = parts.recorded();
    let others = parts.runs[0].other_rules(&provenance.rule_files);
    ensure!(others.is_empty(), "the parts were judged by other rules than these, which differ in {}: give theirs with --rules", others.join(", "));
    parts.same_given(judge)?;
    for run in &request.runs {
        ensure!(run.canonicalize().ok() != request.out.canonicalize().ok(), "{} is one of the parts; give another folder with --out", request.out.display());
    }
    let redacting = redacting::by_file(request.redact, request.redact_key.as_deref())?;
    redacting::guard_outputs(request.redact, &request.out)?;
    let folder = prepare(&request.out)?;
    let mut provenance =
        Provenance { options: options(request, recorded), as_of: recorded.as_of.clone(), models: recorded.models.clone(), reader: recorded.reader.clone(), ..provenance };
    redacting.enter(&mut provenance.options);
    let findings: Vec<PathBuf> = parts.runs.iter().map(|r| r.findings.clone()).collect();
    let redactor = redacting.redactor;
    let done = pipeline::rejudge(Rejudging { findings: &findings, batches: parts.batches(), judge, provenance, out: Some(folder.path.clone()), redactor })?;
    // The folder is still ours: no other run replaces what the report is made of.
    let (pictures, batch, rules) = (request.report, request.batch.clone(), request.rules.clone());
    report(&ReportArgs { run: folder.path.clone(), pictures, xlsx: request.xlsx, batch, rules })?;
    let (lang, told) = match request.lang {
        Language::Zh => (Lang::Zh, "合并后结论或依据与分份审核时不同的申报（与其他份有重复等）"),
        Language::En => (Lang::En, "submissions judged otherwise than in their part (they share something with another part)"),
    };
    let _ = out.write_all(summary::render(&done.figures, &judge.titles(), &request.out, lang).as_bytes());
    let _ = writeln!(out, "{told}: {}", done.comparison.changed.len());
    Ok(if done.figures.counts.failed_inside > 0 { exit::FAILED_INSIDE } else { exit::DONE })
}

/// Is every part there, and once?
fn complete(shards: &[Shard]) -> anyhow::Result<()> {
    let Some(first) = shards.first() else { bail!("no part was given") };
    if let Some(other) = shards.iter().find(|s| s.of != first.of) {
        bail!("{first} and {other} are parts of different divisions");
    }
    if let Some(twice) = shards.windows(2).find(|w| w[0] == w[1]) {
        bail!("part {} is there twice", twice[0]);
    }
    let there: BTreeSet<Shard> = shards.iter().copied().collect();
    let missing: Vec<String> = (1..=first.of).map(|part| Shard { part, of: first.of }).filter(|s| !there.contains(s)).map(|s| s.to_string()).collect();
    ensure!(missing.is_empty(), "missing: part {}", missing.join(", "));
    Ok(())
}

/// In what two records differ that parts of one audit have in common.
fn differences(a: &Recorded, b: &Recorded) -> Vec<&'static str> {
    let option = |r: &Recorded, name: &str| r.options.get(name).cloned().unwrap_or_default();
    let files = |files: &[HashedFile]| files.iter().map(|f| (f.name.clone(), f.sha256.clone())).collect::<BTreeSet<_>>();
    let given = |r: &Recorded| r.given.iter().map(|g| (g.kind.clone(), g.sha256.clone())).collect::<BTreeSet<_>>();
    // The path to a batch may be another on each machine; its name, its table and what was found there may not.
    let batches = |r: &Recorded| r.batches.iter().map(|b| (name(&b.batch), b.folders, b.rows, b.notes.clone(), b.tables.clone())).collect::<Vec<_>>();
    [
        ("version", a.version == b.version && a.reader == b.reader),
        ("--as-of", a.as_of == b.as_of),
        ("--pack", a.pack() == b.pack()),
        ("--engine", option(a, "engine") == option(b, "engine")),
        ("--second-reading", option(a, "second_reading") == option(b, "second_reading")),
        ("rules", files(&a.rule_files) == files(&b.rule_files)),
        ("models", files(&a.models) == files(&b.models)),
        ("office, waivers or archive", given(a) == given(b)),
        ("batches", batches(a) == batches(b)),
    ]
    .into_iter()
    .filter_map(|(what, same)| (!same).then_some(what))
    .collect()
}

/// The folder's name, whichever way its slashes lean.
fn name(batch: &str) -> String {
    batch.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(batch).to_owned()
}

/// As one run says it, and of what it was put together.
fn options(request: &MergeArgs, recorded: &Recorded) -> Map<String, Value> {
    let path = |p: &Path| Value::from(p.to_string_lossy().into_owned());
    let mut map = recorded.options.clone();
    map.insert("shard".into(), Value::Null);
    map.insert("merged".into(), request.runs.iter().map(|r| path(r)).collect());
    map
}
