//! A finished run's folder becomes the report that a person looks at, with what was cut out of the pictures.
//! Audits and re-judgements end with it; it reads their outputs and nothing that is not in them but the pictures
//! themselves.

use crate::packs::{self, Loaded};
use crate::pipeline;
use crate::report::again::{Law, draft, requirement};
use crate::report::atomic_file::sha256;
use crate::report::finding::Finding;
use crate::report::page::detail::{Detail, Pictures, detail};
use crate::report::page::index::{CHUNK, Index};
use crate::report::page::record::{Offers, RunRecord};
use crate::report::page::{self, DETAILS};
use crate::rules::titles;
use crate::run::crops::Cutter;
use crate::run::earlier_run::{EarlierRun, open_to_show};
use crate::run::folder;
use crate::run::request::{PictureMode, ReportRequest};
use crate::run::rules::{find_pack, provenance};
use crate::run::workbook;
use crate::store::make_folder;
use anyhow::{Context as _, ensure};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const OFFERS: &str = include_str!("../../rules/report.toml");
/// Submissions whose pictures are cut at a time: enough for all processors, few enough to hold.
const AT_A_TIME: usize = 4 * CHUNK;

/// Writes the report of a finished run; returns the page.
///
/// # Errors
/// No finished run, an output that cannot be written.
pub fn write(request: &ReportRequest, loaded: &Loaded) -> anyhow::Result<PathBuf> {
    let (run, record) = open_to_show(&request.run)?;
    let offers: Offers =
        toml::from_str(OFFERS).context("the built-in rules/report.toml; this build is damaged, install it again")?;
    ensure!((1..=3650).contains(&offers.accept.days), "rules/report.toml: accept.days is 1–3650");
    let pack = run.recorded.pack();
    if let Some(id) = pack {
        find_pack(loaded, id)?;
    }

    let folder = folder::report_folder(&request.run)?;
    let unwritten = || format!("the report in {} cannot be written; the other outputs are there", folder.display());
    make_folder(&folder.join(DETAILS)).with_context(unwritten)?;
    // What is asked for now holds whatever an earlier report had.
    let mode = if record.redacted() { PictureMode::None } else { request.pictures };
    let roots = roots(&request.batches, &record);
    let cutter = Cutter::new(&folder, &roots, mode, &loaded.settings.limits).with_context(unwritten)?;
    let law = law(request.rules.as_deref(), &run, &record, loaded)?;
    let mut writing = Writing {
        folder: &folder,
        judged_again: law.is_some(),
        redacted: record.redacted(),
        key: record.key(),
        index: Index::new(&titles(), loaded.settings.reading.working_threshold),
        chunk: 0,
        used: BTreeSet::new(),
        crops: Vec::new(),
    };

    let mut list: Vec<Finding> = Vec::with_capacity(AT_A_TIME);
    for finding in pipeline::findings(&run.findings)? {
        list.push(finding?);
        if list.len() == AT_A_TIME {
            writing.add(&list, &cutter, loaded, pack).with_context(unwritten)?;
            list.clear();
        }
    }
    writing.add(&list, &cutter, loaded, pack).with_context(unwritten)?;
    let Writing { index, chunk, used, crops, .. } = writing;
    let data = index.finish(&record.about(&offers, law.is_some()));
    for file in page::write_page(&folder, &data, law.as_ref()).with_context(unwritten)? {
        file.publish().with_context(unwritten)?;
    }
    // The page's own files are written into the folder itself: a report that was killed leaves theirs there.
    clean(&folder, None).with_context(unwritten)?;
    clean(&folder.join(DETAILS), Some(chunk)).with_context(unwritten)?;
    cutter.sweep(&used).with_context(unwritten)?;
    if request.xlsx {
        workbook::write(&request.run, &crops)?;
    }
    Ok(folder.join("index.html"))
}

/// A report as far as it is written.
struct Writing<'a> {
    folder: &'a Path,
    /// The page can judge its submissions again.
    judged_again: bool,
    /// What names the applicants was taken out: no notice can be written.
    redacted: bool,
    key: String,
    index: Index,
    /// The next file of details.
    chunk: usize,
    /// Names of crops and copies that this report shows.
    used: BTreeSet<String>,
    /// Each flag's crop, in order of the findings.
    crops: Vec<Option<String>>,
}

impl Writing<'_> {
    /// The next submissions; all but the last call bring full files of details.
    fn add(
        &mut self,
        list: &[Finding],
        cutter: &Cutter<'_>,
        loaded: &Loaded,
        pack: Option<&str>,
    ) -> anyhow::Result<()> {
        let with_facts = |p: Pictures| Pictures { judged_again: self.judged_again, ..p };
        let pictures: Vec<Pictures> =
            list.par_iter().map(|f| cutter.pictures(f).map(with_facts)).collect::<Result<_, _>>()?;
        let links = pictures.iter().flat_map(|p| p.crops.values().chain(p.copies.values().map(|c| &c.link)));
        let by_flag = list.iter().zip(&pictures).flat_map(|(f, p)| f.flags.iter().map(|r| p.crops.get(&r.id).cloned()));
        self.crops.extend(by_flag);
        self.used.extend(links.filter_map(|l| l.rsplit_once('/').map(|(_, name)| name.to_owned())));
        for (findings, pictures) in list.chunks(CHUNK).zip(pictures.chunks(CHUNK)) {
            let mut details: Vec<Detail> = Vec::with_capacity(CHUNK);
            for (f, p) in findings.iter().zip(pictures) {
                self.index.add(f);
                let notice = (!self.redacted).then(|| draft(f));
                details.push(detail(f, &mut self.index, p, requirement(f, loaded, pack).as_ref(), notice));
            }
            page::write_details(self.folder, &self.key, self.chunk, &details)?.publish()?;
            self.chunk += 1;
        }
        Ok(())
    }
}

/// What the page judges by after a correction: what the run judged by. `None` if that is not at hand any more, and where
/// what names a person was taken out of the facts.
///
/// # Errors
/// Rules that cannot be read.
pub fn law(rules: Option<&Path>, run: &EarlierRun, record: &RunRecord, loaded: &Loaded) -> anyhow::Result<Option<Law>> {
    let as_of = run.recorded.as_of.parse();
    let (Ok(as_of), false, true) =
        (as_of, record.redacted(), run.other_rules(&provenance(loaded).rule_files).is_empty())
    else {
        return Ok(None);
    };
    let office = match record.office() {
        None => None,
        Some((path, hash)) => {
            let text = fs::read_to_string(path).ok().filter(|text| sha256(text.as_bytes()).is_ok_and(|h| h == hash));
            let Some(text) = text else { return Ok(None) };
            Some(("office.toml".to_owned(), text))
        }
    };
    let rules = packs::texts(rules)?;
    Ok(Some(Law { rules, office, pack: run.recorded.pack().map(ToOwned::to_owned), as_of }))
}

/// Where each batch of the run lies: as given now, in their order, else as given then, if it is still there.
fn roots(given: &[PathBuf], record: &RunRecord) -> Vec<Option<PathBuf>> {
    let then = record.batches.iter().map(|b| PathBuf::from(&b.batch));
    then.enumerate().map(|(i, then)| given.get(i).cloned().or(Some(then)).filter(|p| p.is_dir())).collect()
}

/// Removes half-written files, and details of an earlier report that was longer than `chunks`; anything else is not the
/// report's.
fn clean(folder: &Path, chunks: Option<usize>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let number = name.strip_suffix(".js").and_then(|n| n.parse::<usize>().ok());
        if chunks.zip(number).is_some_and(|(chunks, n)| n >= chunks) || folder::is_unfinished(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
