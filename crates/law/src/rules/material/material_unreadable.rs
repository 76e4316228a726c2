//! `material-unreadable`
//!
//! ## What is wrong
//! A file is there and cannot be opened, or nothing on it can be read.
//!
//! ## Evidence
//! The outcome of its pages, and files that could not be read from disk.
//!
//! ## Cannot tell
//! A material that the condition does not ask for is only noted.
//! A broken photo is `photo-corrupt`; a refused file is `input-refused`.

use crate::rules::case::{Case, Standing};
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Scope};
use crate::vocabulary::documents::PageOutcome;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::submission::IntakeIssue;

pub const RULE: Rule = Rule {
    id: "material-unreadable",
    worst: Severity::Review,
    source: "—",
    title_zh: "材料无法打开或辨认",
    title_en: "there, but cannot be opened or read",
    rests_on: &["pages", "files"],
    clears_zh: "重新扫描或拍摄并上传能打开、看得清的文件",
    clears_en: "a file that opens and can be read",
    scope: Scope::Document,
    file: include_str!("material_unreadable.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags: Vec<Flag> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for page in &case.documents.pages {
        let Some(kind) = page.material else { continue };
        let why = match &page.outcome {
            PageOutcome::Unreadable { why } | PageOutcome::Illegible { why } => why,
            // a blank back means nothing; a material of nothing but blank pages is not there to be read
            PageOutcome::Blank { why } if case.standing(kind) == Standing::Unreadable => why,
            _ => continue,
        };
        let judged_as_photo = kind == MaterialKind::Photo && case.documents.photos().any(|p| p.file == page.file);
        if judged_as_photo || told.contains(&page.file.as_str()) {
            continue;
        }
        told.push(&page.file);
        flags.push(flag(case, kind, Some(page.page), &page.file, why));
    }
    for issue in &case.submission.intake {
        let IntakeIssue::FileUnreadable { file, why } = issue else { continue };
        if told.contains(&file.as_str()) {
            continue;
        }
        if let Some(kind) = case.submission.files.iter().find(|f| f.name == *file).and_then(|f| f.kind) {
            flags.push(flag(case, kind, None, file, why));
        }
    }
    Outcome::of(flags)
}

fn flag(case: &Case<'_>, kind: MaterialKind, page: Option<u16>, file: &str, why: &str) -> Flag {
    let severity = if kind == MaterialKind::Other || case.asked_for(kind) == Some(false) {
        Severity::Note
    } else {
        Severity::Review
    };
    let draft = match page {
        Some(page) => case.flag(&RULE, severity).on_page(Some(kind), page),
        None => case.flag(&RULE, severity).on(kind),
    };
    let draft = draft.field(file).observed(why);
    // That the office cannot get at a file is nothing that its applicant could mend.
    if case
        .submission
        .intake
        .iter()
        .any(|issue| matches!(issue, IntakeIssue::FileUnreadable { file: unread, .. } if unread == file))
    {
        return draft.says(
            format!("未能读取{kind}的文件“{file}”：{why}。请核对导出的文件及其读取权限后重新审核；不能据此要求申报人重新上传。"),
            format!(
                "The file {file} ({}) could not be read here: {why}. Look at the export and its rights and audit again; the applicant has no part in it.",
                kind.english()
            ),
        );
    }
    let what_to_do = if is_office_document(file) {
        format!(
            "{kind}的文件“{file}”是文档或压缩包，不是图片或 PDF，无法审核；请另存为 PDF，或将{kind}拍照、扫描成 JPG 后重新上传。"
        )
    } else {
        format!("{kind}的文件“{file}”无法打开或无法辨认，请重新上传清晰、完整的{kind}。")
    };
    draft.applicant(what_to_do).says(
        format!("{kind}的文件“{file}”无法打开或辨认：{why}。"),
        format!("The {} ({file}) cannot be opened or read: {why}.", kind.english()),
    )
}

/// By its ending: it only decides which advice is given, not whether the file can be read.
fn is_office_document(file: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        ".doc", ".docx", ".wps", ".rtf", ".odt", ".xls", ".xlsx", ".et", ".ppt", ".pptx", ".ofd", ".txt", ".zip",
        ".rar", ".7z", ".html",
    ];
    let file = file.to_lowercase();
    ENDINGS.iter().any(|e| file.ends_with(e))
}
