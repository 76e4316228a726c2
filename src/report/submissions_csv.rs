//! From findings to `submissions.csv`: one row a submission, with the verdict, what was read and the reason to send.
//! Every submission has a row, whatever happened to it.

use super::columns::{Column, Table, Words, cells};
use super::finding::Finding;
use super::heading::Heading;
use super::reason::{reason, to_check};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::waiver::Decision;
use std::io::{self, Write};

/// In the column `spot_check`, of a submission that was drawn.
pub const DRAWN: &str = "yes";

/// What one row is made from.
#[derive(Debug)]
pub struct SubmissionRow<'a> {
    finding: &'a Finding,
    /// As registered, else as read.
    known: &'a Heading,
    read: &'a Heading,
}

impl<'a> SubmissionRow<'a> {
    /// The columns of `submissions.csv`, in their order.
    #[rustfmt::skip]
    pub const COLUMNS: &'a [Column<Self>] = &[
        Column::text("submission_id", "报名编号", "the folder's name; see `folder`", |r| r.finding.submission_id.clone()),
        Column::<Self>::coloured("verdict", "结论代码", "`pass`, `review` or `reject`", |r| r.finding.verdict.id().to_owned()).aside(),
        Column::coloured("结论", "结论", "the verdict in Chinese", |r| r.finding.verdict.chinese().to_owned()),
        Column::<Self>::number("reject_flags", "驳回项", "how many flags are `reject`", |r| r.flags(Severity::Reject)).aside(),
        Column::<Self>::number("review_flags", "复核项", "how many are `review`", |r| r.flags(Severity::Review)).aside(),
        Column::<Self>::number("note_flags", "提示项", "how many are `note`", |r| r.flags(Severity::Note)).aside(),
        Column::<Self>::number("files", "文件数", "how many files were handed in", |r| r.finding.files.len().to_string()).aside(),
        Column::text("applicant_name", "姓名", "as registered, else as read", |r| r.known.name.clone()),
        Column::text("id_number", "证件号码", "as registered, else as read", |r| r.known.number.clone()),
        Column::text("occupation", "职业", "as registered, else as read", |r| r.known.occupation.clone()),
        Column::text("level", "级别", "as registered, else as read", |r| r.known.level.clone()),
        Column::text("condition", "申报条件", "the number of the registered condition", |r| r.known.condition.clone()),
        Column::<Self>::text("read_name", "读出姓名", "what the documents say", |r| r.read.name.clone()).aside(),
        Column::<Self>::text("read_number", "读出证件号码", "what the documents say", |r| r.read.number.clone()).aside(),
        Column::<Self>::text("read_occupation", "读出职业", "what the documents say", |r| r.read.occupation.clone()).aside(),
        Column::<Self>::text("read_level", "读出级别", "what the documents say", |r| r.read.level.clone()).aside(),
        Column::<Self>::text("read_condition", "读出申报条件", "the condition as it was copied by hand", |r| r.read.condition.clone()).aside(),
        Column::<Self>::number("months", "工作月数", "months of work that count; empty where none were read", |r| r.finding.work_months.map_or_else(String::new, |m| m.to_string())).aside(),
        Column::<Self>::text("reason", "告知理由", "the reason to send to the applicant: what is certainly wrong", |r| reason(r.finding.flags.iter().map(|f| &f.flag))).long(),
        Column::<Self>::text("folder", "文件夹", "the folder inside the batch; empty for a row without one", |r| r.finding.folder.clone().unwrap_or_default()).aside(),
        Column::<Self>::text("to_check", "需复核内容", "what a person has to look at, for the clerk", |r| to_check(r.finding.flags.iter().map(|f| &f.flag))).long(),
        Column::<Self>::text("decision", "审核决定", "`accept`, `reject` or `return`; empty where no decision was given along", |r| r.decided(|d| d.decision.id())).in_words(Words::Decision),
        Column::text("decided_by", "审核人", "who decided", |r| r.decided(|d| &d.who)),
        Column::text("decided_on", "决定日期", "when, as it was written", |r| r.decided(|d| &d.decided_on)),
        Column::<Self>::text("spot_check", "抽检", "`yes`: drawn for a spot check, so a person looks at all of it though it is cleared; empty otherwise", |r| if r.finding.spot_check { DRAWN.to_owned() } else { String::new() }).in_words(Words::Drawn),
    ];

    pub fn new(finding: &'a Finding, known: &'a Heading, read: &'a Heading) -> Self {
        Self { finding, known, read }
    }

    /// Something of the decision; empty without one.
    fn decided<'s>(&'s self, of: impl Fn(&'s Decision) -> &'s str) -> String {
        self.finding.decision.as_ref().map_or_else(String::new, |d| of(d).to_owned())
    }

    /// The row of one submission; `known` and `read` as for [`SubmissionsCsv::add`].
    pub fn cells(finding: &'a Finding, known: &'a Heading, read: &'a Heading) -> Vec<String> {
        cells(Self::COLUMNS, &Self { finding, known, read })
    }

    fn flags(&self, severity: Severity) -> String {
        self.finding.flags.iter().filter(|r| r.flag.severity == severity).count().to_string()
    }
}

/// `submissions.csv`, as far as it is written.
pub struct SubmissionsCsv<W: Write> {
    table: Table<W>,
}

impl<W: Write> SubmissionsCsv<W> {
    /// Writes the heads.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn start(out: W) -> io::Result<Self> {
        Ok(Self { table: Table::start(out, SubmissionRow::COLUMNS)? })
    }

    /// Writes one submission: `known` is what is known of the applicant, `read` what the documents say.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, finding: &Finding, known: &Heading, read: &Heading) -> io::Result<()> {
        self.table.add(SubmissionRow::COLUMNS, &SubmissionRow::new(finding, known, read))
    }

    /// Hands all rows to the file below and returns it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.table.finish()
    }
}
