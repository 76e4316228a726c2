//! The demonstration batch through the binary: verdicts and rules as `fixtures/demo/expected.csv` says, and the same bytes whatever the threads.

mod outputs;

use outputs::{audit, nothing_is_lost, rows};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const OUTPUTS: [&str; 3] = ["flags.csv", "submissions.csv", "findings.jsonl"];

#[test]
fn the_demonstration_is_judged_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let dir = tempfile::tempdir().unwrap();
    let [one, four] = ["1", "4"].map(|jobs| {
        let out = dir.path().join(jobs);
        let done = audit(&root.join("batch"), &out, &["--jobs", jobs]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        out
    });
    for file in OUTPUTS {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(four.join(file)).unwrap(), "{file} differs between --jobs 1 and --jobs 4");
    }

    let ids = nothing_is_lost(&root.join("batch"), &one);
    let expected = rows(&root.join("expected.csv"));
    assert!(expected.len() >= 8);
    assert_eq!(ids, expected.iter().map(|e| e["submission_id"].clone()).collect::<BTreeSet<_>>());

    let verdicts: BTreeMap<String, String> = rows(&one.join("submissions.csv")).into_iter().map(|r| (r["submission_id"].clone(), r["verdict"].clone())).collect();
    let mut rules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for flag in rows(&one.join("flags.csv")) {
        rules.entry(flag["submission_id"].clone()).or_default().insert(flag["rule"].clone());
    }
    let mut wrong = Vec::new();
    for row in &expected {
        let (id, verdict) = (&row["submission_id"], &row["verdict"]);
        let found = rules.get(id).cloned().unwrap_or_default();
        // Where a doubt is fair, either verdict is: a clean submission may be kept for review, never rejected.
        if !verdict.split('|').any(|v| v == verdicts[id]) {
            wrong.push(format!("{id} is {} and not {verdict}: {found:?}", verdicts[id]));
        }
        wrong.extend(row["rules"].split_whitespace().filter(|r| !found.contains(*r)).map(|r| format!("{id} lacks {r}: {found:?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
