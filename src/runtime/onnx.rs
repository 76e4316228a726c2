//! ONNX Runtime by its C interface (`ort`), from a library that the office puts beside the program.

use super::outcome::{Output, RuntimeError};
use ort::environment::Environment;
use ort::ep::CPU;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The loaded library. There is one for a process: a second load of another file would give the first.
pub struct Library {
    pub file: PathBuf,
    /// Of the file, lower-case hex.
    pub sha256: String,
    environment: Environment,
}

impl Library {
    pub fn load(file: &Path) -> Result<Self, RuntimeError> {
        let unusable = |reason: String| RuntimeError::Unusable { file: file.to_owned(), reason };
        let mut hash = Sha256::new();
        File::open(file).and_then(|mut f| io::copy(&mut f, &mut hash)).map_err(|e| unusable(e.to_string()))?;
        let builder = ort::init_from(file).map_err(|e| unusable(e.to_string()))?;
        // nothing of this program is told to anybody, its maker's included
        let environment =
            builder.with_name("yushen").with_telemetry(false).build().map_err(|e| unusable(e.to_string()))?;
        Ok(Self { file: file.to_owned(), sha256: format!("{:x}", hash.finalize()), environment })
    }

    /// One worker's session on these weights.
    pub fn session(&self, model: &[u8]) -> Result<Session, String> {
        // Lines are of every width: patterns of memory remembered for each would only grow. And without an arena: seven
        // sessions a worker would each keep what
        // their largest picture took, where the program's own allocator serves whoever asks (a third of the memory, in
        // the same time).
        let settled = |b: ort::session::builder::SessionBuilder| -> ort::Result<Session> {
            b.with_execution_providers([CPU::default().with_arena_allocator(false).build()])?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_memory_pattern(false)?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .commit_from_memory(model)
        };
        Session::builder(&self.environment).and_then(settled).map_err(|e| e.to_string())
    }
}

pub fn run(session: &mut Session, shape: [usize; 4], values: &[f32]) -> Result<Vec<Output>, String> {
    let said = |e: ort::Error| e.to_string();
    let input = TensorRef::from_array_view((shape, values)).map_err(said)?;
    let outputs = session.run(ort::inputs![input]).map_err(said)?;
    outputs
        .values()
        .map(|value| {
            let (shape, values) = value.try_extract_tensor::<f32>().map_err(said)?;
            let shape =
                shape.iter().map(|n| usize::try_from(*n).map_err(|e| e.to_string())).collect::<Result<_, _>>()?;
            Ok(Output { shape, values: values.to_vec() })
        })
        .collect()
}
