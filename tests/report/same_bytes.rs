//! The same bytes whatever the workers, the order of discovery and an earlier run; the same flags from stored facts.

use crate::fakes::{FakeJudge, FakeTools, audit, batch};
use std::fs;
use yushen::pipeline::rejudge;
use yushen::report::finding::Finding;

#[test]
fn any_number_of_workers_and_any_order_of_discovery() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("批次");
    let forms: Vec<(String, String)> =
        (0..23).map(|i| (format!("R{:02}", (i * 7) % 23), if i % 6 == 5 { "panic=read".into() } else { format!("name=张{}\nregistered=张{}", i % 4, i % 5) })).collect();
    batch(&root, &forms.iter().map(|(i, f)| (i.as_str(), f.as_str())).collect::<Vec<_>>());
    let outputs = |name: &str, jobs: &str, reversed| {
        let out = dir.path().join(name);
        audit(&FakeTools { reversed, orphan: Some("R99") }, &root, &out, &["--jobs", jobs]);
        ["flags.csv", "submissions.csv", "findings.jsonl"].map(|f| fs::read_to_string(out.join(f)).unwrap())
    };
    let one = outputs("one", "1", false);
    assert_eq!(one[2].lines().count(), 24);
    for (name, jobs, reversed) in [("eight", "8", false), ("reversed", "8", true), ("alone", "1", true), ("one", "3", false)] {
        assert_eq!(outputs(name, jobs, reversed), one, "{name}");
    }
}

#[test]
fn stored_facts_judge_to_the_same_flags() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲"), ("B", "name=甲\nregistered=乙"), ("C", "panic=read"), ("D", "panic=nan\nname=丙"), ("E", "name=法官摔倒"), ("F", "")]);
    audit(&FakeTools::default(), &root, &out, &[]);
    let written: Vec<Finding> = fs::read_to_string(out.join("findings.jsonl")).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let again = rejudge(&out.join("findings.jsonl"), &FakeJudge).unwrap();
    assert_eq!(again.len(), 6);
    for (finding, (id, judged)) in written.iter().zip(&again) {
        assert_eq!(&finding.submission_id, id);
        assert_eq!(finding.flags.iter().map(|f| f.flag.clone()).collect::<Vec<_>>(), judged.flags);
        assert_eq!((finding.verdict, &finding.not_evaluated), (judged.verdict, &judged.not_evaluated));
    }
    let failed: Vec<&str> = written.iter().filter(|f| f.flags.iter().any(|r| r.flag.rule == "internal-error")).map(|f| f.submission_id.as_str()).collect();
    assert_eq!(failed, ["C", "D", "E"]);
}
