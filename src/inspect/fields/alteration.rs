//! From the rows of writing on a page to its corrections: struck out, scribbled over, written over, covered with fluid
//! or tape.
//! Measures each row against the same pen and the same page; what the writing says does not matter here.

use super::ink::{Row, Written};
use super::patch;
use crate::inspect::page::cells::Cell;
use crate::vocabulary::documents::AlterationKind;
use image::GrayImage;

/// A correction that was seen in the row of this index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    pub row: usize,
    pub kind: AlterationKind,
    /// 0–1.
    pub confidence: f32,
    /// Pixels of the sheet.
    pub at: Cell,
}

/// A measure from which a correction is doubtful (the most that uncorrected writing showed, about) and one from which
/// it is sure. Fitted on rendered forms, 16 altered and 20 clean submissions, and set wide of what was seen; units as
/// named where they are used.
struct Scale {
    doubtful: f32,
    sure: f32,
}

impl Scale {
    /// 0–1: half at the doubtful value, 0.8 (the alteration threshold as delivered) at the sure one.
    fn confidence(&self, value: f32) -> f32 {
        (0.5 + 0.3 * (value - self.doubtful) / (self.sure - self.doubtful)).clamp(0.0, 0.99)
    }
}

/// Heights of the writing: one straight stroke that runs on with ink over and under it. Neighbours that touch reached
/// 2.15, digits 1.3.
const LONG: Scale = Scale { doubtful: 2.2, sure: 2.5 };
const LONG_DIGITS: Scale = Scale { doubtful: 1.45, sure: 1.65 };
/// The same where every character was surely read, as it rarely is through a strike: 1,525 clean rows reached 3.21.
const LONG_READ: Scale = Scale { doubtful: 3.3, sure: 3.7 };
/// The same over the place of a character that the free reading saw beyond the text: what was struck out is read all
/// the same, and stands beside what was written for it.
const LONG_BEYOND: Scale = Scale { doubtful: 0.9, sure: 1.1 };
/// Heights of the writing over which two such strokes run beside each other; a character of many bars reached 1.6.
const DOUBLE: Scale = Scale { doubtful: 1.45, sure: 1.7 };
/// 0–1: part of a character's room that is inked thicker than the pen is; the densest characters (鑫) of a bold, blurred
/// pen reached 0.69, scribbles 0.75 and more.
const SCRIBBLED: Scale = Scale { doubtful: 0.58, sure: 0.72 };
/// The same where a character of very many strokes was surely read (see `dense` in [`Written`]): wide of what these
/// reached, and under the scribbles of 40 corrected submissions, which reached 0.80 and more but for one of 0.67.
const SCRIBBLED_DENSE: Scale = Scale { doubtful: 0.76, sure: 0.82 };
/// Natural logarithm: ink times thick ink of a character's room over the page's usual and over what the character that
/// was read there should have (see [`excess`]). 1,572 rows of characters by 63 writers that nobody had corrected reached
/// 1.72 (链 by a blunt pen), 13 of 22 that were written over 1.78 and more.
const OVERWRITTEN: Scale = Scale { doubtful: 1.55, sure: 1.78 };
/// Weight of how black the room is in itself: on a page of thin strokes a little blur is many times the usual.
const ITSELF: f32 = 0.4;
/// Ink times thick ink: with less no room looks written over.
const BLACK: f32 = 0.14;
/// Crowding that is expected where nothing was read.
const UNREAD: f32 = 0.5;
/// Heights of the writing by which a character may stand beside its place, since they are not spread evenly.
const ASTRAY: f32 = 0.15;
/// Natural logarithm of the ink in a digit's room over the usual of its row and page, and [`BOLD`] times the part of it
/// that is bolder than the row's. 466 numbers that nobody had corrected reached 1.44 (an 8 with filled loops), 13 of 18
/// that were written over 1.5 and more.
const DENSE_DIGIT: Scale = Scale { doubtful: 1.3, sure: 1.5 };
const BOLD: f32 = 1.2;
/// The same where the free reading saw a digit more than the number has: digits that touch reached 0.69 in some 250
/// numbers, three of four that were struck out or written over 1.04 and more.
const DENSE_BEYOND: Scale = Scale { doubtful: 0.7, sure: 0.9 };
/// 0–1: part of the sides of a faint outline; clean rows showed none at all.
const CLOSED: Scale = Scale { doubtful: 0.3, sure: 0.38 };
const BROKEN: Scale = Scale { doubtful: 0.3, sure: 0.4 };
/// 0–1: less ink than this in a digit's room is none.
const EMPTY: f32 = 0.04;
/// Heights of the writing: a shorter row of digits is not measured against itself.
const LONG_ROW: f32 = 7.0;
/// Corrections surer than this are reported, whether or not a rule flags them.
const TOLD: f32 = 0.5;

