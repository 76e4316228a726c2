//! What a nightly run needs beside the audit itself, through the binary: the configuration, `yushen doctor`, logs, and
//! what never stands on a screen.
//! The batches hold no legible picture, so that nothing takes long.

mod outputs;

use outputs::{binary, json};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Invented, with a right check digit; nobody's.
const NUMBER: &str = "110101199003070011";
const NAME: &str = "欧阳修远";

/// A folder called after its applicant and one by its number, with files of the same kind; nothing in them is a
/// picture.
fn batch(root: &Path) {
    for folder in ["20240001".to_owned(), format!("{NAME}{NUMBER}")] {
        fs::create_dir_all(root.join(&folder)).unwrap();
        fs::write(root.join(&folder).join("申报表.jpg"), "no picture").unwrap();
        fs::write(root.join(&folder).join(format!("{NAME}-13930295833.jpg")), "no picture").unwrap();
    }
    fs::write(root.join(format!("{NAME}.docx")), "x").unwrap();
}

fn yushen(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary());
    // No configuration of whoever runs the tests.
    command
        .current_dir(folder)
        .args(arguments)
        .env("OMP_THREAD_LIMIT", "1")
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("APPDATA", folder.join("config"));
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_configuration_says_once_what_every_night_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    batch(&here.join("2024-08"));
    let said = "lang = \"en\"\n[audit]\nbatches = [\"2024-08\"]\nout = \"out\"\nstore = \"facts\"\nsecond-reading = \"off\"\nfail-on = \"review\"\n";
    fs::write(here.join("yushen.toml"), said).unwrap();
    let done = yushen(here, &["audit", "--as-of", outputs::AS_OF]);
    assert_eq!(done.status.code(), Some(1), "--fail-on is the file's: {}", text(&done.stderr));
    assert!(text(&done.stdout).contains("submissions"), "the language is the file's: {}", text(&done.stdout));
    let options = json(&here.join("out/run.json"))["options"].clone();
    assert!(
        options["config"]["path"].as_str().unwrap().ends_with("yushen.toml")
            && options["config"]["sha256"].as_str().unwrap().len() == 64,
        "{options}"
    );
    assert!(here.join("facts").is_dir() && !here.join("out/.yushen/store").exists());

    let done = yushen(here, &["audit", "-o", "other", "--no-store", "--fail-on", "never", "--lang", "zh"]);
    assert_eq!(done.status.code(), Some(0), "the command line wins: {}", text(&done.stderr));
    assert!(text(&done.stdout).contains("预审完成") && json(&here.join("other/run.json"))["store"] == Value::Null);

    fs::create_dir_all(here.join("config/yushen")).unwrap();
    fs::rename(here.join("yushen.toml"), here.join("config/yushen/yushen.toml")).unwrap();
    fs::rename(here.join("2024-08"), here.join("config/yushen/2024-08")).unwrap();
    if cfg!(target_os = "macos") {
        return;
    }
    assert_eq!(
        yushen(here, &["audit", "-q"]).status.code(),
        Some(1),
        "the user's configuration, and its paths from where it lies"
    );
    assert!(here.join("config/yushen/out/run.json").exists());
    let without = yushen(here, &["audit", "--no-config"]);
    assert!(without.status.code() == Some(2) && text(&without.stderr).contains("--out"), "{}", text(&without.stderr));
}

