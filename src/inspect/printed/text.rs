//! Print as characters with places: rows, runs, and labels found in spite of a misread character.
//! Nothing is recognised here, and no value is parsed.

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
    /// Its middle and its line's height, pixels of the rectified page.
    pub x: f32,
    pub y: f32,
    pub height: f32,
}

/// One line of print.
#[derive(Debug, Clone)]
pub struct PrintLine {
    /// Clockwise from the top left, in pixels of the rectified page.
    pub corners: [[f32; 2]; 4],
    pub glyphs: Vec<Glyph>,
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

    /// Middle of the row, pixels of the rectified page; 0 for an empty one.
    pub fn y(&self) -> f32 {
        self.glyphs.iter().map(|g| g.y).sum::<f32>() / self.glyphs.len().max(1) as f32
    }

    /// First place at or after `from` where `anchor` stands with at most `slack` characters wrong, missing or too many:
    /// start and end.
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
    std::iter::once(c)
        .nfkc()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .map(|c| variants::simplified(fold(c)))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Rows of lines that stand beside each other. A line is held against the nearest one of a row, not against its first:
/// a date at the far end of the sheet stands a little higher or lower, and must not part a label from its value.
pub fn rows_of(lines: &[PrintLine]) -> Vec<Text> {
    let mut placed: Vec<(Band, &PrintLine)> = lines.iter().filter_map(|l| Some((Band::of(&l.glyphs)?, l))).collect();
    placed.sort_by(|a, b| a.0.y.total_cmp(&b.0.y));
    let mut rows: Vec<(Vec<Band>, Text)> = Vec::new();
    for (band, line) in placed {
        let beside = |(bands, _): &&mut (Vec<Band>, Text)| {
            let nearest = bands.iter().min_by(|a, b| a.apart(&band).total_cmp(&b.apart(&band)));
            nearest.is_some_and(|n| (band.y - n.y).abs() < 0.42 * n.height.min(band.height))
        };
        match rows.iter_mut().rev().take(3).find(beside) {
            Some((bands, text)) => {
                bands.push(band);
                text.glyphs.extend(&line.glyphs);
            }
            None => rows.push((vec![band], Text { glyphs: line.glyphs.clone() })),
        }
    }
    rows.into_iter()
        .map(|(_, mut text)| {
            text.glyphs.sort_by(|a, b| a.x.total_cmp(&b.x));
            Text { glyphs: once_each(text.glyphs) }
        })
        .collect()
}

/// Line heights: two characters of different lines nearer than this are one, which both boxes of the detector hold.
/// Digits stand half a height apart.
const SAME_PLACE: f32 = 0.3;

/// Less sure by so much, a character gives way to the one in its place.
const LESS_SURE: f32 = 0.2;

/// Of two characters that stand in the same place the surer one, or else that of the line that goes on further, so that
/// a value stays in one line.
/// `glyphs`: of one row, by x.
fn once_each(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let end = |line: usize| glyphs.iter().filter(|g| g.line == line).map(|g| g.x).fold(f32::MIN, f32::max);
    let mut out: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for glyph in &glyphs {
        let same = |g: &&mut Glyph| g.line != glyph.line && glyph.x - g.x < SAME_PLACE * g.height.min(glyph.height);
        match out.last_mut().filter(same) {
            Some(there) => {
                let surer = glyph.p - there.p;
                if surer > LESS_SURE || (surer > -LESS_SURE && end(glyph.line) > end(there.line)) {
                    *there = *glyph;
                }
            }
            None => out.push(*glyph),
        }
    }
    out
}

/// Where a line lies: pixels of the rectified page; `y` is its middle.
#[derive(Clone, Copy)]
struct Band {
    left: f32,
    right: f32,
    y: f32,
    height: f32,
}

impl Band {
    fn of(glyphs: &[Glyph]) -> Option<Self> {
        let first = glyphs.first()?;
        let x = |pick: fn(f32, f32) -> f32| glyphs.iter().map(|g| g.x).fold(first.x, pick);
        Some(Self {
            left: x(f32::min),
            right: x(f32::max),
            y: glyphs.iter().map(|g| g.y).sum::<f32>() / glyphs.len() as f32,
            height: first.height,
        })
    }

    /// Pixels between the two in x.
    fn apart(&self, other: &Self) -> f32 {
        (other.left - self.right).max(self.left - other.right).max(0.0)
    }
}

/// A character as wide as a digit.
fn is_narrow(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '|'
}

/// The box around characters: x, y, width, height in pixels of the rectified page.
pub fn hull(glyphs: &[Glyph]) -> Option<[f32; 4]> {
    let first = glyphs.first()?;
    let mut b = [first.x, first.y, first.x, first.y];
    for g in glyphs {
        let half = if is_narrow(g.ch) { 0.3 } else { 0.5 } * g.height;
        b = [
            b[0].min(g.x - half),
            b[1].min(g.y - 0.5 * g.height),
            b[2].max(g.x + half),
            b[3].max(g.y + 0.5 * g.height),
        ];
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of characters 26 px high from this x on, its middle at y.
    fn line(index: usize, text: &str, x: f32, y: f32) -> PrintLine {
        let glyph = |(k, ch): (usize, char)| Glyph {
            ch,
            p: 0.99,
            line: index,
            t: 0.0,
            x: x + 26.0 * k as f32,
            y,
            height: 26.0,
        };
        PrintLine { corners: [[0.0; 2]; 4], glyphs: text.chars().enumerate().map(glyph).collect() }
    }

    #[test]
    fn lines_beside_each_other_are_one_row() {
        for (lines, want) in [
            (vec![("证书编号:", 216.0, 948.0), ("Y0001", 442.0, 944.0)], vec!["证书编号:Y0001"]),
            // a date at the far end stands higher, and a label of another row lower
            (
                vec![("证书编号:", 216.0, 948.0), ("Y0001", 442.0, 944.0), ("2022年", 1190.0, 934.0)],
                vec!["证书编号:Y00012022年"],
            ),
            (
                vec![
                    ("技能等级:", 216.0, 860.0),
                    ("三级", 442.0, 862.0),
                    ("证书编号:", 216.0, 948.0),
                    ("Y1", 442.0, 944.0),
                ],
                vec!["技能等级:三级", "证书编号:Y1"],
            ),
            // two of the detector's boxes hold the same characters
            (vec![("姓名周文", 216.0, 948.0), ("周文斌", 271.0, 946.0)], vec!["姓名周文斌"]),
            (vec![("发证日期", 1190.0, 1000.0), ("证书编号:", 216.0, 948.0)], vec!["证书编号:", "发证日期"]),
        ] {
            let lines: Vec<PrintLine> =
                lines.into_iter().enumerate().map(|(k, (text, x, y))| line(k, text, x, y)).collect();
            let rows: Vec<String> = rows_of(&lines).iter().map(|r| r.chars().iter().collect()).collect();
            assert_eq!(rows, want);
        }
    }
}
