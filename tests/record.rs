//! The record of decisions over the demonstration's run: what is corrected is judged again, survives, can be taken back,
//! and never makes a contradiction with what is registered go away.

mod outputs;
#[allow(dead_code, reason = "stories of other tests use the rest")]
mod shared_run;

use outputs::binary;
use serde_json::{Value, json};
use shared_run::shared;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Clean, and passed.
const ID: &str = "20242400011";
const NAME: &str = "application_form.name";

struct Story {
    folder: tempfile::TempDir,
    runs: usize,
}

impl Story {
    fn new() -> Self {
        Self { folder: shared().story(), runs: 0 }
    }

    /// Judges a run again with these records; returns the new run's folder and what was printed on stderr.
    fn rejudge(&mut self, run: &Path, records: &[&str]) -> Result<PathBuf, String> {
        self.runs += 1;
        let out = self.folder.path().join(format!("run-{}", self.runs));
        let mut command = Command::new(binary());
        command.args(["rules", "rejudge"]).arg(run).args(["--report", "none", "-o"]).arg(&out);
        for (i, text) in records.iter().enumerate() {
            let file = self.folder.path().join(format!("record-{}-{i}.jsonl", self.runs));
            fs::write(&file, text).unwrap();
            command.arg("--decisions").arg(file);
        }
        let done = command.output().unwrap();
        match done.status.code() {
            Some(0) => Ok(out),
            _ => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
        }
    }
}

fn finding(run: &Path) -> Value {
    let text = fs::read_to_string(run.join("findings.jsonl")).unwrap();
    text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).find(|f| f["submission_id"] == ID).unwrap()
}

/// Verdict, and each flag that is no note: rule, severity, expected, observed.
fn told(run: &Path) -> Vec<String> {
    let f = finding(run);
    let text = |v: &Value| v.as_str().unwrap_or("-").to_owned();
    let flags = f["flags"].as_array().unwrap().iter().filter(|f| f["severity"] != "note");
    let flags = flags.map(|f| ["rule", "severity", "expected", "observed"].map(|k| text(&f[k])).join(" "));
    [text(&f["verdict"])].into_iter().chain(flags).collect()
}

/// What `run.json` says of the records.
fn remarks(run: &Path) -> Vec<String> {
    let run: Value = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
    let remarks = run["given"].as_array().unwrap().iter().flat_map(|g| g["remarks"].as_array().unwrap());
    remarks.map(|r| format!("{} {}", r["line"], r["en"].as_str().unwrap())).collect()
}

/// An entry about the submission's material as it is.
fn entry(who: &str, minute: u8, more: Value) -> String {
    let material = finding(&shared().out())["material"].clone();
    let mut entry = json!({
        "time": format!("2026-11-30T08:{minute:02}:00+08:00"), "who": who, "run": "0123456789abcdef",
        "submission": ID, "material": material,
    });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("{entry}\n")
}

fn named(who: &str, minute: u8, text: &str) -> String {
    entry(who, minute, json!({ "kind": "correct", "field": NAME, "new": { "state": "read", "text": text } }))
}

#[test]
fn a_correction_is_judged_survives_and_is_taken_back() {
    let mut story = Story::new();
    let before = finding(&shared().out());
    let registered = before["registration"]["name"]["raw"].as_str().unwrap().to_owned();
    let row = |f: &Value| f["facts"].as_array().unwrap().iter().find(|r| r["field"] == NAME).unwrap().clone();

    let corrected = story.rejudge(&shared().out(), &[&named("王审核", 1, "月若曦")]).unwrap();
    let expected = ["reject".to_owned(), format!("identity-name-mismatch reject {registered} 月若曦")];
    assert_eq!(told(&corrected), expected, "the corrected value is compared with the registered one");
    let now = row(&finding(&corrected));
    assert_eq!(
        (&now["state"], &now["text"], &now["confidence"], &now["corrected"]["who"], &now["corrected"]["read"]["text"]),
        (&json!("corrected"), &json!("月若曦"), &json!(1.0), &json!("王审核"), &row(&before)["text"])
    );

    let again = story.rejudge(&corrected, &[]).unwrap();
    assert_eq!(told(&again), expected, "it survives another judgement without the record");

    let back = format!(
        "{}{}",
        named("王审核", 1, "月若曦"),
        entry("王审核", 2, json!({ "kind": "withdraw", "what": "correct", "field": NAME }))
    );
    let back = story.rejudge(&again, &[&back]).unwrap();
    let (mut whole, mut first) = (finding(&back), before.clone());
    assert_eq!(whole["record"].as_array().unwrap().len(), 2, "what was said stays on record");
    [&mut whole, &mut first].iter_mut().for_each(|f| drop(f.as_object_mut().unwrap().remove("record")));
    assert_eq!(whole, first, "what was taken back leaves what was read");
}

