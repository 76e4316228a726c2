//! From a line's reading to the characters that may be others: what else the posterior holds likely at the same steps.
//! Decodes nothing again, and weighs no character against its neighbours.

use super::alphabet::BLANK;
use super::reading::LineReading;
use crate::vocabulary::fact::Alternative;
use crate::vocabulary::passage::Doubt;

/// 0–1: characters at least this probable are not doubted.
const SURE: f32 = 0.9;
/// 0–1: what is less probable than this is no alternative.
const POSSIBLE: f32 = 0.02;
/// Alternatives told of one character.
const MOST: usize = 3;

/// The doubtful characters of a line, in order; none where the engine gives no posterior.
pub fn of(reading: &LineReading) -> Vec<Doubt> {
    let Some(post) = &reading.posterior else { return Vec::new() };
    let mut found = Vec::new();
    for (position, symbol) in reading.symbols.iter().enumerate().filter(|(_, s)| s.probability < SURE) {
        // each class at its best within the character's steps
        let mut seen: Vec<(f32, char)> = Vec::new();
        for class in (0..post.classes).filter(|c| *c != BLANK) {
            let best =
                (symbol.start_step..symbol.end_step.min(post.steps)).map(|s| post.row(s)[class]).fold(0.0, f32::max);
            if best >= POSSIBLE {
                seen.extend(post.alphabet.char_of(class).filter(|c| *c != symbol.ch).map(|c| (best, c)));
            }
        }
        seen.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let alternatives =
            seen.into_iter().take(MOST).map(|(p, c)| Alternative { text: c.to_string(), confidence: p }).collect();
        found.push(Doubt { position, read: symbol.ch.to_string(), confidence: symbol.probability, alternatives });
    }
    found
}
