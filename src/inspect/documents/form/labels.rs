//! Which cell of a form is which: by its printed label, and the value right of it or below.
//! If a label cannot be read, its field counts as not found; the order of rows is no evidence.

use crate::inspect::form_page::FormPage;
use crate::inspect::page::cells::Cell;
use crate::inspect::page::rectified::PX_PER_MM;
use crate::ocr::{Engine, OcrError};
use crate::vocabulary::form::{Form, FormCell, Part, Side};
use crate::vocabulary::text::{distance, normalise};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Least distance of two lines of a label, pixels of the rectified page.
const LABEL_PITCH: f32 = 34.0;
/// Lines of which a label has fewer; what has more is a text.
const MOST_LINES: usize = 6;
/// How far (pixels, ≈ 1.5 mm and 3 mm) the edges of two neighbouring cells may overlap and stand apart.
const OVERLAP: f32 = 12.0;
const APART: f32 = 24.0;
/// 0–1: of both heights (or widths), what two cells beside each other share.
const BESIDE: f32 = 0.6;

/// What is printed in a page's cells, read when it is asked for.
pub struct CellTexts<'a> {
    page: &'a FormPage,
    print: &'a dyn Engine,
    read: RefCell<BTreeMap<usize, Option<String>>>,
}

impl<'a> CellTexts<'a> {
    pub fn new(page: &'a FormPage, print: &'a dyn Engine) -> Self {
        Self { page, print, read: RefCell::default() }
    }

    /// How many cells that have been read bear a label of `other` that `form` does not have.
    pub fn of_another(&self, form: &Form, other: &Form) -> usize {
        let own: Vec<String> = form.labels().map(plain).collect();
        let others: Vec<String> = other.labels().map(plain).collect();
        let read = self.read.borrow();
        let texts = read.values().flatten();
        texts.filter(|t| others.contains(t) && own.iter().all(|label| is_reading(t, label).is_none())).count()
    }

    /// The text of a cell as labels are compared; `None`: it holds none, or too much for a label.
    ///
    /// # Errors
    /// The engine failed.
    pub fn of(&self, cell: usize) -> Result<Option<String>, OcrError> {
        if let Some(known) = self.read.borrow().get(&cell) {
            return Ok(known.clone());
        }
        let lines = self.page.lines(&FormPage::inside(&self.page.table.cells[cell]), LABEL_PITCH);
        let text = if lines.is_empty() || lines.len() > MOST_LINES {
            None
        } else {
            let mut text = String::new();
            for at in lines.into_iter().take(MOST_LINES - 1) {
                text.push_str(&self.page.read_line(self.print, at)?.reading.text);
            }
            Some(plain(&text))
        };
        self.read.borrow_mut().insert(cell, text.clone());
        Ok(text)
    }
}

/// The labelled cells of a form that a page has.
pub struct Labelled<'f> {
    /// Each part of the form that was found, in the form's order, with its place in the form and its value's cell.
    pub values: Vec<(usize, &'f FormCell, Cell)>,
    /// Parts whose label stands on the page more than once, each beside a cell: a second form, or a part of one. Which of
    /// them is meant cannot be told.
    pub repeated: Vec<usize>,
    /// Labels of another form stand on the page, too: what is read of it may be that one's.
    pub mixed: bool,
}

impl Labelled<'_> {
    /// How many labels were recognised: tells this form from another.
    pub fn recognised(&self) -> usize {
        self.values.len()
    }
}

