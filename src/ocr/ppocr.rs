//! PP-OCRv6 (small and tiny) on `rten`: page → line boxes, line picture → reading with its CTC posterior.
//! Decodes greedily only; grammars, expected texts and templates are [`super::ctc`]'s.
//!
//! Cost grows in proportion to the width up to 2400 px at height 48 (no quadratic attention cost seen), so wide lines are not split:
//! small 216/399/518/688/1334 ms at 320/640/960/1200/2400 px, tiny 19/74/113/147/223 ms. Taken on a busy two-core machine: only ratios count.
//! Any width is accepted without planning anew; a single shared copy of the weights of `small` takes 58 MB resident (peak 107 MB at 2400 px).

mod detect;

use super::alphabet::{Alphabet, BLANK};
use super::{Engine, LineReading, OcrError, Posterior, TextBox, ctc};
use image::GrayImage;
use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};
use yushen_models::ppocr::{DET_SMALL, DET_TINY, DICT_TINY, REC_SMALL, REC_TINY};

/// Height in pixels that the recognisers were trained on.
const LINE_HEIGHT: u32 = 48;
/// Narrower lines are padded on the right to this many pixels, as in training.
const MIN_LINE_WIDTH: u32 = 320;
/// Wider lines are squeezed to this: the models' largest training width.
const MAX_LINE_WIDTH: u32 = 3200;
/// Pixels (at height 48) per CTC step.
const STEP: u32 = 8;
/// Steps kept beyond the picture's right edge, for characters that fire late.
const LATE_STEPS: u32 = 1;

/// A model file that this build carries, as it stands in `run.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    pub name: &'static str,
    /// Lower-case hex of the embedded bytes, computed when asked for, not copied from a list.
    pub sha256: String,
}

/// All embedded model files, sorted by name.
pub fn model_files() -> Vec<ModelFile> {
    let files: [(&'static str, &[u8]); 5] = [
        ("PP-OCRv6_det_small.onnx", DET_SMALL),
        ("PP-OCRv6_det_tiny.onnx", DET_TINY),
        ("PP-OCRv6_rec_small.onnx", REC_SMALL),
        ("PP-OCRv6_rec_tiny.dict.txt", DICT_TINY.as_bytes()),
        ("PP-OCRv6_rec_tiny.onnx", REC_TINY),
    ];
    files.into_iter().map(|(name, bytes)| ModelFile { name, sha256: format!("{:x}", Sha256::digest(bytes)) }).collect()
}

/// One worker's engine: weights shared between workers, a thread of its own for the arithmetic.
pub struct PpOcr {
    models: Arc<Models>,
    threads: Arc<ThreadPool>,
}

/// Weights of one size. The detector is loaded on first use: many runs need only the recogniser.
struct Models {
    name: &'static str,
    recogniser: Model,
    alphabet: Arc<Alphabet>,
    detector: OnceLock<Result<Model, String>>,
    detector_bytes: &'static [u8],
}

impl PpOcr {
    /// PP-OCRv6 small: reads handwriting.
    ///
    /// # Errors
    /// The embedded weights cannot be loaded.
    pub fn small() -> Result<Self, OcrError> {
        Self::load("pp-ocrv6-small", REC_SMALL, DET_SMALL, None)
    }

    /// PP-OCRv6 tiny: about five times as fast, good enough for print.
    ///
    /// # Errors
    /// The embedded weights cannot be loaded.
    pub fn tiny() -> Result<Self, OcrError> {
        Self::load("pp-ocrv6-tiny", REC_TINY, DET_TINY, Some(DICT_TINY))
    }

    /// Another worker's engine on the same weights.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self { models: Arc::clone(&self.models), threads: Arc::new(ThreadPool::with_num_threads(1)) }
    }

    /// The recogniser's dictionary.
    pub fn alphabet(&self) -> &Arc<Alphabet> {
        &self.models.alphabet
    }

    fn load(name: &'static str, rec: &'static [u8], det: &'static [u8], dictionary: Option<&str>) -> Result<Self, OcrError> {
        let broken = |reason: String| OcrError::Model { model: name, reason };
        let recogniser = load_model(rec).map_err(broken)?;
        let alphabet = match dictionary.or_else(|| recogniser.metadata().get("character")) {
            Some(lines) => Arc::new(dictionary_of(lines)),
            None => return Err(broken("no dictionary in the model's metadata".into())),
        };
        let models = Models { name, recogniser, alphabet, detector: OnceLock::new(), detector_bytes: det };
        Ok(Self { models: Arc::new(models), threads: Arc::new(ThreadPool::with_num_threads(1)) })
    }

    fn options(&self) -> RunOptions {
        RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)))
    }

    fn failed(&self, picture: &GrayImage, reason: impl ToString) -> OcrError {
        OcrError::Run { engine: self.models.name, width: picture.width(), height: picture.height(), reason: reason.to_string() }
    }

    /// The posterior of one line picture.
    ///
    /// # Errors
    /// As [`Engine::recognise`].
    pub fn posterior(&self, line: &GrayImage) -> Result<Posterior, OcrError> {
        if line.width() == 0 || line.height() == 0 {
            return Err(OcrError::Empty { engine: self.models.name });
        }
        let (input, width) = line_tensor(line).map_err(|e| self.failed(line, e))?;
        let output = self.models.recogniser.run_one(input.view().into(), Some(self.options())).map_err(|e| self.failed(line, e))?;
        let output: NdTensor<f32, 3> = output.try_into().map_err(|_| self.failed(line, "the recogniser's output is no N×T×C tensor"))?;
        let [_, steps, classes] = output.shape();
        if classes != self.models.alphabet.len() {
            return Err(self.failed(line, format!("{classes} classes, but a dictionary of {}", self.models.alphabet.len())));
        }
        let kept = steps.min((width.div_ceil(STEP) + LATE_STEPS) as usize);
        let mut probs = output.into_data();
        probs.truncate(kept * classes);
        #[expect(clippy::cast_precision_loss, reason = "picture sizes are far below 2^24")]
        let step_px = STEP as f32 * line.width() as f32 / width as f32;
        Ok(Posterior { steps: kept, classes, probs, step_px, alphabet: Arc::clone(&self.models.alphabet) })
    }
}

