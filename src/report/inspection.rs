//! From what was seen in one file to a table of 100 columns for a person, or one JSON object for a program.
//! Judges nothing: readings are not compared with anything.

use super::cell::visible;
use super::facts::FactRow;
use super::json;
use super::passage::{doubts, place};
use super::seen_form::SeenForm;
use super::summary::fit;
use crate::vocabulary::documents::{PageOutcome, SeenAs, SheetFacts};
use crate::vocabulary::fact::{CopyOutcome, Region, State};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::{FileFormat, PhotoFacts};
use crate::vocabulary::seen::SeenPage;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};

/// What was seen in one file. The fields are the JSON's, in this order.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    pub file: String,
    pub format: FileFormat,
    pub bytes: u64,
    /// Why the file as a whole could not be opened.
    pub why: Option<String>,
    /// The material that `--kind` named.
    pub kind: Option<MaterialKind>,
    /// The material that it was read as: `kind`, else what its pages show. `None`: neither is known, and no field was
    /// looked for.
    pub read_as: Option<MaterialKind>,
    pub pages: Vec<SeenPage>,
    pub facts: Vec<SeenFact>,
    pub photo: Option<Box<PhotoFacts>>,
    /// The form that was given, part by part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<SeenForm>,
}

/// A field as read, and its place on the rectified page.
#[derive(Debug, Clone, Serialize)]
pub struct SeenFact {
    /// From 1: the number in the annotated picture.
    pub number: usize,
    #[serde(flatten)]
    pub fact: FactRow,
    /// In pixels of the rectified page.
    pub flat: Option<Region>,
    /// Number of the cell that its centre lies in (`pages[].cells[].number`).
    pub cell: Option<usize>,
}

impl Inspection {
    /// Writes one JSON object on one line.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn json(&self, mut out: &mut dyn Write) -> io::Result<()> {
        json::line(&mut out, self)
    }

    /// Writes the table for a person.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}  {}  {}  {} 页",
            visible(&self.file),
            self.format.name(),
            size(self.bytes),
            self.pages.len().max(usize::from(self.photo.is_some()))
        )?;
        if let Some(why) = &self.why {
            return writeln!(out, "    无法打开  {}", visible(why));
        }
        writeln!(out, "    {}", self.kind_line())?;
        if let Some(photo) = &self.photo {
            return photo_table(photo, out);
        }
        for page in &self.pages {
            page_head(page, self.pages.len(), out)?;
            let facts: Vec<&SeenFact> = self.facts.iter().filter(|f| f.fact.page == Some(page.page)).collect();
            fact_table(&facts, out)?;
            if self.facts.is_empty() {
                line_table(page, out)?;
            }
        }
        let missing: Vec<&SeenFact> = self.facts.iter().filter(|f| f.fact.page.is_none()).collect();
        let (lost, placeless): (Vec<&SeenFact>, Vec<&SeenFact>) =
            missing.into_iter().partition(|f| f.fact.now() == State::NotFound);
        fact_table(&placeless, out)?;
        if !lost.is_empty() {
            writeln!(out, "\n页面上未找到的栏目（{} 项）", lost.len())?;
            wrapped(&lost.iter().map(|f| short(&f.fact.field)).collect::<Vec<_>>(), out)?;
        }
        self.form.as_ref().map_or(Ok(()), |form| form.table(out))
    }

    fn kind_line(&self) -> String {
        let seen = self.pages.iter().find_map(|p| p.seen_as.as_ref());
        let shows = seen.map(shown_as);
        match (self.kind, self.read_as, shows) {
            (Some(kind), _, Some(shows)) => format!("材料      按指定的“{kind}”读取；页面所见：{shows}"),
            (Some(kind), _, None) => format!("材料      按指定的“{kind}”读取"),
            (None, Some(kind), Some(shows)) => format!("材料      按“{kind}”读取；页面所见：{shows}"),
            (None, Some(kind), None) => format!("材料      按“{kind}”读取"),
            (None, None, Some(shows)) => format!("材料      不读栏目；页面所见：{shows}"),
            (None, None, None) => {
                "材料      页面上看不出是哪种材料；可用 --kind 指定（如 申报表、个人照片）".to_owned()
            }
        }
    }
}

