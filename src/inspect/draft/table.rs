//! The cells of an empty form's table → its labelled cells and its tables of rows, with what each is for.
//! Pure: a label's value is the empty cell right of it, else the one below it; the order of cells is no evidence.

use super::grid::{Bears, Grid, SIDE, text_of};
use super::part::{CellHolds, DraftColumn, DraftPart, DraftPiece, DraftSentence, PartIs, Question};
use super::print::{CellPrint, Item, Row};
use super::sentence::{self, Paragraph, paragraphs};
use super::words::{Guess, Place, Scope, Words};
use crate::vocabulary::documents::Field;

/// The fields that are free, of the document and of its sections.
pub struct Scopes {
    document: Scope,
    sections: Vec<Scope>,
    known: &'static [Field],
}

impl Scopes {
    pub fn new(known: &'static [Field]) -> Self {
        let sections = known.iter().filter(|f| !f.parts.is_empty()).map(|f| Scope::new(Some(f), f.parts)).collect();
        Self { document: Scope::new(None, known), sections, known }
    }

    pub fn of(&mut self, section: Option<&'static Field>) -> &mut Scope {
        let found = self.sections.iter_mut().find(|s| s.section == section && section.is_some());
        found.unwrap_or(&mut self.document)
    }
}

/// Longest label, characters.
const LONGEST_LABEL: usize = 24;
/// 0–1: a character that is read less surely is asked about.
pub const READ_RIGHT: f32 = 0.5;

/// The parts of a table, each with the place of its label.
pub fn parts(cells: &[CellPrint], words: &Words, scopes: &mut Scopes) -> Vec<(f32, DraftPart)> {
    let table = Grid::new(cells, words);
    let mut used = vec![false; cells.len()];
    let mut out: Vec<(f32, DraftPart)> = Vec::new();
    for heads in table.rows_of_heads() {
        let (at, part, places) = row_table(&table, &heads, words, scopes);
        places.iter().for_each(|i| used[*i] = true);
        out.extend(part.map(|p| (at, p)));
    }
    for i in 0..cells.len() {
        let Bears::Label(label) = &table.bears[i] else { continue };
        if used[i] || table.is_heading(i) || label.chars().count() > LONGEST_LABEL {
            continue;
        }
        let free = |j: &usize| !used[*j] && !matches!(table.bears[*j], Bears::Label(_));
        let right = table.right_of(i).filter(free);
        let below = || table.below(i).filter(|j| free(j) && matches!(table.bears[*j], Bears::Nothing | Bears::Date(_)));
        let Some((value, is_below)) = right.map(|r| (r, false)).or_else(|| below().map(|b| (b, true))) else {
            continue;
        };
        used[i] = true;
        used[value] = true;
        let under = table.heading_of(i);
        let sure = cells[i].rows.iter().map(Row::sure).fold(1.0, f32::min);
        let part = labelled(label, under, is_below, (&table.bears[value], &cells[value]), words, scopes);
        out.push((cells[i].at.y0, ask_if_unsure(part, sure)));
    }
    for (i, cell) in cells.iter().enumerate() {
        if !used[i] && matches!(table.bears[i], Bears::Gaps) {
            out.extend(beside_labels(&cell.rows, words, scopes));
        }
    }
    out
}

fn ask_if_unsure(mut part: DraftPart, sure: f32) -> DraftPart {
    if sure < READ_RIGHT && !part.asks.contains(&Question::IsItReadRight) {
        part.asks.push(Question::IsItReadRight);
    }
    part
}

/// A label and what stands in its value's cell.
fn labelled(
    label: &str,
    under: Option<String>,
    below: bool,
    (bears, value): (&Bears, &CellPrint),
    words: &Words,
    scopes: &mut Scopes,
) -> DraftPart {
    let known = scopes.known;
    let section = words.section(label, known).or_else(|| words.section(under.as_deref()?, known));
    let cell = |under: Option<String>, holds| PartIs::Cell { label: label.to_owned(), under, below, holds };
    if matches!(bears, Bears::Gaps) && words.is_unread(label) {
        return DraftPart::new(cell(under, CellHolds::Unread));
    }
    if matches!(bears, Bears::Gaps) {
        let (holds, mut asks) = in_cell(&paragraphs(&value.rows), section.map(|s| s.0), words, scopes);
        if section.is_some_and(|s| !s.1) {
            asks.push(Question::IsItThat);
        }
        return DraftPart { is: cell(None, holds), asks };
    }
    let scope = scopes.of(None);
    let guess = words.label(label, under.as_deref(), Place::Cell, scope);
    let Some(guess) = guess else {
        let mut asks = Vec::new();
        if let Bears::Choice(options) = bears {
            asks.push(Question::WhichChoice(options.clone()));
        } else if !words.is_unread(label) {
            asks.push(if words.label(label, under.as_deref(), Place::Cell, &Scope::new(None, known)).is_some() {
                Question::TwiceThere
            } else {
                Question::WhatIsIt
            });
        }
        return DraftPart { is: cell(under, CellHolds::Unread), asks };
    };
    let fits_date = match bears {
        Bears::Date(of) => guess.of == *of,
        _ => true,
    };
    scope.take(guess.field);
    let asks = if guess.sure && fits_date { Vec::new() } else { vec![Question::IsItThat] };
    let holds = match bears {
        Bears::Choice(options) => CellHolds::Choice(guess, options.clone()),
        _ => CellHolds::Field(guess),
    };
    DraftPart { is: cell(under, holds), asks }
}

