//! Outputs as an archive: what an audit writes is what `ingest` reads back, and what cannot be trusted is refused with
//! what to do.

use crate::fakes::{FakeTools, NUMBER, audit, batch};
use std::fs;
use std::path::{Path, PathBuf};
use yushen::ingest::{ArchivedSubmission, find_runs, read_run};
use yushen::run::given::{Adjustment, Remembering};
use yushen::vocabulary::finding::Verdict;

/// An earlier run's outputs, in `dir/2024-07-out`.
fn run(dir: &Path) -> PathBuf {
    let (root, out) = (dir.join("2024-07"), dir.join("2024-07-out"));
    batch(&root, &[("A", "name=甲"), ("B", "name=丁\nregistered=乙"), ("D", "panic=read")]);
    audit(&FakeTools { orphan: Some("Z"), ..FakeTools::default() }, &root, &out, &[]);
    out
}

#[test]
fn what_was_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let mut read: Vec<ArchivedSubmission> = Vec::new();
    let archived = read_run(&out, &mut |s| read.push(s)).unwrap();
    assert_eq!((archived.batches.as_slice(), archived.submissions), (&["2024-07".to_owned()][..], 4));
    let ids: Vec<(&str, Verdict)> = read.iter().map(|s| (s.submission.id.as_str(), s.verdict)).collect();
    assert_eq!(ids, [("A", Verdict::Pass), ("B", Verdict::Reject), ("D", Verdict::Review), ("Z", Verdict::Review)]);
    let a = &read[0];
    assert_eq!((a.batch.as_str(), a.photo_hashes.as_slice()), ("2024-07", &["0123456789abcdef".to_owned()][..]));
    assert_eq!(
        a.submission.registration.as_ref().and_then(|r| r.id_number.as_ref()).map(|e| e.raw.as_str()),
        Some(NUMBER)
    );
    assert_eq!(a.submission.files[0].sha256.as_ref().map(String::len), Some(64));
}

#[test]
fn a_folder_of_runs_is_each_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    assert_eq!(find_runs(&out).unwrap(), std::slice::from_ref(&out));
    assert_eq!(find_runs(dir.path()).unwrap(), [out]);
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let (findings, seal) =
        (fs::read_to_string(out.join("findings.jsonl")).unwrap(), fs::read_to_string(out.join("run.json")).unwrap());
    let first_line = findings.lines().next().unwrap().len();
    for (findings, seal, told) in [
        (Some(findings.replacen('丁', "丙", 1)), Some(seal.clone()), "is not what run.json sealed"),
        (Some(findings[..first_line + 20].to_owned()), Some(seal.clone()), "is not what run.json sealed"),
        (Some(findings.clone()), None, "no run.json: that run was not finished; audit its batch again"),
        (Some(findings.clone()), Some("{}".to_owned()), "run.json, line 1: missing field"),
        (None, Some(seal), "holds no findings.jsonl; give the output folder of an earlier run"),
    ] {
        for (file, text) in [("findings.jsonl", findings), ("run.json", seal)] {
            match text {
                Some(text) => fs::write(out.join(file), text).unwrap(),
                None => fs::remove_file(out.join(file)).unwrap_or_default(),
            }
        }
        let error = find_runs(&out).and_then(|runs| read_run(&runs[0], &mut |_| {})).unwrap_err().to_string();
        assert!(error.starts_with("archive ") && error.contains(told), "{told}: {error}");
    }
    let missing = find_runs(&dir.path().join("nowhere")).unwrap_err().to_string();
    assert!(missing.contains("cannot be listed"), "{missing}");
}

#[test]
fn a_run_is_not_compared_with_what_it_replaces() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let settings = yushen::packs::embedded().unwrap().settings;
    let told = |out: &Path| -> Vec<(u64, usize)> {
        let judge: &dyn Adjustment =
            &Remembering::new(&[dir.path().to_owned(), dir.path().join("2024-07-out")], out, &settings).unwrap();
        judge.given().iter().map(|g| (g.content["submissions"].as_u64().unwrap(), g.remarks.len())).collect()
    };
    assert_eq!(told(&out), [(0, 1), (0, 1)], "both are the output folder");
    assert_eq!(told(&dir.path().join("other")), [(4, 0), (0, 1)], "given twice, read once");
}
