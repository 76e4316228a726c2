//! What a column of a table is: flags.csv, submissions.csv, the sheets of the workbook and the tables of docs/output.md
//! are all made from lists of [`Column`]s.
//! Writes the CSV files; does not say which columns there are (`flags_csv`, `submissions_csv`).

use super::cell::text;
use std::io::{self, Write};

/// One column of a table whose rows are made from `Row`s.
#[derive(Debug)]
pub struct Column<Row> {
    /// Head in the CSV file, which is a contract (docs/output.md).
    pub name: &'static str,
    /// Head in the workbook.
    pub zh: &'static str,
    pub kind: Kind,
    /// The values are ids, for which the workbook has words.
    pub words: Option<Words>,
    /// Stands behind the others in the workbook, and is not printed.
    pub aside: bool,
    /// Takes the room that the others leave on a printed page.
    pub long: bool,
    /// What stands in it, for docs/output.md.
    pub about: &'static str,
    /// The value as it is; `Column::cell` makes it safe for a spreadsheet.
    pub of: fn(&Row) -> String,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text, whatever it looks like.
    Text,
    /// A number, or nothing: a number in the workbook too.
    Number,
    /// A text that the workbook shows in the colours of the row's verdict or severity.
    Coloured,
}

/// Ids for which the workbook has words: those stand in the column's place, the ids in a column of their own at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    Rule,
    Severity,
    Field,
    Decision,
    Drawn,
}

impl Words {
    /// The head of the ids' own column.
    pub fn ids(self) -> &'static str {
        match self {
            Self::Rule => "规则代码",
            Self::Severity => "严重程度代码",
            Self::Field => "栏目代码",
            Self::Decision => "审核决定代码",
            Self::Drawn => "抽检代码",
        }
    }
}

impl<Row> Column<Row> {
    const fn new(
        kind: Kind,
        name: &'static str,
        zh: &'static str,
        about: &'static str,
        of: fn(&Row) -> String,
    ) -> Self {
        Self { name, zh, kind, words: None, aside: false, long: false, about, of }
    }

    pub const fn text(name: &'static str, zh: &'static str, about: &'static str, of: fn(&Row) -> String) -> Self {
        Self::new(Kind::Text, name, zh, about, of)
    }

    pub const fn number(name: &'static str, zh: &'static str, about: &'static str, of: fn(&Row) -> String) -> Self {
        Self::new(Kind::Number, name, zh, about, of)
    }

    pub const fn coloured(name: &'static str, zh: &'static str, about: &'static str, of: fn(&Row) -> String) -> Self {
        Self::new(Kind::Coloured, name, zh, about, of)
    }

    /// The workbook says these ids in words.
    pub const fn in_words(self, words: Words) -> Self {
        Self { words: Some(words), ..self }
    }

    /// A text of sentences, to which a printed page gives the room that the others leave.
    pub const fn long(self) -> Self {
        Self { long: true, ..self }
    }

    /// The workbook has it behind the columns that are printed.
    pub const fn aside(self) -> Self {
        Self { aside: true, ..self }
    }

    /// The value as a CSV cell.
    fn cell(&self, row: &Row) -> String {
        let value = (self.of)(row);
        if self.kind == Kind::Number { value } else { text(&value) }
    }
}

/// The heads of a CSV file.
pub fn names<Row>(columns: &[Column<Row>]) -> Vec<&'static str> {
    columns.iter().map(|c| c.name).collect()
}

/// The cells of a row, as they stand in the CSV file.
pub fn cells<Row>(columns: &[Column<Row>], row: &Row) -> Vec<String> {
    columns.iter().map(|c| c.cell(row)).collect()
}

/// A CSV file that is being written: UTF-8 with BOM, comma, CRLF, quotes where needed.
pub struct Table<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    /// Writes the heads.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn start<Row>(mut out: W, columns: &[Column<Row>]) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        out.write_record(names(columns)).map_err(io::Error::other)?;
        Ok(Self { out })
    }

    /// Writes one row under the heads of `columns`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add<Row>(&mut self, columns: &[Column<Row>], row: &Row) -> io::Result<()> {
        self.out.write_record(cells(columns, row)).map_err(io::Error::other)
    }

    /// Hands all rows to the file below and returns it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(|e| io::Error::other(e.to_string()))
    }
}
