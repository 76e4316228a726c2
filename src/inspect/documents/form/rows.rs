//! A table with a row for each job: its heads, the rows below them, and what stands in each row's cells.
//! Rows end where the columns do. A row in which nothing is written says nothing.

use super::document::Filled;
use super::labels::{CellTexts, below, is_reading, plain};
use super::values::{of_cell, of_hand};
use crate::inspect::context::DocumentContext;
use crate::inspect::form_page::FormPage;
use crate::inspect::page::cells::Cell;
use crate::ocr::OcrError;
use crate::vocabulary::form::{Column, Piece, RowTable};

/// 0–1: of its head's width, what a cell of a column shares with it.
const IN_COLUMN: f32 = 0.6;
/// 0–1: of a row's height, what a cell that belongs to it shares with it.
const IN_ROW: f32 = 0.5;
/// Rows at most: what looks like more is no table of jobs.
const MOST_ROWS: usize = 40;

/// The rows with writing, from top to bottom. Where no row has any, the first: its fields are empty, and not unfound.
///
/// # Errors
/// An engine failed.
pub fn read(
    page: &FormPage,
    table: &RowTable,
    texts: &CellTexts,
    cx: &DocumentContext,
) -> Result<Vec<Vec<Filled>>, OcrError> {
    let heads = heads(page, table, texts)?;
    let mut out = Vec::new();
    let mut empty = None;
    for row in rows(&page.table.cells, &heads) {
        let mut filled = Vec::new();
        for (column, cell) in row {
            let place = FormPage::inside(&page.table.cells[cell]);
            match &column.pieces[..] {
                [Piece::Field(field)] => filled.push(of_cell(page, &place, *field, cx)?),
                pieces => filled.extend(of_hand(page, &place, pieces, cx)?),
            }
        }
        if filled.iter().any(Filled::is_written) {
            out.push(filled);
        } else {
            empty = empty.or(Some(filled));
        }
    }
    if out.is_empty() {
        out.extend(empty);
    }
    Ok(out)
}

/// The columns whose heads were found in one row, each with its head's cell; none unless most of them were.
fn heads<'t>(page: &FormPage, table: &'t RowTable, texts: &CellTexts) -> Result<Vec<(&'t Column, usize)>, OcrError> {
    let cells = &page.table.cells;
    // the best reading of each column's head, anywhere on the page
    let mut found: Vec<Vec<(usize, usize)>> = table.columns.iter().map(|_| Vec::new()).collect();
    for i in 0..cells.len() {
        if below(cells, i).is_none() {
            continue;
        }
        let Some(text) = texts.of(i)? else { continue };
        for (column, found) in table.columns.iter().zip(&mut found) {
            let wrong = column.heads.iter().filter_map(|h| is_reading(&text, &plain(h))).min();
            found.extend(wrong.map(|wrong| (wrong, i)));
        }
    }
    // a word may be printed elsewhere, too (单位): the heads are those that stand in one row
    let in_row = |first: usize| -> Vec<(&Column, usize)> {
        let row = &cells[first];
        let beside =
            |c: &Cell| c.shared_height(row) > IN_ROW * row.height() && c.shared_height(row) > IN_ROW * c.height();
        let of = |found: &Vec<(usize, usize)>| found.iter().filter(|(_, i)| beside(&cells[*i])).min().map(|(_, i)| *i);
        table.columns.iter().zip(&found).filter_map(|(column, found)| Some((column, of(found)?))).collect()
    };
    let all = found.iter().flatten().map(|(_, i)| in_row(*i));
    // of rows with as many heads the lowest: the rows stand below it
    let best = all.max_by_key(|heads| (heads.len(), heads.first().map(|(_, i)| *i))).unwrap_or_default();
    Ok(if best.len() * 2 > table.columns.len() { best } else { Vec::new() })
}

/// The cells of each row below the heads, of the columns that are read.
fn rows<'t>(cells: &[Cell], heads: &[(&'t Column, usize)]) -> Vec<Vec<(&'t Column, usize)>> {
    let mut out = Vec::new();
    let read = || heads.iter().filter(|(column, _)| !column.pieces.is_empty());
    // cells of other columns may reach over several rows; those of the first that is read do not
    let Some((_, anchor)) = read().next() else { return out };
    let mut at = *anchor;
    while let Some(next) = below(cells, at) {
        let row = &cells[next];
        let beside = |head: usize| {
            let in_column = |c: &Cell| {
                c.shared_width(&cells[head]) > IN_COLUMN * cells[head].width()
                    && c.shared_width(&cells[head]) > IN_COLUMN * c.width()
                    && c.shared_height(row) > IN_ROW * row.height()
            };
            cells.iter().position(in_column)
        };
        let of_row: Vec<(&Column, usize)> =
            read().filter_map(|(column, head)| Some((*column, beside(*head)?))).collect();
        // what is printed below the table has other cells
        if of_row.len() * 2 <= read().count() || out.len() == MOST_ROWS {
            break;
        }
        out.push(of_row);
        at = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Cell, Column, Piece, rows};

    /// A cell by column, row and how many of each it reaches over.
    fn cell(x: f32, y: f32, columns: f32, rows: f32) -> Cell {
        Cell { x0: 100.0 * x + 3.0, y0: 50.0 * y + 3.0, x1: 100.0 * (x + columns) - 3.0, y1: 50.0 * (y + rows) - 3.0 }
    }

    #[test]
    fn rows_are_the_cells_below_their_heads() {
        let column = |head: &str, read: bool| Column {
            heads: vec![head.to_owned()],
            pieces: if read { vec![Piece::Skipped] } else { Vec::new() },
        };
        let columns = [column("起止时间", true), column("单位", true), column("证明人", false)];
        let heads = |cells: &[usize]| -> Vec<(&Column, usize)> { columns.iter().zip(cells.iter().copied()).collect() };
        let head = [cell(0.0, 0.0, 1.0, 1.0), cell(1.0, 0.0, 1.0, 1.0), cell(2.0, 0.0, 1.0, 1.0)];
        let three = |y: f32| [cell(0.0, y, 1.0, 1.0), cell(1.0, y, 1.0, 1.0), cell(2.0, y, 1.0, 1.0)];
        for (name, more, want) in [
            ("no row", vec![], vec![]),
            ("two rows", [three(1.0), three(2.0)].concat(), vec![vec![3, 4], vec![6, 7]]),
            // the employer's cell reaches over both rows
            (
                "a merged cell",
                vec![cell(0.0, 1.0, 1.0, 1.0), cell(1.0, 1.0, 1.0, 2.0), cell(0.0, 2.0, 1.0, 1.0)],
                vec![vec![3, 4], vec![5, 4]],
            ),
            (
                "another part below",
                [three(1.0).to_vec(), vec![cell(0.0, 2.0, 1.0, 1.0), cell(1.0, 2.0, 2.0, 1.0)]].concat(),
                vec![vec![3, 4]],
            ),
        ] {
            let cells = [head.to_vec(), more].concat();
            let found: Vec<Vec<usize>> =
                rows(&cells, &heads(&[0, 1, 2])).into_iter().map(|r| r.into_iter().map(|(_, i)| i).collect()).collect();
            assert_eq!(found, want, "{name}");
        }
    }
}
