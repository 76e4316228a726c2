//! From the rows of `submissions.csv` and `flags.csv` to one workbook for Excel: the same columns and values, ids in
//! words, with colours, filters and links to the evidence, laid out to be printed.
//! Computes counts and widths only; a text stays a text cell, whatever it looks like.

use super::cell::plain;
use super::columns::{Column, Kind, Words};
use super::field_words;
use super::flags_csv::FlagRow;
use super::submissions_csv::{DRAWN, SubmissionRow};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::waiver::Decided;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Url, Workbook, Worksheet,
    XlsxError,
};
use std::collections::BTreeMap;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

/// Name of the workbook in a run's folder.
pub const FILE: &str = "预审结果.xlsx";
/// Most links on a sheet; Excel's own limit is 65,530. Further flags have no link.
const LINKS: u32 = 65_000;
/// Widest column, in Excel's characters (a Han character takes two); longer texts are wrapped.
const WIDEST: usize = 60;
/// Narrowest column to which that is brought down where a page has too many.
const NARROWEST: usize = 8;
/// Widths of the printed columns together: a landscape A4 page has 150 at full size, so that print is two thirds of it.
const PAGE: usize = 220;
/// What a column of sentences gets of it at least, if its texts need as much.
const LONG: usize = 44;
/// Height of a line, in points; and of the highest row, which is Excel's.
const LINE: f64 = 15.0;
const HIGHEST: f64 = 409.0;
/// Excel's number of the paper A4.
const A4: u8 = 9;
/// Head of the links to what was cut out.
const CROP: &str = "截图";

/// What the sheet of statistics counts.
#[derive(Default)]
struct Counts {
    verdicts: BTreeMap<String, u32>,
    /// Submissions drawn for a spot check, and those of them on which nobody has decided.
    drawn: (u32, u32),
    /// Rule → flags by severity (reject, review, note).
    rules: BTreeMap<String, [u32; 3]>,
    /// Occupation, level → submissions, and those of them proposed for passing.
    table: BTreeMap<(String, String), (u32, u32)>,
}

/// A workbook that is being written.
pub struct Sheets {
    book: Workbook,
    submissions: Table,
    flags: Table,
    counts: Counts,
    /// The rules' Chinese titles by id.
    titles: BTreeMap<String, String>,
    /// Number of links to evidence so far.
    links: u32,
}

/// A sheet that is being written.
struct Table {
    sheet: Worksheet,
    /// The CSV file's columns, in its order.
    names: Vec<&'static str>,
    /// The sheet's columns, in its order.
    columns: Vec<Placed>,
    widths: Vec<usize>,
    /// Widths of each row's texts, of which its height follows once the columns' widths are known.
    texts: Vec<Vec<u16>>,
    /// How many of them are printed.
    printed: usize,
    rows: u32,
}

/// One column of a sheet.
struct Placed {
    head: &'static str,
    kind: Kind,
    long: bool,
    /// Place in the CSV file; `None`: links.
    from: Option<usize>,
    /// Said in words.
    words: Option<Words>,
}

/// The columns of a sheet: what is printed, then links, then what is only looked up, ids of words last.
fn placed<Row>(columns: &[Column<Row>], links: bool) -> (Vec<Placed>, usize) {
    let of = |aside: bool| {
        columns.iter().enumerate().filter(move |(_, c)| c.aside == aside).map(|(from, c)| Placed {
            head: c.zh,
            kind: c.kind,
            long: c.long,
            from: Some(from),
            words: c.words,
        })
    };
    let mut all: Vec<Placed> = of(false).collect();
    let printed = all.len();
    all.extend(links.then_some(Placed { head: CROP, kind: Kind::Text, long: false, from: None, words: None }));
    all.extend(of(true));
    all.extend(columns.iter().enumerate().filter_map(|(from, c)| {
        c.words.map(|words| Placed { head: words.ids(), kind: Kind::Text, long: false, from: Some(from), words: None })
    }));
    (all, printed)
}

