//! `yushen trust` and `--spot-check` over the demonstration's run: what is counted, what is marked, what is cut out, and
//! what is refused.

mod outputs;
#[allow(dead_code, reason = "stories of other tests use the rest")]
mod shared_run;

use outputs::{binary, json, rows};
use serde_json::{Value, json};
use shared_run::shared;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Story {
    folder: tempfile::TempDir,
    findings: Vec<Value>,
}

impl Story {
    fn new() -> Self {
        let text = fs::read_to_string(shared().out().join("findings.jsonl")).unwrap();
        Self { folder: shared().story(), findings: text.lines().map(|l| serde_json::from_str(l).unwrap()).collect() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The first submission with this verdict for which it holds.
    fn find(&self, verdict: &str, is: impl Fn(&Value) -> bool) -> &Value {
        self.findings.iter().find(|f| f["verdict"] == verdict && is(f)).unwrap()
    }

    /// An entry on a submission as it is.
    fn entry(&self, f: &Value, minute: u8, more: Value) -> String {
        let mut entry = json!({
            "time": format!("2026-11-30T08:{minute:02}:00+08:00"), "who": "王审核", "run": "0123456789abcdef",
            "submission": f["submission_id"], "material": f["material"],
        });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("{entry}\n")
    }

    fn record(&self, lines: &[String]) -> PathBuf {
        let path = self.path("审核决定.jsonl");
        fs::write(&path, lines.concat()).unwrap();
        path
    }

    /// Exit code, what was printed, and what was told on stderr.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let done = Command::new(binary()).args(arguments).current_dir(self.folder.path()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
    }

    fn done(&self, arguments: &[&str]) -> String {
        let (code, out, err) = self.run(arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
        out
    }

    /// The demonstration judged again with a spot check of all that is cleared.
    fn drawn(&self) -> PathBuf {
        let (from, to) = (shared().out(), self.path("drawn"));
        let (from, to_text) = (from.to_str().unwrap(), to.to_str().unwrap());
        let draw = ["--spot-check", "100%", "--spot-check-key", "spot.key"];
        self.done(&[&["replay", from, "-o", to_text, "--report", "none"], &draw[..]].concat());
        to
    }
}

fn text(v: &Value) -> &str {
    v.as_str().unwrap()
}

/// A field of a finding that was read, with its text.
fn reading<'f>(f: &'f Value, field: &str) -> &'f Value {
    f["facts"].as_array().unwrap().iter().find(|r| r["field"] == field && r["state"] == "read").unwrap()
}

fn accept() -> Value {
    json!({ "kind": "accept", "reason": "" })
}

#[test]
fn a_spot_check_marks_and_changes_nothing_else() {
    let story = Story::new();
    let drawn = story.drawn();
    let plain = rows(&shared().out().join("submissions.csv"));
    let marked = rows(&drawn.join("submissions.csv"));
    for (before, after) in plain.iter().zip(&marked) {
        let expected = if before["verdict"] == "pass" { "yes" } else { "" };
        assert_eq!(after["spot_check"], expected, "{}", before["submission_id"]);
        let others = |row: &BTreeMap<String, String>| {
            row.iter().filter(|(k, _)| *k != "spot_check").map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>()
        };
        assert_eq!(others(before), others(after));
    }
    let cleared = plain.iter().filter(|r| r["verdict"] == "pass").count() as u64;
    let run = json(&drawn.join("run.json"));
    assert_eq!(
        (run["counts"]["spot_checks"].as_u64(), run["counts"]["spot_checks_open"].as_u64()),
        (Some(cleared), Some(cleared))
    );
    assert_eq!(run["options"]["spot_check"]["share"], 1.0);
    let secret = fs::read_to_string(story.path("spot.key")).unwrap();
    assert!(!run.to_string().contains(secret.trim()), "the key stands in no output");

    // Once more, by the same key: the same. And who was drawn stays drawn without the option.
    for more in [&["--spot-check", "1%", "--spot-check-key", "spot.key"][..], &[]] {
        let again = story.path("again");
        let from = drawn.to_str().unwrap();
        story.done(&[&["replay", from, "-o", again.to_str().unwrap(), "--report", "none"], more].concat());
        assert_eq!(
            fs::read(again.join("submissions.csv")).unwrap(),
            fs::read(drawn.join("submissions.csv")).unwrap(),
            "{more:?}"
        );
    }
}

