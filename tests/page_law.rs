//! The law inside the report's page: that what is shipped is built from this tree, and that it judges as
//! `yushen rules replay --decisions` does, over the demonstration's facts and corrections of every kind of field.

mod outputs;
#[allow(dead_code, reason = "stories of other tests use the rest")]
mod shared_run;

use outputs::binary;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared_run::shared;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use wasmi::{Engine, Instance, Linker, Memory, Module, Store};
use yushen::packs;
use yushen::report::again::{Law, requirement, rule_words};
use yushen::report::finding::Finding;
use yushen::report::notice::{Because, notice};
use yushen::report::others::Others;
use yushen::report::page::detail::{Pictures, detail};
use yushen::report::page::index::Index;
use yushen::rules::titles;
use yushen::vocabulary::waiver::Decided;

const LAW: &str = "src/report/page/web/law.wasm";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn it_is_built_from_these_sources() {
    let mut files: Vec<String> = ["crates/law", "crates/review", "crates/page"]
        .iter()
        .flat_map(|of| walkdir::WalkDir::new(root().join(of)).into_iter().map(|e| e.unwrap().into_path()))
        .filter(|p| {
            let name = p.file_name().unwrap().to_string_lossy();
            let source = name.ends_with(".rs") || name == "Cargo.toml" || name == "Cargo.lock";
            source && !p.components().any(|c| c.as_os_str() == "target")
        })
        .map(|p| p.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    files.sort();
    let mut list = Sha256::new();
    for file in files {
        list.update(format!("{:x}  {file}\n", Sha256::digest(fs::read(root().join(&file)).unwrap())));
    }
    let sealed = fs::read_to_string(root().join(format!("{LAW}.sources"))).unwrap();
    assert_eq!(
        sealed.trim(),
        format!("{:x}", list.finalize()),
        "{LAW} was built from other sources: run scripts/page-wasm and commit what it writes"
    );
}

/// The page's module, as `judge.js` calls it.
struct Page {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

impl Page {
    fn new() -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, fs::read(root().join(LAW)).unwrap()).unwrap();
        assert_eq!(module.imports().count(), 0, "the page gives it nothing: no clock, no chance, no network");
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
        let memory = instance.get_memory(&store, "memory").unwrap();
        Self { store, instance, memory }
    }

    fn call(&mut self, name: &str, request: &Value) -> Value {
        let bytes = serde_json::to_vec(request).unwrap();
        let room = self.instance.get_typed_func::<u32, u32>(&self.store, "room").unwrap();
        let at = room.call(&mut self.store, u32::try_from(bytes.len()).unwrap()).unwrap();
        self.memory.write(&mut self.store, at as usize, &bytes).unwrap();
        let length =
            self.instance.get_typed_func::<(), u32>(&self.store, name).unwrap().call(&mut self.store, ()).unwrap();
        let answer =
            self.instance.get_typed_func::<(), u32>(&self.store, "answer").unwrap().call(&mut self.store, ()).unwrap();
        let mut told = vec![0; length as usize];
        self.memory.read(&self.store, answer as usize, &mut told).unwrap();
        serde_json::from_slice(&told).unwrap()
    }
}

