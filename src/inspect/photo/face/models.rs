//! The face models that come with the program, checked against their hashes and ready to run on one thread.
//! Knows their inputs' shapes and nothing of what their outputs mean.

use rten::{Model, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// MediaPipe's detector, face mesh, eye landmarks and selfie segmentation (Apache-2.0; see `models/face/NOTICE`).
pub struct FaceModels {
    models: Arc<Loaded>,
    pool: Arc<ThreadPool>,
}

/// Why the models that came with the program cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("models/face/{name}: SHA-256 is not the one in models/face/SHA256SUMS; build again from a clean checkout")]
    Hash { name: &'static str },
    #[error("models/face/{name} does not load: {source}")]
    Load { name: &'static str, source: rten::LoadError },
}

impl FaceModels {
    /// Checks and loads all models; takes some tens of milliseconds.
    pub fn load() -> Result<Self, ModelError> {
        let models = Loaded {
            detector: load("fd_back.onnx", yushen_models::face::DETECTOR)?,
            landmark: load("face_landmark.onnx", yushen_models::face::LANDMARK)?,
            iris: load("iris.onnx", yushen_models::face::IRIS)?,
            selfie: load("selfie.onnx", yushen_models::face::SELFIE)?,
        };
        Ok(Self { models: Arc::new(models), pool: one_thread() })
    }

    /// The same models for another worker: shares the weights, has a thread of its own.
    pub fn for_another_worker(&self) -> Self {
        Self { models: Arc::clone(&self.models), pool: one_thread() }
    }

    /// The models' names and SHA-256, for the record of a run.
    pub fn hashes() -> impl Iterator<Item = (&'static str, &'static str)> {
        SUMS.lines().filter_map(|line| line.split_once("  ")).map(|(hash, name)| (name, hash))
    }

    /// `input`: 256×256×3 in −1…1. Returns all outputs, flat, in the model's order.
    pub fn detect(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        self.run(&self.models.detector, DETECTOR_SIDE, input)
    }

    /// `input`: 192×192×3 in 0…1.
    pub fn landmarks(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        self.run(&self.models.landmark, LANDMARK_SIDE, input)
    }

    /// `input`: 64×64×3 in 0…1, of an eye with its inner corner to the right.
    pub fn eye(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        self.run(&self.models.iris, EYE_SIDE, input)
    }

    /// `input`: 256×256×3 in 0…1.
    pub fn segment(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        self.run(&self.models.selfie, SELFIE_SIDE, input)
    }

    fn run(&self, model: &Model, side: usize, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        if input.len() != side * side * 3 {
            return Err(format!("a face model got {} values for {side}×{side}×3", input.len()));
        }
        let tensor = NdTensor::from_data([1, side, side, 3], input);
        let inputs: Vec<NodeId> = model.input_ids().to_vec();
        let node = *inputs.first().ok_or("a face model has no input")?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let outputs = model.run(vec![(node, tensor.view().into())], model.output_ids(), Some(options)).map_err(|error| error.to_string())?;
        outputs.into_iter().map(flat).collect()
    }
}

pub const DETECTOR_SIDE: usize = 256;
pub const LANDMARK_SIDE: usize = 192;
pub const EYE_SIDE: usize = 64;
pub const SELFIE_SIDE: usize = 256;

struct Loaded {
    detector: Model,
    landmark: Model,
    iris: Model,
    selfie: Model,
}

use yushen_models::face::SUMS;

fn load(name: &'static str, bytes: &'static [u8]) -> Result<Model, ModelError> {
    let found: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if !FaceModels::hashes().any(|(known, hash)| known == name && hash == found) {
        return Err(ModelError::Hash { name });
    }
    Model::load_static_slice(bytes).map_err(|source| ModelError::Load { name, source })
}

fn one_thread() -> Arc<ThreadPool> {
    Arc::new(ThreadPool::with_num_threads(1))
}

fn flat(value: Value) -> Result<Vec<f32>, String> {
    value.into_tensor::<f32>().map(|tensor| tensor.to_vec()).ok_or_else(|| "a face model's output is no f32 tensor".to_owned())
}
