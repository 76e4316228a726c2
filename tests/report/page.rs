//! The report of a run: that it says what the run's files say, can be made again, and that hostile texts stay texts in
//! it.

use crate::fakes::{FakeTools, audit, batch, yushen};
use serde_json::Value;
use std::fs;
use std::path::Path;

const HOSTILE: &str = "</script><script>alert(1)</script>\u{202e}𠮷'\"";

/// What a script of the page gives to the page: everything between the first bracket and the last.
fn value(path: &Path, open: char, close: char) -> Value {
    let text = fs::read_to_string(path).unwrap();
    let (from, to) = (text.find(open).unwrap(), text.rfind(close).unwrap());
    serde_json::from_str(&text[from..=to]).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn data(out: &Path) -> Value {
    value(&out.join("report/data.js"), '{', '}')
}

fn details(out: &Path, chunk: usize) -> Vec<Value> {
    value(&out.join(format!("report/detail/{chunk:04}.js")), '[', ']').as_array().unwrap().clone()
}

fn thirty(root: &Path) {
    let forms: Vec<(String, String)> = (0..30)
        .map(|i| {
            (format!("S{i:02}"), if i == 7 { format!("name={HOSTILE}\nregistered=丙") } else { format!("name=甲{i}") })
        })
        .collect();
    batch(root, &forms.iter().map(|(id, form)| (id.as_str(), form.as_str())).collect::<Vec<_>>());
}

#[test]
fn the_page_says_what_the_findings_say() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    thirty(&root);
    assert_eq!(audit(&FakeTools::default(), &root, &out, &[]), 0);
    let data = data(&out);
    let findings: Vec<Value> = fs::read_to_string(out.join("findings.jsonl"))
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let subs = data["subs"].as_array().unwrap();
    assert_eq!(subs.len(), findings.len());
    let chunk = usize::try_from(data["chunk"].as_u64().unwrap()).unwrap();
    let shown: Vec<Value> = (0..findings.len().div_ceil(chunk)).flat_map(|i| details(&out, i)).collect();
    assert_eq!(shown.len(), findings.len());
    for ((f, row), detail) in findings.iter().zip(subs).zip(&shown) {
        assert_eq!((&row[0], &detail["id"]), (&f["submission_id"], &f["submission_id"]));
        assert_eq!(["pass", "review", "reject"][usize::try_from(row[5].as_u64().unwrap()).unwrap()], f["verdict"]);
        let ids =
            |flags: &Value, key: &str| flags.as_array().unwrap().iter().map(|x| x[key].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&detail["flags"], "i"), ids(&f["flags"], "id"));
        assert_eq!(row[7].as_array().unwrap().len(), f["flags"].as_array().unwrap().len());
        for (flag, shown) in f["flags"].as_array().unwrap().iter().zip(detail["flags"].as_array().unwrap()) {
            assert_eq!(data["rules"][usize::try_from(shown["r"].as_u64().unwrap()).unwrap()][0], flag["rule"]);
            assert_eq!(
                (&shown["zh"], &shown["o"], &shown["e"]),
                (&flag["message"]["zh"], &flag["observed"], &flag["expected"])
            );
        }
    }
    let run: Value = serde_json::from_str(&fs::read_to_string(out.join("run.json")).unwrap()).unwrap();
    assert_eq!(data["run"]["counts"], run["counts"]);
    let seal = run["outputs"].as_array().unwrap().iter().find(|o| o["file"] == "findings.jsonl").unwrap();
    assert!(seal["sha256"].as_str().unwrap().starts_with(data["key"].as_str().unwrap()));
}

#[test]
fn hostile_texts_stay_texts() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    thirty(&root);
    audit(&FakeTools::default(), &root, &out, &[]);
    for file in ["report/data.js", "report/detail/0000.js", "report/index.html"] {
        let text = fs::read_to_string(out.join(file)).unwrap();
        assert!(!text.contains('\u{202e}'), "{file}: a mark that turns the line around is written as an escape");
    }
    let seven = &details(&out, 0)[7];
    assert_eq!(seven["flags"][0]["o"], HOSTILE, "and is there for the page to show");
    let page = fs::read_to_string(out.join("report/index.html")).unwrap();
    assert!(
        page.contains("default-src 'none'")
            // WebAssembly and nothing else: no text becomes a script
            && page.matches("unsafe").count() == page.matches("'wasm-unsafe-eval'").count()
            && !page.contains("http:")
            && !page.contains("https:"),
        "{page}"
    );
    let path = dir.path().to_string_lossy().into_owned();
    assert!(!fs::read_to_string(out.join("report/data.js")).unwrap().contains(&path), "no path of this machine");
}

