//! One upright, rectified page of a form with its table and underlines, and the reading of its cells line by line.
//! Cuts and recognises; what the text means is decided in each document's own file.

use super::page::cells::{Cell, Table, cut};
use super::page::lines;
use super::page::rectified::RectifiedPage;
use super::page::ruling::{self, Stroke};
use crate::ocr::{Engine, LineReading, OcrError, Posterior};
use crate::vocabulary::fact::Place;
use crate::vocabulary::further::DocumentFacts;
use crate::vocabulary::material::MaterialKind;
use image::GrayImage;
use std::ops::Range;

pub struct FormPage {
    pub rectified: RectifiedPage,
    /// The rectified page without underlines and without the table's lines.
    pub clean: GrayImage,
    pub table: Table,
    pub material: MaterialKind,
    /// The title that was read on it, as a form's file spells it.
    pub title: Option<String>,
    /// From 1.
    pub number: u16,
}

/// Some writing: the lines of a cell or of a part of the page, recognised.
#[derive(Clone, Default)]
pub struct Writing {
    pub lines: Vec<Line>,
    /// Black pixels in the whole place: tells an empty field from a filled one even where nothing was recognised.
    pub ink: f32,
    /// The place looked at.
    pub cell: Option<Cell>,
    /// What the reader of digits saw in the same place, where it was asked.
    pub digits: Vec<Posterior>,
    /// The same lines as the recogniser read them a second time, where it did.
    pub again: Option<Box<Writing>>,
}

#[derive(Clone)]
pub struct Line {
    /// What the recogniser was shown: the posterior's steps run over its width.
    pub at: Cell,
    /// The part of it that was cut from the page; the rest is a white margin put around it.
    pub cut: Cell,
    pub reading: LineReading,
}

/// One form as read, and the pages that it is made of.
pub struct WholeForm {
    pub facts: DocumentFacts,
    /// Positions in the list of pages.
    pub pages: Range<usize>,
    /// Of them those on which nothing of the form was found, but for its first.
    pub empty: Vec<usize>,
}

impl FormPage {
    pub fn new(rectified: RectifiedPage, material: MaterialKind, title: Option<String>, number: u16) -> Self {
        let ruling = ruling::find(&rectified.image);
        let table = cut(&ruling, rectified.image.width(), rectified.image.height());
        let mut strokes: Vec<Stroke> = table
            .underlines
            .iter()
            .copied()
            .filter(|u| is_underline(u, &table) && stands_free(&rectified.image, u))
            .collect();
        strokes.extend(table.borders.horizontal.iter().copied());
        let clean = lines::without(&rectified.image, &strokes);
        Self { rectified, clean, table, material, title, number }
    }

    pub fn place(&self, c: &Cell) -> Place {
        Place {
            document: self.material,
            page: self.number,
            region: Some(self.rectified.region(c.x0, c.y0, c.width(), c.height())),
        }
    }

    /// The boxes of the lines in a part of the page; `pitch` is the least distance between two lines, pixels.
    pub fn lines(&self, part: &Cell, pitch: f32) -> Vec<Cell> {
        lines::find(&self.clean, part, pitch)
    }

    /// The inside of a table's cell, clear of its borders.
    pub fn inside(cell: &Cell) -> Cell {
        Cell { x0: cell.x0 + 7.0, y0: cell.y0 + 7.0, x1: cell.x1 - 7.0, y1: cell.y1 - 7.0 }
    }

    /// Recognises the lines of a part of the page.
    ///
    /// # Errors
    /// The engine failed.
    pub fn read(&self, engine: &dyn Engine, part: &Cell, pitch: f32) -> Result<Writing, OcrError> {
        let lines =
            self.lines(part, pitch).into_iter().map(|at| self.read_line(engine, at)).collect::<Result<Vec<_>, _>>()?;
        Ok(Writing { lines, ink: lines::ink(&self.clean, part), cell: Some(*part), ..Writing::default() })
    }

