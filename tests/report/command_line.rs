//! The command line: exit codes, the output folder, several batches, help and summary.

use crate::fakes::{FakeTools, NUMBER, audit, batch, yushen};
use std::fs;

const CLEAN: (&str, &str) = ("A", "name=甲");
const REVIEW: (&str, &str) = ("B", "");
const REJECT: (&str, &str) = ("C", "name=甲乙\nregistered=丙");
const FAILED: (&str, &str) = ("D", "panic=read");

#[test]
fn exit_codes() {
    for (submissions, arguments, code) in [
        (&[CLEAN, REVIEW, REJECT][..], &[][..], 0),
        (&[CLEAN, REVIEW], &["--fail-on", "reject"], 0),
        (&[CLEAN, REVIEW], &["--fail-on", "review"], 1),
        (&[CLEAN, REJECT], &["--fail-on", "reject"], 1),
        (&[CLEAN, REJECT], &["--fail-on", "review"], 1),
        (&[CLEAN], &["--fail-on", "review"], 0),
        (&[CLEAN, FAILED], &[], 3),
        (&[REJECT, FAILED], &["--fail-on", "review"], 3),
        (&[], &["--fail-on", "review"], 0),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("b");
        fs::create_dir(&root).unwrap();
        batch(&root, submissions);
        assert_eq!(
            audit(&FakeTools::default(), &root, &dir.path().join("out"), arguments),
            code,
            "{submissions:?} {arguments:?}"
        );
    }
}

#[test]
fn wrong_usage_is_told_and_is_2() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("b");
    batch(&root, &[CLEAN]);
    let foreign = dir.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("家谱.docx"), "x").unwrap();
    let (b, f, o) = (root.to_str().unwrap(), foreign.to_str().unwrap(), dir.path().join("o"));
    let o = o.to_str().unwrap();
    for (arguments, told) in [
        (vec!["audit", b], "--out"),
        (vec!["audit", "-o", o], "BATCH"),
        (vec!["audit", b, "-o", o, "--as-of", "2024-02-30"], "--as-of"),
        (vec!["audit", b, "-o", o, "--jobs", "0"], "--jobs"),
        (vec!["audit", b, "-o", o, "--engine", "magic"], "ppocr"),
        (vec!["audit", "no-such-batch", "-o", o], "no-such-batch"),
        (vec!["audit", b, "-o", b], "is the batch itself"),
        (vec!["audit", b, "-o", f], "家谱.docx"),
        (vec!["audit", b, "-o", o, "--rules", "bad"], "bad/pack.toml:3:7"),
        (vec!["rules", "check", "--rules", "bad"], "the rules in bad cannot be used"),
        (vec!["frobnicate"], "frobnicate"),
    ] {
        let (code, out, err) = yushen(&FakeTools::default(), &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
    assert_eq!(yushen(&FakeTools::default(), &["rules", "check"]).0, 0);
    assert_eq!(fs::read_to_string(foreign.join("家谱.docx")).unwrap(), "x");
}

#[test]
fn a_number_in_a_path_is_hidden_on_the_screen() {
    let (code, _, err) = yushen(&FakeTools::default(), &["audit", &format!("/no/{NUMBER}"), "-o", "x"]);
    assert!(code == 2 && err.contains("/no/110***************") && !err.contains(NUMBER), "{err}");
}

/// What was kept goes when it is too old; outputs stay.
#[test]
fn purging() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[CLEAN, REVIEW]);
    audit(&FakeTools::default(), &root, &out, &[]);
    let purge = |folder: &std::path::Path, age: &str| {
        yushen(&FakeTools::default(), &["purge", folder.to_str().unwrap(), "--older-than", age, "--lang", "en"])
    };
    let (code, text, _) = purge(&out, "180d");
    assert!(code == 0 && text.contains("removed 0 (0.0 MB), kept 2"), "{text}");
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(4344);
    for entry in walkdir::WalkDir::new(out.join(".yushen/store"))
        .into_iter()
        .map(|e| e.unwrap())
        .filter(|e| e.file_type().is_file())
    {
        fs::File::options().write(true).open(entry.path()).unwrap().set_modified(old).unwrap();
    }
    let (code, text, _) = purge(&out.join(".yushen/store"), "180d");
    assert!(code == 0 && text.contains("removed 2 (") && text.contains("), kept 0"), "{text}");
    assert!(out.join("flags.csv").exists());
    let (code, _, err) = purge(&dir.path().join("nowhere"), "1d");
    assert!(code == 2 && err.contains("holds no store"), "{err}");
    assert!(purge(&out, "half a year").2.contains("as 180d"));
}

