//! One file of `rules/forms/`: a printed form in its own words → a [`Form`], or an error with line and column.
//! Which forms a pack accepts is the pack's own word; whether two forms can be told apart is checked here.

use super::error::{PackError, Source, one_of};
use super::form_fields::{Fields, field};
use super::sentence::{line, pieces};
use super::validate::sha256;
use super::values::{filled, material_kind};
use crate::vocabulary::documents::{DOCUMENTS, Field};
use crate::vocabulary::form::{Column, Content, Form, FormCell, FormField, Part, Piece, RowTable, Sentence, Side};
use crate::vocabulary::holds::Holds;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::normalise;
use serde::Deserialize;
use toml::Spanned;

/// The folder beside the packs'.
pub(super) const FOLDER: &str = "forms";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    id: Spanned<String>,
    material: Spanned<String>,
    titles: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    instructions: Vec<Spanned<String>>,
    /// In the file's order.
    #[serde(default)]
    part: Vec<Spanned<PartEntry>>,
}

/// A part: by which of its keys are given it is a cell, a text, a line or a table of rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartEntry {
    #[serde(default)]
    labels: Vec<Spanned<String>>,
    under: Option<Spanned<String>>,
    value: Option<Spanned<String>>,
    field: Option<Spanned<String>>,
    #[serde(rename = "type")]
    of: Option<Spanned<String>>,
    options: Option<Spanned<Vec<Spanned<String>>>>,
    section: Option<Spanned<String>>,
    sentence: Option<Spanned<String>>,
    #[serde(default)]
    repeats: bool,
    signature: Option<Spanned<String>>,
    lines: Option<Vec<Spanned<String>>>,
    line: Option<Spanned<String>>,
    #[serde(default)]
    known_by: Vec<Spanned<String>>,
    columns: Option<Spanned<Vec<ColumnEntry>>>,
    #[serde(default)]
    may_be_empty: bool,
    by_hand: Option<bool>,
    least_mm: Option<Spanned<[f32; 2]>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnEntry {
    heads: Spanned<Vec<Spanned<String>>>,
    field: Option<Spanned<String>>,
    #[serde(rename = "type")]
    of: Option<Spanned<String>>,
    sentence: Option<Spanned<String>>,
    #[serde(default)]
    may_be_empty: bool,
    by_hand: Option<bool>,
}

/// The form in one file.
pub(super) fn form(file: &Source) -> Result<Form, PackError> {
    let written: FormFile = file.parse()?;
    let stem = file.name.rsplit('/').next().unwrap_or(file.name).trim_end_matches(".toml");
    if written.id.get_ref() != stem {
        return Err(file.at(
            written.id.span(),
            format!("id \"{}\" in the file {stem}.toml; they must be the same", written.id.get_ref()),
        ));
    }
    let material = material_kind(file, &written.material)?;
    let known = DOCUMENTS.iter().find(|(m, _)| *m == material && material.is_form()).map(|(_, fields)| *fields);
    let Some(known) = known else {
        let forms = one_of(MaterialKind::ALL.into_iter().filter(|m| m.is_form()).map(MaterialKind::name));
        return Err(file.at(
            written.material.span(),
            format!("\"{material}\" is not filled in on a form of its own; write {forms}"),
        ));
    };
    let titles = words(file, "the title", written.titles.get_ref())?;
    if titles.is_empty() {
        return Err(file.at(written.titles.span(), "no title: write what is printed at the page's head"));
    }
    let fields = Fields { file, material, known, section: None, may_be_empty: false, by_hand: None };
    let entries = &written.part;
    let parts = entries.iter().map(|e| part(fields, e)).collect::<Result<Vec<_>, _>>()?;
    let form = Form {
        id: stem.to_owned(),
        material,
        titles,
        instructions: words(file, "the title of the instructions", &written.instructions)?,
        parts,
        sha256: sha256([file.text.as_bytes()]),
    };
    if form.fields().is_empty() {
        return Err(file.whole("no field: a form needs a [[part]] with a field, a sentence or columns"));
    }
    each_once(file, &form, entries)?;
    Ok(form)
}

