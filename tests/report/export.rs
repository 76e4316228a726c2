//! Results in a platform's own import template: what is filled in, what stays byte for byte, and what is refused.

use crate::fakes::{FakeTools, audit, batch, yushen};
use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{DataValidation, Format, Formula, Workbook};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use yushen::packs;
use yushen::report::template::{Filled, Filling, TemplateError, fill};
use yushen::vocabulary::settings::LimitSettings;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn limits() -> LimitSettings {
    packs::embedded().unwrap().settings.limits
}

fn headings() -> Vec<String> {
    ["报名编号", "审核结果", "审核意见"].map(ToOwned::to_owned).to_vec()
}

fn rows(list: &[[&str; 3]]) -> Vec<Vec<String>> {
    list.iter().map(|r| r.map(ToOwned::to_owned).to_vec()).collect()
}

fn filled(template: &[u8], list: &[[&str; 3]]) -> Result<Filled, TemplateError> {
    let (headings, rows) = (headings(), rows(list));
    fill(template, &Filling { sheet: None, headings: &headings, id: 0, rows: &rows }, &limits())
}

/// A template as a platform hands it out: a page of instructions, formats, a list to choose from, a formula, and rows.
fn template(ids: &[&str]) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("填写说明").unwrap().write_string(0, 0, "请勿改动表头").unwrap();
    let sheet = book.add_worksheet();
    let red = Format::new().set_background_color("FFDDDD").set_num_format("@");
    sheet.set_name("导入").unwrap().write_string(0, 0, "审核结果导入表").unwrap();
    for (place, head) in ["序号", "★报名编号", "姓名", "审核结果（必填）", "审核意见", "合计"].into_iter().enumerate()
    {
        sheet.write_string(1, u16::try_from(place).unwrap(), head).unwrap();
    }
    for (i, id) in (2..).zip(ids) {
        sheet.write_number(i, 0, i - 1).unwrap().write_string(i, 1, *id).unwrap();
        sheet.write_string(i, 2, "原有").unwrap().write_blank(i, 3, &red).unwrap();
        sheet.write_formula(i, 5, Formula::new(format!("LEN(E{})", i + 1))).unwrap();
    }
    let choice = DataValidation::new().allow_list_strings(&["通过", "不通过"]).unwrap();
    sheet.add_data_validation(2, 3, 999, 3, &choice).unwrap();
    book.save_to_buffer().unwrap()
}

fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |i| {
        let mut entry = zip.by_index(i).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.name().unwrap().into_owned(), bytes)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(&mut part).collect()
}

/// A sheet's XML without the cells of these columns and what says how far it reaches.
fn without(xml: &[u8], columns: &[&str]) -> String {
    let mut text = String::from_utf8(xml.to_vec()).unwrap();
    for column in columns {
        for row in 3..20 {
            let cell = format!("<c r=\"{column}{row}\"");
            if let Some(from) = text.find(&cell) {
                let rest = &text[from..];
                let tag = rest.find('>').unwrap() + 1;
                let to = if rest[..tag].ends_with("/>") { tag } else { rest.find("</c>").unwrap() + 4 };
                text.replace_range(from..from + to, "");
            }
        }
    }
    text
}

fn cell(bytes: &[u8], place: (usize, usize)) -> Data {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("导入").unwrap();
    range.get_value((u32::try_from(place.0).unwrap(), u32::try_from(place.1).unwrap())).cloned().unwrap_or(Data::Empty)
}

