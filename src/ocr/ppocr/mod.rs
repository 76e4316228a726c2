//! PP-OCRv6 (small and tiny): page → line boxes, line picture → reading with its CTC posterior.
//! Decodes greedily only; grammars, expected texts and templates are [`crate::ocr::ctc`]'s.
//!
//! Cost grows in proportion to the width up to 2400 px at height 48 (no quadratic attention cost seen), so wide lines
//! are not split:
//! small 216/399/518/688/1334 ms at 320/640/960/1200/2400 px, tiny 19/74/113/147/223 ms. Taken with rten on a busy
//! two-core machine: only ratios count.
//! Any width is accepted without planning anew; a single shared copy of the weights of `small` takes 58 MB resident
//! (peak 107 MB at 2400 px).

mod detect;
mod gaps;
mod pixels;

use crate::ocr::alphabet::{Alphabet, BLANK};
use crate::ocr::ctc;
use crate::ocr::engine::{Engine, OcrError};
use crate::ocr::reading::{LineReading, Posterior, TextBox};
use crate::runtime::{Network, Runtime, Weights, Worker};
use gaps::Gaps;
use image::GrayImage;
use pixels::{STEP, resize_gray};
use std::sync::{Arc, OnceLock};
use yushen_models::ppocr::{DET_SMALL, DET_TINY, DICT_TINY, REC_SMALL, REC_TINY};

/// Height in pixels that the recognisers were trained on.
const LINE_HEIGHT: u32 = 48;
/// Narrower lines are padded on the right to this many pixels, as in training.
const MIN_LINE_WIDTH: u32 = 320;
/// Wider lines are squeezed to this: the models' largest training width.
const MAX_LINE_WIDTH: u32 = 3200;
/// Steps kept beyond the picture's right edge, for characters that fire late.
const LATE_STEPS: usize = 1;

/// One worker's engine.
pub struct PpOcr {
    models: Arc<Models>,
    worker: Worker,
    recogniser: Network,
    /// Loaded on first use: many runs need only the recogniser.
    detector: OnceLock<Result<Network, String>>,
}

/// The weights of one size, from which any number of engines can be made.
pub struct Models {
    name: &'static str,
    runtime: Runtime,
    alphabet: Arc<Alphabet>,
    recogniser: Weights,
    detector: Weights,
}

impl PpOcr {
    /// PP-OCRv6 small: reads handwriting.
    ///
    /// # Errors
    /// The embedded weights cannot be loaded.
    pub fn small(runtime: &Runtime) -> Result<Self, OcrError> {
        Self::load("pp-ocrv6-small", runtime, REC_SMALL, DET_SMALL, None)
    }

    /// PP-OCRv6 tiny: about five times as fast, good enough for print.
    ///
    /// # Errors
    /// The embedded weights cannot be loaded.
    pub fn tiny(runtime: &Runtime) -> Result<Self, OcrError> {
        Self::load("pp-ocrv6-tiny", runtime, REC_TINY, DET_TINY, Some(DICT_TINY))
    }

    /// The weights, for other workers' engines.
    pub fn models(&self) -> Arc<Models> {
        Arc::clone(&self.models)
    }

    /// The recogniser's dictionary.
    pub fn alphabet(&self) -> &Arc<Alphabet> {
        &self.models.alphabet
    }

    fn load(
        name: &'static str,
        runtime: &Runtime,
        rec: &'static [u8],
        det: &'static [u8],
        dictionary: Option<&str>,
    ) -> Result<Self, OcrError> {
        let broken = |reason: String| OcrError::Model { model: name, reason };
        let (weights, worker) = (Weights::new(runtime, rec, PREPACK), runtime.worker());
        let recogniser = weights.network(&worker).map_err(broken)?;
        let alphabet = match dictionary.map(ToOwned::to_owned).or_else(|| recogniser.metadata("character")) {
            Some(lines) => Arc::new(dictionary_of(&lines)),
            None => return Err(broken("no dictionary in the model's metadata".into())),
        };
        let models = Models {
            name,
            runtime: runtime.clone(),
            alphabet,
            recogniser: weights,
            detector: Weights::new(runtime, det, PREPACK),
        };
        Ok(Self { models: Arc::new(models), worker, recogniser, detector: OnceLock::new() })
    }

    fn failed(&self, picture: &GrayImage, reason: impl ToString) -> OcrError {
        OcrError::Run {
            engine: self.models.name,
            width: picture.width(),
            height: picture.height(),
            reason: reason.to_string(),
        }
    }

