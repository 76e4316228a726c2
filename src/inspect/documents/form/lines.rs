//! A printed text on the page itself, outside of any table, and the lines around it that are known by their print: the
//! letters' sentence, their signature and telephone.

use super::document::Filled;
use super::sentences::{bare, is_line, pieces_of};
use super::values::of_sentence;
use crate::inspect::context::DocumentContext;
use crate::inspect::form_page::{FormPage, Line};
use crate::inspect::page::cells::Cell;
use crate::ocr::OcrError;
use crate::vocabulary::form::{Form, Part, Piece, PrintedLine, Sentence};
use crate::vocabulary::text::normalise;

/// Least distance of two lines, pixels of the rectified page (letters are set wide: ≈ 12 mm; other layouts 7 mm).
const PITCH: f32 = 52.0;
/// The same within a cell.
const WITHIN_PITCH: f32 = 44.0;
/// Characters of the print behind a text's last field, and how many of them in a row tell that it has begun.
const CLOSING: usize = 10;
const CLOSES: usize = 4;

/// What a form prints outside of its table.
pub struct OnThePage<'f> {
    pub text: Option<&'f Sentence>,
    pub lines: Vec<&'f PrintedLine>,
}

impl<'f> OnThePage<'f> {
    pub fn of(form: &'f Form) -> Self {
        let text = form.parts.iter().find_map(|p| match p {
            Part::Text(sentence) => Some(sentence),
            _ => None,
        });
        let line = |p: &'f Part| match p {
            Part::Line(line) => Some(line),
            _ => None,
        };
        Self { text, lines: form.parts.iter().filter_map(line).collect() }
    }

    pub fn is_nothing(&self) -> bool {
        self.text.is_none() && self.lines.is_empty()
    }
}

/// Reads the page's text and lines.
///
/// # Errors
/// An engine failed.
pub fn read(page: &FormPage, form: &Form, cx: &DocumentContext) -> Result<Vec<Filled>, OcrError> {
    let printed = OnThePage::of(form);
    let has_table = form.parts.iter().any(|p| matches!(p, Part::Cell(_) | Part::Table(_)));
    let (body, found) = sorted(page, &printed, has_table, cx)?;
    let mut out = Vec::new();
    for (line, at) in printed.lines.iter().zip(found) {
        if let Some(at) = at {
            out.extend(of_sentence(page, std::slice::from_ref(&at), &line.pieces, false, cx)?);
        }
    }
    if let Some(text) = printed.text {
        // the title stands above the text; it is print without a field
        let mut pieces: Vec<Piece> = shortest_title(form).map(|t| Piece::Print(t.to_owned())).into_iter().collect();
        pieces.extend(text.pieces.iter().cloned());
        if matches!(pieces.last(), Some(Piece::Print(_))) {
            pieces.push(Piece::Skipped);
        }
        out.extend(of_sentence(page, &body, &pieces, false, cx)?);
    }
    Ok(out)
}

/// Reads printed lines that stand within a cell.
///
/// # Errors
/// An engine failed.
pub fn within(
    page: &FormPage,
    cell: &Cell,
    printed: &[PrintedLine],
    cx: &DocumentContext,
) -> Result<Vec<Filled>, OcrError> {
    let mut out = Vec::new();
    let mut wanted: Vec<&PrintedLine> = printed.iter().collect();
    for at in page.lines(cell, WITHIN_PITCH) {
        let seen = normalise(&page.read_line(cx.recognisers.fast(), at)?.reading.text);
        if let Some(i) = wanted.iter().position(|line| is_line(&seen, line)) {
            let line = page.read_line(cx.recognisers.accurate(), at)?;
            out.extend(of_sentence(page, std::slice::from_ref(&line), &wanted.remove(i).pieces, false, cx)?);
        }
    }
    Ok(out)
}

/// What is printed of the title on every copy of the form.
fn shortest_title(form: &Form) -> Option<&str> {
    form.titles.iter().map(String::as_str).min_by_key(|t| t.chars().count())
}

/// The parts of the page in which text and lines stand: all of it, or what is above and below the form's table.
fn parts(page: &FormPage, form_has_table: bool) -> Vec<Cell> {
    let (w, h) = (page.rectified.image.width() as f32, page.rectified.image.height() as f32);
    let whole = Cell { x0: w * 0.04, y0: h * 0.03, x1: w * 0.97, y1: h * 0.97 };
    match page.table.bounds.filter(|_| form_has_table) {
        Some(table) => vec![Cell { y1: table.y0, ..whole }, Cell { y0: table.y1, ..whole }],
        None => vec![whole],
    }
}

/// The page's lines by what they are for: those of the text, and each printed line where it was found. Between the text's
/// last field and the lines below it stands print only: there the fast recogniser looks for the lines that are wanted,
/// and only if it misses one of them does the accurate one read everything.
fn sorted(
    page: &FormPage,
    printed: &OnThePage,
    has_table: bool,
    cx: &DocumentContext,
) -> Result<(Vec<Line>, Vec<Option<Line>>), OcrError> {
    let mut taken = Taken { printed, body: Vec::new(), found: printed.lines.iter().map(|_| None).collect() };
    let boxes: Vec<Cell> = parts(page, has_table).iter().flat_map(|part| page.lines(part, PITCH)).collect();
    let closing = pieces_of(printed.text.and_then(Sentence::ends), CLOSING, CLOSES);
    let mut rest = boxes.iter();
    // without a text only the lines are wanted
    if printed.text.is_some() {
        for at in rest.by_ref() {
            let line = page.read_line(cx.recognisers.accurate(), *at)?;
            let text = bare(&line.reading.text);
            taken.take(line);
            if closing.iter().any(|c| text.contains(c)) {
                break;
            }
        }
    }
    let closing: Vec<&Cell> = rest.collect();
    for at in &closing {
        let seen = normalise(&page.read_line(cx.recognisers.fast(), **at)?.reading.text);
        if printed.lines.iter().any(|line| is_line(&seen, line)) {
            taken.take(page.read_line(cx.recognisers.accurate(), **at)?);
        }
    }
    if taken.found.iter().any(Option::is_none) {
        for at in closing {
            taken.take(page.read_line(cx.recognisers.accurate(), *at)?);
        }
    }
    Ok((taken.body, taken.found))
}

struct Taken<'a> {
    printed: &'a OnThePage<'a>,
    /// The title and the text, to where the first of the printed lines stands.
    body: Vec<Line>,
    found: Vec<Option<Line>>,
}

impl Taken<'_> {
    fn take(&mut self, line: Line) {
        let text = normalise(&line.reading.text);
        let which = self.printed.lines.iter().zip(&self.found).position(|(p, f)| f.is_none() && is_line(&text, p));
        match which {
            Some(i) => self.found[i] = Some(line),
            None if self.found.iter().all(Option::is_none) => self.body.push(line),
            None => {}
        }
    }
}