impl Engine for PpOcr {
    fn name(&self) -> &'static str {
        self.models.name
    }

    fn detect(&self, page: &GrayImage) -> Result<Vec<TextBox>, OcrError> {
        if page.width() == 0 || page.height() == 0 {
            return Err(OcrError::Empty { engine: self.models.name });
        }
        let detector = self.models.detector.get_or_init(|| load_model(self.models.detector_bytes));
        let detector = detector.as_ref().map_err(|reason| OcrError::Model { model: self.models.name, reason: reason.clone() })?;
        detect::lines(page, |input: Tensor<f32>| detector.run_one(input.into(), Some(self.options())).map_err(|e| e.to_string())).map_err(|e| self.failed(page, e))
    }

    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError> {
        let posterior = self.posterior(line)?;
        let symbols = ctc::greedy(&[&posterior]);
        Ok(LineReading { text: ctc::text_of(&symbols), confidence: ctc::mean_probability(&symbols), posterior: Some(posterior), symbols })
    }
}

fn load_model(bytes: &'static [u8]) -> Result<Model, String> {
    let mut options = ModelOptions::with_all_ops();
    options.prepack_weights(PREPACK);
    options.load_static_slice(bytes).map_err(|e| e.to_string())
}

/// Prepacked weights cost memory once (they are shared) and save time on every line.
const PREPACK: bool = true;

/// One character a line; the models add a space as their last class.
fn dictionary_of(lines: &str) -> Alphabet {
    let lines = lines.strip_suffix('\n').unwrap_or(lines);
    Alphabet::new(lines.split('\n').map(|l| l.chars().next().unwrap_or(' ')).chain([' ']))
}

/// `1 × 3 × 48 × W` in −1…1 (three equal channels), and the picture's own width at height 48.
fn line_tensor(line: &GrayImage) -> Result<(NdTensor<f32, 4>, u32), String> {
    let scaled = u64::from(LINE_HEIGHT) * u64::from(line.width()) / u64::from(line.height());
    let width = u32::try_from(scaled).unwrap_or(u32::MAX).clamp(STEP, MAX_LINE_WIDTH);
    let pixels = resize_gray(line, width, LINE_HEIGHT)?;
    let padded = width.max(MIN_LINE_WIDTH).next_multiple_of(STEP) as usize;
    let (width_px, plane) = (width as usize, LINE_HEIGHT as usize * padded);
    // Padding is 0 after normalisation, i.e. mid grey, as in training.
    let mut data = vec![0.0_f32; 3 * plane];
    for (row, line) in data.chunks_exact_mut(padded).zip(pixels.chunks_exact(width_px)) {
        for (out, v) in row.iter_mut().zip(line) {
            *out = f32::from(*v) / 127.5 - 1.0;
        }
    }
    let (first, rest) = data.split_at_mut(plane);
    for copy in rest.chunks_exact_mut(plane) {
        copy.copy_from_slice(first);
    }
    Ok((NdTensor::from_data([1, 3, LINE_HEIGHT as usize, padded], data), width))
}

/// Row-major grey pixels of the picture at the given size.
fn resize_gray(picture: &GrayImage, width: u32, height: u32) -> Result<Vec<u8>, String> {
    if picture.dimensions() == (width, height) {
        return Ok(picture.as_raw().clone());
    }
    yushen_pixels::gray(picture.as_raw(), picture.dimensions(), (width, height), yushen_pixels::Filter::Bilinear)
        .ok_or_else(|| format!("{} × {} px cannot be resized to {width} × {height}", picture.width(), picture.height()))
}

const _: () = assert!(BLANK == 0, "the models' class 0 is the blank");

#[cfg(test)]
mod tests;
