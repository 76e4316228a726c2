//! From the rows of `submissions.csv` and `flags.csv` to one workbook for Excel: the same columns and values, with
//! colours, filters and links to the evidence.
//! Computes counts and widths only; a text stays a text cell, whatever it looks like.

use super::cell::plain;
use super::columns::{Column, Kind};
use super::flags_csv::FlagRow;
use super::submissions_csv::SubmissionRow;
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

/// What the sheet of statistics counts.
#[derive(Default)]
struct Counts {
    verdicts: BTreeMap<String, u32>,
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
    /// Number of links to evidence so far.
    links: u32,
}

/// A sheet that is being written.
struct Table {
    sheet: Worksheet,
    /// Name in the CSV file, and what the values are.
    columns: Vec<(&'static str, Kind)>,
    widths: Vec<usize>,
    rows: u32,
}

impl Sheets {
    /// # Errors
    /// Only if the library refuses its own limits.
    pub fn start() -> io::Result<Self> {
        let mut book = Workbook::new();
        // The same bytes whenever it is written: no clock.
        let day = ExcelDateTime::from_ymd(2024, 1, 1).map_err(io::Error::other)?;
        book.set_properties(&DocProperties::new().set_title("预审结果").set_creation_datetime(&day));
        let submissions = Table::start("申报", SubmissionRow::COLUMNS, None).map_err(io::Error::other)?;
        let flags = Table::start("问题", FlagRow::COLUMNS, Some("截图")).map_err(io::Error::other)?;
        Ok(Self { book, submissions, flags, counts: Counts::default(), links: 0 })
    }

    /// Adds a row of `submissions.csv`, cell by cell as in the file.
    ///
    /// # Errors
    /// If it exceeds Excel's limits for rows or texts.
    pub fn submission(&mut self, row: &[&str]) -> io::Result<()> {
        let said = |column: &str| self.submissions.value(row, column);
        let verdict = said("verdict");
        *self.counts.verdicts.entry(verdict.to_owned()).or_default() += 1;
        let cell = self.counts.table.entry((said("occupation").to_owned(), said("level").to_owned())).or_default();
        *cell = (cell.0 + 1, cell.1 + u32::from(verdict == "pass"));
        self.submissions.add(row, &colours(verdict)).map_err(io::Error::other)
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
        self.flags.add(row, &colours(severity)).map_err(io::Error::other)?;
        if let Some(crop) = crop.filter(|_| self.links < LINKS) {
            self.links += 1;
            let place = u16::try_from(self.flags.columns.len()).unwrap_or(u16::MAX);
            // Excel keeps a relative path relative: workbook and crops are both in the run's folder.
            let url = Url::new(format!("file:///{crop}")).set_text("查看");
            self.flags.sheet.write_url(self.flags.rows, place, url).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Writes the whole workbook; `titles` are the rules' Chinese titles by id.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self, titles: &BTreeMap<String, String>, out: &mut impl Write) -> io::Result<()> {
        let Self { mut book, submissions, flags, counts, .. } = self;
        let statistics = counts.sheet(titles).map_err(io::Error::other)?;
        book.push_worksheet(submissions.finish().map_err(io::Error::other)?);
        book.push_worksheet(flags.finish().map_err(io::Error::other)?);
        book.push_worksheet(statistics);
        out.write_all(&book.save_to_buffer().map_err(io::Error::other)?)
    }
}

impl Table {
    /// A sheet with a head for each column, and one `more` behind them.
    fn start<Row>(name: &str, columns: &[Column<Row>], more: Option<&str>) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 1)?;
        let mut widths = Vec::new();
        for (place, head) in columns.iter().map(|c| c.zh).chain(more).enumerate() {
            sheet.write_string_with_format(0, column(place), head, &head_format())?;
            // Two characters and a margin for the filter's arrow.
            widths.push(head.width() + 3);
        }
        Ok(Self { sheet, columns: columns.iter().map(|c| (c.name, c.kind)).collect(), widths, rows: 0 })
    }

