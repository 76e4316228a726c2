//! `yushen show`: a finished run in the terminal, all its submissions in lines or one in full.
//! Reads the run's findings and nothing else; opens no picture.

use crate::cli::exit;
use crate::cli::options::LangOption;
use crate::pipeline;
use crate::report::finding::Finding;
use crate::report::shown;
use crate::rules::titles;
use crate::run::earlier_run::EarlierRun;
use crate::vocabulary::finding::Verdict;
use anyhow::ensure;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// Folder of a finished run
    #[arg(value_name = "OUT")]
    pub run: PathBuf,
    /// 报名编号, or its last digits (four or more)
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    #[command(flatten)]
    pub lang: LangOption,
}

/// Prints one submission, or a line for each, worst first.
///
/// # Errors
/// No finished run, or no submission of that id.
pub fn show(request: &ShowArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let run = EarlierRun::open(&request.run)?;
    let lang = request.lang.lang;
    let titles = titles();
    let mut lines: Vec<(Verdict, String)> = Vec::new();
    let mut found = 0;
    for finding in pipeline::findings(&run.findings)? {
        let finding = finding?;
        match &request.id {
            Some(id) if names(&finding, id) => {
                let gap = if found > 0 { "\n" } else { "" };
                write!(out, "{gap}{}", shown::one(&finding, &titles, lang))?;
                found += 1;
            }
            Some(_) => {}
            None => lines.push((finding.verdict, shown::line(&finding, lang))),
        }
    }
    if let Some(id) = &request.id {
        ensure!(
            found > 0,
            "no submission {id} in {}; `yushen show {}` lists them",
            request.run.display(),
            request.run.display()
        );
    }
    // Stable: within a verdict the order of the findings stays.
    lines.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
    for (_, line) in lines {
        writeln!(out, "{line}")?;
    }
    Ok(exit::DONE)
}

/// The whole id, or its last digits, at least four of them.
fn names(f: &Finding, id: &str) -> bool {
    f.submission_id == id || (id.chars().count() >= 4 && f.submission_id.ends_with(id))
}
