//! From a platform's own import template and our values to the same workbook with those values in it: the one sheet's
//! cells are replaced or added where they stand, and everything else, in that sheet and in every other part, stays as it
//! is, byte for byte.
//! The sheet is gone through twice as it is unpacked: once to see where rows and cells are, once to copy it. Nothing is
//! taken from what the file says of its size. A value is a text cell, whatever it looks like.

use super::cell::visible;
use crate::unpacking::{Measured, Over};
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::text::normalise;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Cursor, Read, Write};
use std::ops::Range;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A title or two may stand above the headings.
const TITLE_ROWS: u32 = 10;
/// Parts of a workbook: one of a thousand sheets has some 3,000.
const MOST_PARTS: usize = 10_000;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// What goes into a template.
#[derive(Debug)]
pub struct Filling<'a> {
    /// The sheet's name; `None`: the first that has all headings.
    pub sheet: Option<&'a str>,
    pub headings: &'a [String],
    /// Position of the heading under which the ids stand.
    pub id: usize,
    /// In our order: a value for each heading; an empty one leaves the cell as it is.
    pub rows: &'a [Vec<String>],
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Filled {
    pub bytes: Vec<u8>,
    pub sheet: String,
    /// Rows that were there and have our values now.
    pub filled: usize,
    /// Rows that were added, since the template had none.
    pub appended: usize,
    /// Ids of the template's rows for which there are no values, in its order.
    pub unknown: Vec<String>,
    /// Our ids that no row of the template has, in our order.
    pub absent: Vec<String>,
    /// The sheet has formulas, whose results a program has to compute anew.
    pub formulas: bool,
}

/// Why a template cannot be filled in.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("it is no whole .xlsx workbook; save the template as .xlsx, without a password")]
    NoWorkbook,
    #[error("it is over a limit of [limits] in rules/settings.toml: {0}")]
    Limit(String),
    #[error("{part} is damaged: {why}")]
    Damaged { part: String, why: String },
    #[error("it has no sheet \"{name}\"; there is {}", known.join(", "))]
    NoSheet { name: String, known: Vec<String> },
    #[error("no sheet has all headings of [template.columns] in its first {TITLE_ROWS} rows; missing in \"{sheet}\": {}", missing.join(", "))]
    NoHeadings { sheet: String, missing: Vec<String> },
    #[error("the heading \"{heading}\" stands twice, in columns {} and {}", letters(*.first), letters(*.second))]
    Twice { heading: String, first: u32, second: u32 },
    #[error("cell {cell} of \"{sheet}\" holds a formula; take its heading out of [template.columns]")]
    Formula { sheet: String, cell: String },
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// Fills the template in.
///
/// # Errors
/// See [`TemplateError`].
pub fn fill(bytes: &[u8], filling: &Filling<'_>, limits: &LimitSettings) -> Result<Filled, TemplateError> {
    let mut book = Book::open(bytes, limits)?;
    let (name, part, seen) = book.sheet(filling)?;
    let mut done = Filled {
        bytes: Vec::new(),
        sheet: name,
        filled: 0,
        appended: 0,
        unknown: Vec::new(),
        absent: Vec::new(),
        formulas: seen.formulas,
    };
    let edits = edits(&seen, filling, &mut done)?;
    done.bytes = book.copied(part, &edits)?;
    Ok(done)
}

struct Book<'a> {
    bytes: &'a [u8],
    zip: ZipArchive<Cursor<&'a [u8]>>,
    limits: &'a LimitSettings,
    /// Bytes that may still be unpacked.
    left: u64,
    strings: Vec<Box<str>>,
    /// Names and parts.
    sheets: Vec<(String, usize)>,
}

impl<'a> Book<'a> {
    fn open(bytes: &'a [u8], limits: &'a LimitSettings) -> Result<Self, TemplateError> {
        if bytes.len() as u64 > limits.max_table_bytes {
            return Err(TemplateError::Limit(format!("{} bytes, max_table_bytes", bytes.len())));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| TemplateError::NoWorkbook)?;
        if zip.has_duplicate_names() || zip.len() > MOST_PARTS {
            return Err(TemplateError::NoWorkbook);
        }
        let (strings, sheets) = (Vec::new(), Vec::new());
        let mut book = Self { bytes, zip, limits, left: limits.max_table_unpacked_bytes, strings, sheets };
        book.sheets = book.list()?;
        book.strings = book.shared_strings()?;
        Ok(book)
    }

