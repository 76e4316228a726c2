//! Fields that a form's file names: which field of the document is meant, and whether its type fits.

use super::error::{PackError, Source, one_of};
use crate::vocabulary::documents::Field;
use crate::vocabulary::form::{FieldType, FormField};
use crate::vocabulary::material::MaterialKind;
use toml::Spanned;

/// The document whose fields a form fills, and what its file says of each.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub file: &'a Source<'a>,
    pub material: MaterialKind,
    /// The document's, or those of one of its sections.
    pub known: &'static [Field],
    pub section: Option<&'static Field>,
    pub may_be_empty: bool,
    pub by_hand: Option<bool>,
}

/// A field by name and type. Without a type it is the one that the field's name or contents tell.
pub(super) fn field(
    fields: Fields,
    name: &Spanned<String>,
    of: Option<&Spanned<String>>,
) -> Result<FormField, PackError> {
    named_field(fields, name.get_ref(), of.map(|t| t.get_ref().as_str())).map_err(|(of_type, what)| {
        let span = of.filter(|_| of_type).map_or(name.span(), Spanned::span);
        fields.file.at(span, what)
    })
}

/// The same; an error says whether it is the type's.
pub(super) fn named_field(fields: Fields, name: &str, of: Option<&str>) -> Result<FormField, (bool, String)> {
    let readable = |f: &&'static Field| FieldType::ALL.iter().any(|t| t.fits(f.holds));
    let Some(field) = fields.known.iter().filter(readable).find(|f| f.name == name) else {
        let names = one_of(fields.known.iter().filter(readable).map(|f| f.name));
        let place = fields.section.map_or_else(|| fields.material.name().to_owned(), |s| format!("section {}", s.name));
        return Err((false, format!("\"{name}\" is no field of {place}; it has {names}")));
    };
    let fitting = || one_of(FieldType::ALL.into_iter().filter(|t| t.fits(field.holds)).map(FieldType::name));
    let of = match of {
        Some(written) => match FieldType::ALL.into_iter().find(|t| t.name() == written) {
            Some(of) if of.fits(field.holds) => of,
            Some(_) => return Err((true, format!("\"{name}\" cannot be of type \"{written}\"; write {}", fitting()))),
            None => {
                let names = one_of(FieldType::ALL.map(FieldType::name));
                return Err((true, format!("\"{written}\" is no type of field; the types are {names}")));
            }
        },
        None => {
            let mut fits = FieldType::ALL.into_iter().filter(|t| t.fits(field.holds));
            match (
                FieldType::ALL.into_iter().find(|t| t.name() == name && t.fits(field.holds)),
                fits.next(),
                fits.next(),
            ) {
                (Some(of), ..) | (None, Some(of), None) => of,
                _ => return Err((false, format!("what is written in \"{name}\"? Give its type: {}", fitting()))),
            }
        }
    };
    Ok(FormField {
        section: fields.section,
        field,
        of,
        may_be_empty: fields.may_be_empty,
        by_hand: fields.by_hand.unwrap_or(field.by_hand),
    })
}
