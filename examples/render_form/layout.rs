//! From a form's parts to strokes on a page, millimetres: cells packed into rows, sentences with underlined gaps, tables of
//! rows; and, given values, the writing in them. The layout follows from the parts alone, as offices print such forms.
//! `table.rs` lays out cells and tables.

use super::canvas::{Canvas, Face, HEIGHT, WIDTH};
use super::pen::Pen;
use super::table;
use super::values::{Values, Written};
use anyhow::Result;
use yushen::vocabulary::form::{FieldType, Form, FormField, Part, Piece, PrintedLine, Sentence};

/// One stroke of the page.
pub enum Stroke {
    Line {
        from: [f32; 2],
        to: [f32; 2],
        width: f32,
    },
    /// `x`: left edge, `y`: middle of the line.
    Print {
        text: String,
        x: f32,
        y: f32,
        size: f32,
        bold: bool,
    },
    Hand {
        text: String,
        x: f32,
        y: f32,
        size: f32,
    },
    Tick {
        x: f32,
        y: f32,
        size: f32,
    },
}

/// Where something is laid: strokes are added, and the pen's widths are asked.
pub struct Page<'a> {
    pub print: &'a Face,
    pub pen: Option<&'a Pen<'a>>,
    pub values: &'a Values,
    pub strokes: Vec<Stroke>,
    /// By how much rows and lines are higher than usual.
    pub stretch: f32,
}

/// The paper's margins on a form and on a letter, millimetres.
const FORM_MARGIN: f32 = 18.0;
const LETTER_MARGIN: f32 = 26.0;
/// Sizes of handwriting, millimetres.
pub const HAND: f32 = 5.4;

pub const PROMISE: &str = "本人承诺以上填报的信息真实、准确，符合申报条件。如有虚假，本人愿承担由此造成的一切后果。";

/// A form's strokes. `repeated`: its cells stand on the page a second time, empty.
pub fn strokes(form: &Form, print: &Face, pen: Option<&Pen>, values: &Values, repeated: bool) -> Result<Vec<Stroke>> {
    let mut last = None;
    for stretch in [1.3, 1.15, 1.0, 0.9, 0.8, 0.7] {
        let mut page = Page { print, pen, values, strokes: Vec::new(), stretch };
        let end = whole(&mut page, form, repeated)?;
        last = Some(page.strokes);
        if end <= HEIGHT - 16.0 {
            break;
        }
    }
    Ok(last.unwrap_or_default())
}

pub fn draw(canvas: &mut Canvas, strokes: &[Stroke], print: &Face, mut pen: Option<&mut Pen>) -> Result<()> {
    for stroke in strokes {
        match stroke {
            Stroke::Line { from, to, width } => canvas.line(*from, *to, *width),
            Stroke::Print { text, x, y, size, bold } => canvas.print(print, text, [*x, *y], *size, *bold)?,
            Stroke::Hand { text, x, y, size } => {
                if let Some(pen) = pen.as_mut() {
                    pen.write(canvas, text, *x, *y, *size)?;
                }
            }
            Stroke::Tick { x, y, size } => {
                if let Some(pen) = pen.as_mut() {
                    pen.tick(canvas, *x, *y, *size);
                }
            }
        }
    }
    Ok(())
}

/// Lays everything out, and returns where it ends.
fn whole(page: &mut Page, form: &Form, repeated: bool) -> Result<f32> {
    let cells = form.parts.iter().any(|p| matches!(p, Part::Cell(_)));
    let margin = if cells { FORM_MARGIN } else { LETTER_MARGIN };
    let (left, right) = (margin, WIDTH - margin);
    let title = form.title().to_owned();
    let size = (if cells { 6.6_f32 } else { 7.6 }).min((right - left) / title.chars().count() as f32);
    let mut y = if cells { 20.0 } else { 34.0 };
    page.centred(&title, WIDTH / 2.0, y, size, true)?;
    y += if cells { 9.0 } else { 22.0 * page.stretch.min(1.0) };
    y = parts(page, &form.parts, [left, right], y, cells)?;
    if repeated {
        let again: Vec<Part> = form.parts.iter().filter(|p| matches!(p, Part::Cell(_))).cloned().collect();
        let none = Values::default();
        let mut second =
            Page { print: page.print, pen: None, values: &none, strokes: Vec::new(), stretch: page.stretch };
        y = parts(&mut second, &again, [left, right], y + 6.0, cells)?;
        let more = second.strokes;
        page.strokes.extend(more);
    } else if cells {
        let note = "注：本表由本人用黑色或蓝色签字笔填写，字迹清楚，不得涂改。";
        page.print_at(note, left, y + 5.0, 3.2, false);
        y += 8.0;
    }
    Ok(y)
}