    /// A part's place by its target, from the root or from the workbook's folder; some programs write other capitals.
    fn part(&self, target: &str) -> Option<usize> {
        let target = target.replace('\\', "/").to_lowercase();
        let tries = [format!("xl/{target}"), target.trim_start_matches('/').to_owned()];
        let name = |i| self.zip.name_for_index(i)?.ok().map(|n| n.replace('\\', "/").to_lowercase());
        tries.iter().find_map(|wanted| (0..self.zip.len()).find(|i| name(*i).as_deref() == Some(wanted.as_str())))
    }

    fn list(&mut self) -> Result<Vec<(String, usize)>, TemplateError> {
        let workbook = self.part("workbook.xml").ok_or(TemplateError::NoWorkbook)?;
        let mut named: Vec<(String, String)> = Vec::new();
        self.walk(workbook, |at| {
            if let Some((tag, _)) = at.tag().filter(|(tag, _)| is(tag, "sheet")) {
                named.push((attribute(tag, "name").unwrap_or_default(), attribute(tag, "id").unwrap_or_default()));
            }
            Ok(true)
        })?;
        let mut targets = BTreeMap::new();
        if let Some(relations) = self.part("_rels/workbook.xml.rels") {
            self.walk(relations, |at| {
                if let Some((tag, _)) = at.tag()
                    && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
                {
                    targets.insert(id, target);
                }
                Ok(true)
            })?;
        }
        Ok(named.into_iter().filter_map(|(name, id)| Some((name, self.part(targets.get(&id)?)?))).collect())
    }

    fn shared_strings(&mut self) -> Result<Vec<Box<str>>, TemplateError> {
        let Some(part) = self.part("sharedStrings.xml") else { return Ok(Vec::new()) };
        let (most, mut strings, mut text) = (self.limits.max_table_strings, Vec::new(), Text::default());
        self.walk(part, |at| {
            text.take(&at.event);
            let is_empty = at.tag().is_some_and(|(tag, empty)| empty && is(tag, "si"));
            if is_empty || at.ends("si") {
                if strings.len() >= most {
                    return Err(TemplateError::Limit(format!("over {most} shared strings, max_table_strings")));
                }
                strings.push(std::mem::take(&mut text).text.into_boxed_str());
            }
            Ok(true)
        })?;
        Ok(strings)
    }

    /// Goes through a part; `each` says whether it wants more.
    fn walk(
        &mut self,
        part: usize,
        mut each: impl FnMut(&At<'_>) -> Result<bool, TemplateError>,
    ) -> Result<(), TemplateError> {
        let entry = self.zip.by_index(part).map_err(|_| TemplateError::NoWorkbook)?;
        let name = entry.name().map_or_else(|_| String::new(), std::borrow::Cow::into_owned);
        // A character takes at most ten bytes, written as &#x10FFFF;
        let longest = self.limits.max_table_cell_chars.saturating_mul(10).max(1 << 16);
        let measured = Measured::new(entry, &mut self.left, longest);
        let mut input = BufReader::with_capacity(1 << 16, measured);
        let begins = matches!(input.fill_buf(), Ok(head) if head.starts_with(BOM));
        let base = if begins { BOM.len() as u64 } else { 0 };
        input.consume(if begins { BOM.len() } else { 0 });
        let mut xml = Reader::from_reader(input);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let from = base + xml.buffer_position();
            let event = match xml.read_event_into(&mut buffer) {
                Ok(Event::Eof) => return Ok(()),
                Ok(event) => event,
                Err(why) => {
                    return Err(match xml.get_ref().get_ref().over() {
                        Some(over) => limit(over),
                        None => TemplateError::Damaged { part: name, why: why.to_string() },
                    });
                }
            };
            let to = base + xml.buffer_position();
            if !each(&At { event, bytes: from..to })? {
                return Ok(());
            }
        }
    }

