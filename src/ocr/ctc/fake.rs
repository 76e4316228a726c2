//! Posteriors written down by hand, for tests of what decodes them.

use crate::ocr::{Alphabet, Posterior};
use std::sync::Arc;

/// Probability that a fake step gives its character; the rest is shared by the others.
const SURE: f32 = 0.98;

pub(crate) fn alphabet(chars: &str) -> Arc<Alphabet> {
    Arc::new(Alphabet::new(chars.chars()))
}

/// One step a character; `.` is a blank, doubt is `[a60b40]`: per cent each, or `[9:60 4:40]` where the characters are
/// digits.
pub(crate) fn posterior(alphabet: &Arc<Alphabet>, steps: &str) -> Posterior {
    let classes = alphabet.len();
    let class_of = |c: char| {
        (1..classes).find(|i| alphabet.char_of(*i) == Some(c)).unwrap_or_else(|| panic!("{c} is not in the alphabet"))
    };
    let mut probs = Vec::new();
    let mut count = 0;
    let mut chars = steps.chars().peekable();
    while let Some(c) = chars.next() {
        let mut given: Vec<(usize, f32)> = Vec::new();
        match c {
            '.' => given.push((0, SURE)),
            '[' => {
                while chars.peek() != Some(&']') {
                    let c = chars.next().unwrap();
                    if c == ' ' {
                        continue;
                    }
                    let mut percent = 0.0;
                    if chars.peek() == Some(&':') {
                        chars.next();
                    }
                    while let Some(d) = chars
                        .peek()
                        .and_then(|d| d.to_digit(10))
                        .filter(|_| chars.peek().is_some_and(char::is_ascii_digit))
                    {
                        percent = percent * 10.0 + d as f32;
                        chars.next();
                    }
                    given.push((if c == '.' { 0 } else { class_of(c) }, percent / 100.0));
                }
                chars.next();
            }
            c => given.push((class_of(c), SURE)),
        }
        let total: f32 = given.iter().map(|g| g.1).sum();
        let mut row = vec![(1.0 - total).max(1e-7) / classes as f32; classes];
        given.iter().for_each(|(class, p)| row[*class] += p);
        let sum: f32 = row.iter().sum();
        probs.extend(row.iter().map(|p| p / sum));
        count += 1;
    }
    Posterior { steps: count, classes, probs, step_px: 8.0, alphabet: Arc::clone(alphabet) }
}
