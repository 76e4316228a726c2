//! From `yushen.toml` to defaults of the command line: whatever is said there is said once for every night, and the
//! command line wins over it.
//! Reads and checks the file; which option does what is the command line's business.

use crate::cli::logging;
use crate::cli::options::FailOn;
use crate::disk;
use crate::ingest;
use crate::packs;
use crate::report::run::HashedFile;
use crate::report::summary::Lang;
use crate::run::request::{Computing, Engine, PictureMode, SecondReading};
use crate::run::spot_check::Share;
use anyhow::{Context as _, bail};
use clap::builder::OsStr;
use clap::{Command, ValueEnum};
use serde::{Deserialize, Deserializer, de};
use sha2::{Digest, Sha256};
use std::env;
use std::ffi::{OsStr as StdOsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// The file's name, wherever it lies.
pub const FILE: &str = "yushen.toml";

/// A configuration that was read, and where it lies.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whole path and hash, for `run.json`.
    pub file: HashedFile,
    folder: PathBuf,
    values: Values,
}

/// The configuration that is used, if any, and one that lies in the working directory and is not.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub config: Option<Config>,
    pub passed_over: Option<PassedOver>,
    /// It was found in the working directory, and nobody named it.
    here: bool,
}

/// A configuration that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    pub path: PathBuf,
    pub zh: &'static str,
    pub en: String,
}

/// A configuration that says what is not understood, and the language that it asks for nevertheless.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Misread {
    pub lang: Option<Lang>,
    error: packs::PackError,
}

/// The language that a configuration asks for, wherever else it is wrong.
fn said_in(text: &str) -> Option<Lang> {
    let head = text.lines().map(str::trim).take_while(|line| !line.starts_with('['));
    let lang = head.filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == "lang");
    let word = lang?.1.split('#').next()?.trim().trim_matches(['"', '\'']);
    Lang::from_str(word, false).ok()
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Values {
    lang: Option<Word<Lang>>,
    log_format: Option<Word<logging::Format>>,
    log_level: Option<Word<logging::Level>>,
    audit: AuditValues,
}

/// The options of `yushen audit` that an office says once. Days and parts of a run are said anew each time.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct AuditValues {
    batches: Vec<PathBuf>,
    out: Option<PathBuf>,
    rules: Option<PathBuf>,
    aliases: Option<PathBuf>,
    office: Option<PathBuf>,
    archive: Vec<PathBuf>,
    waivers: Option<PathBuf>,
    #[serde(deserialize_with = "one_or_many")]
    decisions: Vec<PathBuf>,
    store: Option<PathBuf>,
    no_store: bool,
    redact: bool,
    redact_key: Option<PathBuf>,
    spot_check: Option<Part>,
    spot_check_key: Option<PathBuf>,
    jobs: Option<Jobs>,
    pack: Option<String>,
    engine: Option<Word<Engine>>,
    second_reading: Option<Word<SecondReading>>,
    runtime: Option<Word<Computing>>,
    report: Option<Word<PictureMode>>,
    xlsx: bool,
    fail_on: Option<Word<FailOn>>,
    quiet: bool,
    operator: Option<String>,
    sign: Option<PathBuf>,
}

/// One path, or a list of paths.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a path, or a list of paths")]
    enum Paths {
        One(PathBuf),
        Many(Vec<PathBuf>),
    }
    Ok(match Paths::deserialize(deserializer)? {
        Paths::One(path) => vec![path],
        Paths::Many(paths) => paths,
    })
}

/// A value out of a closed list, as the command line has it.
#[derive(Debug, Clone)]
struct Word<T>(T);

impl<'de, T: ValueEnum> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        T::from_str(&word, false).map(Self).map_err(|_| {
            let names: Vec<String> = T::value_variants()
                .iter()
                .filter_map(clap::ValueEnum::to_possible_value)
                .map(|v| format!("`{}`", v.get_name()))
                .collect();
            de::Error::custom(format!("unknown value `{word}`, expected one of {}", names.join(", ")))
        })
    }
}

impl<T: ValueEnum> Word<T> {
    fn name(&self) -> OsString {
        self.0.to_possible_value().map_or_else(OsString::new, |v| v.get_name().into())
    }
}

#[derive(Debug, Clone, Copy)]
struct Jobs(u16);

impl<'de> Deserialize<'de> for Jobs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let n = u16::deserialize(deserializer)?;
        if (1..=1024).contains(&n) {
            Ok(Self(n))
        } else {
            Err(de::Error::custom("expected 1 to 1024 submissions at a time"))
        }
    }
}

/// A share as the command line has it.
#[derive(Debug, Clone)]
struct Part(String);

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<Share>().map_err(de::Error::custom)?;
        Ok(Self(text))
    }
}

/// What the arguments say of a configuration: `--config FILE`, `--no-config`, or neither. Seen before they are parsed,
/// since they are parsed by what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    File(PathBuf),
    None,
    Discover,
}

