//! From a workbook (.xlsx) to rows, part by part and cell by cell out of its archive.
//! Nothing is taken from what the file says of itself: not its dimensions, not its counts; places and texts are held
//! against the limits as they come.

use super::row::{Cell, Outside, Read, Row, Rows, Tellings, unprotected};
use crate::unpacking::{Measured, Over};
use crate::vocabulary::settings::LimitSettings;
use jiff::civil::Date;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

/// Reads the first sheet that has the header.
///
/// # Errors
/// It is no workbook, or over a limit as a whole.
pub(super) fn read(bytes: &[u8], limits: &LimitSettings, rows: &mut Rows<'_>) -> Result<Read, String> {
    let mut book = Book::open(bytes, limits)?;
    let mut told = Tellings::default();
    for (name, part) in book.sheets() {
        let merged = book.merged(part, limits).map_err(|e| format!("工作表“{name}”：{e}"))?;
        rows.another_sheet();
        book.rows(part, merged, limits, rows, &mut told).map_err(|e| format!("工作表“{name}”：{e}"))?;
        if rows.found {
            return Ok(Read { encoding: "XLSX", told: told.finish() });
        }
        told = Tellings::default();
    }
    Ok(Read { encoding: "XLSX", told: Vec::new() })
}

type Xml<'a> = Reader<BufReader<Measured<'a>>>;

struct Book<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// A part's place in the archive by its name in lower case.
    parts: HashMap<String, usize>,
    /// Names of sheets and their parts, in the workbook's order.
    sheets: Vec<(String, usize)>,
    strings: Vec<Box<str>>,
    /// Which cell formats show a day.
    dates: Vec<bool>,
    from_1904: bool,
    /// Bytes that may still be unpacked.
    left: u64,
    /// Bytes of one piece of text or one tag.
    longest: usize,
}

impl<'a> Book<'a> {
    fn open(bytes: &'a [u8], limits: &LimitSettings) -> Result<Self, String> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| "不是完整的 XLSX 工作簿，请重新导出".to_owned())?;
        let parts = (0..zip.len()).filter_map(|i| zip.name_for_index(i)?.ok().map(|n| (part_name(&n), i))).collect();
        // A character takes at most ten bytes, written as &#x10FFFF;
        let longest = limits.max_table_cell_chars.saturating_mul(10).max(1 << 16);
        let (sheets, strings, dates) = (Vec::new(), Vec::new(), Vec::new());
        let mut book = Self {
            zip,
            parts,
            sheets,
            strings,
            dates,
            from_1904: false,
            left: limits.max_table_unpacked_bytes,
            longest,
        };
        let named = book.workbook()?;
        let targets = book.relations()?;
        book.sheets = named
            .into_iter()
            .filter_map(|(name, id)| targets.get(&id).and_then(|t| book.part(t)).map(|at| (name, at)))
            .collect();
        if book.sheets.is_empty() {
            return Err("工作簿中没有工作表".into());
        }
        book.styles()?;
        book.shared_strings(limits)?;
        Ok(book)
    }

    fn sheets(&self) -> Vec<(String, usize)> {
        self.sheets.clone()
    }

    /// A part by a target that is relative to the workbook's folder, or from the root.
    fn part(&self, target: &str) -> Option<usize> {
        let target = part_name(target);
        let tries = [format!("xl/{target}"), target.trim_start_matches('/').to_owned()];
        tries.iter().find_map(|name| self.parts.get(name).copied())
    }

    /// Goes through a part's XML; `each` says whether it wants more.
    fn walk(&mut self, part: usize, mut each: impl FnMut(&mut Walk<'_>) -> Result<bool, String>) -> Result<(), String> {
        let entry = self.zip.by_index(part).map_err(|e| format!("无法解压：{e}"))?;
        let measured = Measured::new(entry, &mut self.left, self.longest);
        let mut xml: Xml<'_> = Reader::from_reader(BufReader::with_capacity(1 << 16, measured));
        xml.config_mut().check_end_names = false;
        xml.config_mut().allow_unmatched_ends = true;
        xml.config_mut().allow_dangling_amp = true;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = match xml.read_event_into(&mut buffer) {
                Ok(Event::Eof) => return Ok(()),
                Ok(event) => event,
                Err(e) => return Err(xml.get_ref().get_ref().over().map_or_else(|| format!("内容损坏：{e}"), limit)),
            };
            if !each(&mut Walk { event })? {
                return Ok(());
            }
        }
    }

