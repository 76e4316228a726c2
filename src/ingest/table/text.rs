//! From delimited text (commas, tabs, semicolons, bars) to rows. The separator is the one under which a header is
//! found.
//! A bad byte costs its cell; a quote that is never closed costs its line, and what it swallowed is read again without
//! it.

use super::row::{Cell, Outside, Read, Row, Rows, Tellings, unprotected};
use crate::ingest::encoding::{Encoded, is_whole};
use crate::vocabulary::settings::LimitSettings;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

pub(in crate::ingest) const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Reads a whole text table.
pub(super) fn read(encoded: &Encoded<'_>, limits: &LimitSettings, rows: &mut Rows<'_>) -> Read {
    let delimiter = delimiter(encoded, limits, rows.is_header);
    let mut records = Records::new(encoded, delimiter, limits.max_table_columns as usize);
    let mut outside = Outside::default();
    let mut told = Tellings::default();
    while let Some(record) = records.next() {
        if let Some(why) = record.fault {
            told.push(record.line, why);
        }
        if record.line > limits.max_table_rows as usize {
            if record.fields.iter().any(|f| !f.trim().is_empty()) {
                outside.note(record.line, || format!("第 {} 行起的内容", record.line));
            }
            continue;
        }
        let cells =
            record.fields.iter().enumerate().map(|(at, text)| cell(text, record.line, at, limits, &mut told)).collect();
        if !rows.push(Row { number: record.line, cells }) {
            break;
        }
    }
    outside.tell(limits, &mut told);
    Read { encoding: encoded.name, told: told.finish() }
}

fn cell(text: &str, line: usize, at: usize, limits: &LimitSettings, told: &mut Tellings) -> Cell {
    let mut bad = |why: &str| told.push(line, format!("第 {} 列{why}，该格按无法读取处理", at + 1));
    if text.chars().nth(limits.max_table_cell_chars).is_some() {
        bad(&format!("超过 {} 个字符", limits.max_table_cell_chars));
        return Cell { text: text.chars().take(50).collect::<String>() + "…", imprecise: true, from_1904: false };
    }
    let imprecise = !is_whole(text) || text.contains('\0');
    if imprecise {
        bad("有无法识别的字节（编码损坏）");
    }
    Cell { text: unprotected(text).replace('\0', "\u{fffd}"), imprecise, from_1904: false }
}

/// The separator under which one of the first rows is a header, with most cells; a comma if none is.
fn delimiter(encoded: &Encoded<'_>, limits: &LimitSettings, is_header: &dyn Fn(&[Cell]) -> bool) -> u8 {
    let cells_of_header = |delimiter: u8| {
        let mut cells = 0;
        let mut each = |row: Row| cells = if cells == 0 { row.cells.len() } else { cells };
        let mut rows = Rows { is_header, each: &mut each, titles: 0, found: false };
        let mut records = Records::new(encoded, delimiter, limits.max_table_columns as usize);
        while let Some(record) = records.next() {
            let row = Row {
                number: record.line,
                cells: record.fields.into_iter().map(|t| Cell::new(unprotected(&t))).collect(),
            };
            if !rows.push(row) || rows.found {
                break;
            }
        }
        cells
    };
    DELIMITERS.into_iter().rev().max_by_key(|d| cells_of_header(*d)).unwrap_or(b',')
}

/// One record of a text table.
pub(in crate::ingest) struct Record {
    /// Its first line in the file, from 1.
    pub line: usize,
    pub fields: Vec<String>,
    /// What is wrong with it as a whole.
    pub fault: Option<String>,
}

/// Cuts a text into records, before it is decoded.
pub(in crate::ingest) struct Records<'a> {
    encoded: &'a Encoded<'a>,
    at: usize,
    line: usize,
    delimiter: u8,
    quoted: Reader,
    plain: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// Cells of the widest sound record so far: what a line of this table looks like.
    width: usize,
    /// Open quotes that are still looked into: a file of nothing else must not be read over and over.
    patience: usize,
}

/// Bytes of one record.
const LONGEST_RECORD: usize = 1 << 20;
const MOST_OPEN_QUOTES: usize = 1000;

impl<'a> Records<'a> {
    /// `columns`: cells of a row, at most.
    pub fn new(encoded: &'a Encoded<'a>, delimiter: u8, columns: usize) -> Self {
        let reader = |quoting| ReaderBuilder::new().delimiter(delimiter).quoting(quoting).build();
        let ends = vec![0; columns + 1];
        Self {
            encoded,
            at: 0,
            line: 1,
            delimiter,
            quoted: reader(true),
            plain: reader(false),
            output: Vec::new(),
            ends,
            width: 0,
            patience: MOST_OPEN_QUOTES,
        }
    }

