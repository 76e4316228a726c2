//! From a folder to submissions: finds, lists and hashes files, reads the registration.
//! Opens no picture, follows no link, and judges nothing: what is odd becomes an issue that names the file.

mod aliases;
mod archive;
mod batch;
mod column;
mod contents;
mod discover;
mod encoding;
mod entry;
mod files;
mod issue;
mod machine;
mod matching;
mod register;
mod registration;
mod rows;
mod table;
mod tar;
mod taste;
mod values;
mod walk;
mod zip;

pub use aliases::{AliasError, Aliases, Named};
pub use archive::{ArchiveError, ArchivedRun, ArchivedSubmission, find_runs, read_run};
pub use batch::{Batch, Counts, TableInfo};
pub use contents::Contents;
pub use discover::{discover, heads};
pub use files::{Unread, hash_files, read_file};
pub use issue::{BatchIssue, IngestError};
pub use machine::is_machines;
pub use register::{CompaniesRegister, REGISTER_NAME, RegisterError};
pub use rows::TABLE_NAMES;
pub use taste::{JOBS, Untasted, register as taste_register};

#[cfg(test)]
mod tests;
