//! `--redact`: from what the command line says to the key of the tokens, and to an output folder that holds nothing
//! which names a person.
//! What is hidden, and how, is in `report::redact`; here is only where the key lies and what is refused.

use crate::disk;
use crate::ingest;
use crate::report::redact::{Key, Redactor};
use crate::report::run::Recorded;
use crate::rules;
use crate::run::folder::{OWN, REPORT};
use crate::run::key_file;
use crate::run::request::Redaction;
use crate::store::KEY_FILE;
use anyhow::{Context as _, bail, ensure};
use serde_json::{Map, Value};
use std::io::BufReader;
use std::path::Path;

/// The name of the option in `run.json`.
const OPTION: &str = "redact";

/// What hides, and what the record says of it.
pub struct Redacting {
    pub redactor: Option<Redactor>,
    option: Value,
}

impl Redacting {
    /// Nothing is hidden.
    fn off() -> Self {
        Self { redactor: None, option: Value::Null }
    }

    fn by(key: Key) -> Self {
        Self { option: Redactor::option(&key), redactor: Some(Redactor::new(key, ingest::heads(), rules::shows)) }
    }

    /// Enters into the options of the run what was done.
    pub fn enter(&self, options: &mut Map<String, Value>) {
        options.insert(OPTION.into(), self.option.clone());
    }
}

/// For commands without a store: the key has to be given.
///
/// # Errors
/// No key, or one that cannot be used.
pub fn by_file(asked: &Redaction) -> anyhow::Result<Redacting> {
    ensure!(asked.redact || asked.key.is_none(), "--redact-key does nothing without --redact");
    if !asked.redact {
        return Ok(Redacting::off());
    }
    let path = asked.key.as_deref().with_context(|| {
        format!("--redact needs --redact-key FILE here: an audit with --redact --store DIR makes a key, DIR/{KEY_FILE}")
    })?;
    Ok(Redacting::by(read_key(path)?))
}

/// For an audit: the key that is given, else the store's, which is made if there is none yet.
///
/// # Errors
/// A key that cannot be used, or nowhere to keep one.
pub fn by_file_or_store(asked: &Redaction, store: Option<&Path>) -> anyhow::Result<Redacting> {
    match (asked.redact, &asked.key, store) {
        (true, None, Some(store)) => {
            let path = store.join(KEY_FILE);
            if !path.exists() {
                key_file::make(&path).with_context(|| {
                    format!("no key can be made in {}; give one with --redact-key", store.display())
                })?;
            }
            Ok(Redacting::by(read_key(&path)?))
        }
        (true, None, None) => bail!(
            "--redact with --no-store needs --redact-key FILE: a key that is thrown away would make tokens by which nothing can be joined"
        ),
        _ => by_file(asked),
    }
}

/// Sees that what is handed out with the output folder names nobody: the facts are kept elsewhere, and nothing is left
/// in it of a run that was not redacted.
///
/// # Errors
/// Otherwise.
pub fn guard(redact: bool, out: &Path, store: Option<&Path>, no_store: bool) -> anyhow::Result<()> {
    if !redact {
        return Ok(());
    }
    let elsewhere = "a redacted run keeps its facts outside the output folder, which may be handed on: give --store DIR outside it, or --no-store";
    match store {
        None => ensure!(no_store, "{elsewhere}"),
        Some(store) => ensure!(!disk::is_inside(store, out), "{elsewhere}"),
    }
    guard_outputs(true, out)
}

/// As [`guard`], for commands that keep no facts.
///
/// # Errors
/// If the folder holds a run that was not redacted, or its facts.
pub fn guard_outputs(redact: bool, out: &Path) -> anyhow::Result<()> {
    if !redact {
        return Ok(());
    }
    let kept = out.join(OWN).join("store");
    ensure!(
        !kept.exists(),
        "{} holds facts of an earlier run, with names and numbers; give a new folder with --out",
        kept.display()
    );
    let there = ["run.json", "findings.jsonl", "flags.csv", "submissions.csv", REPORT, crate::report::xlsx::FILE];
    if there.iter().any(|f| out.join(f).exists()) {
        let record = disk::open_file(&out.join("run.json")).ok().and_then(|f| Recorded::read(BufReader::new(f)).ok());
        ensure!(
            record.is_some_and(|r| is_redacted(&r.options)),
            "{} holds a run with names and numbers; give a new folder with --out",
            out.display()
        );
    }
    Ok(())
}

/// Was the run with these options redacted?
pub fn is_redacted(options: &Map<String, Value>) -> bool {
    options.get(OPTION).is_some_and(|v| !matches!(v, Value::Null | Value::Bool(false)))
}

/// Which key hid what; `None`: nothing was hidden.
pub fn mark(options: &Map<String, Value>) -> Option<&str> {
    options.get(OPTION).and_then(|v| v["key"].as_str())
}

/// What was hidden cannot be judged again.
///
/// # Errors
/// If the run was redacted.
pub fn refuse(options: &Map<String, Value>, folder: &Path) -> anyhow::Result<()> {
    ensure!(
        !is_redacted(options),
        "{} is a redacted run: names and numbers are not in it, so it cannot be judged again; give the run that it was made beside, or audit the batch again",
        folder.display()
    );
    Ok(())
}

fn read_key(path: &Path) -> anyhow::Result<Key> {
    let bytes = key_file::read(path).with_context(|| {
        format!(
            "--redact-key {} cannot be used; leave it out once, with --store DIR, and a key is made: DIR/{KEY_FILE}",
            path.display()
        )
    })?;
    Key::new(&bytes).with_context(|| format!("key {} cannot be used", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn asked(key: Option<&Path>) -> Redaction {
        Redaction { redact: true, key: key.map(Path::to_owned) }
    }

    #[test]
    fn a_key_is_made_once_for_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let mark = |r: Redacting| r.option["key"].as_str().unwrap().to_owned();
        let first = mark(by_file_or_store(&asked(None), Some(dir.path())).unwrap());
        assert_eq!(mark(by_file_or_store(&asked(None), Some(dir.path())).unwrap()), first);
        assert_eq!(mark(by_file(&asked(Some(&dir.path().join(KEY_FILE)))).unwrap()), first);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(mark(by_file_or_store(&asked(None), Some(other.path())).unwrap()), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(dir.path().join(KEY_FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_key_that_could_be_guessed_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        fs::write(&path, "secret\n").unwrap();
        let refused = by_file(&asked(Some(&path))).err().unwrap();
        assert!(format!("{refused:#}").contains("could be guessed"));
        assert!(by_file(&asked(None)).err().unwrap().to_string().contains("--redact-key FILE"));
        assert!(by_file_or_store(&asked(None), None).err().unwrap().to_string().contains("--no-store"));
    }

    #[test]
    fn facts_are_kept_outside_what_is_handed_out() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        assert!(guard(true, &out, Some(&out.join("facts")), false).is_err());
        assert!(guard(true, &out, None, false).is_err());
        assert!(guard(true, &out, Some(&dir.path().join("nodir/../out/facts")), false).is_err());
        assert!(guard(true, &out, Some(&dir.path().join("facts")), false).is_ok());
        assert!(guard(true, &out, None, true).is_ok());
        fs::create_dir_all(out.join(OWN).join("store")).unwrap();
        assert!(guard(true, &out, None, true).unwrap_err().to_string().contains("holds facts"));
        assert!(guard(false, &out, None, false).is_ok());
    }
}
