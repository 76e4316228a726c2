//! Runs that can be trusted, through the binary: edited outputs are found, signatures tell who made a run, a finished run
//! is not lost to an empty batch, and old ones go when they are too old.
//! The batches hold no legible picture, so that nothing takes long.

mod outputs;
mod scene;

use outputs::json;
use scene::Scene;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;
use std::process::Output;

impl Scene {
    /// A batch of four submissions without a picture; two share a file.
    fn new() -> Self {
        let scene = Self::empty();
        for n in 1..=4 {
            scene.write(&format!("batch/2024000{n}/申报表.jpg"), if n < 3 { "no picture" } else { "nor this" });
        }
        scene.write(
            "batch/报名信息.csv",
            "报名编号,姓名\n20240001,欧阳修远\n20240002,司马牧之\n20240003,诸葛长风\n20240004,上官问雪\n",
        );
        scene
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } = self.command("", arguments).output().unwrap();
        (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
    }

    fn audit(&self, more: &[&str]) -> (Option<i32>, String) {
        let audit = ["audit", "batch", "--second-reading", "off", "--report", "none"];
        let day: &[&str] = if more.contains(&"--clock") { &[] } else { &["--as-of", outputs::AS_OF] };
        self.run(&[&audit[..], day, more].concat())
    }

    fn verify(&self, run: &str, more: &[&str]) -> (Option<i32>, String) {
        self.run(&[&["verify", run, "--lang", "en"][..], more].concat())
    }

    /// Changes an output and mends its hash and size in `run.json`.
    fn forge(&self, run: &str, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.path(run).join(file);
        let before = fs::read_to_string(&path).unwrap();
        let after = change(before.clone());
        assert_ne!(before, after, "{file}");
        fs::write(&path, &after).unwrap();
        let mut record = json(&self.path(run).join("run.json"));
        let seals = record["outputs"].as_array_mut().unwrap();
        let seal = seals.iter_mut().find(|s| s["file"] == file).unwrap();
        seal["sha256"] = Value::from(format!("{:x}", Sha256::digest(after.as_bytes())));
        seal["bytes"] = Value::from(after.len());
        fs::write(self.path(run).join("run.json"), serde_json::to_string_pretty(&record).unwrap()).unwrap();
    }
}

fn is(done: &(Option<i32>, String), code: i32, told: &[&str]) {
    assert_eq!(done.0, Some(code), "{}", done.1);
    for text in told {
        assert!(done.1.contains(text), "no {text:?} in\n{}", done.1);
    }
}

/// The line of a file with this beginning, changed.
fn line(text: &str, beginning: &str, mut change: impl FnMut(&str) -> String) -> String {
    let changed = |l: &str| if l.starts_with(beginning) { change(l) } else { l.to_owned() };
    text.split_inclusive("\r\n").map(changed).collect()
}

type Forgery<'a> = (&'a str, &'a str, &'a dyn Fn(String) -> String, &'a [&'a str]);

