//! Rows and cells of any table, how they are taken from a sheet, and what is told of a table that cannot be used as it
//! stands.

use crate::vocabulary::settings::LimitSettings;

/// One row; `number` is its line or row in the file, from 1.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub number: usize,
    pub cells: Vec<Cell>,
}

impl Row {
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }
}

/// One cell as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// What stands there is not what was typed: a number of more digits than a spreadsheet keeps (15), bytes that are
    /// no text, a text that was cut.
    pub imprecise: bool,
    /// Of a workbook that counts days from 1904: a bare number means another day there.
    pub from_1904: bool,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whole numbers without `.0` or exponent. Excel keeps 15 digits: what is longer has lost its end.
    pub fn number(n: f64) -> Self {
        const EXACT: f64 = 1e15;
        if n.fract() == 0.0 {
            Self { text: format!("{n:.0}"), imprecise: n.abs() >= EXACT, from_1904: false }
        } else {
            Self::new(n.to_string())
        }
    }
}

/// What a table was read from, and what of it was odd.
#[derive(Debug, Default)]
pub struct Read {
    /// "UTF-8", "UTF-8 BOM", "GB18030", "XLSX", "HTML" …
    pub encoding: &'static str,
    pub told: Vec<Told>,
}

/// Something that could not be used, in words for the clerk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// 0: of the table as a whole.
    pub row: usize,
    pub why: String,
}

/// What is told of a table, up to a number that a person still reads; the rest is counted.
#[derive(Debug, Default)]
pub struct Tellings {
    list: Vec<Told>,
    more: usize,
}

impl Tellings {
    const MOST: usize = 200;

    pub fn push(&mut self, row: usize, why: impl Into<String>) {
        if self.list.len() < Self::MOST { self.list.push(Told { row, why: why.into() }) } else { self.more += 1 }
    }

    pub fn finish(mut self) -> Vec<Told> {
        if self.more > 0 {
            self.list.push(Told { row: 0, why: format!("另有 {} 处同样的问题，未逐一列出", self.more) });
        }
        self.list
    }
}

/// A title or two may stand above the headers; further down it is no header any more.
pub const TITLE_ROWS: usize = 10;

/// Takes a sheet's rows as they come, and lets them through from the header on.
pub struct Rows<'a> {
    pub is_header: &'a dyn Fn(&[Cell]) -> bool,
    pub each: &'a mut dyn FnMut(Row),
    pub titles: usize,
    pub found: bool,
}

impl Rows<'_> {
    /// `false`: there is no header in this sheet, and nothing more of it is wanted.
    pub fn push(&mut self, row: Row) -> bool {
        if row.is_empty() {
            return true;
        }
        if !self.found {
            self.found = (self.is_header)(&row.cells);
            self.titles += usize::from(!self.found);
        }
        if self.found {
            (self.each)(row);
        }
        self.found || self.titles < TITLE_ROWS
    }

    /// Another sheet begins.
    pub fn another_sheet(&mut self) {
        self.titles = 0;
    }
}

/// What stands in `="110105…"`, `'110105…` and `\t110105…`: the ways to keep Excel from making a number of it.
pub fn unprotected(text: &str) -> &str {
    let t = text.trim();
    t.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).unwrap_or_else(|| t.strip_prefix('\'').unwrap_or(t))
}

/// What lies outside of the limits: the first of it, and how much more.
#[derive(Debug, Default)]
pub struct Outside {
    first: Option<(usize, String)>,
    more: usize,
}

impl Outside {
    pub fn note(&mut self, row: usize, what: impl FnOnce() -> String) {
        match self.first {
            None => self.first = Some((row, what())),
            Some(_) => self.more += 1,
        }
    }

    pub fn tell(self, limits: &LimitSettings, told: &mut Tellings) {
        let Some((row, what)) = self.first else { return };
        let more = if self.more > 0 { format!("等 {} 处", self.more + 1) } else { String::new() };
        let (rows, columns) = (limits.max_table_rows, limits.max_table_columns);
        told.push(
            row,
            format!("{what}{more}超出可读范围（{rows} 行、{columns} 列），未被使用；请删除多余内容后重新导出"),
        );
    }
}