#[test]
fn rows_are_filled_and_all_else_stays_byte_for_byte() {
    let before = template(&["20241500002", "20241500009", "110101199003070011"]);
    let done = filled(
        &before,
        &[
            ["20241500001", "通过", ""],
            ["20241500002", "不通过", "=cmd|' /C calc'!A0"],
            ["110101199003070011", "通过", "110101199003070011"],
        ],
    )
    .unwrap();
    assert_eq!((done.sheet.as_str(), done.filled, done.appended, done.formulas), ("导入", 2, 0, true));
    assert_eq!((done.unknown, done.absent), (vec!["20241500009".to_owned()], vec!["20241500001".to_owned()]));

    let (old, new) = (parts(&before), parts(&done.bytes));
    assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
    let changed: Vec<&String> = old.keys().filter(|name| old[*name] != new[*name]).collect();
    assert_eq!(changed, ["xl/worksheets/sheet2.xml"]);
    let sheet = "xl/worksheets/sheet2.xml";
    assert_eq!(
        without(&old[sheet], &["D", "E"]),
        without(&new[sheet], &["D", "E"]),
        "all but the cells of our headings"
    );

    for (place, expected) in [
        ((2, 1), "20241500002"),
        ((2, 3), "不通过"),
        ((2, 4), "=cmd|' /C calc'!A0"),
        ((4, 3), "通过"),
        ((4, 4), "110101199003070011"),
        ((2, 2), "原有"),
    ] {
        assert_eq!(cell(&done.bytes, place), Data::String(expected.into()), "{place:?}");
    }
    assert_eq!(cell(&done.bytes, (3, 3)), Data::Empty, "nothing is known of that row");
    let mut book = Xlsx::new(Cursor::new(&done.bytes)).unwrap();
    let formulas = book.worksheet_formula("导入").unwrap();
    assert_eq!(formulas.used_cells().count(), 3, "theirs are there, and no value became one");
    // The format of the cell that was there.
    let style = |xml: &[u8]| {
        let text = String::from_utf8(xml.to_vec()).unwrap();
        text.split("<c r=\"D3\" s=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(style(&old[sheet]), style(&new[sheet]));
}

#[test]
fn an_empty_template_gets_all_rows_in_our_order() {
    let before = template(&[]);
    let done =
        filled(&before, &[["B", "通过", ""], ["A", "不通过", "照片\u{1b}[31m不清_x0041_"], ["C", "", ""]]).unwrap();
    assert_eq!((done.filled, done.appended, done.unknown.len(), done.absent.len()), (0, 3, 0, 0));
    for (place, expected) in
        [((2, 1), "B"), ((3, 1), "A"), ((4, 1), "C"), ((3, 3), "不通过"), ((3, 4), "照片<U+001B>[31m不清_x0041_")]
    {
        assert_eq!(cell(&done.bytes, place), Data::String(expected.into()), "{place:?}");
    }
    let (old, new) = (parts(&before), parts(&done.bytes));
    let sheet = String::from_utf8(new["xl/worksheets/sheet2.xml"].clone()).unwrap();
    assert!(sheet.contains("<dimension ref=\"A1:F5\"/>"), "{sheet}");
    assert!(old.iter().all(|(name, bytes)| name.ends_with("sheet2.xml") || new[name] == *bytes));
}

/// A workbook of one sheet, put together by hand.
fn by_hand(sheet: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    for (name, text) in [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>".to_owned(),
        ),
        ("_rels/.rels", format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{kind}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")),
        ("xl/workbook.xml", format!("<workbook xmlns=\"{main}\" xmlns:r=\"{kind}\"><sheets><sheet name=\"导入\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{kind}/worksheet\" Target=\"worksheets/Sheet1.xml\"/></Relationships>")),
        ("xl/worksheets/sheet1.xml", sheet.replace("MAIN", main)),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Sheets as other programs write them, and the same sheets filled in.
#[test]
fn every_way_to_write_a_sheet_is_understood() {
    let text = |at: &str, p: &str, value: &str| {
        format!("<{p}c r=\"{at}\" t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{value}</{p}t></{p}is></{p}c>")
    };
    let plain = |s: &str| format!("<c t=\"inlineStr\"><is><t>{s}</t></is></c>");
    let heads = format!("<row>{}{}{}</row>", plain("报名编号"), plain("审核结果"), plain("审核意见"));
    let around = |rows: &str| format!("<worksheet xmlns=\"MAIN\"><sheetData>{heads}{rows}</sheetData></worksheet>");
    for (name, before, after) in [
        (
            "neither rows nor cells say where they are",
            around(&format!("<row>{}<c/><c/></row>", plain("A"))),
            around(&format!("<row>{}{}{}</row>", plain("A"), text("B2", "", "通过"), text("C2", "", "好"))),
        ),
        (
            "cells are missing, and a row says how far it reaches",
            around(&format!("<row r=\"2\" spans=\"1:1\" s=\"7\" customFormat=\"1\">{}</row>", plain("A"))),
            around(&format!(
                "<row r=\"2\" spans=\"1:3\" s=\"7\" customFormat=\"1\">{}{}{}</row>",
                plain("A"),
                text("B2", "", "通过").replace("\" t=", "\" s=\"7\" t="),
                text("C2", "", "好").replace("\" t=", "\" s=\"7\" t=")
            )),
        ),
        (
            "empty rows keep their formats, later rows their place",
            around("<row r=\"2\" ht=\"30\"/><row r=\"5\"><c r=\"H5\" s=\"3\"/></row>"),
            around(&format!(
                "<row r=\"2\" ht=\"30\">{}{}{}</row><row r=\"5\"><c r=\"H5\" s=\"3\"/></row>",
                text("A2", "", "A"),
                text("B2", "", "通过"),
                text("C2", "", "好")
            )),
        ),
        (
            "a number is an id, and an unknown one stays",
            around("<row r=\"9\"><c r=\"A9\"><v>7.0</v></c></row><row r=\"12\"><c r=\"A12\"><v>8</v></c></row>"),
            around("<row r=\"9\"><c r=\"A9\"><v>7.0</v></c>BC9</row><row r=\"12\"><c r=\"A12\"><v>8</v></c></row>")
                .replace("BC9", &(text("B9", "", "是") + &text("C9", "", "七"))),
        ),
    ] {
        for (begin, p) in [("", ""), ("\u{feff}<?xml version=\"1.0\"?>\n<!-- 说明 > -->", ""), ("", "x:")] {
            let with = |s: &str| {
                let s = if p.is_empty() {
                    s.to_owned()
                } else {
                    s.replace("</", "\u{1}").replace('<', "<x:").replace('\u{1}', "</x:").replace("xmlns=", "xmlns:x=")
                };
                format!("{begin}{s}").replace("<x:!", "<!")
            };
            let template = by_hand(&with(&before));
            let done = filled(
                &template,
                &[["A", "通过", "好"], ["7", "是", "七"]][..if after.contains('七') { 2 } else { 1 }],
            )
            .unwrap_or_else(|e| panic!("{name}: {e}"));
            let found = String::from_utf8(parts(&done.bytes)["xl/worksheets/sheet1.xml"].clone()).unwrap();
            let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
            assert_eq!(found, with(&after).replace("MAIN", main), "{name} {p}");
        }
    }
}

#[test]
fn templates_that_cannot_be_used_say_why() {
    let good = template(&["A"]);
    let mut formula = Workbook::new();
    let sheet = formula.add_worksheet();
    for (place, head) in (0..).zip(headings()) {
        sheet.write_string(0, place, head).unwrap();
    }
    sheet.write_string(1, 0, "A").unwrap().write_formula(1, 1, Formula::new("1+1")).unwrap();
    let formula = formula.save_to_buffer().unwrap();
    let sheet = |rows: &str| by_hand(&format!("<worksheet xmlns=\"MAIN\"><sheetData>{rows}</sheetData></worksheet>"));
    let head = |s: &str| format!("<c t=\"inlineStr\"><is><t>{s}</t></is></c>");
    let all: String = headings().iter().map(|h| head(h)).collect();
    let rows: String = (2..30).map(|r| format!("<row r=\"{r}\"><c r=\"A{r}\"/></row>")).collect();
    let mut bomb = sheet(&format!("<row>{all}</row>"));
    {
        let mut zip = ZipWriter::new_append(Cursor::new(&mut bomb)).unwrap();
        zip.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<sst>").unwrap();
        (0..64).for_each(|_| zip.write_all(&vec![b' '; 1 << 16]).unwrap());
        zip.finish().unwrap();
    }
    let small =
        LimitSettings { max_table_unpacked_bytes: 1 << 20, max_table_rows: 20, max_table_cell_chars: 100, ..limits() };
    for (name, bytes, said) in [
        ("an old workbook", &b"\xd0\xcf\x11\xe0 and so on"[..], "no whole .xlsx workbook"),
        ("half of one", &good[..good.len() / 2], "no whole .xlsx workbook"),
        ("a formula in our column", &formula, "cell B2 of \"Sheet1\" holds a formula"),
        (
            "a heading missing",
            &sheet(&format!("<row>{}</row>", head("报名编号"))),
            "missing in \"导入\": 审核结果, 审核意见",
        ),
        (
            "a heading twice",
            &sheet(&format!("<row>{all}{}</row>", head("*审核结果"))),
            "stands twice, in columns B and D",
        ),
        ("too many rows", &sheet(&format!("<row>{all}</row>{rows}")), "over 20 rows, max_table_rows"),
        (
            "one text without end",
            &sheet(&format!("<row>{all}{}</row>", head(&"长".repeat(40_000)))),
            "max_table_cell_chars",
        ),
        ("a bomb", &bomb, "max_table"),
        ("damaged XML", &sheet(&format!("<row>{all}</row><row><c></row>")), "is damaged"),
    ] {
        let (headings, rows) = (headings(), self::rows(&[["A", "通过", ""]]));
        let filling = Filling { sheet: None, headings: &headings, id: 0, rows: &rows };
        let error = fill(bytes, &filling, &small).expect_err(name).to_string();
        assert!(error.contains(said), "{name}: {error}");
    }
}

const OFFICE: &str = "[template.columns]\n\"报名编号\" = \"id\"\n\"审核结果\" = \"decision\"\n\"审核意见\" = \"reason\"\n\
    \"姓名\" = \"applicant_name\"\n[template.decisions]\naccept = \"审核通过\"\n";

#[test]
fn a_run_goes_into_the_template() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let run = |more: &[&str], office: &str, out: &str| {
        fs::write(at("office.toml"), office).unwrap();
        let paths = [at("out"), at("t.xlsx"), at("office.toml"), at(out)].map(|p| p.to_str().unwrap().to_owned());
        let own = ["export", &paths[0], "--template", &paths[1], "--mapping", &paths[2], "-o", &paths[3]];
        yushen(&FakeTools::default(), &[&own[..], more].concat())
    };
    batch(&at("b"), &[("A", "name=甲"), ("B", "name=乙"), ("C", "name=丙\nregistered=丁")]);
    audit(&FakeTools::default(), &at("b"), &at("out"), &[]);
    fs::write(at("t.xlsx"), template(&["A", "C", "Z"])).unwrap();
    fs::write(
        at("d.csv"),
        "submission_id,decision,rule,document,field,reason,who,until\nA,accept,,,,,王审核,\nC,return,,,,请重填,王审核,\n",
    )
    .unwrap();
    let (code, said, err) = run(&["--decisions", at("d.csv").to_str().unwrap()], OFFICE, "r.xlsx");
    assert_eq!((code, err.as_str()), (0, ""));
    for line in ["工作表“导入”：填写 2 行，新增 0 行", "未作改动（1 个）：Z", "未写入（1 个）：B", "Ctrl+Alt+F9"]
    {
        assert!(said.contains(line), "{line} in {said}");
    }
    let bytes = fs::read(at("r.xlsx")).unwrap();
    for (place, expected) in [
        ((2, 3), "审核通过"),
        ((3, 3), "退回补正"),
        ((3, 4), "请重填"),
        ((3, 2), "丁"),
        ((2, 2), "甲"),
        ((4, 2), "原有"),
    ] {
        assert_eq!(cell(&bytes, place), Data::String(expected.into()), "{place:?}");
    }
    for (office, out, said) in [
        (
            OFFICE.replace("decision\"", "decisions\""),
            "r.xlsx",
            "office.toml:3: \"decisions\" is no value; write id, verdict",
        ),
        ("office_name = \"甲\"\n".to_owned(), "r.xlsx", "has no [template.columns]"),
        (OFFICE.to_owned(), "t.xlsx", "is the template itself"),
        (OFFICE.to_owned(), "r.xlsm", "the template ends in .xlsx"),
        (OFFICE.to_owned(), "nowhere/r.xlsx", "there is no folder"),
    ] {
        let (code, _, err) = run(&[], &office, out);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(said), "{said} in {err}");
    }
}
