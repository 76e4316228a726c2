//! The parts of one audit, made with `--shard` on several machines. Parts that are not of one audit are refused.
//! Opens no picture.

use crate::pipeline::Judge;
use crate::report::run::{BatchRecord, HashedFile, Recorded, RecordedGiven, was_there};
use crate::run::earlier_run::EarlierRun;
use crate::run::redaction;
use crate::run::shard::Shard;
use anyhow::{Context as _, bail, ensure};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What the parts have in common: what they were judged by, and what must be judged by again.
pub struct Whole {
    pub as_of: Date,
    /// The pack that governed all, whatever the date.
    pub pack: Option<String>,
}

/// Opens the parts and sees that they are all parts of one audit.
pub struct Parts {
    pub runs: Vec<EarlierRun>,
    pub whole: Whole,
}

impl Parts {
    /// # Errors
    /// A folder without a finished run, a part that is missing or there twice, parts that were made otherwise than the
    /// others.
    pub fn open(folders: &[PathBuf]) -> anyhow::Result<Self> {
        let mut runs = Vec::new();
        for folder in folders {
            let run = EarlierRun::open(folder)?;
            redaction::refuse(&run.recorded.options, folder)?;
            let text = run.recorded.options.get("shard").and_then(Value::as_str);
            let shard: Shard = text
                .and_then(|t| t.parse().ok())
                .with_context(|| format!("{} is not a part: it was not made with --shard", folder.display()))?;
            runs.push((shard, folder, run));
        }
        runs.sort_by_key(|(shard, ..)| *shard);
        complete(&runs.iter().map(|(shard, ..)| *shard).collect::<Vec<_>>())?;
        let (first, others) = runs.split_first().context("no part was given")?;
        for (_, folder, run) in others {
            let differences = differences(&first.2.recorded, &run.recorded);
            ensure!(
                differences.is_empty(),
                "{} and {} are not parts of one audit; they differ in: {}",
                first.1.display(),
                folder.display(),
                differences.join(", ")
            );
        }
        let recorded = &first.2.recorded;
        let as_of =
            recorded.as_of.parse().context("run.json has no day that counts as today: audit the batch again")?;
        let whole = Whole { as_of, pack: recorded.pack().map(ToOwned::to_owned) };
        Ok(Self { runs: runs.into_iter().map(|(.., run)| run).collect(), whole })
    }

    /// What all parts recorded alike, as the first one has it.
    pub fn recorded(&self) -> &Recorded {
        // Made from at least one.
        &self.runs[0].recorded
    }

    /// The batches as one run would have recorded them.
    pub fn batches(&self) -> Vec<BatchRecord> {
        let mut batches = self.recorded().batches.clone();
        for (i, batch) in batches.iter_mut().enumerate() {
            batch.submissions = self.runs.iter().map(|r| r.recorded.batches[i].submissions).sum();
        }
        batches
    }

    /// Sees that what the parts were given along is given again, and is the same.
    ///
    /// # Errors
    /// It is not.
    pub fn same_given(&self, judge: &dyn Judge) -> anyhow::Result<()> {
        let mut then: Vec<(String, String)> =
            used(self.recorded()).map(|g| (g.kind.clone(), g.sha256.clone())).collect();
        let now = judge.given().into_iter().filter(|g| was_there(g.kind, &g.sha256));
        let mut now: Vec<(String, String)> = now.map(|g| (g.kind.to_owned(), g.sha256)).collect();
        then.sort();
        now.sort();
        // What was decided since is more than the parts knew; readings are corrected anew, from what was read.
        let added = |given: &&(String, String)| given.0 == "decisions" && !then.contains(given);
        let as_then: Vec<(String, String)> = now.iter().filter(|g| !added(g)).cloned().collect();
        if then != as_then {
            let list = |all: &[(String, String)]| {
                all.iter()
                    .map(|(kind, hash)| format!("{kind} {}", hash.get(..12).unwrap_or(hash)))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let (then, now) = (list(&then), list(&now));
            bail!(
                "the parts were judged with [{then}] and this with [{now}]: give the same files with --office, --waivers, --decisions and --archive"
            );
        }
        Ok(())
    }
}

/// What was given along and was there.
fn used(recorded: &Recorded) -> impl Iterator<Item = &RecordedGiven> {
    recorded.given.iter().filter(|g| g.was_there())
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
    let missing: Vec<String> = (1..=first.of)
        .map(|part| Shard { part, of: first.of })
        .filter(|s| !there.contains(s))
        .map(|s| s.to_string())
        .collect();
    ensure!(missing.is_empty(), "missing: part {}", missing.join(", "));
    Ok(())
}

/// In what two records differ that parts of one audit have in common.
fn differences(a: &Recorded, b: &Recorded) -> Vec<&'static str> {
    let option = |r: &Recorded, name: &str| r.options.get(name).cloned().unwrap_or_default();
    let files =
        |files: &[HashedFile]| files.iter().map(|f| (f.name.clone(), f.sha256.clone())).collect::<BTreeSet<_>>();
    let given = |r: &Recorded| used(r).map(|g| (g.kind.clone(), g.sha256.clone())).collect::<BTreeSet<_>>();
    // The path to a batch may be another on each machine; its name, its table and what was found there may not.
    let batches = |r: &Recorded| {
        r.batches
            .iter()
            .map(|b| (name(&b.batch), b.folders, b.rows, b.notes.clone(), b.tables.clone()))
            .collect::<Vec<_>>()
    };
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
