//! `yushen show`: a finished run in the terminal, all its submissions in lines or one in full.
//! Reads the run's findings and nothing else; opens no picture.

use super::rejudge::EarlierRun;
use super::{Language, ShowArgs};
use crate::pipeline;
use crate::report::finding::Finding;
use crate::report::shown;
use crate::report::summary::Lang;
use crate::rules;
use crate::vocabulary::finding::Verdict;
use crate::vocabulary::outcome::RuleTitle;
use anyhow::ensure;
use std::io::Write;

/// Prints one submission, or a line for each, worst first.
///
/// # Errors
/// No finished run, or no submission of that id.
pub fn show(request: &ShowArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let run = EarlierRun::open(&request.run)?;
    let lang = if request.lang == Language::Zh { Lang::Zh } else { Lang::En };
    let titles: Vec<RuleTitle> = rules::RULES.iter().map(|r| RuleTitle { id: r.id.to_owned(), zh: r.title_zh().to_owned(), en: r.title_en().to_owned() }).collect();
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
        ensure!(found > 0, "no submission {id} in {}; `yushen show {}` lists them", request.run.display(), request.run.display());
    }
    // Stable: within a verdict the order of the findings stays.
    lines.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
    for (_, line) in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The whole id, or its last digits, at least four of them.
fn names(f: &Finding, id: &str) -> bool {
    f.submission_id == id || (id.chars().count() >= 4 && f.submission_id.ends_with(id))
}
