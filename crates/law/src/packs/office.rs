//! Checks an office's file of overrides and applies it: severities, thresholds, further 相关职业, names of files; and what
//! letters and the platform's template need of the office.
//! Refuses what the notices lay down (sizes, dates, years, conditions): an office may not change it.

use super::error::{PackError, Source, one_of};
use super::loaded::Loaded;
use super::settings::{SETTINGS, Setting, nonsense};
use crate::vocabulary::finding::{INTERNAL_ERROR, Severity, Verdict};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::office::{
    AddedName, AddedOccupation, ImportTemplate, Office, Reset, Softened, TEMPLATE_ID, TemplateColumn,
};
use crate::vocabulary::outcome::Remark;
use crate::vocabulary::pack::{PackSet, RelatedOccupation};
use crate::vocabulary::settings::Settings;
use crate::vocabulary::text::normalise;
use crate::vocabulary::waiver::Decided;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use toml::Spanned;

/// Applies the overrides of `file` to `loaded`. `known_rules`: every rule with the worst severity that it may give.
///
/// # Errors
/// An unknown key, rule, severity, occupation, pack or material; a threshold that no office may set, or one outside its
/// range.
pub(super) fn office(
    file: &Source,
    sha256: String,
    loaded: &mut Loaded,
    known_rules: &[(&str, Severity)],
) -> Result<Office, PackError> {
    let written: OfficeFile = file.parse()?;
    let mut office = Office {
        file: file.name.to_owned(),
        sha256,
        office_name: written.office_name.as_ref().map(|name| office_name(file, name)).transpose()?,
        template: written.template.as_ref().map(|t| template(file, t)).transpose()?,
        severities: Vec::new(),
        thresholds: Vec::new(),
        related: Vec::new(),
        names: Vec::new(),
        remarks: Vec::new(),
    };
    severities(file, &written.severity, &mut loaded.settings, known_rules, &mut office)?;
    let tables = [
        ("reading", &written.reading),
        ("photo", &written.photo),
        ("card", &written.card),
        ("work", &written.work),
        ("limits", &written.limits),
    ];
    thresholds(file, &tables, &mut loaded.settings, &mut office)?;
    for entry in &written.related {
        related(file, entry, &mut loaded.packs, &mut office)?;
    }
    for (name, material) in &written.materials {
        office.names.push(file_name(file, name, material)?);
    }
    Ok(office)
}

