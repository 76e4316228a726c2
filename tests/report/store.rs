//! The store of facts through whole runs: what is taken from it, what is read again, and the same bytes either way.

use crate::fakes::{FakeTools, audit, batch, yushen};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

const OUTPUTS: [&str; 3] = ["flags.csv", "submissions.csv", "findings.jsonl"];

fn outputs(out: &Path) -> [Vec<u8>; 3] {
    OUTPUTS.map(|f| fs::read(out.join(f)).unwrap())
}

/// `taken`, `read`, `damaged` and `not_kept` of a run.
fn used(out: &Path) -> [u64; 4] {
    let run: Value = serde_json::from_str(&fs::read_to_string(out.join("run.json")).unwrap()).unwrap();
    ["taken", "read", "damaged", "not_kept"]
        .map(|key| run["store"][key].as_u64().unwrap_or_else(|| panic!("{}", run["store"])))
}

fn entries(store: &Path) -> Vec<PathBuf> {
    walkdir::WalkDir::new(store)
        .sort_by_file_name()
        .into_iter()
        .map(|e| e.unwrap().into_path())
        .filter(|p| p.extension().is_some_and(|e| e == "facts"))
        .collect()
}

/// Five submissions: one on which the reader fails, one whose file failed to open, an orphan beside them.
fn five(root: &Path) -> FakeTools {
    batch(
        root,
        &[
            ("A", "name=甲"),
            ("B", "name=乙\nregistered=丙"),
            ("C", "panic=read"),
            ("D", "name=丁\nlasting=no"),
            ("E", "name=戊"),
        ],
    );
    FakeTools { orphan: Some("Z"), ..FakeTools::default() }
}

#[test]
fn a_second_run_reads_only_what_must_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    let tools = five(&root);
    audit(&tools, &root, &out, &[]);
    let first = outputs(&out);
    assert_eq!(used(&out), [0, 6, 0, 1], "a failure and a file that did not open are not kept");

    audit(&tools, &root, &out, &["--jobs", "3"]);
    assert_eq!((used(&out), outputs(&out) == first), ([4, 2, 0, 1], true));
    audit(&tools, &root, &out, &["--fresh"]);
    assert_eq!((used(&out), outputs(&out) == first), ([0, 6, 0, 1], true));
    audit(&tools, &root, &out, &[]);
    assert_eq!((used(&out), outputs(&out) == first), ([4, 2, 0, 1], true), "what --fresh read was kept");

    fs::write(root.join("E/form.txt"), "name=戊\nnote=another picture").unwrap();
    audit(&tools, &root, &out, &[]);
    assert_eq!(used(&out), [3, 3, 0, 1], "a changed file is read");
    audit(&FakeTools { version: "2", ..five(&root) }, &root, &out, &[]);
    assert_eq!(used(&out)[..2], [0, 6], "another reader reads all");
    audit(&FakeTools { version: "2", register: "乙公司", ..five(&root) }, &root, &out, &[]);
    assert_eq!(used(&out)[..2], [1, 5], "a register that answers otherwise: only the orphan asked it nothing");

    audit(&tools, &root, &dir.path().join("none"), &["--no-store"]);
    assert!(outputs(&dir.path().join("none")) == first && !dir.path().join("none/.yushen/store").exists());
    let run: Value = serde_json::from_str(&fs::read_to_string(dir.path().join("none/run.json")).unwrap()).unwrap();
    assert_eq!(run["store"], json!(null));
}

#[test]
fn a_damaged_store_is_told_and_rebuilt() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out, store) = (dir.path().join("b"), dir.path().join("out"), dir.path().join("store"));
    let tools = five(&root);
    let with = ["--store", store.to_str().unwrap()];
    audit(&tools, &root, &out, &with);
    let first = outputs(&out);
    let list = entries(&store);
    assert_eq!(list.len(), 4);
    let whole: Vec<Vec<u8>> = list.iter().map(|p| fs::read(p).unwrap()).collect();
    fs::write(&list[0], &whole[0][..whole[0].len() / 2]).unwrap();
    fs::write(&list[1], b"").unwrap();
    let mut flipped = whole[2].clone();
    let last = flipped.len() - 3;
    flipped[last] ^= 4;
    fs::write(&list[2], flipped).unwrap();
    fs::write(&list[3], &whole[0]).unwrap();

    let (_, summary, _) = yushen(
        &tools,
        &["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-01-02", with[0], with[1]],
    );
    assert!(summary.contains("\n4 份存下的读取结果已损坏，未采用，已重新读取并存下\n"), "{summary}");
    assert_eq!((used(&out), outputs(&out) == first), ([0, 6, 4, 1], true));
    assert_eq!(entries(&store).iter().map(|p| fs::read(p).unwrap()).collect::<Vec<_>>(), whole);
    audit(&tools, &root, &out, &with);
    assert_eq!((used(&out), outputs(&out) == first), ([4, 2, 0, 1], true));
}

#[test]
fn two_runs_share_a_store_at_the_same_time() {
    let dir = tempfile::tempdir().unwrap();
    let (root, store) = (dir.path().join("b"), dir.path().join("store"));
    let forms: Vec<(String, String)> = (0..12).map(|i| (format!("R{i:02}"), format!("name=张{i}"))).collect();
    batch(&root, &forms.iter().map(|(i, f)| (i.as_str(), f.as_str())).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for name in ["one", "two", "three"] {
            let (root, out, store) = (&root, dir.path().join(name), &store);
            scope.spawn(move || {
                audit(&FakeTools::default(), root, &out, &["--store", store.to_str().unwrap(), "--jobs", "2"])
            });
        }
    });
    let all = ["one", "two", "three"].map(|name| outputs(&dir.path().join(name)));
    assert!(all.iter().all(|o| *o == all[0]));
    assert_eq!(entries(&store).len(), 12);
}

#[test]
fn a_store_where_nothing_can_be_written_is_told_before_anything_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲")]);
    let file = dir.path().join("file");
    File::create(&file).unwrap();
    let (code, _, err) = yushen(
        &FakeTools::default(),
        &["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap(), "--store", file.to_str().unwrap()],
    );
    assert!(code == 2 && err.contains("give another folder with --store, or --no-store"), "{err}");
}

#[test]
fn a_second_run_into_the_same_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲")]);
    audit(&FakeTools::default(), &root, &out, &[]);
    let before = outputs(&out);
    let lock = File::options().write(true).open(out.join(".yushen/lock")).unwrap();
    lock.try_lock().unwrap();
    let (code, _, err) = yushen(&FakeTools::default(), &["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert!(code == 2 && err.contains("another run is writing into"), "{err}");
    assert!(outputs(&out) == before);
    drop(lock);
    audit(&FakeTools::default(), &root, &out, &[]);
}
