//! Broken packs: each case of `tests/packs/bad.toml` must be refused with the place and the reason that it names.

use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use yushen::packs;
use yushen::vocabulary::finding::Severity;
use yushen::vocabulary::office::Office;
use yushen::vocabulary::pack::Pack;

const RULES: [&str; 2] = ["photo-format", "form-phone"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    file: String,
    find: Option<String>,
    replace: String,
    error: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A fresh copy of the good rules.
fn good() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["n", "g"] {
        fs::create_dir(dir.path().join(folder)).unwrap();
        for entry in fs::read_dir(root().join("tests/packs/good").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, dir.path().join(folder).join(path.file_name().unwrap())).unwrap();
        }
    }
    fs::copy(root().join("rules/settings.toml"), dir.path().join("settings.toml")).unwrap();
    dir
}

fn refused(dir: &Path) -> String {
    packs::load(dir, &RULES).err().map_or_else(|| "accepted".to_owned(), |e| e.to_string())
}

#[test]
fn the_good_rules_are_good() {
    let loaded = packs::load(good().path(), &RULES).unwrap();
    assert_eq!(loaded.packs.packs.iter().map(Pack::label).collect::<Vec<_>>(), ["g@2024-01-01", "n@2024-01-01"]);
    let occupation = loaded.packs.get("n").unwrap().occupation("面点师").unwrap();
    assert_eq!(occupation.related[1].parts, ["茶师", "酒师"]);
    assert_eq!(occupation.conditions.len(), 2);
}

#[test]
fn every_broken_pack_is_refused_at_its_place() {
    let cases: Cases = toml::from_str(&fs::read_to_string(root().join("tests/packs/bad.toml")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in cases.case {
        let dir = good();
        let path = dir.path().join(&case.file);
        let broken = match &case.find {
            Some(find) => {
                let text = fs::read_to_string(&path).unwrap();
                assert!(text.contains(find), "{}: nothing to replace", case.name);
                // The last one: in settings.toml the comments come first.
                let at = text.rfind(find).unwrap();
                format!("{}{}{}", &text[..at], case.replace, &text[at + find.len()..])
            }
            None => case.replace.clone(),
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &broken).unwrap();
        let expected = case.error.replace("LAST", &broken.lines().count().to_string());
        let message = refused(dir.path());
        if !message.starts_with(&expected) {
            wrong.push(format!("{}\n  expected {expected}\n  got      {message}", case.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_folder_that_is_no_folder_of_rules_is_named() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(refused(empty.path()), "settings.toml: not in the folder of rules");
    let missing = empty.path().join("nowhere");
    assert!(
        refused(&missing).starts_with(&format!("{}: cannot be read: ", missing.display())),
        "{}",
        refused(&missing)
    );
    fs::copy(root().join("rules/settings.toml"), empty.path().join("settings.toml")).unwrap();
    assert!(refused(empty.path()).starts_with("settings.toml: no pack beside it"));
    let dir = good();
    fs::write(dir.path().join("n/baker.toml"), b"name = \"\xd0\xc5\"").unwrap();
    assert_eq!(refused(dir.path()), "n/baker.toml: not UTF-8; save it as UTF-8");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeCases {
    case: Vec<OfficeCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeCase {
    name: String,
    text: String,
    #[serde(default)]
    changes: Vec<String>,
    #[serde(default)]
    remarks: Vec<String>,
    error: Option<String>,
}

/// Each case of `tests/packs/office.toml`: what an office's file changes, what of it changes nothing, or how it is
/// refused.
#[test]
fn every_office_file_does_what_its_case_says() {
    let cases: OfficeCases =
        toml::from_str(&fs::read_to_string(root().join("tests/packs/office.toml")).unwrap()).unwrap();
    let rules: Vec<(&str, Severity)> = yushen::rules::RULES.iter().map(|r| (r.id, r.worst)).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("office.toml");
    let mut wrong = Vec::new();
    for case in cases.case {
        fs::write(&path, &case.text).unwrap();
        let (changes, remarks, error) = match packs::with_office(packs::embedded().unwrap(), &path, &rules) {
            Ok((loaded, office)) => {
                assert_eq!(
                    loaded == packs::embedded().unwrap(),
                    office.severities.is_empty() && office.thresholds.is_empty() && office.related.is_empty()
                );
                (
                    changes(&office),
                    office.remarks.iter().map(|r| format!("line {}: {}", r.line.unwrap(), r.en)).collect(),
                    None,
                )
            }
            Err(e) => (Vec::new(), Vec::new(), Some(e.to_string().replace(&format!("{}/", dir.path().display()), ""))),
        };
        let refused = match (&error, &case.error) {
            (Some(found), Some(expected)) => found.starts_with(expected),
            (None, None) => true,
            _ => false,
        };
        if !refused || changes != case.changes || remarks != case.remarks {
            wrong.push(format!("{}: {error:?}\n  {changes:#?}\n  {remarks:#?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn changes(office: &Office) -> Vec<String> {
    let severities = office.severities.iter().map(|s| format!("{} {} → {}", s.rule, s.from, s.to));
    let thresholds = office.thresholds.iter().map(|t| match (&t.from, &t.to) {
        (serde_json::Value::Array(from), serde_json::Value::Array(to)) if t.key == "work.employer_endings" => {
            format!("{} + {}", t.key, to[from.len()..].iter().filter_map(|e| e.as_str()).collect::<Vec<_>>().join(" "))
        }
        (from, to) => format!("{} {from} → {to}", t.key),
    });
    let related = office.related.iter().map(|r| format!("{} ← {} ({})", r.occupation, r.name, r.packs.join(" ")));
    severities
        .chain(thresholds)
        .chain(related)
        .chain(office.names.iter().map(|n| format!("{} = {}", n.name, n.material)))
        .collect()
}
