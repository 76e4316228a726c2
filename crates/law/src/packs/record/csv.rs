//! A record as CSV: as the report's page exports it, as Excel saves it again, or as an office writes it by hand.

use super::super::error::{PackError, Source};
use super::entry::{Written, WrittenNew, WrittenSeen};
use crate::vocabulary::fact::State;
use crate::vocabulary::record::{Entry, Position};

/// The columns that must be there; see docs/decision-record.md for the others. Unknown ones are ignored.
const COLUMNS: [&str; 8] = ["submission_id", "decision", "rule", "document", "field", "reason", "who", "until"];

/// The entries, and the line of a last one that was torn off.
pub(super) fn entries(file: &Source, known_rules: &[&str]) -> Result<(Vec<Entry>, Option<usize>), PackError> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let skipped = file.text.len() - text.len();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| file.whole(e.to_string()))?.clone();
    let column = |name: &str| head.iter().position(|h| plain(h) == name);
    if let Some(missing) = COLUMNS.iter().find(|c| column(c).is_none()) {
        return Err(file.whole(format!(
            "no column {missing}; a record of decisions is what the report's page exports, lines of JSON or a CSV with the columns {}",
            COLUMNS.join(", ")
        )));
    }
    let (lines, mut entries) = (file.lines(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|e| file.whole(e.to_string()))?;
        let before = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        // The reader takes the line feed of the row before for the beginning of this one.
        let breaks = text.get(before..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        let at = skipped + before + breaks;
        if record.iter().all(|cell| plain(cell).is_empty()) {
            continue;
        }
        let line = lines.of(&(at..at));
        let last = text.get(before + breaks..).is_some_and(|rest| !rest.contains('\n'));
        if last && record.len() < head.len() {
            return Ok((entries, Some(line)));
        }
        let said = |name: &str| {
            column(name).and_then(|i| record.get(i)).map_or_else(String::new, |cell| plain(cell).to_owned())
        };
        let entry = written(&said).and_then(|w| w.entry(Position { file: 0, line }, known_rules));
        entries.push(entry.map_err(|what| file.at(at..at, what))?);
    }
    Ok((entries, None))
}

/// One row by its columns.
fn written(said: &dyn Fn(&str) -> String) -> Result<Written, String> {
    let time = Some(said("time")).filter(|t| !t.is_empty()).unwrap_or_else(|| said("decided_on"));
    let kind = match (said("decision").as_str(), said("rule").is_empty()) {
        ("accept", false) => "accept_flag".to_owned(),
        ("reject" | "return", false) => {
            return Err("only \"accept\" may name a rule; a submission is rejected or sent back as a whole".to_owned());
        }
        (other, _) => other.to_owned(),
    };
    Ok(Written {
        time,
        who: said("who"),
        run: said("run"),
        submission: said("submission_id"),
        material: said("material"),
        kind,
        settles: yes(&said, "settles")?,
        reason: said("reason"),
        rule: said("rule"),
        document: said("document"),
        field: said("field"),
        until: said("until"),
        flags: said("flags").split_whitespace().map(ToOwned::to_owned).collect(),
        page: number(&said, "page")?,
        region: region(&said("box"))?,
        file: said("file"),
        old: Some(WrittenSeen {
            state: state(&said, "old_state")?,
            text: Some(said("old_text")).filter(|t| !t.is_empty()),
            confidence: number(&said, "old_confidence")?,
        }),
        new: state(&said, "new_state")?
            .map(|state| WrittenNew { state, text: Some(said("new_text")).filter(|t| !t.is_empty()) }),
        name: said("name"),
        in_file: number(&said, "in_file")?,
        somebody_else: yes(&said, "somebody_else")?,
        what: said("what"),
    })
}

fn number<T: std::str::FromStr>(said: &dyn Fn(&str) -> String, column: &str) -> Result<Option<T>, String> {
    match said(column).as_str() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| format!("{column}: \"{text}\" is no number")),
    }
}

