//! Keeps a panic inside a decoder from costing more than the file that caused it.

use super::error::PictureError;
use crate::vocabulary::photo::FileFormat;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs third-party decoders so that a panic inside them (hostile input, a decoder's bug) costs this one file.
/// `AssertUnwindSafe` is sound here: everything the closure builds is dropped with it, and what it borrows is only
/// read.
pub(super) fn caught<T>(format: FileFormat, work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or(Err(PictureError::Corrupt { format, why: "解码时发生内部错误".into() }))
}
