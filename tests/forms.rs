//! `yushen forms`: what is listed and shown of a form, which files are refused and where, and what is proposed from an empty
//! page.

mod outputs;

use outputs::binary;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn yushen(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(binary());
    command.current_dir(folder).args(["--no-config", "forms"]).args(arguments);
    let done = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

#[test]
fn every_form_is_listed_and_shown() {
    let loaded = yushen::packs::embedded().unwrap();
    let (code, list, _) = yushen(&root(), &["list", "--lang", "en"]);
    assert_eq!((code, list.lines().count()), (Some(0), loaded.packs.forms.len()));
    assert_eq!(yushen(&root(), &["list", "--lang", "en", "--rules", "rules"]).1, list, "folder and binary");
    for form in &loaded.packs.forms {
        let line = list.lines().find(|l| l.starts_with(&format!("{} ", form.id))).unwrap();
        for part in [form.title(), form.material.name(), &format!("{} fields", form.fields().len())] {
            assert!(line.contains(part), "{part} in {line}");
        }
        let shown = yushen(&root(), &["show", &form.id]).1;
        for field in form.fields() {
            assert!(shown.contains(&format!("    {} ", field.field.name)), "{} in\n{shown}", field.field.name);
        }
        assert!(form.labels().all(|label| shown.contains(label)), "{shown}");
        assert_eq!(yushen(&root(), &["show", form.title()]).1, shown, "by its title");
        let file = format!("rules/forms/{}.toml", form.id);
        assert_eq!(yushen(&root(), &["show", &file]).1, shown, "by its file");
    }
}

#[test]
fn a_form_as_it_is_shown() {
    insta::assert_snapshot!("show_zh", yushen(&root(), &["show", "beijing-application-form"]).1);
    insta::assert_snapshot!("show_en", yushen(&root(), &["show", "beijing-training-letter", "--lang", "en"]).1);
    let (code, out, err) = yushen(&root(), &["show", "no-such-form"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.starts_with("yushen: no form \"no-such-form\", and no file of that name; there is "), "{err}");
}

/// A form of one cell and one line, with something else in its place.
const GOOD: &str = "id = \"a\"\nmaterial = \"申报表\"\ntitles = [\"甲市申报表\"]\n\n[[part]]\nlabels = [\"姓名\"]\nfield = \"name\"\n\n\
    [[part]]\nline = \"签名：{signature:name}{signed_on:date}\"\n";

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut told = String::new();
    for (find, replace) in [
        ("", ""),
        ("id = \"a\"", "id = \"b\""),
        ("field = \"name\"", "feild = \"name\""),
        ("field = \"name\"", "field = \"nmae\""),
        ("field = \"name\"", "field = \"name\"\ntype = \"month\""),
        ("field = \"name\"", "field = \"name\"\ntype = \"nmae\""),
        ("{signature:name}", "{signature:name"),
        ("{signature:name}", "{signature:hours}"),
        ("[[part]]\nline", "[[part]]\nlabels = [\"姓名\"]\n\n[[part]]\nline"),
        ("申报表\"\ntitles", "身份证人像面\"\ntitles"),
        ("titles = [\"甲市申报表\"]", "titles = []"),
        ("field = \"name\"", "field = \"name\" # ? 请核对"),
        ("姓名", "姓名# ?"),
    ] {
        fs::write(dir.path().join("a.toml"), GOOD.replacen(find, replace, 1)).unwrap();
        let (code, out, err) = yushen(dir.path(), &["check", "a.toml"]);
        assert_eq!(code, Some(if err.is_empty() { 0 } else { 2 }), "{replace}: {out}{err}");
        let out = out.lines().filter(|l| !l.contains("sha256")).collect::<Vec<_>>().join("\n");
        told += &format!("{find:?} → {replace:?}\n    {}\n", (out + &err).trim_end().replace('\n', "\n    "));
    }
    insta::assert_snapshot!("check", told);
}

#[test]
fn forms_that_cannot_be_told_apart_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    fs::write(folder.join("a.toml"), GOOD).unwrap();
    fs::write(folder.join("b.toml"), GOOD.replace("\"a\"", "\"b\"")).unwrap();
    let refused = |arguments: &[&str], want: &str| {
        let (code, _, err) = yushen(folder, arguments);
        assert!(code == Some(2) && err.contains(want), "{arguments:?}: {err}");
    };
    refused(&["check", "."], "forms/b.toml: cannot be told from a: both have the title \"甲市申报表\"");
    refused(&["check", "a.toml", "./a.toml"], "the form a is given a second time, also as a.toml");
    // A form of its own beside the rules' forms, and with the title of one.
    let rules = root().join("rules").display().to_string();
    assert_eq!(yushen(folder, &["check", "a.toml", "--rules", &rules]).0, Some(0));
    fs::write(folder.join("a.toml"), GOOD.replace("甲市申报表", "工作承诺书")).unwrap();
    refused(
        &["check", "a.toml", "--rules", &rules],
        "is the title of beijing-intent-letter, which is another material",
    );
    let empty = folder.join("empty");
    fs::create_dir(&empty).unwrap();
    refused(&["check", "empty"], "no form: a folder of forms holds a .toml file for each");
    refused(&["check", "none.toml"], "cannot be read");
    assert!(yushen(&root(), &["check"]).1.ends_with("forms: no defect found\n"));
}

