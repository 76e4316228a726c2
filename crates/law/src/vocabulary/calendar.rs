//! Months and dates, as they are and as they were written.
//! What a pen wrote may be impossible (month 13, 30 February): such a value is kept as written and only *becomes* a
//! `Month` or `Date` when it is one.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A calendar month, counted from year 0: `year * 12 + (month − 1)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month `month` (1–12) of `year`; `None` for any other number.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        (1..=12).contains(&month).then(|| Self(year * 12 + month as i32 - 1))
    }

    pub fn of(date: Date) -> Self {
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1–12.
    pub fn month(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// Whole months from `earlier` to `self`; negative if `earlier` is later.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// The month's number on the axis of all months, for sets and ranges.
    pub fn index(self) -> i32 {
        self.0
    }
}

impl Month {
    /// `2018年3月`
    pub fn chinese(self) -> String {
        format!("{}年{}月", self.year(), self.month())
    }
}

/// Does a written total of years agree with spans (docs/domain.md, "Totals of years")? `strict`: months from the start to the end, `lenient`: with both end months. Not more than all months, not less than
/// the whole years of the plain ones.
pub fn total_agrees(years: f32, strict: i32, lenient: i32) -> bool {
    let written = f64::from(years) * 12.0;
    // A hundredth of a month: fractions are written with few digits.
    written <= f64::from(lenient) + 0.01 && f64::from(years) >= f64::from(strict.div_euclid(12)) - 0.001
}

/// `2018年3月9日`
pub fn chinese_day(day: Date) -> String {
    WrittenDate::from(day).to_string()
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

/// A year and month as a person wrote them; either part may be missing or impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct WrittenMonth {
    pub year: Option<u16>,
    pub month: Option<u16>,
}

impl WrittenMonth {
    pub fn new(year: u16, month: u16) -> Self {
        Self { year: Some(year), month: Some(month) }
    }

    /// The month, if both parts are there and it exists (years 1900–2100).
    pub fn valid(self) -> Option<Month> {
        let year = self.year.filter(|y| (1900..=2100).contains(y))?;
        Month::new(i32::from(year), u32::from(self.month?))
    }
}

impl fmt::Display for WrittenMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}年{}月", part(self.year), part(self.month))
    }
}

/// The month of such a text; the inverse of `Display`.
impl FromStr for WrittenMonth {
    type Err = OtherSpelling;

    /// As it is written, `2015年3月`, or as a person types it: `2015-03`, `2015.3`, `2015/3`.
    fn from_str(text: &str) -> Result<Self, OtherSpelling> {
        if let [year, month] = typed(text)[..] {
            return Ok(Self { year: Some(year), month: Some(month) });
        }
        let (year, rest) = text.split_once('年').ok_or(OtherSpelling)?;
        let month = rest.strip_suffix('月').ok_or(OtherSpelling)?;
        Ok(Self { year: part_of(year)?, month: part_of(month)? })
    }
}

/// A text that is no date as these types spell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherSpelling;

/// What stands for a part that was not written.
const MISSING: &str = "＿";

fn part(number: Option<u16>) -> String {
    number.map_or_else(|| MISSING.to_owned(), |v| v.to_string())
}

/// The numbers of a date that is typed with one kind of mark between them; nothing if it is not.
fn typed(text: &str) -> Vec<u16> {
    let mark = text.chars().find(|c| ['-', '.', '/'].contains(c)).unwrap_or('-');
    text.split(mark).map(|part| part.trim().parse().ok()).collect::<Option<Vec<u16>>>().unwrap_or_default()
}

fn part_of(text: &str) -> Result<Option<u16>, OtherSpelling> {
    if text == MISSING { Ok(None) } else { text.parse().map(Some).map_err(|_| OtherSpelling) }
}

/// The end of a span: a written month, or 至今 ("until now").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpanEnd {
    Month(WrittenMonth),
    UntilNow,
}

impl SpanEnd {
    /// The month that is written, if there is such a month; 至今 names none.
    pub fn month(self) -> Option<Month> {
        match self {
            Self::Month(written) => written.valid(),
            Self::UntilNow => None,
        }
    }
}

impl fmt::Display for SpanEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(m) => m.fmt(f),
            Self::UntilNow => f.write_str("至今"),
        }
    }
}

/// A day as a person wrote it; any part may be missing or impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct WrittenDate {
    pub year: Option<u16>,
    pub month: Option<u16>,
    pub day: Option<u16>,
}

impl WrittenDate {
    pub fn new(year: u16, month: u16, day: u16) -> Self {
        Self { year: Some(year), month: Some(month), day: Some(day) }
    }

    /// The date, if all parts are there and it exists (years 1900–2100).
    pub fn valid(self) -> Option<Date> {
        let year = i16::try_from(self.year?).ok().filter(|y| (1900..=2100).contains(y))?;
        Date::new(year, i8::try_from(self.month?).ok()?, i8::try_from(self.day?).ok()?).ok()
    }
}

impl From<Date> for WrittenDate {
    fn from(d: Date) -> Self {
        Self {
            year: u16::try_from(d.year()).ok(),
            month: u16::try_from(d.month()).ok(),
            day: u16::try_from(d.day()).ok(),
        }
    }
}

impl fmt::Display for WrittenDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}年{}月{}日", part(self.year), part(self.month), part(self.day))
    }
}

/// The date of such a text; the inverse of `Display`.
impl FromStr for WrittenDate {
    type Err = OtherSpelling;

    /// As it is written, `2015年3月9日`, or as a person types it: `2015-03-09`, `2015.3.9`, `2015/3/9`.
    fn from_str(text: &str) -> Result<Self, OtherSpelling> {
        if let [year, month, day] = typed(text)[..] {
            return Ok(Self { year: Some(year), month: Some(month), day: Some(day) });
        }
        let (month, day) = text.split_once('月').ok_or(OtherSpelling)?;
        let (year, month) = month.split_once('年').ok_or(OtherSpelling)?;
        let day = day.strip_suffix('日').ok_or(OtherSpelling)?;
        Ok(Self { year: part_of(year)?, month: part_of(month)?, day: part_of(day)? })
    }
}

/// The end of a card's validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidUntil {
    Date(WrittenDate),
    /// 长期
    Unlimited,
}

/// The completed years of age on `day` of someone born on `birth` (a birthday counts from its own day on; 29 February
/// falls on 1 March in common years).
pub fn age_on(birth: Date, day: Date) -> i32 {
    let years = i32::from(day.year()) - i32::from(birth.year());
    if (day.month(), day.day()) < (birth.month(), birth.day()) { years - 1 } else { years }
}
