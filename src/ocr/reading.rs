//! What an engine hands back: boxes of lines, characters, and the CTC posterior that they were read from.
//! Decodes nothing; that is [`super::ctc`]'s work.

use super::alphabet::Alphabet;
use std::ops::Range;
use std::sync::Arc;

/// One detected line. Corners in pixels of the page handed in, clockwise from the top left of the line's own
/// orientation.
#[derive(Debug, Clone, PartialEq)]
pub struct TextBox {
    pub corners: [[f32; 2]; 4],
    /// 0–1: mean text probability inside the box.
    pub score: f32,
}

/// One character of a greedy reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    pub ch: char,
    /// Steps `start_step..end_step` of the posterior (of all lines' steps in a row, where several were read).
    pub start_step: usize,
    pub end_step: usize,
    /// 0–1: highest probability of the character within its steps.
    pub probability: f32,
}

/// What an engine read in one line.
#[derive(Debug, Clone)]
pub struct LineReading {
    pub text: String,
    /// 0–1: mean of the symbols' probabilities; 0 if nothing was read.
    pub confidence: f32,
    /// The full posterior, where the engine gives one.
    pub posterior: Option<Posterior>,
    pub symbols: Vec<Symbol>,
}

impl LineReading {
    /// 0–1: the least sure character's probability; 0 if nothing was read.
    pub fn least_confidence(&self) -> f32 {
        self.symbols.iter().map(|s| s.probability).reduce(f32::min).unwrap_or(0.0)
    }
}

/// CTC posterior of one line: for each step the probability of each class of `alphabet`; class 0 is the blank.
#[derive(Debug, Clone)]
pub struct Posterior {
    pub steps: usize,
    pub classes: usize,
    /// Row-major `steps × classes`, each row sums to 1.
    pub probs: Vec<f32>,
    /// Pixels of the line picture (as handed in) per step: step `s` looks at about `s * step_px`.
    pub step_px: f32,
    pub alphabet: Arc<Alphabet>,
}

impl Posterior {
    /// The probabilities at `step`, one a class.
    pub fn row(&self, step: usize) -> &[f32] {
        &self.probs[step * self.classes..(step + 1) * self.classes]
    }

    /// The posterior of some steps only, e.g. of one slot of a template. Steps out of range are ignored.
    #[must_use]
    pub fn slice(&self, steps: Range<usize>) -> Self {
        let end = steps.end.min(self.steps);
        let start = steps.start.min(end);
        Self {
            steps: end - start,
            classes: self.classes,
            probs: self.probs[start * self.classes..end * self.classes].to_vec(),
            step_px: self.step_px,
            alphabet: Arc::clone(&self.alphabet),
        }
    }
}

/// Lines whose middles are closer than half a line height stand in one row.
pub(crate) fn sort_for_reading(boxes: &mut Vec<TextBox>) {
    let middle = |b: &TextBox| b.corners.iter().map(|c| c[1]).sum::<f32>() / 4.0;
    let height = |b: &TextBox| (b.corners[0][0] - b.corners[3][0]).hypot(b.corners[0][1] - b.corners[3][1]);
    let left = |b: &TextBox| b.corners.iter().map(|c| c[0]).fold(f32::MAX, f32::min);
    boxes.sort_by(|a, b| middle(a).total_cmp(&middle(b)).then(left(a).total_cmp(&left(b))));
    let mut sorted: Vec<TextBox> = Vec::with_capacity(boxes.len());
    let mut row: Vec<TextBox> = Vec::new();
    for found in boxes.drain(..) {
        let starts_row = row.first().is_some_and(|first| middle(&found) - middle(first) > 0.5 * height(first));
        if starts_row {
            row.sort_by(|a, b| left(a).total_cmp(&left(b)));
            sorted.append(&mut row);
        }
        row.push(found);
    }
    row.sort_by(|a, b| left(a).total_cmp(&left(b)));
    sorted.append(&mut row);
    *boxes = sorted;
}
