//! What the surroundings may do to a run: a full disk, an output that cannot be written, inputs that vanish, a clock
//! that is set back.
//! Each ends with an error that says what to do and the documented exit code, and whatever an earlier run left is still
//! whole.

mod outputs;

use image::{Rgb, RgbImage};
use outputs::{audit, audit_with, binary, json, nothing_is_lost, rows};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

const OUTPUTS: [&str; 4] = ["flags.csv", "submissions.csv", "findings.jsonl", "run.json"];

/// A batch of as many submissions, each with a photo, in a folder of its own.
fn batch(dir: &Path, submissions: u32) -> PathBuf {
    let batch = dir.join("batch");
    for n in 0..submissions {
        let folder = batch.join(format!("D{n}"));
        fs::create_dir_all(&folder).unwrap();
        let v = u8::try_from(n % 50).unwrap();
        RgbImage::from_fn(60, 84, |x, y| Rgb([200 + v, u8::try_from((x * y) % 256).unwrap(), 255]))
            .save(folder.join("个人照片.jpg"))
            .unwrap();
    }
    batch
}

fn told(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

fn verified(out: &Path) {
    let done = Command::new(binary()).arg("verify").arg(out).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stdout));
}

/// The bytes of an earlier run's outputs.
fn bytes(out: &Path) -> Vec<Vec<u8>> {
    OUTPUTS.iter().map(|f| fs::read(out.join(f)).unwrap()).collect()
}

/// A limit on the size of files is a full disk that needs no rights: the write fails in the middle. (Rust's processes
/// ignore SIGXFSZ only if they are told to, hence `trap`.)
#[cfg(unix)]
#[test]
fn a_file_that_cannot_grow_stops_the_run_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let batch = batch(dir.path(), 12);
    let out = dir.path().join("out");
    assert_eq!(audit(&batch, &out, &["--quiet"]).status.code(), Some(0));
    let before = bytes(&out);
    let limited = |blocks: u32| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")).arg(binary());
        audit_with(command, &batch, &out, &["--quiet"])
    };
    // In blocks of 512 bytes or of 1 KiB, as the shell has it: less than the findings of twelve, more than the notes.
    let done = limited(4);
    assert_eq!(done.status.code(), Some(2), "{}", told(&done));
    assert!(
        told(&done).contains("cannot write into") && told(&done).contains("nothing there was replaced"),
        "{}",
        told(&done)
    );
    assert!(bytes(&out) == before, "an output was replaced");
    verified(&out);
    // Where there is room again the same command goes on.
    assert_eq!(audit(&batch, &out, &["--quiet"]).status.code(), Some(0));
    assert!(bytes(&out)[..3] == before[..3]);
    nothing_is_lost(&batch, &out);
}

/// What a shell script prints when it runs in namespaces of its own, where anybody may mount; `None`, and a word on
/// stderr, where that is not permitted.
#[cfg(target_os = "linux")]
fn mounting(script: &str, arguments: &[&Path]) -> Option<String> {
    let allowed = Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]).output();
    if !allowed.as_ref().is_ok_and(|o| o.status.success()) {
        let why = allowed.map_or_else(|e| e.to_string(), |o| String::from_utf8_lossy(&o.stderr).into_owned());
        eprintln!("SKIPPED, nothing can be mounted here: {why}");
        return None;
    }
    let done = Command::new("unshare")
        .args(["-rm", "sh", "-euc", script])
        .args(arguments)
        .env("OMP_THREAD_LIMIT", "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", told(&done));
    Some(String::from_utf8_lossy(&done.stdout).into_owned() + &told(&done))
}

/// A tmpfs that is too small for the run's outputs, with an earlier run's in it: first filled to the brim by another
/// file, then freed.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_the_run_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let batch = batch(dir.path(), 12);
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let script = r#"
        yushen=$0 batch=$1 disk=$2
        mount -t tmpfs -o size=12m none "$disk"
        audit() { "$yushen" audit "$batch" -o "$disk/out" --as-of 2026-11-22 --quiet "$@"; }
        audit
        sums() { (cd "$disk/out" && sha256sum flags.csv submissions.csv findings.jsonl run.json); }
        before=$(sums)
        dd if=/dev/zero of="$disk/other" bs=4k 2>/dev/null || true
        for how in --no-store --fresh; do
            code=0; audit $how || code=$?
            echo "full $how: $code"
        done
        [ "$before" = "$(sums)" ] && echo "the same outputs"
        "$yushen" verify "$disk/out" >/dev/null && echo "verified"
        rm "$disk/other"
        audit --fresh && echo "room again"
        ls -A "$disk/out"
    "#;
    let Some(text) = mounting(script, &[&binary(), &batch, &disk]) else { return };
    for line in ["full --no-store: 2", "full --fresh: 2", "the same outputs", "verified", "room again"] {
        assert!(text.lines().any(|l| l == line), "{line:?} is not in\n{text}");
    }
    assert!(text.contains("No space left on device"), "{text}");
    assert!(!text.lines().any(|l| l.starts_with(".yushen-")), "half a file was left: {text}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_read_only_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let batch = batch(dir.path(), 2);
    let out = dir.path().join("out");
    assert_eq!(audit(&batch, &out, &["--quiet"]).status.code(), Some(0));
    let before = bytes(&out);
    let script = r#"
        mount --bind "$2" "$2"
        mount -o remount,ro,bind "$2"
        code=0; "$0" audit "$1" -o "$2" --as-of 2026-11-22 --quiet || code=$?
        echo "code $code"
        "$0" verify "$2" >/dev/null && echo "verified"
    "#;
    let Some(text) = mounting(script, &[&binary(), &batch, &out]) else { return };
    assert!(
        text.contains("code 2\n")
            && text.contains("cannot write into")
            && text.contains(out.to_str().unwrap())
            && text.contains("verified"),
        "{text}"
    );
    assert!(bytes(&out) == before);
}

