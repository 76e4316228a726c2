//! A file of waivers, checked: every entry names a submission and a rule, and says why, by whom and until when.
//! Does not check whether a waiver matches a flag (`rules` does) or whether it has expired.

use super::error::{Lines, PackError, Source, one_of};
use super::values::date;
use crate::vocabulary::finding::INTERNAL_ERROR;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::waiver::{Waiver, Waivers};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The waivers of one file. `known_rules` are the ids that they may name.
///
/// # Errors
/// Invalid TOML; an unknown key, rule or material; a waiver without reason, name or day; two waivers for the same
/// flags.
pub(super) fn waivers(file: &Source, sha256: String, known_rules: &[&str]) -> Result<Waivers, PackError> {
    let written: WaiversFile = file.parse()?;
    let (lines, mut once, mut entries) = (file.lines(), BTreeMap::new(), Vec::new());
    for entry in &written.waiver {
        let waiver = waiver(file, entry, known_rules, &lines)?;
        if let Some(first) = once.insert(flags_of(&waiver), waiver.line) {
            return Err(
                file.at(entry.span(), format!("a second waiver for the flags of line {first}; keep one of them"))
            );
        }
        entries.push(waiver);
    }
    Ok(Waivers { file: file.name.to_owned(), sha256, entries })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiversFile {
    #[serde(default)]
    waiver: Vec<Spanned<Entry>>,
}

/// Every key is optional here, so that the error for a missing one can be worded for the office.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    submission: Option<Spanned<String>>,
    rule: Option<Spanned<String>>,
    document: Option<Spanned<String>>,
    field: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    who: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
}

fn waiver(file: &Source, entry: &Spanned<Entry>, known_rules: &[&str], lines: &Lines) -> Result<Waiver, PackError> {
    let e = entry.get_ref();
    let said = |key: &str, what: &str, written: &Option<Spanned<String>>| match written {
        Some(text) if !text.get_ref().trim().is_empty() => Ok(text.get_ref().trim().to_owned()),
        Some(text) => Err(file.at(text.span(), format!("{key} is empty; {what}"))),
        None => Err(file.at(entry.span(), format!("a waiver without {key}; {what}"))),
    };
    let submission = said("submission", "give the 报名编号", &e.submission)?;
    let rule = said("rule", "give the id in the rule column of flags.csv", &e.rule)?;
    let at_rule = || e.rule.as_ref().map_or_else(|| entry.span(), Spanned::span);
    if !known_rules.contains(&rule.as_str()) {
        return Err(file.at(at_rule(), format!("\"{rule}\" is no rule; the rules are {}", one_of(known_rules))));
    }
    if rule == INTERNAL_ERROR {
        return Err(
            file.at(at_rule(), format!("\"{INTERNAL_ERROR}\" cannot be waived: nothing of that submission was judged"))
        );
    }
    let reason = said("reason", "say why the flag may stand", &e.reason)?;
    let who = said("who", "say who accepted it", &e.who)?;
    said("until", "give the last day on which it counts, as \"2024-12-31\"", &e.until)?;
    let Some(until) = &e.until else { return Err(file.at(entry.span(), "a waiver without until")) };
    let document = match &e.document {
        None => None,
        Some(name) => Some(MaterialKind::from_name(name.get_ref().trim()).ok_or_else(|| {
            let names = one_of(MaterialKind::ALL.map(MaterialKind::name));
            file.at(name.span(), format!("\"{}\" is no material; write {names}", name.get_ref()))
        })?),
    };
    let field = e
        .field
        .as_ref()
        .map(|f| said("field", "leave it out, or copy the field column of flags.csv", &Some(f.clone())))
        .transpose()?;
    Ok(Waiver {
        submission,
        rule,
        document,
        field,
        reason,
        who,
        until: date(file, until)?,
        line: lines.of(&entry.span()),
    })
}

/// What two waivers may not share: submission, rule, document, field.
pub(super) fn flags_of(w: &Waiver) -> (String, String, Option<MaterialKind>, Option<String>) {
    (w.submission.clone(), w.rule.clone(), w.document, w.field.clone())
}

#[cfg(test)]
mod tests {
    use super::{super::error::Source, waivers};

    const GOOD: &str = "# 本岗豁免清单\n[[waiver]]\nsubmission = \"A1\"\nrule = \"form-phone\"\nreason = \"已电话核实\"\nwho = \"王审核\"\nuntil = \"2024-12-31\"\n";

    #[test]
    fn each_mistake_is_refused_at_its_line() {
        for (text, said) in [
            (GOOD.to_owned(), "1 waivers, line 2"),
            (
                GOOD.replace("form-phone", "form-phones"),
                "w.toml:4:8: \"form-phones\" is no rule; the rules are \"form-phone\" or \"internal-error\"",
            ),
            (GOOD.replace("form-phone", "internal-error"), "w.toml:4:8: \"internal-error\" cannot be waived"),
            (GOOD.replace("reason = \"已电话核实\"\n", ""), "w.toml:2:1: a waiver without reason; say why"),
            (GOOD.replace("已电话核实", " "), "w.toml:5:10: reason is empty; say why"),
            (GOOD.replace("who = \"王审核\"\n", ""), "w.toml:2:1: a waiver without who; say who"),
            (GOOD.replace("until = \"2024-12-31\"\n", ""), "w.toml:2:1: a waiver without until; give the last day"),
            (GOOD.replace("2024-12-31", "2024-02-30"), "w.toml:7:9: \"2024-02-30\" is no date; write it as"),
            (GOOD.replace("\"2024-12-31\"", "2024-12-31"), "w.toml:7:9: "),
            (GOOD.replace("submission = \"A1\"\n", ""), "w.toml:2:1: a waiver without submission; give"),
            (format!("{GOOD}document = \"户口本\"\n"), "w.toml:8:12: \"户口本\" is no material; write"),
            (format!("{GOOD}whoo = \"x\"\n"), "w.toml:8:1: unknown field `whoo`, expected"),
            (format!("{GOOD}{GOOD}"), "w.toml:9:1: a second waiver for the flags of line 2"),
            (GOOD.replace("[[waiver]]", "[[waivers]]"), "w.toml:2:3: unknown field `waivers`, expected `waiver`"),
            (GOOD.replace("= \"A1\"", "= A1"), "w.toml:3:14: "),
            (String::new(), "0 waivers"),
        ] {
            let found = match waivers(
                &Source { name: "w.toml", text: &text },
                String::new(),
                &["form-phone", "internal-error"],
            ) {
                Ok(w) => format!(
                    "{} waivers{}",
                    w.entries.len(),
                    w.entries.first().map_or_else(String::new, |e| format!(", line {}", e.line))
                ),
                Err(e) => e.to_string(),
            };
            assert!(found.starts_with(said), "expected {said}\nfound    {found}\nin {text}");
        }
    }
}