/// As the page writes it, as Excel writes it, or nothing.
fn yes(said: &dyn Fn(&str) -> String, column: &str) -> Result<bool, String> {
    match said(column).to_ascii_lowercase().as_str() {
        "" | "false" | "0" => Ok(false),
        "true" | "1" => Ok(true),
        other => Err(format!("{column}: \"{other}\" is neither true nor empty")),
    }
}

fn state(said: &dyn Fn(&str) -> String, column: &str) -> Result<Option<State>, String> {
    match said(column).as_str() {
        "" => Ok(None),
        "read" => Ok(Some(State::Read)),
        "blank" => Ok(Some(State::Empty)),
        "illegible" => Ok(Some(State::Illegible)),
        "not_found" => Ok(Some(State::NotFound)),
        other => Err(format!("{column}: \"{other}\" is none of read, blank, illegible, not_found")),
    }
}

/// `12 34 56 78`.
fn region(text: &str) -> Result<Option<[u32; 4]>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let numbers: Result<Vec<u32>, _> = text.split_whitespace().map(str::parse).collect();
    numbers
        .ok()
        .and_then(|n| n.try_into().ok())
        .map(Some)
        .ok_or_else(|| format!("box: \"{text}\" is not x, y, width and height"))
}

/// A cell without the `'` before it and the tab behind it, which keep a spreadsheet from changing it (docs/output.md).
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::super::super::error::Source;
    use super::super::record;

    const GOOD: &str = "\u{feff}submission_id,decision,rule,document,field,reason,who,until,decided_on,flags\r\n\
        A1,accept,form-phone,学历承诺书,mobile,\"已电话核实,无误\",王审核,2024-12-31,2024-08-02,0123456789ab\r\n\
        020241500047\t,return,,,,请重新上传,王审核,,2024-08-02,\r\n\
        A3,accept,,,,,王审核,,2024-08-02,\r\n";

    fn read(text: &str) -> String {
        match record(&Source { name: "d.csv", text }, String::new(), &["form-phone", "internal-error"]) {
            Ok(d) => {
                let torn = d.torn.map(|line| format!("torn at {line}"));
                d.entries
                    .iter()
                    .map(|e| format!("{} {} {} {}", e.submission, e.about(), e.time.date(), e.position.line))
                    .chain(torn)
                    .collect::<Vec<_>>()
                    .join(" | ")
            }
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn what_the_page_writes_is_read() {
        let whole = "A1 form-phone 学历承诺书 mobile 2024-08-02 2 | 020241500047 submission 2024-08-02 3 | A3 submission 2024-08-02 4";
        assert_eq!(read(GOOD), whole);
        // As Excel saves it again.
        assert_eq!(
            read(&GOOD.replace("2024-12-31", "2024/12/31").replace('\u{feff}', "").replace("\r\n", "\n")),
            whole
        );
        assert_eq!(
            read(&GOOD.replace("A3,accept", "'=A3,accept")).rsplit(" | ").next(),
            Some("=A3 submission 2024-08-02 4")
        );
        assert_eq!(read(&format!("{GOOD},,,,,,,,,\r\n")), whole, "an empty row is none");
        assert_eq!(read(&format!("{GOOD}A4,acc")), format!("{whole} | torn at 5"));
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
            (GOOD.replace("return", "maybe"), "d.csv:3:1: \"maybe\" is no kind of entry"),
            (GOOD.replace("return,,", "return,form-phone,"), "d.csv:3:1: only \"accept\" may name a rule"),
            (GOOD.replace("until", "bis"), "d.csv: no column until; a record of decisions is"),
            (GOOD.replace("2024-08-02", "gestern"), "d.csv:2:1: \"gestern\" is no time"),
        ] {
            let found = read(&text);
            assert!(found.starts_with(said), "expected {said}\nfound    {found}");
        }
    }
}
