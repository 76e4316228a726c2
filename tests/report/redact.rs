//! Redaction over invented submissions: everything that is hard to hide, and what is refused.

use crate::fakes::{FakeTools, NUMBER, audit, batch, yushen};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A folder called after its applicant, another after a number, a failure that quotes a number, a name in a reviewer's
/// reason.
fn batch_of_persons(root: &Path) {
    batch(
        root,
        &[
            ("20240001", "name=王永刚\nregistered=王永钢"),
            ("欧阳修", "name=王永刚\nregistered=欧阳修"),
            (NUMBER, "name=王永刚\nregistered=苏东坡"),
            ("20240004", "panic=read"),
            ("20240005", "panic=nan\nname=黄庭坚"),
        ],
    );
}

const PERSONS: [&str; 9] =
    ["王永刚", "王永钢", "欧阳修", "苏东坡", "黄庭坚", NUMBER, "11010119900307001I", "1990-03-07", "审核岗甲"];

fn all_text(out: &Path) -> String {
    let files = walkdir::WalkDir::new(out).into_iter().map(|e| e.unwrap().into_path()).filter(|p| p.is_file());
    files.map(|p| format!("{}\n{}", p.display(), String::from_utf8_lossy(&fs::read(&p).unwrap()))).collect()
}

#[test]
fn persons_are_hidden_wherever_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out, store) = (dir.path().join("b"), dir.path().join("out"), dir.path().join("facts"));
    batch_of_persons(&root);
    let waivers = dir.path().join("waivers.toml");
    let entry = |id: &str, rule: &str| {
        format!(
            "[[waiver]]\nsubmission = \"{id}\"\nrule = \"{rule}\"\nreason = \"王永刚已电话核实\"\nwho = \"审核岗甲\"\nuntil = \"2026-12-31\"\n"
        )
    };
    fs::write(&waivers, entry("20240001", "identity-name-mismatch") + &entry("欧阳修", "reading-doubtful")).unwrap();
    let arguments = ["--store", store.to_str().unwrap(), "--redact", "--waivers", waivers.to_str().unwrap()];
    assert_eq!(audit(&FakeTools::default(), &root, &out, &arguments), 3);
    let text = all_text(&out);
    let left: Vec<_> = PERSONS.iter().filter(|p| text.contains(**p)).collect();
    assert!(left.is_empty(), "{left:?}");
    for kept in [
        "互联网营销师",
        "甲公司",
        "2015-03",
        "identity-name-mismatch",
        "20240001",
        "已豁免（原为建议驳回；（已隐去）；审核人#",
    ] {
        assert!(text.contains(kept), "{kept} is kept");
    }
    let findings = fs::read_to_string(out.join("findings.jsonl")).unwrap();
    let list: Vec<Value> = findings.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let named: Vec<&str> =
        list.iter().map(|f| f["submission_id"].as_str().unwrap()).filter(|id| id.starts_with("编号#")).collect();
    assert_eq!(named.len(), 2, "folders that name a person have no name");
    // The same person in all of them: other submissions' flags name them by the same token.
    let open = list.iter().find(|f| f["submission_id"] == "20240001").unwrap();
    let told = open["flags"].as_array().unwrap().iter().filter_map(|f| f["observed"].as_str());
    assert_eq!(told.filter(|o| named.contains(o)).count(), 2);
}

#[test]
fn facts_and_earlier_runs_are_not_handed_on_by_accident() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out, open) = (dir.path().join("b"), dir.path().join("out"), dir.path().join("open"));
    batch_of_persons(&root);
    audit(&FakeTools::default(), &root, &open, &["--no-store"]);
    let refused = |out: &Path, more: &[&str], told: &str| {
        let arguments = [&["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap(), "-q"][..], more].concat();
        let (code, _, err) = yushen(&FakeTools::default(), &arguments);
        assert!(code == 2 && err.contains(told), "{more:?}: {err}");
    };
    refused(&out, &["--redact"], "give --store DIR outside it");
    refused(&out, &["--redact", "--store", out.join("facts").to_str().unwrap()], "give --store DIR outside it");
    refused(&out, &["--redact", "--no-store"], "needs --redact-key FILE");
    refused(&out, &["--redact-key", "key"], "--redact");
    let key = dir.path().join("key");
    fs::write(&key, "k".repeat(32)).unwrap();
    refused(
        &open,
        &["--redact", "--no-store", "--redact-key", key.to_str().unwrap()],
        "holds a run with names and numbers",
    );
    assert!(!out.join("findings.jsonl").exists());
}
