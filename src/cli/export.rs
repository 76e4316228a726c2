//! `yushen export`: puts a run's results into the platform's own import template, and prints what went where.

use crate::cli::exit;
use crate::run::export::{self, ExportRequest, Exported};
use crate::run::folder;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Ids of a list that are printed; the rest are counted.
const NAMED: usize = 10;

#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// Folder of a finished run
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    /// The platform's import template (.xlsx); it stays as it is
    #[arg(long, value_name = "FILE")]
    pub template: PathBuf,
    /// The office's file, whose [template.columns] say which value goes under which heading (TOML)
    #[arg(long, value_name = "FILE")]
    pub mapping: PathBuf,
    /// The filled-in workbook
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Record of decisions that people made on the report's page (审核决定.jsonl, or its CSV); may be given many times
    /// [default: what the run was given]
    #[arg(long, value_name = "FILE")]
    pub decisions: Vec<PathBuf>,
}

/// Fills the template in while nobody else writes into the run's folder.
///
/// # Errors
/// No finished run, a file that cannot be used, an output that cannot be written.
pub fn export(args: &ExportArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let _lock = args.run.join("run.json").exists().then(|| folder::wait_for(&args.run)).transpose()?;
    let ExportArgs { run, template, mapping, out: target, decisions } = args.clone();
    let Exported { filled, twice, unsettled } =
        export::write(&ExportRequest { run, decisions, template, mapping, out: target.clone() })?;
    writeln!(out, "{}", target.display())?;
    writeln!(out, "工作表“{}”：填写 {} 行，新增 {} 行", filled.sheet, filled.filled, filled.appended)?;
    tell(out, "模板中有而本次没有的报名编号，未作改动", &filled.unknown)?;
    tell(out, "本次有而模板中没有的报名编号，未写入", &filled.absent)?;
    tell(out, "本次有重复的报名编号，未写入", &twice)?;
    tell(out, "审核决定互相矛盾，未写入", &unsettled)?;
    if filled.formulas {
        writeln!(out, "工作表含公式：打开后请按 Ctrl+Alt+F9 重新计算")?;
    }
    Ok(exit::DONE)
}

fn tell(out: &mut dyn Write, what: &str, ids: &[String]) -> std::io::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    // What stands in a template's cell may hold anything.
    let named: Vec<String> = ids.iter().take(NAMED).map(|id| crate::report::mask::masked(&visible(id))).collect();
    let more = if ids.len() > NAMED { " 等" } else { "" };
    writeln!(out, "{what}（{} 个）：{}{more}", ids.len(), named.join("、"))
}

/// At most 40 characters, none of which acts.
fn visible(id: &str) -> String {
    crate::report::cell::visible(id).chars().take(40).collect()
}
