//! A record as lines of JSON, one entry a line, as the report's page writes it.

use super::super::error::{PackError, Source};
use super::entry::Written;
use crate::vocabulary::record::{Entry, Position};

/// The entries, and the line of a last one that was torn off.
pub(super) fn entries(file: &Source, known_rules: &[&str]) -> Result<(Vec<Entry>, Option<usize>), PackError> {
    let (mut entries, mut at) = (Vec::new(), 0);
    for (i, whole) in file.text.split_inclusive('\n').enumerate() {
        let (span, line) = (at..at, whole.trim_start_matches('\u{feff}').trim());
        at += whole.len();
        if line.is_empty() {
            continue;
        }
        let written: Written = match serde_json::from_str(line) {
            Ok(written) => written,
            // The machine went down while it was written; what came before is whole.
            Err(broken) if !whole.ends_with('\n') && broken.is_eof() => return Ok((entries, Some(i + 1))),
            Err(broken) => return Err(file.at(span, format!("no entry of the record: {broken}"))),
        };
        let entry = written.entry(Position { file: 0, line: i + 1 }, known_rules);
        entries.push(entry.map_err(|what| file.at(span, what))?);
    }
    Ok((entries, None))
}

#[cfg(test)]
mod tests {
    use super::super::super::error::Source;
    use super::super::record;
    use crate::vocabulary::record::{Corrected, Said};

    const HEAD: &str = r#""time":"2026-11-30T08:12:05+08:00","who":"王审核","run":"0123456789abcdef","submission":"A1","material":"ab""#;

    fn read(text: &str) -> String {
        match record(&Source { name: "r.jsonl", text }, String::new(), &["form-phone"]) {
            Ok(r) => {
                let said = |said: &Said| match said {
                    Said::Reading { new: Corrected::Text(text), confirms, .. } => format!("{text} {confirms}"),
                    Said::Reading { new, .. } => format!("{new:?}"),
                    Said::Assign { to, .. } => format!("{to:?}"),
                    Said::Withdraw(about) => format!("not {about}"),
                    other => format!("{other:?}").split([' ', '{']).next().unwrap_or_default().to_owned(),
                };
                let torn = r.torn.map(|line| format!("torn at {line}"));
                r.entries
                    .iter()
                    .map(|e| format!("{}: {}", e.about(), said(&e.said)))
                    .chain(torn)
                    .collect::<Vec<_>>()
                    .join(" | ")
            }
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn each_kind_is_read_or_refused() {
        for (rest, found) in [
            (r#""kind":"accept""#, "submission: Decision"),
            (r#""kind":"return","reason":"请重新上传""#, "submission: Decision"),
            (r#""kind":"return""#, "r.jsonl:1:1: reason is empty; say what the applicant is told"),
            (
                r#""kind":"accept_flag","rule":"form-phone","document":"学历承诺书","reason":"已核实","until":"2024-12-31","flags":["0123456789ab"]"#,
                "form-phone 学历承诺书: AcceptFlag",
            ),
            (
                r#""kind":"correct","field":"application_form.work[0].start","page":1,"box":[1,2,3,4],"file":"ff","old":{"state":"read","text":"2015年3月","confidence":0.53},"new":{"state":"read","text":"2016年3月"}"#,
                "application_form.work[0].start: 2016年3月 false",
            ),
            (
                r#""kind":"confirm","field":"diploma.name","new":{"state":"read","text":"闫若曦"}"#,
                "diploma.name: 闫若曦 true",
            ),
            (r#""kind":"correct","field":"diploma.name","new":{"state":"blank"}"#, "diploma.name: Empty"),
            (r#""kind":"correct","field":"diploma.name","new":{"state":"illegible"}"#, "diploma.name: Written"),
            (
                r#""kind":"correct","field":"diploma.name","new":{"state":"read"}"#,
                "r.jsonl:1:1: a new reading without a text; if nothing is written there, say \"blank\"",
            ),
            (
                r#""kind":"correct","field":"diploma.name""#,
                "r.jsonl:1:1: no new reading; give new_state, and new_text with \"read\"",
            ),
            (
                r#""kind":"correct","new":{"state":"blank"}"#,
                "r.jsonl:1:1: field is empty; name the field as findings.jsonl does",
            ),
            (
                r#""kind":"overrule","field":"application_form.alterations[0]""#,
                "application_form.alterations[0]: NoAlteration",
            ),
            (r#""kind":"assign","name":"a/b.jpg","in_file":2,"document":"毕业证书""#, "a/b.jpg 2: Material(Diploma)"),
            (r#""kind":"assign","name":"b.jpg","somebody_else":true"#, "b.jpg: SomebodyElse"),
            (
                r#""kind":"assign","name":"b.jpg""#,
                "r.jsonl:1:1: give either the material, or that it belongs to somebody else",
            ),
            (r#""kind":"withdraw","what":"confirm","field":"diploma.name""#, "diploma.name: not diploma.name"),
            (r#""kind":"withdraw","what":"reject""#, "submission: not submission"),
            (
                r#""kind":"accept","reson":"x""#,
                "r.jsonl:1:1: no entry of the record: unknown field `reson`, expected one of",
            ),
        ] {
            let text = format!("{{{HEAD},{rest}}}\n");
            let read = read(&text);
            if let Ok(file) = record(&Source { name: "r.jsonl", text: &text }, String::new(), &["form-phone"]) {
                let again = format!("{}\n", super::super::json(&file.entries[0]));
                let again = record(&Source { name: "r.jsonl", text: &again }, String::new(), &["form-phone"]);
                assert_eq!(again.map(|r| r.entries).ok(), Some(file.entries), "{rest}: what is written is read back");
            }
            assert!(read.starts_with(found), "{rest}\nexpected {found}\nread     {read}");
        }
    }

    #[test]
    fn a_torn_last_line_is_told_and_any_other_refused() {
        let line = format!("{{{HEAD},\"kind\":\"accept\"}}");
        for (text, found) in [
            (format!("{line}\n{line}\n"), "submission: Decision | submission: Decision"),
            (format!("{line}\n{line}"), "submission: Decision | submission: Decision"),
            (format!("{line}\n{}", &line[..60]), "submission: Decision | torn at 2"),
            (format!("\u{feff}{line}\r\n\r\n{line}\r\n"), "submission: Decision | submission: Decision"),
            (format!("{line}\n{}\n{line}\n", &line[..60]), "r.jsonl:2:1: no entry of the record"),
            (String::new(), ""),
        ] {
            assert!(read(&text).starts_with(found), "{}", read(&text));
        }
    }
}
