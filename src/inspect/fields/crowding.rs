//! From what a field says to how crowded with strokes each part of its rows should be.
//! Takes the reading as it is, sure or not; looks at the ink only to see where the writing begins and ends.

use super::ink::{Character, Row};

/// 0–1: of a character that no text of `crowded_characters` holds, of its first text, and each text's over the last.
const LEAST: f32 = 0.2;
const FIRST: f32 = 0.3;
const STEP: f32 = 0.1;
/// Widths of a Chinese character: of a digit, a letter or a stop.
const NARROW: f32 = 0.55;

/// The characters of a field's text on each of its rows, spread by their usual widths over what is written there.
pub fn of(text: &str, rows: &[Row], crowded: &[String]) -> Vec<Vec<Character>> {
    let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let width = |c: char| if is_chinese(c) { 1.0 } else { NARROW };
    let all: f32 = letters.iter().map(|c| width(*c)).sum();
    let written: Vec<(f32, f32)> =
        rows.iter().map(|r| r.written().map_or((0.0, 0.0), |(from, to)| (from as f32, to as f32))).collect();
    let scale = written.iter().map(|(from, to)| to - from).sum::<f32>() / all.max(NARROW);
    let mut out = Vec::with_capacity(rows.len());
    let mut before = 0.0;
    for (from, to) in written {
        let mut at = from - before;
        let mut row = Vec::new();
        for c in &letters {
            let end = at + scale * width(*c);
            if end > from && at < to {
                row.push(Character { from: at, to: end, crowding: crowding(*c, crowded) });
            }
            at = end;
        }
        out.push(row);
        before += to - from;
    }
    out
}

fn crowding(c: char, crowded: &[String]) -> f32 {
    let level = if is_chinese(c) { crowded.iter().position(|text| text.contains(c)) } else { None };
    level.map_or(LEAST, |k| FIRST + STEP * k as f32)
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
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
        let narrow = of("一1", &rows[..1], &crowded);
        let width = |c: &Character| c.to - c.from;
        assert!((width(&narrow[0][1]) / width(&narrow[0][0]) - NARROW).abs() < 0.01, "{narrow:?}");
    }
}