fn parts(page: &mut Page, parts: &[Part], [left, right]: [f32; 2], from: f32, form: bool) -> Result<f32> {
    let mut y = from;
    let mut promised = form;
    let mut i = 0;
    while let Some(part) = parts.get(i) {
        match part {
            Part::Cell(_) => {
                let cells: Vec<_> =
                    parts[i..].iter().map_while(|p| if let Part::Cell(c) = p { Some(c) } else { None }).collect();
                y = table::cells(page, &cells, [left, right], y)?;
                i += cells.len();
                continue;
            }
            Part::Text(sentence) => {
                promised |= sentence.pieces.iter().any(|p| matches!(p, Piece::Print(t) if t.contains("承诺")));
                let look = Look { size: 5.0, line: 12.0 * page.stretch.min(1.1), indent: true, underlined: true };
                y = sentences(page, sentence, [left, right], y, look)? + 3.0;
            }
            Part::Table(rows) => {
                // A letter's table is a little wider than its text, and stands apart.
                let (wider, apart) = if form { (0.0, 0.0) } else { (4.0, 6.0) };
                y = table::rows(page, rows, [left - wider, right + wider], y)? + apart;
            }
            Part::Line(line) => {
                if !promised {
                    let look = Look { size: 5.0, line: 10.0 * page.stretch.min(1.1), indent: true, underlined: true };
                    let tokens = print_tokens(PROMISE, look.size);
                    y = flow(page, &tokens, [left, right], y + 2.0, look)? + 4.0;
                    promised = true;
                }
                if i > 0 && !matches!(parts[i - 1], Part::Line(_)) {
                    y += 8.0 * page.stretch.min(1.0);
                }
                let look = Look { size: 5.0, line: 13.0 * page.stretch.min(1.1), indent: false, underlined: true };
                let tokens = tokens(page, &line.pieces, 0, look)?;
                let width: f32 = tokens.iter().map(Token::width).sum();
                let x = (left + 62.0).min(right - width).max(left);
                y = flow(page, &tokens, [x, right], y, look)?;
            }
        }
        i += 1;
    }
    Ok(y)
}

/// How a sentence is set.
#[derive(Clone, Copy)]
pub struct Look {
    pub size: f32,
    pub line: f32,
    /// The first line begins two characters further in.
    pub indent: bool,
    pub underlined: bool,
}

/// A sentence as often as its section has entries, each with its signature's line; returns where it ends.
pub fn sentences(page: &mut Page, sentence: &Sentence, [left, right]: [f32; 2], from: f32, look: Look) -> Result<f32> {
    let entries = sentence.section.filter(|_| sentence.repeats).map_or(1, |s| page.values.count(s.name).max(1));
    let mut y = from;
    for entry in 0..entries {
        let tokens = tokens(page, &sentence.pieces, entry, look)?;
        y = flow(page, &tokens, [left, right], y, look)?;
        if let Some(line) = &sentence.signature {
            y = at_the_right(page, line, [left, right], y, entry, look)?;
        }
    }
    Ok(y)
}

/// A printed line at the right edge; returns where it ends.
pub fn at_the_right(
    page: &mut Page,
    line: &PrintedLine,
    [left, right]: [f32; 2],
    y: f32,
    entry: usize,
    look: Look,
) -> Result<f32> {
    let look = Look { indent: false, underlined: true, ..look };
    let tokens = tokens(page, &line.pieces, entry, look)?;
    let width: f32 = tokens.iter().map(Token::width).sum();
    flow(page, &tokens, [(right - width - 4.0).max(left), right], y, look)
}

/// What a line is set from.
pub enum Token {
    Print { ch: char, width: f32 },
    Gap { width: f32, text: Option<String>, underlined: bool },
}

impl Token {
    pub fn width(&self) -> f32 {
        match self {
            Self::Print { width, .. } | Self::Gap { width, .. } => *width,
        }
    }
}

pub fn print_tokens(text: &str, size: f32) -> Vec<Token> {
    let width = |ch: char| if ch.is_ascii() { size * 0.55 } else { size };
    text.chars().map(|ch| Token::Print { ch, width: width(ch) }).collect()
}

