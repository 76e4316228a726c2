//! From all that the reading of one submission depends on to the key under which its facts are kept.
//! What is left out of the key would serve another run's facts, and what is in it for nothing would have every picture
//! read again: tests hold both.

use crate::packs::SETTINGS;
use crate::report::run::HashedFile;
use crate::store::Key;
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::form::Form;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::Settings;
use crate::vocabulary::submission::Submission;
use serde::Serialize;
use serde_json::{Map, Value};

/// Changes with whatever the readers are made of (`build.rs`).
pub const READER: &str = env!("YUSHEN_READER");

/// What is the same for all submissions of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Common {
    reader: &'static str,
    /// Vector units decide in which order numbers are added, and so their last bits.
    machine: Vec<&'static str>,
    models: Vec<HashedFile>,
    engine: String,
    settings: Value,
    /// Id and hash of every form: what a page is told from, too.
    forms: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Everything<'a> {
    common: &'a Common,
    expected: &'a Expectations,
    files: Vec<FileRead<'a>>,
}

/// As much of a file as can come to be in the facts.
#[derive(Serialize)]
struct FileRead<'a> {
    /// A file that no material's name matches is opened, too: it is read as what it shows.
    kind: Option<MaterialKind>,
    part: u16,
    name: &'a str,
    sha256: Option<&'a str>,
    refused: Option<&'a str>,
}

impl Common {
    /// `models` are all files that read, the second reader's too; `engine` is who reads.
    pub fn new(models: &[HashedFile], engine: &str, settings: &Settings, forms: &[Form]) -> Self {
        Self {
            reader: READER,
            machine: machine(),
            models: models.to_vec(),
            engine: format!("{engine} {}", second_version()),
            settings: settings_read(settings),
            forms: forms.iter().map(|f| (f.id.clone(), f.sha256.clone())).collect(),
        }
    }

    /// `None` if a file could not be hashed: what is read of it then is not known to be anybody's.
    pub fn key(&self, submission: &Submission, expected: &Expectations) -> Option<Key> {
        let mut read = Vec::new();
        for f in &submission.files {
            if f.sha256.is_none() && f.refused.is_none() {
                return None;
            }
            read.push(FileRead {
                kind: f.kind,
                part: f.part,
                name: &f.name,
                sha256: f.sha256.as_deref(),
                refused: f.refused.as_deref(),
            });
        }
        serde_json::to_vec(&Everything { common: self, expected, files: read }).ok().map(|text| Key::of(&text))
    }
}

/// Only the settings that the readers look at, as their sections have them: to change any other needs no picture.
fn settings_read(settings: &Settings) -> Value {
    let all = serde_json::to_value(settings).unwrap_or_default();
    let mut read = Map::new();
    for setting in SETTINGS.iter().filter(|s| s.read_by_readers) {
        let section = read.entry(setting.table()).or_insert_with(|| Value::Object(Map::new()));
        section[setting.name()] = all[setting.table()][setting.name()].clone();
    }
    Value::Object(read)
}

fn machine() -> Vec<&'static str> {
    let mut units = vec![std::env::consts::ARCH];
    #[cfg(target_arch = "x86_64")]
    {
        let there = [
            ("avx2", std::arch::is_x86_feature_detected!("avx2")),
            ("fma", std::arch::is_x86_feature_detected!("fma")),
            ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
            ("avx512vnni", std::arch::is_x86_feature_detected!("avx512vnni")),
        ];
        units.extend(there.into_iter().filter(|(_, has)| *has).map(|(name, _)| name));
    }
    units
}

/// The installed library's version: it may be another tomorrow with the same language data.
#[cfg(feature = "tesseract")]
fn second_version() -> String {
    crate::ocr::tesseract::version()
}

