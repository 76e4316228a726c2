//! The demonstration batch through the binary, one story a test: verdicts and rules as `fixtures/demo/expected.csv`
//! says, the same bytes whatever the threads, kills and parts, and what can be asked of a finished run. All stories
//! share one audit (`shared_run`); only the killed one reads the batch again, with other threads.

mod marked;
mod outputs;
mod shared_run;

use outputs::{audit, binary, json, nothing_is_lost, rows};
use serde_json::Value;
use shared_run::{OUTPUTS, batch, fixtures, shared};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What `fixtures/demo/expected.csv` says of each submission.
fn expected() -> Vec<BTreeMap<String, String>> {
    let rows = rows(&fixtures().join("expected.csv"));
    assert!(!rows.is_empty());
    rows
}

#[test]
fn every_submission_and_file_is_accounted_for() {
    let ids = nothing_is_lost(&batch(), &shared().out());
    assert_eq!(ids, expected().iter().map(|e| e["submission_id"].clone()).collect::<BTreeSet<_>>());
}

#[test]
fn verdicts_and_rules_are_as_expected() {
    let out = shared().out();
    let verdicts: BTreeMap<String, String> = rows(&out.join("submissions.csv"))
        .into_iter()
        .map(|r| (r["submission_id"].clone(), r["verdict"].clone()))
        .collect();
    let mut rules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for flag in rows(&out.join("flags.csv")) {
        rules.entry(flag["submission_id"].clone()).or_default().insert(flag["rule"].clone());
    }
    let mut wrong = Vec::new();
    for row in expected() {
        let (id, verdict) = (&row["submission_id"], &row["verdict"]);
        let found = rules.get(id).cloned().unwrap_or_default();
        let judged = verdicts.get(id).map_or("not there", String::as_str);
        // Where a doubt is fair, either verdict is: a clean submission may be kept for review, never rejected.
        if !verdict.split('|').any(|v| v == judged) {
            wrong.push(format!("{id} is {judged} and not {verdict}: {found:?}"));
        }
        wrong.extend(
            row["rules"]
                .split_whitespace()
                .filter(|r| !found.contains(*r))
                .map(|r| format!("{id} lacks {r}: {found:?}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The READMEs show what `scripts/demo` prints today, but for its times.
#[test]
fn the_readmes_show_what_the_demonstration_prints() {
    for page in ["README.md", "README.zh-CN.md"] {
        marked::hold(page, "demo", &format!("```text\n{}```\n", shared().summary()), without_times);
    }
}

/// Without the number before `秒`.
fn without_times(text: &str) -> String {
    text.split(' ').fold(String::new(), |said, word| {
        let before = if word.starts_with('秒') {
            said.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
        } else {
            &said
        };
        format!("{before} {word}")
    })
}

/// Every flag that names a place has a picture of it beside the page, cut from the file that was judged.
#[test]
fn the_report_shows_the_flagged_places() {
    let out = shared().out();
    let text = details(&out);
    let list: Vec<Value> = serde_json::from_str(&text[text.find('[').unwrap()..=text.rfind(']').unwrap()]).unwrap();
    let mut crops = 0;
    for flag in list.iter().flat_map(|d| d["flags"].as_array().unwrap()).filter(|f| !f["box"].is_null()) {
        let crop = flag["crop"].as_str().unwrap_or_else(|| panic!("no picture of {flag}"));
        let size = image::image_dimensions(out.join("report").join(crop)).unwrap();
        assert!(size.0 > 60 && size.1 > 16, "{crop}: {size:?}");
        crops += 1;
    }
    let boxed = findings(&out)
        .iter()
        .flat_map(|f| f["flags"].as_array().unwrap().clone())
        .filter(|f| !f["place"]["region"].is_null())
        .count();
    assert!(crops == boxed && crops > 0, "{crops} pictures of {boxed} places");
}

fn details(out: &Path) -> String {
    fs::read_to_string(out.join("report/detail/0000.js")).unwrap()
}

fn findings(out: &Path) -> Vec<Value> {
    fs::read_to_string(out.join("findings.jsonl")).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// The outputs, and what the report says and shows, are the shared run's bytes.
fn same_as_shared(out: &Path, what: &str) {
    for file in OUTPUTS {
        assert!(
            fs::read(out.join(file)).unwrap() == fs::read(shared().out().join(file)).unwrap(),
            "{file} of {what} is not the one run's"
        );
    }
    assert!(details(out) == details(&shared().out()), "the report of {what} is not the one run's");
}

/// The same audit with four workers, killed (as by `kill -9`) while it reads, judges, publishes and reports, then left
/// alone. A kill strikes at what stands on disk:
/// a submission that is held (`cli/faults.rs`) keeps the audit from ending before that.
#[cfg(all(unix, debug_assertions))]
#[test]
fn killed_at_any_point_it_is_taken_up() {
    let story = shared().story();
    let (out, never) = (story.path().join("killed"), story.path().join("never"));
    let ids: BTreeSet<String> = expected().iter().map(|e| e["submission_id"].clone()).collect();
    let (first, last) = (ids.first().unwrap(), ids.last().unwrap());
    let hold = |whom: &str| format!("wait={whom}@{}", never.display());
    let names =
        |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect::<Vec<_>>();
    let entries = || {
        walkdir::WalkDir::new(out.join(".yushen/store"))
            .into_iter()
            .filter_map(Result::ok)
            .filter(|e| e.path().extension().is_some_and(|e| e == "facts"))
            .count()
    };
    let at_work = out.join(".yushen/at-work");
    let in_work = |step: &str| {
        names(&at_work).iter().any(|note| fs::read_to_string(note).is_ok_and(|text| text.starts_with(step)))
    };
    let unfinished =
        || names(&out).iter().any(|f| f.file_name().unwrap().to_string_lossy().starts_with(".yushen-unfinished-"));

    for part in 0..5 {
        let wanted = part * (ids.len() - 1) / 4;
        killed(&out, &hold(last), || entries() >= wanted && in_work("r "));
    }
    for _ in 0..2 {
        killed(&out, &hold(&format!("(judge){first}")), || in_work("j "));
        killed(&out, &hold("(publish)"), || unfinished() && !in_work("r ") && !in_work("j ") && !in_work("h "));
        killed(&out, &hold("(report)"), || at_work.join("reporting").exists());
    }
    for file in OUTPUTS.into_iter().chain(["run.json"]) {
        OUTPUTS.into_iter().chain(["run.json"]).for_each(|file| fs::remove_file(out.join(file)).unwrap_or_default());
        // Nothing holds it here: it may have come to its end when the kill comes.
        killed(&out, "", || out.join(file).exists());
    }
    let done = audit(&batch(), &out, &["--jobs", "4", "--quiet"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let store = &json(&out.join("run.json"))["store"];
    let counts = ["taken", "read", "damaged"].map(|key| store[key].as_u64().unwrap());
    assert_eq!(counts, [ids.len() as u64, 0, 0], "{store}");
    same_as_shared(&out, "--jobs 4, killed at every step,");
    let shown =
        |folder: &Path| names(folder).iter().map(|f| f.file_name().unwrap().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(shown(&out), shown(&shared().out()), "nothing else is left");
}

/// Starts the audit with faults, kills it when it has come so `far`, and holds whatever has its name by then against
/// the shared run: it is whole.
#[cfg(all(unix, debug_assertions))]
fn killed(out: &Path, faults: &str, far: impl Fn() -> bool) {
    let mut command = Command::new(binary());
    command.arg("audit").arg(batch()).arg("-o").arg(out).args(["--as-of", outputs::AS_OF, "--jobs", "4", "--quiet"]);
    let mut child =
        command.env("OMP_THREAD_LIMIT", "1").env("YUSHEN_TEST_FAULTS", faults).spawn().expect("the binary starts");
    let came = outputs::comes_so_far(&mut child, far);
    assert!(came || faults.is_empty(), "the audit ended although it was held by {faults}");
    child.kill().unwrap();
    child.wait().unwrap();
    for file in OUTPUTS {
        let there = fs::read(out.join(file));
        assert!(
            there.is_err() || there.unwrap() == fs::read(shared().out().join(file)).unwrap(),
            "{file} is there and not whole, after {faults:?}"
        );
    }
}

/// A second run over unchanged pictures takes every fact from the store.
#[test]
fn nothing_is_read_again() {
    let story = shared().story();
    let out = shared().copied(story.path());
    let done = audit(&batch(), &out, &["--jobs", "1", "--quiet"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    same_as_shared(&out, "a second run");
    let wall = |out: &Path| json(&out.join("run.json"))["seconds"]["wall"].as_f64().unwrap();
    let (alone, again) = (wall(&shared().out()), wall(&out));
    // Told and not asserted: what a loaded machine takes is no property of the program, what is read is.
    println!("the demonstration: {alone:.1} s, a second time {again:.2} s: {:.0} times as fast", alone / again);
    let store = &json(&out.join("run.json"))["store"];
    assert_eq!(
        (store["read"].as_u64(), store["taken"].as_u64()),
        (Some(0), Some(expected().len() as u64)),
        "everything comes from the store: {store}"
    );
}

/// Three parts of the batch, merged, are the one run; verified, it is what it was.
#[test]
fn parts_are_the_whole() {
    let story = shared().story();
    let whole = shared().copied(story.path());
    let store = whole.join(".yushen/store");
    let yushen = |arguments: &[&str]| {
        let done = Command::new(binary()).args(arguments).output().expect("the binary starts");
        (
            done.status.code(),
            format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)),
        )
    };
    let parts: Vec<String> =
        (1..=3).map(|part| story.path().join(format!("part{part}")).to_str().unwrap().to_owned()).collect();
    for (part, out) in parts.iter().enumerate() {
        let done = audit(
            &batch(),
            Path::new(out),
            &["--shard", &format!("{}/3", part + 1), "--store", store.to_str().unwrap(), "--quiet"],
        );
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        let (code, text) = yushen(&["verify", out]);
        assert_eq!(code, Some(0), "{text}");
    }
    let merged = story.path().join("merged");
    let (code, text) = yushen(&["merge", &parts[1], &parts[2], &parts[0], "-o", merged.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{text}");
    same_as_shared(&merged, "the merged parts");
    for run in [&whole, &merged] {
        let (code, text) = yushen(&["verify", run.to_str().unwrap()]);
        assert!(code == Some(0) && text.ends_with("与记录一致\n"), "{text}");
    }
    let (code, text) = yushen(&["diff", whole.to_str().unwrap(), merged.to_str().unwrap(), "--fail-on-change"]);
    assert!(code == Some(0) && text.contains("程序与模型: 相同\n规则与判定条件: 相同\n"), "{text}");
}

/// Runs `yushen rules …`; gives its exit code, and what it says on both channels.
fn yushen_rules(arguments: &[&str]) -> (Option<i32>, String) {
    let done = Command::new(binary()).arg("rules").args(arguments).output().expect("the binary starts");
    (done.status.code(), format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)))
}

/// The number that a line of the comparison gives.
fn count(text: &str, label: &str) -> u64 {
    let line =
        text.lines().find(|l| l.trim_start().starts_with(label)).unwrap_or_else(|| panic!("no {label:?} in\n{text}"));
    line.split_whitespace().last().unwrap().parse().unwrap()
}

#[test]
fn judged_again_it_is_the_same() {
    let (story, out) = (shared().story(), shared().out());
    let again = story.path().join("again");
    let (code, text) =
        yushen_rules(&["rejudge", out.to_str().unwrap(), "-o", again.to_str().unwrap(), "--fail-on-change"]);
    assert_eq!(code, Some(0), "{text}");
    let counts = ["结论不同", "结论相同，所依规则不同", "重新判定的申报"].map(|label| count(&text, label));
    assert_eq!(counts, [0, 0, expected().len() as u64], "{text}");
    assert!(text.contains("规则文件有变化: 与原审核相同"), "{text}");
    for file in OUTPUTS {
        assert!(
            fs::read(out.join(file)).unwrap() == fs::read(again.join(file)).unwrap(),
            "{file} differs when it is judged again"
        );
    }
    let (old, new) = (outputs::json(&out.join("run.json")), outputs::json(&again.join("run.json")));
    for key in ["as_of", "packs", "rule_files", "models", "batches", "counts", "not_evaluated", "outputs", "inputs"] {
        assert_eq!(old[key], new[key], "run.json: {key}");
    }
    assert_eq!(
        new["options"]["rejudged_findings_sha256"],
        old["outputs"].as_array().unwrap().iter().find(|o| o["file"] == "findings.jsonl").unwrap()["sha256"]
    );
    let (code, text) = yushen_rules(&["rejudge", out.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert!(code == Some(2) && text.contains("give another folder"), "{text}");
}

#[test]
fn other_rules_decide_otherwise() {
    let out = shared().out();
    let out = out.to_str().unwrap();
    // G4 has 互联网营销师 level 4 only: nobody else's condition is to be found in it.
    let (code, text) = yushen_rules(&["rejudge", out, "--pack", "g4", "--fail-on-change", "--lang", "en"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("pack and day then: by date of registration, 2026-11-22\npack and day now: g4, 2026-11-22\n"),
        "{text}"
    );
    assert!(text.contains("    + registration-condition review [-] No pack in force on 2024"), "{text}");
    assert!(count(&text, "another verdict") >= 1, "{text}");
    // What was signed in 2024 lies in the future of 2020.
    let (code, text) = yushen_rules(&["rejudge", out, "--as-of", "2020-01-01"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("    + form-date reject [") && text.contains(" → 建议驳回"), "{text}");
    let (unknown, told) = outputs::no_such_pack();
    let (code, text) = yushen_rules(&["rejudge", out, "--pack", &unknown]);
    assert!(code == Some(2) && text.contains(&told), "{text}");
}

#[test]
fn flags_are_explained() {
    let out = shared().out();
    let folder = out.to_str().unwrap();
    let findings = findings(&out);
    let mut ids = BTreeSet::new();
    for (finding, flag) in
        findings.iter().flat_map(|f| f["flags"].as_array().unwrap().iter().map(move |flag| (f, flag)))
    {
        let id = flag["id"].as_str().unwrap();
        assert!(id.len() == 12 && ids.insert(id.to_owned()), "{id} twice");
        let (code, text) = yushen_rules(&["explain", id, "--run", folder]);
        assert_eq!(code, Some(0), "{text}");
        let clause = flag["clause"]["text"]
            .as_str()
            .map_or("各文件没有直接规定", |t| t.split(" | ").next().unwrap().trim());
        for part in [flag["rule"].as_str().unwrap(), finding["submission_id"].as_str().unwrap(), clause, "如何消除"]
        {
            assert!(text.contains(part), "no {part:?} in\n{text}");
        }
        for fact in flag["facts"].as_array().unwrap() {
            assert!(text.contains(fact.as_str().unwrap()), "no {fact} in\n{text}");
        }
    }
    assert!(!ids.is_empty());
    let (finding, flag) = findings.iter().find_map(|f| Some((f, f["flags"].get(0)?))).unwrap();
    let (id, rule) = (finding["submission_id"].as_str().unwrap(), flag["rule"].as_str().unwrap());
    let (code, text) = yushen_rules(&["explain", id, rule, "--run", folder, "--lang", "en"]);
    assert!(
        code == Some(0)
            && text.contains("what would clear it")
            && text.contains(flag["message"]["en"].as_str().unwrap()),
        "{text}"
    );
    let silent =
        |f: &&Value| f["not_evaluated"].as_array().is_some_and(|n| n.iter().any(|n| n["rule"] == "photo-headwear"));
    let unjudged = findings.iter().find(silent).unwrap()["submission_id"].as_str().unwrap();
    let (code, text) = yushen_rules(&["explain", unjudged, "photo-headwear", "--run", folder]);
    assert!(code == Some(0) && text.contains("未能判定，不等于通过"), "{text}");
    for (arguments, told) in [
        (["explain", "ffffffffffff", "--run", folder].as_slice(), "no flag ffffffffffff"),
        (
            &["explain", id, "photo-hat", "--run", folder],
            &format!("no rule \"photo-hat\"; there is {}, ", yushen::rules::RULES[0].id),
        ),
        (&["explain", "谁", "photo-format", "--run", folder], "no submission \"谁\""),
        (&["explain", "xyz", "--run", folder], "is no id of a flag"),
        (&["explain", "ffff", "--run", "no-such-folder"], "holds no finished run"),
    ] {
        let (code, text) = yushen_rules(arguments);
        assert!(code == Some(2) && text.contains(told), "{arguments:?}: {text}");
    }
}

#[test]
fn changed_findings_are_refused() {
    let (story, out) = (shared().story(), shared().out());
    let copy = story.path().join("copy");
    fs::create_dir(&copy).unwrap();
    fs::copy(out.join("run.json"), copy.join("run.json")).unwrap();
    fs::write(
        copy.join("findings.jsonl"),
        fs::read_to_string(out.join("findings.jsonl")).unwrap().replacen("reject", "review", 1),
    )
    .unwrap();
    let (code, text) = yushen_rules(&["rejudge", copy.to_str().unwrap()]);
    assert!(code == Some(2) && text.contains("is not the file that run.json seals"), "{text}");
}
