//! `audit --spot-check`: who is marked, that the next night marks the same ones, and that the run says so.

use crate::fakes::{FakeTools, batch, yushen};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn audit(dir: &Path, out: &str, more: &[&str]) -> (String, Vec<String>, Value) {
    let (root, out) = (dir.join("b"), dir.join(out));
    let (root, text) = (root.to_str().unwrap(), out.to_str().unwrap());
    let store = dir.join("store");
    let fixed = ["audit", root, "-o", text, "--as-of", "2026-01-02", "--store", store.to_str().unwrap()];
    let (code, summary, err) = yushen(&FakeTools::default(), &[&fixed, more].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    let marks = fs::read_to_string(out.join("submissions.csv")).unwrap();
    let mark = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        format!("{} {} {}", cells[0], cells[1], cells[cells.len() - 1])
    };
    let run = serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap();
    (summary, marks.lines().skip(1).map(mark).collect(), run)
}

#[test]
fn the_cleared_are_marked_and_every_night_the_same() {
    let dir = tempfile::tempdir().unwrap();
    batch(&dir.path().join("b"), &[("A", "name=甲"), ("B", ""), ("C", "name=甲乙\nregistered=丙"), ("D", "name=丁")]);
    let (summary, marks, run) = audit(dir.path(), "all", &["--spot-check", "100%"]);
    assert_eq!(marks, ["A pass yes", "B review ", "C reject ", "D pass yes"]);
    assert!(summary.contains("抽检 2 份，其中 2 份尚待人工查看全部材料"), "{summary}");
    assert_eq!(run["counts"]["spot_checks"], 2);
    assert!(dir.path().join("store/spot-check.key").is_file(), "the key is kept");
    let page = fs::read_to_string(dir.path().join("all/report/data.js")).unwrap();
    assert!(page.contains("\"A\"") && dir.path().join("all/report/index.html").is_file());

    let key = run["options"]["spot_check"]["key"].clone();
    let (_, half, again) = audit(dir.path(), "half", &["--spot-check", "50%"]);
    assert_eq!(again["options"]["spot_check"]["key"], key, "the same key");
    let (_, twice, _) = audit(dir.path(), "twice", &["--spot-check", "50%"]);
    assert_eq!(half, twice);

    let (summary, none, run) = audit(dir.path(), "none", &[]);
    assert!(none.iter().all(|m| !m.ends_with("yes")) && !summary.contains("抽检"), "{summary}");
    assert_eq!((&run["options"]["spot_check"], &run["counts"]["spot_checks"]), (&Value::Null, &Value::from(0)));
}
