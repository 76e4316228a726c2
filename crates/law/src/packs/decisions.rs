//! Checks a file of decisions, as the report's page writes it or Excel saves it again: accepted flags become waivers,
//! decisions on submissions are kept.
//! As with waivers, an accepted flag needs a reason, a name and a last day; whether it matches a flag is not checked
//! here.

use super::error::{Lines, PackError, Source, one_of};
use super::waivers::flags_of;
use crate::vocabulary::finding::INTERNAL_ERROR;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::waiver::{Decided, Decision, Decisions, Waiver, Waivers};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;

/// The columns that are read; others are ignored.
const COLUMNS: [&str; 8] = ["submission_id", "decision", "rule", "document", "field", "reason", "who", "until"];
/// Optional columns: an office may write a file by hand.
const DECIDED_ON: &str = "decided_on";

/// The decisions of one file. `known_rules` are the ids that they may name.
///
/// # Errors
/// No CSV with these columns; an unknown decision, rule or material; an accepted flag without reason, name or day; two
/// for the same flags.
pub(super) fn decisions(file: &Source, sha256: String, known_rules: &[&str]) -> Result<Decisions, PackError> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let skipped = file.text.len() - text.len();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| file.whole(e.to_string()))?.clone();
    let column = |name: &str| head.iter().position(|h| plain(h) == name);
    if let Some(missing) = COLUMNS.iter().find(|c| column(c).is_none()) {
        return Err(file.whole(format!(
            "no column {missing}; a file of decisions is what the report's page exports, with the columns {}",
            COLUMNS.join(", ")
        )));
    }
    let (mut waivers, mut submissions): (Vec<Waiver>, Vec<Decision>) = (Vec::new(), Vec::new());
    let (lines, mut once) = (file.lines(), BTreeMap::new());
    for record in reader.records() {
        let record = record.map_err(|e| file.whole(e.to_string()))?;
        let before = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        // The reader takes the line feed of the row before for the beginning of this one.
        let breaks = text.get(before..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        let at = skipped + before + breaks;
        let said = |name: &str| {
            column(name).and_then(|i| record.get(i)).map_or_else(String::new, |cell| plain(cell).to_owned())
        };
        if record.iter().all(|cell| plain(cell).is_empty()) {
            continue;
        }
        let row = Row { file, span: at..at, said: &said, lines: &lines };
        match (said("decision").as_str(), said("rule").is_empty()) {
            ("accept", false) => {
                let waiver = row.waiver(known_rules)?;
                if let Some(first) = once.insert(flags_of(&waiver), waiver.line) {
                    return Err(file.at(
                        at..at,
                        format!("the flags of line {first} are accepted a second time; keep one of them"),
                    ));
                }
                waivers.push(waiver);
            }
            ("accept", true) => submissions.push(row.decision(Decided::Accept)?),
            ("reject", true) => submissions.push(row.decision(Decided::Reject)?),
            ("return", true) => submissions.push(row.decision(Decided::Return)?),
            ("reject" | "return", false) => {
                return Err(file
                    .at(at..at, "only \"accept\" may name a rule; a submission is rejected or sent back as a whole"));
            }
            (other, _) => {
                return Err(
                    file.at(at..at, format!("\"{other}\" is no decision; write \"accept\", \"reject\" or \"return\""))
                );
            }
        }
    }
    Ok(Decisions { waivers: Waivers { file: file.name.to_owned(), sha256, entries: waivers }, submissions })
}

/// One row of the file.
struct Row<'a> {
    file: &'a Source<'a>,
    span: Range<usize>,
    said: &'a dyn Fn(&str) -> String,
    lines: &'a Lines,
}

impl Row<'_> {
    fn need(&self, column: &str, what: &str) -> Result<String, PackError> {
        let said = (self.said)(column);
        if said.is_empty() {
            Err(self.file.at(self.span.clone(), format!("{column} is empty; {what}")))
        } else {
            Ok(said)
        }
    }

    fn waiver(&self, known_rules: &[&str]) -> Result<Waiver, PackError> {
        let refused = |what: String| Err(self.file.at(self.span.clone(), what));
        let rule = (self.said)("rule");
        if !known_rules.contains(&rule.as_str()) {
            return refused(format!("\"{rule}\" is no rule; the rules are {}", one_of(known_rules)));
        }
        if rule == INTERNAL_ERROR {
            return refused(format!("\"{INTERNAL_ERROR}\" cannot be accepted: nothing of that submission was judged"));
        }
        let document = (self.said)("document");
        let kind = MaterialKind::from_name(&document);
        if kind.is_none() && !document.is_empty() {
            return refused(format!(
                "\"{document}\" is no material; write {}",
                one_of(MaterialKind::ALL.map(MaterialKind::name))
            ));
        }
        let until = self.need("until", "give the last day on which it counts, as 2024-12-31")?;
        let Some(day) = day(&until) else { return refused(format!("\"{until}\" is no date; write it as 2024-12-31")) };
        Ok(Waiver {
            submission: self.need("submission_id", "give the 报名编号")?,
            rule,
            document: kind,
            field: Some((self.said)("field")).filter(|f| !f.is_empty()),
            reason: self.need("reason", "say why the flag may stand")?,
            who: self.need("who", "say who accepted it")?,
            until: day,
            line: self.lines.of(&self.span),
        })
    }

    /// A decision on a whole submission; a rejection or a return needs a reason.
    fn decision(&self, what: Decided) -> Result<Decision, PackError> {
        let reason = if what == Decided::Accept {
            (self.said)("reason")
        } else {
            self.need("reason", "say what the applicant is told")?
        };
        let submission = self.need("submission_id", "give the 报名编号")?;
        let who = self.need("who", "say who decided")?;
        Ok(Decision {
            submission,
            decision: what,
            reason,
            who,
            decided_on: (self.said)(DECIDED_ON),
            line: self.lines.of(&self.span),
        })
    }
}