type Table = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeFile {
    office_name: Option<Spanned<String>>,
    template: Option<TemplateTable>,
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    reading: Table,
    #[serde(default)]
    photo: Table,
    #[serde(default)]
    card: Table,
    #[serde(default)]
    work: Table,
    #[serde(default)]
    limits: Table,
    #[serde(default)]
    related: Vec<RelatedEntry>,
    #[serde(default)]
    materials: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelatedEntry {
    /// 本职业.
    occupation: Spanned<String>,
    /// In this pack only; if left out, in every pack that has the occupation.
    pack: Option<Spanned<String>>,
    names: Spanned<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateTable {
    sheet: Option<String>,
    columns: Spanned<BTreeMap<Spanned<String>, Spanned<String>>>,
    #[serde(default)]
    decisions: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    verdicts: BTreeMap<Spanned<String>, String>,
}

/// Most characters of an office's name: two lines of a letter.
const LONGEST_NAME: usize = 60;

fn office_name(file: &Source, name: &Spanned<String>) -> Result<String, PackError> {
    let text = name.get_ref().trim();
    if text.is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
        return Err(file.at(
            name.span(),
            format!("office_name stands under letters to applicants: one line of 1 to {LONGEST_NAME} characters"),
        ));
    }
    Ok(text.to_owned())
}

/// Which values there are is the business of whoever fills the template in.
fn template(file: &Source, written: &TemplateTable) -> Result<ImportTemplate, PackError> {
    let mut columns: Vec<TemplateColumn> = Vec::new();
    for (heading, value) in written.columns.get_ref() {
        if heading.get_ref().trim().is_empty() || value.get_ref().trim().is_empty() {
            return Err(file.at(heading.span(), "write the template's heading, and the value that goes under it"));
        }
        columns.push(TemplateColumn {
            heading: heading.get_ref().clone(),
            value: value.get_ref().trim().to_owned(),
            line: file.line(heading.span()),
        });
    }
    columns.sort_by_key(|c| c.line);
    if columns.iter().filter(|c| c.value == TEMPLATE_ID).count() != 1 {
        return Err(file.at(
            written.columns.span(),
            format!("one heading of [template.columns] takes \"{TEMPLATE_ID}\": by it the template's rows are found"),
        ));
    }
    Ok(ImportTemplate {
        sheet: written.sheet.clone(),
        columns,
        decisions: words(file, &written.decisions, &Decided::ALL.map(|d| (d.id(), d)))?,
        verdicts: words(
            file,
            &written.verdicts,
            &[Verdict::Pass, Verdict::Review, Verdict::Reject].map(|v| (v.id(), v)),
        )?,
    })
}

/// The platform's words by what they stand for.
fn words<T: Copy + Ord>(
    file: &Source,
    written: &BTreeMap<Spanned<String>, String>,
    known: &[(&str, T)],
) -> Result<BTreeMap<T, String>, PackError> {
    let mut words = BTreeMap::new();
    for (id, word) in written {
        let Some((_, meant)) = known.iter().find(|(known, _)| known == id.get_ref()) else {
            let known = one_of(known.iter().map(|(id, _)| *id));
            return Err(file.at(id.span(), format!("\"{}\" is none; write {known}", id.get_ref())));
        };
        words.insert(*meant, word.clone());
    }
    Ok(words)
}

fn severities(
    file: &Source,
    written: &BTreeMap<Spanned<String>, Spanned<String>>,
    settings: &mut Settings,
    known_rules: &[(&str, Severity)],
    office: &mut Office,
) -> Result<(), PackError> {
    for (rule, severity) in written {
        let id = rule.get_ref();
        let Some((_, worst)) = known_rules.iter().find(|(known, _)| known == id) else {
            return Err(file.at(
                rule.span(),
                format!("\"{id}\" is no rule; the rules are {}", one_of(known_rules.iter().map(|k| k.0))),
            ));
        };
        let to = match severity.get_ref().as_str() {
            "reject" => Severity::Reject,
            "review" => Severity::Review,
            "note" => Severity::Note,
            other => {
                return Err(file.at(
                    severity.span(),
                    format!("\"{other}\" is no severity; write {}", one_of(["reject", "review", "note"])),
                ));
            }
        };
        if id == INTERNAL_ERROR && to == Severity::Note {
            return Err(file.at(
                severity.span(),
                format!("\"{INTERNAL_ERROR}\" cannot be a note: nothing of that submission was judged"),
            ));
        }
        let from = settings.severity.get(id).map_or(*worst, |cap| *worst.min(cap));
        let line = file.line(rule.span());
        if to.min(*worst) == from {
            office.remarks.push(unchanged(line, &format!("severity.{id} = {to}")));
            continue;
        }
        settings.severity.insert(id.clone(), to);
        office.severities.push(Softened { rule: id.clone(), from, to, line });
    }
    Ok(())
}

/// Sets the thresholds that the file gives, table by table.
fn thresholds(
    file: &Source,
    tables: &[(&str, &Table)],
    settings: &mut Settings,
    office: &mut Office,
) -> Result<(), PackError> {
    let before = settings.clone();
    for (table, entries) in tables {
        let open = || SETTINGS.iter().filter(|s| s.office_may_set && s.table() == *table).map(Setting::name);
        for (key, value) in *entries {
            if !open().any(|name| name == key.get_ref()) {
                return Err(file.at(
                    key.span(),
                    format!("{table}.{} is none that an office may set; it may set {}", key.get_ref(), one_of(open())),
                ));
            }
            if let Some(reset) = threshold(file, table, key.get_ref(), value, settings)? {
                office.thresholds.push(reset);
            } else {
                office.remarks.push(unchanged(file.line(key.span()), &format!("{table}.{}", key.get_ref())));
            }
        }
    }
    let place = |table: &str, key: &str| {
        let entries = tables.iter().find(|(name, _)| *name == table).map(|(_, entries)| *entries);
        let at = entries.and_then(|e| e.iter().find(|(k, _)| k.get_ref() == key).or_else(|| e.iter().next()));
        at.map_or(0..0, |(k, _)| k.span())
    };
    if let Some((setting, what)) = nonsense(settings) {
        return Err(file.at(place(setting.table(), setting.name()), format!("{}: {what}", setting.key)));
    }
    if settings.reading.working_threshold < before.reading.working_threshold {
        let what = "an office may ask for surer readings, not be content with less sure ones";
        return Err(file.at(
            place("reading", "working_threshold"),
            format!("reading.working_threshold: {what} (at least {})", before.reading.working_threshold),
        ));
    }
    Ok(())
}

/// Sets one threshold; `None` if it had that value before. Endings of employers' names are added to the existing ones.
fn threshold(
    file: &Source,
    table: &str,
    key: &str,
    written: &Spanned<toml::Value>,
    settings: &mut Settings,
) -> Result<Option<Reset>, PackError> {
    let wrong = |e: serde_json::Error| file.at(written.span(), format!("{table}.{key}: {e}"));
    // By way of text: an f32 keeps the digits that were written.
    let mut all: Value = serde_json::to_string(&*settings).and_then(|t| serde_json::from_str(&t)).map_err(wrong)?;
    let from = all[table][key].clone();
    let mut to = serde_json::to_value(written.get_ref()).map_err(wrong)?;
    if let (Value::Array(known), Value::Array(more), "employer_endings") = (&from, &to, key) {
        let new = more.iter().filter(|m| !known.contains(m));
        to = known.iter().chain(new).cloned().collect();
    }
    all[table][key] = to.clone();
    let changed: Settings = serde_json::from_value(all).map_err(wrong)?;
    if changed == *settings {
        return Ok(None);
    }
    *settings = changed;
    Ok(Some(Reset { key: format!("{table}.{key}"), from, to }))
}

fn related(file: &Source, entry: &RelatedEntry, packs: &mut PackSet, office: &mut Office) -> Result<(), PackError> {
    let wanted = |id: &str| entry.pack.as_ref().is_none_or(|p| p.get_ref() == id);
    if let Some(pack) = entry.pack.as_ref().filter(|p| packs.get(p.get_ref()).is_none()) {
        return Err(file.at(
            pack.span(),
            format!("\"{}\" is no pack; there is {}", pack.get_ref(), one_of(packs.packs.iter().map(|p| &p.id))),
        ));
    }
    let occupation = entry.occupation.get_ref();
    if !packs.packs.iter().any(|p| wanted(&p.id) && p.occupation(occupation).is_some()) {
        let mut names: Vec<&str> = packs
            .packs
            .iter()
            .filter(|p| wanted(&p.id))
            .flat_map(|p| &p.occupations)
            .map(|o| o.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        return Err(
            file.at(entry.occupation.span(), format!("\"{occupation}\" has no conditions; there is {}", one_of(names)))
        );
    }
    if entry.names.get_ref().is_empty() {
        return Err(file.at(entry.names.span(), "names is empty; list the occupations to be admitted"));
    }
    for name in entry.names.get_ref() {
        let word = name.get_ref().trim();
        if word.is_empty() {
            return Err(file.at(name.span(), "an empty name fits nothing"));
        }
        let mut added = AddedOccupation {
            occupation: occupation.clone(),
            name: word.to_owned(),
            packs: Vec::new(),
            line: file.line(name.span()),
        };
        for pack in packs.packs.iter_mut().filter(|p| wanted(&p.id)) {
            for own in pack.occupations.iter_mut().filter(|o| o.name == *occupation) {
                let listed = |known: &str| normalise(known) == normalise(word);
                if !listed(&own.name)
                    && !own.related.iter().any(|r| listed(&r.name) || r.parts.iter().any(|p| listed(p)))
                {
                    own.related.push(RelatedOccupation { name: word.to_owned(), parts: Vec::new() });
                    added.packs.push(pack.id.clone());
                }
            }
        }
        if added.packs.is_empty() {
            office.remarks.push(unchanged(added.line, &format!("{occupation} ← {word}")));
        } else {
            office.related.push(added);
        }
    }
    Ok(())
}

fn file_name(file: &Source, name: &Spanned<String>, material: &Spanned<String>) -> Result<AddedName, PackError> {
    let Some(kind) = MaterialKind::from_name(material.get_ref()) else {
        let names = one_of(MaterialKind::ALL.map(MaterialKind::name));
        return Err(file.at(material.span(), format!("\"{}\" is no material; write {names}", material.get_ref())));
    };
    if normalise(name.get_ref()).is_empty() {
        return Err(file.at(name.span(), "an empty name fits nothing"));
    }
    if let Some(other) = MaterialKind::from_name(&normalise(name.get_ref())).filter(|k| *k != kind) {
        return Err(file
            .at(name.span(), format!("\"{}\" is the name of {other} itself and cannot mean {kind}", name.get_ref())));
    }
    Ok(AddedName { name: name.get_ref().clone(), material: kind, line: file.line(name.span()) })
}

fn unchanged(line: usize, what: &str) -> Remark {
    Remark {
        line: Some(line), zh: format!("没有改变任何规则：{what}"), en: format!("changes nothing: {what}")
    }
}