    /// What the reader of digits sees in each of these rooms on a line. It is shown their neighbours too, by which it
    /// knows where the number begins and ends; what it reads there is not counted.
    ///
    /// # Errors
    /// The engine failed.
    pub fn read_digits(&self, engine: &dyn Engine, rooms: &[Cell]) -> Result<Vec<Posterior>, OcrError> {
        let mut out = Vec::with_capacity(rooms.len());
        for room in rooms {
            let beside = NEIGHBOUR * room.height();
            let shown = Cell { x0: (room.x0 - beside).max(0.0), x1: room.x1 + beside, ..*room };
            let seen = engine.recognise(&lines::crop(&self.clean, &shown))?;
            out.extend(seen.posterior.map(|p| {
                let step = |x: f32| ((x - shown.x0) / p.step_px).round().max(0.0) as usize;
                p.slice(step(room.x0)..step(room.x1))
            }));
        }
        Ok(out)
    }

    /// Recognises one line.
    ///
    /// # Errors
    /// The engine failed.
    pub fn read_line(&self, engine: &dyn Engine, at: Cell) -> Result<Line, OcrError> {
        let reading = engine.recognise(&lines::crop(&self.clean, &at))?;
        Ok(Line { at, cut: at, reading })
    }

    /// Recognises lines a second time, smaller and with a white margin around them, so that no stroke stands at the
    /// crop's edge.
    ///
    /// # Errors
    /// The engine failed.
    pub fn read_framed(&self, engine: &dyn Engine, boxes: &[Cell]) -> Result<Writing, OcrError> {
        let read = |at: &Cell| -> Result<Line, OcrError> {
            let picture = lines::crop(&self.clean, at);
            let [beside, above] = lines::frame(picture.height()).map(|v| v as f32);
            let reading = engine.recognise(&lines::in_frame(&picture))?;
            Ok(Line {
                at: Cell { x0: at.x0 - beside, y0: at.y0 - above, x1: at.x1 + beside, y1: at.y1 + above },
                cut: *at,
                reading,
            })
        };
        // only lines with ink are read a second time
        let lines = boxes.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(Writing { lines, ink: f32::MAX, ..Writing::default() })
    }
}

/// Of a line's height: how much of what stands beside a number's room the reader of digits is shown, a printed character
/// whose middle is the room's edge and no more.
const NEIGHBOUR: f32 = 0.45;
/// Shortest underline of a field, pixels (≈ 6 mm): the bars of a handwritten 一 or 二 are shorter.
const SHORTEST_UNDERLINE: f32 = 50.0;
/// A table's cell lower than this holds no printed sentence, and so no underline (≈ 32 mm).
const SENTENCE_CELL: f32 = 260.0;

/// Does this horizontal stroke underline a field, or does it belong to a character?
fn is_underline(stroke: &Stroke, table: &Table) -> bool {
    let middle = (stroke.from + stroke.to) / 2.0;
    let cell = table
        .cells
        .iter()
        .find(|c| c.x0 <= middle && middle <= c.x1 && c.y0 <= stroke.middle() && stroke.middle() <= c.y1);
    stroke.length() >= SHORTEST_UNDERLINE && cell.is_none_or(|c| c.height() >= SENTENCE_CELL)
}

/// An underline is the lowest thing on its line; under a stroke of a character the rest of the character goes on.
fn stands_free(sheet: &GrayImage, stroke: &Stroke) -> bool {
    let (from, to) = (stroke.from.max(0.0) as u32, (stroke.to.max(0.0) as u32).min(sheet.width()));
    let below = |x: u32| {
        let y = stroke.at(x as f32) + stroke.thickness / 2.0;
        (3..=14).any(|d| {
            let y = (y + d as f32) as u32;
            y < sheet.height() && sheet.get_pixel(x, y).0[0] < ruling::INK
        })
    };
    let columns = (from..to).step_by(2);
    let all = columns.clone().count().max(1);
    columns.filter(|x| below(*x)).count() * 6 <= all
}

impl Writing {
    pub fn posteriors(&self) -> Vec<&Posterior> {
        self.lines.iter().filter_map(|l| l.reading.posterior.as_ref()).collect()
    }

    /// The free reading, lines in a row.
    pub fn text(&self) -> String {
        self.lines.iter().map(|l| l.reading.text.as_str()).collect()
    }

    /// The box around all lines, or the place itself.
    pub fn bounds(&self) -> Option<Cell> {
        let first = self.lines.first().map(|l| l.at).or(self.cell)?;
        Some(self.lines.iter().fold(first, |b, l| Cell {
            x0: b.x0.min(l.at.x0),
            y0: b.y0.min(l.at.y0),
            x1: b.x1.max(l.at.x1),
            y1: b.y1.max(l.at.y1),
        }))
    }
}
