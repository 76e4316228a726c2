//! What stands in the files: CSV that no spreadsheet bends, counts that add up, hashes that hold.

use crate::fakes::{FakeTools, NUMBER, audit, batch};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use yushen::report::cell::{plain, visible};
use yushen::report::columns::{Column, names};
use yushen::report::flags_csv::FlagRow;
use yushen::report::submissions_csv::SubmissionRow;

/// A row of a CSV file as a machine reads it back: the cells by the names of their columns.
type Row = BTreeMap<String, String>;

/// The rows of a CSV file, after the heads.
fn rows<R>(path: &Path, columns: &[Column<R>]) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a BOM");
    assert!(
        text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']),
        "only CRLF, and only between rows"
    );
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = names(columns);
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), heads);
    reader
        .records()
        .map(|r| heads.iter().map(ToString::to_string).zip(r.unwrap().iter().map(ToOwned::to_owned)).collect())
        .collect()
}

fn run_json(out: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(out.join("run.json")).unwrap()).unwrap()
}

#[test]
fn hostile_values_stay_text_and_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    let names = [
        "=HYPERLINK(\"http://x\")",
        "+86",
        "-1+1",
        "@SUM(A1)",
        "'=1",
        "a\"b,c",
        "李\u{202e}四",
        "\u{1b}[2J清屏",
        "0012",
        "1E5",
        "\tX",
        "﻿甲",
    ];
    let ids: Vec<String> = (0..names.len()).map(|i| format!("{}{i:02}", &NUMBER[..16])).collect();
    let forms: Vec<String> = names.iter().map(|n| format!("name={n}\nregistered=另一人")).collect();
    batch(&root, &ids.iter().zip(&forms).map(|(i, f)| (i.as_str(), f.as_str())).collect::<Vec<_>>());
    audit(&FakeTools::default(), &root, &out, &[]);

    let flags = rows(&out.join("flags.csv"), FlagRow::COLUMNS);
    assert_eq!(flags.len(), names.len() + 1, "one flag each, one note on the batch");
    for (row, (id, name)) in flags[1..].iter().zip(ids.iter().zip(names)) {
        assert_eq!(plain(&row["submission_id"]), id);
        assert_eq!(row["submission_id"].trim(), id, "also for readers that only trim");
        assert_eq!(plain(&row["observed"]), visible(name));
        assert_eq!(row["evidence"], "申报表#1@10,20,300,48");
    }
    let submissions = rows(&out.join("submissions.csv"), SubmissionRow::COLUMNS);
    for row in flags.iter().chain(&submissions) {
        for cell in row.values() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?} starts a formula");
            assert!(!cell.chars().any(|c| c.is_control() && c != '\t'), "{cell:?} holds a control character");
            assert!(!(cell.len() > 15 && cell.bytes().all(|b| b.is_ascii_digit())), "{cell:?} loses digits");
        }
    }
    let findings = fs::read_to_string(out.join("findings.jsonl")).unwrap();
    assert!(!findings.contains(['\u{1b}', '\u{202e}', '\u{feff}']));
    let exact: Value = serde_json::from_str(findings.lines().nth(6).unwrap()).unwrap();
    assert_eq!(exact["documents"]["application_form"]["name"]["value"], "李\u{202e}四");
}

#[test]
fn a_row_a_submission_with_verdict_and_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲"), ("B", "name=乙\nregistered=丙"), ("C", "panic=read"), ("D", "")]);
    audit(&FakeTools { orphan: Some("Z"), ..FakeTools::default() }, &root, &out, &[]);
    let rows = rows(&out.join("submissions.csv"), SubmissionRow::COLUMNS);
    let short: Vec<[&str; 7]> = rows
        .iter()
        .map(|r| {
            ["submission_id", "verdict", "结论", "read_name", "months", "reason", "to_check"].map(|c| r[c].as_str())
        })
        .collect();
    let told = "您的申报存在以下问题，请更正后重新提交：申报表姓名与报名信息不一致，请核对后重新填写。";
    let failed = "程序处理该申报材料时出错，未作任何认定，请人工审核全部材料。";
    assert_eq!(
        short,
        [
            ["A", "pass", "建议通过", "甲", "61", "", ""],
            ["B", "reject", "建议驳回", "乙", "61", told, ""],
            ["C", "review", "需人工复核", "", "", "", failed],
            ["D", "review", "需人工复核", "", "61", "", "姓名无法辨认。"],
            ["Z", "review", "需人工复核", "", "61", "", "登记表有此人，未见材料。"],
        ]
    );
    assert_eq!(plain(&rows[0]["id_number"]), NUMBER);
}

