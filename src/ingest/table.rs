//! From the bytes of a CSV or XLSX file to rows of cells under headers.
//! Knows nothing of what the columns mean; numbers become text without losing digits, or say that they lost some.

use super::encoding;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rows of cells, the header row first; `number` is the row's place in the file from 1.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// "UTF-8", "UTF-8 BOM", "GB18030", "XLSX" …
    pub encoding: &'static str,
    pub rows: Vec<Row>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub number: usize,
    pub cells: Vec<Cell>,
}

/// One cell as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub text: String,
    /// A spreadsheet number of more digits than a spreadsheet keeps (15): its last ones are not what was typed.
    pub imprecise: bool,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), imprecise: false }
    }

    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Reads an XLSX (by content: a ZIP) or else a text table. Rows before the one that satisfies `is_header` (titles) are dropped.
///
/// # Errors
/// Why the file cannot be read as a table, in words for the clerk.
pub(super) fn read(bytes: &[u8], is_header: impl Fn(&[Cell]) -> bool) -> Result<Sheet, String> {
    if bytes.is_empty() {
        return Err("文件为空（0 字节）".into());
    }
    let mut sheet = if bytes.starts_with(b"PK") {
        // Third-party parsing of a file from outside: a panic in it must cost the table, not the run. Nothing is shared with the closure.
        catch_unwind(AssertUnwindSafe(|| read_xlsx(bytes, &is_header))).unwrap_or_else(|_| Err("解析 XLSX 时发生内部错误".into()))?
    } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err("旧版 .xls 或加密的工作簿，请另存为不加密的 .xlsx 或 .csv".into());
    } else {
        read_text(bytes)?
    };
    // A title or two may stand above the headers; further down it is no header any more.
    const TITLE_ROWS: usize = 10;
    if let Some(at) = sheet.rows.iter().take(TITLE_ROWS).position(|r| is_header(&r.cells)) {
        sheet.rows.drain(..at);
    }
    sheet.rows.retain(|r| !r.cells.iter().all(Cell::is_empty));
    Ok(sheet)
}

fn read_text(bytes: &[u8]) -> Result<Sheet, String> {
    let (text, encoding) = encoding::decode(bytes)?;
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b'\t', b';'].into_iter().max_by_key(|d| (first.bytes().filter(|b| b == d).count(), *d == b',')).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| format!("第 {} 行：{e}", i + 1))?;
        rows.push(Row { number: i + 1, cells: record.iter().map(|c| Cell::new(unprotected(c))).collect() });
    }
    Ok(Sheet { encoding, rows })
}

/// What stands in `="110105…"`, `'110105…` and `\t110105…`: the ways to keep Excel from making a number of it.
fn unprotected(text: &str) -> &str {
    let t = text.trim();
    t.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).unwrap_or_else(|| t.strip_prefix('\'').unwrap_or(t))
}

/// The first sheet that has the header, or the first sheet.
fn read_xlsx(bytes: &[u8], is_header: &impl Fn(&[Cell]) -> bool) -> Result<Sheet, String> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| format!("不是可读的 XLSX：{e}"))?;
    let mut fallback = None;
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|e| format!("工作表 {name}：{e}"))?;
        let first = range.start().map_or(0, |(row, _)| row as usize);
        let rows: Vec<Row> = range.rows().enumerate().map(|(i, r)| Row { number: first + i + 1, cells: r.iter().map(cell).collect() }).collect();
        let sheet = Sheet { encoding: "XLSX", rows };
        if sheet.rows.iter().take(10).any(|r| is_header(&r.cells)) {
            return Ok(sheet);
        }
        fallback.get_or_insert(sheet);
    }
    fallback.ok_or_else(|| "工作簿中没有工作表".into())
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::new(""),
        Data::String(s) => Cell::new(unprotected(s)),
        Data::Int(n) => Cell::new(n.to_string()),
        Data::Float(n) => number(*n),
        Data::Bool(b) => Cell::new(b.to_string()),
        Data::DateTime(d) if d.is_datetime() => {
            let (year, month, day, ..) = d.to_ymd_hms_milli();
            Cell::new(format!("{year:04}-{month:02}-{day:02}"))
        }
        Data::DateTime(d) => number(d.as_f64()),
        Data::DateTimeIso(s) | Data::DurationIso(s) => Cell::new(s.clone()),
        Data::Error(e) => Cell::new(e.to_string()),
    }
}

/// Whole numbers without `.0` or exponent. Excel keeps 15 digits: what is longer has lost its end.
fn number(n: f64) -> Cell {
    const EXACT: f64 = 1e15;
    if n.fract() == 0.0 { Cell { text: format!("{n:.0}"), imprecise: n.abs() >= EXACT } } else { Cell::new(n.to_string()) }
}