/// Finds the form's labels among the page's cells.
///
/// # Errors
/// The engine failed.
pub fn find<'f>(page: &FormPage, form: &'f Form, texts: &CellTexts) -> Result<Labelled<'f>, OcrError> {
    let cells = &page.table.cells;
    let labels = Wordings::of(form);
    let mut values: Vec<usize> = Vec::new();
    let mut found: Vec<(usize, &FormCell, Cell)> = Vec::new();
    let mut repeated = Vec::new();
    if labels.all.is_empty() {
        return Ok(Labelled { values: found, repeated, mixed: false });
    }
    for i in 0..cells.len() {
        if values.contains(&i) {
            continue;
        }
        let neighbours = [right_of(cells, i), below(cells, i).filter(|_| labels.below)];
        if neighbours == [None, None] {
            continue;
        }
        let Some(text) = texts.of(i)? else { continue };
        let mut meant = labels.meant(&text);
        if let [(part, cell)] = meant[..]
            && found.iter().any(|(f, ..)| *f == part)
            && is_reading(&text, &plain(&cell.labels[0])) == Some(0)
        {
            repeated.push(part);
        }
        meant.retain(|(part, _)| !found.iter().any(|(f, ..)| f == part));
        if meant.len() > 1 {
            let heading = heading_of(cells, i).map_or(Ok(None), |h| texts.of(h))?;
            let under = |cell: &FormCell| cell.under.as_deref().map(plain);
            let fits = |cell: &FormCell| match (under(cell), &heading) {
                (Some(under), Some(heading)) => is_reading(heading, &under).is_some(),
                (under, _) => under.is_none(),
            };
            // without a heading that tells them apart the first label is the first field
            if meant.iter().any(|(_, cell)| fits(cell)) {
                meant.retain(|(_, cell)| fits(cell));
            }
        }
        let Some((part, cell)) = meant.first() else { continue };
        let value = match cell.value {
            Side::Right => neighbours[0],
            Side::Below => neighbours[1],
        };
        let large_enough = |v: &usize| {
            cells[*v].width() >= cell.least_mm[0] * PX_PER_MM && cells[*v].height() >= cell.least_mm[1] * PX_PER_MM
        };
        if let Some(value) = value.filter(large_enough) {
            found.push((*part, cell, cells[value]));
            values.push(value);
        }
    }
    found.sort_by_key(|(part, ..)| *part);
    Ok(Labelled { values: found, repeated, mixed: false })
}

/// The next cell to the right that shares most of this one's height.
pub fn right_of(cells: &[Cell], i: usize) -> Option<usize> {
    let c = &cells[i];
    let beside = |o: &Cell| {
        o.x0 > c.x1 - OVERLAP
            && o.x0 < c.x1 + APART
            && c.shared_height(o) > BESIDE * c.height()
            && c.shared_height(o) > BESIDE * o.height()
    };
    let others = cells.iter().enumerate().filter(|(j, o)| *j != i && beside(o));
    others.min_by(|a, b| a.1.x0.total_cmp(&b.1.x0)).map(|(j, _)| j)
}

/// The next cell below that shares most of this one's width.
pub fn below(cells: &[Cell], i: usize) -> Option<usize> {
    let c = &cells[i];
    let under = |o: &Cell| {
        o.y0 > c.y1 - OVERLAP
            && o.y0 < c.y1 + APART
            && c.shared_width(o) > BESIDE * c.width()
            && c.shared_width(o) > BESIDE * o.width()
    };
    let others = cells.iter().enumerate().filter(|(j, o)| *j != i && under(o));
    others.min_by(|a, b| a.1.y0.total_cmp(&b.1.y0)).map(|(j, _)| j)
}

/// The heading under which a label stands: the cell left of it, or above it, that reaches over more than this one.
fn heading_of(cells: &[Cell], i: usize) -> Option<usize> {
    let c = &cells[i];
    let left = |o: &Cell| {
        o.x1 > c.x0 - APART
            && o.x1 < c.x0 + OVERLAP
            && c.shared_height(o) > BESIDE * c.height()
            && o.height() > 1.4 * c.height()
    };
    let above = |o: &Cell| {
        o.y1 > c.y0 - APART
            && o.y1 < c.y0 + OVERLAP
            && c.shared_width(o) > BESIDE * c.width()
            && o.width() > 1.4 * c.width()
    };
    let at = |is: &dyn Fn(&Cell) -> bool| cells.iter().enumerate().find(|(j, o)| *j != i && is(o)).map(|(j, _)| j);
    at(&left).or_else(|| at(&above))
}