impl Sheets {
    /// `titles` are the rules' Chinese titles by id.
    ///
    /// # Errors
    /// Only if the library refuses its own limits.
    pub fn start(titles: BTreeMap<String, String>) -> io::Result<Self> {
        let mut book = Workbook::new();
        // The same bytes whenever it is written: no clock.
        let day = ExcelDateTime::from_ymd(2024, 1, 1).map_err(io::Error::other)?;
        book.set_properties(&DocProperties::new().set_title("预审结果").set_creation_datetime(&day));
        let submissions = Table::start("申报", SubmissionRow::COLUMNS, false).map_err(io::Error::other)?;
        let flags = Table::start("问题", FlagRow::COLUMNS, true).map_err(io::Error::other)?;
        Ok(Self { book, submissions, flags, counts: Counts::default(), titles, links: 0 })
    }

    /// Adds a row of `submissions.csv`, cell by cell as in the file.
    ///
    /// # Errors
    /// If it exceeds Excel's limits for rows or texts.
    pub fn submission(&mut self, row: &[&str]) -> io::Result<()> {
        let said = |column: &str| self.submissions.value(row, column);
        let verdict = said("verdict");
        *self.counts.verdicts.entry(verdict.to_owned()).or_default() += 1;
        let drawn = said("spot_check") == DRAWN;
        self.counts.drawn.0 += u32::from(drawn);
        self.counts.drawn.1 += u32::from(drawn && said("decision").is_empty());
        let cell = self.counts.table.entry((said("occupation").to_owned(), said("level").to_owned())).or_default();
        *cell = (cell.0 + 1, cell.1 + u32::from(verdict == "pass"));
        self.submissions.add(row, &colours(verdict), &self.titles).map_err(io::Error::other)
    }

    /// Does a row of `flags.csv` flag a batch itself, and no submission?
    pub fn flags_batch(&self, row: &[&str]) -> bool {
        self.flags.value(row, "submission_id").is_empty()
    }

