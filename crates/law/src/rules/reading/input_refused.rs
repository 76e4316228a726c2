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
use crate::rules::flagging::Outcome;
use crate::vocabulary::documents::PageOutcome;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::IntakeIssue;

const ID: &str = "input-refused";

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut refused: Vec<(&str, &str)> = Vec::new();
    let mut note = |file, why| {
        if !refused.iter().any(|(f, _)| *f == file) {
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
    let flags = refused.iter().map(|(file, why)| {
        let kind = case.submission.files.iter().find(|f| f.name == *file).and_then(|f| f.kind);
        let draft = case.flag(ID, Severity::Review).field(*file).observed(*why);
        let draft = match kind {
            Some(kind) => draft.on(kind),
            None => draft,
        };
        draft.says(format!("文件“{file}”未予打开（{why}），请重新上传普通的图片或 PDF 文件。"), format!("The file {file} was refused: {why}."))
    });
    Outcome::of(flags.collect())
}
