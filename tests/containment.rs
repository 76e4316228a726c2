//! Whatever kills or stops the reader of one submission costs that submission a flag: the others are as in an
//! undisturbed run, and totals add up.
//! The faults are struck by `cli/faults.rs`, which only builds with debug assertions have.

#![cfg(debug_assertions)]

mod outputs;

use image::{Rgb, RgbImage};
use outputs::{audit_with, binary, comes_so_far, json, nothing_is_lost, rows};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

const OUTPUTS: [&str; 3] = ["flags.csv", "submissions.csv", "findings.jsonl"];
/// Submission, fault, and what its flag says of it.
const FAULTS: [(&str, &str, &str); 4] = [
    ("D2", "abort", "读取程序异常终止，单独重试后仍然如此"),
    ("D3", "hang", "读取超时（每份上限 "),
    ("D4", "panic", "a fault that was asked for"),
    ("D5", "overflow", "读取程序异常终止，单独重试后仍然如此"),
];

/// Seven submissions of a photo each.
struct Scene {
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for n in 1..=7 {
            let folder = dir.path().join(format!("batch/D{n}"));
            fs::create_dir_all(&folder).unwrap();
            let picture =
                RgbImage::from_fn(120, 168, |x, y| Rgb([u8::try_from((x * 7 + y * 3 + n) % 56).unwrap() + 200; 3]));
            picture.save(folder.join("个人照片.jpg")).unwrap();
        }
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn audit(&self, out: &str, faults: &str, more: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command.env("YUSHEN_TEST_FAULTS", faults);
        let more: Vec<&str> = ["--quiet"].iter().chain(more).copied().collect();
        audit_with(command, &self.path("batch"), &self.path(out), &more)
    }

    /// All faults at once.
    fn faults() -> String {
        FAULTS.map(|(id, fault, _)| format!("{fault}={id}")).join(",")
    }

    /// And one more that strikes only the first time. With one worker only: what has died beside another, and then
    /// alone, is not tried a third time.
    fn faults_and_once(&self) -> String {
        format!("{},once=D6@{}", Self::faults(), self.path("mark").display())
    }
}

#[test]
fn each_death_costs_one_submission() {
    let scene = Scene::new();
    let began = Instant::now();
    let undisturbed = scene.audit("undisturbed", "", &["--jobs", "2"]);
    assert_eq!(undisturbed.status.code(), Some(0), "{}", told(&undisturbed));
    // No patience, but more than this machine takes at present for all of them.
    let office = scene.path("office.toml");
    fs::write(&office, format!("[limits]\nmax_seconds_per_submission = {}\n", began.elapsed().as_secs() + 1)).unwrap();
    for (out, faults, more) in [
        ("one", scene.faults_and_once(), &["--jobs", "1"][..]),
        ("four", Scene::faults(), &["--jobs", "4"]),
        ("none kept", Scene::faults(), &["--jobs", "3", "--no-store"]),
    ] {
        let more = [more, &["--office", office.to_str().unwrap()]].concat();
        let done = scene.audit(out, &faults, &more);
        assert_eq!(done.status.code(), Some(3), "{}", told(&done));
        assert!(told(&done).contains("started again"), "{}", told(&done));
        each_has_its_flag(&scene.path("batch"), &scene.path(out), &scene.path("undisturbed"));
        assert!(!scene.path(out).join(".yushen/at-work").exists());
    }
    for file in OUTPUTS {
        let bytes = |out: &str| fs::read(scene.path(out).join(file)).unwrap();
        assert!(
            bytes("one") == bytes("four") && bytes("one") == bytes("none kept"),
            "{file} depends on the workers or the store"
        );
    }
    // Nothing is kept where nothing is to be kept, and nothing of what failed.
    let kept = |out: &str| {
        walkdir::WalkDir::new(scene.path(out).join(".yushen"))
            .into_iter()
            .filter(|e| e.as_ref().unwrap().path().extension().is_some())
            .count()
    };
    assert_eq!((kept("one"), kept("four"), kept("none kept")), (3, 3, 0));
    assert!(json(&scene.path("none kept").join("run.json"))["store"].is_null());
    let run = json(&scene.path("one").join("run.json"));
    // Each of three once with others and once alone, but for the one that hangs; and the one that dies but once.
    assert_eq!(run["restarts"], 6, "{}", run["restarts"]);
}

