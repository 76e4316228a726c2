//! What is done with finished runs: parts put together, a run verified, two runs compared.

use crate::fakes::{FakeTools, audit, batch, yushen};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const OUTPUTS: [&str; 3] = ["flags.csv", "submissions.csv", "findings.jsonl"];

/// 17 submissions; several share a name, which the fake judge flags across the whole batch.
fn many(root: &Path) {
    let forms: Vec<(String, String)> = (0..17)
        .map(|i| {
            (
                format!("R{i:02}"),
                if i == 5 { "panic=read".into() } else { format!("name=张{}\nregistered=张{}", i % 4, i % 5) },
            )
        })
        .collect();
    batch(root, &forms.iter().map(|(i, f)| (i.as_str(), f.as_str())).collect::<Vec<_>>());
}

fn parts(root: &Path, dir: &Path, of: u32, more: &[&str]) -> Vec<PathBuf> {
    let tools = FakeTools { orphan: Some("Z"), ..FakeTools::default() };
    (1..=of)
        .map(|part| {
            let out = dir.join(format!("part{part}"));
            let shard = format!("{part}/{of}");
            audit(&tools, root, &out, &[&["--shard", &shard], more].concat());
            out
        })
        .collect()
}

/// As [`audit`], on another day.
fn audit_on(day: &str, tools: &FakeTools, root: &Path, out: &Path, more: &[&str]) {
    let arguments = ["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap(), "--quiet", "--as-of", day];
    yushen(tools, &[&arguments[..], more].concat());
}

fn merge(parts: &[&PathBuf], out: &Path) -> (u8, String, String) {
    let mut arguments = vec!["merge"];
    arguments.extend(parts.iter().map(|p| p.to_str().unwrap()));
    arguments.extend(["-o", out.to_str().unwrap(), "--lang", "en"]);
    yushen(&FakeTools::default(), &arguments)
}

fn run_json(out: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(out.join("run.json")).unwrap()).unwrap()
}

#[test]
fn parts_put_together_are_one_run() {
    let dir = tempfile::tempdir().unwrap();
    let (root, one) = (dir.path().join("b"), dir.path().join("one"));
    many(&root);
    audit(&FakeTools { orphan: Some("Z"), ..FakeTools::default() }, &root, &one, &[]);
    let parts = parts(&root, dir.path(), 3, &[]);
    let each: Vec<usize> =
        parts.iter().map(|p| fs::read_to_string(p.join("findings.jsonl")).unwrap().lines().count()).collect();
    assert!(each.iter().sum::<usize>() == 18 && each.iter().all(|n| *n > 1), "{each:?}");
    let whole = dir.path().join("whole");
    let (code, text, err) = merge(&[&parts[2], &parts[0], &parts[1]], &whole);
    assert_eq!((code, err.as_str()), (3, ""), "a submission failed inside, as in the one run");
    assert!(!text.ends_with(": 0\n"), "duplicates across parts are seen only now: {text}");
    for file in OUTPUTS {
        assert!(fs::read(whole.join(file)).unwrap() == fs::read(one.join(file)).unwrap(), "{file}");
    }
    let (merged, single) = (run_json(&whole), run_json(&one));
    for key in [
        "as_of",
        "packs",
        "rule_files",
        "models",
        "reader",
        "batches",
        "counts",
        "not_evaluated",
        "outputs",
        "inputs",
        "given",
    ] {
        assert_eq!(merged[key], single[key], "run.json: {key}");
    }
    assert_eq!(merged["options"]["shard"], Value::Null);
}