/// A form's labels as they are compared, with the cells that they stand for.
struct Wordings<'f> {
    all: Vec<(Vec<char>, usize, &'f FormCell)>,
    /// Has one of them its value below?
    below: bool,
}

impl<'f> Wordings<'f> {
    fn of(form: &'f Form) -> Self {
        let cells = form.parts.iter().enumerate().filter_map(|(i, part)| match part {
            Part::Cell(cell) => Some((i, cell)),
            _ => None,
        });
        let below = cells.clone().any(|(_, c)| c.value == Side::Below);
        let all = cells.flat_map(|(i, c)| c.labels.iter().map(move |l| (plain(l).chars().collect(), i, c))).collect();
        Self { all, below }
    }

    /// The cells whose label is read best as this, in the form's order; the longest of labels that fit equally well.
    fn meant(&self, read: &str) -> Vec<(usize, &'f FormCell)> {
        let fit = |w: &[char]| is_reading(read, &w.iter().collect::<String>()).map(|d| (d, usize::MAX - w.len()));
        let Some(best) = self.all.iter().filter_map(|(w, ..)| fit(w)).min() else { return Vec::new() };
        let mut meant: Vec<(usize, &FormCell)> =
            self.all.iter().filter(|(w, ..)| fit(w) == Some(best)).map(|(_, part, cell)| (*part, *cell)).collect();
        meant.dedup_by_key(|(part, _)| *part);
        meant
    }
}

/// How many characters are wrong if this is a reading of a printed word: at most a third of them. `None`: it is not.
pub fn is_reading(read: &str, printed: &str) -> Option<usize> {
    let (read, printed): (Vec<char>, Vec<char>) = (read.chars().collect(), printed.chars().collect());
    let wrong = distance(&read, &printed);
    (wrong * 3 <= printed.len() && wrong < printed.len()).then_some(wrong)
}

/// A label as it is compared: without white space and the marks that break it over lines.
pub fn plain(label: &str) -> String {
    normalise(label).chars().filter(|c| !matches!(c, ',' | '.' | '-' | ':' | '、')).collect()
}

#[cfg(test)]
mod tests {
    use super::{Wordings, plain};
    use crate::vocabulary::form::{Content, Form, FormCell, Part, Side};
    use crate::vocabulary::material::MaterialKind;

    #[test]
    fn labels_are_told_apart() {
        let cell = |labels: &[&str]| {
            Part::Cell(FormCell {
                labels: labels.iter().map(|l| (*l).to_owned()).collect(),
                under: None,
                value: Side::Right,
                content: Content::Unread,
                least_mm: [0.0; 2],
            })
        };
        let labels: [&[&str]; 8] = [
            &["姓名"],
            &["职业(工种)名称", "职业工种名称"],
            &["级别", "等级"],
            &["申报职业名称", "申报职业"],
            &["申报级别"],
            &["学历"],
            &["工作经历"],
            &["技工院校、职业院校学历"],
        ];
        let form = Form {
            id: "form".into(),
            material: MaterialKind::ApplicationForm,
            titles: Vec::new(),
            instructions: Vec::new(),
            parts: labels.into_iter().map(cell).collect(),
            sha256: String::new(),
        };
        let wordings = Wordings::of(&form);
        for (read, want) in [
            ("姓名", Some("姓名")),
            ("姓 名", Some("姓名")),
            ("级别", Some("级别")),
            ("申报级别", Some("申报级别")),
            ("申报级刂", Some("申报级别")),
            ("职业(工种)名称", Some("职业(工种)名称")),
            ("申报职业名称", Some("申报职业名称")),
            ("技工院校、职业院校学历", Some("技工院校、职业院校学历")),
            ("学历", Some("学历")),
            ("个人承诺内容", None),
            ("现有职业资格证书", None),
            ("", None),
        ] {
            let meant = wordings.meant(&plain(read));
            assert_eq!(meant.first().map(|(_, cell)| cell.labels[0].as_str()), want, "{read}");
        }
    }
}