fn each_has_its_flag(batch: &Path, out: &Path, undisturbed: &Path) {
    assert_eq!(nothing_is_lost(batch, out).len(), 7);
    let lines = |out: &Path| -> BTreeMap<String, String> {
        let text = fs::read_to_string(out.join("findings.jsonl")).unwrap();
        text.lines()
            .map(|l| {
                (
                    serde_json::from_str::<serde_json::Value>(l).unwrap()["submission_id"].as_str().unwrap().to_owned(),
                    l.to_owned(),
                )
            })
            .collect()
    };
    let (then, now) = (lines(undisturbed), lines(out));
    let flags = rows(&out.join("flags.csv"));
    for (id, line) in &then {
        let Some((_, _, observed)) = FAULTS.iter().find(|(failed, ..)| failed == id) else {
            assert_eq!(line, &now[id], "{id} is another beside those that failed");
            continue;
        };
        let of: Vec<_> = flags.iter().filter(|f| f["submission_id"] == **id).collect();
        assert!(
            of.len() == 1
                && of[0]["rule"] == "internal-error"
                && of[0]["severity"] == "review"
                && of[0]["observed"].starts_with(observed),
            "{id}: {of:?}"
        );
    }
    let verified = Command::new(binary()).arg("verify").arg(out).output().unwrap();
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
}

/// A run that takes nothing old from the store takes what it has read itself.
#[test]
fn a_fresh_run_is_taken_up_where_it_died() {
    let scene = Scene::new();
    let used = || {
        let run = json(&scene.path("out/run.json"));
        (
            run["store"]["taken"].as_u64().unwrap(),
            run["store"]["read"].as_u64().unwrap(),
            run["restarts"].as_u64().unwrap(),
        )
    };
    assert_eq!(scene.audit("out", "", &["--jobs", "1"]).status.code(), Some(0));
    assert_eq!(used(), (0, 7, 0));
    let done = scene.audit("out", &format!("once=D4@{}", scene.path("mark").display()), &["--jobs", "1", "--fresh"]);
    assert_eq!(done.status.code(), Some(0), "{}", told(&done));
    assert_eq!(used(), (3, 4, 1), "three were read before it died");
}

/// What is no submission's doing ends the run, with an error.
#[test]
fn a_death_at_the_start_is_an_error() {
    let scene = Scene::new();
    let done = scene.audit("out", "abort=(start)", &["--no-store"]);
    assert_eq!(done.status.code(), Some(2), "{}", told(&done));
    assert!(told(&done).contains("no document's doing"), "{}", told(&done));
    assert!(!scene.path("out/.yushen/at-work").exists() && !scene.path("out/run.json").exists());
}

#[test]
fn a_death_over_the_reports_pictures_costs_the_pictures() {
    let scene = Scene::new();
    let done = scene.audit("out", "abort=(report)", &[]);
    assert_eq!(done.status.code(), Some(0), "{}", told(&done));
    assert!(told(&done).contains("without any") && scene.path("out/report/index.html").exists(), "{}", told(&done));
    assert_eq!(nothing_is_lost(&scene.path("batch"), &scene.path("out")).len(), 7);
    assert_eq!(scene.audit("out", "abort=(report),abort=(page)", &[]).status.code(), Some(2));
    assert_eq!(nothing_is_lost(&scene.path("batch"), &scene.path("out")).len(), 7);
}

/// Nobody is left behind by a supervisor that is killed, and the folder is free for the next run.
#[test]
fn the_work_ends_with_its_supervisor() {
    let scene = Scene::new();
    let mut command = Command::new(binary());
    command.arg("audit").arg(scene.path("batch")).arg("-o").arg(scene.path("out")).args([
        "--as-of",
        outputs::AS_OF,
        "--quiet",
        "--jobs",
        "2",
    ]);
    let mut killed = command.env("YUSHEN_TEST_FAULTS", "hang=D1,hang=D2").stdout(Stdio::null()).spawn().unwrap();
    let in_work = scene.path("out/.yushen/at-work/in-work-1");
    assert!(
        comes_so_far(&mut killed, || fs::read_to_string(&in_work).is_ok_and(|t| t.starts_with("r "))),
        "what hangs keeps it from ending"
    );
    killed.kill().unwrap();
    killed.wait().unwrap();
    let done = scene.audit("out", "", &[]);
    assert_eq!(done.status.code(), Some(0), "{}", told(&done));
    assert_eq!(json(&scene.path("out/run.json"))["restarts"], 0);
}

fn told(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}
