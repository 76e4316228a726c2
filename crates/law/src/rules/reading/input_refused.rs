//! `input-refused`
//!
//! ## What is wrong
//! A file over a limit, a link out of the batch, or content made to do harm.
//!
//! ## Evidence
//! What the walk over the batch and the opening of pages refused.
//!
//! ## Cannot tell
//! Always `review`: the file was not opened, so nothing of it is known.

use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Scope};
use crate::vocabulary::documents::PageOutcome;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::IntakeIssue;
use std::collections::{BTreeMap, BTreeSet};

pub const RULE: Rule = Rule {
    id: "input-refused",
    worst: Severity::Review,
    source: "—",
    title_zh: "文件被拒绝读取",
    title_en: "a file over a limit, a link out of the batch, or content made to do harm",
    rests_on: &["intake", "pages", "files"],
    settings: &[
        "limits.max_file_bytes",
        "limits.max_pixels",
        "limits.max_pdf_pages",
        "limits.max_files",
        "limits.max_submission_bytes",
        "limits.max_submission_pages",
        "limits.max_name_chars",
        "limits.max_archive_bytes",
        "limits.max_archive_ratio",
        "limits.max_held_bytes",
        "limits.max_archive_header_bytes",
        "limits.max_json_bytes",
        "limits.max_reader_bytes",
        "limits.max_reader_seconds",
    ],
    clears_zh: "重新上传普通的图片或 PDF，大小在限制之内",
    clears_en: "an ordinary picture or PDF within the limits",
    scope: Scope::Document,
    file: include_str!("input_refused.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut refused: Vec<(&str, &str)> = Vec::new();
    let mut noted: BTreeSet<&str> = BTreeSet::new();
    let mut note = |file, why| {
        if noted.insert(file) {
            refused.push((file, why));
        }
    };
    for issue in &case.submission.intake {
        if let IntakeIssue::InputRefused { file, why } = issue {
            note(file.as_str(), why.as_str());
        }
    }
    for file in &case.submission.files {
        if let Some(why) = &file.refused {
            note(file.name.as_str(), why.as_str());
        }
    }
    for page in &case.documents.pages {
        if let PageOutcome::Refused { why } = &page.outcome {
            note(page.file.as_str(), why.as_str());
        }
    }
    // The first file of a name, should two have it.
    let kinds: BTreeMap<&str, _> = case.submission.files.iter().rev().map(|f| (f.name.as_str(), f.kind)).collect();
    let flags = refused.iter().map(|(file, why)| {
        let kind = kinds.get(file).copied().flatten();
        let draft = case.flag(&RULE, Severity::Review).field(*file).observed(*why);
        let draft = match kind {
            Some(kind) => draft.on(kind),
            None => draft,
        };
        draft
            .applicant(format!("文件“{file}”无法打开，请重新上传普通的图片或 PDF 文件。"))
            .says(format!("文件“{file}”未予打开：{why}。"), format!("The file {file} was refused: {why}."))
    });
    Outcome::of(flags.collect())
}