/// No field is filled twice, and no label says two things.
fn each_once(file: &Source, form: &Form, entries: &[Spanned<PartEntry>]) -> Result<(), PackError> {
    let fields_of = |part: &Part| Form { parts: vec![part.clone()], ..form.clone() }.fields();
    for (i, (part, entry)) in form.parts.iter().zip(entries).enumerate() {
        let own = fields_of(part);
        let before: Vec<FormField> = form.parts[..i].iter().flat_map(fields_of).collect();
        for (k, field) in own.iter().enumerate() {
            let same = |f: &FormField| f.section == field.section && f.field.name == field.field.name;
            if own[..k].iter().any(same) || before.iter().any(same) {
                let what = format!("\"{}\" is filled a second time; a form has one place for a field", path(field));
                return Err(file.at(entry.span(), what));
            }
        }
        let Part::Cell(cell) = part else { continue };
        let twin = form.parts[..i].iter().find_map(|p| match p {
            Part::Cell(other) if other.under == cell.under => {
                cell.labels.iter().find(|l| other.labels.iter().any(|o| plain(o) == plain(l)))
            }
            _ => None,
        });
        if let Some(label) = twin {
            return Err(file.at(
                entry.span(),
                format!("the label \"{label}\" stands in the form already; say with `under` which heading it is under"),
            ));
        }
    }
    Ok(())
}

fn part(fields: Fields, entry: &Spanned<PartEntry>) -> Result<Part, PackError> {
    let (file, e, span) = (fields.file, entry.get_ref(), entry.span());
    let fields = Fields { may_be_empty: e.may_be_empty, by_hand: e.by_hand, ..fields };
    let only = |given: bool, what: &str, of: &str| {
        if given { Err(file.at(span.clone(), format!("{what} in a part without {of}"))) } else { Ok(()) }
    };
    let kinds = [
        ("field", e.field.is_some()),
        ("sentence", e.sentence.is_some()),
        ("lines", e.lines.is_some()),
        ("line", e.line.is_some()),
        ("columns", e.columns.is_some()),
    ];
    let given: Vec<&str> = kinds.iter().filter(|k| k.1).map(|k| k.0).collect();
    if given.len() > 1 {
        return Err(file.at(span, format!("{} in one part; give each a [[part]] of its own", given.join(" and "))));
    }
    only(e.repeats && e.sentence.is_none(), "repeats", "a sentence")?;
    only(e.signature.is_some() && e.sentence.is_none(), "signature", "a sentence")?;
    only(e.of.is_some() && e.field.is_none(), "type", "a field")?;
    only(e.options.is_some() && e.field.is_none(), "options", "a field")?;
    only(!e.known_by.is_empty() && e.line.is_none() && e.signature.is_none(), "known_by", "a line or a signature")?;
    only(e.section.is_some() && e.sentence.is_none() && e.columns.is_none(), "section", "a sentence or columns")?;
    let cell = !e.labels.is_empty();
    only(e.under.is_some() && !cell, "under", "labels")?;
    only(e.value.is_some() && !cell, "value", "labels")?;
    only(e.least_mm.is_some() && !cell, "least_mm", "labels")?;
    if let Some(columns) = &e.columns {
        only(cell, "labels", "a cell of their own (a table is known by its heads)")?;
        return table(fields, e, columns).map(Part::Table);
    }
    if let Some(written) = &e.line {
        only(cell, "labels", "a cell (within a cell write lines = […])")?;
        return line(fields, written, &e.known_by).map(Part::Line);
    }
    let sentence = e.sentence.as_ref().map(|s| sentence(fields, e, s)).transpose()?;
    if !cell {
        return match sentence {
            Some(sentence) => Ok(Part::Text(sentence)),
            None => {
                Err(file.at(span, "neither labels nor sentence, line or columns: nothing tells where this part is"))
            }
        };
    }
    let content = match (&e.field, &e.options, sentence, &e.lines) {
        (Some(written), None, ..) => Content::Field(field(fields, written, e.of.as_ref())?),
        (Some(written), Some(options), ..) => choice(fields, written, e.of.as_ref(), options)?,
        (None, _, Some(sentence), _) => Content::Sentences(sentence),
        (None, _, None, Some(lines)) => {
            Content::Lines(lines.iter().map(|l| line(fields, l, &[])).collect::<Result<Vec<_>, _>>()?)
        }
        (None, _, None, None) => Content::Unread,
    };
    Ok(Part::Cell(FormCell {
        labels: words(file, "the label", &e.labels)?,
        under: e.under.as_ref().map(|u| filled(file, "the heading", u)).transpose()?,
        value: match e.value.as_ref().map(|v| v.get_ref().as_str()) {
            None | Some("right") => Side::Right,
            Some("below") => Side::Below,
            Some(other) => {
                let span = e.value.as_ref().map_or(span, Spanned::span);
                return Err(file.at(span, format!("\"{other}\" is no side; write {}", one_of(["right", "below"]))));
            }
        },
        content,
        least_mm: least(file, e.least_mm.as_ref())?,
    }))
}

