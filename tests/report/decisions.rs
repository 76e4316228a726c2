//! Decisions exported from the page through the next run: what they change in the outputs, what they only tell, and
//! what is refused.

use crate::fakes::{FakeTools, batch, yushen};
use serde_json::Value;
use std::fs;
use std::path::Path;

const DECISIONS: &str = "\u{feff}submission_id,decision,rule,document,field,reason,who,until,decided_on,flags\r\n\
    B,accept,reading-doubtful,,,'=原件已看,王审核,2026-06-30,2025-12-30,0123456789ab\r\n\
    C,accept,identity-name-mismatch,申报表,name,\"曾用名，已核对,户口簿\",王审核,2026/6/30,2025-12-30,\r\n\
    D,accept,reading-doubtful,,,原件已看,王审核,2026-01-01,2025-06-30,\r\n\
    A,return,,,,请重新上传,李审核,,2025-12-30,\r\n\
    Z,reject,,,,不符合条件,李审核,,2025-12-30,\r\n";

fn audit(root: &Path, out: &Path, decisions: &[u8]) -> (u8, String, String) {
    let file = root.with_file_name("decisions.csv");
    fs::write(&file, decisions).unwrap();
    yushen(
        &FakeTools::default(),
        &[
            "audit",
            root.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
            "--as-of",
            "2026-01-02",
            "--decisions",
            file.to_str().unwrap(),
        ],
    )
}

fn four(root: &Path) {
    batch(root, &[("A", "name=甲"), ("B", ""), ("C", "name=甲乙\nregistered=丙"), ("D", "")]);
}

#[test]
fn the_next_run_knows_what_was_decided() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    four(&root);
    let (code, summary, err) = audit(&root, &out, DECISIONS.as_bytes());
    assert_eq!((code, err.as_str()), (0, ""));

    let submissions = fs::read_to_string(out.join("submissions.csv")).unwrap();
    let verdicts: Vec<String> =
        submissions.lines().skip(1).map(|l| l.split(',').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        verdicts,
        ["A pass", "B pass", "C pass", "D review"],
        "D's decision has expired, A's changes no verdict"
    );
    let decided: Vec<String> =
        submissions.lines().skip(1).map(|l| l.rsplit(',').skip(1).take(3).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(decided, ["2025-12-30\t 李审核 return", "  ", "  ", "  "], "beside the verdict");
    let flags = fs::read_to_string(out.join("flags.csv")).unwrap();
    for (id, text) in [
        ("B", "已豁免（原为需人工复核；=原件已看；王审核，至2026-06-30）："),
        ("C", "已豁免（原为建议驳回；曾用名，已核对,户口簿；王审核，至2026-06-30）："),
    ] {
        assert!(
            flags.lines().any(|l| l.starts_with(&format!("{id},")) && l.contains(",note,") && l.contains(text)),
            "{id} in\n{flags}"
        );
    }

    let run: Value = serde_json::from_str(&fs::read_to_string(out.join("run.json")).unwrap()).unwrap();
    let given = &run["given"][0];
    assert_eq!(
        (given["kind"].as_str(), given["content"]["waivers"].as_u64(), given["content"]["in_force"].as_u64()),
        (Some("decisions"), Some(3), Some(2))
    );
    assert_eq!(
        given["content"]["submissions"],
        serde_json::json!([
            { "submission": "A", "decision": "return", "reason": "请重新上传", "who": "李审核", "decided_on": "2025-12-30" },
            { "submission": "Z", "decision": "reject", "reason": "不符合条件", "who": "李审核", "decided_on": "2025-12-30" },
        ])
    );
    let remarks: Vec<(u64, &str)> = given["remarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["line"].as_u64().unwrap(), r["en"].as_str().unwrap()))
        .collect();
    assert_eq!(
        remarks,
        [(4, "expired on 2026-01-01, not applied: D reading-doubtful"), (6, "no such submission in this run: Z")]
    );
    assert!(summary.contains("第 6 行：本次没有这份申报：Z"), "{summary}");

    let data = fs::read_to_string(out.join("report/data.js")).unwrap();
    assert!(
        data.contains("\"earlier\":[{\"submission\":\"A\",\"decision\":\"return\""),
        "the next report tells it beside the submission"
    );
}

#[test]
fn the_last_decision_counts_and_names_nobody_in_a_redacted_run() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    four(&root);
    let twice = format!("{DECISIONS}A,accept,,,,甲乙已来电,王复核,,2025-12-31,\r\n");
    audit(&root, &out, twice.as_bytes());
    let submissions = fs::read_to_string(out.join("submissions.csv")).unwrap();
    assert!(submissions.lines().nth(1).unwrap().ends_with(",accept,王复核,2025-12-31\t,"), "{submissions}");

    let (key, file, redacted) = (dir.path().join("key"), dir.path().join("decisions.csv"), dir.path().join("redacted"));
    fs::write(&key, [7; 32]).unwrap();
    let paths = [&root, &redacted, &file, &key].map(|p| p.to_str().unwrap().to_owned());
    let (code, _, err) = yushen(
        &FakeTools::default(),
        &[
            "audit",
            &paths[0],
            "-o",
            &paths[1],
            "--as-of",
            "2026-01-02",
            "--decisions",
            &paths[2],
            "--redact",
            "--redact-key",
            &paths[3],
            "--no-store",
        ],
    );
    assert_eq!((code, err.as_str()), (0, ""));
    for file in ["submissions.csv", "findings.jsonl"] {
        let text = fs::read_to_string(redacted.join(file)).unwrap();
        assert!(!text.contains("王复核") && !text.contains("来电") && text.contains("accept"), "{file}: {text}");
    }
}

#[test]
fn what_excel_saved_again_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("b");
    four(&root);
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    audit(&root, &one, DECISIONS.as_bytes());
    let (gb, _, _) = encoding_rs::GB18030.encode(DECISIONS.trim_start_matches('\u{feff}'));
    assert_eq!(audit(&root, &two, &gb).0, 0);
    assert!(fs::read(one.join("flags.csv")).unwrap() == fs::read(two.join("flags.csv")).unwrap());
}

#[test]
fn a_mistake_stops_the_run() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    four(&root);
    for (bytes, said) in [
        (
            DECISIONS.replace(",accept,reading-doubtful,,,原件已看", ",accept,reading-doubtful,,,").into_bytes(),
            "decisions.csv:4:1: reason is empty",
        ),
        (b"\xff\xfe\x80".to_vec(), "neither UTF-8 nor GB18030"),
    ] {
        let (code, _, err) = audit(&root, &out, &bytes);
        assert_eq!(code, 2);
        assert!(err.contains(said), "{err}");
        assert!(!out.join("run.json").exists(), "nothing was judged");
    }
}