    fn workbook(&mut self) -> Result<Vec<(String, String)>, String> {
        let part = self.part("workbook.xml").ok_or("不是 XLSX 工作簿，请另存为 .xlsx 或 .csv")?;
        let (mut sheets, mut from_1904) = (Vec::new(), false);
        self.walk(part, |w| {
            if let Some((tag, _)) = w.start() {
                match tag.local_name().as_ref() {
                    "sheet" => sheets
                        .push((attribute(tag, "name").unwrap_or_default(), attribute(tag, "id").unwrap_or_default())),
                    "workbookPr" => {
                        from_1904 = attribute(tag, "date1904").is_some_and(|v| matches!(v.as_str(), "1" | "true"));
                    }
                    _ => {}
                }
            }
            Ok(sheets.len() < MOST_SHEETS)
        })?;
        self.from_1904 = from_1904;
        Ok(sheets)
    }

    fn relations(&mut self) -> Result<BTreeMap<String, String>, String> {
        let mut targets = BTreeMap::new();
        let Some(part) = self.part("_rels/workbook.xml.rels") else { return Ok(targets) };
        self.walk(part, |w| {
            if let Some((tag, _)) = w.start()
                && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
            {
                targets.insert(id, target);
            }
            Ok(targets.len() < 10 * MOST_SHEETS)
        })?;
        Ok(targets)
    }

    fn styles(&mut self) -> Result<(), String> {
        let Some(part) = self.part("styles.xml") else { return Ok(()) };
        let (mut own, mut dates, mut in_formats) = (BTreeMap::new(), Vec::new(), false);
        self.walk(part, |w| {
            if w.ends("cellXfs") {
                in_formats = false;
            }
            if let Some((tag, empty)) = w.start() {
                let number = |name| attribute(tag, name).and_then(|v| v.parse::<u32>().ok());
                match tag.local_name().as_ref() {
                    "numFmt" => {
                        if let (Some(id), Some(code)) = (number("numFmtId"), attribute(tag, "formatCode")) {
                            own.insert(id, shows_a_day(&code));
                        }
                    }
                    "cellXfs" => in_formats = !empty,
                    "xf" if in_formats => {
                        let id = number("numFmtId").unwrap_or(0);
                        dates.push(own.get(&id).copied().unwrap_or_else(|| is_built_in_day(id)));
                    }
                    _ => {}
                }
            }
            Ok(dates.len() < MOST_FORMATS)
        })?;
        self.dates = dates;
        Ok(())
    }

    fn shared_strings(&mut self, limits: &LimitSettings) -> Result<(), String> {
        let Some(part) = self.part("sharedStrings.xml") else { return Ok(()) };
        let mut strings: Vec<Box<str>> = Vec::new();
        let mut text = Text::default();
        self.walk(part, |w| {
            text.take(&w.event, limits);
            if w.ends("si") || w.start().is_some_and(|(tag, empty)| empty && tag.local_name().as_ref() == "si") {
                if strings.len() >= limits.max_table_strings {
                    return Err(format!("共享文字超过 {} 条", limits.max_table_strings));
                }
                strings.push(std::mem::take(&mut text).cut_off().into());
            }
            Ok(true)
        })?;
        self.strings = strings;
        Ok(())
    }

