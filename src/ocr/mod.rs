//! Turns pictures of text into readings: engines behind one narrow trait, and decoders of their CTC posteriors.
//! Knows nothing of forms, rules or files: the caller knows which picture is which field.

pub mod alphabet;
pub mod clocked;
pub mod ctc;
pub mod digits;
pub mod doubts;
pub mod engine;
pub mod model_files;
pub mod pool;
pub mod ppocr;
pub mod reading;
#[cfg(feature = "tesseract")]
pub mod tesseract;
pub mod variants;

pub use alphabet::Alphabet;
pub use engine::{Engine, OcrError};
pub use reading::{LineReading, Posterior, Symbol, TextBox};
