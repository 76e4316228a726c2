//! Decoding of CTC posteriors: greedily, against an expected text, against candidates, under a grammar, along a template.
//! Pure arithmetic on probabilities: no picture, no engine, no thresholds of its own beyond those handed in.
//!
//! Several posteriors are read as one text, in the order given: lines of a cell, wrapped sentences. They must come from one engine.

mod chain;
pub mod emissions;
pub mod grammar;
pub mod numerals;
pub mod template;
pub mod verify;

pub use chain::{AlignOptions, Alignment, Span, align, align_on, rank, rank_on};
pub use emissions::Emissions;
pub use verify::{of_two_looks, verify, verify_on};

use super::alphabet::BLANK;
use super::{Posterior, Symbol};

/// The best class of each step, repeats and blanks removed. Steps count through all posteriors.
pub fn greedy(posts: &[&Posterior]) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = Vec::new();
    let mut offset = 0;
    for post in posts {
        let mut last = BLANK;
        for step in 0..post.steps {
            let (class, probability) = best_class(post.row(step));
            let at = offset + step;
            if class == BLANK {
                last = BLANK;
                continue;
            }
            match symbols.last_mut() {
                Some(open) if class == last => {
                    open.end_step = at + 1;
                    open.probability = open.probability.max(probability);
                }
                _ => symbols.extend(post.alphabet.char_of(class).map(|ch| Symbol { ch, start_step: at, end_step: at + 1, probability })),
            }
            last = class;
        }
        offset += post.steps;
    }
    symbols
}

/// The symbols' characters in a row.
pub fn text_of(symbols: &[Symbol]) -> String {
    symbols.iter().map(|s| s.ch).collect()
}

/// 0–1; 0 if there is no symbol.
pub fn mean_probability(symbols: &[Symbol]) -> f32 {
    if symbols.is_empty() {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a line has far fewer than 2^24 symbols")]
    let count = symbols.len() as f32;
    symbols.iter().map(|s| s.probability).sum::<f32>() / count
}

/// Index and value of the largest entry; the first of equals, so that rounding never decides by order of evaluation.
fn best_class(row: &[f32]) -> (usize, f32) {
    // Eight running maxima keep the loop free of branches; the position is looked up afterwards.
    let mut lanes = [f32::MIN; 8];
    let chunks = row.chunks_exact(8);
    let rest = chunks.remainder().iter().copied().fold(f32::MIN, f32::max);
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane = if *v > *lane { *v } else { *lane };
        }
    }
    let best = lanes.into_iter().fold(rest, f32::max);
    let class = row.iter().position(|v| *v == best).unwrap_or(BLANK);
    (class, best)
}

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;