impl Asked {
    pub fn of(arguments: &[OsString]) -> Self {
        let mut asked = Self::Discover;
        let mut list = arguments.iter().skip(1).take_while(|a| *a != "--");
        while let Some(argument) = list.next() {
            match argument.to_str() {
                Some("--no-config") => asked = Self::None,
                Some("--config") => asked = list.next().map_or(asked, |path| Self::File(path.into())),
                Some(text) => asked = text.strip_prefix("--config=").map_or(asked, |path| Self::File(path.into())),
                // The path itself may be no text.
                None => asked = after_equals(argument).map_or(asked, Self::File),
            }
        }
        asked
    }
}

#[cfg(unix)]
fn after_equals(argument: &StdOsStr) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    argument.as_bytes().strip_prefix(b"--config=").map(|path| StdOsStr::from_bytes(path).into())
}

#[cfg(not(unix))]
fn after_equals(_argument: &StdOsStr) -> Option<PathBuf> {
    None
}

impl Config {
    /// The configuration that the arguments ask for: the named one, else `./yushen.toml` if nobody else can have put it
    /// there, else that of the user.
    ///
    /// # Errors
    /// A file that cannot be read, or says what is not understood, with its place.
    pub fn find(asked: &Asked) -> anyhow::Result<Found> {
        let here = Path::new(FILE);
        match asked {
            Asked::None => Ok(Found::default()),
            Asked::File(path) => Ok(Found { config: Some(Self::read(path)?), ..Found::default() }),
            Asked::Discover if !here.is_file() => Self::of_user(None),
            Asked::Discover => match planted(here) {
                Some((zh, en)) => Self::of_user(Some(PassedOver { path: here.to_owned(), zh, en })),
                None => Ok(Found { config: Some(Self::read(here)?), passed_over: None, here: true }),
            },
        }
    }

    fn of_user(passed_over: Option<PassedOver>) -> anyhow::Result<Found> {
        let config = users().filter(|p| p.is_file()).map(|p| Self::read(&p)).transpose()?;
        Ok(Found { config, passed_over, here: false })
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("configuration {} cannot be read", path.display()))?;
        let values: Values = packs::read_toml(&path.display().to_string(), &text)
            .map_err(|error| Misread { lang: said_in(&text), error })?;
        let a = &values.audit;
        if a.no_store && a.store.is_some() {
            bail!("{}: store and no-store contradict each other", path.display());
        }
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = whole.parent().map_or_else(PathBuf::new, Path::to_owned);
        let file =
            HashedFile { name: whole.display().to_string(), sha256: format!("{:x}", Sha256::digest(text.as_bytes())) };
        Ok(Self { file, folder, values })
    }

    /// The command line with what is said here as its defaults.
    pub fn over(&self, command: Command) -> Command {
        let mut command = command;
        for (id, value) in [
            ("log_format", self.values.log_format.as_ref().map(Word::name)),
            ("log_level", self.values.log_level.as_ref().map(Word::name)),
        ] {
            if let Some(value) = value {
                command = command.mut_arg(id, |a| a.default_value(OsStr::from(value)));
            }
        }
        if let Some(lang) = &self.values.lang {
            command = with_language(command, &lang.name());
        }
        let values = self.audit();
        command.mut_subcommand("audit", |audit| {
            values.into_iter().fold(audit, |audit, (id, values)| {
                audit.mut_arg(id, |a| a.required(false).default_values(values.into_iter().map(OsStr::from)))
            })
        })
    }

    /// The language that every command speaks by this file.
    pub fn lang(&self) -> Option<Lang> {
        self.values.lang.as_ref().map(|word| word.0)
    }

    /// Does the file lie in one of these batches?
    fn is_in(&self, batches: &[PathBuf]) -> bool {
        batches.iter().any(|b| disk::is_inside(&self.folder, b))
    }

    /// Where the run's outputs and its facts go to by this file.
    pub fn places(&self) -> (Option<PathBuf>, Option<PathBuf>) {
        let at = |p: &Option<PathBuf>| p.as_ref().map(|p| self.folder.join(p));
        (at(&self.values.audit.out), at(&self.values.audit.store))
    }

    /// The rules that an audit uses by this file.
    pub fn rules(&self) -> Option<PathBuf> {
        self.values.audit.rules.as_ref().map(|p| self.folder.join(p))
    }

    /// The files and folders that a night reads by this file, by the option that names them, in the file's order.
    pub fn read_by_a_night(&self) -> Vec<(&'static str, PathBuf)> {
        const READ: [&str; 8] =
            ["batches", "aliases", "office", "archive", "waivers", "decisions", "redact_key", "sign"];
        let named = self.audit().into_iter().filter(|(id, _)| READ.contains(id));
        named.flat_map(|(id, paths)| paths.into_iter().map(move |p| (id, PathBuf::from(p)))).collect()
    }

    /// Every option of `audit` that is said, by its name in the definition. Paths are meant from the file's folder.
    fn audit(&self) -> Vec<(&'static str, Vec<OsString>)> {
        let a = &self.values.audit;
        let path = |p: &PathBuf| self.folder.join(p).into_os_string();
        let one = |p: &Option<PathBuf>| p.iter().map(path).collect::<Vec<_>>();
        let switch = |on: bool| if on { vec!["true".into()] } else { Vec::new() };
        let list = vec![
            ("batches", a.batches.iter().map(path).collect()),
            ("out", one(&a.out)),
            ("rules", one(&a.rules)),
            ("aliases", one(&a.aliases)),
            ("office", one(&a.office)),
            ("archive", a.archive.iter().map(path).collect()),
            ("waivers", one(&a.waivers)),
            ("decisions", a.decisions.iter().map(path).collect()),
            ("store", one(&a.store)),
            ("no_store", switch(a.no_store)),
            ("redact", switch(a.redact)),
            ("redact_key", one(&a.redact_key)),
            ("spot_check", a.spot_check.iter().map(|s| s.0.clone().into()).collect()),
            ("spot_check_key", one(&a.spot_check_key)),
            ("jobs", a.jobs.iter().map(|j| j.0.to_string().into()).collect()),
            ("pack", a.pack.iter().map(|p| p.clone().into()).collect()),
            ("engine", a.engine.iter().map(Word::name).collect()),
            ("second_reading", a.second_reading.iter().map(Word::name).collect()),
            ("runtime", a.runtime.iter().map(Word::name).collect()),
            ("report", a.report.iter().map(Word::name).collect()),
            ("xlsx", switch(a.xlsx)),
            ("fail_on", a.fail_on.iter().map(Word::name).collect()),
            ("quiet", switch(a.quiet)),
            ("sign", one(&a.sign)),
            ("operator", a.operator.iter().map(|o| o.clone().into()).collect()),
        ];
        list.into_iter().filter(|(_, values): &(_, Vec<OsString>)| !values.is_empty()).collect()
    }
}

