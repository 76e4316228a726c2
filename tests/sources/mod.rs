//! From the source documents in `fixtures/sources/` to their tables as rows, for the tests that lay the packs beside
//! them.
//! Reads the sources only; what the packs say is not asked here.

#![allow(dead_code)] // each test binary uses its part

use std::fs;
use std::path::PathBuf;
use yushen::vocabulary::level::Level;
use yushen::vocabulary::text::normalise;

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One source document.
pub fn source(name: &str) -> String {
    let file = match name {
        "G2" => "000_530207b421b32eab.txt",
        "G1" => "002_72cf3e0511fa7adc.txt",
        "G4" => "003_455cb4bb8799563f.txt",
        "N24" => "004_2a3069a21d62eb2b.txt",
        // Written for the demonstration pack; no office's.
        "DEMO" => "invented/demo-province.txt",
        other => panic!("no source {other}"),
    };
    fs::read_to_string(root().join("fixtures/sources").join(file)).unwrap()
}

/// As the sources are compared: NFKC, without white space, markup and footnote marks, one shape of brackets and commas.
pub fn fold(text: &str) -> String {
    let mut plain = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            '①' | '②' | '③' | '*' => {}
            _ if !in_tag => plain.push(c),
            _ => {}
        }
    }
    normalise(&plain)
}

/// What stands between two marks, the first after `from`.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let at = text.find(start).unwrap_or_else(|| panic!("no {start:?}")) + start.len();
    let length = text[at..].find(end).unwrap_or_else(|| panic!("no {end:?} after {start:?}"));
    &text[at..at + length]
}

/// N24's 附件1, one occupation's part of it.
pub fn annex(occupation: &str) -> String {
    let text = source("N24");
    let start = text.find(&format!("职业名称\t{occupation}")).unwrap();
    let rest = &text[start + "职".len()..];
    let end = ["\n职业名称", "\n附件 2"].iter().filter_map(|m| rest.find(m)).min().unwrap();
    rest[..end].to_owned()
}

/// The rows of one occupation's table with cut cells joined again: level cell, condition, material cell, all folded.
pub fn annex_rows(occupation: &str) -> Vec<(Level, u8, String, String)> {
    let mut cells: Vec<[String; 3]> = Vec::new();
    for line in annex(occupation).lines().skip(2).filter(|l| l.contains('\t') && !l.starts_with("---")) {
        let columns: Vec<&str> = line.split('\t').collect();
        let last = columns.iter().skip(2).rev().find(|c| !c.trim().is_empty()).unwrap_or(&"");
        let row = [fold(columns[0]), fold(columns[1]), fold(last)];
        match cells.last_mut() {
            Some(open) if row[1].is_empty() || !open[1].ends_with('.') => {
                open.iter_mut().zip(row).for_each(|(o, r)| o.push_str(&r));
            }
            _ => cells.push(row),
        }
    }
    let mut out = Vec::new();
    let (mut level, mut number) = (None, 0);
    for [head, text, asks] in cells {
        if !head.is_empty() {
            let name = head.strip_prefix("具备以下条件之一者,可申报").unwrap_or_else(|| panic!("level cell {head}"));
            level = Some(Level::parse(name).unwrap_or_else(|| panic!("level {name}")));
            number = 0;
        }
        number += 1;
        out.push((level.unwrap(), number, text, asks));
    }
    out
}

/// 认定项目: occupation, job type, level, months.
pub fn calendar_rows() -> Vec<(String, Option<String>, Level, Vec<u8>)> {
    let text = source("N24");
    // Merged cells stand in the first of their rows; row 25 holds the second half of row 24's occupation.
    let table = between(&text, "认定月份\n", "二、认定评价方式");
    let mut expected: Vec<(String, Option<String>, Level, Vec<u8>)> = Vec::new();
    for line in table.lines().filter(|l| l.contains('\t')) {
        let c: Vec<&str> = line.split('\t').collect();
        assert_eq!(c[0].parse::<usize>().unwrap(), expected.len() + 1, "序号");
        let above = expected.last().cloned();
        let cell = |s: &str| fold(s);
        let occupation = match (c[0], cell(c[1])) {
            ("24", half) => half + "测试员",
            ("25", _) => above.as_ref().unwrap().0.clone(),
            (_, own) if own.is_empty() => above.as_ref().unwrap().0.clone(),
            (_, own) => own,
        };
        let job_type = match cell(c[2]).as_str() {
            "" => above.as_ref().unwrap().1.clone(),
            "--" => None,
            own => Some(own.to_owned()),
        };
        let months = match cell(c[4]).as_str() {
            "" => above.as_ref().unwrap().3.clone(),
            own => own.split(',').map(|m| m.parse().unwrap()).collect(),
        };
        expected.push((occupation, job_type, Level::parse(c[3]).unwrap(), months));
    }
    expected
}

/// Occupation, level, theory, skill, review, total.
pub type FeeRow = (&'static str, Level, u32, u32, Option<u32>, u32);

/// 收费标准: occupation, level, 理论知识, 操作技能, 综合评审, 合计; yuan.
pub fn fee_rows() -> Vec<FeeRow> {
    let text = source("N24");
    let mut expected = Vec::new();
    for occupation in ["电子商务师", "互联网营销师", "供应链管理师", "信息安全测试员"] {
        let part = text.split(&format!("2024 年{occupation}职业技能等级认定")).nth(1).unwrap();
        for line in part.split("2024 年").next().unwrap().lines().filter(|l| l.contains("级/")) {
            let c: Vec<&str> = line.split('\t').collect();
            let yuan = |s: &str| s.trim().parse::<u32>();
            expected.push((
                occupation,
                Level::parse(c[0]).unwrap(),
                yuan(c[1]).unwrap(),
                yuan(c[2]).unwrap(),
                yuan(c[3]).ok(),
                yuan(c[4]).unwrap(),
            ));
        }
    }
    expected
}
