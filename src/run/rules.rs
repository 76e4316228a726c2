//! Loads the rules that a command judges by or prints, with an office's overrides.

use crate::packs::{self, Loaded};
use crate::report::run::{HashedFile, PackRecord, Provenance};
use crate::rules;
use crate::vocabulary::office::Office;
use crate::vocabulary::pack::Pack;
use anyhow::{Context as _, anyhow};
use std::path::Path;

/// Ids of all rules: what clauses and overrides may name.
pub fn known_rules() -> Vec<&'static str> {
    rules::ids()
}

/// The rules of a folder, or the ones inside the program.
///
/// # Errors
/// Whatever is wrong with the folder, with file, line and column.
pub fn load(dir: Option<&Path>) -> anyhow::Result<Loaded> {
    match dir {
        Some(dir) => {
            packs::load(dir, &known_rules()).with_context(|| format!("the rules in {} cannot be used", dir.display()))
        }
        None => packs::embedded().context("the built-in rules; this build is damaged, install it again"),
    }
}

/// The rules with the office's overrides laid over them.
///
/// # Errors
/// A file of overrides that cannot be used.
pub fn overridden(loaded: Loaded, file: Option<&Path>) -> anyhow::Result<(Loaded, Option<Office>)> {
    let Some(file) = file else { return Ok((loaded, None)) };
    let (loaded, office) = packs::with_office(loaded, file, &rules::worst())?;
    Ok((loaded, Some(office)))
}

/// The pack with this id.
///
/// # Errors
/// There is none; the message lists those that are there.
pub fn find_pack<'a>(loaded: &'a Loaded, id: &str) -> anyhow::Result<&'a Pack> {
    loaded.packs.get(id).ok_or_else(|| {
        let known: Vec<&str> = loaded.packs.packs.iter().map(|p| p.id.as_str()).collect();
        anyhow!("no pack \"{id}\"; there is {}", known.join(", "))
    })
}

/// Packs and rule files, as a run's record names them.
pub fn provenance(loaded: &Loaded) -> Provenance {
    let packs = loaded
        .packs
        .packs
        .iter()
        .map(|p| PackRecord {
            id: p.id.clone(),
            title: p.title.clone(),
            label: p.label(),
            effective_to: p.effective_to.map(|d| d.to_string()),
            sha256: p.sha256.clone(),
        })
        .collect();
    let rule_files =
        loaded.files.iter().map(|(name, sha256)| HashedFile { name: name.clone(), sha256: sha256.clone() }).collect();
    Provenance { packs, rule_files, ..Provenance::default() }
}
