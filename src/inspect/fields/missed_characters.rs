//! Counts the places in lines of writing where there is ink but the recogniser read nothing: characters that it missed,
//! not ones that were left out.
//! Does not say what they are.

use crate::inspect::form_page::{Line, Writing};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use image::GrayImage;

/// Black pixels of the sheet: less is dust or a neighbour's stroke; a lone 一 has about 60.
pub const LEAST_INK: f32 = 18.0;
/// Pitches between the middles of two characters from which another has room between them, and between a line's end and
/// its outermost character.
pub const ROOM: f32 = 1.6;
const ROOM_AT_END: f32 = 1.2;
/// With fewer characters the pitch cannot be told.
const FEWEST: usize = 4;

/// The number of such places in all lines. `sheet`: the rectified page that they were found on, without ruled lines.
pub fn count(sheet: &GrayImage, writing: &Writing) -> usize {
    writing.lines.iter().map(|line| in_line(sheet, line)).sum()
}

fn in_line(sheet: &GrayImage, line: &Line) -> usize {
    let Some(posterior) = &line.reading.posterior else { return 0 };
    let symbols = line.reading.symbols.iter().filter(|s| !s.ch.is_whitespace());
    let middles: Vec<f32> =
        symbols.map(|s| line.at.x0 + (s.start_step + s.end_step) as f32 / 2.0 * posterior.step_px).collect();
    // the white frame around a line that is read again is none of the page: there the table's borders stand
    spaces(&middles, line.cut.x0, line.cut.x1)
        .into_iter()
        .filter(|(x0, x1)| lines::ink(sheet, &Cell { x0: *x0, x1: *x1, ..line.cut }) >= LEAST_INK)
        .count()
}

/// Pixels: the median distance of neighbours in a line; `None` with too few of them.
pub fn pitch(middles: &[f32]) -> Option<f32> {
    let mut steps: Vec<f32> = middles.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f32::total_cmp);
    (middles.len() >= FEWEST).then(|| steps[steps.len() / 2])
}

/// Where another character has room: between neighbours, before the first, after the last.
fn spaces(middles: &[f32], from: f32, to: f32) -> Vec<(f32, f32)> {
    let ([first, ..], [.., last], Some(pitch)) = (middles, middles, pitch(middles)) else { return Vec::new() };
    let half = pitch / 2.0;
    let between = middles.windows(2).filter(|w| w[1] - w[0] > ROOM * pitch).map(|w| (w[0] + half, w[1] - half));
    let before = (first - from > ROOM_AT_END * pitch).then_some((from, first - half));
    let after = (to - last > ROOM_AT_END * pitch).then_some((last + half, to));
    between.chain(before).chain(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_a_character_is_seen() {
        let even = [30.0, 60.0, 90.0, 120.0, 150.0];
        assert!(spaces(&even, 14.0, 166.0).is_empty());
        assert_eq!(spaces(&[30.0, 60.0, 120.0, 150.0, 180.0], 14.0, 196.0), [(75.0, 105.0)]);
        assert_eq!(spaces(&[60.0, 90.0, 120.0, 150.0], 14.0, 166.0), [(14.0, 45.0)]);
        assert_eq!(spaces(&[30.0, 60.0, 90.0, 120.0], 14.0, 180.0), [(135.0, 180.0)]);
        assert!(spaces(&[30.0, 90.0], 0.0, 200.0).is_empty());
    }
}
