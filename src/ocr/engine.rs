//! The narrow trait behind which every text recognition engine stands, and how an engine fails.
//! Knows no engine: each is a file of its own.

use super::reading::{LineReading, TextBox};
use image::GrayImage;

/// A reader of text lines. One engine serves one thread at a time; see [`super::pool::Pool`] for sharing.
pub trait Engine {
    /// Name and size of the models, as it stands in reports, e.g. `pp-ocrv6-small`.
    fn name(&self) -> &'static str;

    /// Text lines of a page, in reading order (top to bottom, then left to right).
    ///
    /// # Errors
    /// The page has no pixels, or the engine failed.
    fn detect(&self, page: &GrayImage) -> Result<Vec<TextBox>, OcrError>;

    /// Reads one line: an upright crop, dark on light, with a little margin around the writing.
    ///
    /// # Errors
    /// The line has no pixels, or the engine failed.
    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError>;
}

/// Why an engine gave nothing. `store` searches for these wordings in facts that earlier versions kept.
#[derive(Debug, thiserror::Error)]
pub enum OcrError {
    #[error("model {model} cannot be loaded: {reason}; the build is damaged, install it again")]
    Model { model: &'static str, reason: String },
    #[error("engine {engine} failed on a picture of {width}×{height} px: {reason}")]
    Run { engine: &'static str, width: u32, height: u32, reason: String },
    #[error("the picture handed to engine {engine} has no pixels")]
    Empty { engine: &'static str },
    #[error("{engine} cannot start: {reason}")]
    Unavailable { engine: &'static str, reason: String },
}

impl OcrError {
    /// Has the engine failed? Otherwise it was handed a picture without pixels, in which there is nothing to read.
    pub fn is_engines(&self) -> bool {
        !matches!(self, Self::Empty { .. })
    }
}