/// A cell without the `'` before it and the tab behind it, which keep a spreadsheet from changing it (docs/output.md).
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// `2024-12-31`, or as Excel saves it: `2024/12/31`, `2024/1/5`.
fn day(text: &str) -> Option<Date> {
    let parts: Vec<i16> = text.split(['-', '/']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let [year, month, day] = parts[..] else { return None };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| (1900..=2100).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::super::error::Source;
    use super::decisions;

    const GOOD: &str = "\u{feff}submission_id,decision,rule,document,field,reason,who,until,decided_on,flags\r\n\
        A1,accept,form-phone,学历承诺书,mobile,\"已电话核实,无误\",王审核,2024-12-31,2024-08-02,0123456789ab\r\n\
        020241500047\t,return,,,,请重新上传,王审核,,2024-08-02,\r\n\
        A3,accept,,,,,王审核,,2024-08-02,\r\n";

    fn read(text: &str) -> String {
        match decisions(&Source { name: "d.csv", text }, String::new(), &["form-phone", "internal-error"]) {
            Ok(d) => {
                let waivers = d.waivers.entries.iter().map(|w| {
                    format!(
                        "{} {} {:?} {:?} {} {} {}",
                        w.submission, w.rule, w.document, w.field, w.reason, w.until, w.line
                    )
                });
                let rest =
                    d.submissions.iter().map(|s| format!("{} {:?} {} {}", s.submission, s.decision, s.reason, s.line));
                waivers.chain(rest).collect::<Vec<_>>().join(" | ")
            }
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn what_the_page_writes_is_read() {
        let whole = "A1 form-phone Some(EducationCommitment) Some(\"mobile\") 已电话核实,无误 2024-12-31 2 | 020241500047 Return 请重新上传 3 | A3 Accept  4";
        assert_eq!(read(GOOD), whole);
        // As Excel saves it again.
        assert_eq!(
            read(&GOOD.replace("2024-12-31", "2024/12/31").replace('\u{feff}', "").replace("\r\n", "\n")),
            whole
        );
        assert_eq!(read(&GOOD.replace("A3,accept", "'=A3,accept")).rsplit(" | ").next(), Some("=A3 Accept  4"));
        assert_eq!(read(&format!("{GOOD},,,,,,,,,\r\n")), whole, "an empty row is none");
    }

    #[test]
    fn each_mistake_is_refused_at_its_line() {
        for (text, said) in [
            (GOOD.replace("form-phone", "form-phones"), "d.csv:2:1: \"form-phones\" is no rule; the rules are"),
            (GOOD.replace("form-phone", "internal-error"), "d.csv:2:1: \"internal-error\" cannot be accepted"),
            (GOOD.replace("\"已电话核实,无误\"", ""), "d.csv:2:1: reason is empty; say why"),
            (GOOD.replace("王审核,2024-12-31", ",2024-12-31"), "d.csv:2:1: who is empty"),
            (GOOD.replace("2024-12-31", ""), "d.csv:2:1: until is empty"),
            (GOOD.replace("2024-12-31", "2024-02-30"), "d.csv:2:1: \"2024-02-30\" is no date"),
            (GOOD.replace("学历承诺书", "户口本"), "d.csv:2:1: \"户口本\" is no material"),
            (GOOD.replace("请重新上传", ""), "d.csv:3:1: reason is empty; say what the applicant is told"),
            (GOOD.replace("return", "maybe"), "d.csv:3:1: \"maybe\" is no decision"),
            (GOOD.replace("return,,", "return,form-phone,"), "d.csv:3:1: only \"accept\" may name a rule"),
            (GOOD.replace("until", "bis"), "d.csv: no column until; a file of decisions is"),
            (
                format!("{GOOD}A1,accept,form-phone,学历承诺书,mobile,x,y,2024-12-31,,\r\n"),
                "d.csv:5:1: the flags of line 2 are accepted a second time",
            ),
        ] {
            let found = read(&text);
            assert!(found.starts_with(said), "expected {said}\nfound    {found}");
        }
    }
}