#[test]
fn a_changed_verdict_is_found_even_with_its_hash_mended() {
    let forgeries: [Forgery; 7] = [
        (
            "a verdict",
            "submissions.csv",
            &|t| line(&t, "20240002", |l| l.replacen(",review,", ",pass,", 1)),
            &["submissions.csv 20240002 verdict ≠"],
        ),
        (
            "a severity",
            "flags.csv",
            &|t| line(&t, "20240003", |l| l.replacen(",review,", ",note,", 1)),
            &["flags.csv 20240003 material-unreadable severity ≠"],
        ),
        (
            "a flag gone",
            "flags.csv",
            &|t| {
                let mut first = true;
                line(&t, "20240001", |l| if std::mem::take(&mut first) { String::new() } else { l.to_owned() })
            },
            &["flags.csv 20240001 ", " by the findings ("],
        ),
        (
            "a submission gone",
            "submissions.csv",
            &|t| line(&t, "20240004", |_| String::new()),
            &["submissions.csv 20240004 0 rows, 1 by the findings"],
        ),
        (
            "a submission more",
            "submissions.csv",
            &|t| {
                t.clone()
                    + &line(&t, "\u{feff}", |_| String::new()).lines().next().unwrap().replace("20240001", "20240009")
            },
            &["submissions.csv 20240009 1 rows, 0 by the findings"],
        ),
        ("a column's head", "flags.csv", &|t| t.replacen(",severity,", ",weight,", 1), &["flags.csv heads"]),
        (
            "a verdict in the findings",
            "findings.jsonl",
            &|t| t.replacen("\"verdict\":\"review\"", "\"verdict\":\"pass\"", 1),
            &["findings.jsonl 20240001 verdict ≠", "submissions.csv 20240001 verdict ≠", "run.json counts.verdicts ≠"],
        ),
    ];
    let scene = Scene::new();
    is(&scene.audit(&["-o", "open", "-q"]), 0, &[]);
    is(&scene.audit(&["-o", "closed", "-q", "--redact", "--store", "facts"]), 0, &[]);
    for run in ["open", "closed"] {
        let batch: &[&str] = if run == "closed" { &["--batch", "batch"] } else { &[] };
        is(&scene.verify(run, batch), 0, &["rows", "all as recorded"]);
        for (name, file, change, told) in forgeries {
            let whole: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(scene.path(run))
                .unwrap()
                .map(|e| e.unwrap().path())
                .filter(|p| p.is_file())
                .map(|p| (p.clone(), fs::read(p).unwrap()))
                .collect();
            scene.forge(run, file, change);
            let done = scene.verify(run, &["--no-inputs"]);
            is(&done, 1, told);
            assert!(done.1.contains("outputs               3 the same\n"), "{name}: the hashes are mended: {}", done.1);
            assert!(done.1.contains("changed after the run, and the hash with them"), "{name}: {}", done.1);
            whole.into_iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
        }
        is(&scene.verify(run, batch), 0, &[]);
    }
}

#[test]
fn an_applicants_name_is_not_told_of_a_changed_row() {
    let scene = Scene::new();
    fs::rename(scene.path("batch/20240001"), scene.path("batch/欧阳修远")).unwrap();
    is(&scene.audit(&["-o", "out", "-q"]), 0, &[]);
    scene.forge("out", "submissions.csv", |t| line(&t, "欧阳修远", |l| l.replacen(",review,", ",pass,", 1)));
    let done = scene.verify("out", &["--no-inputs"]);
    is(&done, 1, &["submissions.csv * verdict ≠"]);
    assert!(!done.1.contains("欧阳"), "{}", done.1);
}

#[test]
fn a_signature_tells_who_made_a_run_and_whether_it_was_changed() {
    let scene = Scene::new();
    for folder in ["mine", "theirs"] {
        is(&scene.run(&["keys", "new", folder, "--lang", "en"]), 0, &["keep it secret", "yushen.pub"]);
    }
    is(&scene.run(&["keys", "new", "mine"]), 2, &["is there already and is not replaced"]);
    let (key, public) = ("mine/yushen.key", ["--key", "mine/yushen.pub", "--no-inputs"]);
    is(&scene.audit(&["-o", "out", "-q", "--sign", key]), 0, &[]);
    is(&scene.run(&["replay", "out", "-o", "again", "--sign", key]), 0, &[]);
    for part in ["1/2", "2/2"] {
        is(&scene.audit(&["-o", &part[..1], "-q", "--shard", part]), 0, &[]);
    }
    is(&scene.run(&["merge", "1", "2", "-o", "whole", "--sign", key]), 0, &[]);
    for run in ["out", "again", "whole"] {
        is(&scene.verify(run, &public), 0, &["signature             1 the same"]);
    }
    is(&scene.verify("1", &public), 1, &["run.json.minisig -", "the run is not signed"]);
    is(&scene.verify("out", &["--no-inputs"]), 0, &["not verified: give the public key"]);
    let other = scene.verify("out", &["--key", "theirs/yushen.pub", "--no-inputs"]);
    is(&other, 1, &["run.json.minisig ", "signed by another key"]);
    is(&scene.verify("out", &["--key", key, "--no-inputs"]), 2, &["is no public key"]);

    // Whoever edits an output and mends the hash changes run.json.
    scene.forge("out", "submissions.csv", |t| t.replacen(",review,", ",pass,", 1));
    is(&scene.verify("out", &public), 1, &["run.json ≠", "changed after it was signed"]);
    let record = scene.path("again/run.json");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replacen('{', "[", 1)).unwrap();
    is(&scene.verify("again", &public), 1, &["run.json ≠", "not as recorded"]);
    fs::write(&record, text.replacen("yushen", "Yushen", 1)).unwrap();
    is(&scene.verify("again", &public), 1, &["run.json ≠"]);
    scene.write("whole/run.json.minisig", "untrusted comment: x\nx\n");
    is(&scene.verify("whole", &public), 1, &["run.json.minisig ≠", "it is no signature"]);
    fs::remove_file(scene.path("whole/run.json.minisig")).unwrap();
    is(&scene.verify("whole", &public), 1, &["run.json.minisig -"]);

    is(&scene.audit(&["-o", "out", "-q", "--sign", key]), 0, &[]);
    is(&scene.verify("out", &public), 0, &[]);
    is(&scene.audit(&["-o", "out", "-q"]), 0, &[]);
    assert!(!scene.path("out/run.json.minisig").exists(), "the signature of the run that was replaced");
}