#[test]
fn what_became_of_flags_and_readings_is_counted() {
    let story = Story::new();
    let drawn = story.drawn();
    let has_name = |f: &Value| {
        f["facts"].as_array().unwrap().iter().any(|r| r["field"] == "application_form.name" && r["state"] == "read")
    };
    let passed: Vec<&Value> = story.findings.iter().filter(|f| f["verdict"] == "pass" && has_name(f)).collect();
    let [right, wrong] = passed[..2] else { panic!("two are cleared") };
    let rejected = story.find("reject", |f| f["internal_error"].is_null());
    let flagged =
        text(&rejected["flags"].as_array().unwrap().iter().find(|f| f["severity"] == "reject").unwrap()["rule"]);
    let waved = story.find("review", |f| f["flags"].as_array().unwrap().iter().any(|x| x["severity"] == "review"));
    let waved_rule =
        text(&waved["flags"].as_array().unwrap().iter().find(|f| f["severity"] == "review").unwrap()["rule"]);
    let misread =
        json!({ "kind": "correct", "field": "application_form.name", "new": { "state": "read", "text": "月若曦" } });
    let record = story.record(&[
        story.entry(right, 1, accept()),
        story.entry(wrong, 2, misread),
        story.entry(wrong, 3, json!({ "kind": "reject", "reason": "姓名不一致" })),
        story.entry(rejected, 4, json!({ "kind": "return", "reason": "请更正" })),
        story.entry(waved, 5, accept()),
        story.entry(right, 6, accept()).replace(text(&right["submission_id"]), "不在其中"),
    ]);
    let (drawn, record) = (drawn.to_str().unwrap(), record.to_str().unwrap());
    let told = story.done(&["trust", drawn, "--decisions", record, "--json"]);
    let figures: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((figures["submissions"].as_u64(), &figures["decided"]), (Some(story.findings.len() as u64), &json!(4)));
    assert_eq!(figures["cleared"]["looked_at"], json!({ "looked_at": 2, "wrong": 1 }));
    assert_eq!(figures["cleared"]["checked"], json!({ "looked_at": 2, "wrong": 1 }));
    assert_eq!((&figures["slipped"]["looked_at"], &figures["slipped"]["slipped"]), (&json!(2), &json!(1)));
    let rule = |id: &str, key: &str| figures["rules"][id][key].as_u64().unwrap();
    assert_eq!(rule(flagged, "upheld"), 1, "{flagged}");
    assert_eq!(rule(waved_rule, "waved_through"), 1, "{waved_rule}");
    for (id, tally) in figures["rules"].as_object().unwrap() {
        let sum = ["upheld", "waved_through", "open"].iter().map(|k| tally[*k].as_u64().unwrap()).sum::<u64>();
        assert_eq!(tally["submissions"], sum, "{id}");
    }
    let name = &figures["fields"]["application_form.name"][0];
    assert_eq!(
        (&name["at_least"], &name["drawn"]["looked_at"], &name["drawn"]["wrong"]),
        (&json!(0.9), &json!(2), &json!(1))
    );

    // The same decisions given to a run, and nothing given to `trust`: the same figures.
    let later = story.path("later");
    let later = later.to_str().unwrap();
    story.done(&["replay", drawn, "--decisions", record, "-o", later, "--report", "none"]);
    let embedded: Value = serde_json::from_str(&story.done(&["trust", later, "--json"])).unwrap();
    assert_eq!(embedded, figures, "a run that knows the decisions says the same");
    let both: Value =
        serde_json::from_str(&story.done(&["trust", later, drawn, "--decisions", record, "--json"])).unwrap();
    assert_eq!(both, figures, "each submission counts once");

    let told = story.done(&["trust", later, drawn, "--decisions", record, "--lang", "en", "-o", "page"]);
    assert!(
        told.contains("Slipped through: at most") && told.contains("1 submission(s) of the records are in none"),
        "{told}"
    );
    let page = fs::read_to_string(story.path("page/trust.html")).unwrap();
    assert!(page.contains("<svg") && fs::read_to_string(story.path("page/trust.svg")).unwrap().starts_with("<svg"));
    for f in &story.findings {
        for personal in
            ["name", "id_number"].map(|k| &f["registration"][k]["raw"]).into_iter().chain([&f["submission_id"]])
        {
            let hidden =
                personal.as_str().is_none_or(|p| p.chars().count() < 2 || !(page.contains(p) || told.contains(p)));
            assert!(hidden, "the figures name {personal}");
        }
    }
}

#[test]
fn too_little_suggests_nothing_and_says_how_much_is_enough() {
    let story = Story::new();
    let drawn = story.drawn();
    let lines: Vec<String> = story.findings.iter().map(|f| story.entry(f, 1, accept())).collect();
    let (drawn, record) = (drawn.to_str().unwrap().to_owned(), story.record(&lines));
    let record = record.to_str().unwrap();
    let cleared = story.findings.iter().filter(|f| f["verdict"] == "pass").count() as u64;
    // All accepted as they are: nothing was wrong among so many.
    for (risk, shown) in [("0.5%", false), ("60%", true)] {
        let file = format!("office-{}.toml", risk.trim_end_matches('%'));
        let args = ["trust", &drawn, "--decisions", record, "--suggest", "--risk", risk, "--json", "-o", &file];
        let figures: Value = serde_json::from_str(&story.done(&args)).unwrap();
        let suggestion = &figures["suggestion"];
        assert_eq!(suggestion["tried"][0]["looked_at"], cleared);
        assert_eq!(!suggestion["shown"].is_null(), shown, "{suggestion}");
        if !shown {
            assert_eq!(suggestion["still_needed"], 598 - cleared);
        }
        assert!(story.path(&file).exists());
        let (code, _, err) = story.run(&args);
        assert!(code == 2 && err.contains("is there already"), "nothing is replaced: {err}");
    }
}