    /// Adds a row of `flags.csv`, with the path of its crop relative to the workbook.
    ///
    /// # Errors
    /// As [`Sheets::submission`].
    pub fn flag(&mut self, row: &[&str], crop: Option<&str>) -> io::Result<()> {
        let said = |column: &str| self.flags.value(row, column);
        let severity = said("severity");
        let by = self.counts.rules.entry(said("rule").to_owned()).or_default();
        match severity {
            "reject" => by[0] += 1,
            "review" => by[1] += 1,
            _ => by[2] += 1,
        }
        self.flags.add(row, &colours(severity), &self.titles).map_err(io::Error::other)?;
        let place = self.flags.columns.iter().position(|c| c.from.is_none()).map(column);
        if let Some((crop, place)) = crop.filter(|_| self.links < LINKS).zip(place) {
            self.links += 1;
            // Excel keeps a relative path relative: workbook and crops are both in the run's folder.
            let url = Url::new(format!("file:///{crop}")).set_text("查看");
            self.flags.sheet.write_url(self.flags.rows, place, url).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Writes the whole workbook.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self, out: &mut impl Write) -> io::Result<()> {
        let Self { mut book, submissions, flags, counts, titles, .. } = self;
        let statistics = counts.sheet(&titles).map_err(io::Error::other)?;
        book.push_worksheet(submissions.finish().map_err(io::Error::other)?);
        book.push_worksheet(flags.finish().map_err(io::Error::other)?);
        book.push_worksheet(statistics);
        out.write_all(&book.save_to_buffer().map_err(io::Error::other)?)
    }
}

impl Table {
    /// A sheet with a head for each column.
    fn start<Row>(name: &str, columns: &[Column<Row>], links: bool) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 1)?;
        let names = columns.iter().map(|c| c.name).collect();
        let (columns, printed) = placed(columns, links);
        let mut widths = Vec::new();
        for (place, head) in columns.iter().map(|c| c.head).enumerate() {
            sheet.write_string_with_format(0, column(place), head, &head_format())?;
            // Two characters and a margin for the filter's arrow.
            widths.push(head.width() + 3);
        }
        Ok(Self { sheet, names, columns, widths, texts: Vec::new(), printed, rows: 0 })
    }

    /// The value of one column in a row of the CSV file.
    fn value<'r>(&self, row: &[&'r str], column: &str) -> &'r str {
        self.names.iter().zip(row).find(|(name, _)| **name == column).map_or("", |(_, cell)| plain(cell))
    }

    /// A row of the CSV file; `colours` are those of its coloured columns.
    fn add(&mut self, row: &[&str], colours: &Format, titles: &BTreeMap<String, String>) -> Result<(), XlsxError> {
        self.rows += 1;
        let body = body_format();
        let mut texts = vec![0; self.columns.len()];
        for (place, Placed { kind, from, words, .. }) in self.columns.iter().enumerate() {
            let Some(value) = from.and_then(|from| row.get(from)).map(|cell| plain(cell)) else { continue };
            let text = words.map_or_else(|| value.to_owned(), |w| in_words(w, value, titles));
            let format = if *kind == Kind::Coloured { colours } else { &body };
            texts[place] = u16::try_from(text.width()).unwrap_or(u16::MAX);
            self.widths[place] = self.widths[place].max(text.width() + 2).min(WIDEST);
            match text.parse::<f64>() {
                Ok(number) if *kind == Kind::Number => {
                    self.sheet.write_number_with_format(self.rows, column(place), number, format)?
                }
                _ if text.is_empty() => self.sheet.write_blank(self.rows, column(place), format)?,
                _ => self.sheet.write_string_with_format(self.rows, column(place), text, format)?,
            };
        }
        self.texts.push(texts);
        Ok(())
    }

    /// Widths of the columns: those that are printed are as wide as a page has room for.
    fn fitted(&self) -> Vec<usize> {
        let columns = || self.columns.iter().zip(&self.widths).take(self.printed);
        let sum = |most: usize| -> usize { columns().map(|(c, w)| *w.min(if c.long { &LONG } else { &most })).sum() };
        let most = (NARROWEST..=WIDEST).rev().find(|most| sum(*most) <= PAGE).unwrap_or(NARROWEST);
        let longs = columns().filter(|(c, _)| c.long).count().max(1);
        let left = PAGE.saturating_sub(sum(most)) / longs;
        let width = |(place, (c, width)): (usize, (&Placed, &usize))| match c {
            _ if place >= self.printed => *width,
            Placed { long: true, .. } => *width.min(&(LONG + left)),
            _ => *width.min(&most),
        };
        self.columns.iter().zip(&self.widths).enumerate().map(width).collect()
    }

    fn finish(mut self) -> Result<Worksheet, XlsxError> {
        let last = column(self.widths.len().saturating_sub(1));
        self.sheet.autofilter(0, 0, self.rows, last)?;
        let widths = self.fitted();
        for (place, width) in widths.iter().enumerate() {
            self.sheet.set_column_width(column(place), *width as f64)?;
        }
        // Not every program makes a row as high as its texts when it opens the file.
        for (row, texts) in (1..).zip(&self.texts) {
            let lines = texts.iter().zip(&widths).map(|(text, width)| usize::from(*text).div_ceil(width - 1)).max();
            if let Some(lines) = lines.filter(|n| *n > 1) {
                self.sheet.set_row_height(row, (lines as f64 * LINE).min(HIGHEST))?;
            }
        }
        self.sheet.ignore_error_range(0, 0, self.rows, last, IgnoreError::NumberStoredAsText)?;
        on_paper(&mut self.sheet)?;
        self.sheet.set_landscape().set_repeat_rows(0, 0)?;
        self.sheet.set_print_area(0, 0, self.rows, column(self.printed.saturating_sub(1)))?;
        Ok(self.sheet)
    }
}

