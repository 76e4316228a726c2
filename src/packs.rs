//! Reads the files of a folder of rules, of an office's overrides, waivers and records of decisions, and hands their text to
//! `yushen_law::packs`, which validates it.
//! Decides nothing about what stands in them.

pub use yushen_law::packs::*;

use crate::vocabulary::finding::Severity;
use crate::vocabulary::office::Office;
use crate::vocabulary::record::RecordFile;
use crate::vocabulary::waiver::Waivers;
use std::fs;
use std::path::{Path, PathBuf};

/// The rules of a folder: `settings.toml` and one folder a pack. `known_rules` are the ids that clauses and overrides
/// may name.
///
/// # Errors
/// A file that cannot be read, and anything in it that is unknown, contradictory or out of range.
pub fn load(dir: &Path, known_rules: &[&str]) -> Result<Loaded, PackError> {
    of_texts(&read_folder(dir)?, known_rules)
}

/// The texts of a folder of rules, or of the ones inside the program: what [`of_texts`] takes.
///
/// # Errors
/// A file that cannot be read.
pub fn texts(dir: Option<&Path>) -> Result<Vec<(String, String)>, PackError> {
    match dir {
        Some(dir) => read_folder(dir),
        None => Ok(embedded_files().iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()),
    }
}

/// Lays an office's file of overrides over the rules. `known_rules`: every rule with the worst that it may give.
///
/// # Errors
/// A file that cannot be read, and anything in it that is unknown, out of range or not an office's to change.
pub fn with_office(
    loaded: Loaded,
    path: &Path,
    known_rules: &[(&str, Severity)],
) -> Result<(Loaded, Office), PackError> {
    let name = path.display().to_string();
    let text = read(path, &name)?;
    loaded.with_office(&name, &text, known_rules)
}

/// A file of waivers; `known_rules` are the ids that they may name.
///
/// # Errors
/// A file that cannot be read, and anything in it that is unknown, missing or said twice.
pub fn load_waivers(path: &Path, known_rules: &[&str]) -> Result<Waivers, PackError> {
    let name = path.display().to_string();
    let text = read(path, &name)?;
    waivers(&name, &text, known_rules)
}

/// A file of the record of decisions, in UTF-8 or GB18030; `known_rules` are the ids that its entries may name.
///
/// # Errors
/// A file that cannot be read, and any entry that is unknown or incomplete.
pub fn load_record(path: &Path, known_rules: &[&str]) -> Result<RecordFile, PackError> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|why| PackError::Io { file: name.clone(), why })?;
    record(&name, &bytes, known_rules)
}

/// A form's file as text, under the name that stands in its errors: the path with `/`.
///
/// # Errors
/// A file that cannot be read.
pub fn form_text(path: &Path) -> Result<(String, String), PackError> {
    let name = path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/");
    let text = read(path, &name)?;
    Ok((name, text))
}

/// The files of forms in a folder of them, or in the `forms` of a folder of rules, in order of name.
///
/// # Errors
/// A folder that cannot be listed, or that holds no such file.
pub fn form_files(dir: &Path) -> Result<Vec<PathBuf>, PackError> {
    let below = dir.join(FORMS_FOLDER);
    let dir = if below.is_dir() { below } else { dir.to_owned() };
    let name = dir.display().to_string();
    let files: Vec<PathBuf> = entries(&dir, &name)?
        .into_iter()
        .filter(|(file, is_folder)| !is_folder && Path::new(file).extension().is_some_and(|e| e == "toml"))
        .map(|(file, _)| dir.join(file))
        .collect();
    if files.is_empty() {
        return Err(PackError::Whole {
            file: name,
            what: "no form: a folder of forms holds a .toml file for each".to_owned(),
        });
    }
    Ok(files)
}

/// `settings.toml` and the files of every folder, in order of name. Other files at the root are other stages'
/// configuration.
fn read_folder(dir: &Path) -> Result<Vec<(String, String)>, PackError> {
    let mut files = Vec::new();
    for (name, is_folder) in entries(dir, &dir.display().to_string())? {
        if is_folder {
            let folder = dir.join(&name);
            let before = files.len();
            for (inner, is_folder) in entries(&folder, &name)? {
                let relative = format!("{name}/{inner}");
                let is_toml = Path::new(&inner).extension().is_some_and(|e| e == "toml");
                if is_folder || !(is_toml || is_note(&inner)) {
                    return Err(PackError::Whole {
                        file: relative,
                        what: "a pack's folder holds .toml files (and .md notes) only".to_owned(),
                    });
                }
                if is_toml {
                    files.push((relative.clone(), read(&folder.join(&inner), &relative)?));
                }
            }
            if files.len() == before {
                return Err(PackError::Whole {
                    file: name,
                    what: "no pack.toml: every folder of rules is a pack".to_owned(),
                });
            }
        } else if name == SETTINGS_FILE {
            files.push((name.clone(), read(&dir.join(&name), &name)?));
        }
    }
    files.sort();
    Ok(files)
}

/// Names in a folder and whether each is a folder; hidden ones are passed over.
fn entries(dir: &Path, name: &str) -> Result<Vec<(String, bool)>, PackError> {
    let failed = |why| PackError::Io { file: name.to_owned(), why };
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let inner = entry.file_name().to_string_lossy().into_owned();
        if !inner.starts_with('.') {
            out.push((inner, fs::metadata(entry.path()).map_err(failed)?.is_dir()));
        }
    }
    out.sort();
    Ok(out)
}

fn read(path: &Path, name: &str) -> Result<String, PackError> {
    let bytes = fs::read(path).map_err(|why| PackError::Io { file: name.to_owned(), why })?;
    String::from_utf8(bytes)
        .map_err(|_| PackError::Whole { file: name.to_owned(), what: "not UTF-8; save it as UTF-8".to_owned() })
}

fn is_note(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e == "md")
}