/// Parts that drew a spot check by keys of their own, put together: with a key of the whole's the same are drawn as of
/// one audit, whatever the parts had drawn; without one, those that the parts drew.
#[test]
fn a_spot_check_of_the_whole_is_that_of_one_run() {
    let dir = tempfile::tempdir().unwrap();
    let (root, one) = (dir.path().join("b"), dir.path().join("one"));
    // The last four share a name with the first four: cleared in parts of their own, not in the whole.
    let forms: Vec<(String, String)> = (0..24).map(|i| (format!("R{i:02}"), format!("name=张{}", i % 20))).collect();
    batch(&root, &forms.iter().map(|(i, f)| (i.as_str(), f.as_str())).collect::<Vec<_>>());
    let key = dir.path().join("whole.key");
    let draw = ["--spot-check", "50%", "--spot-check-key", key.to_str().unwrap()];
    audit(&FakeTools::default(), &root, &one, &draw);
    let parts: Vec<PathBuf> = (1..=2)
        .map(|part| {
            let (out, own) = (dir.path().join(format!("part{part}")), dir.path().join(format!("part{part}.key")));
            let drawn = ["--shard", &format!("{part}/2"), "--spot-check", "100%", "--spot-check-key"];
            audit(&FakeTools::default(), &root, &out, &[&drawn[..], &[own.to_str().unwrap()]].concat());
            out
        })
        .collect();
    let merge = |out: &str, more: &[&str]| {
        let out = dir.path().join(out);
        let fixed = ["merge", parts[0].to_str().unwrap(), parts[1].to_str().unwrap(), "-o", out.to_str().unwrap()];
        let (code, text, err) = yushen(&FakeTools::default(), &[&fixed[..], more].concat());
        (out, code, text, err)
    };
    let drawn = |run: &Path| {
        let text = fs::read_to_string(run.join("findings.jsonl")).unwrap();
        let all = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        all.filter(|f| f["spot_check"] == true).map(|f| f["submission_id"].as_str().unwrap().to_owned()).collect()
    };
    let (whole, code, _, err) = merge("whole", &draw);
    assert_eq!((code, err.as_str()), (0, ""));
    for file in OUTPUTS {
        assert!(fs::read(whole.join(file)).unwrap() == fs::read(one.join(file)).unwrap(), "{file}");
    }
    let (merged, single) = (run_json(&whole), run_json(&one));
    assert_eq!(merged["options"]["spot_check"], single["options"]["spot_check"], "one share, one key");
    let of_one: Vec<String> = drawn(&one);
    assert!(of_one.len() > 2 && of_one.len() < 16, "{of_one:?}");

    let (kept, code, ..) = merge("kept", &[]);
    let mut of_parts: Vec<String> = parts.iter().flat_map(|p| -> Vec<String> { drawn(p) }).collect();
    of_parts.sort();
    assert_eq!((code, drawn(&kept)), (0, of_parts.clone()));
    assert!(of_parts.len() > of_one.len(), "the parts drew others: {of_parts:?}");
    let (_, code, _, err) = merge("none", &["--spot-check", "5%"]);
    assert!(code == 2 && err.contains("--spot-check-key FILE") && !dir.path().join("none").exists(), "{err}");
}

#[test]
fn what_is_not_the_parts_of_one_audit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("b");
    many(&root);
    let parts = parts(&root, dir.path(), 2, &[]);
    let whole = dir.path().join("whole");
    audit(&FakeTools::default(), &root, &dir.path().join("one"), &[]);
    audit(&FakeTools::default(), &root, &dir.path().join("third"), &["--shard", "1/3"]);
    let (other, one, third) = (dir.path().join("other"), dir.path().join("one"), dir.path().join("third"));
    audit_on(
        "2026-01-03",
        &FakeTools { orphan: Some("Z"), ..FakeTools::default() },
        &root,
        &other,
        &["--shard", "2/2"],
    );
    for (list, told) in [
        (vec![&parts[0]], "missing: part 2/2"),
        (vec![&parts[0], &parts[0], &parts[1]], "part 1/2 is there twice"),
        (vec![&parts[0], &one], "is not a part: it was not made with --shard"),
        (vec![&parts[0], &third], "parts of different divisions"),
        (vec![&parts[0], &other], "are not parts of one audit; they differ in: --as-of"),
    ] {
        let (code, _, err) = merge(&list, &whole);
        assert!(code == 2 && err.contains(told), "{told}: {err}");
    }
    fs::write(root.join("R03/form.txt"), "name=改了").unwrap();
    fs::remove_dir_all(root.join("R04")).unwrap();
    audit(&FakeTools { orphan: Some("Z"), ..FakeTools::default() }, &root, &other, &["--shard", "2/2"]);
    let (code, _, err) = merge(&[&parts[0], &other], &whole);
    assert!(code == 2 && err.contains("they differ in: batches"), "a batch with another number of folders: {err}");
    let (code, _, err) = merge(&[&parts[0], &parts[1]], &parts[0]);
    assert!(code == 2 && err.contains("is one of the parts"), "{err}");
    assert!(!whole.join("run.json").exists());
}