    /// The sheet that has all headings, with what stands where in it.
    fn sheet(&mut self, filling: &Filling<'_>) -> Result<(String, usize, Seen), TemplateError> {
        let wanted: Vec<(String, usize)> =
            self.sheets.iter().filter(|(name, _)| filling.sheet.is_none_or(|s| s == name)).cloned().collect();
        let mut nearest: Option<(String, Vec<String>)> = None;
        for (name, part) in wanted {
            match self.scan(part, filling)? {
                Scanned::Whole(seen) => return Ok((name, part, seen)),
                Scanned::Missing(missing) => {
                    if nearest.as_ref().is_none_or(|(_, least)| missing.len() < least.len()) {
                        nearest = Some((name, missing));
                    }
                }
            }
        }
        Err(match (nearest, filling.sheet) {
            (Some((sheet, missing)), _) => TemplateError::NoHeadings { sheet, missing },
            (None, name) => TemplateError::NoSheet {
                name: name.unwrap_or_default().to_owned(),
                known: self.sheets.iter().map(|(name, _)| name.clone()).collect(),
            },
        })
    }

    fn scan(&mut self, part: usize, filling: &Filling<'_>) -> Result<Scanned, TemplateError> {
        let strings = std::mem::take(&mut self.strings);
        let mut scan = Scan::new(filling, &strings, self.limits);
        let done = self.walk(part, |at| scan.take(at));
        let result = done.map(|()| scan.finish());
        self.strings = strings;
        result
    }

    /// The workbook again, with the edits in one part; every other part is copied as it is packed.
    fn copied(&mut self, part: usize, edits: &[Edit]) -> Result<Vec<u8>, TemplateError> {
        let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(self.bytes.len())));
        for i in 0..self.zip.len() {
            let damaged = |why: &dyn std::fmt::Display| TemplateError::Damaged {
                part: format!("part {}", i + 1),
                why: why.to_string(),
            };
            if i != part {
                let raw = self.zip.by_index_raw(i).map_err(|e| damaged(&e))?;
                out.raw_copy_file(raw).map_err(|e| damaged(&e))?;
                continue;
            }
            let entry = self.zip.by_index(i).map_err(|e| damaged(&e))?;
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(entry.last_modified().unwrap_or_default());
            let name = entry.name().map_err(|e| damaged(&e))?.into_owned();
            out.start_file(name, options).map_err(|e| damaged(&e))?;
            let mut measured = Measured::new(entry, &mut self.left, usize::MAX);
            if let Err(why) = spliced(&mut measured, edits, &mut out) {
                return Err(measured.over().map_or(TemplateError::Write(why), limit));
            }
        }
        Ok(out.finish().map_err(io::Error::other)?.into_inner())
    }
}

fn limit(over: Over) -> TemplateError {
    TemplateError::Limit(match over {
        Over::Unpacked => "more than max_table_unpacked_bytes when unpacked".to_owned(),
        Over::Text(longest) => format!("a text of over {longest} bytes, max_table_cell_chars"),
    })
}

/// A new text in place of these bytes of a part.
#[derive(Debug, PartialEq, Eq)]
struct Edit {
    bytes: Range<u64>,
    text: String,
}

/// Copies a part with its edits, which are in order and do not overlap.
fn spliced(from: &mut impl Read, edits: &[Edit], to: &mut impl Write) -> io::Result<()> {
    let mut at = 0;
    for edit in edits {
        let kept = edit.bytes.start - at;
        if io::copy(&mut from.by_ref().take(kept), to)? != kept {
            return Err(io::Error::other("the sheet changed while it was read"));
        }
        to.write_all(edit.text.as_bytes())?;
        io::copy(&mut from.by_ref().take(edit.bytes.end - edit.bytes.start), &mut io::sink())?;
        at = edit.bytes.end;
    }
    io::copy(from, to).map(drop)
}

/// One event, and its bytes in the part.
struct At<'b> {
    event: Event<'b>,
    bytes: Range<u64>,
}

impl At<'_> {
    /// A tag that begins, and whether it ends at once.
    fn tag(&self) -> Option<(&BytesStart<'_>, bool)> {
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

fn is(tag: &BytesStart<'_>, name: &str) -> bool {
    tag.local_name().as_ref() == name
}

/// An attribute by its name without prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().filter_map(Result::ok).find(|a| a.key.local_name().as_ref() == name)?;
    Some(
        quick_xml::escape::unescape(&found.value)
            .map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned),
    )
}

/// What stands in `t` and `v`, without what tells how it is pronounced.
#[derive(Default)]
struct Text {
    text: String,
    inside: bool,
    phonetic: bool,
}

