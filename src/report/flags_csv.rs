//! From flags to `flags.csv`: one row a flag, in the order in which they are handed in.
//! The columns are a contract (docs/output.md); message and reason are in Chinese whatever the language of the summary.

use super::columns::{Column, Table, Words, cells};
use super::heading::Heading;
use crate::vocabulary::fact::Place;
use crate::vocabulary::finding::{Flag, Message, Severity};
use crate::vocabulary::outcome::BatchNote;
use std::io::{self, Write};

/// What one row is made from.
#[derive(Debug)]
pub struct FlagRow<'a> {
    /// Empty where a batch itself is flagged.
    submission_id: &'a str,
    heading: &'a Heading,
    flag: &'a Flag,
    evidence: String,
}

impl<'a> FlagRow<'a> {
    /// The columns of `flags.csv`, in their order.
    #[rustfmt::skip]
    pub const COLUMNS: &'a [Column<Self>] = &[
        Column::text("submission_id", "报名编号", "the submission's id; empty where the batch itself is flagged", |r| r.submission_id.to_owned()),
        Column::text("applicant_name", "姓名", "as registered, else as read", |r| r.heading.name.clone()),
        Column::text("occupation", "职业", "as registered, else as read", |r| r.heading.occupation.clone()),
        Column::text("level", "级别", "as registered, else as read", |r| r.heading.level.clone()),
        Column::text("condition", "申报条件", "the number of the registered condition", |r| condition(&r.heading.condition)),
        Column::<Self>::text("rule", "规则", "the rule's id, for `yushen rules show`", |r| r.flag.rule.clone()).in_words(Words::Rule),
        Column::<Self>::coloured("severity", "严重程度", "`reject`, `review` or `note`", |r| r.flag.severity.to_string()).in_words(Words::Severity),
        Column::text("document", "材料", "the material that is flagged", |r| r.flag.document.map_or_else(String::new, |d| d.name().to_owned())),
        Column::number("page", "页", "page of the material, from 1", |r| r.flag.page.map_or_else(String::new, |p| p.to_string())),
        Column::<Self>::text("field", "栏目", "the field that is flagged", |r| r.flag.field.clone().unwrap_or_default()).in_words(Words::Field),
        Column::text("expected", "应为", "what should stand there", |r| r.flag.expected.clone().unwrap_or_default()),
        Column::text("observed", "所见", "what was read or measured", |r| r.flag.observed.clone().unwrap_or_default()),
        Column::<Self>::number("confidence", "把握", "of the reading, 0–1; empty where nothing was read", |r| r.flag.confidence.map_or_else(String::new, |c| format!("{c:.2}"))).aside(),
        Column::<Self>::text("message", "说明", "what is wrong, for the clerk", |r| message(r.flag)).long(),
        Column::text("source", "依据", "the clause that asks for it", |r| r.flag.clause.source.clone()),
        // A flag says "-" where no pack is concerned; a cell may not start so.
        Column::<Self>::text("rule_pack", "规则包", "pack and first day of its force; empty where no pack is concerned", |r| if r.flag.rule_pack == "-" { String::new() } else { r.flag.rule_pack.clone() }).aside(),
        Column::<Self>::text("evidence", "位置", "where to look: `申报表#1@x,y,w,h` is page 1 of the 申报表, and the box in pixels of the upright picture", |r| r.evidence.clone()).aside(),
    ];
}

impl<'a> FlagRow<'a> {
    /// The row of one flag.
    pub fn cells(submission_id: &'a str, heading: &'a Heading, flag: &'a Flag) -> Vec<String> {
        cells(Self::COLUMNS, &FlagRow { submission_id, heading, flag, evidence: evidence(flag) })
    }

    /// The row of what is wrong with a batch itself.
    pub fn cells_of_note(rule: &str, note: &BatchNote) -> Vec<String> {
        let (flag, evidence) = of_note(rule, note);
        cells(FlagRow::COLUMNS, &FlagRow { submission_id: "", heading: &Heading::default(), flag: &flag, evidence })
    }
}

/// `flags.csv`, as far as it is written.
pub struct FlagsCsv<W: Write> {
    table: Table<W>,
}

impl<W: Write> FlagsCsv<W> {
    /// Writes the heads.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn start(out: W) -> io::Result<Self> {
        Ok(Self { table: Table::start(out, FlagRow::COLUMNS)? })
    }

    /// Writes the flags of one submission.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn add<'f>(
        &mut self,
        submission_id: &str,
        heading: &Heading,
        flags: impl IntoIterator<Item = &'f Flag>,
    ) -> io::Result<()> {
        for flag in flags {
            self.table.add(FlagRow::COLUMNS, &FlagRow { submission_id, heading, flag, evidence: evidence(flag) })?;
        }
        Ok(())
    }

    /// Writes what is wrong with a batch itself, such as a row without a submission.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add_note(&mut self, rule: &str, note: &BatchNote) -> io::Result<()> {
        let (flag, evidence) = of_note(rule, note);
        self.table
            .add(FlagRow::COLUMNS, &FlagRow { submission_id: "", heading: &Heading::default(), flag: &flag, evidence })
    }

    /// Hands all rows to the file below and returns it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.table.finish()
    }
}

/// What is wrong with a batch, as a flag, and where.
fn of_note(rule: &str, note: &BatchNote) -> (Flag, String) {
    let message = Message::new(&*note.zh, &*note.en);
    let mut flag = Flag::new(rule, Severity::Review, message);
    // A batch is asked for by no clause.
    flag.clause.source.clear();
    let row = note.row.map(|r| format!("第{r}行"));
    (flag, [note.file.clone(), row].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// A condition's number without leading zeros; what is no number stays as it was registered.
fn condition(registered: &str) -> String {
    registered.parse::<u16>().map_or_else(|_| registered.to_owned(), |n| n.to_string())
}

/// The sentence, after who waived the flag until when, if anybody did.
fn message(f: &Flag) -> String {
    let waived = f.waived.as_ref().map_or_else(String::new, |w| {
        format!("已豁免（原为{}；{}；{}，至{}）：", w.severity.chinese(), w.reason, w.who, w.until)
    });
    format!("{waived}{}", f.message.zh)
}

/// Page and box of the flagged place, or as much of them as is known.
fn evidence(f: &Flag) -> String {
    let at = |p: &Place| {
        let r = p.region.map_or_else(String::new, |r| format!("@{},{},{},{}", r.x, r.y, r.width, r.height));
        format!("{}#{}{r}", p.document.name(), p.page)
    };
    match (&f.place, f.document, f.page) {
        (Some(place), _, _) => at(place),
        (None, Some(document), Some(page)) => format!("{}#{page}", document.name()),
        (None, Some(document), None) => document.name().to_owned(),
        (None, None, _) => String::new(),
    }
}
