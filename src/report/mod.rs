//! From findings to files: CSV, JSONL, run.json, the workbook, the report's page and the summary.
//! Opens no input, reads no clock and judges nothing; times and dates come in as values.

pub mod annotate;
pub mod atomic_file;
pub mod cell;
pub mod columns;
pub mod comparison;
pub mod evidence;
pub mod explanation;
pub mod field_words;
pub mod flags_csv;
pub mod form_questions;
pub mod form_text;
pub mod held;
pub mod inspection;
pub mod json;
pub mod mask;
pub mod notice_docx;
pub mod page;
pub mod passage;
pub mod redact;
pub mod run;
pub mod seen_form;
pub mod shown;
pub mod submissions_csv;
pub mod summary;
pub mod template;
pub mod trust;
pub mod xlsx;

pub use yushen_review::findings::{facts, finding, heading, notice, others, person, reason};
pub use yushen_review::{again, record};
