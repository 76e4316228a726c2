//! `yushen inspect` through the binary: what is seen on a page, and whether writing is a given text, on small pictures
//! of `fixtures/inspect`.
//! Outcomes and places are asserted, not scores.

mod outputs;

use outputs::binary;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const BOOKS: &str = "今天上午我们去图书馆借了三本关于经济学的书。";
const CHILDREN: &str = "夏天的傍晚，孩子们在院子里追逐嬉戏，老人坐在树下乘凉。";
const TRUE: &str = "本人承诺以上信息真实、准确，如有虚假愿承担一切后果。";
const YEARS: &str = "累计从事本职业工作十年以上，经考核合格。";

/// Kind and position of the only difference.
type Only = Option<(&'static str, u64)>;

/// Picture, text, outcome, difference.
const CHECKS: [(&str, &str, &str, Only); 11] = [
    ("faithful_three_lines.jpg", BOOKS, "faithful", None),
    ("faithful_on_its_side.png", YEARS, "faithful", None),
    ("faithful_on_dark.jpg", "工作单位需填写全称", "faithful", None),
    ("faithful_one_line.jpg", "头像在照片水平居中偏上位置", "faithful", None),
    ("dropped.jpg", CHILDREN, "differs", Some(("dropped", 15))),
    ("changed.jpg", TRUE, "differs", Some(("changed", 21))),
    ("added.jpg", YEARS, "differs", Some(("added", 18))),
    // a wholly different text is no bad copy of this one
    ("faithful_three_lines.jpg", TRUE, "cannot_tell", None),
    ("blank.jpg", TRUE, "cannot_tell", None),
    ("ORIGIN.md", TRUE, "cannot_tell", None),
    ("no such picture.png", TRUE, "cannot_tell", None),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/inspect")
}

fn inspect(arguments: &[&str]) -> Output {
    Command::new(binary()).arg("inspect").args(arguments).output().expect("the binary starts")
}

fn rows(done: &Output) -> Vec<Value> {
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn writing_is_held_against_a_text() {
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list.tsv");
    let mut text = "图片\t应写文字\r\n".to_owned();
    for (file, expected, ..) in CHECKS {
        text.push_str(&format!("{}\t{expected}\r\n", fixtures().join(file).display()));
    }
    fs::write(&list, text).unwrap();
    let one = inspect(&["--expect-from", list.to_str().unwrap(), "--json", "--jobs", "1"]);
    let found = rows(&one);
    assert_eq!(found.len(), CHECKS.len());
    for (row, (file, expected, outcome, difference)) in found.iter().zip(CHECKS) {
        assert_eq!(
            (row["expected"].as_str(), row["outcome"].as_str()),
            (Some(expected), Some(outcome)),
            "{file}: {row}"
        );
        let differences = row["differences"].as_array().unwrap();
        let told: Vec<(&str, u64)> =
            differences.iter().map(|d| (d["kind"].as_str().unwrap(), d["position"].as_u64().unwrap())).collect();
        assert_eq!(told, difference.into_iter().collect::<Vec<_>>(), "{file}: {row}");
        assert!(differences.iter().all(|d| d["box"]["width"].as_u64().is_some_and(|w| w > 4)), "{file}: {row}");
        assert_eq!(
            row["gap"].is_null(),
            row["lines"].as_array().unwrap().is_empty(),
            "{file}: a gap without writing, or writing without a gap"
        );
        assert!(row["lines"].as_array().unwrap().is_empty() == row["why"].is_string(), "{file}: {row}");
    }
    let turned: Vec<u64> = found.iter().filter_map(|r| r["turned"].as_u64()).collect();
    assert_eq!(turned[..4], [0, 1, 0, 0], "quarter turns");
    let three = inspect(&["--expect-from", list.to_str().unwrap(), "--json", "--jobs", "3"]);
    assert!(one.stdout == three.stdout, "--jobs changes the output");
}

#[test]
fn other_writing_may_stand_beside_the_text_if_that_is_allowed() {
    let picture = fixtures().join("faithful_three_lines.jpg");
    let part = "我们去图书馆借了三本关于经济学";
    let strict = &rows(&inspect(&[picture.to_str().unwrap(), "--expect", part, "--json"]))[0];
    assert_ne!(strict["outcome"], "faithful", "{strict}");
    let within = &rows(&inspect(&[picture.to_str().unwrap(), "--expect", part, "--within", "--json"]))[0];
    assert_eq!(
        (within["outcome"].as_str(), within["before"].as_str()),
        (Some("faithful"), Some("今天上午")),
        "{within}"
    );
    let wrong = &rows(&inspect(&[
        picture.to_str().unwrap(),
        "--expect",
        "我们去图书馆还了三本关于经济学",
        "--within",
        "--json",
    ]))[0];
    assert_eq!(
        (wrong["outcome"].as_str(), wrong["differences"][0]["position"].as_u64()),
        (Some("differs"), Some(6)),
        "{wrong}"
    );
}

#[test]
fn a_form_is_shown_with_its_cells_and_drawn() {
    let dir = tempfile::tempdir().unwrap();
    let form = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/batch/20242400011/申报表.jpg");
    let drawn = dir.path().join("out.png");
    let seen = &rows(&inspect(&[form.to_str().unwrap(), "--json", "--annotate", drawn.to_str().unwrap()]))[0];
    assert_eq!(
        (seen["read_as"].as_str(), seen["format"].as_str(), seen["kind"].is_null()),
        (Some("application_form"), Some("jpeg"), true)
    );
    let page = &seen["pages"][0];
    assert_eq!((page["outcome"].as_str(), page["seen_as"]["kind"].as_str()), (Some("read"), Some("application_form")));
    let cells = page["cells"].as_array().unwrap().len();
    assert!((18..=32).contains(&cells), "{cells} cells");
    let fact = |field: &str| seen["facts"].as_array().unwrap().iter().find(|f| f["field"] == field).unwrap().clone();
    let name = fact("application_form.name");
    assert_eq!(
        (name["value"].as_str(), name["state"].as_str(), name["cell"].is_u64(), name["flat"].is_object()),
        (Some("吴文斌"), Some("read"), true, true),
        "{name}"
    );
    assert_eq!(fact("application_form.condition")["verified"]["outcome"], "faithful");
    let picture = image::open(&drawn).unwrap().into_rgb8();
    assert_eq!(page["flat_size"], serde_json::json!([picture.width(), picture.height()]));
    let [x, y] = ["x", "y"].map(|k| name["flat"][k].as_u64().unwrap() as u32);
    assert_eq!(*picture.get_pixel(x + 40, y), image::Rgb([0, 140, 60]), "the name's box is drawn, as surely read");
}

#[test]
fn what_cannot_be_told_is_said() {
    let picture = fixtures().join("faithful_three_lines.jpg");
    let seen = &rows(&inspect(&[picture.to_str().unwrap(), "--json"]))[0];
    assert!(seen["read_as"].is_null() && seen["facts"].as_array().unwrap().is_empty(), "{seen}");
    let lines = seen["pages"][0]["lines"].as_array().unwrap();
    assert!(
        lines.iter().any(|l| l["text"].as_str().is_some_and(|t| t.contains("关于"))),
        "its lines are shown all the same: {seen}"
    );
    let table = inspect(&[picture.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("看不出是哪种材料"));
}

#[test]
fn wrong_usage_is_2() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("own.png");
    fs::copy(fixtures().join("faithful_on_its_side.png"), &own).unwrap();
    let (before, own) = (fs::read(&own).unwrap(), own.to_str().unwrap());
    let latin = dir.path().join("list.tsv");
    fs::write(&latin, b"a.png\t\xc0\xdb\xbc\xc6").unwrap();
    for arguments in [
        &[][..],
        &["no such file.jpg"],
        &[own, "--kind", "护照"],
        &[own, "--expect", "，。"],
        &[own, "--expect", "字", "--annotate", own],
        &[own, "--expect", "字", "--expect-from", "list.tsv"],
        &[own, "--annotate", "out.jpg"],
        &["--expect-from", latin.to_str().unwrap()],
        &["--expect-from", "no such list.tsv"],
    ] {
        let done = inspect(arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&done.stdout));
        assert!(!done.stderr.is_empty(), "{arguments:?} says nothing");
    }
    assert!(fs::read(own).unwrap() == before, "the input was written to");
}
