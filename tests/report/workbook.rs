//! The workbook, opened again by another library: the same rows, values and kinds of cells as the CSV files, ids in words
//! too, and laid out to be printed.

use crate::fakes::{FakeTools, audit, batch};
use calamine::{Data, Reader as _, Xlsx, open_workbook};
use std::fs;
use std::path::Path;
use yushen::report::cell::plain;
use yushen::report::columns::{Column, Kind};
use yushen::report::flags_csv::FlagRow;
use yushen::report::submissions_csv::SubmissionRow;

fn run(dir: &Path) -> std::path::PathBuf {
    let (root, out) = (dir.join("b"), dir.join("out"));
    batch(
        &root,
        &[
            ("0012", "name=甲"),
            ("=1+1", ""),
            ("20241500001", "name==cmd|' /C calc'!A0\nregistered=+1"),
            ("换行", "name=110101199003070011\nregistered=1E5"),
            ("D", "panic=read"),
        ],
    );
    audit(&FakeTools { orphan: Some("孤行"), ..FakeTools::default() }, &root, &out, &["--xlsx"]);
    out
}

/// Ids of this run, and what they are in words.
const WORDS: [(&str, &str); 9] = [
    ("reject", "建议驳回"),
    ("review", "需人工复核"),
    ("note", "提示"),
    ("identity-name-mismatch", "姓名不一致"),
    ("internal-error", "工具内部错误"),
    ("reading-doubtful", "字迹需人工确认"),
    ("registration-orphan", "有报名信息无材料"),
    ("input-refused", "文件被拒绝读取"),
    ("name", "姓名"),
];

#[test]
fn it_says_what_the_csv_files_say() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let mut book: Xlsx<_> = open_workbook(out.join("预审结果.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["申报", "问题", "统计"]);
    /// Head, kind, and head of the words that stand in its place.
    fn kinds<Row>(columns: &[Column<Row>]) -> Vec<(&'static str, Kind, Option<&'static str>)> {
        columns.iter().map(|c| (c.words.map_or(c.zh, |w| w.ids()), c.kind, c.words.map(|_| c.zh))).collect()
    }
    for (sheet, file, columns) in
        [("申报", "submissions.csv", kinds(SubmissionRow::COLUMNS)), ("问题", "flags.csv", kinds(FlagRow::COLUMNS))]
    {
        let range = book.worksheet_range(sheet).unwrap();
        let mut reader = csv::Reader::from_path(out.join(file)).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        assert_eq!(range.height(), rows.len() + 1, "{sheet}");
        assert!(rows.len() > 4);
        for (y, row) in rows.iter().enumerate() {
            for (x, (column, kind, words)) in columns.iter().enumerate() {
                let place = |head: &str| {
                    (0..range.width()).find(|at| range.get((0, *at)) == Some(&Data::String(head.into()))).unwrap()
                };
                let cell = range.get((y + 1, place(column))).cloned().unwrap_or(Data::Empty);
                let said = plain(&row[x]);
                let same = match &cell {
                    Data::Empty => said.is_empty(),
                    Data::String(text) => text == said && (*kind != Kind::Number || text.is_empty()),
                    Data::Float(n) => *kind == Kind::Number && said.parse::<f64>() == Ok(*n),
                    _ => false,
                };
                assert!(same, "{sheet} {column} row {y}: {cell:?} and {said:?}");
                let said_in_words =
                    words.map(|head| range.get((y + 1, place(head))).map_or_else(String::new, ToString::to_string));
                let expected = WORDS.iter().find(|(id, _)| *id == said).map_or(said, |(_, words)| words);
                assert!(said_in_words.is_none_or(|w| w == expected), "{sheet} {column} row {y}: {said:?} in words");
            }
        }
        let formulas = book.worksheet_formula(sheet).unwrap();
        assert!(formulas.used_cells().next().is_none(), "nothing is a formula");
    }
    let statistics = book.worksheet_range("统计").unwrap();
    let total: f64 = (1..=3).filter_map(|y| statistics.get((y, 1)).and_then(calamine::DataType::as_f64)).sum();
    assert_eq!(total, 6.0, "all submissions");
}

#[test]
fn it_is_laid_out_for_paper() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let mut zip = zip::ZipArchive::new(fs::File::open(out.join("预审结果.xlsx")).unwrap()).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    for sheet in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        let text = part(sheet);
        for said in [
            "<pageSetUpPr fitToPage=\"1\"/>",
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "第 &amp;P 页",
        ] {
            assert!(text.contains(said), "{sheet}: {said}");
        }
        // What is printed fits a page at three quarters of full size, as far as columns may be narrow.
        let widths = text
            .split("<col ")
            .skip(1)
            .filter_map(|c| c.split("width=\"").nth(1)?.split('"').next()?.parse::<f64>().ok());
        assert!(widths.clone().count() > 10 && widths.fold(0.0, f64::max) < 65.0, "{sheet}");
    }
    let names = part("xl/workbook.xml");
    for defined in ["_xlnm.Print_Titles", "申报!$1:$1", "问题!$1:$1", "_xlnm.Print_Area"] {
        assert!(names.contains(defined), "{defined} in {names}");
    }
}

#[test]
fn it_is_the_same_bytes_again() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let first = fs::read(out.join("预审结果.xlsx")).unwrap();
    let (code, _, err) = crate::fakes::yushen(&FakeTools::default(), &["report", out.to_str().unwrap(), "--xlsx"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(first == fs::read(out.join("预审结果.xlsx")).unwrap());
}