/// All corrections of a page's rows, at most one a row and the surest. `pen`: the pen's width, pixels.
pub fn find(lit: &GrayImage, rows: &[Written], pen: f32) -> Vec<Mark> {
    let windows: Vec<Vec<Window>> = rows.iter().map(|w| self::windows(w.row, pen)).collect();
    let usual = Usual::of(rows, &windows);
    let mut out = Vec::new();
    for (k, written) in rows.iter().enumerate() {
        let seen = [struck(written, pen), dense(written, &windows[k], &usual), patched(lit, written.row)];
        let best = seen.into_iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1));
        out.extend(best.filter(|b| b.1 >= TOLD).map(|(kind, confidence, at)| Mark { row: k, kind, confidence, at }));
    }
    // outlines around a good part of the rows are the picture's compression or the paper's pattern
    let patched = |m: &Mark| m.kind == AlterationKind::Patched;
    if out.iter().filter(|m| patched(m)).count() > (rows.len() / 5).max(2) {
        out.retain(|m| !patched(m));
    }
    out
}

type Seen = (AlterationKind, f32, Cell);

fn patched(lit: &GrayImage, row: &Row) -> Option<Seen> {
    let outlines = patch::outlines(lit, &row.part(0, row.width), row.body());
    let seen = outlines.into_iter().map(|o| (if o.broken { &BROKEN } else { &CLOSED }.confidence(o.closed), o.at));
    let (confidence, at) = seen.reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    Some((AlterationKind::Patched, confidence, at))
}

/// The room of about one character.
#[derive(Debug, Clone, Copy)]
struct Window {
    from: usize,
    to: usize,
    /// 0–1: part that is inked; part that is inked somewhat thicker than the pen, and much thicker.
    ink: f32,
    thicker: f32,
    thick: f32,
}

/// Ink this many times as thick as the pen is a stroke drawn over another.
const THICKER: f32 = 1.3;
/// Ink this many times as thick as the pen is no single stroke.
const THICK: f32 = 1.7;

fn windows(row: &Row, pen: f32) -> Vec<Window> {
    let body = row.body();
    let width = ((0.8 * body) as usize).clamp(1, row.width);
    let mut sums = vec![[0f32; 3]];
    for x in 0..row.width {
        let mut column = sums[x];
        for y in row.top..=row.low {
            let t = row.thickness[y * row.width + x];
            column[0] += f32::from(t > 0.0);
            column[1] += f32::from(t >= THICKER * pen);
            column[2] += f32::from(t >= THICK * pen);
        }
        sums.push(column);
    }
    let area = width as f32 * body;
    let window = |from: usize| {
        let part = |k: usize| (sums[from + width][k] - sums[from][k]) / area;
        Window { from, to: from + width, ink: part(0), thicker: part(1), thick: part(2) }
    };
    (0..=row.width - width).step_by((width / 4).max(1)).map(window).collect()
}

/// What this page's writing looks like where nothing was corrected, which is most of it.
struct Usual {
    /// Median over digits' rooms that hold ink.
    digit: Option<f32>,
    /// Median over rows of characters of each one's densest room: ink times thick ink.
    densest: Option<f32>,
}

impl Usual {
    fn of(rows: &[Written], windows: &[Vec<Window>]) -> Self {
        let of = |digits: bool| rows.iter().zip(windows).filter(move |(r, _)| r.digits == digits).map(|(_, w)| w);
        let digit = median(of(true).flatten().map(|w| w.ink).filter(|i| *i > EMPTY).collect());
        let densest = median(of(false).map(|w| w.iter().map(|w| w.ink * w.thick).fold(0.0, f32::max)).collect());
        Self { digit, densest }
    }
}

