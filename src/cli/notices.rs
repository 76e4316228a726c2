//! `yushen notices`: writes a notice for each applicant whose submission is sent back, and prints where they are.

use crate::cli::exit;
use crate::run::folder;
use crate::run::notices::{self, NoticesRequest};
use crate::run::today::today;
use clap::Args;
use jiff::civil::Date;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
pub struct NoticesArgs {
    /// Folder of a finished run
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    /// Record of decisions that people made on the report's page (审核决定.jsonl, or its CSV); may be given many times
    /// [default: what the run was given]
    #[arg(long, value_name = "FILE")]
    pub decisions: Vec<PathBuf>,
    /// Only this submission (报名编号) [default: all that are sent back or rejected]
    #[arg(long, value_name = "ID")]
    pub submission: Vec<String>,
    /// Also drafts for submissions with the verdict `reject` on which nobody has decided
    #[arg(long)]
    pub proposed: bool,
    /// The office's file, for `office_name` under the notices [default: as the run has recorded it]
    #[arg(long, value_name = "FILE")]
    pub office: Option<PathBuf>,
    /// Folder for the documents [default: 退回通知 in OUT]
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The day under the notices [default: today, in Beijing]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<Date>,
}

/// Writes them while nobody else writes into the run's folder.
///
/// # Errors
/// No finished run, wrong usage, a file that cannot be used, an output that cannot be written.
pub fn notices(args: &NoticesArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let _lock = args.run.join("run.json").exists().then(|| folder::wait_for(&args.run)).transpose()?;
    let NoticesArgs { run, decisions, submission, proposed, office, out: folder, date } = args.clone();
    let day = date.map_or_else(today, Ok)?;
    let done = notices::write(&NoticesRequest {
        run,
        decisions,
        submissions: submission,
        proposed,
        office,
        out: folder,
        day,
    })?;
    writeln!(out, "{}", done.folder.display())?;
    writeln!(out, "退回通知 {} 份", done.files.len())?;
    if done.drafts > 0 {
        writeln!(out, "其中 {} 份尚无审核决定，为拟稿，请审核人员确认后发出", done.drafts)?;
    }
    if done.unsettled > 0 {
        writeln!(out, "另有 {} 份的审核决定互相矛盾，未生成通知，请先核对后重新认定", done.unsettled)?;
    }
    if done.earlier > 0 {
        writeln!(out, "文件夹中另有 {} 份以前生成的通知，未作改动，发出前请核对", done.earlier)?;
    }
    if done.nameless && !done.files.is_empty() {
        writeln!(out, "未署审核机构名称：请在机构文件中设置 office_name，并用 --office 指定")?;
    }
    Ok(exit::DONE)
}