impl Found {
    /// As it is to be for an audit of these batches: a configuration that was found in one of them is somebody else's.
    /// `None`: as it is.
    ///
    /// # Errors
    /// As for [`Config::find`].
    pub fn outside(&self, batches: &[PathBuf]) -> anyhow::Result<Option<Self>> {
        let Some(config) = self.config.as_ref().filter(|c| self.here && c.is_in(batches)) else { return Ok(None) };
        let (zh, en) = ("位于待审批次之内", "it lies inside a batch that is audited".to_owned());
        Config::of_user(Some(PassedOver { path: config.folder.join(FILE), zh, en })).map(Some)
    }
}

/// Folders above the working directory that are looked at for a batch's table: a group's and the batch's.
const ABOVE: usize = 2;

/// Why somebody else may have put the file into the working directory: that is a batch's, by what lies there, or others
/// can write to it.
fn planted(file: &Path) -> Option<(&'static str, String)> {
    let folder = env::current_dir().ok()?;
    let mut above = folder.ancestors().take(1 + ABOVE);
    if folder.join("submission.json").exists() || above.any(|f| ingest::TABLE_NAMES.iter().any(|t| f.join(t).exists()))
    {
        return Some((
            "当前文件夹是一个批次（有报名信息）",
            "the working directory is a batch's: registrations lie there".to_owned(),
        ));
    }
    [&*folder, file].into_iter().find_map(|path| match disk::writable_by_others(path, None) {
        Ok(None) => None,
        Ok(Some(why)) => Some(("他人可以改动该文件或其所在文件夹", format!("{why} ({})", path.display()))),
        Err(e) => Some(("不能确认他人能否改动该文件", e.to_string())),
    })
}

/// Every command that has a language speaks this one.
pub fn with_language(command: Command, name: &OsString) -> Command {
    let has = command.get_arguments().any(|a| a.get_id() == "lang");
    let command = if has { command.mut_arg("lang", |a| a.default_value(OsStr::from(name.clone()))) } else { command };
    command.mut_subcommands(|c| with_language(c, name))
}

/// Where a configuration is looked for, first come first: the working directory, then the user's folder for
/// configurations.
pub fn places() -> Vec<PathBuf> {
    std::iter::once(PathBuf::from(FILE)).chain(users()).collect()
}

/// The user's own.
fn users() -> Option<PathBuf> {
    let folder =
        |name: &str| env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from).filter(|p| p.is_absolute());
    let home = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
    };
    home.map(|h| h.join("yushen").join(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_seen_before_parsing() {
        let asked = |line: &str| Asked::of(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        for (line, want) in [
            ("yushen audit b -o out", Asked::Discover),
            ("yushen --config a.toml audit", Asked::File("a.toml".into())),
            ("yushen audit --config=a.toml", Asked::File("a.toml".into())),
            ("yushen audit --no-config", Asked::None),
            ("yushen audit -- --config", Asked::Discover),
            ("yushen audit --config", Asked::Discover),
        ] {
            assert_eq!(asked(line), want, "{line}");
        }
    }
}