#[test]
fn a_key_that_is_no_secret_signs_nothing() {
    let scene = Scene::new();
    is(&scene.run(&["keys", "new", "keys"]), 0, &["密钥编号"]);
    fs::create_dir_all(scene.path("out")).unwrap();
    fs::copy(scene.path("keys/yushen.key"), scene.path("batch/key")).unwrap();
    fs::copy(scene.path("keys/yushen.key"), scene.path("out/key")).unwrap();
    let mut refused = vec![
        ("none", "cannot be read"),
        ("keys/yushen.pub", "is no secret key"),
        ("batch/key", "lies inside the batch"),
        ("out/key", "lies in the output folder"),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::copy(scene.path("keys/yushen.key"), scene.path("open")).unwrap();
        fs::set_permissions(scene.path("open"), fs::Permissions::from_mode(0o644)).unwrap();
        refused.push(("open", "others can read it"));
    }
    for (key, why) in refused {
        is(&scene.audit(&["-o", "out", "--sign", key]), 2, &[why]);
    }
    assert!(!scene.path("out/run.json").exists(), "refused before a night's work");
    is(&scene.audit(&["-o", "new", "-q"]), 0, &[]);
    is(&scene.run(&["replay", "new", "--sign", "keys/yushen.key"]), 2, &["--sign does nothing without --out"]);
}

#[test]
fn a_finished_run_is_not_lost_to_an_empty_batch() {
    let scene = Scene::new();
    is(&scene.audit(&["-o", "out", "-q"]), 0, &[]);
    let before = fs::read(scene.path("out/run.json")).unwrap();
    fs::rename(scene.path("batch"), scene.path("whole")).unwrap();
    scene.write("batch/报名信息.csv", "报名编号,姓名\n");
    let audit = |more: &[&str]| scene.audit(&[&["-o", "out", "-q"], more].concat());
    is(&audit(&[]), 2, &["holds a finished run of 4 submissions, and this one has 0", "--replace"]);
    scene.write("batch/20240001/申报表.jpg", "x");
    is(&audit(&[]), 2, &["of 4 submissions, and this one has 1"]);
    assert_eq!(fs::read(scene.path("out/run.json")).unwrap(), before);
    is(&scene.verify("out", &["--batch", "whole"]), 0, &[]);
    scene.write("batch/20240002/申报表.jpg", "x");
    is(&audit(&[]), 0, &[]);
    fs::remove_dir_all(scene.path("batch/20240001")).unwrap();
    fs::remove_dir_all(scene.path("batch/20240002")).unwrap();
    is(&audit(&[]), 2, &["of 2 submissions, and this one has 0"]);
    is(&audit(&["--replace"]), 0, &[]);
    assert_eq!(json(&scene.path("out/run.json"))["counts"]["submissions"], 0);
    is(&audit(&[]), 0, &[]);
    is(&scene.audit(&["-o", "new", "-q"]), 0, &[]);

    // As for what judges again, into a folder that has a larger run.
    is(
        &scene.run(&["audit", "whole", "-o", "larger", "-q", "--second-reading", "off", "--as-of", outputs::AS_OF]),
        0,
        &[],
    );
    is(&scene.run(&["replay", "out", "-o", "larger"]), 2, &["of 4 submissions, and this one has 0"]);
    is(&scene.run(&["replay", "out", "-o", "larger", "--replace"]), 0, &[]);
}