    /// The cells that are merged over rows: by their first row, their column and last row. Those merged over columns
    /// only are titles.
    fn merged(&mut self, part: usize, limits: &LimitSettings) -> Result<Merged, String> {
        let mut merged = Merged::default();
        let mut count = 0;
        self.walk(part, |w| {
            if let Some((tag, _)) = w.start()
                && tag.local_name().as_ref() == "mergeCell"
                && let Some((from, to)) = attribute(tag, "ref").as_deref().and_then(|r| r.split_once(':'))
                && let (Some(from), Some(to)) = (place(from), place(to))
                && from.0 < to.0
                && from.1 < limits.max_table_columns
            {
                merged.starts.entry(from.0).or_default().push((from.1, to.0));
                count += 1;
            }
            Ok(count < MOST_MERGED)
        })?;
        Ok(merged)
    }

    fn rows(
        &mut self,
        part: usize,
        mut merged: Merged,
        limits: &LimitSettings,
        rows: &mut Rows<'_>,
        told: &mut Tellings,
    ) -> Result<(), String> {
        // Out of the book, which is borrowed while its archive is read.
        let (strings, dates, from_1904) =
            (std::mem::take(&mut self.strings), std::mem::take(&mut self.dates), self.from_1904);
        let look = Look { strings: &strings, dates: &dates, from_1904, limits };
        let mut at = Place { row: 0, column: 0 };
        let mut row = Row::default();
        let mut open: Option<Open> = None;
        let mut outside = Outside::default();
        let done = self.walk(part, |w| {
            if let Some(cell) = &mut open {
                cell.take(&w.event, limits);
            }
            if let Some((tag, empty)) = w.start() {
                match tag.local_name().as_ref() {
                    "row" => {
                        at = Place {
                            row: attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(at.row.saturating_add(1)),
                            column: 0,
                        };
                        row = Row { number: at.row as usize, cells: Vec::new() };
                    }
                    "c" => {
                        let given = attribute(tag, "r").and_then(|r| place(&r));
                        at.column = given.map_or(at.column, |(_, column)| column).saturating_add(1);
                        open = (!empty).then(|| Open::new(tag, at.column - 1));
                    }
                    _ => {}
                }
            }
            if w.ends("c")
                && let Some(cell) = open.take()
            {
                let column = cell.column;
                if let Some(cell) = cell.cell(&look, row.number, told) {
                    if at.row > limits.max_table_rows || column >= limits.max_table_columns {
                        outside.note(row.number, || format!("单元格 {}{} ", letters(column), at.row));
                    } else {
                        let column = column as usize;
                        if row.cells.len() <= column {
                            row.cells.resize_with(column + 1, Cell::default);
                        }
                        row.cells[column] = cell;
                    }
                }
            }
            if w.ends("row") {
                let mut done = std::mem::take(&mut row);
                merged.fill(at.row, &mut done);
                return Ok(rows.push(done));
            }
            Ok(!w.ends("sheetData"))
        });
        (self.strings, self.dates) = (strings, dates);
        outside.tell(limits, told);
        done
    }
}

const MOST_SHEETS: usize = 1000;
/// Excel itself has 65,490 cell formats.
const MOST_FORMATS: usize = 70_000;
const MOST_MERGED: usize = 200_000;

/// One event.
struct Walk<'b> {
    event: Event<'b>,
}

impl Walk<'_> {
    /// A tag that begins, and whether it ends at once.
    fn start(&self) -> Option<(&BytesStart<'_>, bool)> {
        match &self.event {
            Event::Start(tag) => Some((tag, false)),
            Event::Empty(tag) => Some((tag, true)),
            _ => None,
        }
    }

    fn ends(&self, name: &str) -> bool {
        matches!(&self.event, Event::End(tag) if tag.local_name().as_ref() == name)
    }
}

/// An attribute by its name without prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    all.with_checks(false);
    let found = all.filter_map(Result::ok).find(|a| a.key.local_name().as_ref() == name)?;
    let text = quick_xml::escape::unescape(&found.value)
        .map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned);
    Some(text)
}

