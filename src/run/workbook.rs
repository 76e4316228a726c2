//! `--xlsx`: a finished run's CSV files become one workbook beside them, so that both always say the same.
//! Reads what the run wrote; the crops are the report's.

use crate::report::atomic_file::{AtomicFile, ClosedFile};
use crate::report::xlsx::{FILE, Sheets};
use crate::rules::titles;
use crate::run::folder::REPORT;
use anyhow::Context as _;
use std::io;
use std::path::Path;

/// Writes the workbook. `crops`: for each flag of the findings, in their order, its crop as the page links it.
///
/// # Errors
/// If the CSV files cannot be read or the workbook cannot be written.
pub fn write(folder: &Path, crops: &[Option<String>]) -> anyhow::Result<()> {
    let unwritten = || format!("{} cannot be written; the other outputs are there", folder.join(FILE).display());
    let titles = titles().into_iter().map(|t| (t.id, t.zh)).collect();
    let mut sheets = Sheets::start(titles).with_context(unwritten)?;
    each_row(&folder.join("submissions.csv"), |row| sheets.submission(row)).with_context(unwritten)?;
    let mut crops = crops.iter();
    each_row(&folder.join("flags.csv"), |row| {
        // A row about a batch has no submission and no flag among the findings.
        let crop = if sheets.flags_batch(row) { None } else { crops.next().and_then(Option::as_ref) };
        sheets.flag(row, crop.map(|c| format!("{REPORT}/{c}")).as_deref())
    })
    .with_context(unwritten)?;
    let mut file = AtomicFile::create(folder, FILE).with_context(unwritten)?;
    sheets.finish(&mut file).with_context(unwritten)?;
    file.close().and_then(ClosedFile::publish).with_context(unwritten)
}

fn each_row(path: &Path, mut row: impl FnMut(&[&str]) -> io::Result<()>) -> io::Result<()> {
    let mut reader = csv::Reader::from_path(path).map_err(io::Error::other)?;
    for record in reader.records() {
        row(&record.map_err(io::Error::other)?.iter().collect::<Vec<_>>())?;
    }
    Ok(())
}