impl Counts {
    fn sheet(self, titles: &BTreeMap<String, String>) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name("统计")?;
        let (head, body) = (head_format(), body_format());
        let mut row = 0;
        let heading = |sheet: &mut Worksheet, row: u32, heads: &[&str]| -> Result<(), XlsxError> {
            for (place, text) in heads.iter().enumerate() {
                sheet.write_string_with_format(row, column(place), *text, &head)?;
            }
            Ok(())
        };
        heading(&mut sheet, row, &["结论", "份数"])?;
        for (code, name) in [("pass", "建议通过"), ("review", "需人工复核"), ("reject", "建议驳回")] {
            row += 1;
            sheet.write_string_with_format(row, 0, name, &colours(code))?;
            sheet.write_number_with_format(row, 1, self.verdicts.get(code).copied().unwrap_or_default(), &body)?;
        }
        if self.drawn.0 > 0 {
            for (name, n) in [("抽检", self.drawn.0), ("其中尚未抽检", self.drawn.1)] {
                row += 1;
                sheet.write_string_with_format(row, 0, name, &body)?;
                sheet.write_number_with_format(row, 1, n, &body)?;
            }
        }
        row += 2;
        heading(&mut sheet, row, &["问题", "建议驳回", "需人工复核", "提示", "规则代码"])?;
        let mut rules: Vec<_> = self.rules.into_iter().collect();
        rules.sort_by(|a, b| b.1.iter().sum::<u32>().cmp(&a.1.iter().sum()).then_with(|| a.0.cmp(&b.0)));
        for (rule, by) in rules {
            row += 1;
            sheet.write_string_with_format(row, 0, in_words(Words::Rule, &rule, titles), &body)?;
            for (place, n) in by.into_iter().enumerate() {
                sheet.write_number_with_format(row, column(place + 1), n, &body)?;
            }
            sheet.write_string_with_format(row, 4, &rule, &body)?;
        }
        row += 2;
        heading(&mut sheet, row, &["职业", "级别", "份数", "建议通过"])?;
        for ((occupation, level), (all, passed)) in self.table {
            row += 1;
            sheet.write_string_with_format(row, 0, &occupation, &body)?;
            sheet.write_string_with_format(row, 1, &level, &body)?;
            sheet.write_number_with_format(row, 2, all, &body)?;
            sheet.write_number_with_format(row, 3, passed, &body)?;
        }
        for (place, width) in [32.0, 18.0, 14.0, 12.0, 28.0].into_iter().enumerate() {
            sheet.set_column_width(column(place), width)?;
        }
        on_paper(&mut sheet)?;
        Ok(sheet)
    }
}

/// Prints on A4, as wide as the page, with the sheet's name and the page's number.
fn on_paper(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3)
        .set_header("&L预审结果 · &A")
        .set_footer("&C第 &P 页，共 &N 页");
    Ok(())
}

/// An id in the words by which a clerk knows it; one that nobody knows stays.
fn in_words(words: Words, id: &str, titles: &BTreeMap<String, String>) -> String {
    let known = match words {
        Words::Rule => titles.get(id).map(String::as_str),
        Words::Severity => [Severity::Note, Severity::Review, Severity::Reject]
            .into_iter()
            .find(|s| s.id() == id)
            .map(Severity::chinese),
        Words::Drawn => (id == DRAWN).then_some("是"),
        Words::Decision => Decided::ALL.into_iter().find(|d| d.id() == id).map(Decided::chinese),
        Words::Field => return field_words::field(id),
    };
    known.unwrap_or(id).to_owned()
}

fn column(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

fn head_format() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_background_color(Color::RGB(0x00E6_EEF8))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
}

fn body_format() -> Format {
    Format::new().set_align(FormatAlign::Top).set_text_wrap()
}

/// The colours of a verdict or severity, as in the report's page.
fn colours(word: &str) -> Format {
    let (ground, ink) = match word {
        "reject" => (0x00FB_EAE8, 0x00A8_241C),
        "review" => (0x00FC_F1DC, 0x0083_5000),
        "pass" => (0x00E4_F3EA, 0x0017_663A),
        _ => (0x00E9_EDF2, 0x0046_556A),
    };
    body_format().set_background_color(Color::RGB(ground)).set_font_color(Color::RGB(ink))
}

#[cfg(test)]
mod tests {
    use super::{CROP, FlagRow, Kind, Sheets};
    use calamine::{Data, Reader as _, Xlsx};
    use std::collections::BTreeMap;
    use std::io::Cursor;

    #[test]
    fn a_flag_links_to_its_crop() {
        let mut sheets = Sheets::start(BTreeMap::new()).unwrap();
        let row: Vec<&str> =
            FlagRow::COLUMNS.iter().map(|c| if c.kind == Kind::Coloured { "reject" } else { "=1" }).collect();
        sheets.flag(&row, Some("report/crops/1ca9-1-1-2-3-4-5.jpg")).unwrap();
        sheets.flag(&row, None).unwrap();
        let mut bytes = Vec::new();
        sheets.finish(&mut bytes).unwrap();
        let mut book = Xlsx::new(Cursor::new(&bytes)).unwrap();
        let flags = book.worksheet_range("问题").unwrap();
        let place = (0..flags.width()).find(|x| flags.get((0, *x)) == Some(&Data::String(CROP.into()))).unwrap();
        assert_eq!(flags.get((1, place)), Some(&Data::String("查看".into())));
        assert!(flags.get((2, place)).is_none_or(|c| *c == Data::Empty));
    }
}