impl Text {
    fn take(&mut self, event: &Event<'_>) {
        let wanted = self.inside && !self.phonetic;
        match event {
            Event::Start(tag) if is(tag, "t") || is(tag, "v") => self.inside = true,
            Event::Start(tag) if is(tag, "rPh") => self.phonetic = true,
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" | "v" => self.inside = false,
                "rPh" => self.phonetic = false,
                _ => {}
            },
            Event::Text(text) if wanted => self.text.push_str(text),
            Event::CData(text) if wanted => self.text.push_str(text),
            Event::GeneralRef(reference) if wanted => {
                let name: &str = reference;
                match reference.resolve_char_ref() {
                    Ok(Some(c)) => self.text.push(c),
                    _ => self.text.push_str(quick_xml::escape::resolve_xml_entity(name).unwrap_or_default()),
                }
            }
            _ => {}
        }
    }
}

/// What was seen of a sheet from its headings on.
#[derive(Debug, Default)]
struct Seen {
    /// Columns of the headings, in their order, from 0.
    columns: Vec<u32>,
    heading_row: u32,
    /// Rows below the headings.
    rows: Vec<SeenRow>,
    /// Where the rows end.
    end: u64,
    /// `x:` where the sheet's tags are written so.
    prefix: String,
    /// First and last column, and style.
    styles: Vec<(u32, u32, String)>,
    /// The value of the sheet's own word on its extent.
    dimension: Option<(Range<u64>, String)>,
    formulas: bool,
}

#[derive(Debug)]
struct SeenRow {
    number: u32,
    tag: Range<u64>,
    /// `<row …/>`
    closed: bool,
    /// First and last column that the row says it has, and where it says so.
    spans: Option<(Range<u64>, u32, u32)>,
    style: Option<String>,
    /// For each heading its cell, or where one is to be put.
    cells: Vec<Result<SeenCell, u64>>,
    /// What stands under the id's heading.
    id: String,
    /// Does a value stand in it that no formula computes?
    used: bool,
}

#[derive(Debug, Clone)]
struct SeenCell {
    bytes: Range<u64>,
    style: Option<String>,
    formula: bool,
}

enum Scanned {
    Whole(Seen),
    Missing(Vec<String>),
}

/// A sheet that is being gone through.
struct Scan<'s> {
    filling: &'s Filling<'s>,
    wanted: Vec<String>,
    strings: &'s [Box<str>],
    limits: &'s LimitSettings,
    seen: Seen,
    found: bool,
    missing: Vec<String>,
    row: Option<SeenRow>,
    number: u32,
    column: u32,
    /// Texts of a row that may be the one of the headings.
    heads: Vec<(u32, String)>,
    cell: Option<OpenCell>,
}

struct OpenCell {
    column: u32,
    from: u64,
    style: Option<String>,
    kind: String,
    formula: bool,
    text: Text,
}

impl<'s> Scan<'s> {
    fn new(filling: &'s Filling<'s>, strings: &'s [Box<str>], limits: &'s LimitSettings) -> Self {
        Self {
            filling,
            wanted: filling.headings.iter().map(|h| bare(h)).collect(),
            strings,
            limits,
            seen: Seen::default(),
            found: false,
            missing: filling.headings.to_vec(),
            row: None,
            number: 0,
            column: 0,
            heads: Vec::new(),
            cell: None,
        }
    }

    fn take(&mut self, at: &At<'_>) -> Result<bool, TemplateError> {
        if let Some(cell) = &mut self.cell {
            cell.text.take(&at.event);
        }
        if let Some((tag, empty)) = at.tag() {
            match tag.local_name().as_ref() {
                "dimension" => self.seen.dimension = value_at(tag, at, "ref"),
                "col" => {
                    let number = |name| attribute(tag, name).and_then(|v| v.parse::<u32>().ok());
                    if let (Some(min), Some(max), Some(style)) = (number("min"), number("max"), attribute(tag, "style"))
                        && self.seen.styles.len() < self.limits.max_table_columns as usize
                    {
                        self.seen.styles.push((min.saturating_sub(1), max.saturating_sub(1), style));
                    }
                }
                "row" => self.begin_row(tag, empty, at)?,
                "c" => self.begin_cell(tag, empty, at),
                "f" => {
                    self.seen.formulas = true;
                    self.cell.iter_mut().for_each(|c| c.formula = true);
                }
                _ => {}
            }
        }
        if at.ends("c") {
            self.end_cell(at.bytes.end);
        }
        if at.ends("row") {
            self.end_row(at.bytes.start)?;
        }
        if at.ends("sheetData") {
            self.seen.end = at.bytes.start;
            return Ok(false);
        }
        Ok(self.found || self.number <= TITLE_ROWS)
    }