/// The pieces of a sentence as print and gaps.
pub fn tokens(page: &Page, pieces: &[Piece], entry: usize, look: Look) -> Result<Vec<Token>> {
    let mut out = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Print(text) | Piece::Loose(text) => out.extend(print_tokens(text, look.size)),
            Piece::Skipped => out.extend(print_tokens(left_out(pieces, i), look.size)),
            Piece::Field(field) => {
                let next = pieces.get(i + 1);
                if i > 0 && matches!(pieces[i - 1], Piece::Field(_)) {
                    out.push(Token::Gap { width: 5.0, text: None, underlined: false });
                }
                field_tokens(page, field, entry, look, next, &mut out)?;
            }
        }
    }
    Ok(out)
}

fn field_tokens(
    page: &Page,
    field: &FormField,
    entry: usize,
    look: Look,
    next: Option<&Piece>,
    out: &mut Vec<Token>,
) -> Result<()> {
    // As wide as the form's printer made it, whatever is written: a long name is written small.
    let gap = |usual: f32, text: Option<String>| Token::Gap {
        width: usual * look.size / 5.0,
        text,
        underlined: look.underlined,
    };
    let written = page.values.written(field, entry)?;
    let units: &[(&str, f32)] = match field.of {
        FieldType::Month => &[("年", 15.0), ("月", 9.5)],
        FieldType::Date => &[("年", 15.0), ("月", 9.5), ("日", 9.5)],
        _ => {
            let text = match written {
                Some(Written::Text(text)) => Some(without_unit(field, text, next)),
                _ => None,
            };
            out.push(gap(usual_width(field.of), text));
            return Ok(());
        }
    };
    for (i, (unit, usual)) in units.iter().enumerate() {
        let text = match &written {
            Some(Written::Date(parts)) => parts.get(i).cloned(),
            Some(Written::Text(text)) if i == 0 => Some(text.clone()),
            _ => None,
        };
        out.push(gap(*usual, text));
        out.extend(print_tokens(unit, look.size));
    }
    Ok(())
}

/// 四, not 四级, before a printed 级.
fn without_unit(field: &FormField, text: String, next: Option<&Piece>) -> String {
    let printed = matches!(next, Some(Piece::Print(t) | Piece::Loose(t)) if t.starts_with('级'));
    match text.strip_suffix('级').filter(|_| printed && field.of == FieldType::Level) {
        Some(bare) => bare.to_owned(),
        None => text,
    }
}

/// What may stand where a form's file leaves print out (`…`).
fn left_out(pieces: &[Piece], i: usize) -> &'static str {
    if i + 1 == pieces.len() {
        return "如有虚假，本人愿承担由此造成的一切后果。";
    }
    match i.checked_sub(1).and_then(|i| pieces.get(i)) {
        Some(Piece::Print(before)) if before.ends_with("本人") => "拟从事本职业或相关职业工作。",
        _ => "情况属实。",
    }
}

fn hand_size(look: Look) -> f32 {
    HAND.min(look.size * 1.3)
}

/// Of a gap in a sentence of letters of 5 mm, millimetres.
fn usual_width(of: FieldType) -> f32 {
    match of {
        FieldType::Level | FieldType::Years | FieldType::Sex => 14.0,
        FieldType::Hours => 16.0,
        FieldType::Name => 34.0,
        FieldType::Occupation | FieldType::Major | FieldType::Education | FieldType::Free => 42.0,
        FieldType::Phone => 46.0,
        FieldType::CertificateNumber | FieldType::ChsiCode => 60.0,
        FieldType::IdNumber | FieldType::Employer | FieldType::School => 68.0,
        FieldType::Condition | FieldType::Month | FieldType::Date => 90.0,
    }
}