/// `/xl/Worksheets\Sheet1.xml` → `/xl/worksheets/sheet1.xml`: some programs write either.
fn part_name(name: &str) -> String {
    name.replace('\\', "/").to_lowercase()
}

#[derive(Debug, Clone, Copy)]
struct Place {
    /// From 1.
    row: u32,
    /// From 0: the column of the next cell that does not say where it is.
    column: u32,
}

/// `C5` → (5, 2).
fn place(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.trim_matches('$');
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !(1..=3).contains(&letters) {
        return None;
    }
    let column = reference.bytes().take(letters).fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((reference[letters..].trim_start_matches('$').parse().ok()?, column - 1))
}

/// 2 → `C`.
fn letters(column: u32) -> String {
    let (mut n, mut out) = (column + 1, Vec::new());
    while n > 0 {
        out.push(char::from(b'A' + u8::try_from((n - 1) % 26).unwrap_or(0)));
        n = (n - 1) / 26;
    }
    out.iter().rev().collect()
}

/// The text of a cell or of a shared string, without its phonetic reading.
#[derive(Debug, Default)]
struct Text {
    text: String,
    chars: usize,
    inside: bool,
    phonetic: bool,
    /// It is longer than a cell may be.
    cut: bool,
}

impl Text {
    /// Takes what stands in `t` and `v`.
    fn take(&mut self, event: &Event<'_>, limits: &LimitSettings) {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" | "v" => self.inside = true,
                "rPh" => self.phonetic = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" | "v" => self.inside = false,
                "rPh" => self.phonetic = false,
                _ => {}
            },
            Event::Text(text) if self.wanted() => self.add(text, limits),
            Event::CData(text) if self.wanted() => self.add(text, limits),
            Event::GeneralRef(reference) if self.wanted() => match reference.resolve_char_ref() {
                Ok(Some(c)) => self.add(c.encode_utf8(&mut [0; 4]), limits),
                _ => {
                    let name: &str = reference;
                    let known = quick_xml::escape::resolve_xml_entity(name)
                        .map_or_else(|| format!("&{name};"), ToOwned::to_owned);
                    self.add(&known, limits);
                }
            },
            _ => {}
        }
    }

    fn wanted(&self) -> bool {
        self.inside && !self.phonetic && !self.cut
    }

    fn add(&mut self, more: &str, limits: &LimitSettings) {
        self.chars += more.chars().count();
        self.cut = self.chars > limits.max_table_cell_chars;
        if !self.cut {
            self.text.push_str(more);
        }
    }

    /// A text that was cut ends in [`CUT`].
    fn cut_off(mut self) -> String {
        if self.cut {
            self.text = self.text.chars().take(50).collect::<String>() + CUT;
        }
        self.text
    }
}

/// Stands at the end of a text of which the rest was left out; a private character, so that nobody's text ends in it by
/// chance.
const CUT: &str = "\u{f8ff}";

/// A cell that has begun.
struct Open {
    column: u32,
    kind: String,
    format: usize,
    text: Text,
}

/// What a cell's text is looked up in.
struct Look<'a> {
    strings: &'a [Box<str>],
    dates: &'a [bool],
    from_1904: bool,
    limits: &'a LimitSettings,
}

impl Open {
    fn new(tag: &BytesStart<'_>, column: u32) -> Self {
        let format = attribute(tag, "s").and_then(|s| s.parse().ok()).unwrap_or(0);
        Self { column, kind: attribute(tag, "t").unwrap_or_default(), format, text: Text::default() }
    }

    fn take(&mut self, event: &Event<'_>, limits: &LimitSettings) {
        self.text.take(event, limits);
    }