#[test]
fn a_record_says_when_by_what_and_by_whom() {
    let scene = Scene::new();
    is(&scene.audit(&["-o", "a", "-q", "--operator", "夜班 李工", "--clock", "2026-11-21T17:00:00Z"]), 0, &[]);
    let record = json(&scene.path("a/run.json"));
    assert_eq!(record["started"], "2026-11-22T01:00:00+08:00");
    assert_eq!((&record["as_of"], &record["operator"]), (&Value::from("2026-11-22"), &Value::from("夜班 李工")));
    let program = &record["program"];
    assert_eq!(program["name"], "yushen");
    assert_eq!(program["version"], env!("CARGO_PKG_VERSION"));
    assert!(program["target"].as_str().unwrap().split('-').count() >= 3, "{program}");
    assert_eq!(program.as_object().unwrap().len(), 3);

    is(&scene.audit(&["-o", "b", "-q", "--clock", "2026-11-22T09:00:00+08:00"]), 0, &[]);
    let other = json(&scene.path("b/run.json"));
    assert_eq!((&other["started"], &other["operator"]), (&Value::from("2026-11-22T09:00:00+08:00"), &Value::Null));
    assert_eq!(record["outputs"], other["outputs"], "neither the moment nor the operator is in another output");
    is(&scene.run(&["diff", "a", "b", "--fail-on-change", "--lang", "en"]), 0, &["the same"]);
    is(&scene.audit(&["-o", "c", "-q"]), 0, &[]);
    let now = json(&scene.path("c/run.json"))["started"].as_str().unwrap().to_owned();
    assert!(now.ends_with("+08:00") && now.len() == 25, "{now}");

    for (option, value, why) in [
        ("--operator", "", "1 to 80"),
        ("--operator", "a\nb", "one line"),
        ("--operator", "a\u{1b}[2Jb", "one line"),
        ("--operator", &"x".repeat(81), "1 to 80"),
        ("--clock", "yesterday", "--clock"),
    ] {
        is(&scene.audit(&["-o", "d", option, value]), 2, &[why]);
    }
    is(&scene.audit(&["-o", "{date}", "--clock", "1980-01-01T00:00:00Z"]), 2, &["clock says 1980-01-01"]);
}

