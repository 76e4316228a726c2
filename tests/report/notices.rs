//! Notices for applicants: who gets one, what stands in it, and what never does. The documents are opened as archives
//! of XML.

use crate::fakes::{FakeTools, audit, batch, yushen};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use quick_xml::events::Event;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Two that are sent back or rejected, one of them with a reason made to do harm; one that passed; two whose verdict is
/// `reject`, of which one was accepted all the same.
const DECISIONS: &str = "submission_id,decision,rule,document,field,reason,who,until,decided_on,flags\r\n\
    20241500001,return,,,,1．申报表姓名与报名信息不一致，请核对后重新填写；2．请重新上传身份证。另有以下内容需人工核实：疑似涂改。,王审核,,2025-12-30,\r\n\
    20241500002,accept,,,,先前看错,李审核,,2025-12-29,\r\n\
    20241500002,reject,,,,\"<w:p/>&\u{1b}[31m ]]> _x0041_ 与 20241500001 王小丁、110101199003070038 相同\",李审核,,2025-12-30,\r\n\
    20241500003,accept,,,,,王审核,,2025-12-30,\r\n\
    20241500005,accept,,,,户口簿已看,王审核,,2025-12-30,\r\n";

struct Scene {
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { dir: tempfile::tempdir().unwrap() };
        batch(
            &scene.at("b"),
            &[
                ("20241500001", "name=王小丙\nregistered=王小丁"),
                ("20241500002", "name=赵乙"),
                ("20241500003", "name=钱甲"),
                ("20241500004", "name=孙丙\nregistered=孙炳"),
                ("20241500005", "name=周戊\nregistered=周午"),
            ],
        );
        audit(&FakeTools::default(), &scene.at("b"), &scene.at("out"), &[]);
        fs::write(scene.at("d.csv"), DECISIONS).unwrap();
        fs::write(scene.at("office.toml"), "office_name = \"北京市某某中心 & <分部>\"\n").unwrap();
        scene
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn notices(&self, more: &[&str]) -> (u8, String, String) {
        let (out, to) = (self.at("out"), self.at("notices"));
        let own = ["notices", out.to_str().unwrap(), "-o", to.to_str().unwrap(), "--date", "2026-01-05"];
        yushen(&FakeTools::default(), &[&own[..], more].concat())
    }

    fn with_decisions(&self, more: &[&str]) -> (u8, String, String) {
        let (decisions, office) = (self.at("d.csv"), self.at("office.toml"));
        let own = ["--decisions", decisions.to_str().unwrap(), "--office", office.to_str().unwrap()];
        self.notices(&[&own[..], more].concat())
    }

    fn written(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.at("notices")) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The document's paragraphs, after every part was found to be whole XML; and how many pictures it has.
fn opened(path: &Path) -> (Vec<String>, usize) {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let (mut paragraphs, mut pictures) = (Vec::new(), 0);
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name.ends_with(".jpeg") {
            assert!(image::load_from_memory(&bytes).is_ok(), "{name}");
            pictures += 1;
            continue;
        }
        let mut xml = quick_xml::Reader::from_str(std::str::from_utf8(&bytes).unwrap());
        let mut depth = 0;
        loop {
            match xml.read_event().unwrap_or_else(|e| panic!("{name}: {e}")) {
                Event::Eof => break,
                Event::Start(tag) => {
                    depth += 1;
                    if tag.name().as_ref() == "w:p" {
                        paragraphs.push(String::new());
                    }
                }
                Event::End(_) => depth -= 1,
                Event::Text(text) if name == "word/document.xml" && !paragraphs.is_empty() => {
                    paragraphs.last_mut().unwrap().push_str(&text);
                }
                Event::GeneralRef(reference) if !paragraphs.is_empty() => {
                    let entity = quick_xml::escape::resolve_xml_entity(&reference).unwrap();
                    paragraphs.last_mut().unwrap().push_str(entity);
                }
                _ => {}
            }
        }
        assert_eq!(depth, 0, "{name}");
    }
    (paragraphs.into_iter().filter(|p| !p.is_empty()).collect(), pictures)
}