    /// `None`: there is nothing in it.
    fn cell(self, look: &Look<'_>, row: usize, told: &mut Tellings) -> Option<Cell> {
        let column = self.column;
        let mut bad = |why: &str| told.push(row, format!("单元格 {}{row} {why}，该格按无法读取处理", letters(column)));
        let raw = self.text.cut_off();
        let text = match self.kind.as_str() {
            "s" => match raw.trim().parse::<usize>().ok().and_then(|i| look.strings.get(i)) {
                Some(shared) => shared.to_string(),
                None if raw.is_empty() => return None,
                None => {
                    bad("指向不存在的共享文字");
                    return Some(Cell { text: "\u{fffd}".into(), imprecise: true, from_1904: false });
                }
            },
            "b" => if raw.trim() == "1" { "true" } else { "false" }.to_owned(),
            "" | "n" => match raw.trim().parse::<f64>() {
                Ok(n) if look.dates.get(self.format) == Some(&true) => match day(n, look.from_1904) {
                    Some(day) => day.to_string(),
                    None => raw,
                },
                Ok(n) => return Some(Cell { from_1904: look.from_1904, ..Cell::number(n) }),
                Err(_) => raw,
            },
            _ => raw,
        };
        if let Some(begin) = text.strip_suffix(CUT) {
            bad(&format!("超过 {} 个字符", look.limits.max_table_cell_chars));
            return Some(Cell { text: format!("{begin}…"), imprecise: true, from_1904: false });
        }
        let text = unprotected(&text);
        (!text.is_empty()).then(|| Cell::new(text))
    }
}

/// The day of a serial number: days from 1899-12-30 (as if 1900 had had a 29 February), or from 1904-01-01.
pub(in crate::ingest) fn day(serial: f64, from_1904: bool) -> Option<Date> {
    let days = serial.floor();
    // 1 to 9999-12-31.
    if !(1.0..2_958_466.0).contains(&days) {
        return None;
    }
    let first = if from_1904 { Date::constant(1904, 1, 1) } else { Date::constant(1899, 12, 30) };
    // In range: it was checked above.
    #[allow(clippy::cast_possible_truncation)]
    first.checked_add(jiff::Span::new().days(days as i64)).ok()
}

/// ECMA-376 part 1, 18.8.30: 14–17 and 22; 27–36 and 50–58 in Chinese and Japanese Excel, of which 32–35 and 55, 56 are
/// times.
fn is_built_in_day(id: u32) -> bool {
    matches!(id, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58)
}

/// Does a number format show a day? Quoted texts, escaped characters, colours and conditions in brackets say nothing.
fn shows_a_day(code: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    code.chars().any(|c| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => bracket = true,
            ']' => bracket = false,
            _ if bracket => {}
            '\\' | '_' | '*' => escaped = true,
            'y' | 'Y' | 'd' | 'D' => return true,
            _ => {}
        }
        false
    })
}

fn limit(over: Over) -> String {
    match over {
        Over::Unpacked => "解压后超过上限，未读取（请检查是否误带大量空白格式或为恶意文件）".to_owned(),
        Over::Text(longest) => format!("有一处文字超过 {longest} 字节，未读取"),
    }
}

/// Cells that are merged over rows.
#[derive(Debug, Default)]
struct Merged {
    /// First row → (column, last row).
    starts: BTreeMap<u32, Vec<(u32, u32)>>,
    /// Column → what holds there, down to which row.
    held: BTreeMap<u32, (u32, Cell)>,
}

impl Merged {
    /// Puts what is merged from above into a row's empty cells, unless the whole row is empty, and notes what begins
    /// here.
    fn fill(&mut self, number: u32, row: &mut Row) {
        if self.starts.is_empty() {
            return;
        }
        self.held.retain(|_, (last, _)| number <= *last);
        if !row.is_empty() {
            for (column, (_, cell)) in &self.held {
                let column = *column as usize;
                if row.cells.len() <= column {
                    row.cells.resize_with(column + 1, Cell::default);
                }
                if row.cells[column].is_empty() {
                    row.cells[column] = cell.clone();
                }
            }
        }
        for (column, last) in self.starts.get(&number).into_iter().flatten() {
            if let Some(cell) = row.cells.get(*column as usize).filter(|c| !c.is_empty()) {
                self.held.insert(*column, (*last, cell.clone()));
            }
        }
    }
}
