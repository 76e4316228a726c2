//! From what a field says to how crowded with strokes each part of its rows should be.
//! Takes the reading as it is, sure or not; looks at the ink only to see where the writing begins and ends.

use super::ink::{Character, Row};
use crate::vocabulary::fact::Difference;
use crate::vocabulary::text::{differences, is_han, verbatim};

/// 0–1: of a character that no text of `crowded_characters` holds, of its first text, and each text's over the last.
const LEAST: f32 = 0.2;
const FIRST: f32 = 0.3;
const STEP: f32 = 0.1;
/// Characters that one correction adds to a reading at most.
const MOST_BEYOND: usize = 4;
/// Widths of a Chinese character: of a digit, a letter or a stop.
const NARROW: f32 = 0.55;

/// The characters of a field's text on each of its rows, spread by their usual widths over what is written there.
pub fn of(text: &str, rows: &[Row], crowded: &[String]) -> Vec<Vec<Character>> {
    let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let room = |(k, from, to): (usize, f32, f32)| Character { from, to, crowding: crowding(letters[k], crowded) };
    spread(&letters, rows).into_iter().map(|row| row.into_iter().map(room).collect()).collect()
}

/// Where characters should stand that the free reading saw and that are none of the text on which the field was settled:
/// first and last column of each, row by row.
pub fn beyond(text: &str, free: &str, rows: &[Row]) -> Vec<Vec<(f32, f32)>> {
    let mut shift = 0isize;
    let mut added = Vec::new();
    for difference in differences(text, free) {
        match difference {
            Difference::Added { position, written } => {
                if written.chars().all(char::is_alphanumeric) {
                    added.push(position.saturating_add_signed(shift));
                }
                shift += 1;
            }
            Difference::Dropped { .. } => shift -= 1,
            Difference::Changed { .. } => {}
        }
    }
    // a text of another kind than what was read (a date, a word of a list) is not spelled as it is
    if text.is_empty() || added.len() > MOST_BEYOND {
        added.clear();
    }
    let letters: Vec<char> = verbatim(free).chars().collect();
    let is_added = |(k, from, to): (usize, f32, f32)| added.contains(&k).then_some((from, to));
    spread(&letters, rows).into_iter().map(|row| row.into_iter().filter_map(is_added).collect()).collect()
}

/// The characters' columns on each row, by their usual widths; a character is named by its place in the text.
fn spread(letters: &[char], rows: &[Row]) -> Vec<Vec<(usize, f32, f32)>> {
    let width = |c: char| if is_han(c) { 1.0 } else { NARROW };
    let all: f32 = letters.iter().map(|c| width(*c)).sum();
    let written: Vec<(f32, f32)> =
        rows.iter().map(|r| r.written().map_or((0.0, 0.0), |(from, to)| (from as f32, to as f32))).collect();
    let scale = written.iter().map(|(from, to)| to - from).sum::<f32>() / all.max(NARROW);
    let mut out = Vec::with_capacity(rows.len());
    let mut before = 0.0;
    for (from, to) in written {
        let mut at = from - before;
        let mut row = Vec::new();
        for (k, c) in letters.iter().enumerate() {
            let end = at + scale * width(*c);
            if end > from && at < to {
                row.push((k, at, end));
            }
            at = end;
        }
        out.push(row);
        before += to - from;
    }
    out
}

fn crowding(c: char, crowded: &[String]) -> f32 {
    let level = if is_han(c) { crowded.iter().position(|text| text.contains(c)) } else { None };
    level.map_or(LEAST, |k| FIRST + STEP * k as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::page::cells::Cell;
    use image::{GrayImage, Luma};

    /// Two rows of the same field, one twice as long as the other.
    #[test]
    fn a_text_is_spread_over_its_rows_by_the_widths_of_its_characters() {
        let sheet = GrayImage::from_fn(240, 120, |x, y| {
            let upper = (20..180).contains(&x) && (20..50).contains(&y);
            let lower = (20..100).contains(&x) && (70..100).contains(&y);
            Luma([if upper || lower { 60 } else { 250 }])
        });
        let cell = |y0: f32| Cell { x0: 0.0, y0, x1: 240.0, y1: y0 + 50.0 };
        let rows = [Row::of(&sheet, &cell(10.0)).unwrap(), Row::of(&sheet, &cell(60.0)).unwrap()];
        let crowded = ["事".to_owned(), "静".to_owned()];
        for (text, want) in [
            ("事静一事静一", vec![vec![0.3, 0.4, 0.2, 0.3], vec![0.4, 0.2]]),
            ("一二三", vec![vec![0.2, 0.2], vec![0.2]]),
            ("", vec![vec![], vec![]]),
        ] {
            let found = of(text, &rows, &crowded);
            let levels: Vec<Vec<f32>> = found.iter().map(|r| r.iter().map(|c| c.crowding).collect()).collect();
            assert_eq!(levels, want, "{text}");
        }
        for (text, free, want) in [
            ("在读生", "在读读生", vec![vec![2], vec![2]]),
            ("事一", "事一", vec![vec![], vec![]]),
            ("事一二三", "事二三", vec![vec![], vec![]]),
            ("事一", "事，一", vec![vec![], vec![]]),
            ("一二三四五六", "一三四五六六", vec![vec![], vec![5]]),
            ("", "事一", vec![vec![], vec![]]),
        ] {
            let letters: Vec<char> = verbatim(free).chars().collect();
            let places = spread(&letters, &rows);
            let name = |k: usize, from: f32| places[k].iter().find(|p| p.1 == from).map(|p| p.0).unwrap();
            let found = beyond(text, free, &rows);
            let found: Vec<Vec<usize>> =
                found.iter().enumerate().map(|(k, r)| r.iter().map(|(from, _)| name(k, *from)).collect()).collect();
            assert_eq!(found, want, "{text} read as {free}");
        }
        let narrow = of("一1", &rows[..1], &crowded);
        let width = |c: &Character| c.to - c.from;
        assert!((width(&narrow[0][1]) / width(&narrow[0][0]) - NARROW).abs() < 0.01, "{narrow:?}");
    }
}
