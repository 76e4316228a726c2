//! What fails inside the program or the machine is never a fact about a document and never a sentence to an applicant:
//! the submission has failed inside, nothing of it is kept, and the next run, undisturbed, ends with the same bytes as
//! if nothing had been.
//! The engines are made to fail by `cli/faults.rs`, which only builds with debug assertions have.

#![cfg(debug_assertions)]

mod outputs;

use image::{GrayImage, Luma, Rgb, RgbImage};
use outputs::{audit_with, binary, comes_so_far, json, nothing_is_lost, rows};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

const OUTPUTS: [&str; 3] = ["flags.csv", "submissions.csv", "findings.jsonl"];

fn told(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

/// A card: stripes where its lines would be, which the engines have to look at.
fn card(path: &Path, n: u8) {
    let dark = |x: u32, y: u32| (y / 14) % 3 == 1 && x > 20 && x < 200 && !(x / 9).is_multiple_of(3);
    RgbImage::from_fn(320, 202, |x, y| if dark(x, y) { Rgb([40, 40, 50]) } else { Rgb([228 - n, 236, 240]) })
        .save(path)
        .unwrap();
}

/// A ruled page with strokes in its cells.
fn form(path: &Path) {
    let line = |v: u32| v % 90 < 3 && v > 80 && v < 820;
    let stroke = |x: u32, y: u32| {
        x % 90 > 20
            && x % 90 < 70
            && y % 90 > 40
            && y % 90 < 48
            && !(x / 5).is_multiple_of(3)
            && x > 90
            && y > 90
            && x < 800
            && y < 800
    };
    let picture = GrayImage::from_fn(900, 1270, |x, y| {
        let dark = (line(x) && y > 80 && y < 820) || (line(y) && x > 80 && x < 820) || stroke(x, y);
        Luma([if dark { 30 } else { 246 }])
    });
    picture.save(path).unwrap();
}

fn photo(path: &Path, n: u32) {
    RgbImage::from_fn(120, 168, |x, y| Rgb([u8::try_from((x * 7 + y * 3 + n) % 56).unwrap() + 200; 3]))
        .save(path)
        .unwrap();
}

fn audit(batch: &Path, out: &Path, faults: &str, more: &[&str]) -> Output {
    let mut command = Command::new(binary());
    command.env("YUSHEN_TEST_FAULTS", faults);
    audit_with(command, batch, out, &[&["--quiet", "--report", "none"], more].concat())
}

/// Ids of those that failed inside; nothing but that flag speaks of an engine, and no other flag is told of them.
fn failed_inside(out: &Path) -> BTreeSet<String> {
    let flags = rows(&out.join("flags.csv"));
    let failed: BTreeSet<String> =
        flags.iter().filter(|f| f["rule"] == "internal-error").map(|f| f["submission_id"].clone()).collect();
    for f in &flags {
        let (inside, of) = (f["rule"] == "internal-error", failed.contains(&f["submission_id"]));
        assert_eq!(inside, of, "{f:?}");
        let says = |word: &str| f.values().any(|v| v.contains(word));
        assert!(inside || !(says("engine") || says("a fault that was asked for")), "{f:?}");
        assert!(!inside || f["severity"] == "review" && f["observed"].contains("与材料内容无关"), "{f:?}");
    }
    failed
}

/// At whichever question the engines fail, and whoever had asked: finding lines, reading them, turning a page, a title,
/// a form.
#[test]
fn an_engine_that_fails_is_no_fact_about_a_document() {
    let dir = tempfile::tempdir().unwrap();
    let batch = dir.path().join("batch");
    // Questions: the first of each reader, and some later ones. Who is asked less often than that does not fail.
    let (fails_at, materials) = ([1, 2, 3, 5, 8], ["身份证人像面.jpg", "申报表.jpg", "毕业证书.jpg", "学历承诺书.jpg"]);
    let mut faults = Vec::new();
    for (m, material) in materials.iter().enumerate() {
        for n in fails_at {
            let id = format!("D{m}{n}");
            let folder = batch.join(&id);
            fs::create_dir_all(&folder).unwrap();
            photo(&folder.join("个人照片.jpg"), n);
            if material.starts_with('身') || material.starts_with('毕') {
                card(&folder.join(material), 0);
            } else {
                form(&folder.join(material));
            }
            faults.push(format!("engine={id}@{n}"));
        }
    }
    let [undisturbed, out] = ["undisturbed", "out"].map(|n| dir.path().join(n));
    let done = audit(&batch, &undisturbed, "", &[]);
    assert_eq!(done.status.code(), Some(0), "{}", told(&done));
    assert_eq!(failed_inside(&undisturbed), BTreeSet::new());
    let done = audit(&batch, &out, &faults.join(","), &["--jobs", "2"]);
    assert_eq!(done.status.code(), Some(3), "{}", told(&done));
    nothing_is_lost(&batch, &out);
    let failed = failed_inside(&out);
    let first: BTreeSet<String> = (0..materials.len()).map(|m| format!("D{m}1")).collect();
    assert!(failed.is_superset(&first) && failed.len() > materials.len(), "{failed:?}");
    // Whoever did not fail is as ever.
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
    let (then, now) = (lines(&undisturbed), lines(&out));
    assert!(then.iter().filter(|(id, _)| !failed.contains(*id)).all(|(id, line)| now[id] == *line));
    // Nothing of it is kept, and the next run tries it again.
    let done = audit(&batch, &out, "", &[]);
    assert_eq!(done.status.code(), Some(0), "{}", told(&done));
    let store = json(&out.join("run.json"))["store"].clone();
    assert_eq!((store["read"].as_u64(), store["damaged"].as_u64()), (Some(failed.len() as u64), Some(0)), "{store}");
    for file in OUTPUTS {
        assert!(
            fs::read(out.join(file)).unwrap() == fs::read(undisturbed.join(file)).unwrap(),
            "{file} is not as in an undisturbed run"
        );
    }
}

/// A disk that does not answer is this machine's trouble (here: a file that stands for memory that is not there, and
/// gives an input/output error).
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fails_is_no_fact_about_a_document() {
    let dir = tempfile::tempdir().unwrap();
    let batch = dir.path().join("batch");
    for n in 1..=3 {
        fs::create_dir_all(batch.join(format!("D{n}"))).unwrap();
        photo(&batch.join(format!("D{n}/个人照片.jpg")), n);
    }
    let [undisturbed, out] = ["undisturbed", "out"].map(|n| dir.path().join(n));
    assert_eq!(audit(&batch, &undisturbed, "", &[]).status.code(), Some(0));
    let script = r#"
        mount --bind "/proc/$$/mem" "$1/D2/个人照片.jpg"
        code=0; "$0" audit "$1" -o "$2" --as-of 2026-11-22 --quiet --report none || code=$?
        echo "code $code"
    "#;
    let done = Command::new("unshare")
        .args(["-rm", "sh", "-euc", script])
        .arg(binary())
        .args([&batch, &out])
        .env("OMP_THREAD_LIMIT", "1")
        .output();
    let done = match done {
        Ok(done) if done.status.success() => done,
        // Where nothing may be mounted; `ingest`'s own tests hold which errors are whose.
        other => return eprintln!("SKIPPED, nothing can be mounted here: {other:?}"),
    };
    assert!(String::from_utf8_lossy(&done.stdout).contains("code 3"), "{done:?}");
    assert_eq!(failed_inside(&out), ["D2".to_owned()].into());
    assert_eq!(audit(&batch, &out, "", &[]).status.code(), Some(0));
    assert_eq!(json(&out.join("run.json"))["store"]["read"], 1);
    for file in OUTPUTS {
        assert!(
            fs::read(out.join(file)).unwrap() == fs::read(undisturbed.join(file)).unwrap(),
            "{file} is not as in an undisturbed run"
        );
    }
}

/// What is not the document's is not told to its applicant: a file that the office cannot read is named to the office,
/// and not kept.
#[test]
fn a_file_that_is_gone_is_not_laid_to_its_applicant() {
    let dir = tempfile::tempdir().unwrap();
    let (batch, out) = (dir.path().join("batch"), dir.path().join("out"));
    for n in 1..=4 {
        fs::create_dir_all(batch.join(format!("D{n}"))).unwrap();
        // Each its own: of equal ones the second would be taken from the store.
        card(&batch.join(format!("D{n}/身份证人像面.jpg")), n);
    }
    let go = |n: usize| dir.path().join(format!("go{n}"));
    let holds: Vec<String> = (1..=3).map(|n| format!("wait=D{n}@{}", go(n).display())).collect();
    let mut command = Command::new(binary());
    command.args([
        "audit",
        batch.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
        "--as-of",
        outputs::AS_OF,
        "--quiet",
        "--jobs",
        "1",
        "--report",
        "none",
    ]);
    let mut run = command.env("YUSHEN_TEST_FAULTS", holds.join(",")).spawn().unwrap();
    let mut seen: Vec<String> = Vec::new();
    // The next submission that is held while it is read.
    let mut next_is_held = |run: &mut Child| {
        let note = || {
            fs::read_to_string(out.join(".yushen/at-work/in-work-0"))
                .ok()
                .filter(|note| note.starts_with("r ") && !seen.contains(note))
        };
        assert!(comes_so_far(run, || note().is_some()), "a submission that is held keeps it from ending");
        let held = note().unwrap();
        seen.push(held);
    };
    next_is_held(&mut run);
    // Before it is hashed.
    fs::remove_file(batch.join("D2/身份证人像面.jpg")).unwrap();
    fs::write(go(1), "").unwrap();
    next_is_held(&mut run);
    fs::write(go(2), "").unwrap();
    next_is_held(&mut run);
    // Between hashing and reading.
    photo(&batch.join("D3/身份证人像面.jpg"), 3);
    fs::write(go(3), "").unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(3));
    let flags = rows(&out.join("flags.csv"));
    let of = |id: &str, rule: &str| {
        flags.iter().filter(|f| f["submission_id"] == id && f["rule"] == rule).collect::<Vec<_>>()
    };
    let gone = of("D2", "material-unreadable");
    assert!(gone.len() == 1 && gone[0]["observed"].contains("文件已不存在"), "{flags:?}");
    assert!(gone[0]["message"].contains("不能据此要求申报人重新上传"), "{gone:?}");
    let changed = of("D3", "internal-error");
    assert!(changed.len() == 1 && changed[0]["observed"].contains("在审核过程中被改动"), "{flags:?}");
    assert!(of("D1", "internal-error").is_empty() && of("D4", "internal-error").is_empty());
}

