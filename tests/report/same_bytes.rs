//! The same bytes whatever the workers, the order of discovery and an earlier run; the same flags from stored facts.

use crate::fakes::{FakeJudge, FakeTools, audit, batch};
use std::fs;
use yushen::pipeline::{RejudgeError, Rejudging, rejudge};
use yushen::report::finding::{FORMAT, Finding};
use yushen::report::run::{Provenance, Recorded};

#[test]
fn any_number_of_workers_and_any_order_of_discovery() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("批次");
    let forms: Vec<(String, String)> = (0..23)
        .map(|i| {
            (
                format!("R{:02}", (i * 7) % 23),
                if i % 6 == 5 { "panic=read".into() } else { format!("name=张{}\nregistered=张{}", i % 4, i % 5) },
            )
        })
        .collect();
    batch(&root, &forms.iter().map(|(i, f)| (i.as_str(), f.as_str())).collect::<Vec<_>>());
    let outputs = |name: &str, jobs: &str, reversed| {
        let out = dir.path().join(name);
        audit(&FakeTools { reversed, orphan: Some("R99"), ..FakeTools::default() }, &root, &out, &["--jobs", jobs]);
        ["flags.csv", "submissions.csv", "findings.jsonl"].map(|f| fs::read_to_string(out.join(f)).unwrap())
    };
    let one = outputs("one", "1", false);
    assert_eq!(one[2].lines().count(), 24);
    for (name, jobs, reversed) in
        [("eight", "8", false), ("reversed", "8", true), ("alone", "1", true), ("one", "3", false)]
    {
        assert_eq!(outputs(name, jobs, reversed), one, "{name}");
    }
}

#[test]
fn stored_facts_judge_to_the_same_flags() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(
        &root,
        &[
            ("A", "name=甲"),
            ("B", "name=甲\nregistered=乙"),
            ("C", "panic=read"),
            ("D", "panic=nan\nname=丙"),
            ("E", "name=法官摔倒"),
            ("F", ""),
        ],
    );
    audit(&FakeTools::default(), &root, &out, &[]);
    let written: Vec<Finding> = fs::read_to_string(out.join("findings.jsonl"))
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let recorded = Recorded::read(fs::File::open(out.join("run.json")).unwrap()).unwrap();
    let again = dir.path().join("again");
    fs::create_dir(&again).unwrap();
    let findings = out.join("findings.jsonl");
    let request = |out| Rejudging {
        findings: std::slice::from_ref(&findings),
        batches: recorded.batches.clone(),
        judge: &FakeJudge,
        provenance: Provenance::default(),
        keep_draws: true,
        out,
        redactor: None,
    };
    let done = rejudge(request(Some(again.clone()))).unwrap();
    assert_eq!((done.comparison.submissions, done.comparison.changed.len(), done.comparison.reworded), (6, 0, 0));
    for file in ["flags.csv", "submissions.csv", "findings.jsonl"] {
        assert!(fs::read(out.join(file)).unwrap() == fs::read(again.join(file)).unwrap(), "{file}");
    }
    assert_eq!(rejudge(request(None)).unwrap().figures.counts.verdicts, done.figures.counts.verdicts);
    let failed: Vec<&str> = written
        .iter()
        .filter(|f| f.flags.iter().any(|r| r.flag.rule == "internal-error"))
        .map(|f| f.submission_id.as_str())
        .collect();
    assert_eq!(failed, ["C", "D", "E"]);
}

#[test]
fn findings_that_cannot_be_judged_again_are_told_without_their_text() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲")]);
    audit(&FakeTools::default(), &root, &out, &[]);
    let line = fs::read_to_string(out.join("findings.jsonl")).unwrap();
    let file = dir.path().join("findings.jsonl");
    for (text, told) in [
        (line.replacen(&format!("\"format\":{FORMAT},"), "", 1), "was written in format 1"),
        (line.replacen(&format!("\"format\":{FORMAT},"), "\"format\":99,", 1), "was written in format 99"),
        (
            format!("{line}{}", line.replacen("\"verdict\":\"pass\"", "\"verdict\":\"110101199003070011\"", 1)),
            "line 2, byte ",
        ),
        (format!("{line}\n"), "line 2, byte "),
    ] {
        fs::write(&file, text).unwrap();
        let request = Rejudging {
            findings: std::slice::from_ref(&file),
            batches: Vec::new(),
            judge: &FakeJudge,
            provenance: Provenance::default(),
            keep_draws: true,
            out: None,
            redactor: None,
        };
        let error = rejudge(request).unwrap_err();
        assert!(matches!(error, RejudgeError::Format { .. } | RejudgeError::Line { .. }));
        let said = error.to_string();
        assert!(
            said.contains(told) && said.contains("audit the batch again") && !said.contains("110101199003070011"),
            "{said}"
        );
    }
}