    /// The next record that is no empty line.
    pub fn next(&mut self) -> Option<Record> {
        self.skip_blank_lines();
        let rest = &self.encoded.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        let first_line = &rest[..rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len())];
        let whole = if self.patience > 0 { self.cut(rest, true) } else { Cut::Open };
        match whole {
            Cut::Record { bytes, fields } if !self.swallowed(&rest[..bytes], fields) => {
                self.width = self.width.max(fields);
                let fields = self.fields(fields);
                Some(self.step(bytes, fields, None))
            }
            Cut::TooManyCells => Some(self.step(
                first_line.len(),
                Vec::new(),
                Some(format!("超过 {} 格，整行未被使用", self.ends.len() - 1)),
            )),
            // A line as long as a book, or one whose quote swallows those after it: it is read without quotes.
            Cut::TooLong | Cut::Open | Cut::Record { .. } => Some(self.without_quotes(first_line)),
        }
    }

    fn skip_blank_lines(&mut self) {
        let rest = &self.encoded.bytes[self.at..];
        let blank = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        self.line += line_ends(&rest[..blank]);
        self.at += blank;
    }

    fn step(&mut self, bytes: usize, fields: Vec<String>, fault: Option<String>) -> Record {
        let line = self.line;
        let mut end = self.at + bytes;
        // A record is cut between the two bytes of a Windows line end.
        if bytes > 0 && self.encoded.bytes[end - 1] == b'\r' && self.encoded.bytes.get(end) == Some(&b'\n') {
            end += 1;
        }
        self.line += line_ends(&self.encoded.bytes[self.at..end]);
        self.at = end;
        Record { line, fields, fault }
    }

    fn cut(&mut self, input: &[u8], quoting: bool) -> Cut {
        let reader = if quoting { &mut self.quoted } else { &mut self.plain };
        reader.reset();
        if self.output.is_empty() {
            self.output = vec![0; LONGEST_RECORD];
        }
        let (mut read, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, r, w, f) =
                reader.read_record(&input[read..], &mut self.output[written..], &mut self.ends[fields..]);
            (read, written, fields) = (read + r, written + w, fields + f);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => return Cut::TooLong,
                ReadRecordResult::OutputEndsFull => return Cut::TooManyCells,
                ReadRecordResult::Record | ReadRecordResult::End if fields == self.ends.len() => {
                    return Cut::TooManyCells;
                }
                ReadRecordResult::Record | ReadRecordResult::End => return Cut::Record { bytes: read, fields },
            }
        }
    }

    fn fields(&self, count: usize) -> Vec<String> {
        let mut begin = 0;
        let piece = |end: &usize| {
            let piece = self.encoded.text(&self.output[begin..*end]).into_owned();
            begin = *end;
            piece
        };
        self.ends[..count].iter().map(piece).collect()
    }

    /// Does this record hold lines that are records themselves? Then a quote was opened and not closed where it should
    /// be.
    fn swallowed(&self, record: &[u8], fields: usize) -> bool {
        let record = record.trim_ascii_end();
        let odd = record.iter().filter(|b| **b == b'"').count() % 2 == 1;
        if !record.iter().any(|b| matches!(b, b'\n' | b'\r')) {
            return odd && fields < self.width;
        }
        // A cell of several lines may hold commas; that one of its lines holds as many as a whole row is no accident.
        let like_a_row =
            |line: &[u8]| self.width >= 4 && line.iter().filter(|b| **b == self.delimiter).count() + 1 >= self.width;
        odd || record.split(|b| matches!(b, b'\n' | b'\r')).skip(1).any(like_a_row)
    }

    /// One line by itself, its quotes taken for marks like others. With another number of cells than the table's lines
    /// it is not used.
    fn without_quotes(&mut self, line: &[u8]) -> Record {
        let told = if self.patience == 0 {
            "引号不成对"
        } else {
            "有未成对的引号，其后各行已按行重新读取"
        };
        self.patience = self.patience.saturating_sub(1);
        let fields = match self.cut(line, false) {
            Cut::Record { fields, .. } => fields,
            Cut::TooLong => {
                return self.step(line.len(), Vec::new(), Some(format!("超过 {LONGEST_RECORD} 字节，整行未被使用")));
            }
            Cut::TooManyCells | Cut::Open => {
                return self.step(line.len(), Vec::new(), Some(format!("{told}；格数过多，整行未被使用")));
            }
        };
        let quoted = line.contains(&b'"');
        if self.width > 0 && fields != self.width && quoted {
            return self.step(
                line.len(),
                Vec::new(),
                Some(format!("{told}；本行有 {fields} 格，与表头的 {} 列不符，整行未被使用", self.width)),
            );
        }
        self.width = self.width.max(fields);
        let place = self.fields(fields).iter().position(|f| f.contains('"')).map_or(1, |i| i + 1);
        let unquoted = |f: String| f.trim().trim_matches('"').replace("\"\"", "\"");
        let fields: Vec<String> = self.fields(fields).into_iter().map(unquoted).collect();
        let fault = quoted.then(|| format!("第 {place} 列{told}"));
        self.step(line.len(), fields, fault)
    }
}

enum Cut {
    Record { bytes: usize, fields: usize },
    TooLong,
    TooManyCells,
    Open,
}

/// Line ends of all three kinds.
fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().enumerate().filter(|(i, b)| **b == b'\n' || (**b == b'\r' && bytes.get(i + 1) != Some(&b'\n'))).count()
}
