//! The free reading: the best class of each step, repeats and blanks removed. Compares it with nothing.

use crate::ocr::alphabet::BLANK;
use crate::ocr::reading::{LineReading, Posterior, Symbol};

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
                _ => symbols.extend(post.alphabet.char_of(class).map(|ch| Symbol {
                    ch,
                    start_step: at,
                    end_step: at + 1,
                    probability,
                })),
            }
            last = class;
        }
        offset += post.steps;
    }
    symbols
}

/// A posterior with its free reading.
pub fn free_reading(posterior: Posterior) -> LineReading {
    let symbols = greedy(&[&posterior]);
    LineReading { text: text_of(&symbols), confidence: mean_probability(&symbols), posterior: Some(posterior), symbols }
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
pub fn best_class(row: &[f32]) -> (usize, f32) {
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
