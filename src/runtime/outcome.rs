//! What a runtime gives: the outputs of a network, or why it cannot compute.

use std::path::PathBuf;

/// Why ONNX Runtime cannot compute.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error("ONNX Runtime's library is not there; looked for {}; put it there or say --runtime rten", places.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    Missing { places: Vec<PathBuf> },
    #[error("{} cannot be used as ONNX Runtime's library: {reason}; put another release there, or say --runtime rten", file.display())]
    Unusable { file: PathBuf, reason: String },
    #[error("{} is not loaded, since others may have put it there: {}: {why}; take the right to write from them (chmod go-w, chown), or say --runtime rten", file.display(), place.display())]
    Open { file: PathBuf, place: PathBuf, why: String },
}

/// One output: row-major values and their shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}
