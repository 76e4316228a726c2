//! From pages of an empty form to a proposal of its description: titles, labelled cells, sentences, lines and tables of rows,
//! each with what a person has to say of it.
//! A proposal only: nothing is filled in that the print does not say, and no audit uses it before a person has finished it.
//! The print is read from the picture, also of a PDF, whose text layer is not looked at: what counts is what the page looks
//! like.

mod grid;
mod part;
mod print;
mod sentence;
mod table;
mod words;

pub use part::{CellHolds, Draft, DraftColumn, DraftPart, DraftPiece, DraftSentence, PartIs, Question};
pub use print::PagePrint;
pub use words::{Guess, Words};

use super::recognisers::Recognisers;
use super::upright_page::{LEGIBLE, UprightPage};
use crate::ocr::OcrError;
use crate::vocabulary::documents::DOCUMENTS;
use crate::vocabulary::material::MaterialKind;
use image::GrayImage;
use print::Row;
use table::Scopes;

/// Part of the page's height in which its title stands, where there is no table.
const TITLE_BAND: f32 = 0.35;
/// A title's characters are taller than the page's others by this factor.
const TALLER: f32 = 1.12;
/// Part of the page's width that a title's middle may lie off the page's.
const OFF_MIDDLE: f32 = 0.12;

/// The print of a page; `None` if nothing on it can be read.
///
/// # Errors
/// The recogniser failed.
pub fn print_of(picture: &GrayImage, shrunk: f32, recognisers: &Recognisers) -> Result<Option<PagePrint>, OcrError> {
    let page = UprightPage::of(picture, shrunk, recognisers)?;
    if page.legible < LEGIBLE {
        return Ok(None);
    }
    print::read(&page.rectified.image, recognisers.accurate()).map(Some)
}

/// What the print of a form's pages describes; `material` takes the place of what the title says.
pub fn of(pages: &[PagePrint], material: Option<MaterialKind>, words: &Words) -> Draft {
    let mut draft = Draft { titles_sure: 1.0, ..Draft::default() };
    let mut bodies: Vec<(&PagePrint, Vec<Row>)> = Vec::new();
    for page in pages {
        let title = if draft.titles.is_empty() { title(page) } else { Vec::new() };
        if !title.is_empty() {
            let rows = title.iter().filter_map(|i| page.rows.get(*i));
            draft.titles_sure = rows.clone().map(Row::sure).fold(1.0, f32::min);
            draft.titles = joined(&rows.map(plain_text).collect::<Vec<_>>(), words);
        }
        let mut rows: Vec<Row> = Vec::new();
        for (i, row) in page.rows.iter().enumerate() {
            let text = plain_text(row);
            if words.is_instructions(&text) {
                draft.instructions.push(text.trim_end_matches(['：', ':']).to_owned());
                // What is printed below it is about the form.
                break;
            }
            if !title.contains(&i) {
                rows.push(row.clone());
            }
        }
        bodies.push((page, rows));
    }
    draft.material = material.or_else(|| draft.titles.iter().find_map(|t| words.material(t)));
    let of = draft.material.unwrap_or(MaterialKind::ApplicationForm);
    let known = DOCUMENTS.iter().find(|(m, _)| *m == of).map_or(&[][..], |(_, fields)| *fields);
    let mut scopes = Scopes::new(known);
    for (page, rows) in bodies {
        let mut parts = table::parts(&page.cells, words, &mut scopes);
        let low = page.cells.iter().map(|c| c.at.y1).fold(0.0, f32::max);
        let (above, below): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|r| r.at.y0 < low);
        for rows in [above, below] {
            parts.extend(table::beside_labels(&rows, words, &mut scopes));
        }
        parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        draft.parts.extend(parts.into_iter().map(|(_, part)| part));
    }
    draft
}

/// The rows of the title: tall print in the middle of the page's head.
fn title(page: &PagePrint) -> Vec<usize> {
    let [width, height] = page.size;
    let top = page.cells.iter().map(|c| c.at.y0).fold(TITLE_BAND * height, f32::min);
    let cells = page.cells.iter().flat_map(|c| &c.rows);
    let mut sizes: Vec<f32> = page.rows.iter().chain(cells).map(|r| r.em).collect();
    sizes.sort_by(f32::total_cmp);
    let Some(usual) = sizes.get(sizes.len() / 2) else { return Vec::new() };
    let is_title = |row: &Row| {
        let middle = (row.at.x0 + row.at.x1) / 2.0;
        row.at.y1 < top + 4.0
            && row.em >= TALLER * usual
            && (middle - width / 2.0).abs() < OFF_MIDDLE * width
            && !row.text().contains(['：', '，', '。'])
    };
    let tall: Vec<usize> = (0..page.rows.len()).filter(|i| is_title(&page.rows[*i])).collect();
    let tallest = tall.iter().map(|i| page.rows[*i].em).fold(0.0, f32::max);
    tall.into_iter().filter(|i| page.rows[*i].em >= 0.75 * tallest).collect()
}

/// Titles as a file has them: rows of which only all together name a document are one title.
fn joined(rows: &[String], words: &Words) -> Vec<String> {
    let names = |i: usize| words.material(&rows[i]).is_some();
    match (0..rows.len()).find(|i| names(*i)) {
        // 申报表 alone on its row says what the row above it is the name of.
        Some(i) if i > 0 && rows[i].chars().count() <= 4 => vec![rows[..=i].concat()],
        Some(i) => vec![rows[i].clone()],
        None if rows.is_empty() => Vec::new(),
        None => vec![rows.concat()],
    }
}

fn plain_text(row: &Row) -> String {
    row.text().chars().filter(|c| !c.is_whitespace()).collect()
}
