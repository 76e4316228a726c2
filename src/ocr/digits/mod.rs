//! The reader of digits: a small network looks at one line of a number field and says, step by step, which digit stands
//! there; where it is in doubt a second one looks at that place alone. Both were trained on digits of people
//! (`training/`); what is no digit counts as a blank.
//! It knows neither the field nor its grammar: its posterior is joined with the recogniser's in [`super::ctc::joint`].

mod places;

use super::alphabet::{Alphabet, BLANK};
use super::ctc;
use super::engine::{Engine, OcrError};
use super::reading::{LineReading, Posterior, TextBox};
use crate::runtime::{Network, Runtime, Weights};
use image::GrayImage;
use std::sync::Arc;
use yushen_models::digits::{LINE, PLACE};
use yushen_pixels::Filter;

/// Height in pixels that the network was trained on, and pixels of that height in one step.
const HEIGHT: u32 = 32;
const STEP: u32 = 2;
/// Wider pictures are squeezed to this: two ID numbers in a row.
const WIDEST: u32 = 2048;
/// Narrower ones get paper on the right, since the first layers need some columns.
const NARROWEST: u32 = 16;
/// Classes that are read: digits, the X of an ID number, and the stroke that a slanted 1 is taken for. The network's
/// further classes (年 月 日, dashes, points, any other character) say that no digit stands there.
const READ: &str = "0123456789X/";
/// Grey levels between paper and ink below which a picture is not stretched further: noise is no writing.
const LEAST_CONTRAST: f32 = 48.0;

/// The weights, from which every worker's reader is made.
pub struct DigitModel {
    runtime: Runtime,
    line: Weights,
    place: Weights,
    classes: Vec<Option<usize>>,
    alphabet: Arc<Alphabet>,
}

/// One worker's reader.
pub struct DigitReader {
    model: Arc<DigitModel>,
    line: Network,
    place: Network,
}

const NAME: &str = "digits";

impl DigitModel {
    /// # Errors
    /// The embedded weights cannot be loaded.
    pub fn load(runtime: &Runtime) -> Result<Arc<Self>, OcrError> {
        let broken = |reason: String| OcrError::Model { model: NAME, reason };
        let (line, place) = (Weights::new(runtime, LINE, true), Weights::new(runtime, PLACE, true));
        let network = line.network(&runtime.worker()).map_err(broken)?;
        let Some(lines) = network.metadata("character") else {
            return Err(broken("no characters in the model's metadata".into()));
        };
        let classes = lines.split('\n').map(|l| l.chars().next().and_then(place_of)).collect();
        let alphabet = Arc::new(Alphabet::new(READ.chars()));
        Ok(Arc::new(Self { runtime: runtime.clone(), line, place, classes, alphabet }))
    }

    /// Another worker's reader.
    ///
    /// # Errors
    /// The runtime cannot serve another worker.
    pub fn reader(self: &Arc<Self>) -> Result<DigitReader, OcrError> {
        let worker = self.runtime.worker();
        let network =
            |weights: &Weights| weights.network(&worker).map_err(|reason| OcrError::Model { model: NAME, reason });
        Ok(DigitReader { model: Arc::clone(self), line: network(&self.line)?, place: network(&self.place)? })
    }
}

/// Class of a character in the posterior that is handed back.
fn place_of(c: char) -> Option<usize> {
    READ.chars().position(|r| r == c).map(|i| i + 1)
}

