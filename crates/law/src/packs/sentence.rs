//! Printed sentences as a form's file writes them: `本人于{start:month}—{end:month}，在{employer}（工作单位）…`.
//! Braces hold a field and its type, square brackets print that may be missing, `…` print that is not written out.

use super::error::{PackError, Source};
use super::form_fields::{Fields, named_field};
use super::values::filled;
use crate::vocabulary::form::{FieldType, FormField, Piece, PrintedLine};
use std::ops::Range;
use toml::Spanned;

/// The pieces of a sentence, left to right.
pub(super) fn pieces(fields: Fields, written: &Spanned<String>) -> Result<Vec<Piece>, PackError> {
    let place = Written { file: fields.file, span: written.span(), text: written.get_ref() };
    let mut out = Vec::new();
    let mut rest = written.get_ref().as_str();
    while let Some(first) = rest.chars().next() {
        let from = written.get_ref().len() - rest.len();
        match first {
            '{' => {
                let inside = rest[1..].split_once('}').map(|(inside, _)| inside).filter(|i| !i.contains('{'));
                let Some(inside) = inside else { return Err(place.at(from, "an opening brace without a closing one")) };
                let (name, of) = inside.split_once(':').map_or((inside, None), |(name, of)| (name, Some(of)));
                let field =
                    named_field(fields, name.trim(), of.map(str::trim)).map_err(|(_, what)| place.at(from, what))?;
                if matches!(out.last(), Some(Piece::Field(_) | Piece::Skipped)) && !stands_alone(&out, &field) {
                    return Err(place.at(from, "two fields without print between them: nothing tells where one ends"));
                }
                if field.of == FieldType::Condition {
                    return Err(place.at(from, "a copied condition has a cell of its own: labels and field"));
                }
                out.push(Piece::Field(field));
                rest = &rest[inside.len() + 2..];
            }
            '[' => {
                let Some((inside, _)) = rest[1..].split_once(']') else {
                    return Err(place.at(from, "an opening square bracket without a closing one"));
                };
                out.push(Piece::Loose(inside.to_owned()));
                rest = &rest[inside.len() + 2..];
            }
            '…' => {
                if matches!(out.last(), Some(Piece::Field(_))) {
                    return Err(place.at(from, "… behind a field: nothing tells where the field ends"));
                }
                if !matches!(out.last(), Some(Piece::Skipped)) {
                    out.push(Piece::Skipped);
                }
                rest = &rest[first.len_utf8()..];
            }
            '}' | ']' => return Err(place.at(from, format!("a closing {first} without an opening one"))),
            _ => {
                let end = rest.find(['{', '}', '[', ']', '…']).unwrap_or(rest.len());
                out.push(Piece::Print(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
    }
    if !out.iter().any(|p| matches!(p, Piece::Field(_))) {
        return Err(place.at(0, "no field: write {field:type} where something is filled in"));
    }
    Ok(out)
}

/// A date behind a signature needs no print between them: its digits tell where it begins.
fn stands_alone(before: &[Piece], field: &FormField) -> bool {
    matches!(before.last(), Some(Piece::Field(last)) if last.of == FieldType::Name) && field.of == FieldType::Date
}

/// A printed line that is found by its print: by `known_by`, else by what is printed before its first field.
pub(super) fn line(
    fields: Fields,
    written: &Spanned<String>,
    known_by: &[Spanned<String>],
) -> Result<PrintedLine, PackError> {
    let pieces = pieces(fields, written)?;
    let mut known: Vec<String> =
        known_by.iter().map(|w| filled(fields.file, "known_by", w)).collect::<Result<Vec<_>, _>>()?;
    if known.is_empty() {
        match pieces.first() {
            Some(Piece::Print(print)) => known.push(print.clone()),
            _ => {
                return Err(fields
                    .file
                    .at(written.span(), "a line begins with print, or known_by says how it is found"));
            }
        }
    }
    Ok(PrintedLine { pieces, known_by: known })
}

/// A string of the file, for errors inside it.
struct Written<'a> {
    file: &'a Source<'a>,
    span: Range<usize>,
    text: &'a str,
}

impl Written<'_> {
    /// An error at a byte of the text. Where the file spells the string with escapes, the place is the string's.
    fn at(&self, byte: usize, what: impl Into<String>) -> PackError {
        let quoted = self.file.text.get(self.span.clone()).unwrap_or_default();
        let quotes = quoted.find(self.text).unwrap_or(0);
        let from = self.span.start + if quotes == 0 { 0 } else { quotes + byte };
        self.file.at(from..from, what)
    }
}