#[test]
fn who_is_sent_back_gets_a_notice() {
    let scene = Scene::new();
    let (code, said, err) = scene.with_decisions(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(said.contains("退回通知 2 份") && !said.contains("拟稿"), "{said}");
    assert_eq!(scene.written(), ["退回通知-20241500001.docx", "退回通知-20241500002.docx"]);

    let (text, pictures) = opened(&scene.at("notices/退回通知-20241500001.docx"));
    assert_eq!(
        text,
        [
            "职业技能等级认定申报退回通知",
            "姓名",
            "王小丁",
            "报名编号",
            "20241500001",
            "职业",
            "互联网营销师",
            "级别",
            "四级/中级工",
            "申报条件",
            "第 2 条",
            "王小丁：",
            "您提交的职业技能等级认定申报材料经审核存在以下问题，现予退回：",
            "1．申报表姓名与报名信息不一致，请核对后重新填写。",
            "2．请重新上传身份证。",
            "请更正后重新提交以下材料：",
            "申报表：更正报名信息，或重新提交与证件一致的材料。",
            "特此通知。",
            "北京市某某中心 & <分部>",
            "2026年1月5日",
        ]
    );
    assert_eq!(pictures, 0, "no report was made of a form that is no picture");
}

#[test]
fn nothing_acts_and_nobody_else_is_named() {
    let scene = Scene::new();
    scene.with_decisions(&[]);
    let (text, _) = opened(&scene.at("notices/退回通知-20241500002.docx"));
    assert_eq!(text[0], "职业技能等级认定申报驳回通知");
    let reason = "<w:p/>&<U+001B>[31m ]]> _x0041_ 与 其他报名 他人、（号码略） 相同。";
    assert!(text.iter().any(|p| p == reason), "{text:#?}");
}

#[test]
fn a_draft_is_called_one() {
    let scene = Scene::new();
    let (_, said, _) = scene.with_decisions(&["--proposed"]);
    assert!(said.contains("退回通知 3 份") && said.contains("其中 1 份尚无审核决定"), "{said}");
    let (text, _) = opened(&scene.at("notices/退回通知-20241500004.docx"));
    assert_eq!(text[0], "预审拟稿，经审核人员确认后发出");
    assert!(text.contains(&"申报表姓名与报名信息不一致，请核对后重新填写。".to_owned()), "{text:#?}");
    // Accepted by a person, whatever the verdict.
    assert!(!scene.written().contains(&"退回通知-20241500005.docx".to_owned()));

    let (_, said, _) = scene.notices(&[]);
    assert!(said.contains("退回通知 0 份") && said.contains("另有 3 份以前生成的通知"), "{said}");
}

#[test]
fn while_two_people_contradict_each_other_nothing_is_sent() {
    let scene = Scene::new();
    fs::write(scene.at("d.csv"), DECISIONS.to_owned() + "20241500002,accept,,,,,王审核,,2025-12-28,\r\n").unwrap();
    let (code, said, err) = scene.with_decisions(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(said.contains("退回通知 1 份") && said.contains("另有 1 份的审核决定互相矛盾"), "{said}");
    assert_eq!(scene.written(), ["退回通知-20241500001.docx"]);
}

#[test]
fn one_submission_may_be_named() {
    let scene = Scene::new();
    assert_eq!(scene.with_decisions(&["--submission", "20241500002"]).0, 0);
    assert_eq!(scene.written(), ["退回通知-20241500002.docx"]);
    for id in ["20241500003", "20249999999"] {
        let (code, _, err) = scene.with_decisions(&["--submission", id]);
        assert_eq!(code, 2);
        assert!(err.contains(&format!("submission {id} gets no notice")), "{err}");
    }
}

#[test]
fn places_of_ones_own_papers_are_shown() {
    let scene = Scene::new();
    let hash = {
        use sha2::Digest as _;
        sha2::Sha256::digest(fs::read(scene.at("b/20241500001/form.txt")).unwrap())
    };
    let hash: String = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let crop = scene.at("out/report/crops").join(format!("{hash}-1-1-10-20-300-48-t1.jpg"));
    let mut bytes = Vec::new();
    let picture = RgbImage::from_pixel(400, 100, Rgb([230; 3]));
    JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
    fs::write(&crop, &bytes).unwrap();
    scene.with_decisions(&[]);
    let (text, pictures) = opened(&scene.at("notices/退回通知-20241500001.docx"));
    assert_eq!(pictures, 1);
    assert!(text.contains(&"图 1　申报表".to_owned()), "{text:#?}");

    // A crop that is no picture is left out, and the notice is written.
    fs::write(&crop, b"\xff\xd8\xff<html>").unwrap();
    assert_eq!(scene.with_decisions(&[]).0, 0);
    assert_eq!(opened(&scene.at("notices/退回通知-20241500001.docx")).1, 0);
}

#[test]
fn the_same_notice_is_the_same_bytes() {
    let scene = Scene::new();
    scene.with_decisions(&[]);
    let path = scene.at("notices/退回通知-20241500001.docx");
    let first = fs::read(&path).unwrap();
    scene.with_decisions(&[]);
    assert!(first == fs::read(&path).unwrap());
}