fn findings(run: &Path) -> Vec<Finding> {
    let text = fs::read_to_string(run.join("findings.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What somebody may say of a submission: of every third field, beginning with `first`, one kind after the other; of its
/// flags; of its files; of the whole.
fn said(f: &Finding, first: usize) -> Vec<Value> {
    let entry = |minute: usize, rest: Value| {
        let mut entry = json!({
            "time": format!("2026-11-30T08:{:02}:00+08:00", minute % 60), "who": if minute.is_multiple_of(7) { "李审核" } else { "王审核" },
            "run": "0123456789abcdef", "submission": f.submission_id, "material": f.material,
        });
        entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        entry
    };
    let mut entries = Vec::new();
    for (i, row) in f.facts.iter().enumerate().filter(|(i, _)| i % 3 == first) {
        let at =
            json!({ "field": row.field, "page": row.page, "box": row.region.map(|r| [r.x, r.y, r.width, r.height]) });
        let other = row.alternatives.first().map_or_else(|| "2015年3月".to_owned(), |a| a.text.clone());
        let rest = match (row.field.contains(".alterations["), i % 5) {
            (true, _) => json!({ "kind": "overrule" }),
            (false, 0) => json!({ "kind": "correct", "new": { "state": "blank" } }),
            (false, 1) => json!({ "kind": "correct", "new": { "state": "illegible" } }),
            (false, 2 | 3) => json!({ "kind": "correct", "new": { "state": "read", "text": other } }),
            (false, _) => {
                json!({ "kind": "confirm", "new": { "state": "read", "text": row.text.clone().unwrap_or(other) } })
            }
        };
        let mut rest = rest;
        rest.as_object_mut().unwrap().extend(at.as_object().unwrap().clone());
        entries.push(entry(i, rest));
    }
    let flags = f.flags.iter().enumerate().filter(|(i, r)| i % 3 == first && r.flag.rule != "internal-error");
    entries.extend(flags.map(|(i, r)| {
        entry(i, json!({ "kind": "accept_flag", "rule": r.flag.rule, "reason": "已核实", "until": "2099-12-31" }))
    }));
    for (i, file) in f.files.iter().enumerate().filter(|(i, _)| i % 5 == first) {
        let to = if i % 2 == 0 { json!({ "document": "毕业证书" }) } else { json!({ "somebody_else": true }) };
        let mut rest = json!({ "kind": "assign", "name": file.name, "file": file.sha256.clone().unwrap_or_default() });
        rest.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
        entries.push(entry(i, rest));
    }
    if first == 1 {
        entries.push(entry(1, json!({ "kind": "accept" })));
        entries.push(entry(7, json!({ "kind": "return", "reason": "请重新上传" })));
    }
    if first == 2 {
        let reason = "1．材料不清晰，请重新上传；2．照片与 20247600001 相同。";
        entries.push(entry(1, json!({ "kind": "return", "reason": reason })));
    }
    entries
}

/// What names an applicant in the page's list, besides his id.
fn named(f: &Finding) -> Vec<&String> {
    let registered = f.registration.iter().flat_map(|r| [&r.name, &r.id_number, &r.mobile]);
    registered.flatten().map(|entry| &entry.raw).collect()
}

#[test]
fn it_judges_as_a_replay_with_the_same_record_does() {
    let (run, story) = (shared().out(), shared().story());
    let before = findings(&run);
    let recorded: Value = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
    let law = Law {
        rules: packs::texts(None).unwrap(),
        office: None,
        pack: None,
        as_of: recorded["as_of"].as_str().unwrap().parse().unwrap(),
    };
    let loaded = packs::embedded().unwrap();
    let mut page = Page::new();
    assert_eq!(page.call("load", &serde_json::to_value(&law).unwrap()), json!({ "done": null }));
    // As the page tells them: what its list shows of each.
    let mut others = Others::default();
    let known: Vec<(&String, Vec<&String>)> = before.iter().map(|f| (&f.submission_id, named(f))).collect();
    known.iter().for_each(|(id, values)| others.learn_of(id, values.iter().map(|v| v.as_str())));
    assert_eq!(page.call("others", &json!(known)), json!({ "done": null }));

    let mut changed = BTreeMap::from([("flags", 0), ("verdicts", 0), ("entries", 0), ("sent back", 0)]);
    for first in 0..3 {
        let record: Vec<Vec<Value>> = before.iter().map(|f| said(f, first)).collect();
        let lines: String = record.iter().flatten().map(|entry| format!("{entry}\n")).collect();
        let (file, out) = (story.path().join("审核决定.jsonl"), story.path().join(format!("out-{first}")));
        fs::write(&file, lines).unwrap();
        let done = Command::new(binary())
            .args(["rules", "rejudge"])
            .arg(&run)
            .arg("--decisions")
            .arg(&file)
            .args(["--report", "none", "-o"])
            .arg(&out)
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        for ((f, after), entries) in before.iter().zip(findings(&out)).zip(record) {
            let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
            let asked = json!({ "finding": Finding { facts: Vec::new(), ..f.clone() }, "entries": lines });
            let told = page.call("again", &asked);
            let mut index = Index::new(&titles(), loaded.settings.reading.working_threshold);
            let pictures = Pictures { judged_again: true, ..Pictures::default() };
            let needed = requirement(&after, &loaded, None);
            // through its text, as the page has it: decimals are the shortest ones
            let expected =
                serde_json::to_string(&detail(&after, &mut index, &pictures, needed.as_ref(), None)).unwrap();
            let expected: Value = serde_json::from_str(&expected).unwrap();
            assert!(told["done"] == expected, "{} with\n{lines}", f.submission_id);
            let whole = after.documents.contradictions.iter().any(|c| c.about == "submission");
            let decision = after.decision.as_ref().filter(|d| !whole && d.decision != Decided::Accept);
            let because = decision.map_or(Because::Proposed, Because::Decided);
            let written = notice(&after, because, &rule_words, &|sentence| others.hidden(sentence, &after));
            assert_eq!(page.call("notice", &asked)["done"], json!(written), "{} with\n{lines}", f.submission_id);
            *changed.get_mut("sent back").unwrap() += usize::from(written.draft.is_none());
            *changed.get_mut("entries").unwrap() += entries.len();
            *changed.get_mut("verdicts").unwrap() += usize::from(after.verdict != f.verdict);
            let flags = |f: &Finding| f.flags.iter().map(|r| (r.id.clone(), r.flag.severity)).collect::<Vec<_>>();
            *changed.get_mut("flags").unwrap() += usize::from(flags(&after) != flags(f));
        }
    }
    println!("{} submissions, {changed:?}", before.len());
    assert!(changed["verdicts"] > 10 && changed["flags"] > before.len(), "the entries change something: {changed:?}");
    assert!(changed["sent back"] > 0, "{changed:?}");

    let refused = page.call("again", &json!({ "finding": before[0], "entries": "{}\n" }));
    assert!(refused["error"].as_str().unwrap().contains("submission is empty"), "{refused}");
}
