//! How the cells of an empty form's table lie to one another: which stands right of which, below it, or is the heading of
//! others; and what each bears.
//! Geometry and print only; what a label means is not known here.

use super::print::{CellPrint, Item, Row};
use super::words::Words;
use crate::inspect::page::cells::Cell;
use crate::vocabulary::form::FieldType;

/// A note in brackets behind a heading that is longer than this is left out.
const NOTE: usize = 8;
/// Pixels: how far two cells' sides may lie apart that are one line.
pub const SIDE: f32 = 14.0;

/// What a cell bears.
pub enum Bears {
    Nothing,
    Label(String),
    /// Boxes with words.
    Choice(Vec<String>),
    /// 年 月 日 alone: a date's or a month's own print.
    Date(FieldType),
    /// Print with gaps.
    Gaps,
}

pub struct Grid<'a> {
    pub cells: &'a [CellPrint],
    pub bears: Vec<Bears>,
}

impl<'a> Grid<'a> {
    pub fn new(cells: &'a [CellPrint], words: &Words) -> Self {
        Self { cells, bears: cells.iter().map(|c| bears(c, words)).collect() }
    }

    pub fn at(&self, i: usize) -> &Cell {
        &self.cells[i].at
    }

    pub fn label(&self, i: usize) -> Option<&str> {
        if let Bears::Label(text) = &self.bears[i] { Some(text) } else { None }
    }

    /// The cells whose left side is this one's right side, and that lie within its height.
    fn beside(&self, i: usize) -> Vec<usize> {
        let c = self.at(i);
        let touches = |o: &Cell| (o.x0 - c.x1).abs() < 2.0 * SIDE && c.shared_height(o) > 0.6 * o.height();
        (0..self.cells.len()).filter(|j| *j != i && touches(self.at(*j))).collect()
    }

    pub fn right_of(&self, i: usize) -> Option<usize> {
        let c = self.at(i);
        self.beside(i).into_iter().find(|j| c.shared_height(self.at(*j)) > 0.6 * c.height())
    }

    pub fn below(&self, i: usize) -> Option<usize> {
        let c = self.at(i);
        (0..self.cells.len()).find(|j| {
            let o = self.at(*j);
            (o.y0 - c.y1).abs() < 2.0 * SIDE && (o.x0 - c.x0).abs() < SIDE && (o.x1 - c.x1).abs() < SIDE
        })
    }

    /// Does it stand beside several labels, one below the other, or over several, side by side?
    pub fn is_heading(&self, i: usize) -> bool {
        self.label(i).is_some() && (self.headed_beside(i).len() >= 2 || self.headed_below(i).len() >= 2)
    }

    fn headed_beside(&self, i: usize) -> Vec<usize> {
        let lower = |j: &usize| self.at(*j).height() < 0.8 * self.at(i).height() && self.label(*j).is_some();
        self.beside(i).into_iter().filter(lower).collect()
    }

    fn headed_below(&self, i: usize) -> Vec<usize> {
        let c = self.at(i);
        let lies = |j: &usize| {
            let o = self.at(*j);
            *j != i
                && (o.y0 - c.y1).abs() < 2.0 * SIDE
                && c.shared_width(o) > 0.8 * o.width()
                && o.width() < 0.8 * c.width()
                && self.label(*j).is_some()
        };
        (0..self.cells.len()).filter(lies).collect()
    }

    /// The heading under which a label stands: beside it to the left over its whole row, else above it.
    pub fn heading_of(&self, i: usize) -> Option<String> {
        let c = self.at(i);
        let left = (0..self.cells.len()).filter(|h| *h != i && self.headed_beside(*h).len() >= 2).find(|h| {
            let heading = self.at(*h);
            heading.x1 < c.x0 + SIDE && heading.shared_height(c) > 0.8 * c.height()
        });
        let above =
            || (0..self.cells.len()).find(|h| self.headed_below(*h).len() >= 2 && self.headed_below(*h).contains(&i));
        let text = self.label(left.or_else(above)?)?;
        Some(without_note(text))
    }

    /// Rows of heads, each with its columns' cells: side by side, and below each of them an empty cell at least twice.
    pub fn rows_of_heads(&self) -> Vec<Vec<(usize, Vec<usize>)>> {
        let column = |i: usize| {
            let mut cells = Vec::new();
            let mut last = i;
            while let Some(next) =
                self.below(last).filter(|j| matches!(self.bears[*j], Bears::Nothing | Bears::Date(_) | Bears::Gaps))
            {
                cells.push(next);
                last = next;
            }
            cells
        };
        let mut heads: Vec<(usize, Vec<usize>)> =
            (0..self.cells.len()).filter(|i| self.label(*i).is_some()).map(|i| (i, column(i))).collect();
        heads.retain(|(_, cells)| cells.len() >= 2);
        let mut out: Vec<Vec<(usize, Vec<usize>)>> = Vec::new();
        for head in heads {
            let joins = |row: &Vec<(usize, Vec<usize>)>| {
                row.last().is_some_and(|(last, cells)| {
                    let (a, b) = (self.at(*last), self.at(head.0));
                    (b.x0 - a.x1).abs() < 2.0 * SIDE && (a.y0 - b.y0).abs() < SIDE && cells.len() == head.1.len()
                })
            };
            match out.iter_mut().find(|row| joins(row)) {
                Some(row) => row.push(head),
                None => out.push(vec![head]),
            }
        }
        out.retain(|row| row.len() >= 2);
        out
    }
}

/// A heading without a long note in brackets behind it.
fn without_note(text: &str) -> String {
    match text.split_once('（') {
        Some((head, note)) if note.chars().count() > NOTE && !head.is_empty() => head.to_owned(),
        _ => text.to_owned(),
    }
}

/// A cell's print without white.
pub fn text_of(cell: &CellPrint) -> String {
    cell.rows.iter().map(Row::text).collect::<String>().chars().filter(|c| !c.is_whitespace()).collect()
}

fn bears(cell: &CellPrint, words: &Words) -> Bears {
    let text = text_of(cell);
    if text.is_empty() {
        return Bears::Nothing;
    }
    if let Some(options) = words.options(&text) {
        return Bears::Choice(options);
    }
    match text.as_str() {
        "年月" => return Bears::Date(FieldType::Month),
        "年月日" => return Bears::Date(FieldType::Date),
        _ => {}
    }
    let gap = |row: &Row| {
        let ruled = row.items.iter().any(|i| matches!(i, Item::Gap { ruled: true, .. }));
        let colon = row
            .items
            .windows(2)
            .any(|w| matches!(w, [Item::Print { text, .. }, Item::Gap { .. }] if text.ends_with('：')));
        let dated = row.text().ends_with("年月日") || row.text().ends_with("年月");
        ruled || colon || (dated && row.items.iter().any(|i| i.print().is_none()))
    };
    if cell.rows.iter().any(gap) { Bears::Gaps } else { Bears::Label(text) }
}
