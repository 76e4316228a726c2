//! A page of which somebody said what it is: `audit --decisions` reads it as that, beside what was read before; the store
//! keeps both apart, and where no picture is at hand what is taken back is taken back.
//! The pictures are the demonstration's; a diploma is one without its title and without 准予毕业, so that nothing but a
//! person's word tells what it is.

mod outputs;

use image::{ImageEncoder as _, RgbImage};
use outputs::{audit, binary, json, rows};
use serde_json::{Value, json as value};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whose registration all cases have, and who else has a diploma.
const OWN: &str = "20247800009";
/// His 学信网 code, which would stand for the diploma: taken out of the registration.
const CODE: &str = "HTLLEXDJQHESGX8Y";
const OTHER: &str = "20246100006";
/// Submission, file of the diploma, and where in it its title and its sentence's last words stand: left, top, right and
/// bottom, in parts of the picture.
const DIPLOMAS: [(&str, &str, [[f32; 4]; 2]); 2] = [
    (OWN, "毕业证书.JPG", [[0.22, 0.15, 0.76, 0.29], [0.53, 0.425, 0.75, 0.505]]),
    (OTHER, "毕业证书.jpg", [[0.29, 0.09, 0.72, 0.21], [0.43, 0.47, 0.6, 0.54]]),
];
/// A file whose name says nothing.
const UNNAMED: &str = "IMG_0001";

/// What lies in a file.
enum Put {
    /// The diploma of this submission, without what tells that it is one.
    Untold(&'static str),
    /// A file of this submission, as it is.
    Of(&'static str, &'static str),
    Paper,
    Bytes(&'static [u8]),
}
use Put::{Bytes, Of, Paper, Untold};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/batch")
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 92)
        .write_image(picture.as_raw(), picture.width(), picture.height(), image::ExtendedColorType::Rgb8)
        .unwrap();
    out
}

fn content(put: &Put) -> Vec<u8> {
    let file = |submission: &str, name: &str| fs::read(demo().join(submission).join(name)).unwrap();
    match put {
        Of(submission, name) => file(submission, name),
        Bytes(bytes) => bytes.to_vec(),
        Paper => jpeg(&RgbImage::from_fn(1240, 1754, |x, y| image::Rgb([245 - ((x * 7 + y * 13) % 5) as u8; 3]))),
        Untold(submission) => {
            let (_, name, places) = DIPLOMAS.iter().find(|(of, ..)| of == submission).unwrap();
            let mut picture = image::load_from_memory(&file(submission, name)).unwrap().into_rgb8();
            let (width, height) = (picture.width() as f32, picture.height() as f32);
            for [left, top, right, bottom] in *places {
                let at = |x: f32, y: f32| ((x * width) as u32, (y * height) as u32);
                let ((x0, y0), (x1, y1)) = (at(left, top), at(right, bottom));
                for y in y0..y1 {
                    for x in x0..x1 {
                        picture.put_pixel(x, y, image::Rgb([222, 223, 217]));
                    }
                }
            }
            jpeg(&picture)
        }
    }
}

/// A batch of submissions of one file each, all with the same person's registration.
fn batch(folder: &Path, submissions: &[(&str, &str, &Put)]) -> PathBuf {
    let table = fs::read(demo().join("报名信息.csv")).unwrap();
    let (table, _, _) = encoding_rs::GB18030.decode(&table);
    let mut lines = table.lines();
    let mut all = format!("{}\n", lines.next().unwrap());
    let own = lines.find(|l| l.starts_with(OWN)).unwrap();
    for (id, file, put) in submissions {
        writeln!(all, "{}", own.replacen(OWN, id, 1).replace(CODE, "")).unwrap();
        fs::create_dir_all(folder.join(id)).unwrap();
        fs::write(folder.join(id).join(file), content(put)).unwrap();
    }
    fs::write(folder.join("报名信息.csv"), all).unwrap();
    folder.to_owned()
}

/// A story: a batch, a record of decisions, and runs over both.
struct Story {
    folder: tempfile::TempDir,
    batch: PathBuf,
}

