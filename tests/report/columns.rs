//! docs/output.md lists the columns of both CSV files as `src/report` has them.

use crate::marked;
use std::collections::BTreeSet;
use yushen::report::columns::{Column, Kind};
use yushen::report::flags_csv::FlagRow;
use yushen::report::submissions_csv::SubmissionRow;

#[test]
fn the_documentation_lists_all_columns() {
    listed("flags.csv", FlagRow::COLUMNS);
    listed("submissions.csv", SubmissionRow::COLUMNS);
}

fn listed<Row>(file: &str, columns: &[Column<Row>]) {
    for heads in [|c: &Column<Row>| c.name, |c: &Column<Row>| c.zh] {
        assert_eq!(
            columns.iter().map(heads).collect::<BTreeSet<_>>().len(),
            columns.len(),
            "{file}: a head stands for two columns"
        );
    }
    let number = |c: &Column<Row>| match c.words {
        Some(words) => format!(" in words, {}", words.ids()),
        None if c.kind == Kind::Number => " (number)".to_owned(),
        None => String::new(),
    };
    let rows: String =
        columns.iter().map(|c| format!("| `{}` | {}{} | {} |\n", c.name, c.zh, number(c), c.about)).collect();
    marked::hold(
        "docs/output.md",
        &format!("columns of {file}"),
        &format!("\n| column | in the workbook | what it says |\n|---|---|---|\n{rows}\n"),
        str::to_owned,
    );
}
