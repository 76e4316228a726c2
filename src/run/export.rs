//! A finished run and what was decided about it become rows of the platform's own import template.
//! Says which value goes under which heading, as the office's file maps them; the workbook is `report::template`'s.

use crate::disk;
use crate::pipeline;
use crate::report::atomic_file::{AtomicFile, ClosedFile};
use crate::report::columns::names;
use crate::report::finding::Finding;
use crate::report::heading::Heading;
use crate::report::submissions_csv::SubmissionRow;
use crate::report::template::{Filled, Filling, fill};
use crate::run::earlier_run::open_to_show;
use crate::run::notices::Decisions;
use crate::run::rules::{load, overridden};
use crate::vocabulary::office::{ImportTemplate, TEMPLATE_ID};
use anyhow::{Context as _, bail, ensure};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Values that are no columns of submissions.csv, or say more than those.
const VALUES: [&str; 6] = [TEMPLATE_ID, "verdict", "decision", "reason", "who", "decided_on"];

/// What is to be filled in.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The run's folder.
    pub run: PathBuf,
    /// Later decisions than those that were given along with the run.
    pub decisions: Vec<PathBuf>,
    pub template: PathBuf,
    /// The office's file, with `[template]`.
    pub mapping: PathBuf,
    pub out: PathBuf,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Exported {
    /// Without the workbook's bytes.
    pub filled: Filled,
    /// Ids that stand in the run more than once, and were left out.
    pub twice: Vec<String>,
    /// Ids on which two people contradict each other, and which were left out.
    pub unsettled: Vec<String>,
}

/// Fills the template in and writes it under another name.
///
/// # Errors
/// No finished run, a redacted one, a file that cannot be used, an output that cannot be written.
pub fn write(request: &ExportRequest) -> anyhow::Result<Exported> {
    let (run, record) = open_to_show(&request.run)?;
    ensure!(
        !record.redacted(),
        "{} is a redacted run: ids and names are not in it, so no template can be filled in from it",
        request.run.display()
    );
    let (loaded, office) = overridden(load(None)?, Some(&request.mapping))?;
    let Some(mapping) = office.and_then(|o| o.template) else {
        bail!(
            "{} has no [template.columns]: write under it each heading of the template and the value that goes there (docs/notices.md)",
            request.mapping.display()
        );
    };
    check(&mapping, &request.mapping)?;
    let (folder, name) = target(request)?;
    let limits = &loaded.settings.limits;
    let unread = || format!("template {} cannot be read", request.template.display());
    let mut bytes = Vec::new();
    let file = disk::open_file(&request.template).with_context(unread)?;
    file.take(limits.max_table_bytes + 1).read_to_end(&mut bytes).with_context(unread)?;

    let decisions = Decisions::load(&request.decisions)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut unsettled = Vec::new();
    for finding in pipeline::findings(&run.findings)? {
        let (finding, settled) = decisions.over(finding?);
        if !settled {
            unsettled.push(finding.submission_id);
            continue;
        }
        *places.entry(finding.submission_id.clone()).or_default() += 1;
        rows.push(values(&finding, &mapping));
    }
    let id = mapping.columns.iter().position(|c| c.value == TEMPLATE_ID).unwrap_or_default();
    // Which of two submissions of one id the template means cannot be told.
    rows.retain(|row| places.get(&row[id]) == Some(&1));
    let twice = places.into_iter().filter(|(_, n)| *n > 1).map(|(id, _)| id).collect();
    let headings: Vec<String> = mapping.columns.iter().map(|c| c.heading.clone()).collect();
    let filling = Filling { sheet: mapping.sheet.as_deref(), headings: &headings, id, rows: &rows };
    let mut filled = fill(&bytes, &filling, limits)
        .with_context(|| format!("template {} cannot be filled in", request.template.display()))?;

    let unwritten = || format!("{} cannot be written; is it open in another program?", request.out.display());
    let mut file = AtomicFile::create(&folder, &name).with_context(unwritten)?;
    file.write_all(&std::mem::take(&mut filled.bytes)).with_context(unwritten)?;
    file.close().and_then(ClosedFile::publish).with_context(unwritten)?;
    Ok(Exported { filled, twice, unsettled })
}

/// Every value of the mapping is one that there is.
fn check(mapping: &ImportTemplate, file: &Path) -> anyhow::Result<()> {
    let columns = names(SubmissionRow::COLUMNS);
    for c in &mapping.columns {
        ensure!(
            VALUES.contains(&c.value.as_str()) || columns.contains(&c.value.as_str()),
            "{}:{}: \"{}\" is no value; write {}, or a column of submissions.csv: {}",
            file.display(),
            c.line,
            c.value,
            VALUES.join(", "),
            columns.join(", ")
        );
    }
    Ok(())
}

/// Folder and name of the output, which is never the template and of its kind: a workbook with macros under another
/// ending is refused by Excel.
fn target(request: &ExportRequest) -> anyhow::Result<(PathBuf, String)> {
    let out = &request.out;
    ensure!(
        disk::whole(out) != disk::whole(&request.template),
        "{} is the template itself; give another name with --out",
        out.display()
    );
    let ending = |p: &Path| p.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    ensure!(
        ending(out) == ending(&request.template),
        "the template ends in .{}, so the result has to, too: {}",
        ending(&request.template),
        out.display()
    );
    let name = out.file_name().map(|n| n.to_string_lossy().into_owned());
    let Some(name) = name.filter(|_| !out.is_dir()) else { bail!("{} is no name of a file", out.display()) };
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(folder.is_dir(), "there is no folder {}", folder.display());
    Ok((folder.to_owned(), name))
}

/// One submission's values, in the mapping's order.
fn values(f: &Finding, mapping: &ImportTemplate) -> Vec<String> {
    let (known, read) = (Heading::known(f), Heading::read(&f.documents));
    let row = SubmissionRow::new(f, &known, &read);
    let column =
        |name: &str| SubmissionRow::COLUMNS.iter().find(|c| c.name == name).map_or_else(String::new, |c| (c.of)(&row));
    let decided = f.decision.as_ref();
    let value = |name: &str| match name {
        TEMPLATE_ID => f.submission_id.clone(),
        "verdict" => mapping.verdicts.get(&f.verdict).cloned().unwrap_or_else(|| f.verdict.chinese().to_owned()),
        "decision" => decided.map_or_else(String::new, |d| {
            mapping.decisions.get(&d.decision).cloned().unwrap_or_else(|| d.decision.chinese().to_owned())
        }),
        // What a person has decided on is told in his words.
        "reason" => decided.map_or_else(|| column("reason"), |d| d.reason.clone()),
        "who" => decided.map_or_else(String::new, |d| d.who.clone()),
        "decided_on" => decided.map_or_else(String::new, |d| d.decided_on.clone()),
        name => column(name),
    };
    mapping.columns.iter().map(|c| value(&c.value)).collect()
}
