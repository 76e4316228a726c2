//! The submissions of several runs, each once, as they were read and as they are after all that people said.
//! Judges by what each run judged by, as the report's page does; counts nothing.

use crate::packs::{self, Loaded};
use crate::pipeline;
use crate::report::again::{Bench, Law};
use crate::report::finding::Finding;
use crate::report::page::record::RunRecord;
use crate::report::record::standing::Standing;
use crate::report::record::{Record, seal};
use crate::report::trust::counting::Case;
use crate::run::earlier_run::{EarlierRun, open_to_show};
use crate::run::report::law;
use crate::run::rules::{known_rules, load};
use crate::vocabulary::record::{Entry, RecordFile};
use anyhow::{Context as _, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Runs, and what was decided about them.
pub struct Runs {
    runs: Vec<Run>,
    record: Record,
    /// The rules as they are now.
    pub loaded: Loaded,
    /// Where each submission is taken from: by id and seal, run and place in it.
    chosen: BTreeMap<(String, String), Chosen>,
}

/// A run that was opened.
pub struct Run {
    run: EarlierRun,
    pub record: RunRecord,
    bench: Bench,
    /// The rules that it was judged by are not at hand, and those of now took their place.
    other_rules: bool,
}

#[derive(Clone, Copy)]
struct Chosen {
    run: usize,
    place: usize,
    /// What had been said when that run was made.
    said: usize,
    /// Drawn in one of the runs.
    drawn: bool,
}

/// What a person should know of the figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Findings of a submission that is there already, in another run.
    pub repeated: u64,
    /// Submissions with entries in the files given that are in none of the runs.
    pub unknown: u64,
    /// Runs that were judged anew by the rules of now.
    pub other_rules: u64,
}

impl Runs {
    /// Opens the runs and reads the record. `rules`: a folder of rules instead of the built-in ones.
    ///
    /// # Errors
    /// No finished run, a redacted one, or a file that cannot be used.
    pub fn open(folders: &[PathBuf], decisions: &[PathBuf], rules: Option<&Path>) -> anyhow::Result<Self> {
        let loaded = load(rules)?;
        let known = known_rules();
        let files = decisions.iter().map(|path| packs::load_record(path, &known)).collect::<Result<_, _>>()?;
        let runs = folders.iter().map(|folder| open(folder, rules, &loaded)).collect::<anyhow::Result<Vec<Run>>>()?;
        let mut all = Self { runs, record: Record::new(files), loaded, chosen: BTreeMap::new() };
        all.choose()?;
        Ok(all)
    }

    /// Of the findings of one submission the one before which least was said: that shows what the program did by
    /// itself.
    fn choose(&mut self) -> anyhow::Result<()> {
        for (run, opened) in self.runs.iter().enumerate() {
            for (place, finding) in pipeline::findings(&opened.run.findings)?.enumerate() {
                let finding = finding?;
                let now = Chosen { run, place, said: finding.record.len(), drawn: finding.spot_check };
                let key = (finding.submission_id.clone(), seal_of(&finding));
                let kept = self.chosen.entry(key).or_insert(now);
                let drawn = kept.drawn || now.drawn;
                *kept = if now.said < kept.said { now } else { *kept };
                kept.drawn = drawn;
            }
        }
        Ok(())
    }

    /// 0–1: the highest working threshold of the runs.
    pub fn working_threshold(&self) -> f32 {
        self.runs.iter().map(|r| r.bench.sure()).fold(0.0, f32::max)
    }

    /// The runs, in the order in which they were given.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Calls `each` with every submission, once, and the number of its run.
    ///
    /// # Errors
    /// Findings that cannot be read, and what `each` fails with.
    pub fn each(&self, mut each: impl FnMut(usize, &Case<'_>) -> anyhow::Result<()>) -> anyhow::Result<Told> {
        let mut told =
            Told { other_rules: self.runs.iter().filter(|r| r.other_rules).count() as u64, ..Told::default() };
        let mut met: BTreeSet<String> = BTreeSet::new();
        for (number, run) in self.runs.iter().enumerate() {
            for (place, finding) in pipeline::findings(&run.run.findings)?.enumerate() {
                let mut finding = finding?;
                met.insert(finding.submission_id.clone());
                let chosen = self.chosen.get(&(finding.submission_id.clone(), seal_of(&finding)));
                let Some(chosen) = chosen.filter(|c| (c.run, c.place) == (number, place)) else {
                    told.repeated += 1;
                    continue;
                };
                finding.spot_check = chosen.drawn;
                self.one(run, finding, |case| each(number, case))?;
            }
        }
        told.unknown = self.record.submissions().filter(|id| !met.contains(*id)).count() as u64;
        Ok(told)
    }

    fn one(
        &self,
        run: &Run,
        finding: Finding,
        each: impl FnOnce(&Case<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let submission = finding.submission();
        let record = Record::new(vec![self.said(&finding)?]);
        let standing = Standing::new(record.of(&submission.id), &submission, &seal::material(&submission));
        if standing.counting.is_empty() && finding.as_read.is_none() {
            return each(&Case::new(&finding, &finding, &standing));
        }
        let before = run.bench.judged(finding.clone(), &Record::default());
        let after = run.bench.judged(finding, &record);
        each(&Case::new(&before, &after, &standing))
    }

    /// What was said of a submission: what its run was given, and what is given now; each entry once.
    fn said(&self, finding: &Finding) -> anyhow::Result<RecordFile> {
        let lines: String = finding.record.iter().map(|entry| format!("{entry}\n")).collect();
        let mut file = packs::record("findings.jsonl", lines.as_bytes(), &known_rules())
            .context("findings.jsonl holds what is no entry of the record: audit the batch again")?;
        let same = |a: &Entry, b: &Entry| packs::entry_json(a) == packs::entry_json(b);
        for entry in self.record.of(&finding.submission_id) {
            if !file.entries.iter().any(|e| same(e, entry)) {
                file.entries.push(entry.clone());
            }
        }
        Ok(file)
    }
}

fn open(folder: &Path, rules: Option<&Path>, loaded: &Loaded) -> anyhow::Result<Run> {
    let (run, record) = open_to_show(folder)?;
    ensure!(
        !record.redacted(),
        "{} is a redacted run: what was read is not in it; give the run that it was made beside",
        folder.display()
    );
    let then = law(rules, &run, &record, loaded)?;
    let other_rules = then.is_none();
    let law = match then {
        Some(law) => law,
        None => Law {
            rules: packs::texts(rules)?,
            office: None,
            pack: run.recorded.pack().filter(|id| loaded.packs.get(id).is_some()).map(ToOwned::to_owned),
            as_of: run
                .recorded
                .as_of
                .parse()
                .context("run.json has no day that counts as today: audit the batch again")?,
        },
    };
    Ok(Run { run, record, bench: Bench::new(law)?, other_rules })
}

fn seal_of(f: &Finding) -> String {
    if f.material.is_empty() { seal::material(&f.submission()) } else { f.material.clone() }
}
