//! Parses and validates rule packs: the TOML of a folder, or of the copy of `rules/` inside the program, becomes
//! `vocabulary::pack` and `Settings`, or an error with file, line and column. Opens no file and judges nothing.

mod embedded;
mod error;
mod form_fields;
mod forms;
mod loaded;
mod occupation;
mod office;
mod printed;
mod record;
mod sentence;
mod settings;
mod unvalidated;
mod validate;
mod values;
mod waivers;

pub use error::PackError;
pub use loaded::Loaded;
pub use printed::{PrintedList, PrintedMajors, PrintedRow, PrintedTable};
pub use settings::{SETTINGS, Setting};
pub use values::{CLAUSE_SEPARATOR, excuse_name};

use crate::vocabulary::finding::Severity;
use crate::vocabulary::form::Form;
use crate::vocabulary::office::Office;
use crate::vocabulary::pack::PackSet;
use crate::vocabulary::record::{Entry, RecordFile};
use crate::vocabulary::waiver::Waivers;
use error::Source;

/// The file beside the packs' folders.
pub const SETTINGS_FILE: &str = "settings.toml";

/// The folder of the forms beside the packs' folders.
pub const FORMS_FOLDER: &str = forms::FOLDER;

/// The rules of a folder's texts: `settings.toml`, `forms/` and one folder a pack, as relative name with `/` and text, in order
/// of name.
/// `known_rules` are the ids that clauses and overrides may name.
///
/// # Errors
/// Anything in it that is unknown, contradictory or out of range.
pub fn of_texts(files: &[(String, String)], known_rules: &[&str]) -> Result<Loaded, PackError> {
    assemble(&files.iter().map(|(n, t)| Source { name: n, text: t }).collect::<Vec<_>>(), Some(known_rules))
}

/// The built-in rules: the repository's `rules/` when the program was built.
///
/// # Errors
/// As [`of_texts`]; a test holds that there are none.
pub fn embedded() -> Result<Loaded, PackError> {
    assemble(&embedded::FILES.map(|(name, text)| Source { name, text }), None)
}

/// The embedded files by name, as they would lie in a folder of rules.
pub fn embedded_files() -> &'static [(&'static str, &'static str)] {
    &embedded::FILES
}

impl Loaded {
    /// Applies an office's file of overrides. `known_rules`: every rule with the worst severity that it may give.
    ///
    /// # Errors
    /// Anything in it that is unknown, out of range, or that an office may not change.
    pub fn with_office(
        mut self,
        name: &str,
        text: &str,
        known_rules: &[(&str, Severity)],
    ) -> Result<(Self, Office), PackError> {
        let office =
            office::office(&Source { name, text }, validate::sha256([text.as_bytes()]), &mut self, known_rules)?;
        Ok((self, office))
    }
}

/// A file of waivers; `known_rules` are the ids that they may name, `name` is the file's in errors.
///
/// # Errors
/// Anything in it that is unknown, missing or given twice.
pub fn waivers(name: &str, text: &str, known_rules: &[&str]) -> Result<Waivers, PackError> {
    waivers::waivers(&Source { name, text }, validate::sha256([text.as_bytes()]), known_rules)
}

/// A file of the record of decisions, in UTF-8 or as Excel saves a CSV on a Chinese Windows (GB18030); `known_rules` are
/// the ids that its entries may name.
///
/// # Errors
/// Bytes in neither encoding, and any entry that is unknown or incomplete.
pub fn record(name: &str, bytes: &[u8], known_rules: &[&str]) -> Result<RecordFile, PackError> {
    let (text, _, broken) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), encoding_rs::UTF_8, false),
        // A last line that was torn off inside a character.
        Err(e) if e.error_len().is_none() => {
            (String::from_utf8_lossy(&bytes[..e.valid_up_to()]), encoding_rs::UTF_8, false)
        }
        Err(_) => encoding_rs::GB18030.decode(bytes),
    };
    if broken {
        return Err(PackError::Whole {
            file: name.to_owned(),
            what: "neither UTF-8 nor GB18030; export it from the report again".to_owned(),
        });
    }
    record::record(&Source { name, text: &text }, validate::sha256([bytes]), known_rules)
}

/// An entry of the record as a line of JSON holds it; [`record`] reads it back.
pub fn entry_json(entry: &Entry) -> serde_json::Value {
    record::json(entry)
}

/// A TOML file of another part of the program, read as packs are: unknown keys are refused with the known ones, errors
/// have line and column. `file` is its name in errors.
///
/// # Errors
/// If it is not what `T` says.
pub fn read_toml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, PackError> {
    Source { name: file, text }.parse()
}

fn assemble(files: &[Source], known_rules: Option<&[&str]>) -> Result<Loaded, PackError> {
    let Some(settings_file) = files.iter().find(|f| f.name == SETTINGS_FILE) else {
        return Err(PackError::Whole { file: SETTINGS_FILE.to_owned(), what: "not in the folder of rules".to_owned() });
    };
    let settings = settings::settings(settings_file, known_rules)?;
    let forms = forms(files)?;
    let mut packs = Vec::new();
    let mut printed = Vec::new();
    for folder in folders(files).into_iter().filter(|f| *f != FORMS_FOLDER) {
        let own: Vec<Source> =
            files.iter().filter(|f| f.name.split_once('/').is_some_and(|(head, _)| head == folder)).copied().collect();
        let (pack, tables) = validate::pack(folder, &own, &forms, known_rules)?;
        packs.push(pack);
        printed.extend(tables);
    }
    if packs.is_empty() {
        return Err(PackError::Whole {
            file: SETTINGS_FILE.to_owned(),
            what: "no pack beside it: each pack is a folder with a pack.toml".to_owned(),
        });
    }
    validate::between(&packs)?;
    let hashes = files.iter().map(|f| (f.name.to_owned(), validate::sha256([f.text.as_bytes()]))).collect();
    Ok(Loaded { packs: PackSet { packs, forms }, settings, files: hashes, printed })
}

/// The forms of a folder of rules. One without any takes the program's own, so that what offices have written before there
/// were such files reads on.
fn forms(files: &[Source]) -> Result<Vec<Form>, PackError> {
    let own: Vec<Source> = files.iter().filter(|f| in_forms(f.name)).copied().collect();
    let built_in =
        || embedded::FILES.iter().filter(|f| in_forms(f.0)).map(|(name, text)| Source { name, text }).collect();
    let files: Vec<Source> = if own.is_empty() { built_in() } else { own };
    let forms = files.iter().map(forms::form).collect::<Result<Vec<_>, _>>()?;
    forms::told_apart(&forms)?;
    Ok(forms)
}

fn in_forms(name: &str) -> bool {
    name.split_once('/').is_some_and(|(folder, _)| folder == FORMS_FOLDER)
}

/// One form's file, for whoever is writing it; `name` is the file's, which ends in `/<id>.toml` or is that.
///
/// # Errors
/// Anything in it that is unknown, contradictory or out of range.
pub fn form(name: &str, text: &str) -> Result<Form, PackError> {
    forms::form(&Source { name, text })
}

/// Can a reader tell these forms from one another, as it must those of one folder?
///
/// # Errors
/// Two of them have a title in common, and their labels do not tell them apart.
pub fn told_apart(forms: &[Form]) -> Result<(), PackError> {
    forms::told_apart(forms)
}

/// The folders in `files`, in order.
fn folders<'a>(files: &[Source<'a>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = files.iter().filter_map(|f| f.name.split_once('/')).map(|(head, _)| head).collect();
    names.dedup();
    names
}