impl DigitReader {
    fn posterior(&self, line: &GrayImage) -> Result<Posterior, OcrError> {
        if line.width() == 0 || line.height() == 0 {
            return Err(OcrError::Empty { engine: NAME });
        }
        let failed =
            |reason: String| OcrError::Run { engine: NAME, width: line.width(), height: line.height(), reason };
        let (w, h) = (u64::from(line.width()), u64::from(line.height()));
        let width = u32::try_from((u64::from(HEIGHT) * w + h / 2) / h).unwrap_or(u32::MAX).clamp(1, WIDEST);
        // as in training: the mean of what is made smaller, a straight line between what is made larger
        let filter = if line.height() > HEIGHT { Filter::Area } else { Filter::Bilinear };
        let pixels = yushen_pixels::gray(line.as_raw(), line.dimensions(), (width, HEIGHT), filter)
            .ok_or_else(|| failed(format!("it cannot be resized to {width} × {HEIGHT}")))?;
        let (shape, values) = tensor(&pixels, width as usize);
        let mut output = self.line.run_one(shape, values.clone()).map_err(failed)?;
        let [_, steps, classes] = output.shape[..] else {
            return Err(failed("the output is no N×T×C tensor".into()));
        };
        if classes != self.model.classes.len() + 1 {
            return Err(failed(format!("{classes} classes, but {} characters", self.model.classes.len())));
        }
        self.look_again(&mut output.values, classes, &values, shape[3]).map_err(failed)?;
        let kept = steps.min(width.div_ceil(STEP) as usize);
        let read = self.model.alphabet.len();
        let mut probs = vec![0.0; kept * read];
        for (row, out) in output.values.chunks_exact(classes).zip(probs.chunks_exact_mut(read)) {
            out[BLANK] += row[0];
            for (p, class) in row[1..].iter().zip(&self.model.classes) {
                out[class.unwrap_or(BLANK)] += p;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "picture sizes are far below 2^24")]
        let step_px = STEP as f32 * line.width() as f32 / width as f32;
        Ok(Posterior { steps: kept, classes: read, probs, step_px, alphabet: Arc::clone(&self.model.alphabet) })
    }
}

impl DigitReader {
    /// Has the second network look at the places of which the first one is not sure. `posterior`: rows of `classes`;
    /// `values`: the line's tensor, `width` wide.
    fn look_again(&self, posterior: &mut [f32], classes: usize, values: &[f32], width: usize) -> Result<(), String> {
        let places = places::doubtful(posterior, classes);
        if places.is_empty() {
            return Ok(());
        }
        let shape = [places.len(), 1, HEIGHT as usize, places::WINDOW];
        let output = self.place.run_one(shape, places::windows(values, width, &places, STEP as usize))?;
        if output.values.len() != places.len() * classes {
            return Err(format!("{} values for {} places of {classes} classes", output.values.len(), places.len()));
        }
        for (place, second) in places.iter().zip(output.values.chunks_exact(classes)) {
            places::join(posterior, classes, *place, second);
        }
        Ok(())
    }
}

/// Shape `1 × 1 × 32 × W` and values of about 0 (paper) to 1 (ink): paper is what three quarters of the pixels do not
/// exceed, ink the mean of the darkest fiftieth. As `normalised` in `training/paper.py`.
#[expect(clippy::cast_precision_loss, reason = "counts of pixels are far below 2^24")]
fn tensor(pixels: &[u8], width: usize) -> ([usize; 4], Vec<f32>) {
    let mut sorted = pixels.to_vec();
    sorted.sort_unstable();
    let paper = f32::from(sorted[(sorted.len() * 3 / 4).min(sorted.len() - 1)]);
    let darkest = &sorted[..(sorted.len() / 50).max(1)];
    let ink = darkest.iter().map(|v| f32::from(*v)).sum::<f32>() / darkest.len() as f32;
    let contrast = (paper - ink).max(LEAST_CONTRAST);
    let padded = width.max(NARROWEST as usize).next_multiple_of(16);
    let mut values = vec![0.0_f32; HEIGHT as usize * padded];
    for (row, line) in values.chunks_exact_mut(padded).zip(pixels.chunks_exact(width)) {
        for (out, v) in row.iter_mut().zip(line) {
            *out = ((paper - f32::from(*v)) / contrast).clamp(-0.5, 1.5);
        }
    }
    ([1, 1, HEIGHT as usize, padded], values)
}

impl Engine for DigitReader {
    fn name(&self) -> &'static str {
        NAME
    }

    /// It finds no lines: it is handed the place of a number.
    fn detect(&self, _page: &GrayImage) -> Result<Vec<TextBox>, OcrError> {
        Ok(Vec::new())
    }

    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError> {
        self.posterior(line).map(ctc::free_reading)
    }
}