    fn begin_row(&mut self, tag: &BytesStart<'_>, empty: bool, at: &At<'_>) -> Result<(), TemplateError> {
        self.number = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(self.number.saturating_add(1));
        if self.found && self.seen.rows.len() >= self.limits.max_table_rows as usize {
            return Err(TemplateError::Limit(format!("over {} rows, max_table_rows", self.limits.max_table_rows)));
        }
        self.column = 0;
        self.heads.clear();
        let name = tag.name();
        let name: &str = name.as_ref();
        name.strip_suffix("row").unwrap_or_default().clone_into(&mut self.seen.prefix);
        let custom = attribute(tag, "customFormat").is_some_and(|v| v == "1" || v == "true");
        let spans = value_at(tag, at, "spans").and_then(|(bytes, value)| {
            let (from, to) = value.split_once(':')?;
            Some((bytes, from.parse().ok()?, to.parse().ok()?))
        });
        self.row = Some(SeenRow {
            number: self.number,
            tag: at.bytes.clone(),
            closed: empty,
            spans,
            style: attribute(tag, "s").filter(|_| custom),
            cells: vec![Err(u64::MAX); if self.found { self.seen.columns.len() } else { 0 }],
            id: String::new(),
            used: false,
        });
        if empty {
            self.end_row(at.bytes.end - 2)?;
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>, empty: bool, at: &At<'_>) {
        let given = attribute(tag, "r").and_then(|r| column_of(&r));
        let column = given.unwrap_or(self.column);
        self.column = column.saturating_add(1);
        if let Some(row) = &mut self.row {
            for (place, wanted) in row.cells.iter_mut().zip(&self.seen.columns) {
                // A cell that is missing goes before the first one to its right.
                if matches!(place, Err(u64::MAX)) && column > *wanted {
                    *place = Err(at.bytes.start);
                }
            }
        }
        self.cell = Some(OpenCell {
            column,
            from: at.bytes.start,
            style: attribute(tag, "s"),
            kind: attribute(tag, "t").unwrap_or_default(),
            formula: false,
            text: Text::default(),
        });
        if empty {
            self.end_cell(at.bytes.end);
        }
    }

    fn end_cell(&mut self, to: u64) {
        let Some(cell) = self.cell.take() else { return };
        let text = self.said(&cell);
        if !self.found {
            if (self.heads.len() as u64) < u64::from(self.limits.max_table_columns) {
                self.heads.push((cell.column, text));
            }
            return;
        }
        let Some(row) = &mut self.row else { return };
        row.used |= !cell.formula && !text.trim().is_empty();
        // Two headings never share a column.
        if let Some(i) = self.seen.columns.iter().position(|c| *c == cell.column) {
            row.cells[i] = Ok(SeenCell { bytes: cell.from..to, style: cell.style.clone(), formula: cell.formula });
            if i == self.filling.id {
                text.trim().clone_into(&mut row.id);
            }
        }
    }

    /// What a cell says, as a text.
    fn said(&self, cell: &OpenCell) -> String {
        let raw = &cell.text.text;
        match cell.kind.as_str() {
            "s" => raw
                .trim()
                .parse::<usize>()
                .ok()
                .and_then(|i| self.strings.get(i))
                .map_or_else(String::new, ToString::to_string),
            // 15 digits are kept; a longer number is not what was typed.
            "" | "n" => match raw.trim().parse::<f64>() {
                Ok(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
                _ => raw.clone(),
            },
            _ => raw.clone(),
        }
    }

    fn end_row(&mut self, end: u64) -> Result<(), TemplateError> {
        let Some(mut row) = self.row.take() else { return Ok(()) };
        if self.found {
            for place in &mut row.cells {
                if matches!(place, Err(u64::MAX)) {
                    *place = Err(end);
                }
            }
            self.seen.rows.push(row);
            return Ok(());
        }
        let mut columns = Vec::new();
        let mut missing = Vec::new();
        for (heading, wanted) in self.filling.headings.iter().zip(&self.wanted) {
            let mut there = self.heads.iter().filter(|(_, text)| bare(text) == *wanted).map(|(column, _)| *column);
            match (there.next(), there.next()) {
                (Some(first), Some(second)) => {
                    return Err(TemplateError::Twice { heading: heading.clone(), first, second });
                }
                (Some(column), None) => columns.push(column),
                (None, _) => missing.push(heading.clone()),
            }
        }
        if missing.is_empty() {
            self.found = true;
            (self.seen.columns, self.seen.heading_row) = (columns, row.number);
        } else if missing.len() < self.missing.len() {
            self.missing = missing;
        }
        Ok(())
    }

    fn finish(self) -> Scanned {
        if self.found && self.seen.end > 0 { Scanned::Whole(self.seen) } else { Scanned::Missing(self.missing) }
    }
}

/// A heading without what marks it as required.
fn bare(text: &str) -> String {
    normalise(text).replace("(必填)", "").trim_matches(['*', '★', '☆', '※', ':']).to_owned()
}

/// An attribute's value with its bytes in the part, as it is written.
fn value_at(tag: &BytesStart<'_>, at: &At<'_>, name: &str) -> Option<(Range<u64>, String)> {
    let written: &str = tag;
    let found = tag.attributes().filter_map(Result::ok).find(|a| a.key.as_ref() == name)?;
    let value: &str = &found.value;
    let quoted = [format!("{name}=\"{value}\""), format!("{name}='{value}'")];
    let start = quoted.iter().find_map(|q| written.find(q.as_str()))? + name.len() + 2;
    // The tag's text begins behind its `<`.
    let from = at.bytes.start + 1 + start as u64;
    Some((from..from + value.len() as u64, value.to_owned()))
}

/// `C5` → 2.
fn column_of(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    (1..=3).contains(&letters).then(|| {
        reference.bytes().take(letters).fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1) - 1
    })
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

/// All changes to the sheet, in order of their places.
fn edits(seen: &Seen, filling: &Filling<'_>, done: &mut Filled) -> Result<Vec<Edit>, TemplateError> {
    let ours: HashMap<&str, &Vec<String>> = filling.rows.iter().map(|r| (r[filling.id].as_str(), r)).collect();
    let mut edits = Vec::new();
    if seen.rows.iter().any(|r| !r.id.is_empty()) {
        let mut met = BTreeSet::new();
        for row in seen.rows.iter().filter(|r| !r.id.is_empty()) {
            match ours.get(row.id.as_str()) {
                Some(values) => {
                    done.filled += 1;
                    met.insert(row.id.as_str());
                    edit_row(seen, row, values, Some(filling.id), done, &mut edits)?;
                }
                None => done.unknown.push(row.id.clone()),
            }
        }
        let absent = filling.rows.iter().map(|r| &r[filling.id]).filter(|id| !met.contains(id.as_str()));
        done.absent = absent.cloned().collect();
    } else {
        append(seen, filling, done, &mut edits)?;
    }
    edits.sort_by_key(|e: &Edit| (e.bytes.start, e.bytes.end));
    Ok(edits)
}

/// Our rows below the last one that holds anything: into the empty rows that are there, which keep their formats, then
/// into new ones.
fn append(seen: &Seen, filling: &Filling<'_>, done: &mut Filled, edits: &mut Vec<Edit>) -> Result<(), TemplateError> {
    let last_used = seen.rows.iter().filter(|r| r.used).map(|r| r.number).max();
    let first = last_used.unwrap_or(0).max(seen.heading_row) + 1;
    let by_number: BTreeMap<u32, &SeenRow> = seen.rows.iter().map(|r| (r.number, r)).collect();
    let model = by_number.range(first..).next().map(|(_, row)| *row);
    for (number, values) in (first..).zip(filling.rows) {
        done.appended += 1;
        if let Some(row) = by_number.get(&number) {
            edit_row(seen, row, values, None, done, edits)?;
            continue;
        }
        let mut cells: Vec<(u32, String)> = Vec::new();
        for ((i, column), value) in seen.columns.iter().enumerate().zip(values) {
            if !value.is_empty() {
                let style = model.and_then(|m| m.cells[i].as_ref().ok()).map(|c| c.style.clone());
                let style = style.unwrap_or_else(|| seen.style(*column));
                cells.push((*column, seen.cell(*column, number, style.as_deref(), value)));
            }
        }
        cells.sort_by_key(|(column, _)| *column);
        let cells: String = cells.into_iter().map(|(_, cell)| cell).collect();
        let at = by_number.range(number..).next().map_or(seen.end, |(_, next)| next.tag.start);
        let p = &seen.prefix;
        edits.push(Edit { bytes: at..at, text: format!("<{p}row r=\"{number}\">{cells}</{p}row>") });
    }
    let last = first.saturating_add(u32::try_from(filling.rows.len()).unwrap_or(u32::MAX)).saturating_sub(1);
    edits.extend(seen.extent(last));
    Ok(())
}

/// The values of one row; `but` is a heading whose cell stays.
fn edit_row(
    seen: &Seen,
    row: &SeenRow,
    values: &[String],
    but: Option<usize>,
    done: &Filled,
    edits: &mut Vec<Edit>,
) -> Result<(), TemplateError> {
    let mut new: BTreeMap<u64, Vec<(u32, String)>> = BTreeMap::new();
    for ((i, column), value) in seen.columns.iter().enumerate().zip(values) {
        if value.is_empty() || but == Some(i) {
            continue;
        }
        match &row.cells[i] {
            Ok(cell) if cell.formula => {
                return Err(TemplateError::Formula {
                    sheet: done.sheet.clone(),
                    cell: format!("{}{}", letters(*column), row.number),
                });
            }
            Ok(cell) => edits.push(Edit {
                bytes: cell.bytes.clone(),
                text: seen.cell(*column, row.number, cell.style.as_deref(), value),
            }),
            Err(at) => {
                let style = row.style.clone().or_else(|| seen.style(*column));
                new.entry(*at).or_default().push((*column, seen.cell(*column, row.number, style.as_deref(), value)));
            }
        }
    }
    if let (Some((bytes, from, to)), false) = (&row.spans, new.is_empty()) {
        let columns = || new.values().flatten().map(|(column, _)| column + 1);
        let wide = (columns().min().unwrap_or(*from).min(*from), columns().max().unwrap_or(*to).max(*to));
        if wide != (*from, *to) {
            edits.push(Edit { bytes: bytes.clone(), text: format!("{}:{}", wide.0, wide.1) });
        }
    }
    for (at, mut cells) in new {
        cells.sort_by_key(|(column, _)| *column);
        let cells: String = cells.into_iter().map(|(_, cell)| cell).collect();
        edits.push(if row.closed {
            // `/>` becomes `>…</row>`.
            Edit { bytes: at..at + 2, text: format!(">{cells}</{}row>", seen.prefix) }
        } else {
            Edit { bytes: at..at, text: cells }
        });
    }
    Ok(())
}

impl Seen {
    /// A text cell: neither a formula nor a number, whatever it says. It needs no other part of the workbook.
    fn cell(&self, column: u32, row: u32, style: Option<&str>, value: &str) -> String {
        let p = &self.prefix;
        let style = style.map_or_else(String::new, |s| format!(" s=\"{}\"", escape(s)));
        format!(
            "<{p}c r=\"{}{row}\"{style} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is></{p}c>",
            letters(column),
            escape(spelled(value))
        )
    }

    /// The style of a column's cells that have none.
    fn style(&self, column: u32) -> Option<String> {
        self.styles.iter().find(|(from, to, _)| (*from..=*to).contains(&column)).map(|(_, _, style)| style.clone())
    }

    /// The sheet's own word on its extent, which some programs believe, if rows go beyond it.
    fn extent(&self, last: u32) -> Option<Edit> {
        let (bytes, value) = self.dimension.as_ref()?;
        let (from, to) = value.split_once(':').unwrap_or((value, value));
        let (column, row) =
            (column_of(to)?, to.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok()?);
        let widest = self.columns.iter().copied().max()?.max(column);
        (last > row || widest > column)
            .then(|| Edit { bytes: bytes.clone(), text: format!("{from}:{}{}", letters(widest), last.max(row)) })
    }
}

/// A text as a cell takes it: nothing that acts, nothing that XML forbids, and no `_x0041_`, which Excel would read as
/// a character.
fn spelled(value: &str) -> String {
    let text = visible(value).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_code = |code: &str| {
            code.len() == 7
                && code.starts_with("_x")
                && code.ends_with('_')
                && code[2..6].bytes().all(|b| b.is_ascii_hexdigit())
        };
        if c == '_' && text.get(at..at + 7).is_some_and(is_code) {
            // Writing to a string never fails.
            let _ = write!(out, "_x005F");
        }
        out.push(c);
    }
    out
}