fn median(mut v: Vec<f32>) -> Option<f32> {
    let middle = v.len() / 2;
    (!v.is_empty()).then(|| *v.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// A room blackened by a scribble, or holding two characters.
fn dense(written: &Written, windows: &[Window], usual: &Usual) -> Option<Seen> {
    let explained = explained(written);
    let (there, asked): (Vec<Window>, Vec<Window>) =
        windows.iter().partition(|w| explained.iter().any(|(from, to)| w.from < *to && w.to > *from));
    let most = |windows: &[Window], f: &dyn Fn(&Window) -> f32| {
        windows.iter().map(|w| (f(w), *w)).max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let of = |f: &dyn Fn(&Window) -> f32| most(&asked, f);
    let place = |w: Window| written.row.part(w.from, w.to);
    let scribble =
        |scale: &Scale, (black, at): (f32, Window)| (AlterationKind::StruckOut, scale.confidence(black), place(at));
    let on_dense = most(&there, &|w| w.thick).map(|w| scribble(&SCRIBBLED_DENSE, w));
    let on_others = of(&|w| w.thick).map(|w| scribble(&SCRIBBLED, w));
    let scribbled = on_dense.into_iter().chain(on_others).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let twice =
        if written.digits { two_digits(written, windows, usual) } else { two_characters(written, windows, usual) };
    let overwritten = twice.map(|(confidence, at)| (AlterationKind::Overwritten, confidence, place(at)));
    overwritten.filter(|o| scribbled.1 < SCRIBBLED.confidence(SCRIBBLED.sure) && scribbled.1 <= o.1).or(Some(scribbled))
}

/// The room that most looks as if one digit stood over another.
fn two_digits(written: &Written, windows: &[Window], usual: &Usual) -> Option<(f32, Window)> {
    // a date's short row has no usual of its own and the print's 年 beside it
    if (written.row.width as f32) < LONG_ROW * written.row.body() {
        return None;
    }
    let inked = || windows.iter().filter(|w| w.ink > EMPTY);
    let own = median(inked().map(|w| w.ink).collect());
    let ink = own.into_iter().chain(usual.digit).reduce(f32::max).filter(|u| *u > 2.0 * EMPTY)?;
    let bold = |w: &Window| w.thicker / w.ink;
    let usual = median(inked().map(bold).collect())?;
    let excess = |w: &Window| (w.ink / ink).ln() + BOLD * (bold(w) - usual);
    let scale = |w: &Window| {
        if written.is_beyond(w.from as f32, w.to as f32) { DENSE_BEYOND } else { DENSE_DIGIT }
    };
    inked().map(|w| (scale(w).confidence(excess(w)), *w)).max_by(|a, b| a.0.total_cmp(&b.0))
}

/// The room that most looks as if one character stood over another.
fn two_characters(written: &Written, windows: &[Window], usual: &Usual) -> Option<(f32, Window)> {
    let usual = usual.densest?.max(EMPTY);
    let black = windows.iter().filter(|w| w.ink * w.thick >= BLACK);
    let (most, at) = black.map(|w| (excess(written, w, usual), *w)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((OVERWRITTEN.confidence(most), at))
}

/// Natural logarithm: how much blacker a room is than the page's densest ones usually are and than the characters that
/// were read there explain.
fn excess(written: &Written, window: &Window, usual: f32) -> f32 {
    let beside = ASTRAY * written.row.body();
    let (from, to) = (window.from as f32 - beside, window.to as f32 + beside);
    let there = written.characters.iter().filter(|c| c.from < to && c.to > from).map(|c| c.crowding);
    let expected = there.reduce(f32::max).unwrap_or(UNREAD);
    let both = window.ink * window.thick;
    (both / usual).ln() + ITSELF * both.ln() - expected.ln()
}

/// Columns in which much ink is expected: there stands a character of very many strokes.
fn explained(written: &Written) -> Vec<(usize, usize)> {
    let Some((first, end)) = written.row.written() else { return Vec::new() };
    let at = |part: f32| first + (part.clamp(0.0, 1.0) * (end - first) as f32) as usize;
    written.dense.iter().map(|(from, to)| (at(*from), at(*to))).collect()
}

/// One or two long strokes through the writing.
fn struck(written: &Written, pen: f32) -> Option<Seen> {
    let row = written.row;
    let body = row.body();
    let lines: Vec<Through> = through(row, pen).into_iter().filter(|l| l.crossing >= CROSSING).collect();
    let single = lines.iter().max_by(|a, b| a.length().total_cmp(&b.length()))?;
    let beyond = lines.iter().filter(|l| written.is_beyond(l.from as f32, l.to as f32));
    let beyond = beyond
        .max_by(|a, b| a.length().total_cmp(&b.length()))
        .map(|l| (AlterationKind::StruckOut, LONG_BEYOND.confidence(l.length() / body), row.part(l.from, l.to)));
    let scale = match (written.agrees, written.digits) {
        (false, true) => LONG_DIGITS,
        (false, false) => LONG,
        (true, false) => LONG_READ,
        (true, true) => return beyond,
    };
    let mut best =
        (AlterationKind::StruckOut, scale.confidence(single.length() / body), row.part(single.from, single.to));
    for (i, a) in lines.iter().enumerate().filter(|_| !written.agrees) {
        for b in lines[..i].iter().filter(|b| (a.slope - b.slope).abs() < 0.04) {
            let apart = a.y.abs_diff(b.y) as f32;
            let (from, to) = (a.from.max(b.from), a.to.min(b.to));
            if apart >= 2.0 * pen.max(2.0) && apart <= 0.6 * body && to > from {
                let confidence = DOUBLE.confidence((to - from) as f32 / body);
                if confidence > best.1 {
                    best = (AlterationKind::StruckOut, confidence, row.part(from, to));
                }
            }
        }
    }
    beyond.filter(|b| b.1 > best.1).or(Some(best))
}

/// 0–1: part of a stroke's columns with ink over and under it. A bar at the foot of a character, an underline or a dash
/// has little.
const CROSSING: f32 = 0.45;
/// Heights of the writing: shorter strokes belong to any character.
const SHORTEST: f32 = 0.7;
/// Parts of the writing's height at its top and foot where no strike is looked for: an underline that the writing
/// stands in, or the top bars of digits that touch (5493), run there, and a strike runs through the middle.
const EDGE: f32 = 0.27;

/// A straight stroke through the row; `y` is where it crosses the middle column.
struct Through {
    from: usize,
    to: usize,
    y: usize,
    slope: f32,
    crossing: f32,
}

impl Through {
    fn length(&self) -> f32 {
        (self.to - self.from + 1) as f32
    }
}

fn through(row: &Row, pen: f32) -> Vec<Through> {
    let body = row.body();
    let margin = (EDGE * body) as usize;
    let middle = row.width as f32 / 2.0;
    let mut out = Vec::new();
    for k in -4i32..=4 {
        // a hand strikes out within some 7° of level; steps of 1.7° lose less than a pen's width over three characters
        let slope = k as f32 * 0.03;
        for y in row.top + margin..=row.low.saturating_sub(margin) {
            let level = |x: usize| (y as f32 + slope * (x as f32 - middle)).round();
            let inked = |x: usize| {
                let yy = level(x);
                yy >= 1.0 && yy + 1.0 < row.height as f32 && (-1..=1).any(|d: i32| row.ink(x, (yy as i32 + d) as usize))
            };
            for (from, to) in runs(row.width, inked) {
                if (to - from + 1) as f32 >= SHORTEST * body {
                    let crossed = (from..=to).filter(|x| crosses(row, *x, level(*x) as usize, pen)).count();
                    out.push(Through { from, to, y, slope, crossing: crossed as f32 / (to - from + 1) as f32 });
                }
            }
        }
    }
    out
}

/// Runs of columns, gaps of up to two not counted.
fn runs(width: usize, inked: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for x in (0..width).filter(|x| inked(*x)) {
        match out.last_mut().filter(|r| x - r.1 <= 3) {
            Some(run) => run.1 = x,
            None => out.push((x, x)),
        }
    }
    out
}

/// Is there ink over and under the stroke that runs through this column at about `y`?
fn crosses(row: &Row, x: usize, y: usize, pen: f32) -> bool {
    let Some(start) = [y, y - 1, y + 1].into_iter().find(|q| row.ink(x, *q)) else { return false };
    let (mut top, mut low) = (start, start);
    while top > 0 && row.ink(x, top - 1) {
        top -= 1;
    }
    while low + 1 < row.height && row.ink(x, low + 1) {
        low += 1;
    }
    let reach = (0.45 * row.body()) as usize;
    let columns = x.saturating_sub(2)..=(x + 2).min(row.width - 1);
    let near = |mut rows: std::ops::Range<usize>| rows.any(|q| columns.clone().any(|c| row.ink(c, q)));
    let over = (start - top) as f32 > 1.5 * pen || near(top.saturating_sub(reach)..top.saturating_sub(1));
    let under = (low - start) as f32 > 1.5 * pen || near((low + 2).min(row.height)..(low + reach).min(row.height));
    over && under
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::fields::ink::{self, Character};
    use image::Luma;

    /// Strokes of a character that fill most of its room.
    const STROKES: i32 = 9;
    const AT: Cell = Cell { x0: 14.0, y0: 20.0, x1: 440.0, y1: 72.0 };

    /// A row of ten characters (or twenty digits) by a pen three pixels wide.
    fn row(digits: bool) -> GrayImage {
        let mut sheet = GrayImage::from_pixel(460, 92, Luma([250]));
        for k in 0..if digits { 20 } else { 10 } {
            let x = 20 + k * if digits { 20 } else { 40 };
            if digits {
                for (x0, y0, x1, y1) in
                    [(x, 32, x + 13, 32), (x, 58, x + 13, 58), (x, 32, x, 58), (x + 13, 32, x + 13, 58)]
                {
                    line(&mut sheet, x0, y0, x1, y1);
                }
            } else {
                for (x0, y0, x1, y1) in [
                    (x + 3, 34, x + 24, 32),
                    (x, 45, x + 26, 44),
                    (x + 13, 30, x + 12, 60),
                    (x + 11, 46, x, 60),
                    (x + 14, 46, x + 27, 59),
                ] {
                    line(&mut sheet, x0, y0, x1, y1);
                }
            }
        }
        sheet
    }

    /// A row of twenty digits with few strokes, by the same pen.
    fn sevens() -> GrayImage {
        let mut sheet = GrayImage::from_pixel(460, 92, Luma([250]));
        for x in (0..20).map(|k| 20 + k * 20) {
            line(&mut sheet, x, 32, x + 13, 32);
            line(&mut sheet, x + 13, 32, x + 5, 58);
        }
        sheet
    }

    fn line(sheet: &mut GrayImage, x0: i32, y0: i32, x1: i32, y1: i32) {
        let n = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
        for i in 0..=n {
            let (x, y) = (x0 + (x1 - x0) * i / n, y0 + (y1 - y0) * i / n);
            for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
                sheet.put_pixel((x + dx) as u32, (y + dy) as u32, Luma([70]));
            }
        }
    }

    fn seen(sheet: &GrayImage, digits: bool, agrees: bool) -> Option<(AlterationKind, bool)> {
        seen_beside(sheet, digits, agrees, Vec::new())
    }

    fn seen_beside(
        sheet: &GrayImage,
        digits: bool,
        agrees: bool,
        dense: Vec<(f32, f32)>,
    ) -> Option<(AlterationKind, bool)> {
        let rows = vec![Row::of(sheet, &AT).unwrap()];
        let pen = ink::pen(&rows).unwrap();
        let marks = find(
            sheet,
            &[Written { row: &rows[0], digits, agrees, dense, characters: Vec::new(), beyond: Vec::new() }],
            pen,
        );
        marks.first().map(|m| (m.kind, m.confidence >= 0.8))
    }

    #[test]
    fn what_was_corrected_and_what_was_not() {
        type Draw = fn(&mut GrayImage);
        let struck: Draw = |s| line(s, 94, 47, 215, 50);
        let short: Draw = |s| line(s, 94, 52, 160, 53);
        let twice: Draw = |s| {
            line(s, 96, 40, 150, 41);
            line(s, 95, 51, 151, 51);
        };
        let scribbled: Draw = |s| {
            (0..15).for_each(|k| {
                line(s, 96 + k * 2, if k % 2 == 0 { 30 } else { 60 }, 98 + k * 2, if k % 2 == 0 { 60 } else { 30 });
            });
        };
        // pressed harder, as one does who writes over something
        let over: Draw = |s| {
            for side in [0, 2, 4] {
                line(s, 120 + side, 34, 131 + side, 57);
                line(s, 131 + side, 34, 120 + side, 57);
                line(s, 121, 44 + side, 132, 44 + side);
            }
        };
        for (name, draw, digits, agrees, want) in [
            ("nothing", (|_| ()) as Draw, false, false, None),
            ("nothing, digits", |_| (), true, false, None),
            ("struck out", struck, false, false, Some((AlterationKind::StruckOut, true))),
            ("struck out, but read to the character as expected", short, false, true, None),
            (
                "struck out at length, and read all the same",
                struck,
                false,
                true,
                Some((AlterationKind::StruckOut, true)),
            ),
            ("struck out twice", twice, false, false, Some((AlterationKind::StruckOut, true))),
            ("scribbled over", scribbled, false, true, Some((AlterationKind::StruckOut, true))),
        ] {
            let mut sheet = row(digits);
            draw(&mut sheet);
            assert_eq!(seen(&sheet, digits, agrees), want, "{name}");
        }
        // a character of very many strokes: where it was read it is none, elsewhere it is a scribble, and so is a real one
        let mut sheet = row(false);
        for k in 0..STROKES {
            let (x, slant) = (96 + k * 30 / STROKES, if k % 2 == 0 { 2 } else { -2 });
            line(&mut sheet, x, 30, x + slant, 60);
        }
        let read = |sheet: &GrayImage, dense: (f32, f32)| seen_beside(sheet, false, true, vec![dense]);
        assert_eq!(read(&sheet, (0.1, 0.4)), None, "a dense character");
        assert_eq!(read(&sheet, (0.6, 0.9)), Some((AlterationKind::StruckOut, true)), "beside a dense character");
        let mut sheet = row(false);
        scribbled(&mut sheet);
        assert_eq!(
            read(&sheet, (0.1, 0.4)),
            Some((AlterationKind::StruckOut, true)),
            "a dense character, scribbled over"
        );
        let mut sheet = row(true);
        over(&mut sheet);
        assert_eq!(seen(&sheet, true, false), Some((AlterationKind::Overwritten, true)), "a digit over a box");
        let mut sheet = sevens();
        assert_eq!(seen(&sheet, true, true), None, "sevens");
        over(&mut sheet);
        assert_eq!(seen(&sheet, true, true), Some((AlterationKind::Overwritten, true)), "a digit over a seven");
    }

    /// A stroke, or a digit over another, that by itself would not tell: it does where a character was read that the text
    /// has not.
    #[test]
    fn what_was_read_beyond_the_text_makes_a_correction_of_a_shorter_stroke() {
        type Draw = fn(&mut GrayImage);
        let struck: Draw = |s| line(s, 130, 46, 163, 48);
        let over: Draw = |s| {
            line(s, 121, 34, 131, 57);
            line(s, 131, 34, 121, 57);
        };
        for (name, digits, draw, beyond, want) in [
            ("a character struck out", false, struck, vec![(140.0, 160.0)], true),
            ("the same, and nothing more was read", false, struck, vec![], false),
            ("more was read far from it", false, struck, vec![(300.0, 320.0)], false),
            ("more was read, and nothing stands there", false, (|_| ()) as Draw, vec![(140.0, 160.0)], false),
            ("a digit over another", true, over, vec![(118.0, 134.0)], true),
            ("the same, and nothing more was read", true, over, vec![], false),
            ("more was read, of sevens alone", true, |_| (), vec![(118.0, 134.0)], false),
        ] {
            let mut sheet = if digits { sevens() } else { row(false) };
            draw(&mut sheet);
            let rows = [Row::of(&sheet, &AT).unwrap()];
            let pen = ink::pen(&rows).unwrap();
            let written =
                Written { row: &rows[0], digits, agrees: !digits, dense: Vec::new(), characters: Vec::new(), beyond };
            let marks = find(&sheet, &[written], pen);
            assert_eq!(marks.iter().any(|m| m.confidence >= 0.8), want, "{name}, digits: {digits}: {marks:?}");
        }
    }

    /// The same blackened room in the same row: what was read there tells whether it is a correction.
    #[test]
    fn a_character_is_held_against_the_ink_that_it_should_have() {
        let mut sheet = row(false);
        for k in 0..5 {
            line(&mut sheet, 180 + k * 5, 36, 181 + k * 5, 56);
        }
        let other = row(false);
        let rows = [Row::of(&sheet, &AT).unwrap(), Row::of(&other, &AT).unwrap(), Row::of(&other, &AT).unwrap()];
        let pen = ink::pen(&rows).unwrap();
        let read_as = |crowding: f32| {
            let written: Vec<Written> = rows
                .iter()
                .map(|row| Written {
                    row,
                    digits: false,
                    agrees: true,
                    dense: Vec::new(),
                    characters: vec![Character { from: 0.0, to: row.width as f32, crowding }],
                    beyond: Vec::new(),
                })
                .collect();
            let marks = find(&sheet, &written, pen);
            marks.iter().map(|m| (m.row, m.kind, m.confidence >= 0.8)).collect::<Vec<_>>()
        };
        assert_eq!(read_as(0.2), [(0, AlterationKind::Overwritten, true)], "read as a character of few strokes");
        assert_eq!(read_as(0.8), [], "read as a character of very many");
    }
}