fn least(file: &Source, written: Option<&Spanned<[f32; 2]>>) -> Result<[f32; 2], PackError> {
    let Some(written) = written else { return Ok([0.0; 2]) };
    let least = *written.get_ref();
    if least.iter().all(|mm| (0.0..=300.0).contains(mm)) {
        Ok(least)
    } else {
        Err(file.at(written.span(), "least_mm = [width, height] of the cell in millimetres, each 0–300"))
    }
}

fn sentence(fields: Fields, e: &PartEntry, written: &Spanned<String>) -> Result<Sentence, PackError> {
    let (section, within) = in_section(fields, e.section.as_ref())?;
    let is_list = section.is_some_and(|s| s.numbered.is_some());
    if let Some(named) = e.section.as_ref().filter(|_| e.repeats && !is_list) {
        return Err(fields
            .file
            .at(named.span(), format!("\"{}\" stands once on a form; leave out repeats", named.get_ref())));
    }
    if e.repeats && section.is_none() {
        return Err(fields
            .file
            .at(written.span(), "repeats without section: say which section gets one entry for each"));
    }
    let pieces = pieces(within, written)?;
    let printed = |p: Option<&Piece>| matches!(p, Some(Piece::Print(_)));
    if e.repeats && !(printed(pieces.first()) && printed(pieces.last())) {
        return Err(fields.file.at(
            written.span(),
            "a sentence that repeats begins and ends with print: by that the next one is told from it",
        ));
    }
    Ok(Sentence {
        section,
        pieces,
        repeats: e.repeats,
        signature: e.signature.as_ref().map(|s| line(within, s, &e.known_by)).transpose()?,
    })
}

fn table(fields: Fields, e: &PartEntry, columns: &Spanned<Vec<ColumnEntry>>) -> Result<RowTable, PackError> {
    let file = fields.file;
    let (section, within) = in_section(fields, e.section.as_ref())?;
    let Some(section) = section.filter(|s| s.numbered.is_some()) else {
        let sections = one_of(sections(fields.known).filter(|s| s.numbered.is_some()).map(|s| s.name));
        return Err(file.at(columns.span(), format!("rows fill a section with several entries: section = {sections}")));
    };
    let mut out = Vec::new();
    for column in columns.get_ref() {
        let heads = words(file, "the column's head", column.heads.get_ref())?;
        if heads.is_empty() {
            return Err(file.at(column.heads.span(), "no head: a column is known by what is printed over it"));
        }
        let within = Fields { may_be_empty: column.may_be_empty, by_hand: column.by_hand, ..within };
        let read = match (&column.field, &column.sentence) {
            (Some(name), None) => vec![Piece::Field(field(within, name, column.of.as_ref())?)],
            (None, Some(sentence)) => pieces(within, sentence)?,
            (None, None) => Vec::new(),
            (Some(name), Some(_)) => {
                return Err(file.at(name.span(), "field and sentence in one column; write one of them"));
            }
        };
        out.push(Column { heads, pieces: read });
    }
    if out.len() < 2 || out.iter().all(|c| c.pieces.is_empty()) {
        return Err(file.at(columns.span(), "a table of rows needs two columns and a field at least"));
    }
    Ok(RowTable { section, columns: out })
}

