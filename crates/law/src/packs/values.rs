//! Parses words of the TOML: levels, materials, dates, kinds of school.
//! Each error names what would have been right.

use super::error::{PackError, Source, one_of};
use super::unvalidated::{ClauseEntry, MaterialEntry};
use crate::vocabulary::documents::{SchoolKind, Schooling};
use crate::vocabulary::finding::Clause;
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::pack::{Excuse, ExcusedIs, MaterialRequirement, MissingIs};
use jiff::civil::Date;
use toml::Spanned;

const CERTIFICATE_NUMBER: &str = "证书编号";
const CHSI_CODE: &str = "学信网验证码";

/// Stands between the texts (and sources) where a requirement rests on several clauses.
pub const CLAUSE_SEPARATOR: &str = " | ";

pub(super) fn level(file: &Source, written: &Spanned<String>) -> Result<Level, PackError> {
    Level::ALL.into_iter().find(|l| l.full() == *written.get_ref()).ok_or_else(|| {
        let names = one_of(Level::ALL.map(Level::full));
        file.at(written.span(), format!("\"{}\" is no level; write {names}", written.get_ref()))
    })
}

pub(super) fn date(file: &Source, written: &Spanned<String>) -> Result<Date, PackError> {
    written.get_ref().parse().map_err(|_| {
        file.at(written.span(), format!("\"{}\" is no date; write it as \"2024-01-01\"", written.get_ref()))
    })
}

pub(super) fn school_kind(file: &Source, written: &Spanned<String>) -> Result<SchoolKind, PackError> {
    SchoolKind::from_name(written.get_ref()).ok_or_else(|| {
        let names = one_of(SchoolKind::ALL.map(SchoolKind::name));
        file.at(written.span(), format!("\"{}\" is no kind of school; write {names}", written.get_ref()))
    })
}

pub(super) fn schooling(file: &Source, written: &Spanned<String>) -> Result<Schooling, PackError> {
    Schooling::from_name(written.get_ref()).ok_or_else(|| {
        let names = one_of(Schooling::ALL.map(Schooling::name));
        file.at(written.span(), format!("\"{}\" is no schooling; write {names}", written.get_ref()))
    })
}

/// A text that must say something.
pub(super) fn filled(file: &Source, what: &str, written: &Spanned<String>) -> Result<String, PackError> {
    if written.get_ref().trim().is_empty() {
        return Err(file.at(written.span(), format!("{what} is empty")));
    }
    Ok(written.get_ref().clone())
}

pub(super) fn material(file: &Source, entry: &MaterialEntry) -> Result<MaterialRequirement, PackError> {
    let kind = material_kind(file, &entry.material)?;
    let missing = match entry.missing.get_ref().as_str() {
        "reject" => MissingIs::Reject,
        "review" => MissingIs::Review,
        other => {
            return Err(file.at(
                entry.missing.span(),
                format!("\"{other}\" is no outcome; write {}", one_of(["reject", "review"])),
            ));
        }
    };
    let excused_by = entry.excused_by.iter().map(|e| excuse(file, kind, e)).collect::<Result<Vec<_>, _>>()?;
    let excused_is = match (&entry.excused_is, entry.excused_by.first()) {
        (None, None) => ExcusedIs::Nothing,
        (Some(e), None) => {
            return Err(file.at(e.span(), "excused_is without excused_by: say what excuses it, or leave both out"));
        }
        (None, Some(e)) => {
            return Err(file.at(e.span(), "excused_by without excused_is: say \"review\" or \"nothing\""));
        }
        (Some(e), Some(_)) => match e.get_ref().as_str() {
            "review" => ExcusedIs::Review,
            "nothing" => ExcusedIs::Nothing,
            other => {
                return Err(
                    file.at(e.span(), format!("\"{other}\" is no outcome; write {}", one_of(["review", "nothing"])))
                );
            }
        },
    };
    Ok(MaterialRequirement { material: kind, missing, excused_by, excused_is, clause: clause(file, &entry.clauses)? })
}

/// One clause of one or several places: sources and texts are joined in order.
pub(super) fn clause(file: &Source, entries: &Spanned<Vec<ClauseEntry>>) -> Result<Clause, PackError> {
    if entries.get_ref().is_empty() {
        return Err(file.at(entries.span(), "no clause: quote at least one { source = …, text = … }"));
    }
    let mut sources = Vec::new();
    let mut texts = Vec::new();
    for entry in entries.get_ref() {
        let source = filled(file, "the clause's source", &entry.source)?;
        if !sources.contains(&source) {
            sources.push(source);
        }
        texts.push(filled(file, "the clause's text", &entry.text)?);
    }
    Ok(Clause { source: sources.join("; "), text: Some(texts.join(CLAUSE_SEPARATOR)) })
}

pub(super) fn material_kind(file: &Source, written: &Spanned<String>) -> Result<MaterialKind, PackError> {
    MaterialKind::from_name(written.get_ref()).ok_or_else(|| {
        let names = one_of(MaterialKind::ALL.map(MaterialKind::name));
        file.at(written.span(), format!("\"{}\" is no material; write {names}", written.get_ref()))
    })
}

fn excuse(file: &Source, excused: MaterialKind, written: &Spanned<String>) -> Result<Excuse, PackError> {
    match written.get_ref().as_str() {
        CERTIFICATE_NUMBER => Ok(Excuse::CertificateNumber),
        CHSI_CODE => Ok(Excuse::ChsiCode),
        name => match MaterialKind::from_name(name) {
            Some(kind) if kind == excused => Err(file.at(written.span(), format!("\"{name}\" cannot excuse itself"))),
            Some(kind) => Ok(Excuse::Material(kind)),
            None => {
                let names = one_of(
                    [CERTIFICATE_NUMBER, CHSI_CODE].into_iter().chain(MaterialKind::ALL.map(MaterialKind::name)),
                );
                Err(file.at(written.span(), format!("\"{name}\" is no excuse; write {names}")))
            }
        },
    }
}

/// The word that stands for an excuse in a pack.
pub fn excuse_name(excuse: Excuse) -> &'static str {
    match excuse {
        Excuse::CertificateNumber => CERTIFICATE_NUMBER,
        Excuse::ChsiCode => CHSI_CODE,
        Excuse::Material(kind) => kind.name(),
    }
}
