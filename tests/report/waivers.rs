//! Waivers through a whole run: what stands in the outputs, in `run.json` and in the summary, and what is refused.

use crate::fakes::{FakeTools, batch, yushen};
use serde_json::Value;
use std::fs;
use std::path::Path;

const WAIVERS: &str = "\
[[waiver]]
submission = \"C\"
rule = \"identity-name-mismatch\"
reason = \"曾用名，已核对户口簿\"
who = \"王审核\"
until = \"2026-06-30\"

[[waiver]]
submission = \"B\"
rule = \"reading-doubtful\"
reason = \"原件已看\"
who = \"王审核\"
until = \"2026-01-01\"

[[waiver]]
submission = \"A\"
rule = \"reading-doubtful\"
reason = \"原件已看\"
who = \"李审核\"
until = \"2026-06-30\"
";

#[test]
fn waived_flags_stay_marked_and_do_not_count() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲"), ("B", ""), ("C", "name=甲乙\nregistered=丙"), ("D", "panic=read")]);
    let (code, summary, err) = audit(&root, &out, WAIVERS);
    assert_eq!((code, err.as_str()), (3, ""));

    let flags = fs::read_to_string(out.join("flags.csv")).unwrap();
    let waived = flags.lines().find(|l| l.starts_with("C,")).unwrap();
    assert!(waived.contains(",identity-name-mismatch,note,"), "{waived}");
    assert!(
        waived.contains(
            ",已豁免（原为建议驳回；曾用名，已核对户口簿；王审核，至2026-06-30）：申报表姓名与报名信息不一致"
        ),
        "{waived}"
    );
    assert!(
        flags.lines().any(|l| l.starts_with("B,") && l.contains(",reading-doubtful,review,")),
        "an expired waiver waives nothing"
    );
    let verdicts: Vec<String> = fs::read_to_string(out.join("submissions.csv"))
        .unwrap()
        .lines()
        .skip(1)
        .map(|l| l.split(',').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(verdicts, ["A pass", "B review", "C pass", "D review"]);
    let findings = fs::read_to_string(out.join("findings.jsonl")).unwrap();
    let c: Value = serde_json::from_str(findings.lines().nth(2).unwrap()).unwrap();
    assert_eq!(c["flags"][0]["waived"]["severity"], "reject");

    let run: Value = serde_json::from_str(&fs::read_to_string(out.join("run.json")).unwrap()).unwrap();
    assert_eq!(run["counts"]["flags_waived"], 1);
    let given = &run["given"][0];
    assert_eq!((given["kind"].as_str(), given["sha256"].as_str().map(str::len)), (Some("waivers"), Some(64)));
    assert_eq!(given["content"], serde_json::json!({ "waivers": 3, "in_force": 2 }));
    let remarks: Vec<(u64, &str)> = given["remarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["line"].as_u64().unwrap(), r["en"].as_str().unwrap()))
        .collect();
    assert_eq!(
        remarks,
        [(8, "expired on 2026-01-01, not applied: B reading-doubtful"), (15, "matches no flag: A reading-doubtful")]
    );

    for line in [
        "1 个问题已豁免，在 flags.csv 中注明“已豁免”，不计入结论",
        "    第 8 行：已于 2026-01-01 到期，未予豁免：B reading-doubtful",
        "    第 15 行：本次没有对应的问题：A reading-doubtful",
    ] {
        assert!(summary.lines().any(|l| l == line), "no {line:?} in\n{summary}");
    }
}

#[test]
fn a_waiver_without_its_reason_stops_the_run() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲")]);
    let (code, _, err) =
        audit(&root, &out, &WAIVERS.replace("reason = \"原件已看\"\nwho = \"李审核\"", "who = \"李审核\""));
    assert_eq!(code, 2);
    assert!(err.contains("waivers.toml:15:1: a waiver without reason"), "{err}");
    assert!(!out.join("run.json").exists(), "nothing was judged");
}

fn audit(root: &Path, out: &Path, waivers: &str) -> (u8, String, String) {
    let file = root.with_file_name("waivers.toml");
    fs::write(&file, waivers).unwrap();
    let path = |p: &Path| p.to_str().unwrap().to_owned();
    let arguments = [
        String::from("audit"),
        path(root),
        "-o".into(),
        path(out),
        "--as-of".into(),
        "2026-01-02".into(),
        "--waivers".into(),
        path(&file),
    ];
    yushen(&FakeTools::default(), &arguments.iter().map(String::as_str).collect::<Vec<_>>())
}
