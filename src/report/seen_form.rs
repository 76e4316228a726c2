//! A form's file beside what was found of it on one page, for whoever writes the file: every part with its fields, where
//! they stand, and which were not found.

use super::cell::visible;
use super::facts::FactRow;
use super::summary::fit;
use crate::vocabulary::fact::State;
use crate::vocabulary::form::{Content, Form, FormField, Part, Piece};
use serde::Serialize;
use std::io::{self, Write};

/// Columns of the table: the part, and its fields.
const COLUMNS: [usize; 2] = [30, 26];
/// Characters of a sentence that name it.
const SHOWN: usize = 12;

/// A form, part by part. The fields are the JSON's.
#[derive(Debug, Clone, Serialize)]
pub struct SeenForm {
    pub id: String,
    pub title: String,
    pub parts: Vec<SeenPart>,
}

#[derive(Debug, Clone, Serialize)]
pub struct SeenPart {
    /// Its printed label, or how its sentence begins.
    pub printed: String,
    /// In the part's order; none if it is not read.
    pub fields: Vec<SeenField>,
}

#[derive(Debug, Clone, Serialize)]
pub struct SeenField {
    /// `name`, `work.start`.
    pub field: String,
    /// The name of its type.
    #[serde(rename = "type")]
    pub of: &'static str,
    /// How many places of it were found: one, or one a row or sentence.
    pub found: usize,
    /// How many of them hold writing.
    pub written: usize,
    /// The cell that the first of them lies in.
    pub cell: Option<usize>,
}

impl SeenForm {
    /// `facts` are those of the page, each with the cell that it lies in.
    pub fn of(form: &Form, facts: &[(&FactRow, Option<usize>)]) -> Self {
        let part = |part: &Part| SeenPart {
            printed: printed(part),
            fields: of_part(form, part).into_iter().map(|f| seen(&f, facts)).collect(),
        };
        Self { id: form.id.clone(), title: form.title().to_owned(), parts: form.parts.iter().map(part).collect() }
    }

    /// Writes the table for a person.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let lost = self.parts.iter().flat_map(|p| &p.fields).filter(|f| f.found == 0).count();
        let all = self.parts.iter().map(|p| p.fields.len()).sum::<usize>();
        writeln!(out, "\n表格      {}（{}），{all} 项栏目，未找到 {lost} 项", visible(&self.title), visible(&self.id))?;
        let [part, field] = COLUMNS;
        writeln!(out, "  {}  {}  类型               格  所见", fit("表上印的", part), fit("栏目", field))?;
        for p in &self.parts {
            let mut name = p.printed.as_str();
            if p.fields.is_empty() {
                writeln!(out, "  {}  （不读取）", fit(&visible(name), part))?;
            }
            for f in &p.fields {
                let cell = f.cell.map_or(String::new(), |c| c.to_string());
                let found = match (f.found, f.written) {
                    (0, _) => "未找到".to_owned(),
                    (1, 0) => "空白".to_owned(),
                    (1, _) => "已填".to_owned(),
                    (all, written) => format!("{all} 处，已填 {written} 处"),
                };
                let (shown, of) = (fit(&visible(name), part), fit(f.of, 18));
                writeln!(out, "  {shown}  {}  {of} {cell:>2}  {found}", fit(&f.field, field))?;
                name = "";
            }
        }
        Ok(())
    }
}

fn of_part(form: &Form, part: &Part) -> Vec<FormField> {
    Form { parts: vec![part.clone()], ..form.clone() }.fields()
}

fn printed(part: &Part) -> String {
    let sentence = |pieces: &[Piece]| {
        let print = pieces.iter().find_map(|p| match p {
            Piece::Print(text) => Some(text.as_str()),
            _ => None,
        });
        let text: String = print.unwrap_or_default().chars().take(SHOWN).collect();
        format!("{text}…")
    };
    match part {
        Part::Cell(cell) => {
            let mark = if matches!(cell.content, Content::Sentences(_) | Content::Lines(_)) { "：…" } else { "" };
            let under = cell.under.as_ref().map(|u| format!("{u}·")).unwrap_or_default();
            format!("{under}{}{mark}", cell.labels.first().map_or("", String::as_str))
        }
        Part::Text(text) => sentence(&text.pieces),
        Part::Line(line) => sentence(&line.pieces),
        Part::Table(table) => {
            table.columns.iter().filter_map(|c| c.heads.first()).map(String::as_str).collect::<Vec<_>>().join("｜")
        }
    }
}

fn seen(field: &FormField, facts: &[(&FactRow, Option<usize>)]) -> SeenField {
    let name =
        field.section.map_or_else(|| field.field.name.to_owned(), |s| format!("{}.{}", s.name, field.field.name));
    // `work[3].start` is a place of `work.start`
    let plain = |path: &str| {
        let path = path.split_once('.').map_or(path, |(_, rest)| rest);
        let mut out = String::new();
        let mut inside = false;
        for c in path.chars() {
            inside = (inside || c == '[') && c != ']';
            if !inside && c != ']' {
                out.push(c);
            }
        }
        out
    };
    let places: Vec<&(&FactRow, Option<usize>)> =
        facts.iter().filter(|(f, _)| plain(&f.field) == name && f.now() != State::NotFound).collect();
    SeenField {
        field: name,
        of: field.of.name(),
        found: places.len(),
        written: places.iter().filter(|(f, _)| f.now() != State::Empty).count(),
        cell: places.iter().find_map(|(_, cell)| *cell),
    }
}
