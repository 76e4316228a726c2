//! `yushen report`: makes the report of a finished run anew and prints where it is.

use crate::cli::exit;
use crate::cli::options::{RulesOption, WorkbookOption};
use crate::run::folder;
use crate::run::request::{PictureMode, ReportRequest};
use crate::run::tools::Tools;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Folder of a finished run
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    /// Pictures in the report
    #[arg(long, value_enum, default_value_t = PictureMode::Crops)]
    pub pictures: PictureMode,
    #[command(flatten)]
    pub workbook: WorkbookOption,
    /// Where the batches lie now, in the order of run.json, if they were moved
    #[arg(long, value_name = "BATCH")]
    pub batch: Vec<PathBuf>,
    #[command(flatten)]
    pub rules: RulesOption,
}

/// Makes the report while nobody else writes into the run's folder: two at a time would remove each other's
/// half-written files. An audit holds the folder when it makes its own.
///
/// # Errors
/// No finished run, rules that cannot be loaded, an output that cannot be written.
pub fn report(args: &ReportArgs, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    let _lock = args.run.join("run.json").exists().then(|| folder::wait_for(&args.run)).transpose()?;
    let ReportArgs { run, pictures, workbook, batch, rules } = args.clone();
    let page =
        tools.report(&ReportRequest { run, pictures, xlsx: workbook.xlsx, batches: batch, rules: rules.rules })?;
    writeln!(out, "{}", page.display())?;
    Ok(exit::DONE)
}