/// Deletes the questions, as a person does who has answered them.
fn answered(draft: &str) -> String {
    let lines = draft.lines().filter(|l| !l.starts_with("# ?"));
    lines.map(|l| l.split("  # ?").next().unwrap_or(l).to_owned() + "\n").collect()
}

#[test]
fn an_empty_page_becomes_a_draft_that_asks() {
    let dir = tempfile::tempdir().unwrap();
    for blank in ["application-form", "work-letter"] {
        let picture = root().join(format!("fixtures/forms/blank/{blank}.jpg")).display().to_string();
        let file = format!("new-{blank}.toml");
        let (code, out, err) = yushen(dir.path(), &["draft", &picture, "-o", &file, "--lang", "zh"]);
        assert_eq!(code, Some(0), "{err}");
        let draft = fs::read_to_string(dir.path().join(&file)).unwrap();
        insta::assert_snapshot!(format!("draft_{blank}"), format!("{out}\n{draft}"));
        let asks = draft.contains("# ?");
        let (code, _, err) = yushen(dir.path(), &["check", &file]);
        assert!(
            code == Some(if asks { 2 } else { 0 }) && err.contains("a question of the draft is open") == asks,
            "{err}"
        );
        fs::write(dir.path().join(&file), answered(&draft)).unwrap();
        assert_eq!(yushen(dir.path(), &["check", &file]).0, Some(0), "{draft}");
        let (code, _, err) = yushen(dir.path(), &["draft", &picture, "-o", &file]);
        assert!(code == Some(2) && err.contains("is there already"), "{err}");
    }
}

#[test]
fn what_is_no_form_is_no_draft() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    fs::write(folder.join("no-picture.jpg"), "甲").unwrap();
    fs::write(folder.join("empty.pdf"), "").unwrap();
    image::GrayImage::from_pixel(600, 850, image::Luma([245])).save(folder.join("white.png")).unwrap();
    // A picture that claims more pixels than any machine has memory for.
    let mut huge = fs::read(folder.join("white.png")).unwrap();
    huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    fs::write(folder.join("huge.png"), huge).unwrap();
    let noise = image::GrayImage::from_fn(900, 1200, |x, y| image::Luma([(x * 7919 + y * 104_729 + x * y) as u8]));
    noise.save(folder.join("noise.png")).unwrap();
    let mut photos: Vec<PathBuf> =
        fs::read_dir(root().join("fixtures/photos")).unwrap().map(|e| e.unwrap().path()).collect();
    photos.retain(|p| p.extension().is_some_and(|e| e == "jpg"));
    photos.sort();
    fs::copy(&photos[0], folder.join("face.jpg")).unwrap();
    for name in ["no-picture.jpg", "empty.pdf", "white.png", "huge.png", "noise.png", "face.jpg", "none.jpg"] {
        let (code, out, err) = yushen(folder, &["draft", name, "-o", "draft.toml"]);
        assert!(code == Some(2) && out.is_empty() && err.lines().count() == 1, "{name}: {out}{err}");
        assert!(!folder.join("draft.toml").exists(), "{name}");
    }
    let (_, _, err) = yushen(folder, &["draft", "white.png", "-o", "draft.txt"]);
    assert!(err.contains("a form's file is named after its id: give --out draft.toml"), "{err}");
    let (_, _, err) = yushen(folder, &["draft", "white.png", "-o", "draft.toml", "--material", "身份证人像面"]);
    assert!(err.contains("身份证人像面 is not filled in on a form of its own"), "{err}");
}