fn shown_as(seen: &SeenAs) -> String {
    let name = seen.kind.map_or("不是本系统的材料".to_owned(), |k| k.name().to_owned());
    let title = seen.title.as_deref().map(|t| format!("，标题“{}”", visible(t))).unwrap_or_default();
    format!("{name}{title}，把握 {:.2}", seen.confidence)
}

fn size(bytes: u64) -> String {
    if bytes < 10_000 { format!("{bytes} 字节") } else { format!("{:.0} KB", bytes as f64 / 1000.0) }
}

fn page_head(page: &SeenPage, pages: usize, out: &mut dyn Write) -> io::Result<()> {
    let number = if pages > 1 { format!("第 {} 页  ", page.page) } else { String::new() };
    writeln!(out, "\n{number}{} × {} 像素", page.size[0], page.size[1])?;
    match &page.outcome {
        PageOutcome::Read | PageOutcome::NotRead => {}
        PageOutcome::Blank { why } => writeln!(out, "    无需审核  {}", visible(why))?,
        PageOutcome::Illegible { why } => writeln!(out, "    无法辨认  {}", visible(why))?,
        PageOutcome::Unreadable { why } => writeln!(out, "    无法打开  {}", visible(why))?,
        PageOutcome::Refused { why } => writeln!(out, "    拒绝打开  {}", visible(why))?,
    }
    if let Some(sheet) = &page.sheet {
        sheet_lines(sheet, out)?;
    }
    if let Some([w, h]) = page.flat_size {
        writeln!(out, "    展平      {w} × {h} 像素，{} 个单元格", page.cells.len())?;
    }
    Ok(())
}

fn sheet_lines(sheet: &SheetFacts, out: &mut dyn Write) -> io::Result<()> {
    let corners: Vec<String> = sheet.corners.iter().map(|[x, y]| format!("({x:.0},{y:.0})")).collect();
    let visible = sheet.visible.map_or("无法判断".to_owned(), |v| format!("{:.0}%", v * 100.0));
    let turned = u16::from(sheet.turned) * 90;
    writeln!(
        out,
        "    纸张      四角 {}，顺时针转 {turned}°，把握 {:.2}，可见 {visible}",
        corners.join(" "),
        sheet.confidence
    )?;
    let measures = [("清晰", sheet.sharpness), ("反光", sheet.glare), ("色彩", sheet.chroma), ("污渍", sheet.stain)];
    let told: Vec<String> = measures.iter().filter_map(|(name, v)| v.map(|v| format!("{name} {v:.3}"))).collect();
    if told.is_empty() { Ok(()) } else { writeln!(out, "    画质      {}", told.join("，")) }
}

/// Widths of the table's columns; the place takes what is left of 100.
const COLUMNS: [usize; 3] = [26, 6, 34];

fn fact_table(facts: &[&SeenFact], out: &mut dyn Write) -> io::Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    let [field, state, value] = COLUMNS;
    writeln!(
        out,
        "\n  号  {}  {}  把握  {}  位置 x,y,宽,高",
        fit("栏目", field),
        fit("状态", state),
        fit("读数", value)
    )?;
    for f in facts {
        let confidence = if matches!(f.fact.now(), State::Read | State::Empty) {
            format!("{:.2}", f.fact.confidence)
        } else {
            "   –".to_owned()
        };
        let text = shown_value(&f.fact);
        writeln!(
            out,
            "{:>4}  {}  {}  {confidence}  {}  {}",
            f.number,
            fit(short(&f.fact.field), field),
            fit(state_word(f.fact.now()), state),
            fit(&text, value),
            f.fact.region.as_ref().map(place).unwrap_or_default()
        )?;
        details(&f.fact, &text, out)?;
    }
    Ok(())
}