#[test]
fn nights_have_folders_of_their_own_until_they_are_too_old() {
    let scene = Scene::new();
    scene.write("yushen.toml", "lang = \"en\"\n[audit]\nstore = \"facts\"\nout = \"runs/{date}\"\n");
    for clock in ["2025-01-01T16:30:00Z", "2025-01-02T17:00:00Z", "2030-01-01T00:00:00+08:00"] {
        is(&scene.audit(&["-q", "--clock", clock]), 0, &[]);
    }
    is(&scene.audit(&["-q"]), 0, &[]);
    let there = || {
        let mut names: Vec<String> =
            fs::read_dir(scene.path("runs")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(there(), ["2025-01-02", "2025-01-03", outputs::AS_OF, "2030-01-01"], "Beijing's days");
    is(&scene.run(&["doctor", "--lang", "en"]), 0, &["runs"]);
    assert_eq!(there().len(), 4);

    // What is no run of ours, and a run with something of a clerk's.
    scene.write("runs/notes/run.json", "{}");
    scene.write("runs/2025-01-03/意见.docx", "x");
    let purge =
        |more: &[&str]| scene.run(&[&["purge", "--outputs", "runs", "--older-than", "300d"][..], more].concat());
    let told = ["2025-01-02: would be removed (2025-01-02T00:30:00+08:00", "1 run(s), and keep 3"];
    is(&purge(&["--dry-run"]), 0, &told);
    assert_eq!(there().len(), 5);
    is(
        &purge(&[]),
        0,
        &["2025-01-02: removed (", "kept, as it holds 意见.docx", "removed the outputs of 1 run(s), kept 3"],
    );
    assert_eq!(there(), ["2025-01-03", outputs::AS_OF, "2030-01-01", "notes"]);
    is(&purge(&["--lang", "zh"]), 0, &["保留，其中有并非本程序所写的 意见.docx", "删除 0 次运行的输出，保留 3 次"]);
    fs::remove_file(scene.path("runs/2025-01-03/意见.docx")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(scene.path("batch"), scene.path("runs/2025-01-03/report/mine")).unwrap();
        is(&purge(&[]), 0, &["which is not ours"]);
        fs::remove_file(scene.path("runs/2025-01-03/report/mine")).unwrap();
        std::os::unix::fs::symlink(scene.path("runs/2025-01-03"), scene.path("runs/link")).unwrap();
    }
    is(&purge(&[]), 0, &["2025-01-03: removed"]);
    assert!(scene.path("batch/20240001/申报表.jpg").exists() && scene.path("runs/notes/run.json").exists());
    assert!(scene.path("facts").is_dir());
    is(
        &scene.run(&["purge", "--outputs", &format!("runs/{}", outputs::AS_OF), "--older-than", "1d"]),
        2,
        &["is a run itself"],
    );
    is(&scene.run(&["purge", "--older-than", "1d"]), 2, &["DIR"]);
}

#[test]
fn a_configured_file_that_is_missing_stops_no_night() {
    let scene = Scene::new();
    scene.write("yushen.toml", "[audit]\nout = \"out\"\nwaivers = \"w.toml\"\ndecisions = \"决定.csv\"\n");
    for (lang, told) in [
        ("zh", ["配置的 waivers 文件不存在，本次未使用：", "配置的 decisions 文件不存在，本次未使用："]),
        ("en", ["the configured waivers file is not there", "the configured decisions file is not there"]),
    ] {
        let done = scene.audit(&["--lang", lang]);
        is(&done, 0, &[]);
        let first = done.1.lines().find(|l| l.contains("yushen.toml")).unwrap();
        assert!(told.iter().all(|t| first.contains(t)) && first.contains("决定.csv"), "{first}");
    }
    let given = json(&scene.path("out/run.json"))["given"].clone();
    for (i, kind) in ["waivers", "decisions"].into_iter().enumerate() {
        assert_eq!((&given[i]["kind"], &given[i]["sha256"]), (&Value::from(kind), &Value::from("")), "{given}");
        assert_eq!(given[i]["remarks"][0]["en"], "configured and not there: not used");
    }
    let events = scene.audit(&["-q", "--log-format", "json"]);
    is(&events, 0, &["a configured file is not there and is not used"]);
    // Nothing was judged by them.
    is(&scene.audit(&["-o", "without", "-q", "--no-config"]), 0, &[]);
    is(&scene.run(&["diff", "out", "without", "--lang", "en", "--fail-on-change"]), 0, &["judged with: the same"]);
    is(&scene.run(&["replay", "out", "--lang", "en"]), 0, &[]);

    for option in ["--waivers", "--decisions"] {
        is(&scene.audit(&[option, "none"]), 2, &["none"]);
    }
    // There again, it counts; and what cannot be read is an error.
    scene.write("w.toml", "x");
    is(&scene.audit(&[]), 2, &["w.toml"]);
    scene.write("w.toml", "");
    is(&scene.audit(&["-q"]), 0, &[]);
    assert_eq!(json(&scene.path("out/run.json"))["given"][0]["sha256"].as_str().unwrap().len(), 64);
}
