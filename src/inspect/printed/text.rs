//! Print as characters with places: rows, runs, and labels found in spite of a misread character.
//! Nothing is recognised here, and no value is parsed.

use super::PrintLine;
use crate::inspect::printed::values::digit_like;
use crate::ocr::{LineReading, variants};
use crate::vocabulary::text::{distance, fold, is_invisible};
use unicode_normalization::UnicodeNormalization;

/// One character of print.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// In its simplified, compatible form (NFKC; brackets, commas and dashes folded).
    pub ch: char,
    /// 0–1: the recogniser's own.
    pub p: f32,
    /// Index of its line.
    pub line: usize,
    /// Where its middle lies along the line, 0–1.
    pub t: f32,
    /// Its middle and its line's height, pixels of the flat sheet.
    pub x: f32,
    pub y: f32,
    pub height: f32,
}

/// Characters in reading order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text {
    pub glyphs: Vec<Glyph>,
}

impl Text {
    pub fn string(&self) -> String {
        self.glyphs.iter().map(|g| g.ch).collect()
    }

    pub fn len(&self) -> usize {
        self.glyphs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    pub fn chars(&self) -> Vec<char> {
        self.glyphs.iter().map(|g| g.ch).collect()
    }

    /// All rows' characters in a row.
    pub fn joined<'t>(rows: impl IntoIterator<Item = &'t Text>) -> Self {
        Self { glyphs: rows.into_iter().flat_map(|r| r.glyphs.iter().copied()).collect() }
    }

    /// Middle of the row, pixels of the flat sheet; 0 for an empty one.
    pub fn y(&self) -> f32 {
        self.glyphs.iter().map(|g| g.y).sum::<f32>() / self.glyphs.len().max(1) as f32
    }

    /// First place at or after `from` where `anchor` stands with at most `slack` characters wrong, missing or too many: start and end.
    /// The best fit wins, then the first.
    pub fn find(&self, anchor: &str, from: usize, slack: usize) -> Option<(usize, usize)> {
        find(&self.chars(), anchor, from, slack)
    }

    /// `range` without punctuation at its ends.
    pub fn trimmed(&self, from: usize, to: usize) -> &[Glyph] {
        let mut slice = &self.glyphs[from.min(self.len())..to.min(self.len()).max(from.min(self.len()))];
        while let [first, rest @ ..] = slice
            && is_edge(first.ch)
        {
            slice = rest;
        }
        while let [rest @ .., last] = slice
            && is_edge(last.ch)
        {
            slice = rest;
        }
        slice
    }

    /// The characters from `from` until a gap wider than `gap` line heights, or a stop.
    pub fn until_gap(&self, from: usize, gap: f32) -> usize {
        let mut end = from;
        while end < self.len() {
            if end > from {
                let (a, b) = (&self.glyphs[end - 1], &self.glyphs[end]);
                if b.x - a.x > gap * a.height.max(b.height) {
                    break;
                }
            }
            end += 1;
        }
        end
    }
}

/// As [`Text::find`], on plain characters.
pub fn find(chars: &[char], anchor: &str, from: usize, slack: usize) -> Option<(usize, usize)> {
    let anchor: Vec<char> = anchor.chars().collect();
    let n = anchor.len();
    let mut best: Option<(usize, usize, usize)> = None;
    for start in from..chars.len() {
        for length in n.saturating_sub(slack).max(1)..=n + slack {
            let Some(window) = chars.get(start..start + length) else { continue };
            let wrong = distance(window, &anchor);
            let better = best.is_none_or(|(w, _, e)| wrong < w || (wrong == w && start < e && length == n));
            if wrong <= slack && better && window.iter().any(|c| anchor.contains(c)) {
                best = Some((wrong, start, start + length));
            }
        }
    }
    best.map(|(_, a, b)| (a, b))
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// A line's reading as characters with places.
/// `width`: of the line's picture as it was read, pixels.
pub fn glyphs_of(reading: &LineReading, corners: &[[f32; 2]; 4], width: u32) -> Vec<Glyph> {
    let Some(posterior) = &reading.posterior else { return Vec::new() };
    let length = width as f32 / posterior.step_px.max(1e-3);
    let [a, b, c, d] = *corners;
    let (left, right) = (middle(a, d), middle(b, c));
    let height = ((a[0] - d[0]).hypot(a[1] - d[1]) + (b[0] - c[0]).hypot(b[1] - c[1])) / 2.0;
    let mut out = Vec::with_capacity(reading.symbols.len());
    for s in &reading.symbols {
        let t = ((s.start_step + s.end_step) as f32 / 2.0 / length).clamp(0.0, 1.0);
        let at = [left[0] + (right[0] - left[0]) * t, left[1] + (right[1] - left[1]) * t];
        for ch in folded(s.ch) {
            out.push(Glyph { ch, p: s.probability, line: 0, t, x: at[0], y: at[1], height });
        }
    }
    out
}

/// The compatible, simplified form of a character as read; nothing for a space.
pub fn folded(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).map(|c| variants::simplified(fold(c))).collect::<Vec<_>>().into_iter()
}

/// Rows of lines that stand beside each other.
pub fn rows_of(lines: &[PrintLine]) -> Vec<Text> {
    let mut placed: Vec<(f32, f32, &PrintLine)> =
        lines.iter().filter(|l| !l.glyphs.is_empty()).map(|l| (l.glyphs.iter().map(|g| g.y).sum::<f32>() / l.glyphs.len() as f32, l.glyphs[0].height, l)).collect();
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rows: Vec<(f32, f32, Text)> = Vec::new();
    for (y, height, line) in placed {
        let near = rows.iter_mut().rev().take(3).find(|(ry, rh, _)| (y - *ry).abs() < 0.42 * rh.min(height));
        match near {
            Some((_, _, text)) => text.glyphs.extend(&line.glyphs),
            None => rows.push((y, height, Text { glyphs: line.glyphs.clone() })),
        }
    }
    rows.into_iter()
        .map(|(_, _, mut text)| {
            text.glyphs.sort_by(|a, b| a.x.total_cmp(&b.x));
            text
        })
        .collect()
}

/// The box around characters: x, y, width, height in pixels of the flat sheet.
pub fn hull(glyphs: &[Glyph]) -> Option<[f32; 4]> {
    let first = glyphs.first()?;
    let mut b = [first.x, first.y, first.x, first.y];
    for g in glyphs {
        let half = if digit_like(g.ch) { 0.3 } else { 0.5 } * g.height;
        b = [b[0].min(g.x - half), b[1].min(g.y - 0.5 * g.height), b[2].max(g.x + half), b[3].max(g.y + 0.5 * g.height)];
    }
    Some([b[0], b[1], b[2] - b[0], b[3] - b[1]])
}

fn middle(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]
}

/// Marks that belong to a label or a sentence, not to a value at whose end they stand.
fn is_edge(c: char) -> bool {
    matches!(c, ':' | ',' | '.' | ';' | '-' | '_' | '·' | '"' | '\'' | '*')
}