#[test]
fn counts_add_up_and_hashes_hold() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(
        &root,
        &[("A", "name=甲"), ("B", "name=甲\nregistered=丙"), ("C", "panic=read"), ("D", ""), ("E", "name=丁")],
    );
    fs::create_dir(root.join("空")).unwrap();
    assert_eq!(audit(&FakeTools { orphan: Some("Z"), ..FakeTools::default() }, &root, &out, &[]), 3);
    let run = run_json(&out);
    let c = &run["counts"];
    let sum = |v: &Value| v.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    let n = |key: &str| c[key].as_u64().unwrap();
    assert_eq!(n("submissions"), 7);
    assert_eq!(sum(&c["verdicts"]), 7);
    assert_eq!((n("with_folder"), n("without_folder"), n("failed_inside")), (6, 1, 1));
    assert_eq!(n("registered") + n("unregistered"), 7);
    assert_eq!((run["batches"][0]["folders"].as_u64(), run["batches"][0]["rows"].as_u64()), (Some(6), Some(7)));
    assert_eq!(rows(&out.join("submissions.csv"), SubmissionRow::COLUMNS).len(), 7);
    let flags = rows(&out.join("flags.csv"), FlagRow::COLUMNS).len() as u64;
    assert_eq!([n("flags"), sum(&c["flags_by_severity"]), sum(&c["flags_by_rule"])], [flags; 3]);
    assert_eq!(n("files"), 5);
    assert_eq!(n("files_hashed") + n("files_refused") + n("files_unreadable"), 5);
    let inputs = run["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 5);
    for input in inputs {
        let path = root.join(input["submission_id"].as_str().unwrap()).join(input["file"].as_str().unwrap());
        assert_eq!(input["sha256"], sha256(&path), "also of a submission on which the reader failed");
    }
    for output in run["outputs"].as_array().unwrap() {
        assert_eq!(output["sha256"], sha256(&out.join(output["file"].as_str().unwrap())));
    }
    assert_eq!(run["not_evaluated"]["photo-glasses"]["no honest measure"], 6);
    assert_eq!(run["as_of"], "2026-01-02");
    assert!(run["seconds"]["stages"]["recognise"].as_f64().unwrap() > 0.0);
    assert_eq!(
        fs::read_dir(&out).unwrap().count(),
        6,
        "four outputs, the report and the tool's own folder: nothing unfinished is left"
    );
}

fn sha256(path: &Path) -> String {
    Sha256::digest(fs::read(path).unwrap()).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn flags_name_their_facts() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("B", "name=甲\nregistered=丙")]);
    audit(&FakeTools::default(), &root, &out, &[]);
    let finding: Value = serde_json::from_str(fs::read_to_string(out.join("findings.jsonl")).unwrap().trim()).unwrap();
    let flag = &finding["flags"][0];
    assert_eq!(flag["facts"], serde_json::json!(["application_form.name"]));
    assert_eq!(flag["clause"]["text"], "必须完全一致");
    let fact = finding["facts"].as_array().unwrap().iter().find(|f| f["field"] == "application_form.name").unwrap();
    assert_eq!(fact["box"], serde_json::json!({"x": 10, "y": 20, "width": 300, "height": 48}));
    assert!(!finding.to_string().contains(root.to_str().unwrap()), "no path of this machine");
}
