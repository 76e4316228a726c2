//! Which cell of the application form is which: by its printed label, and the value right of it.
//! If a label cannot be read, its field counts as not found; the order of rows is no evidence.

use crate::inspect::form_page::FormPage;
use crate::inspect::page::cells::Cell;
use crate::ocr::{Engine, OcrError};
use crate::vocabulary::text::{distance, normalise};

/// The form's fields, named by their printed labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    Name,
    Number,
    PriorOccupation,
    PriorLevel,
    PriorNumber,
    Occupation,
    Level,
    Condition,
    Schooling,
    Work,
    School,
}

impl Label {
    /// Is its value a number?
    pub fn holds_digits(self) -> bool {
        matches!(self, Self::Number | Self::PriorNumber)
    }
}

/// Printed wording and field; the longest match wins, so 申报级别 is not 级别.
const WORDINGS: [(&str, Label); 16] = [
    ("姓名", Label::Name),
    ("身份证号", Label::Number),
    ("身份证号码", Label::Number),
    ("职业(工种)名称", Label::PriorOccupation),
    ("职业工种名称", Label::PriorOccupation),
    ("级别", Label::PriorLevel),
    ("等级", Label::PriorLevel),
    ("编号", Label::PriorNumber),
    ("证书编号", Label::PriorNumber),
    ("申报职业名称", Label::Occupation),
    ("申报职业", Label::Occupation),
    ("申报级别", Label::Level),
    ("申报条件", Label::Condition),
    ("学历", Label::Schooling),
    ("工作经历", Label::Work),
    ("技工院校,职业院校学历", Label::School),
];

/// The value cells by label, in the form's order.
pub struct Labelled {
    pub cells: Vec<(Label, Cell)>,
    /// How many labels were recognised out of how many label-like cells: tells this form from another.
    pub recognised: usize,
}

impl Labelled {
    pub fn get(&self, label: Label) -> Option<&Cell> {
        self.cells.iter().find(|(l, _)| *l == label).map(|(_, c)| c)
    }
}

/// # Errors
/// The engine failed.
pub fn find(page: &FormPage, print: &dyn Engine) -> Result<Labelled, OcrError> {
    let cells = &page.table.cells;
    let mut values: Vec<usize> = Vec::new();
    let mut found: Vec<(Label, Cell)> = Vec::new();
    for (i, cell) in cells.iter().enumerate() {
        if values.contains(&i) {
            continue;
        }
        let Some(right) = right_of(cells, i) else { continue };
        let label = read_label(page, print, cell)?;
        if let Some(label) = label.filter(|l| !found.iter().any(|(f, _)| f == l)) {
            found.push((label, cells[right]));
            values.push(right);
        }
    }
    found.sort_by_key(|(l, _)| *l);
    let recognised = found.len();
    Ok(Labelled { cells: found, recognised })
}

/// The next cell to the right that shares most of this one's height.
fn right_of(cells: &[Cell], i: usize) -> Option<usize> {
    let c = &cells[i];
    cells
        .iter()
        .enumerate()
        .filter(|(j, o)| {
            *j != i
                && o.x0 > c.x1 - 12.0
                && o.x0 < c.x1 + 24.0
                && c.shared_height(o) > 0.6 * c.height()
                && c.shared_height(o) > 0.6 * o.height()
        })
        .min_by(|a, b| a.1.x0.total_cmp(&b.1.x0))
        .map(|(j, _)| j)
}

/// Reads up to four lines of a narrow cell and finds the wording that they are.
fn read_label(page: &FormPage, print: &dyn Engine, cell: &Cell) -> Result<Option<Label>, OcrError> {
    let inside = FormPage::inside(cell);
    let lines = page.lines(&inside, 34.0);
    if lines.is_empty() || lines.len() > 6 {
        return Ok(None);
    }
    let mut text = String::new();
    for at in lines.into_iter().take(5) {
        text.push_str(&page.read_line(print, at)?.reading.text);
    }
    Ok(wording(&text))
}

/// The label of which this is a reading: at most a third of its characters wrong.
fn wording(read: &str) -> Option<Label> {
    let read: Vec<char> = normalise(read).chars().filter(|c| !matches!(c, ',' | '.' | '-' | ':')).collect();
    WORDINGS
        .iter()
        .map(|(w, l)| {
            let w: Vec<char> = w.chars().filter(|c| *c != ',').collect();
            (distance(&read, &w), w.len(), *l)
        })
        .filter(|(d, n, _)| d * 3 <= *n && *d < *n)
        .min_by_key(|(d, n, _)| (*d, usize::MAX - n))
        .map(|(_, _, l)| l)
}

#[cfg(test)]
mod tests {
    use super::{Label, wording};

    #[test]
    fn labels_are_told_apart() {
        for (read, want) in [
            ("姓名", Some(Label::Name)),
            ("姓 名", Some(Label::Name)),
            ("级别", Some(Label::PriorLevel)),
            ("申报级别", Some(Label::Level)),
            ("申报级刂", Some(Label::Level)),
            ("职业(工种)名称", Some(Label::PriorOccupation)),
            ("申报职业名称", Some(Label::Occupation)),
            ("技工院校、职业院校学历", Some(Label::School)),
            ("学历", Some(Label::Schooling)),
            ("个人承诺内容", None),
            ("现有职业资格证书", None),
            ("", None),
        ] {
            assert_eq!(wording(read), want, "{read}");
        }
    }
}
