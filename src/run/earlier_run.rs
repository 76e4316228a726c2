//! An earlier run's folder: its record, and its findings as the record seals them.
//! Judges nothing.

use crate::disk;
use crate::report::atomic_file::sha256;
use crate::report::page::record::RunRecord;
use crate::report::run::{HashedFile, Recorded, TOOL};
use anyhow::{Context as _, ensure};
use std::collections::BTreeSet;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// A finished run, and what its record says of batches, office and decisions for whoever shows it.
///
/// # Errors
/// As [`EarlierRun::open`].
pub fn open_to_show(folder: &Path) -> anyhow::Result<(EarlierRun, RunRecord)> {
    let run = EarlierRun::open(folder)?;
    let path = folder.join("run.json");
    let record = RunRecord::read(BufReader::new(disk::open_file(&path)?))
        .with_context(|| format!("{} cannot be read", path.display()))?;
    Ok((run, record))
}

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
        let file = disk::open_file(&path).with_context(|| {
            format!(
                "{} holds no finished run (no run.json); give the folder that `yushen audit -o` wrote",
                folder.display()
            )
        })?;
        let recorded = Recorded::read(BufReader::new(file)).ok().filter(|r| r.tool == TOOL);
        let recorded = recorded.with_context(|| {
            format!("{} is not the record of a run that can be judged again: audit the batch again", path.display())
        })?;
        let findings = folder.join("findings.jsonl");
        let sealed = recorded.seal("findings.jsonl").map(|s| s.sha256.as_str());
        let found = disk::open_file(&findings)
            .and_then(sha256)
            .with_context(|| format!("cannot read {}", findings.display()))?;
        ensure!(
            sealed == Some(&*found),
            "{} is not the file that run.json seals: it was changed, or belongs to another run",
            findings.display()
        );
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