/// What the print in a value's cell is: a sentence, perhaps with its signature, or lines.
fn in_cell(
    found: &[Paragraph],
    section: Option<&'static Field>,
    words: &Words,
    scopes: &mut Scopes,
) -> (CellHolds, Vec<Question>) {
    let scope = scopes.of(section);
    let with_gaps: Vec<&Paragraph> = found.iter().filter(|p| p.has_gaps() || sentence::is_date(&p.text())).collect();
    let mut asks = Vec::new();
    if found.iter().any(|p| p.sure < READ_RIGHT) {
        asks.push(Question::IsItReadRight);
    }
    // The only print of a cell is its sentence, though it looks like a line.
    let text = with_gaps.iter().find(|p| !p.is_line).or(with_gaps.first().filter(|_| found.len() == 1)).copied();
    let Some(text) = text else {
        let mut lines = Vec::new();
        for paragraph in &with_gaps {
            let (pieces, more) = sentence::pieces(&paragraph.items, words, scope);
            asks.extend(more);
            if is_line(&pieces) {
                lines.push(pieces);
            }
        }
        let holds = if lines.is_empty() { CellHolds::Unread } else { CellHolds::Lines(lines) };
        return (holds, asks);
    };
    let (pieces, more) = sentence::pieces(&text.items, words, scope);
    asks.extend(more);
    let mut signature = None;
    let mut again = false;
    for other in with_gaps.iter().filter(|p| !std::ptr::eq(**p, text)) {
        if !other.is_line && begins_alike(other, text) {
            again = true;
        } else if other.is_line && signature.is_none() {
            let (pieces, more) = sentence::pieces(&other.items, words, scope);
            if is_line(&pieces) && has_field(&pieces) {
                asks.extend(more);
                signature = Some(pieces);
            }
        } else if !other.is_line || !again {
            asks.push(Question::WriteItYourself);
        }
    }
    if !has_field(&pieces) && signature.is_none() {
        asks.push(Question::WriteItYourself);
        return (CellHolds::Unread, asks);
    }
    if !has_field(&pieces) {
        asks.push(Question::WriteItYourself);
        return (CellHolds::Lines(signature.into_iter().collect()), asks);
    }
    // A sentence of a section with several entries may stand there once for each.
    let ends = |p: Option<&DraftPiece>| matches!(p, Some(DraftPiece::Print(_)));
    let repeats = section.is_some_and(|s| s.numbered.is_some()) && ends(pieces.first()) && ends(pieces.last());
    if repeats && !again {
        asks.push(Question::DoesItRepeat);
    }
    (CellHolds::Sentence(DraftSentence { section, pieces, repeats, signature }), asks)
}

fn has_field(pieces: &[DraftPiece]) -> bool {
    pieces.iter().any(|p| matches!(p, DraftPiece::Field(_)))
}

/// A line begins with print and has a field.
fn is_line(pieces: &[DraftPiece]) -> bool {
    matches!(pieces.first(), Some(DraftPiece::Print(_))) && has_field(pieces)
}

fn begins_alike(a: &Paragraph, b: &Paragraph) -> bool {
    let head = |p: &Paragraph| p.text().chars().take(4).collect::<String>();
    head(a) == head(b)
}

/// Paragraphs with gaps that no label stands beside: the page's own text and lines.
pub fn beside_labels(rows: &[Row], words: &Words, scopes: &mut Scopes) -> Vec<(f32, DraftPart)> {
    let mut out = Vec::new();
    for paragraph in paragraphs(rows) {
        if !paragraph.has_gaps() && !sentence::is_date(&paragraph.text()) {
            continue;
        }
        let (pieces, mut asks) = sentence::pieces(&paragraph.items, words, scopes.of(None));
        if paragraph.sure < READ_RIGHT {
            asks.push(Question::IsItReadRight);
        }
        let is = if !has_field(&pieces) || (paragraph.is_line && !is_line(&pieces)) {
            // Its gaps are asked about as a whole.
            asks = vec![Question::WriteItYourself];
            PartIs::Note(with_marks(&paragraph.items))
        } else if paragraph.is_line {
            PartIs::Line(pieces)
        } else {
            PartIs::Sentence(DraftSentence { section: None, pieces, repeats: false, signature: None })
        };
        out.push((paragraph.y, DraftPart { is, asks }));
    }
    out
}

