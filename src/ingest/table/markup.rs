//! From a web page or an XML sheet that calls itself `.xls` to rows: what export buttons of web systems write.
//! Only rows, cells and their spans are looked at; nothing is rendered, loaded or run.

use super::row::{Cell, Outside, Read, Row, Rows, Tellings, unprotected};
use crate::ingest::encoding::{Encoded, is_whole};
use crate::vocabulary::settings::LimitSettings;
use html5gum::{StartTag, Token, Tokenizer};
use std::collections::BTreeMap;

/// Is it HTML, or the XML of Excel 2003?
pub(super) fn is_markup(encoded: &Encoded<'_>) -> bool {
    let head = &encoded.bytes[..encoded.bytes.len().min(1 << 16)];
    let head = String::from_utf8_lossy(head).to_lowercase();
    head.trim_start().starts_with('<')
        && ["<table", "<html", "<workbook", ":workbook"].iter().any(|tag| head.contains(tag))
}

/// Reads the rows of all tables, one after the other.
///
/// # Errors
/// There is no row in it.
pub(super) fn read(encoded: &Encoded<'_>, limits: &LimitSettings, rows: &mut Rows<'_>) -> Result<Read, String> {
    let text = encoded.text(&encoded.bytes);
    let mut sheet = Sheet {
        limits,
        number: 0,
        row: None,
        cell: None,
        spans: BTreeMap::new(),
        outside: Outside::default(),
        told: Tellings::default(),
    };
    for token in Tokenizer::new(text.as_ref()) {
        let token = token.unwrap_or_else(|never| match never {});
        let more = match token {
            Token::StartTag(tag) => sheet.begin(&tag, rows),
            Token::EndTag(tag) => sheet.end(&tag.name, rows),
            Token::String(text) => {
                sheet.text(&String::from_utf8_lossy(&text));
                true
            }
            _ => true,
        };
        if !more {
            break;
        }
    }
    sheet.end_row(rows);
    if sheet.number == 0 {
        return Err("网页中没有表格，请重新导出为 .xlsx 或 .csv".into());
    }
    let Sheet { outside, mut told, .. } = sheet;
    outside.tell(limits, &mut told);
    Ok(Read { encoding: "HTML", told: told.finish() })
}

struct Sheet<'l> {
    limits: &'l LimitSettings,
    number: usize,
    row: Option<Vec<Cell>>,
    cell: Option<Open>,
    /// Column → rows that a cell from above still covers, and its text.
    spans: BTreeMap<usize, (usize, Cell)>,
    outside: Outside,
    told: Tellings,
}

struct Open {
    text: String,
    across: usize,
    down: usize,
}

impl Sheet<'_> {
    fn begin(&mut self, tag: &StartTag<()>, rows: &mut Rows<'_>) -> bool {
        match local(&tag.name) {
            b"tr" | b"row" => {
                let more = self.end_row(rows);
                self.number = number(tag, "index").filter(|n| *n > self.number).unwrap_or(self.number + 1);
                self.row = Some(Vec::new());
                more
            }
            b"td" | b"th" | b"cell" if self.row.is_some() => {
                self.end_cell();
                // XML counts the cells that are added, HTML all of them.
                let across = number(tag, "colspan").or(number(tag, "mergeacross").map(|n| n + 1)).unwrap_or(1).max(1);
                let down = number(tag, "rowspan").or(number(tag, "mergedown").map(|n| n + 1)).unwrap_or(1).max(1);
                let most = self.limits.max_table_columns as usize;
                if let (Some(index), Some(row)) = (number(tag, "index"), &mut self.row)
                    && (row.len() + 1..=most).contains(&index)
                {
                    row.resize_with(index - 1, Cell::default);
                }
                self.cell = Some(Open { text: String::new(), across: across.min(most), down });
                if tag.self_closing {
                    self.end_cell();
                }
                true
            }
            b"br" | b"p" | b"div" => {
                self.text(" ");
                true
            }
            _ => true,
        }
    }

    fn end(&mut self, name: &[u8], rows: &mut Rows<'_>) -> bool {
        match local(name) {
            b"td" | b"th" | b"cell" => self.end_cell(),
            b"tr" | b"row" => return self.end_row(rows),
            b"table" => {
                self.spans.clear();
                return self.end_row(rows);
            }
            _ => {}
        }
        true
    }

    fn text(&mut self, more: &str) {
        let most = self.limits.max_table_cell_chars * 4;
        if let Some(cell) = self.cell.as_mut().filter(|c| c.text.len() <= most) {
            cell.text.push_str(more);
        }
    }

    fn end_cell(&mut self) {
        let (Some(open), Some(row)) = (self.cell.take(), &mut self.row) else { return };
        while let Some(cell) = self.spans.get_mut(&row.len()).and_then(covered) {
            row.push(cell);
        }
        let text = open.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if row.len() >= self.limits.max_table_columns as usize || self.number > self.limits.max_table_rows as usize {
            if !text.is_empty() {
                self.outside.note(self.number, || format!("第 {} 行第 {} 列", self.number, row.len() + 1));
            }
            return;
        }
        let too_long = text.chars().nth(self.limits.max_table_cell_chars).is_some();
        let imprecise = too_long || !is_whole(&text);
        if imprecise {
            let why = if too_long { "文字过长" } else { "有无法识别的字节（编码损坏）" };
            self.told.push(self.number, format!("第 {} 列{why}，该格按无法读取处理", row.len() + 1));
        }
        let text = if too_long { text.chars().take(50).collect() } else { unprotected(&text).to_owned() };
        let cell = Cell { text, imprecise, from_1904: false };
        if open.down > 1 {
            self.spans.insert(row.len(), (open.down - 1, cell.clone()));
        }
        row.push(cell);
        let room = (self.limits.max_table_columns as usize).saturating_sub(row.len());
        row.extend(std::iter::repeat_n(Cell::default(), (open.across - 1).min(room)));
    }

    fn end_row(&mut self, rows: &mut Rows<'_>) -> bool {
        self.end_cell();
        let Some(mut row) = self.row.take() else { return true };
        while let Some(cell) = self.spans.get_mut(&row.len()).and_then(covered) {
            row.push(cell);
        }
        self.spans.retain(|_, (left, _)| *left > 0);
        rows.push(Row { number: self.number, cells: row })
    }
}

/// What a cell from above puts into this row, if it reaches down to it.
fn covered(span: &mut (usize, Cell)) -> Option<Cell> {
    (span.0 > 0).then(|| {
        span.0 -= 1;
        span.1.clone()
    })
}

/// A tag's name without its prefix: `ss:Row` → `row` (html5gum gives lower case).
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|b| *b == b':').next().unwrap_or(name)
}

fn number(tag: &StartTag<()>, name: &str) -> Option<usize> {
    let found = tag.attributes.iter().find(|(key, _)| local(key) == name.as_bytes())?;
    std::str::from_utf8(found.1).ok()?.trim().parse().ok()
}