/// Sets tokens into lines; `y` is the first line's top, the next free one is returned.
pub fn flow(page: &mut Page, tokens: &[Token], [left, right]: [f32; 2], from: f32, look: Look) -> Result<f32> {
    let mut x = left + if look.indent { 2.0 * look.size } else { 0.0 };
    let mut y = from;
    let mut text = String::new();
    let mut start = x;
    let mut strokes = Vec::new();
    let put = |text: &mut String, x: f32, y: f32, strokes: &mut Vec<Stroke>| {
        if !text.is_empty() {
            let text = std::mem::take(text);
            strokes.push(Stroke::Print { text, x, y: y + look.line / 2.0, size: look.size, bold: false });
        }
    };
    for token in tokens {
        let room = right - x;
        let hangs = matches!(token, Token::Print { ch, .. } if "，。：；、）—".contains(*ch));
        let narrow = matches!(token, Token::Gap { width, .. } if *width > 50.0) && room > 42.0;
        if token.width() > room + if hangs { look.size } else { 0.01 } && !narrow && x > left {
            put(&mut text, start, y, &mut strokes);
            (x, y) = (left, y + look.line);
            start = x;
        }
        match token {
            Token::Print { ch, width } => {
                if text.is_empty() {
                    start = x;
                }
                text.push(*ch);
                x += width;
            }
            Token::Gap { width, text: written, underlined } => {
                put(&mut text, start, y, &mut strokes);
                let width = width.min(right - x);
                let low = y + look.line / 2.0 + look.size * 0.62;
                if *underlined {
                    strokes.push(Stroke::Line { from: [x + 0.4, low], to: [x + width - 0.4, low], width: 0.22 });
                }
                if let (Some(written), Some(pen)) = (written, page.pen) {
                    let mut size = hand_size(look);
                    let need = pen.width(written, size)?;
                    if need > width - 1.6 {
                        size *= (width - 1.6) / need;
                    }
                    let aside = ((width - need) / 2.0).clamp(0.3, 6.0);
                    let y = y + look.line / 2.0 - 0.5;
                    strokes.push(Stroke::Hand { text: written.clone(), x: x + aside, y, size });
                }
                x += width;
                start = x;
            }
        }
    }
    put(&mut text, start, y, &mut strokes);
    page.strokes.extend(strokes);
    Ok(y + look.line)
}

impl Page<'_> {
    pub fn print_at(&mut self, text: &str, x: f32, y: f32, size: f32, bold: bool) {
        self.strokes.push(Stroke::Print { text: text.to_owned(), x, y, size, bold });
    }

    pub fn centred(&mut self, text: &str, x: f32, y: f32, size: f32, bold: bool) -> Result<()> {
        let width = self.print.width(text, size)?;
        self.print_at(text, x - width / 2.0, y, size, bold);
        Ok(())
    }

    pub fn rule(&mut self, from: [f32; 2], to: [f32; 2], width: f32) {
        self.strokes.push(Stroke::Line { from, to, width });
    }

    /// Writing within a box, on two lines if it needs them, smaller if that is not enough.
    pub fn write_in(&mut self, text: &str, [x, y, w, h]: [f32; 4], centred: bool) -> Result<()> {
        let Some(pen) = self.pen else { return Ok(()) };
        let room = w - 3.0;
        let mut size = HAND.min(h * 0.62);
        let need = pen.width(text, size)?;
        let mut lines = vec![text.to_owned()];
        if need > room * 1.12 && h >= 9.5 {
            size = size.min(h * 0.43);
            lines = match text.split_once(' ') {
                Some((above, below)) => vec![above.to_owned(), below.to_owned()],
                None => self.broken(text, room, size)?,
            };
            if lines.len() > 2 {
                size = size.min(pen.width(text, size)?.recip() * size * room * 1.9);
                lines = self.broken(text, room, size)?;
            }
        } else if need > room {
            size *= room / need;
        }
        let step = h / (lines.len() as f32 + 0.3);
        for (i, line) in lines.iter().enumerate() {
            let middle = y + h / 2.0 + (i as f32 - (lines.len() as f32 - 1.0) / 2.0) * step;
            let aside = if centred && lines.len() == 1 { ((w - pen.width(line, size)?) / 2.0).max(1.2) } else { 1.6 };
            self.strokes.push(Stroke::Hand { text: line.clone(), x: x + aside, y: middle, size });
        }
        Ok(())
    }

    /// A text in lines of at most this width.
    pub fn broken(&self, text: &str, width: f32, size: f32) -> Result<Vec<String>> {
        let Some(pen) = self.pen else { return Ok(Vec::new()) };
        let mut lines = vec![String::new()];
        let mut x = 0.0;
        for ch in text.chars() {
            let step = pen.width(ch.encode_utf8(&mut [0; 4]), size)?;
            if x + step > width && !"，。；、）".contains(ch) {
                lines.push(String::new());
                x = 0.0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(ch);
            }
            x += step;
        }
        Ok(lines)
    }
}
