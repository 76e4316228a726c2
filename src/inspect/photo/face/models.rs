//! The face models that come with the program, checked against their hashes and ready to run on one thread.
//! Knows their inputs' shapes and nothing of what their outputs mean.

use crate::runtime::{Network, Runtime, Weights};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use yushen_models::face::SUMS;

/// MediaPipe's detector, face mesh, eye landmarks and selfie segmentation (Apache-2.0; see `models/face/NOTICE`).
pub struct FaceModels {
    weights: Arc<FaceWeights>,
    networks: Loaded<Network>,
}

/// The weights, from which any number of workers' models can be made.
pub struct FaceWeights {
    runtime: Runtime,
    weights: Loaded<Weights>,
}

/// Why the models that came with the program cannot be used, or what they gave is not to be believed.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("models/face/{name}: SHA-256 is not the one in models/face/SHA256SUMS; build again from a clean checkout")]
    Hash { name: &'static str },
    #[error("models/face/{name} does not load: {reason}")]
    Load { name: &'static str, reason: String },
    #[error("the face models failed: {0}")]
    Run(String),
}

impl FaceModels {
    /// Checks and loads all models; takes some tens of milliseconds.
    ///
    /// # Errors
    /// A model is not the one that the program was made with, or does not load.
    pub fn load(runtime: &Runtime) -> Result<Self, ModelError> {
        let weights =
            FILES.try_map(|(name, bytes)| checked(name, bytes).map(|bytes| Weights::new(runtime, bytes, false)))?;
        Arc::new(FaceWeights { runtime: runtime.clone(), weights }).models()
    }

    /// The weights, for other workers' models.
    pub fn weights(&self) -> Arc<FaceWeights> {
        Arc::clone(&self.weights)
    }

    /// The models' names and SHA-256, for the record of a run.
    pub fn hashes() -> impl Iterator<Item = (&'static str, &'static str)> {
        SUMS.lines().filter_map(|line| line.split_once("  ")).map(|(hash, name)| (name, hash))
    }

    /// `input`: 256×256×3 in −1…1. Returns all outputs, flat, in the model's order.
    ///
    /// # Errors
    /// The network failed.
    pub fn detect(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        Self::run(&self.networks.detector, DETECTOR_SIDE, input)
    }

    /// `input`: 192×192×3 in 0…1.
    ///
    /// # Errors
    /// The network failed.
    pub fn landmarks(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        Self::run(&self.networks.landmark, LANDMARK_SIDE, input)
    }

    /// `input`: 64×64×3 in 0…1, of an eye with its inner corner to the right.
    ///
    /// # Errors
    /// The network failed.
    pub fn eye(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        Self::run(&self.networks.iris, EYE_SIDE, input)
    }

    /// `input`: 256×256×3 in 0…1.
    ///
    /// # Errors
    /// The network failed.
    pub fn segment(&self, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        Self::run(&self.networks.selfie, SELFIE_SIDE, input)
    }

    fn run(network: &Network, side: usize, input: Vec<f32>) -> Result<Vec<Vec<f32>>, String> {
        let outputs = network.run([1, side, side, 3], input).map_err(|reason| format!("a face model: {reason}"))?;
        Ok(outputs.into_iter().map(|output| output.values).collect())
    }
}

impl FaceWeights {
    /// One worker's models on these weights.
    ///
    /// # Errors
    /// A model does not load.
    pub fn models(self: &Arc<Self>) -> Result<FaceModels, ModelError> {
        let worker = self.runtime.worker();
        let network = |weights: &Weights, name: &'static str| {
            weights.network(&worker).map_err(|reason| ModelError::Load { name, reason })
        };
        let networks = Loaded {
            detector: network(&self.weights.detector, FILES.detector.0)?,
            landmark: network(&self.weights.landmark, FILES.landmark.0)?,
            iris: network(&self.weights.iris, FILES.iris.0)?,
            selfie: network(&self.weights.selfie, FILES.selfie.0)?,
        };
        Ok(FaceModels { weights: Arc::clone(self), networks })
    }
}

pub const DETECTOR_SIDE: usize = 256;
pub const LANDMARK_SIDE: usize = 192;
pub const EYE_SIDE: usize = 64;
pub const SELFIE_SIDE: usize = 256;

/// One thing of each model.
struct Loaded<T> {
    detector: T,
    landmark: T,
    iris: T,
    selfie: T,
}

impl<T: Copy> Loaded<T> {
    fn try_map<U, E>(self, f: impl Fn(T) -> Result<U, E>) -> Result<Loaded<U>, E> {
        Ok(Loaded {
            detector: f(self.detector)?,
            landmark: f(self.landmark)?,
            iris: f(self.iris)?,
            selfie: f(self.selfie)?,
        })
    }
}

const FILES: Loaded<(&str, &[u8])> = Loaded {
    detector: ("fd_back.onnx", yushen_models::face::DETECTOR),
    landmark: ("face_landmark.onnx", yushen_models::face::LANDMARK),
    iris: ("iris.onnx", yushen_models::face::IRIS),
    selfie: ("selfie.onnx", yushen_models::face::SELFIE),
};

fn checked(name: &'static str, bytes: &'static [u8]) -> Result<&'static [u8], ModelError> {
    let found = format!("{:x}", Sha256::digest(bytes));
    if FaceModels::hashes().any(|(known, hash)| known == name && hash == found) {
        Ok(bytes)
    } else {
        Err(ModelError::Hash { name })
    }
}