fn choice(
    fields: Fields,
    written: &Spanned<String>,
    of: Option<&Spanned<String>>,
    options: &Spanned<Vec<Spanned<String>>>,
) -> Result<Content, PackError> {
    let field = field(fields, written, of)?;
    let options_span = options.span();
    let options = words(fields.file, "the option", options.get_ref())?;
    if options.len() < 2 {
        return Err(fields.file.at(options_span, "a choice has two options at least"));
    }
    if !matches!(field.field.holds, Holds::Sex | Holds::Level | Holds::Text) {
        return Err(fields
            .file
            .at(written.span(), format!("\"{}\" holds no word that could be ticked", field.field.name)));
    }
    Ok(Content::Choice { field, options })
}

/// The section that a part names, and its fields.
fn in_section<'a>(
    fields: Fields<'a>,
    named: Option<&Spanned<String>>,
) -> Result<(Option<&'static Field>, Fields<'a>), PackError> {
    let Some(named) = named else { return Ok((None, fields)) };
    let Some(section) = sections(fields.known).find(|s| s.name == named.get_ref()) else {
        let names = one_of(sections(fields.known).map(|s| s.name));
        return Err(fields.file.at(
            named.span(),
            format!("\"{}\" is no section of {}; it has {names}", named.get_ref(), fields.material),
        ));
    };
    Ok((Some(section), Fields { known: section.parts, section: Some(section), ..fields }))
}

fn sections(known: &'static [Field]) -> impl Iterator<Item = &'static Field> {
    known.iter().filter(|f| f.holds == Holds::Section)
}

/// `work.start`, `name`.
fn path(field: &FormField) -> String {
    field.section.map_or_else(|| field.field.name.to_owned(), |s| format!("{}.{}", s.name, field.field.name))
}

fn words(file: &Source, what: &str, written: &[Spanned<String>]) -> Result<Vec<String>, PackError> {
    written.iter().map(|w| filled(file, what, w)).collect()
}

/// A printed word as it is compared.
fn plain(printed: &str) -> String {
    normalise(printed)
}

/// No two forms are the same to whoever reads a page: those with a title in common differ in their labels both ways.
pub(super) fn told_apart(forms: &[Form]) -> Result<(), PackError> {
    for (i, form) in forms.iter().enumerate() {
        for before in &forms[..i] {
            let shared = form.titles.iter().find(|t| before.titles.iter().any(|o| plain(o) == plain(t)));
            let Some(title) = shared else { continue };
            if form.material != before.material {
                return Err(PackError::Whole {
                    file: format!("{FOLDER}/{}.toml", form.id),
                    what: format!("\"{title}\" is the title of {}, which is another material", before.id),
                });
            }
            let lacks = |a: &Form, b: &Form| !a.labels().any(|l| b.labels().all(|o| plain(o) != plain(l)));
            if lacks(form, before) || lacks(before, form) {
                return Err(PackError::Whole {
                    file: format!("{FOLDER}/{}.toml", form.id),
                    what: format!(
                        "cannot be told from {}: both have the title \"{title}\", and one has no label that the other lacks",
                        before.id
                    ),
                });
            }
        }
    }
    Ok(())
}
