//! Runs and records become counts; counts become a page with a plot, and an office's file.

use crate::report::atomic_file::{AtomicFile, ClosedFile};
use crate::report::summary::Lang;
use crate::report::trust::counting::Counts;
use crate::report::trust::page::{html, plot};
use crate::report::trust::sheet::Sheet;
use crate::report::trust::suggest::Suggestion;
use crate::run::trust::cases::{Runs, Told};
use crate::store::make_folder;
use anyhow::{Context as _, bail, ensure};
use std::io::Write as _;
use std::path::Path;

/// Names of the page and of the plot.
pub const PAGE: &str = "trust.html";
pub const PLOT: &str = "trust.svg";

/// Counts all submissions.
///
/// # Errors
/// Findings that cannot be read.
pub fn count(runs: &Runs) -> anyhow::Result<(Counts, Told)> {
    let mut counts = Counts::new(runs.working_threshold());
    let told = runs.each(|_, case| {
        counts.add(case);
        Ok(())
    })?;
    Ok((counts, told))
}

/// Writes the page and the plot into a folder, which is made.
///
/// # Errors
/// They cannot be written.
pub fn page(folder: &Path, sheet: &Sheet, counts: &Counts, confidence: f64, lang: Lang) -> anyhow::Result<()> {
    make_folder(folder).with_context(|| format!("folder {} cannot be made", folder.display()))?;
    let plot = plot(counts, confidence, lang);
    publish(folder, PLOT, &plot)?;
    publish(folder, PAGE, &html(sheet, &plot, lang))
}

/// Writes the suggested threshold as an office's file, which is new: nothing is merged and nothing is replaced.
///
/// # Errors
/// There is such a file, or it cannot be written.
pub fn office_file(path: &Path, suggestion: &Suggestion) -> anyhow::Result<()> {
    ensure!(
        !path.exists(),
        "{} is there already; give another name, and put into it what you want of it",
        path.display()
    );
    let Some(name) = path.file_name().map(|n| n.to_string_lossy().into_owned()) else {
        bail!("{} is no name of a file", path.display())
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(folder.is_dir(), "there is no folder {}", folder.display());
    publish(folder, &name, &office_text(suggestion))
}

/// The office's file. An office may only raise the threshold: what is shown below it stands in a comment.
fn office_text(s: &Suggestion) -> String {
    let (risk, sure) = (s.asked.risk * 100.0, s.asked.confidence * 100.0);
    let head = "# 由 yushen trust --suggest 生成，供 --office 使用；请先核对。 Written by yushen trust --suggest, for --office.\n";
    match s.shown {
        None => format!(
            "{head}# 现有数据不足以证明任何门槛使读错的不超过 {risk:.2}%（把握 {sure:.0}%），门槛不变。\n# No threshold is shown to keep wrong readings at or under {risk:.2} % ({sure:.0} % sure): nothing is changed.\n"
        ),
        Some(shown) if shown > s.working_threshold => format!(
            "{head}# 门槛 {shown} 时读错的不超过 {risk:.2}%（把握 {sure:.0}%）；现为 {0}。 Shown to keep {risk:.2} % ({sure:.0} % sure); it was {0}.\n# 提高门槛后所有材料将重新读取。 All pictures are read anew under another threshold.\n[reading]\nworking_threshold = {shown}\n",
            s.working_threshold
        ),
        Some(shown) => format!(
            "{head}# 门槛 {shown} 时读错的仍不超过 {risk:.2}%（把握 {sure:.0}%），现有门槛 {0} 无须提高；本文件只能提高门槛，故不作改动。\n# Shown at {shown} already ({risk:.2} %, {sure:.0} % sure): {0} need not be raised, and an office may not lower it.\n",
            s.working_threshold
        ),
    }
}

fn publish(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let unwritten = || format!("{} cannot be written; is it open in another program?", folder.join(name).display());
    let mut file = AtomicFile::create(folder, name).with_context(unwritten)?;
    file.write_all(text.as_bytes()).with_context(unwritten)?;
    file.close().and_then(ClosedFile::publish).with_context(unwritten)
}

#[cfg(test)]
mod tests {
    use super::{office_file, office_text};
    use crate::report::trust::suggest::{Asked, Suggestion};
    use crate::rules;
    use yushen_law::packs;

    /// Whatever is suggested can be given as an office's file, and sets what it says.
    #[test]
    fn an_office_can_use_what_is_suggested() {
        for (shown, set) in [(None, None), (Some(0.97), Some(0.97)), (Some(0.9), None), (Some(0.8), None)] {
            let suggestion = Suggestion {
                asked: Asked { risk: 0.005, confidence: 0.95 },
                working_threshold: 0.9,
                shown,
                tried: Vec::new(),
                still_needed: None,
            };
            let text = office_text(&suggestion);
            let (loaded, office) = packs::embedded().unwrap().with_office("o.toml", &text, &rules::worst()).unwrap();
            assert_eq!(loaded.settings.reading.working_threshold, set.unwrap_or(0.9), "{text}");
            assert_eq!(office.thresholds.len(), usize::from(set.is_some()), "{text}");

            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("office.toml");
            office_file(&path, &suggestion).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            assert!(office_file(&path, &suggestion).unwrap_err().to_string().contains("there already"));
        }
    }
}