#[test]
fn labels_hold_what_people_read_and_nobody() {
    let story = Story::new();
    let is_read = |f: &Value, field: &str| {
        f["facts"]
            .as_array()
            .unwrap()
            .iter()
            .any(|r| r["field"] == field && r["state"] == "read" && !r["box"].is_null())
    };
    let (start, name) = ("application_form.work[0].start", "application_form.name");
    let f = story.find("pass", |f| is_read(f, start) && is_read(f, name));
    let said = |field: &str, kind: &str, words: &str| {
        let at = &reading(f, field)["box"];
        let at = ["x", "y", "width", "height"].map(|k| at[k].clone());
        json!({ "kind": kind, "field": field, "box": at, "new": { "state": "read", "text": words } })
    };
    let read = text(&reading(f, name)["text"]).to_owned();
    let record = story.record(&[
        story.entry(f, 1, said(start, "correct", "2011-05")),
        story.entry(f, 2, said(name, "confirm", &read)),
    ]);
    let (out, record) = (shared().out(), record.to_str().unwrap().to_owned());
    let (out, batch) = (out.to_str().unwrap(), shared_run::batch());
    let batch = batch.to_str().unwrap();
    let base = ["trust", out, "--decisions", &record, "--batch", batch];
    for (folder, more, kinds) in [
        ("labels", &[][..], &["application_form.work[].start"][..]),
        ("names", &["--fields", name], &[name]),
        (
            "both",
            &["--fields", "application_form.name,application_form.work[].start"],
            &[name, "application_form.work[].start"],
        ),
    ] {
        story.done(&[&base[..], &["--labels", folder], more].concat());
        let list = fs::read_to_string(story.path(folder).join("labels.tsv")).unwrap();
        let lines: Vec<Vec<&str>> =
            list.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
        let found: BTreeSet<&str> = lines.iter().map(|l| l[1]).collect();
        assert_eq!(found, kinds.iter().copied().collect(), "{list}");
        for line in &lines {
            assert_eq!(line[2], if line[1] == name { read.as_str() } else { "2011" });
            let bytes = fs::read(story.path(folder).join(line[0])).unwrap();
            assert!(image::load_from_memory(&bytes).unwrap().width() > 20);
        }
        assert_eq!(list.contains(&read), kinds.contains(&name), "the name stands there only where it was asked for");
        assert!(!list.contains(text(&f["submission_id"])) && list.starts_with("# "));
        assert_eq!(fs::read_dir(story.path(folder)).unwrap().count(), lines.len() + 1, "nothing else");
    }
    let (code, _, err) = story.run(&[&base[..], &["--labels", "labels"]].concat());
    assert!(code == 2 && err.contains("is not empty"), "{err}");
    let moved = story.path("nowhere");
    fs::create_dir(&moved).unwrap();
    let told =
        story.done(&["trust", out, "--decisions", &record, "--batch", "nowhere", "--labels", "none", "--lang", "en"]);
    assert!(told.contains("0 crops") && told.contains("1 readings without their original"), "{told}");
}

#[test]
fn what_cannot_be_used_is_refused() {
    let story = Story::new();
    let out = shared().out();
    let out = out.to_str().unwrap();
    story.done(&["replay", out, "-o", "drawn", "--report", "none", "--spot-check", "5%", "--spot-check-key", "k"]);
    let redacted = ["replay", out, "-o", "redacted", "--report", "none", "--redact", "--redact-key", "k"];
    story.done(&redacted);
    fs::write(story.path("bad.jsonl"), "{}\n{}\n").unwrap();
    fs::create_dir(story.path("empty")).unwrap();
    for (arguments, told) in [
        (&["trust", "empty"][..], "holds no finished run"),
        (&["trust", "redacted"], "is a redacted run"),
        (&["trust", out, "--decisions", "bad.jsonl"], "bad.jsonl:1"),
        (&["trust", out, "--risk", "100%"], "--risk"),
        (&["trust", out, "--risk", "0%"], "--risk"),
        (&["trust", out, "--labels", "l", "--fields", "name"], "is no field"),
        (&["trust", out, "--fields", "application_form.name"], "--labels"),
        (&["replay", out, "-o", "new", "--spot-check", "5%"], "--spot-check-key FILE"),
        (&["replay", out, "--spot-check", "5%", "--spot-check-key", "k"], "--out"),
        (&["replay", out, "-o", "new", "--spot-check-key", "k"], "without --spot-check"),
        (&["replay", out, "-o", "new", "--spot-check", "5"], "5%"),
        (&["replay", out, "-o", "drawn", "--spot-check", "5%", "--spot-check-key", "drawn/key"], "handed on"),
    ] {
        let (code, _, err) = story.run(arguments);
        assert!(code == 2 && err.contains(told), "{arguments:?}: {code} {err}");
    }
    assert!(!Path::new(&story.path("drawn/key")).exists());
}