/// Outputs, store and folders are their owner's alone.
#[cfg(unix)]
#[test]
fn nobody_else_may_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[CLEAN]);
    audit(&FakeTools::default(), &root, &out, &[]);
    for entry in walkdir::WalkDir::new(&out).into_iter().map(|e| e.unwrap()) {
        let mode = entry.metadata().unwrap().permissions().mode();
        let of_others = mode & 0o077;
        assert!(of_others == 0 || entry.file_name() == "lock", "{}: {mode:o}", entry.path().display());
    }
}

#[test]
fn help_documents_exit_codes() {
    let (code, out, _) = yushen(&FakeTools::default(), &["audit", "--help"]);
    assert_eq!(code, 0);
    for line in ["  0  done", "  1  a submission", "  2  wrong usage", "  3  some submissions failed"] {
        assert!(out.contains(line), "{line}");
    }
}

#[test]
fn nothing_is_written_into_a_batch() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("b");
    batch(&root, &[CLEAN, REJECT]);
    let out = root.join("结果");
    let (code, _, err) = yushen(&FakeTools::default(), &["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert!(code == 2 && err.contains("lies inside the batch"), "{err}");
    assert!(!out.exists());
}

#[test]
fn an_earlier_run_is_replaced_even_beside_a_clerks_file() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[CLEAN]);
    audit(&FakeTools::default(), &root, &out, &[]);
    fs::write(out.join("我的笔记.xlsx"), "x").unwrap();
    // left by runs that were killed while they wrote a file, or a folder's marker
    let left = [".yushen-unfinished-1", ".yushen/.unfinished-1", "report/.unfinished-1", "report/.yushen-unfinished-1"]
        .into_iter()
        .chain(["report/detail/.yushen-unfinished-1", "report/crops/.yushen-unfinished-1"])
        .map(|name| out.join(name));
    let left: Vec<_> = left.collect();
    for path in &left {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
    batch(&root, &[REJECT]);
    assert_eq!(audit(&FakeTools::default(), &root, &out, &["--fail-on", "reject"]), 1);
    assert_eq!(fs::read_to_string(out.join("findings.jsonl")).unwrap().lines().count(), 2);
    assert!(out.join("我的笔记.xlsx").exists());
    assert_eq!(left.iter().filter(|path| path.exists()).count(), 0, "nothing half-written is left");
    assert_eq!(
        fs::read_dir(&out).unwrap().count(),
        7,
        "four outputs, the report, the tool's own folder and the clerk's file"
    );
}

#[test]
fn one_id_in_two_batches_is_flagged_on_both() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two, out) = (dir.path().join("一"), dir.path().join("二"), dir.path().join("out"));
    batch(&one, &[("A", "name=甲"), ("B", "name=乙")]);
    batch(&two, &[("A", "name=丁"), ("C", "name=戊")]);
    let outputs = |order: [&std::path::Path; 3]| {
        let mut arguments = vec!["audit"];
        arguments.extend(order.iter().map(|p| p.to_str().unwrap()));
        arguments.extend(["-o", out.to_str().unwrap(), "-q", "--as-of", "2026-01-02"]);
        assert_eq!(yushen(&FakeTools::default(), &arguments).0, 0);
        ["flags.csv", "submissions.csv", "findings.jsonl"].map(|f| fs::read_to_string(out.join(f)).unwrap())
    };
    let first = outputs([&one, &two, &one]);
    assert_eq!(first, outputs([&two, &one, &two]), "neither the order of the arguments nor a batch named twice counts");
    assert_eq!(first[2].lines().count(), 4);
    let duplicates: Vec<&str> = first[0].lines().filter(|l| l.contains("registration-duplicate")).collect();
    assert_eq!(duplicates.len(), 2);
    assert!(
        duplicates.iter().all(|l| l.starts_with("A,") && l.contains(",一 | 二,")),
        "batches by their names, not by where they are on this machine"
    );
}

#[test]
fn summaries() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[CLEAN, REVIEW, REJECT, FAILED]);
    for lang in ["zh", "en"] {
        let tools = FakeTools { orphan: Some("Z"), ..FakeTools::default() };
        let (code, text, _) =
            yushen(&tools, &["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap(), "--fresh", "--lang", lang]);
        assert_eq!(code, 3);
        assert!(!text.contains(NUMBER));
        let time = last_line(&text);
        let text = text.replace(out.to_str().unwrap(), "OUT").replace(&time, "TIME");
        let longest = text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap();
        assert!(longest <= 80, "{longest} columns");
        insta::assert_snapshot!(format!("summary_{lang}"), text);
    }
}

/// The last line, which alone holds times.
fn last_line(text: &str) -> String {
    text.trim_end().lines().last().unwrap().to_owned()
}
