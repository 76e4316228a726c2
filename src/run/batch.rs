//! Opens a batch for a run: its submissions, its enterprise register, and what is wrong with it as a whole.
//! Opens none of the submissions' pictures.

use crate::ingest::{self, Aliases, Batch, BatchIssue, CompaniesRegister, Contents, REGISTER_NAME, Untasted};
use crate::packs::Loaded;
use crate::pipeline::BatchInput;
use crate::report::atomic_file::sha256;
use crate::report::run::HashedFile;
use crate::vocabulary::outcome::BatchNote;
use crate::vocabulary::register::{NoRegister, Register};
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::path::Path;

/// A batch as it was found, and what the readers need of it.
pub struct OpenedBatch {
    pub input: BatchInput,
    pub register: Box<dyn Register + Send + Sync>,
    pub contents: Contents,
}

/// Finds a batch's submissions and reads its register. `used` collects the aliases that named a file.
///
/// # Errors
/// A folder or archive that cannot be listed, a register that cannot be read on this machine.
pub fn open_batch(
    path: &Path,
    aliases: &Aliases,
    loaded: &Loaded,
    used: &mut BTreeSet<String>,
) -> anyhow::Result<OpenedBatch> {
    let Batch { root, contents, submissions, mut issues, register, counts, aliases_used, table, .. } =
        ingest::discover(path, aliases, &loaded.settings.limits)?;
    used.extend(aliases_used);
    let mut tables: Vec<HashedFile> =
        table.into_iter().map(|t| HashedFile { name: t.file, sha256: t.sha256 }).collect();
    let mut known: Box<dyn Register + Send + Sync> = Box::new(NoRegister);
    if let Some(file) = register {
        let unreadable = |why: String| BatchIssue::RegisterUnreadable { file: REGISTER_NAME.to_owned(), why };
        let limits = &loaded.settings.limits;
        let read = contents
            .table(&file, 0, limits.max_register_bytes)
            .with_context(|| format!("{REGISTER_NAME} of {} cannot be read on this machine", path.display()))?;
        let bytes = read.and_then(|bytes| match ingest::taste_register(&bytes, limits) {
            Ok(()) => Ok(Ok(bytes)),
            Err(Untasted::Failed(why)) => Ok(Err(anyhow::anyhow!("{}: {REGISTER_NAME}: {why}", path.display()))),
            Err(over @ Untasted::OverReader { .. }) => Err(over.to_string()),
        });
        match bytes {
            Err(why) => issues.push(unreadable(why)),
            Ok(bytes) => {
                let bytes = bytes?;
                tables.push(HashedFile { name: REGISTER_NAME.to_owned(), sha256: sha256(&*bytes)? });
                match CompaniesRegister::parse(&bytes, REGISTER_NAME) {
                    Ok((register, rows)) => {
                        issues.extend(rows);
                        known = Box::new(register);
                    }
                    Err(error) => issues.push(unreadable(error.to_string())),
                }
            }
        }
    }
    let notes = issues.into_iter().map(note).collect();
    let (folders, rows, ignored) = (counts.folders as u64, counts.rows as u64, counts.ignored as u64);
    let input =
        BatchInput { label: path.display().to_string(), root, submissions, notes, folders, rows, ignored, tables };
    Ok(OpenedBatch { input, register: known, contents })
}

/// What is wrong with a batch as a whole; what a clerk must look at also becomes a flag.
fn note(issue: BatchIssue) -> BatchNote {
    let zh = issue.to_string();
    let first = matches!(
        issue,
        BatchIssue::NoTable { without: 1.., .. }
            | BatchIssue::TableUnreadable { .. }
            | BatchIssue::StrayArchives { .. }
            | BatchIssue::Empty { .. }
    );
    let (rule, file, row, en) = match issue {
        BatchIssue::Empty { .. } => (
            Some("registration-missing"),
            None,
            None,
            "the batch holds no submission folder and no registration".to_owned(),
        ),
        BatchIssue::NoTable { expected, without } => {
            let rule = (without > 0).then_some("registration-missing");
            (
                rule,
                None,
                None,
                format!(
                    "no registration table ({expected}) at the batch's root; only submission.json files count, which {without} submission(s) lack"
                ),
            )
        }
        BatchIssue::TableUnreadable { file, .. } => {
            (Some("registration-missing"), Some(file), None, "the table cannot be read".to_owned())
        }
        BatchIssue::TableIgnored { file, used } => {
            (None, Some(file), None, format!("not read, because {used} is there too and is the same"))
        }
        BatchIssue::TableDiffers { file, used } => (
            Some("registration-conflict"),
            Some(file),
            None,
            format!("not used, because {used} is there too; the two differ"),
        ),
        BatchIssue::TableInside { file } => {
            (None, Some(file), None, "the table was found in a folder of the batch".to_owned())
        }
        BatchIssue::RegisterUnreadable { file, .. } => {
            (Some("registration-field"), Some(file), None, "the enterprise register cannot be read".to_owned())
        }
        BatchIssue::ColumnMissing { file, column } => {
            (Some("registration-field"), Some(file), None, format!("column “{column}” is missing"))
        }
        BatchIssue::ColumnRepeated { file, column } => (
            Some("registration-field"),
            Some(file),
            None,
            format!("column “{column}” stands there more than once; the first counts"),
        ),
        BatchIssue::ColumnUnknown { file, column } => {
            (None, Some(file), None, format!("column “{column}” is not known and was not used"))
        }
        BatchIssue::Row { file, row, .. } => (
            Some("registration-field"),
            Some(file),
            (row > 0).then_some(row as u64),
            "the row cannot be used as it stands".to_owned(),
        ),
        BatchIssue::RowIgnored { file, row, .. } => (
            None,
            Some(file),
            (row > 0).then_some(row as u64),
            "no row of the table, or a cell without a value".to_owned(),
        ),
        BatchIssue::StrayFile { file } => {
            (None, Some(file), None, "lies in no submission's folder and was not judged".to_owned())
        }
        BatchIssue::StrayArchives { count } => (
            Some("input-refused"),
            None,
            None,
            format!("{count} archive(s) in no submission's folder were not unpacked and not judged"),
        ),
        BatchIssue::Ignored { pattern, count } => {
            (None, None, None, format!("{count} file(s) of a system or program ({pattern}) were not judged"))
        }
        BatchIssue::Refused { file, .. } => (Some("input-refused"), Some(file), None, "refused unopened".to_owned()),
        BatchIssue::FolderUnreadable { path, .. } => {
            (Some("input-refused"), Some(path), None, "the folder cannot be listed".to_owned())
        }
    };
    BatchNote { rule: rule.map(ToOwned::to_owned), file, row, zh, en, first }
}
