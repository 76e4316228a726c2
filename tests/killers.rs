//! What kills its reader alone costs only itself, however many there are: a batch in which most submissions do has all
//! others judged as without them.
//! The faults are struck by `cli/faults.rs`, which only builds with debug assertions have.

#![cfg(debug_assertions)]

mod outputs;

use image::{Rgb, RgbImage};
use outputs::{audit_with, binary, json, nothing_is_lost, rows};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// More than a run may be started again for nothing, and side by side in order of id: those after them must not pay.
const KILLERS: usize = 104;
const HONEST: usize = 6;

#[test]
fn many_that_kill_their_reader_cost_nobody_else_anything() {
    let dir = tempfile::tempdir().unwrap();
    let (batch, honest) = (dir.path().join("batch"), dir.path().join("honest"));
    let submission = |root: &Path, id: &str, n: u32| {
        fs::create_dir_all(root.join(id)).unwrap();
        let picture = RgbImage::from_fn(60, 84, |x, y| Rgb([u8::try_from((x * 7 + y * 3 + n) % 56).unwrap() + 200; 3]));
        picture.save(root.join(id).join("学历承诺书说明.png")).unwrap();
    };
    let killers: Vec<String> = (0..KILLERS).map(|n| format!("A{n:03}")).collect();
    let others: Vec<String> =
        (0..HONEST).map(|n| if n % 2 == 0 { format!("A{:03}x", n * 20) } else { format!("Z{n}") }).collect();
    // Other pictures than the honest ones have: equal ones would be taken from the store and never be read.
    killers.iter().for_each(|id| submission(&batch, id, 50));
    for (n, id) in (0..).zip(&others) {
        submission(&batch, id, n);
        submission(&honest, id, n);
    }
    let run = |batch: &Path, out: &str, faults: String| {
        let out = dir.path().join(out);
        let mut command = Command::new(binary());
        command.env("YUSHEN_TEST_FAULTS", faults);
        let done = audit_with(
            command,
            batch,
            &out,
            &["--quiet", "--jobs", "8", "--report", "none", "--runtime", "rten", "--second-reading", "off"],
        );
        (done.status.code(), out, String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let (code, alone, told) = run(&honest, "alone", String::new());
    assert_eq!(code, Some(0), "{told}");
    let (code, out, told) =
        run(&batch, "out", killers.iter().map(|id| format!("abort={id}")).collect::<Vec<_>>().join(","));
    assert_eq!(code, Some(3), "{told}");
    assert_eq!(nothing_is_lost(&batch, &out).len(), KILLERS + HONEST);
    let restarts = json(&out.join("run.json"))["restarts"].as_u64().unwrap();
    assert!(restarts > KILLERS as u64, "{restarts} restarts; {}", json(&out.join("run.json"))["store"]);

    let by_id = |out: &Path| {
        let mut by_id: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
        rows(&out.join("flags.csv"))
            .into_iter()
            .for_each(|f| by_id.entry(f["submission_id"].clone()).or_default().push(f));
        by_id
    };
    let verdicts = |out: &Path| {
        rows(&out.join("submissions.csv"))
            .into_iter()
            .map(|s| (s["submission_id"].clone(), s))
            .collect::<BTreeMap<_, _>>()
    };
    let (flags, flags_alone, verdicts, verdicts_alone) = (by_id(&out), by_id(&alone), verdicts(&out), verdicts(&alone));
    for id in &others {
        assert_eq!(
            (flags.get(id), verdicts.get(id)),
            (flags_alone.get(id), verdicts_alone.get(id)),
            "{id} pays for others"
        );
    }
    for id in &killers {
        let of = &flags[id];
        assert!(
            of.len() == 1
                && of[0]["rule"] == "internal-error"
                && of[0]["observed"] == "读取程序异常终止，单独重试后仍然如此",
            "{id}: {of:?}"
        );
    }
}
