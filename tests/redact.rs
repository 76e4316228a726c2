//! A redacted audit through the binary, as whoever hands its outputs on would look at them: no name, number, phone or
//! address in any byte, and the same judgement.
//! Reads two submissions of the demonstration; the rest of its table stands there without folders, so that their
//! registrations count too.

mod outputs;

use outputs::{audit, json, rows};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// One whose documents and registration contradict each other, and one with a photo that another has too.
const READ: [&str; 2] = ["20246100006", "20247800009"];

#[test]
fn nothing_that_names_a_person_is_in_a_redacted_run() {
    let dir = tempfile::tempdir().unwrap();
    let (batch, store) = (dir.path().join("batch"), dir.path().join("facts"));
    let table = a_part_of_the_demonstration(&batch);
    let at = |name: &str| dir.path().join(name);
    let with_store = ["--store", store.to_str().unwrap()];
    let open = audit(&batch, &at("open"), &with_store);
    assert_eq!(open.status.code(), Some(0), "{}", String::from_utf8_lossy(&open.stderr));
    // Nothing is read twice: redacting is no other reading.
    for name in ["one", "two"] {
        let done = audit(&batch, &at(name), &[&with_store[..], &["--redact", "--xlsx", "--report", "pages"]].concat());
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(json(&at(name).join("run.json"))["store"]["read"], 0);
    }

    let persons = persons(&table, &at("open"));
    assert!(persons.len() > 60, "{}", persons.len());
    for (path, bytes) in every_byte(&at("one")) {
        let text = String::from_utf8_lossy(&bytes);
        let left: Vec<&String> = persons.iter().filter(|p| text.contains(p.as_str())).collect();
        assert!(left.is_empty(), "{}: {left:?}", path.display());
        assert!(
            path.extension().is_none_or(|e| !["jpg", "jpeg", "png"].contains(&e.to_str().unwrap())),
            "{} is a picture",
            path.display()
        );
    }
    for file in ["flags.csv", "submissions.csv", "findings.jsonl"] {
        assert!(
            fs::read(at("one").join(file)).unwrap() == fs::read(at("two").join(file)).unwrap(),
            "{file}: tokens are the same in every run with the key"
        );
    }
    same_judgement(&at("open"), &at("one"));
    tokens_join(&at("one"));
    used_afterwards(&at("open"), &at("one"), &store, dir.path());
}

/// Two folders and the whole table; one file is named by its applicant. Returns the rows of the table.
fn a_part_of_the_demonstration(batch: &Path) -> Vec<BTreeMap<String, String>> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/batch");
    let bytes = fs::read(demo.join("报名信息.csv")).unwrap();
    let text = encoding_rs::GB18030.decode(&bytes).0.into_owned();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let table: Vec<BTreeMap<String, String>> = reader
        .records()
        .map(|r| head.iter().zip(r.unwrap().iter()).map(|(h, v)| (h.to_owned(), v.to_owned())).collect())
        .collect();
    for id in READ {
        fs::create_dir_all(batch.join(id)).unwrap();
        for entry in fs::read_dir(demo.join(id)).unwrap().map(|e| e.unwrap()) {
            fs::copy(entry.path(), batch.join(id).join(entry.file_name())).unwrap();
        }
    }
    fs::write(batch.join("报名信息.csv"), bytes).unwrap();
    let row = table.iter().find(|r| r["报名编号"] == READ[0]).unwrap();
    fs::write(batch.join(READ[0]).join(format!("{}{}家谱.txt", row["姓名"], row["手机号码"])), "x").unwrap();
    table
}

/// Every name, number, phone, address, e-mail and birth date that is registered or was read.
fn persons(table: &[BTreeMap<String, String>], open: &Path) -> BTreeSet<String> {
    let columns = ["姓名", "证件号码", "手机号码", "联系电话", "邮箱", "出生日期", "上一级证书"];
    let mut all: BTreeSet<String> =
        table.iter().flat_map(|row| columns.iter().filter_map(|c| row.get(*c).cloned())).collect();
    for line in fs::read_to_string(open.join("findings.jsonl")).unwrap().lines() {
        let finding: Value = serde_json::from_str(line).unwrap();
        for fact in finding["facts"].as_array().unwrap() {
            let blank = fact["field"].as_str().unwrap().rsplit('.').next().unwrap();
            if [
                "name",
                "signature",
                "number",
                "mobile",
                "address",
                "birth_date",
                "certificate_number",
                "diploma_number",
                "chsi_code",
            ]
            .contains(&blank)
            {
                let readings = [&fact["text"], &fact["free"], &fact["value"], &fact["second"]["text"]]
                    .into_iter()
                    .chain(alternatives(fact));
                all.extend(readings.filter_map(|v| v.as_str()).map(|s| s.trim().to_owned()));
            }
        }
    }
    // A single character is no name.
    all.retain(|p| p.chars().count() >= 2);
    all
}