#[test]
fn it_is_made_again_from_the_run_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    thirty(&root);
    audit(&FakeTools::default(), &root, &out, &[]);
    let files = ["data.js", "detail/0000.js", "detail/0001.js", "page.js"];
    let read = || files.map(|f| fs::read(out.join("report").join(f)).unwrap());
    let first = read();
    fs::write(out.join("report/detail/0099.js"), "of a longer run").unwrap();
    // What a killed report leaves, wherever it was writing.
    let unfinished = ["", "detail/", "crops/"].map(|part| out.join(format!("report/{part}.yushen-unfinished-x")));
    unfinished.iter().for_each(|path| fs::write(path, "half of").unwrap());
    let stale = out.join("report/crops/0123456789abcdef-1-1-2-3-4-5.jpg");
    fs::write(&stale, "of another run").unwrap();
    fs::write(out.join("report/crops/mine.jpg"), "a clerk's").unwrap();
    let (code, said, err) = yushen(&FakeTools::default(), &["report", out.to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(said.trim_end().ends_with("index.html"), "{said}");
    assert!(first == read(), "the same bytes");
    assert!(!out.join("report/detail/0099.js").exists() && !stale.exists(), "what is of no submission is gone");
    assert!(!unfinished.iter().any(|path| path.exists()), "half-written files are gone");
    assert!(out.join("report/crops/mine.jpg").exists(), "what has no name of a crop's stays");

    // Findings that are not those of the run are not shown.
    let findings = fs::read_to_string(out.join("findings.jsonl")).unwrap().replace("甲1", "乙1");
    fs::write(out.join("findings.jsonl"), findings).unwrap();
    let (code, _, err) = yushen(&FakeTools::default(), &["report", out.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(err.contains("is not the file that run.json seals"), "{err}");
}

#[test]
fn pictures_are_linked_only_where_they_are_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    thirty(&root);
    fs::write(root.join("S00/a.pdf"), "%PDF-1.4\n").unwrap();
    let link = |name: &str| {
        details(&out, 0)[0]["files"].as_array().unwrap().iter().find(|f| f["n"] == name).unwrap()["url"].clone()
    };
    for (mode, linked) in [("crops", true), ("none", false)] {
        audit(&FakeTools::default(), &root, &out, &["--report", mode]);
        assert_eq!(link("a.pdf").as_str(), linked.then_some("../../b/S00/a.pdf"), "{mode}");
        assert_eq!(link("form.txt"), Value::Null, "no picture and no PDF");
    }
    // Masked outputs show no picture, whatever is asked for.
    let run = fs::read_to_string(out.join("run.json")).unwrap().replacen("\"redact\": null", "\"redact\": true", 1);
    fs::write(out.join("run.json"), run).unwrap();
    yushen(&FakeTools::default(), &["report", out.to_str().unwrap(), "--pictures", "pages"]);
    assert_eq!(link("a.pdf"), Value::Null);
}

#[test]
fn a_submission_is_shown_in_the_terminal() {
    use unicode_width::UnicodeWidthStr as _;
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    thirty(&root);
    audit(&FakeTools::default(), &root, &out, &[]);
    let show = |more: &[&str]| yushen(&FakeTools::default(), &[&["show", out.to_str().unwrap()][..], more].concat());
    let (code, list, _) = show(&[]);
    assert_eq!((code, list.lines().count()), (0, 30));
    assert!(list.starts_with("S07"), "worst first:\n{list}");
    for lang in ["zh", "en"] {
        let (_, text, _) = show(&["S07", "--lang", lang]);
        assert!(text.lines().chain(list.lines()).all(|l| l.width() <= 80), "{text}");
        assert!(text.contains("<U+202E>") && !text.contains('\u{202e}'), "{text}");
        insta::assert_snapshot!(format!("show_{lang}"), text);
    }
    let (code, _, err) = show(&["S99"]);
    assert_eq!(code, 2);
    assert!(err.contains("no submission S99"), "{err}");
}