/// Print with its gaps as low lines.
fn with_marks(items: &[Item]) -> String {
    items.iter().map(|i| i.print().unwrap_or("＿＿")).collect()
}

/// A table of rows under these heads; the places of the cells that are its.
fn row_table(
    grid: &Grid,
    heads: &[(usize, Vec<usize>)],
    words: &Words,
    scopes: &mut Scopes,
) -> (f32, Option<DraftPart>, Vec<usize>) {
    let mut places: Vec<usize> =
        heads.iter().flat_map(|(head, cells)| [*head].into_iter().chain(cells.iter().copied())).collect();
    let first = grid.at(heads[0].0);
    let named = |i: &usize| words.section(grid.label(*i)?, scopes.known).map(|s| (*i, s));
    // To the left of its rows, or above its heads.
    let beside = (0..grid.cells.len()).filter(|i| {
        let c = grid.at(*i);
        let left = (c.x1 - first.x0).abs() < 2.0 * SIDE && c.shared_height(first) > 0.6 * first.height();
        let above = (c.y1 - first.y0).abs() < 2.0 * SIDE && c.shared_width(first) > 0.6 * first.width();
        left || above
    });
    let heading = beside.clone().find_map(|i| named(&i));
    places.extend(heading.map(|(i, _)| i));
    let list = |f: &&'static Field| f.numbered.is_some() && !f.parts.is_empty();
    let section = heading.map(|(_, s)| s).filter(|(s, _)| list(s));
    let texts: Vec<&str> = heads.iter().filter_map(|(i, _)| grid.label(*i)).collect();
    // Another heading beside the rows says that they are something else; without any the document's list is asked about.
    let headed = (0..grid.cells.len()).any(|i| {
        let c = grid.at(i);
        let beside = (c.x1 - first.x0).abs() < 2.0 * SIDE && c.height() > 2.0 * first.height();
        beside && grid.label(i).is_some() && c.shared_height(first) > 0.6 * first.height()
    });
    let usual = || scopes.known.iter().find(list).filter(|_| !headed).map(|s| (s, false));
    let Some((of, sure)) = section.or_else(usual) else {
        let note = DraftPart { is: PartIs::Note(texts.join(" | ")), asks: vec![Question::WriteItYourself] };
        return (first.y0, Some(note), places);
    };
    let scope = scopes.of(Some(of));
    let columns: Vec<DraftColumn> = heads
        .iter()
        .filter_map(|(i, below)| {
            let printed = below.first().map(|b| text_of(&grid.cells[*b])).unwrap_or_default();
            Some(column(grid.label(*i)?, &printed, words, scope))
        })
        .collect();
    if columns.iter().all(|c| c.pieces.is_empty()) {
        let note = DraftPart { is: PartIs::Note(texts.join(" | ")), asks: vec![Question::WriteItYourself] };
        return (first.y0, Some(note), places);
    }
    let asks = if sure { Vec::new() } else { vec![Question::IsItThat] };
    (first.y0, Some(DraftPart { is: PartIs::Table { section: of, columns }, asks }), places)
}

/// `printed`: what stands in its first cell.
fn column(head: &str, printed: &str, words: &Words, scope: &mut Scope) -> DraftColumn {
    let mut out = DraftColumn { head: head.to_owned(), pieces: Vec::new(), asks: Vec::new() };
    let take = |guess: Guess, scope: &mut Scope| {
        scope.take(guess.field);
        DraftPiece::Field(guess)
    };
    if let Some([from, to]) = words.both(head, scope) {
        out.pieces = vec![take(from, scope), DraftPiece::Print("至".to_owned()), take(to, scope)];
        if !["年月至年月", "年月—年月", "年月一年月", "年月-年月"].contains(&printed) {
            out.asks.push(Question::IsItThat);
        }
    } else if let Some(guess) = words.label(head, None, Place::Head, scope) {
        if !guess.sure {
            out.asks.push(Question::IsItThat);
        }
        out.pieces = vec![take(guess, scope)];
    } else if !words.is_unread(head) {
        out.asks.push(Question::WhatIsIt);
    }
    out
}