    /// The posterior of one line picture.
    ///
    /// # Errors
    /// As [`Engine::recognise`].
    pub fn posterior(&self, line: &GrayImage) -> Result<Posterior, OcrError> {
        if line.width() == 0 || line.height() == 0 {
            return Err(OcrError::Empty { engine: self.models.name });
        }
        let (width, pixels) = scaled(line).map_err(|e| self.failed(line, e))?;
        let gaps = Gaps::of(&pixels, width);
        let (shape, values) = line_tensor(&gaps.without(&pixels, width), width - gaps.pixels());
        let output = self.recogniser.run_one(shape, values).map_err(|e| self.failed(line, e))?;
        let [_, steps, classes] = output.shape[..] else {
            return Err(self.failed(line, "the recogniser's output is no N×T×C tensor"));
        };
        if classes != self.models.alphabet.len() {
            return Err(
                self.failed(line, format!("{classes} classes, but a dictionary of {}", self.models.alphabet.len()))
            );
        }
        let kept = steps.min((width - gaps.pixels()).div_ceil(STEP) as usize + LATE_STEPS);
        let mut probs = output.values;
        probs.truncate(kept * classes);
        let probs = gaps.put_back(probs, classes);
        #[expect(clippy::cast_precision_loss, reason = "picture sizes are far below 2^24")]
        let step_px = STEP as f32 * line.width() as f32 / width as f32;
        Ok(Posterior {
            steps: probs.len() / classes,
            classes,
            probs,
            step_px,
            alphabet: Arc::clone(&self.models.alphabet),
        })
    }
}

impl Models {
    /// Another worker's engine on these weights.
    ///
    /// # Errors
    /// The runtime cannot serve another worker.
    pub fn engine(self: &Arc<Self>) -> Result<PpOcr, OcrError> {
        let worker = self.runtime.worker();
        let recogniser =
            self.recogniser.network(&worker).map_err(|reason| OcrError::Model { model: self.name, reason })?;
        Ok(PpOcr { models: Arc::clone(self), worker, recogniser, detector: OnceLock::new() })
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
        let detector = self.detector.get_or_init(|| self.models.detector.network(&self.worker));
        let detector =
            detector.as_ref().map_err(|reason| OcrError::Model { model: self.models.name, reason: reason.clone() })?;
        detect::lines(page, |shape, values| detector.run_one(shape, values)).map_err(|e| self.failed(page, e))
    }

    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError> {
        self.posterior(line).map(ctc::free_reading)
    }
}

/// Prepacked weights cost memory once (they are shared) and save time on every line.
const PREPACK: bool = true;

/// One character a line; the models add a space as their last class.
fn dictionary_of(lines: &str) -> Alphabet {
    let lines = lines.strip_suffix('\n').unwrap_or(lines);
    Alphabet::new(lines.split('\n').map(|l| l.chars().next().unwrap_or(' ')).chain([' ']))
}

/// The picture at height 48: its width there, and its row-major pixels.
fn scaled(line: &GrayImage) -> Result<(u32, Vec<u8>), String> {
    let width = u64::from(LINE_HEIGHT) * u64::from(line.width()) / u64::from(line.height());
    let width = u32::try_from(width).unwrap_or(u32::MAX).clamp(STEP, MAX_LINE_WIDTH);
    Ok((width, resize_gray(line, width, LINE_HEIGHT)?))
}

/// Shape `1 × 3 × 48 × W` and values in −1…1 (three equal channels) of a picture of height 48.
fn line_tensor(pixels: &[u8], width: u32) -> ([usize; 4], Vec<f32>) {
    let padded = width.max(MIN_LINE_WIDTH).next_multiple_of(STEP) as usize;
    let (width, plane) = (width as usize, LINE_HEIGHT as usize * padded);
    // Padding is 0 after normalisation, i.e. mid grey, as in training.
    let mut data = vec![0.0_f32; 3 * plane];
    for (row, line) in data.chunks_exact_mut(padded).zip(pixels.chunks_exact(width)) {
        for (out, v) in row.iter_mut().zip(line) {
            *out = f32::from(*v) / 127.5 - 1.0;
        }
    }
    let (first, rest) = data.split_at_mut(plane);
    for copy in rest.chunks_exact_mut(plane) {
        copy.copy_from_slice(first);
    }
    ([1, 3, LINE_HEIGHT as usize, padded], data)
}

const _: () = assert!(BLANK == 0, "the models' class 0 is the blank");

#[cfg(test)]
mod tests;
