//! A file of the record of decisions (docs/decision-record.md), as lines of JSON or as CSV, checked entry by entry.
//! Whether an entry fits what was read, and which of several counts, is not checked here.

mod csv;
mod entry;
mod jsonl;

use super::error::{PackError, Source};
use crate::vocabulary::record::{Entry, RecordFile};
use serde_json::Value;

/// The entries of one file: lines of JSON where its first character is `{`, else CSV. `known_rules` are the ids that
/// they may name.
///
/// # Errors
/// Neither of the two, or an entry that is unknown or incomplete, with its line. A last entry that was torn off is none.
pub(super) fn record(file: &Source, sha256: String, known_rules: &[&str]) -> Result<RecordFile, PackError> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let (entries, torn) =
        if text.trim_start().starts_with('{') || text.trim().is_empty() && file.name.ends_with(".jsonl") {
            jsonl::entries(file, known_rules)?
        } else {
            csv::entries(file, known_rules)?
        };
    Ok(RecordFile { name: file.name.to_owned(), sha256, entries, torn })
}

/// An entry as a line of JSON holds it.
pub(super) fn json(entry: &Entry) -> Value {
    serde_json::to_value(entry::Written::of(entry)).unwrap_or_default()
}