impl Story {
    fn new(submissions: &[(&str, &str, &Put)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let batch = batch(&folder.path().join("batch"), submissions);
        Self { folder, batch }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn record(&self, name: &str, entries: &[Value]) -> PathBuf {
        let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
        fs::write(self.path(name), lines).unwrap();
        self.path(name)
    }

    /// Audits with the story's store; gives the run.
    fn audit(&self, name: &str, record: Option<&Path>) -> PathBuf {
        let (out, store) = (self.path(name), self.path("store"));
        let decisions = record.iter().flat_map(|path| ["--decisions", path.to_str().unwrap()]);
        let fixed = ["--store", store.to_str().unwrap(), "--second-reading", "off", "--quiet", "--report", "none"];
        let done = audit(&self.batch, &out, &fixed.into_iter().chain(decisions).collect::<Vec<_>>());
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        out
    }

    fn replay(&self, name: &str, run: &Path, record: &Path) -> PathBuf {
        let out = self.path(name);
        let mut command = Command::new(binary());
        command.arg("replay").arg(run).args(["--report", "none", "-o"]).arg(&out).arg("--decisions").arg(record);
        let done = command.output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        out
    }
}

fn findings(run: &Path) -> Vec<Value> {
    let text = fs::read_to_string(run.join("findings.jsonl")).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn finding(run: &Path, id: &str) -> Value {
    findings(run).into_iter().find(|f| f["submission_id"] == id).unwrap()
}

/// Rule, severity and document of each flag of a submission.
fn flags(run: &Path, id: &str) -> Vec<[String; 3]> {
    let own = rows(&run.join("flags.csv")).into_iter().filter(|f| f["submission_id"] == id);
    own.map(|f| ["rule", "severity", "document"].map(|key| f[key].clone())).collect()
}

fn has(flags: &[[String; 3]], rule: &str, document: &str) -> bool {
    flags.iter().any(|[r, _, d]| r == rule && (document.is_empty() || d == document))
}

/// State and text of a field.
fn read(finding: &Value, field: &str) -> (String, String) {
    let row = finding["facts"].as_array().unwrap().iter().find(|r| r["field"] == field);
    let text = |key: &str| row.and_then(|r| r[key].as_str()).unwrap_or_default().to_owned();
    (text("state"), text("text"))
}

/// How a store was used: taken from it, and read.
fn used(run: &Path) -> [u64; 2] {
    let store = &json(&run.join("run.json"))["store"];
    ["taken", "read"].map(|key| store[key].as_u64().unwrap())
}

fn same(one: &Path, other: &Path, what: &str) {
    for file in ["flags.csv", "submissions.csv", "findings.jsonl"] {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(other.join(file)).unwrap(), "{what}: {file}");
    }
}

fn entry(minute: u8, id: &str, more: Value) -> Value {
    let mut entry =
        value!({ "time": format!("2026-11-30T08:{minute:02}:00+08:00"), "who": "王审核", "submission": id });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry
}

fn assign(minute: u8, run: &Path, id: &str, document: &str) -> Value {
    let file = &finding(run, id)["files"][0];
    entry(minute, id, value!({ "kind": "assign", "name": file["name"], "file": file["sha256"], "document": document }))
}

#[test]
fn an_assigned_page_is_read_and_what_was_read_before_stays() {
    let file = format!("{UNNAMED}.jpg");
    let story = Story::new(&[("A1", &file, &Untold(OWN)), ("A2", &file, &Untold(OTHER)), ("A3", &file, &Paper)]);
    let before = story.audit("before", None);
    assert_eq!(used(&before), [0, 3]);
    for id in ["A1", "A2"] {
        let told = flags(&before, id);
        assert!(has(&told, "material-unknown", "") && has(&told, "material-missing", "毕业证书"), "{told:?}");
        assert_eq!(read(&finding(&before, id), "diploma.name").0, "", "nothing tells that it is a diploma");
    }

    let said: Vec<Value> = ["A1", "A2"].iter().map(|id| assign(1, &before, id, "毕业证书")).collect();
    let record = story.record("record.jsonl", &said);
    let after = story.audit("after", Some(&record));
    assert_eq!(used(&after), [1, 2], "only those that were assigned are read");
    let names = ["A1", "A2"].map(|id| read(&finding(&after, id), "diploma.name"));
    assert_eq!(names[0], ("read".to_owned(), "周文斌".to_owned()));
    assert!(names[1].0 == "read" && names[1].1 != names[0].1, "{names:?}");
    for (id, mismatch) in [("A1", false), ("A2", true)] {
        let told = flags(&after, id);
        assert!(!has(&told, "material-unknown", "") && !has(&told, "material-missing", "毕业证书"), "{told:?}");
        assert_eq!(has(&told, "identity-name-mismatch", "毕业证书"), mismatch, "the rules see it: {told:?}");
        let finding = finding(&after, id);
        let page = &finding["documents"]["pages"][0];
        assert_eq!((&page["assigned"]["read"], &page["material"]), (&value!(true), &value!("diploma")));
    }
    assert_eq!(finding(&after, "A3"), finding(&before, "A3"), "of nobody else anything changes");

    let again = story.audit("again", Some(&record));
    assert_eq!(used(&again), [3, 0]);
    same(&again, &after, "from the store");
    let without = story.audit("without", None);
    assert_eq!(used(&without), [3, 0]);
    same(&without, &before, "without decisions");
    let other = story.record("other.jsonl", &[assign(1, &before, "A1", "上一级别证书")]);
    let other = story.audit("other", Some(&other));
    assert_eq!((used(&other), read(&finding(&other, "A1"), "diploma.name").0), ([2, 1], String::new()));

    same(&story.replay("replayed", &after, &record), &after, "judged again with the same record");
    let taken_back: Vec<Value> = said
        .iter()
        .cloned()
        .chain(["A1", "A2"].map(|id| entry(2, id, value!({ "kind": "withdraw", "what": "assign", "name": file }))))
        .collect();
    let back = story.replay("back", &after, &story.record("back.jsonl", &taken_back));
    for id in ["A1", "A2"] {
        let as_before =
            |run: &Path| ["facts", "documents", "flags", "verdict"].map(|key| finding(run, id)[key].clone());
        assert_eq!(as_before(&back), as_before(&before), "{id}: what was taken back leaves what was read");
    }

    // Without a picture it counts as a diploma, and its fields wait for the next audit.
    let counted = story.replay("counted", &before, &record);
    assert!(!has(&flags(&counted, "A1"), "material-missing", "毕业证书"));
    let one = finding(&counted, "A1");
    let assigned = &one["documents"]["pages"][0]["assigned"];
    assert_eq!((assigned["material"].as_str(), assigned.get("read")), (Some("diploma"), None));
    assert_eq!(read(&one, "diploma.name").0, "not_found");

    let correct = entry(
        3,
        "A1",
        value!({ "kind": "correct", "field": "diploma.name", "new": { "state": "read", "text": "周文武" } }),
    );
    let corrected = story.audit("corrected", Some(&story.record("corrected.jsonl", &[said[0].clone(), correct])));
    let one = finding(&corrected, "A1");
    let row = one["facts"].as_array().unwrap().iter().find(|r| r["field"] == "diploma.name").unwrap();
    assert_eq!(
        (&row["state"], &row["text"], &row["corrected"]["read"]["text"]),
        (&value!("corrected"), &value!("周文武"), &value!("周文斌")),
        "what people filled in goes before what is read"
    );
}

/// What is in the file, its ending, and the material that somebody says it is.
const HOSTILE: &[(&str, Put, &str, &str)] = &[
    ("a PDF of nothing as the photo", Bytes(b"%PDF-1.4\n%%EOF"), "pdf", "个人照片"),
    ("a form as the photo", Of(OWN, "学历承诺书.jpg"), "jpg", "个人照片"),
    ("a blank sheet as a letter", Paper, "jpg", "学历承诺书"),
    ("a blank sheet as the form", Paper, "jpg", "申报表"),
    ("a blank sheet as the diploma", Paper, "jpg", "毕业证书"),
    ("no picture as the diploma", Bytes(b"no picture"), "jpg", "毕业证书"),
    ("no picture as the form", Bytes(b"no picture"), "jpg", "申报表"),
];

#[test]
fn what_it_cannot_be_is_told_as_of_a_file_of_that_name() {
    let ids: Vec<[String; 2]> = (0..HOSTILE.len()).map(|n| [format!("N{n}"), format!("U{n}")]).collect();
    let files: Vec<[String; 2]> =
        HOSTILE.iter().map(|(_, _, end, name)| [format!("{name}.{end}"), format!("{UNNAMED}.{end}")]).collect();
    let all: Vec<(&str, &str, &Put)> = HOSTILE
        .iter()
        .zip(ids.iter().zip(&files))
        .flat_map(|((_, put, ..), (ids, files))| ids.iter().zip(files).map(move |(id, file)| (&**id, &**file, put)))
        .collect();
    let story = Story::new(&all);
    let before = story.audit("before", None);
    let said: Vec<Value> =
        ids.iter().zip(HOSTILE).map(|([_, unnamed], (.., document))| assign(1, &before, unnamed, document)).collect();
    let after = story.audit("after", Some(&story.record("record.jsonl", &said)));
    let mut seen = BTreeSet::new();
    for ([named, unnamed], (what, ..)) in ids.iter().zip(HOSTILE) {
        let told = flags(&after, named);
        assert_eq!(flags(&after, unnamed), told, "{what}");
        seen.extend(told.into_iter().map(|[rule, ..]| rule));
    }
    assert!(seen.contains("material-unreadable") && seen.iter().any(|rule| rule.starts_with("photo-")), "{seen:?}");
}