#[test]
fn a_run_is_verified_against_what_is_there_now() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    many(&root);
    let tools = FakeTools { orphan: Some("Z"), ..FakeTools::default() };
    audit(&tools, &root, &out, &[]);
    let verify = |more: &[&str]| yushen(&tools, &[&["verify", out.to_str().unwrap(), "--lang", "en"], more].concat());
    let (code, text, err) = verify(&[]);
    assert_eq!((code, err.as_str()), (0, ""), "{text}");
    assert!(
        text.contains("outputs               3 the same\n")
            && text.contains("inputs               35 the same\n")
            && text.ends_with("all as recorded\n"),
        "{text}"
    );

    let findings = fs::read(out.join("findings.jsonl")).unwrap();
    // Name, change, way back, what is told.
    type Changed<'a> = (&'a str, &'a dyn Fn(), &'a dyn Fn(), &'a [&'a str]);
    let changes: [Changed; 6] = [
        (
            "a picture changed",
            &|| fs::write(root.join("R03/form.txt"), "name=改").unwrap(),
            &|| many(&root),
            &["0/R03/*.txt ≠", "the materials or the registration"],
        ),
        (
            "a picture gone",
            &|| fs::remove_file(root.join("R03/form.txt")).unwrap(),
            &|| many(&root),
            &["0/R03/*.txt -"],
        ),
        (
            "a picture new",
            &|| fs::write(root.join("R03/x.txt"), "").unwrap(),
            &|| fs::remove_file(root.join("R03/x.txt")).unwrap(),
            &["0/R03/*.txt +"],
        ),
        (
            "a submission new",
            &|| batch(&root, &[("R99", "")]),
            &|| fs::remove_dir_all(root.join("R99")).unwrap(),
            &["0/R99 报名信息 +", "0/R99/*.txt +"],
        ),
        (
            "flags.csv changed",
            &|| fs::write(out.join("flags.csv"), "x").unwrap(),
            &|| (),
            &["flags.csv ≠", "prove nothing"],
        ),
        (
            "submissions.csv gone",
            &|| fs::remove_file(out.join("submissions.csv")).unwrap(),
            &|| (),
            &["submissions.csv -"],
        ),
    ];
    for (name, change, back, told) in changes {
        change();
        let (code, text, _) = verify(&[]);
        assert_eq!(code, 1, "{name}: {text}");
        assert!(told.iter().all(|t| text.contains(t)) && text.ends_with("not as recorded\n"), "{name}: {text}");
        back();
    }
    fs::write(out.join("findings.jsonl"), &findings[..findings.len() - 1]).unwrap();
    let (code, _, err) = verify(&[]);
    assert!(code == 2 && err.contains("findings.jsonl was changed since the run"), "{err}");
    let (code, text, _) = verify(&["--no-inputs"]);
    assert!(code == 1 && text.contains("findings.jsonl ≠"), "{text}");
    let (code, _, err) = yushen(&tools, &["verify", root.to_str().unwrap()]);
    assert!(code == 2 && err.contains("holds no finished run"), "{err}");
}

#[test]
fn a_part_is_verified_as_a_part() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("b");
    many(&root);
    let parts = parts(&root, dir.path(), 2, &[]);
    for part in &parts {
        let (code, text, _) =
            yushen(&FakeTools { orphan: Some("Z"), ..FakeTools::default() }, &["verify", part.to_str().unwrap()]);
        assert_eq!(code, 0, "{text}");
    }
}

#[test]
fn what_differs_between_runs_has_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (root, a, b) = (dir.path().join("b"), dir.path().join("a"), dir.path().join("b-out"));
    batch(&root, &[("A", "name=甲"), ("B", "name=乙"), ("C", "name=丙"), ("D", "name=丁")]);
    audit(&FakeTools::default(), &root, &a, &[]);
    let diff = |more: &[&str]| {
        yushen(
            &FakeTools::default(),
            &[&["diff", a.to_str().unwrap(), b.to_str().unwrap(), "--lang", "en"], more].concat(),
        )
    };
    audit(&FakeTools::default(), &root, &b, &[]);
    let (code, text, err) = diff(&["--fail-on-change"]);
    assert_eq!((code, err.as_str()), (0, ""), "{text}");
    assert!(text.contains("program and models: the same\nrules and what they are judged with: the same\n"), "{text}");

    batch(&root, &[("A", ""), ("B", "name=甲二\nregistered=甲二"), ("E", "name=戊")]);
    batch(&root, &[("D", "name=甲二")]);
    fs::remove_dir_all(root.join("C")).unwrap();
    audit_on("2026-02-02", &FakeTools::default(), &root, &b, &[]);
    let (code, text, _) = diff(&["--fail-on-change"]);
    assert_eq!(code, 1);
    for line in [
        "rules and what they are judged with: --as-of 2026-01-02 → 2026-02-02",
        "submissions that are new 1: E",
        "submissions that are gone 1: C",
        "submissions in both runs                 3",
        "A  pass → review  [other input: form.txt]",
        "    + reading-doubtful review [-] reading-doubtful",
        "B  pass → review  [other input: form.txt]",
        "    + identity-duplicate review [-] identity-duplicate",
    ] {
        assert!(text.lines().any(|l| l == line), "no {line:?} in\n{text}");
    }
    assert_eq!(diff(&[]).0, 0);
}