/// A file where the folder should be, or above it.
#[test]
fn an_output_that_is_no_folder_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let batch = batch(dir.path(), 1);
    let file = dir.path().join("file");
    fs::write(&file, "a clerk's").unwrap();
    for out in [file.clone(), file.join("out")] {
        let done = audit(&batch, &out, &["--quiet"]);
        assert!(done.status.code() == Some(2) && told(&done).contains(out.to_str().unwrap()), "{}", told(&done));
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "a clerk's");
}

#[test]
fn a_batch_that_is_gone_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let batch = batch(dir.path(), 2);
    let out = dir.path().join("out");
    assert_eq!(audit(&batch, &out, &["--quiet"]).status.code(), Some(0));
    let before = bytes(&out);
    fs::rename(&batch, dir.path().join("moved")).unwrap();
    let done = audit(&batch, &out, &["--quiet"]);
    assert!(done.status.code() == Some(2) && told(&done).contains(batch.to_str().unwrap()), "{}", told(&done));
    assert!(bytes(&out) == before);
}

/// Between discovery and reading: while the first submission is in work, files and folders of the others go.
#[cfg(debug_assertions)]
#[test]
fn files_that_vanish_on_the_way_are_flagged() {
    let dir = tempfile::tempdir().unwrap();
    let batch = batch(dir.path(), 4);
    let out = dir.path().join("out");
    let go = dir.path().join("go");
    let mut command = Command::new(binary());
    command.arg("audit").arg(&batch).arg("-o").arg(&out).args(["--as-of", outputs::AS_OF, "--quiet", "--jobs", "1"]);
    let mut run = command.env("YUSHEN_TEST_FAULTS", format!("wait=D0@{}", go.display())).spawn().unwrap();
    let in_work = out.join(".yushen/at-work/in-work-0");
    assert!(
        outputs::comes_so_far(&mut run, || fs::read_to_string(&in_work).is_ok_and(|t| t.starts_with("r "))),
        "a submission that is held keeps it from ending"
    );
    fs::remove_file(batch.join("D1/个人照片.jpg")).unwrap();
    fs::remove_dir_all(batch.join("D2")).unwrap();
    fs::write(&go, "").unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0));
    // As they were found; what is gone is no input that could be named by its hash.
    let counts = &json(&out.join("run.json"))["counts"];
    assert_eq!(
        (counts["submissions"].as_u64(), counts["files_hashed"].as_u64(), counts["files_unreadable"].as_u64()),
        (Some(4), Some(2), Some(2)),
        "{counts}"
    );
    let flags = rows(&out.join("flags.csv"));
    for id in ["D1", "D2"] {
        let gone = |f: &&std::collections::BTreeMap<String, String>| {
            f["submission_id"] == id && f["rule"] == "material-unreadable" && f["observed"].contains("文件已不存在")
        };
        assert!(flags.iter().any(|f| gone(&f)), "{id}: {flags:?}");
    }
    // The facts of what was gone are nobody's the next time.
    let done = audit(&batch, &out, &["--quiet"]);
    let store = json(&out.join("run.json"))["store"].clone();
    assert_eq!((done.status.code(), store["taken"].as_u64()), (Some(0), Some(2)), "{store}");
}

/// Entries and leftovers from the future, as a clock that was set back makes them: nothing is purged for it, nothing is
/// negative, and the lock holds nobody up.
#[test]
fn a_clock_that_is_set_back_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let batch = batch(dir.path(), 3);
    let out = dir.path().join("out");
    assert_eq!(audit(&batch, &out, &["--quiet"]).status.code(), Some(0));
    let before = bytes(&out);
    let future = SystemTime::now() + Duration::from_hours(9600);
    let files =
        || walkdir::WalkDir::new(dir.path()).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file());
    for file in files() {
        fs::File::options().write(true).open(file.path()).unwrap().set_modified(future).unwrap();
    }
    let purge = |age: &str| {
        let done = Command::new(binary())
            .args(["purge", out.to_str().unwrap(), "--older-than", age, "--lang", "en"])
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    };
    let (code, text) = purge("0d");
    assert!(code == Some(0) && text.contains("removed 0 (") && text.contains("kept 3"), "{text}");
    assert_eq!(audit(&batch, &out, &["--quiet"]).status.code(), Some(0));
    let run = json(&out.join("run.json"));
    assert_eq!(run["store"]["taken"], 3);
    let times = run["seconds"].as_object().unwrap();
    let stages = times["stages"].as_object().unwrap().values();
    assert!(stages.chain([&times["wall"]]).all(|t| t.as_f64().unwrap() >= 0.0), "{times:?}");
    assert!(bytes(&out)[..3] == before[..3]);
    verified(&out);
}