#[test]
fn what_a_configuration_cannot_say_is_told_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    for (said, told) in [
        (
            "[audit]\nofice = \"x\"\n",
            &["night.toml:2:1: unknown field `ofice`, expected one of", "`office`", "`second-reading`"][..],
        ),
        ("langue = \"zh\"\n", &["night.toml:1:1: unknown field `langue`, expected one of `lang`"]),
        (
            "[audit]\n  engine = \"magic\"\n",
            &["night.toml:2:12: unknown value `magic`, expected one of `ppocr`, `tesseract`"],
        ),
        ("[audit]\njobs = 0\n", &["night.toml:2:8: expected 1 to 1024"]),
        ("[audit]\nstore = \"s\"\nno-store = true\n", &["contradict each other"]),
    ] {
        fs::write(here.join("night.toml"), said).unwrap();
        let done = yushen(here, &["audit", "b", "-o", "out", "--config", "night.toml"]);
        let err = text(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{err}");
        assert!(told.iter().all(|t| err.contains(t)), "{said}: {err}");
        let doctor = yushen(here, &["doctor", "--config=night.toml", "--json"]);
        assert_eq!(doctor.status.code(), Some(2));
        assert!(text(&doctor.stdout).contains("night.toml"), "the doctor tells it too");
    }
    assert!(text(&yushen(here, &["audit", "--config", "none.toml"]).stderr).contains("none.toml cannot be read"));
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let state = |arguments: &[&str]| {
        let done = yushen(here, &[&["doctor", "--json"][..], arguments].concat());
        let said: Value =
            serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&done.stdout)));
        (done.status.code(), said)
    };
    let of = |said: &Value, check: &str| {
        said["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["check"] == check)
            .unwrap_or_else(|| panic!("{check}: {said}"))
            .clone()
    };
    let (code, said) = state(&["--out", "new/out", "--lang", "en"]);
    assert_eq!(code, Some(0), "{said}");
    for check in ["configuration", "models", "rule packs", "output folder", "store", "threads"] {
        assert_ne!(of(&said, check)["state"], "fail", "{said}");
    }
    assert!(
        of(&said, "models")["seen"].as_str().unwrap().starts_with("11,")
            && of(&said, "output folder")["seen"].as_str().unwrap().contains("GB free")
    );
    assert!(!here.join("new").exists(), "the doctor makes nothing");

    fs::write(here.join("file"), "x").unwrap();
    fs::create_dir(here.join("rules")).unwrap();
    let (code, said) = state(&["--out", "file/out", "--rules", "rules", "--lang", "en"]);
    assert_eq!(code, Some(2));
    for check in ["rule packs", "output folder", "store"] {
        let line = of(&said, check);
        assert!(line["state"] == "fail" && line["remedy"].is_string(), "{line}");
    }
    let lines = text(&yushen(here, &["doctor", "--out", "file/out"]).stdout);
    assert!(
        lines.contains("正常  模型")
            && lines.contains("错误  输出文件夹")
            && lines.contains("→ 换一个文件夹")
            && lines.contains("不能运行"),
        "{lines}"
    );
}

#[test]
fn the_doctor_looks_for_what_the_configuration_names() {
    // what is named, whether it is there, what the doctor says
    let cases = [
        ("batches = [\"exported\"]", false, "warn"),
        ("decisions = [\"审核决定.jsonl\"]", false, "warn"),
        ("waivers = \"waivers.toml\"", false, "warn"),
        ("office = \"office.toml\"", false, "fail"),
        ("sign = \"office.key\"", false, "fail"),
        ("redact-key = \"redact.key\"", false, "fail"),
        ("aliases = \"names.toml\"", true, "ok"),
    ];
    for (line, there, wanted) in cases {
        let dir = tempfile::tempdir().unwrap();
        let (key, path) = line.split_once(" = ").unwrap();
        let path = path.trim_matches(['[', ']', '"']);
        fs::write(dir.path().join("night.toml"), format!("[audit]\n{line}\n")).unwrap();
        if there {
            fs::write(dir.path().join(path), "").unwrap();
        }
        let done = yushen(dir.path(), &["doctor", "--config", "night.toml", "--json", "--lang", "en"]);
        let said: Value = serde_json::from_slice(&done.stdout).unwrap();
        let told: Vec<_> = said["checks"].as_array().unwrap().iter().filter(|c| c["check"] == "named files").collect();
        assert_eq!(told.len(), 1, "{line}: {said}");
        assert_eq!(told[0]["state"], wanted, "{line}");
        let seen = told[0]["seen"].as_str().unwrap();
        assert!(there || seen.starts_with(key) && seen.contains(path), "{line}: {seen}");
        assert_eq!(done.status.code(), Some(if wanted == "fail" { 2 } else { 0 }), "{line}");
    }
}