#[cfg(not(feature = "tesseract"))]
fn second_version() -> String {
    "none".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::documents::AssignedPage;
    use crate::vocabulary::level::Level;
    use crate::vocabulary::submission::{Entry, MaterialFile, Registration};
    use jiff::civil::Date;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn settings() -> Settings {
        crate::packs::embedded().unwrap().settings
    }

    fn models() -> Vec<HashedFile> {
        vec![HashedFile { name: "rec".into(), sha256: "ab".into() }]
    }

    fn file(name: &str) -> MaterialFile {
        let kind = Some(MaterialKind::ApplicationForm);
        MaterialFile {
            kind,
            part: 1,
            name: name.into(),
            path: "/x".into(),
            bytes: 1,
            sha256: Some("00".into()),
            refused: None,
        }
    }

    fn submission() -> Submission {
        Submission { id: "A".into(), files: vec![file("申报表.jpg")], ..Submission::default() }
    }

    #[test]
    fn whatever_is_read_by_changes_the_key() {
        let settings = settings();
        let key = |common: &Common, s: &Submission, e: &Expectations| common.key(s, e).unwrap();
        let common = Common::new(&models(), "Ppocr", &settings, &[]);
        let usual = key(&common, &submission(), &Expectations::default());
        let mut keys = vec![usual.clone()];

        for setting in SETTINGS.iter().filter(|s| s.read_by_readers) {
            let mut changed = serde_json::to_value(&settings).unwrap();
            let value = &mut changed[setting.table()][setting.name()];
            if let Some(list) = value.as_array_mut() {
                list.push(Value::from("x"));
            } else if let Some(year) = value.pointer_mut("/work/least") {
                // a table of ranges of years
                *year = Value::from(1941);
            } else {
                let number = value
                    .as_f64()
                    .unwrap_or_else(|| panic!("{} is a number, a list or a table of ranges", setting.key));
                *value = if number >= 2.0 { Value::from(number as u64 + 1) } else { Value::from(number / 2.0) };
            }
            let changed = serde_json::from_value(changed).unwrap();
            keys.push(key(&Common::new(&models(), "Ppocr", &changed, &[]), &submission(), &Expectations::default()));
        }
        keys.push(key(&Common::new(&[], "Ppocr", &settings, &[]), &submission(), &Expectations::default()));
        let forms = crate::packs::embedded().unwrap().packs.forms;
        keys.push(key(&Common::new(&models(), "Ppocr", &settings, &forms), &submission(), &Expectations::default()));
        let changed = [Form { sha256: "01".to_owned(), ..forms[0].clone() }];
        keys.push(key(&Common::new(&models(), "Ppocr", &settings, &changed), &submission(), &Expectations::default()));
        keys.push(key(&Common::new(&models(), "Tesseract", &settings, &[]), &submission(), &Expectations::default()));
        keys.push(key(&Common { reader: "another", ..common.clone() }, &submission(), &Expectations::default()));
        keys.push(key(&Common { machine: Vec::new(), ..common.clone() }, &submission(), &Expectations::default()));

        let text = || Some("x".to_owned());
        let list = || vec!["x".to_owned()];
        let none = Expectations::default;
        let page = |material| AssignedPage { file: "申报表.jpg".into(), in_file: None, material };
        for expect in [
            Expectations { name: text(), ..none() },
            Expectations { id_number: text(), ..none() },
            Expectations { mobile: text(), ..none() },
            Expectations { chsi_code: text(), ..none() },
            Expectations { prior_certificate_number: text(), ..none() },
            Expectations { occupation: text(), ..none() },
            Expectations { level: Some(Level::Two), ..none() },
            Expectations { birth_date: Some(Date::constant(1990, 1, 1)), ..none() },
            Expectations { registered_on: Some(Date::constant(1990, 1, 1)), ..none() },
            Expectations { condition: text(), ..none() },
            Expectations { conditions: list(), ..none() },
            Expectations { occupations: list(), ..none() },
            Expectations { majors: list(), ..none() },
            Expectations { employers: list(), ..none() },
            Expectations { forms: list(), ..none() },
            Expectations { assigned: vec![page(MaterialKind::Diploma)], ..none() },
            Expectations { assigned: vec![page(MaterialKind::Other)], ..none() },
            Expectations { assigned: vec![AssignedPage { in_file: Some(1), ..page(MaterialKind::Other) }], ..none() },
        ] {
            keys.push(key(&common, &submission(), &expect));
        }
        for changed in [
            MaterialFile { kind: Some(MaterialKind::Photo), ..file("申报表.jpg") },
            MaterialFile { kind: None, ..file("申报表.jpg") },
            MaterialFile { part: 2, ..file("申报表.jpg") },
            MaterialFile { sha256: Some("01".into()), ..file("申报表.jpg") },
            MaterialFile { sha256: None, refused: Some("链接".into()), ..file("申报表.jpg") },
            file("申报表.png"),
        ] {
            keys.push(key(&common, &Submission { files: vec![changed], ..submission() }, &Expectations::default()));
        }
        keys.push(key(
            &common,
            &Submission { files: vec![file("a"), file("b")], ..submission() },
            &Expectations::default(),
        ));
        let distinct: BTreeSet<&Key> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "two of these have one key");
    }

    #[test]
    fn what_only_the_rules_look_at_does_not() {
        let common = |s: &Settings| Common::new(&models(), "Ppocr", s, &[]);
        let usual = common(&settings()).key(&submission(), &Expectations::default());
        let mut other = settings();
        other.reading.alteration_threshold /= 2.0;
        other.reading.printed_threshold /= 2.0;
        other.photo.max_unevenness *= 2.0;
        other.card.max_glare /= 2.0;
        other.work.employer_endings.push("农场".into());
        other.limits.max_files += 1;
        other.limits.max_submission_bytes += 1;
        other.limits.max_seconds_per_submission += 1;
        other.severity.insert("form-phone".into(), crate::vocabulary::finding::Severity::Note);
        assert_eq!(common(&other).key(&submission(), &Expectations::default()), usual);
        let moved = MaterialFile { path: PathBuf::from("/elsewhere"), ..file("申报表.jpg") };
        // Another id and a field that no reader is told of: the applicant's e-mail.
        let registration =
            Some(Registration { email: Some(Entry::new("a@b.cn", Some("a@b.cn".into()))), ..Registration::default() });
        let same = Submission { id: "B".into(), files: vec![moved], registration, ..submission() };
        assert_eq!(common(&settings()).key(&same, &Expectations::default()), usual);
        assert_eq!(
            common(&settings()).key(
                &Submission { files: vec![MaterialFile { sha256: None, ..file("x") }], ..submission() },
                &Expectations::default()
            ),
            None
        );
    }

    /// The list of settings against the readers' sources: every field of a section that they name, other than as a fact
    /// of that name, is in the key.
    #[test]
    fn the_settings_that_readers_name_are_in_the_key() {
        let source = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let all = serde_json::to_value(settings()).unwrap();
        let mut named = BTreeSet::new();
        for (section, fields) in all.as_object().unwrap() {
            for field in fields.as_object().unwrap().keys().filter(|f| is_named(&source, f)) {
                named.insert(format!("{section}.{field}"));
            }
        }
        // Looked at where a file is opened for the readers, which is in `ingest`.
        named.insert("limits.max_file_bytes".to_owned());
        let keyed: BTreeSet<String> = SETTINGS.iter().filter(|s| s.read_by_readers).map(|s| s.key.to_owned()).collect();
        assert_eq!(named, keyed, "settings that the readers name (left) and those in the key (right)");
    }

    fn is_named(source: &str, field: &str) -> bool {
        let name = |c: char| c.is_alphanumeric() || c == '_';
        source.match_indices(&format!(".{field}")).any(|(at, found)| {
            let receiver = source[..at].rsplit(|c| !name(c)).next().unwrap_or_default();
            !source[at + found.len()..].starts_with(name) && receiver != "facts"
        })
    }

    /// All readers' sources in one text, without the modules that only test them.
    fn sources(src: &Path) -> String {
        let files = ["inspect", "ocr"]
            .iter()
            .flat_map(|part| walkdir::WalkDir::new(src.join(part)))
            .map(|e| e.unwrap().into_path());
        let rust =
            files.filter(|p| p.extension().is_some_and(|e| e == "rs") && p.file_stem().is_none_or(|s| s != "tests"));
        let own = |p: PathBuf| {
            let text = std::fs::read_to_string(p).unwrap();
            text.find("#[cfg(test)]\nmod ").map_or(text.clone(), |at| text[..at].to_owned())
        };
        rust.map(own).collect()
    }
}
