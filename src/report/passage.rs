//! From checked passages to a table for a person, or one JSON object a line for a program.
//! Judges nothing; a picture without an outcome says why.

use super::cell::visible;
use super::json;
use super::summary::fit;
use crate::vocabulary::fact::{CopyOutcome, Difference, Region};
use crate::vocabulary::passage::{PassageCheck, PlacedDifference, ReadLine};
use serde::Serialize;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

/// One picture, compared with its expected text.
#[derive(Debug, Clone)]
pub struct CheckRow {
    /// As it was named.
    pub file: String,
    pub expected: String,
    /// `None`: the picture could not be read; `why` says why.
    pub check: Option<PassageCheck>,
    pub why: Option<String>,
}

/// The fields of one row, in this order.
#[derive(Serialize)]
struct Fields<'a> {
    file: &'a str,
    expected: &'a str,
    outcome: CopyOutcome,
    why: Option<&'a str>,
    gap: Option<f32>,
    gap_per_character: Option<f32>,
    differences: &'a [PlacedDifference],
    free: Option<&'a str>,
    confidence: Option<f32>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    turned: Option<u8>,
    lines: &'a [ReadLine],
}

const NOTHING_WRITTEN: &str = "图中没有找到文字";

impl CheckRow {
    pub fn outcome(&self) -> CopyOutcome {
        self.check.as_ref().map_or(CopyOutcome::CannotTell, |c| c.outcome)
    }

    fn why(&self) -> Option<&str> {
        match &self.check {
            None => self.why.as_deref(),
            Some(c) => c.lines.is_empty().then_some(NOTHING_WRITTEN),
        }
    }

    /// One JSON object on one line.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn json(&self, mut out: &mut dyn Write) -> io::Result<()> {
        let c = self.check.as_ref();
        let outside = |k: usize| c.map(|c| c.outside[k].as_str()).filter(|s| !s.is_empty());
        let fields = Fields {
            file: &self.file,
            expected: &self.expected,
            outcome: self.outcome(),
            why: self.why(),
            gap: c.and_then(|c| c.gap),
            gap_per_character: c.and_then(|c| c.gap_per_character),
            differences: c.map_or(&[], |c| &c.differences),
            free: c.map(|c| c.free.as_str()),
            confidence: c.and_then(|c| c.confidence),
            before: outside(0),
            after: outside(1),
            turned: c.map(|c| c.turned),
            lines: c.map_or(&[], |c| &c.lines),
        };
        json::line(&mut out, &fields)
    }

    /// Writes outcome, texts, differences and lines for a person.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}  {}", visible(&self.file), verdict(self))?;
        if let Some(why) = self.why() {
            writeln!(out, "    原因    {}", visible(why))?;
        }
        writeln!(out, "    应写    {}", visible(&self.expected))?;
        let Some(c) = &self.check else { return Ok(()) };
        writeln!(out, "    读作    {}", visible(&c.free))?;
        for (title, text) in ["文前", "文后"].iter().zip(&c.outside).filter(|(_, t)| !t.is_empty()) {
            writeln!(out, "    {title}    {}（未计入）", visible(text))?;
        }
        if let (Some(gap), Some(per)) = (c.gap, c.gap_per_character) {
            writeln!(out, "    差距    {gap:.2} nats，平均每字 {per:.3}；0 为完全吻合")?;
        }
        if c.turned != 0 {
            writeln!(out, "    方向    图片顺时针转 {}° 后读取", u16::from(c.turned) * 90)?;
        }
        for d in &c.differences {
            writeln!(
                out,
                "    差异    {}  {}",
                fit(&difference(&d.difference), 40),
                d.region.as_ref().map(place).unwrap_or_default()
            )?;
        }
        if !c.lines.is_empty() {
            writeln!(out, "\n    行  把握  最低  {}  位置 x,y,宽,高", fit("读作", 52))?;
        }
        for (i, l) in c.lines.iter().enumerate() {
            writeln!(
                out,
                "    {:>2}  {:.2}  {:.2}  {}  {}",
                i + 1,
                l.confidence,
                l.least_confidence,
                fit(&visible(&l.text), 52),
                place(&l.region)
            )?;
            doubts(l, "                    ", out)?;
        }
        Ok(())
    }
}

/// Writes the doubtful characters of a line, each on a line of its own.
///
/// # Errors
/// It cannot be written.
pub fn doubts(line: &ReadLine, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    for d in &line.doubts {
        let others: Vec<String> =
            d.alternatives.iter().map(|a| format!("{} {:.2}", visible(&a.text), a.confidence)).collect();
        let others = if others.is_empty() { String::new() } else { format!("，或 {}", others.join("、")) };
        writeln!(out, "{indent}第 {} 字 {} {:.2}{others}", d.position + 1, visible(&d.read), d.confidence)?;
    }
    Ok(())
}

/// `x,y,width,height`.
pub fn place(r: &Region) -> String {
    format!("{},{},{},{}", r.x, r.y, r.width, r.height)
}

fn verdict(row: &CheckRow) -> String {
    match row.outcome() {
        CopyOutcome::Faithful => "一致".to_owned(),
        CopyOutcome::Differs => format!("不一致（{} 处）", row.check.as_ref().map_or(0, |c| c.differences.len())),
        CopyOutcome::CannotTell => "无法判断".to_owned(),
    }
}

fn difference(d: &Difference) -> String {
    match d {
        Difference::Dropped { position, expected } => format!("第 {} 字起缺“{expected}”", position + 1),
        Difference::Added { position, written } => format!("第 {} 字前多“{written}”", position + 1),
        Difference::Changed { position, expected, written } => {
            format!("第 {} 字“{expected}”写作“{written}”", position + 1)
        }
    }
}

/// Columns of the table of many pictures.
pub struct Layout {
    file: usize,
}

/// Largest width of the file's name in columns.
const FILE: usize = 34;

impl Layout {
    pub fn of<'a>(files: impl Iterator<Item = &'a str>) -> Self {
        Self { file: files.map(|f| visible(f).width()).max().unwrap_or(0).clamp(4, FILE) }
    }

    /// # Errors
    /// It cannot be written.
    pub fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}  {}  {:>6}  {:>6}  差异", fit("文件", self.file), fit("结论", 8), "差距", "每字")
    }

    /// # Errors
    /// It cannot be written.
    pub fn row(&self, row: &CheckRow, out: &mut dyn Write) -> io::Result<()> {
        let number =
            |n: Option<f32>, digits: usize| n.map_or_else(|| format!("{:>8}", "–"), |n| format!("{n:>8.digits$}"));
        let word = match row.outcome() {
            CopyOutcome::Faithful => "一致",
            CopyOutcome::Differs => "不一致",
            CopyOutcome::CannotTell => "无法判断",
        };
        let c = row.check.as_ref();
        let mut told: Vec<String> =
            c.map(|c| c.differences.iter().map(|d| difference(&d.difference)).collect()).unwrap_or_default();
        told.extend(row.why().map(visible));
        let (gap, per) = (number(c.and_then(|c| c.gap), 2), number(c.and_then(|c| c.gap_per_character), 3));
        writeln!(out, "{}  {}  {gap}  {per}  {}", fit(&visible(&row.file), self.file), fit(word, 8), told.join("；"))
    }

    /// `counts`: faithful, differs, cannot tell.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn sum(&self, counts: [usize; 3], out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "\n共 {} 张：一致 {}，不一致 {}，无法判断 {}",
            counts.iter().sum::<usize>(),
            counts[0],
            counts[1],
            counts[2]
        )
    }
}
