//! The workbook, opened again by another library: the same rows, values and kinds of cells as the CSV files.

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

#[test]
fn it_says_what_the_csv_files_say() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let mut book: Xlsx<_> = open_workbook(out.join("预审结果.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["申报", "问题", "统计"]);
    fn kinds<Row>(columns: &[Column<Row>]) -> Vec<(&'static str, Kind)> {
        columns.iter().map(|c| (c.name, c.kind)).collect()
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
            for (x, (column, kind)) in columns.iter().enumerate() {
                let cell = range.get((y + 1, x)).cloned().unwrap_or(Data::Empty);
                let said = plain(&row[x]);
                let same = match &cell {
                    Data::Empty => said.is_empty(),
                    Data::String(text) => text == said && (*kind != Kind::Number || text.is_empty()),
                    Data::Float(n) => *kind == Kind::Number && said.parse::<f64>() == Ok(*n),
                    _ => false,
                };
                assert!(same, "{sheet} {column} row {y}: {cell:?} and {said:?}");
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
fn it_is_the_same_bytes_again() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path());
    let first = fs::read(out.join("预审结果.xlsx")).unwrap();
    let (code, _, err) = crate::fakes::yushen(&FakeTools::default(), &["report", out.to_str().unwrap(), "--xlsx"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(first == fs::read(out.join("预审结果.xlsx")).unwrap());
}