fn alternatives(fact: &Value) -> impl Iterator<Item = &Value> {
    fact["alternatives"].as_array().into_iter().flatten().map(|a| &a["text"])
}

/// Every file of a folder, and what is inside of those that are packed.
fn every_byte(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for path in walkdir::WalkDir::new(folder).into_iter().map(|e| e.unwrap().into_path()).filter(|p| p.is_file()) {
        let bytes = fs::read(&path).unwrap();
        if path.extension().is_some_and(|e| e == "xlsx") {
            let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
            for i in 0..zip.len() {
                let mut inside = Vec::new();
                zip.by_index(i).unwrap().read_to_end(&mut inside).unwrap();
                all.push((path.join(i.to_string()), inside));
            }
        }
        all.push((path, bytes));
    }
    assert!(all.len() > 12, "{}", all.len());
    all
}

fn same_judgement(open: &Path, redacted: &Path) {
    let kept = |out: &Path, file: &str, columns: &[&str]| {
        rows(&out.join(file))
            .into_iter()
            .map(|r| columns.iter().map(|c| r[*c].clone()).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    for (file, columns) in [
        (
            "submissions.csv",
            &["submission_id", "verdict", "reject_flags", "review_flags", "occupation", "level", "condition", "months"]
                [..],
        ),
        (
            "flags.csv",
            &["submission_id", "rule", "severity", "document", "page", "confidence", "source", "rule_pack"][..],
        ),
    ] {
        assert_eq!(kept(open, file, columns), kept(redacted, file, columns));
    }
    let ids = |out: &Path| {
        let lines = fs::read_to_string(out.join("findings.jsonl")).unwrap();
        lines
            .lines()
            .flat_map(|l| serde_json::from_str::<Value>(l).unwrap()["flags"].as_array().unwrap().clone())
            .map(|f| f["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(open), ids(redacted), "a flag has its id in both");
}

/// The registered number and the one on the card are one token, another person's is another.
fn tokens_join(redacted: &Path) {
    let list = rows(&redacted.join("submissions.csv"));
    let row = |id: &str| list.iter().find(|r| r["submission_id"] == id).unwrap();
    let clean = row(READ[1]);
    assert!(clean["id_number"].starts_with("证件号码#") && clean["id_number"] == clean["read_number"], "{clean:?}");
    assert_ne!(clean["id_number"], row(READ[0])["id_number"]);
    let names: BTreeSet<&String> = list.iter().map(|r| &r["applicant_name"]).collect();
    assert!(names.len() > 8 && names.iter().all(|n| n.starts_with("姓名#")), "{names:?}");
}

/// `show`, `report`, `verify` take such a run; what judges again refuses it. An open run is redacted when it is judged
/// again.
fn used_afterwards(open: &Path, redacted: &Path, store: &Path, dir: &Path) {
    let yushen = |arguments: &[&str]| {
        let done = std::process::Command::new(outputs::binary()).args(arguments).output().unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let (open, one, key) = (open.to_str().unwrap(), redacted.to_str().unwrap(), store.join("redact.key"));
    let (again, key) = (dir.join("again"), key.to_str().unwrap());
    let shown = yushen(&["show", one, READ[0]]);
    assert!(shown.0 == Some(0) && shown.1.starts_with("姓名#"), "{shown:?}");
    assert_eq!(yushen(&["report", one, "--pictures", "pages"]).0, Some(0));
    assert!(!redacted.join("report/crops").exists_with_files(), "no picture, whatever is asked for");
    let verified = yushen(&["verify", one, "--batch", dir.join("batch").to_str().unwrap()]);
    assert_eq!(verified.0, Some(0), "{verified:?}");
    let refused = yushen(&["replay", one]);
    assert!(refused.0 == Some(2) && refused.2.contains("is a redacted run"), "{refused:?}");
    let into_open = yushen(&["replay", open, "-o", open, "--redact", "--redact-key", key]);
    assert!(into_open.0 == Some(2) && into_open.2.contains("with names and numbers"), "{into_open:?}");
    let replayed = yushen(&["replay", open, "-o", again.to_str().unwrap(), "--redact", "--redact-key", key]);
    assert_eq!(replayed.0, Some(0), "{replayed:?}");
    for file in ["flags.csv", "submissions.csv", "findings.jsonl"] {
        assert!(
            fs::read(again.join(file)).unwrap() == fs::read(redacted.join(file)).unwrap(),
            "{file} of a run that was redacted later"
        );
    }
    let compared = yushen(&["diff", open, one]);
    assert!(compared.0 == Some(2) && compared.2.contains("different keys"), "{compared:?}");
}

trait Holds {
    fn exists_with_files(&self) -> bool;
}

impl Holds for PathBuf {
    fn exists_with_files(&self) -> bool {
        self.is_dir() && fs::read_dir(self).unwrap().next().is_some()
    }
}