/// What an earlier version kept wrongly is not used, and `yushen doctor --store` finds it.
#[test]
fn facts_that_name_an_engines_failure_are_found_and_not_used() {
    let dir = tempfile::tempdir().unwrap();
    let (batch, out, store) = (dir.path().join("batch"), dir.path().join("out"), dir.path().join("store"));
    for n in 1..=3 {
        fs::create_dir_all(batch.join(format!("D{n}"))).unwrap();
        photo(&batch.join(format!("D{n}/个人照片.jpg")), n);
    }
    let kept = |out: &Path| audit(&batch, out, "", &["--store", store.to_str().unwrap()]);
    assert_eq!(kept(&out).status.code(), Some(0));
    let entries = || -> Vec<PathBuf> {
        let files = walkdir::WalkDir::new(&store).sort_by_file_name().into_iter().map(Result::unwrap);
        files.filter(|f| f.path().extension().is_some_and(|e| e == "facts")).map(walkdir::DirEntry::into_path).collect()
    };
    let doctor = || -> (Option<i32>, Vec<(String, String)>) {
        let done = Command::new(binary())
            .args(["doctor", "--json", "--lang", "en", "--no-config", "--store", store.to_str().unwrap()])
            .output()
            .unwrap();
        let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"));
        let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
        let lines = told["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|l| l["check"] == "entries")
            .map(|l| (text(&l["state"]), text(&l["seen"])))
            .collect();
        (done.status.code(), lines)
    };
    assert_eq!(doctor().1, [("ok".to_owned(), "3".to_owned())]);
    // The first as an earlier version wrote it, the second as none should ever, the third with a bit that flipped.
    let files = entries();
    assert_eq!(files.len(), 3);
    let poison = |file: &Path, version: u8| {
        let text = fs::read_to_string(file).unwrap();
        let mut kept: serde_json::Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
        kept["documents"]["pages"][0]["outcome"] = serde_json::json!({ "outcome": "illegible", "why": "engine pp-ocrv6-small failed on a picture of 461×33 px: GetElementType is not implemented" });
        let body = serde_json::to_vec(&kept).unwrap();
        let head = format!("yushen-facts {version} {}\n", yushen::report::atomic_file::sha256(&body[..]).unwrap());
        fs::write(file, [head.as_bytes(), &body].concat()).unwrap();
    };
    poison(&files[0], 1);
    poison(&files[1], 2);
    let mut bytes = fs::read(&files[2]).unwrap();
    bytes[200] ^= 4;
    fs::write(&files[2], bytes).unwrap();
    let (code, lines) = doctor();
    let inside = |file: &Path| file.strip_prefix(&store).unwrap().to_string_lossy().into_owned();
    assert_eq!(code, Some(2), "{lines:?}");
    for (state, words, file) in [
        ("fail", "1 hold an engine's failure", &files[1]),
        ("warn", "1 were written by an earlier version and hold", &files[0]),
        ("warn", "1 are damaged", &files[2]),
    ] {
        assert!(
            lines.iter().any(|(s, seen)| s == state && seen.starts_with(words) && seen.contains(&inside(file))),
            "{state} {words}: {lines:?}"
        );
    }
    fs::remove_file(&files[1]).unwrap();
    let again = dir.path().join("again");
    assert_eq!(kept(&again).status.code(), Some(0));
    let used = &json(&again.join("run.json"))["store"];
    assert_eq!(
        (used["taken"].as_u64(), used["read"].as_u64(), used["damaged"].as_u64()),
        (Some(0), Some(3), Some(1)),
        "{used}"
    );
    for file in OUTPUTS {
        assert!(fs::read(out.join(file)).unwrap() == fs::read(again.join(file)).unwrap(), "{file} is another");
    }
    assert_eq!(doctor().1, [("ok".to_owned(), "3".to_owned())]);
}