/// Details below the value: the free reading if it differs, the verification, the alternatives.
fn details(f: &FactRow, shown: &str, out: &mut dyn Write) -> io::Result<()> {
    let indent = " ".repeat(48);
    if fit(shown, COLUMNS[2]).contains('…') {
        writeln!(out, "{indent}全文 {shown}")?;
    }
    if let Some(free) = f.free.as_deref().filter(|free| *free != shown && !free.trim().is_empty()) {
        writeln!(out, "{indent}直读 {}", visible(free))?;
    }
    if let Some(v) = &f.verified {
        let word = match v.outcome {
            CopyOutcome::Faithful => "一致",
            CopyOutcome::Differs => "不一致",
            CopyOutcome::CannotTell => "无法判断",
        };
        writeln!(out, "{indent}核对 {word}，差距 {:.2}，原文 {}", v.gap, visible(&v.expected))?;
    }
    if let Some(second) = &f.second {
        writeln!(out, "{indent}复读 {} {:.2}（{}）", visible(&second.text), second.confidence, second.engine)?;
    }
    let others: Vec<String> = f
        .alternatives
        .iter()
        .filter(|a| a.text != shown)
        .map(|a| format!("{} {:.2}", visible(&a.text), a.confidence))
        .collect();
    if others.is_empty() { Ok(()) } else { writeln!(out, "{indent}或为 {}", others.join("、")) }
}

fn shown_value(f: &FactRow) -> String {
    let text = match &f.value {
        Some(Value::String(s)) => s.clone(),
        Some(other) => other.to_string(),
        None => f.text.clone().unwrap_or_default(),
    };
    visible(&text)
}

fn state_word(state: State) -> &'static str {
    match state {
        State::Read => "已读",
        State::Empty => "空白",
        State::Illegible => "难辨",
        State::NotFound => "未找到",
    }
}

/// The field without its document, which is named above the table.
fn short(field: &str) -> &str {
    field.split_once('.').map_or(field, |(_, rest)| rest)
}

fn line_table(page: &SeenPage, out: &mut dyn Write) -> io::Result<()> {
    if page.lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n  号  格  把握  最低  {}  位置 x,y,宽,高", fit("读作", 60))?;
    for (i, l) in page.lines.iter().enumerate() {
        let cell = l.cell.map_or(String::new(), |c| c.to_string());
        writeln!(
            out,
            "{:>4}  {cell:>2}  {:.2}  {:.2}  {}  {}",
            i + 1,
            l.confidence,
            l.least_confidence,
            fit(&visible(&l.text), 60),
            place(&l.region)
        )?;
        doubts(l, &" ".repeat(22), out)?;
    }
    Ok(())
}

/// Words in rows of at most 96 columns.
fn wrapped(words: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let mut row = String::from("   ");
    for word in words {
        if row.len() + word.len() > 95 {
            writeln!(out, "{row}")?;
            row = String::from("   ");
        }
        row.push(' ');
        row.push_str(word);
    }
    writeln!(out, "{row}")
}

/// Every measure of the photo, under its name in the JSON.
fn photo_table(photo: &PhotoFacts, out: &mut dyn Write) -> io::Result<()> {
    let Ok(Value::Object(fields)) = serde_json::to_value(photo) else { return Ok(()) };
    writeln!(out, "\n{}  值", fit("量度", 28))?;
    for (name, value) in fields.iter().filter(|(name, _)| *name != "file") {
        let text = match value {
            Value::Object(o) => {
                match (o.get("value").and_then(|v| v.get("value")), o.get("not_assessed").and_then(|n| n.get("why"))) {
                    (Some(v), _) => plain(v),
                    (None, Some(why)) => format!("未评定：{}", why.as_str().unwrap_or_default()),
                    (None, None) => plain(value),
                }
            }
            other => plain(other),
        };
        writeln!(out, "{}  {}", fit(name, 28), fit(&visible(&text), 68).trim_end())?;
    }
    Ok(())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Null => "–".to_owned(),
        Value::Number(n) => n.as_f64().filter(|_| n.is_f64()).map_or_else(|| n.to_string(), |f| format!("{f:.3}")),
        Value::Array(a) => a.iter().map(plain).collect::<Vec<_>>().join(" "),
        Value::Object(o) => o.iter().map(|(k, v)| format!("{k} {}", plain(v))).collect::<Vec<_>>().join("，"),
    }
}