    /// The value of one column in a row of the CSV file.
    fn value<'r>(&self, row: &[&'r str], column: &str) -> &'r str {
        self.columns.iter().zip(row).find(|((name, _), _)| *name == column).map_or("", |(_, cell)| plain(cell))
    }

    /// A row of the CSV file; `colours` are those of its coloured columns.
    fn add(&mut self, row: &[&str], colours: &Format) -> Result<(), XlsxError> {
        self.rows += 1;
        let body = body_format();
        for (place, ((_, kind), cell)) in self.columns.iter().zip(row).enumerate() {
            let text = plain(cell);
            let format = if *kind == Kind::Coloured { colours } else { &body };
            self.widths[place] = self.widths[place].max(text.width() + 2).min(WIDEST);
            match text.parse::<f64>() {
                Ok(number) if *kind == Kind::Number => {
                    self.sheet.write_number_with_format(self.rows, column(place), number, format)?
                }
                _ if text.is_empty() => self.sheet.write_blank(self.rows, column(place), format)?,
                _ => self.sheet.write_string_with_format(self.rows, column(place), text, format)?,
            };
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Worksheet, XlsxError> {
        let last = column(self.widths.len().saturating_sub(1));
        self.sheet.autofilter(0, 0, self.rows, last)?;
        for (place, width) in self.widths.iter().enumerate() {
            self.sheet.set_column_width(column(place), *width as f64)?;
        }
        self.sheet.ignore_error_range(0, 0, self.rows, last, IgnoreError::NumberStoredAsText)?;
        self.sheet.set_landscape().set_repeat_rows(0, 0)?;
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
        row += 2;
        heading(&mut sheet, row, &["规则", "问题", "建议驳回", "需人工复核", "提示"])?;
        let mut rules: Vec<_> = self.rules.into_iter().collect();
        rules.sort_by(|a, b| b.1.iter().sum::<u32>().cmp(&a.1.iter().sum()).then_with(|| a.0.cmp(&b.0)));
        for (rule, by) in rules {
            row += 1;
            sheet.write_string_with_format(row, 0, &rule, &body)?;
            sheet.write_string_with_format(row, 1, titles.get(&rule).map_or("", String::as_str), &body)?;
            for (place, n) in by.into_iter().enumerate() {
                sheet.write_number_with_format(row, column(place + 2), n, &body)?;
            }
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
        for (place, width) in [28.0, 30.0, 12.0, 12.0, 12.0].into_iter().enumerate() {
            sheet.set_column_width(column(place), width)?;
        }
        Ok(sheet)
    }
}

fn column(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

fn head_format() -> Format {
    Format::new()
        .set_bold()
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
    use super::{FlagRow, Kind, Sheets};
    use calamine::{Data, Reader as _, Xlsx};
    use std::collections::BTreeMap;
    use std::io::Cursor;

    #[test]
    fn a_flag_links_to_its_crop() {
        let mut sheets = Sheets::start().unwrap();
        let row: Vec<&str> =
            FlagRow::COLUMNS.iter().map(|c| if c.kind == Kind::Coloured { "reject" } else { "=1" }).collect();
        sheets.flag(&row, Some("report/crops/1ca9-1-1-2-3-4-5.jpg")).unwrap();
        sheets.flag(&row, None).unwrap();
        let mut bytes = Vec::new();
        sheets.finish(&BTreeMap::new(), &mut bytes).unwrap();
        let mut book = Xlsx::new(Cursor::new(&bytes)).unwrap();
        let flags = book.worksheet_range("问题").unwrap();
        assert_eq!(flags.get((1, FlagRow::COLUMNS.len())), Some(&Data::String("查看".into())));
        assert!(flags.get((2, FlagRow::COLUMNS.len())).is_none_or(|c| *c == Data::Empty));
    }
}