#[test]
fn two_people_who_contradict_each_other_are_heard() {
    let mut story = Story::new();
    let registered = finding(&shared().out())["registration"]["name"]["raw"].as_str().unwrap().to_owned();
    let (one, other) = (named("王审核", 1, &registered), named("李审核", 2, "月若曦"));
    let run = story.rejudge(&shared().out(), &[&one, &other]).unwrap();
    let conflict = format!("decision-conflict review {registered} 月若曦");
    assert!(told(&run).contains(&conflict), "{:?}", told(&run));
    assert_eq!(remarks(&run), [format!("1 contradicts what 王审核 said, nobody settled it: {ID} {NAME}")]);

    let settled = entry(
        "王审核",
        3,
        json!({ "kind": "correct", "field": NAME, "settles": true, "new": { "state": "read", "text": registered } }),
    );
    let run = story.rejudge(&shared().out(), &[&one, &other, &settled]).unwrap();
    assert_eq!(told(&run), ["pass"]);

    let decisions = [("王审核", 1, "accept"), ("李审核", 2, "return")]
        .map(|(who, minute, kind)| entry(who, minute, json!({ "kind": kind, "reason": "请重新上传" })));
    let run = story.rejudge(&shared().out(), &[&decisions.concat()]).unwrap();
    assert_eq!(told(&run), ["review", "decision-conflict review 通过 退回补正"]);
    assert_eq!(finding(&run)["decision"]["decision"], "return", "the later one, until somebody settles it");
}

#[test]
fn what_cannot_be_used_is_told() {
    let mut story = Story::new();
    let good = named("王审核", 1, "月若曦");
    let name = finding(&shared().out())["registration"]["name"]["raw"].clone();
    let told_of = |story: &mut Story, text: &str| story.rejudge(&shared().out(), &[text]).map(|run| remarks(&run));
    let other = good.replace(finding(&shared().out())["material"].as_str().unwrap(), "00");
    let elsewhere = entry(
        "王审核",
        1,
        json!({ "kind": "confirm", "field": NAME, "box": [1, 1, 2, 2], "new": { "state": "read", "text": name } }),
    );
    let nothing =
        entry("王审核", 1, json!({ "kind": "correct", "field": "diploma.colour", "new": { "state": "blank" } }));
    let no_file = entry("王审核", 1, json!({ "kind": "assign", "name": "x.jpg", "somebody_else": true }));
    for (text, expected) in [
        (
            format!("{good}{}", &good[..80]),
            "2 the last line is torn off and was left out; the others were used".to_owned(),
        ),
        (other, format!("1 made on other material, not used: {ID} {NAME}")),
        (elsewhere, format!("1 not used, {NAME} is no longer there: {ID}")),
        (nothing, format!("1 not used, diploma.colour is no longer there: {ID}")),
        (no_file, format!("1 not used, x.jpg is no longer there: {ID}")),
        (format!("{good}{}", named("王审核", 2, "闫若曦")), format!("1 changed later by the same person: {ID} {NAME}")),
        (good.replace(ID, "99"), "1 no such submission in this run: 99".to_owned()),
    ] {
        assert_eq!(told_of(&mut story, &text), Ok(vec![expected]), "{text}");
    }
    let middle = format!("{}\n{good}", &good[..80]);
    assert!(told_of(&mut story, &middle).unwrap_err().contains("record-8-0.jsonl:1:1: no entry of the record"));
}

#[test]
fn a_page_belongs_to_whom_a_person_says() {
    let mut story = Story::new();
    let form = finding(&shared().out())["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["kind"] == "application_form")
        .unwrap()
        .clone();
    let assign = |to: Value| {
        let mut rest = json!({ "kind": "assign", "name": form["name"], "file": form["sha256"] });
        rest.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
        entry("王审核", 1, rest)
    };
    let run = story.rejudge(&shared().out(), &[&assign(json!({ "somebody_else": true }))]).unwrap();
    assert_eq!(told(&run)[..2], ["reject".to_owned(), "material-of-another-person reject - -".to_owned()]);
    let run = story.rejudge(&shared().out(), &[&assign(json!({ "document": "申报表" }))]).unwrap();
    assert_eq!(told(&run), ["pass"], "it is what it was");
}
