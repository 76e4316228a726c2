//! From a batch on disk to the outputs of the binary, as the tests that run the whole tool look at them.
//! Says what must hold of every run: nothing lost, and totals that add up.

#![allow(dead_code)] // each test binary uses its part

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

/// The day that counts as today in these tests.
pub const AS_OF: &str = "2026-11-22";

pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_yushen"))
}

pub fn audit(batch: &Path, out: &Path, more: &[&str]) -> Output {
    audit_with(Command::new(binary()), batch, out, more)
}

pub fn audit_with(mut command: Command, batch: &Path, out: &Path, more: &[&str]) -> Output {
    command.arg("audit").arg(batch).arg("-o").arg(out).args(["--as-of", AS_OF]).args(more).env("OMP_THREAD_LIMIT", "1");
    command.output().expect("the binary starts")
}

/// Rows of a CSV output by column name; a tab or quote that protects a value from Excel is taken off.
pub fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().unwrap().clone();
    let plain = |v: &str| v.strip_suffix('\t').unwrap_or(v).trim_start_matches('\'').to_owned();
    reader
        .records()
        .map(|r| head.iter().zip(r.unwrap().iter()).map(|(h, v)| (h.to_owned(), plain(v))).collect())
        .collect()
}

pub fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What must hold of every finished run; returns the ids of its submissions.
pub fn nothing_is_lost(batch: &Path, out: &Path) -> BTreeSet<String> {
    let run = json(&out.join("run.json"));
    let counts = &run["counts"];
    let count = |key: &str| counts[key].as_u64().unwrap_or_else(|| panic!("counts.{key}"));
    let sum = |key: &str| counts[key].as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum::<u64>();

    let submissions = rows(&out.join("submissions.csv"));
    let flags = rows(&out.join("flags.csv"));
    let findings = std::fs::read_to_string(out.join("findings.jsonl")).unwrap();
    assert_eq!(count("submissions"), submissions.len() as u64);
    assert_eq!(count("submissions"), findings.lines().count() as u64);
    assert_eq!(count("submissions"), sum("verdicts"));
    assert_eq!(count("submissions"), count("with_folder") + count("without_folder"));
    assert_eq!(count("submissions"), count("registered") + count("unregistered"));
    assert_eq!(
        count("submissions"),
        run["batches"].as_array().unwrap().iter().map(|b| b["submissions"].as_u64().unwrap()).sum::<u64>()
    );
    assert_eq!(count("files"), count("files_hashed") + count("files_refused") + count("files_unreadable"));
    assert_eq!(count("files"), run["inputs"].as_array().unwrap().len() as u64);
    assert_eq!(count("flags"), flags.len() as u64);
    assert_eq!(count("flags"), sum("flags_by_rule"));
    assert_eq!(count("flags"), sum("flags_by_severity"));
    assert_eq!(count("flags_of_batches"), flags.iter().filter(|f| f["submission_id"].is_empty()).count() as u64);

    let named: BTreeSet<String> =
        run["inputs"].as_array().unwrap().iter().map(|i| i["file"].as_str().unwrap().to_owned()).collect();
    let said = format!("{}{}", run["batches"], std::fs::read_to_string(out.join("flags.csv")).unwrap());
    for entry in walkdir::WalkDir::new(batch).into_iter().filter_map(Result::ok).filter(|e| !e.file_type().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let registration =
            ["报名信息.csv", "报名信息.xlsx", "companies.csv", "submission.json"].contains(&name.as_str());
        assert!(registration || named.contains(&name) || said.contains(&name), "{name} vanished");
    }
    submissions.into_iter().map(|s| s["submission_id"].clone()).collect()
}

/// Waits until an audit has come so `far`, as its files show; `false` if it ended before that.
pub fn comes_so_far(audit: &mut Child, mut far: impl FnMut() -> bool) -> bool {
    while !far() {
        if audit.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    true
}

/// The id of a pack that does not exist, and what the tool says when it is asked for.
pub fn no_such_pack() -> (String, String) {
    let loaded = yushen::packs::embedded().unwrap();
    let ids: BTreeSet<&str> = loaded.packs.packs.iter().map(|p| p.id.as_str()).collect();
    let unknown = format!("{}x", ids.last().unwrap());
    let told = format!("no pack \"{unknown}\"; there is {}", ids.into_iter().collect::<Vec<_>>().join(", "));
    (unknown, told)
}