#[test]
fn logs_are_lines_of_json_without_a_person() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    batch(&here.join(NUMBER));
    let done = yushen(
        here,
        &[
            "audit",
            NUMBER,
            "-o",
            "out",
            "-q",
            "--second-reading",
            "off",
            "--log-format",
            "json",
            "--log-level",
            "debug",
        ],
    );
    assert_eq!(done.status.code(), Some(0));
    let (lines, messages) = events(&done);
    for message in ["run begins", "batch found", "submission read", "output published", "run ends"] {
        assert!(messages.contains(message), "{message}: {lines}");
    }
    assert!(lines.contains("\"submission\":\"20240001\"") && lines.contains("\"submission\":\"(no. 2)\""), "{lines}");
    let failed = yushen(here, &["audit", &format!("no/{NUMBER}"), "-o", "out", "--log-format", "json"]);
    let (lines, _) = events(&failed);
    assert!(
        failed.status.code() == Some(2) && lines.contains("cannot be opened") && lines.contains("110***"),
        "{lines}"
    );
    let lines = text(
        &yushen(here, &["audit", NUMBER, "-o", "out", "-q", "--second-reading", "off", "--log-level", "info"]).stderr,
    );
    assert!(lines.contains("INFO") && lines.contains("run ends submissions=2"), "{lines}");
    nobody_in(&lines);
}

/// stderr, every line of which is an event in JSON, and what they say.
fn events(done: &Output) -> (String, BTreeSet<String>) {
    let lines = text(&done.stderr);
    nobody_in(&lines);
    let events = lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap_or_else(|e| panic!("{e}: {l}")));
    let messages = events.map(|e| e["message"].as_str().unwrap_or_else(|| panic!("{e}")).to_owned()).collect();
    (lines, messages)
}

fn nobody_in(lines: &str) {
    assert!(![NUMBER, NAME, "13930295833"].iter().any(|p| lines.contains(p)), "{lines}");
}

#[test]
fn no_applicant_is_named_on_the_screen() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    batch(&here.join("b"));
    let done = yushen(here, &["audit", "b", "-o", "out", "--second-reading", "off"]);
    assert_eq!(done.status.code(), Some(0));
    nobody_in(&(text(&done.stderr) + &text(&done.stdout)));
    assert!(!text(&done.stderr).contains("INFO"), "without the option as quiet as ever");
    for entry in
        walkdir::WalkDir::new(here.join("b")).into_iter().map(|e| e.unwrap()).filter(|e| e.file_type().is_file())
    {
        fs::write(entry.path(), "changed").unwrap();
    }
    let verified = yushen(here, &["verify", "out"]);
    let told = text(&verified.stdout);
    assert!(
        verified.status.code() == Some(1) && told.contains("0/20240001/申报表.jpg ≠") && told.contains("0/*/*.jpg ≠"),
        "{told}{}",
        text(&verified.stderr)
    );
    nobody_in(&told);
}

#[test]
fn completions_and_manual() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&yushen(dir.path(), &["completions", shell]).stdout);
        assert!(script.contains("yushen") && script.contains("second-reading"), "{shell}");
    }
    let page = text(&yushen(dir.path(), &["man"]).stdout);
    assert!(page.starts_with(".ie") && page.contains("yushen\\-audit"), "{page}");
    assert_eq!(yushen(dir.path(), &["man", "--out", "pages"]).status.code(), Some(0));
    assert!(fs::read_to_string(dir.path().join("pages/yushen-audit.1")).unwrap().contains("redact"));
    let help = text(&yushen(dir.path(), &["--help"]).stdout);
    assert!(help.contains("doctor") && !help.contains("completions"));
}
