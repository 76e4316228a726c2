//! A CSV output held against what the findings give: which rows are missing, which belong to nobody, and which columns
//! say something else.
//! Reads rows as they come and keeps only those that have no partner yet; does not know what a column means.

use crate::report::cell::plain;
use csv::ByteRecord;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// One row's cells, as they stand in the file.
pub type Cells = Vec<String>;

/// What is not in the file as the findings have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The submission's id; empty for a batch.
    pub submission: String,
    /// Which rows or which column.
    pub what: String,
}

/// A CSV file as far as it is compared.
pub struct Held<R: Read> {
    rows: csv::Reader<R>,
    heads: Vec<&'static str>,
    next: Option<Cells>,
    /// Rows of submissions that were expected and have not come yet, by id.
    expected: BTreeMap<String, Vec<Cells>>,
    /// Rows that came and were not expected so far, by id.
    found: BTreeMap<String, Vec<Cells>>,
    moved: bool,
    same: u64,
    differences: Vec<Difference>,
}

/// With this a file begins.
const MARK: &str = "\u{feff}";
/// Column of a row that says which one of its submission's it is, if there is such a column.
const RULE: &str = "rule";

impl<R: Read> Held<R> {
    /// Reads the heads. `heads` are those that this version writes; a file of an earlier version may lack the last ones.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn start(mut from: R, heads: &[&'static str], of_this_version: bool) -> io::Result<Self> {
        let mut mark = Vec::new();
        from.by_ref().take(MARK.len() as u64).read_to_end(&mut mark)?;
        let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(from);
        let there = read(&mut rows)?.unwrap_or_default();
        let known = heads.get(..there.len()).filter(|h| h.iter().eq(there.iter()));
        let whole = known.filter(|h| !h.is_empty() && (h.len() == heads.len() || !of_this_version));
        let mut held = Self {
            rows,
            heads: whole.unwrap_or(heads).to_vec(),
            next: None,
            expected: BTreeMap::new(),
            found: BTreeMap::new(),
            moved: false,
            same: 0,
            differences: Vec::new(),
        };
        if whole.is_none() || mark != MARK.as_bytes() {
            held.differ("", "heads".to_owned());
        }
        held.next = read(&mut held.rows)?;
        Ok(held)
    }

    /// The rows of the next submission (`id` as its cells have it), of which there may be none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn expect(&mut self, id: &str, rows: Vec<Cells>) -> io::Result<()> {
        if let Some(found) = self.found.remove(id) {
            self.moved = true;
            self.compare(id, &rows, &found);
            return Ok(());
        }
        let next = self.next.as_ref().map(|row| id_of(row).to_owned());
        match next {
            Some(next) if next == id => {
                let found = self.take(id)?;
                self.compare(id, &rows, &found);
            }
            _ if rows.is_empty() => {}
            Some(next) => {
                let found = self.take(&next)?;
                match self.expected.remove(&next) {
                    Some(expected) => {
                        self.moved = true;
                        self.compare(&next, &expected, &found);
                    }
                    None => self.found.entry(next).or_default().extend(found),
                }
                self.expected.insert(id.to_owned(), rows);
            }
            None => drop(self.expected.insert(id.to_owned(), rows)),
        }
        Ok(())
    }

    /// How many rows are as they were, and what is not.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn finish(mut self) -> io::Result<(u64, Vec<Difference>)> {
        while let Some(id) = self.next.as_ref().map(|row| id_of(row).to_owned()) {
            let found = self.take(&id)?;
            self.found.entry(id).or_default().extend(found);
        }
        let (mut expected, found) = (std::mem::take(&mut self.expected), std::mem::take(&mut self.found));
        for (id, found) in found {
            let rows = expected.remove(&id).unwrap_or_default();
            self.moved |= !rows.is_empty();
            self.compare(&id, &rows, &found);
        }
        for (id, rows) in expected {
            self.compare(&id, &rows, &[]);
        }
        if self.moved && self.differences.is_empty() {
            self.differ("", "order of rows".to_owned());
        }
        Ok((self.same, self.differences))
    }

    /// The rows of one id that stand together.
    fn take(&mut self, id: &str) -> io::Result<Vec<Cells>> {
        let mut taken = Vec::new();
        while let Some(row) = self.next.take() {
            if id_of(&row) != id {
                self.next = Some(row);
                break;
            }
            taken.push(row);
            self.next = read(&mut self.rows)?;
        }
        Ok(taken)
    }

    fn compare(&mut self, id: &str, expected: &[Cells], found: &[Cells]) {
        let heads = self.heads.clone();
        let rule = heads.iter().position(|h| *h == RULE);
        if expected.len() != found.len() {
            // Which ones: those that stand on one side only.
            let (then, now) = (column(expected, rule), column(found, rule));
            let count = |list: &[&String], name: &String| list.iter().filter(|n| **n == name).count();
            let mut names: Vec<&String> =
                then.iter().chain(&now).copied().filter(|n| count(&then, n) != count(&now, n)).collect();
            names.sort();
            names.dedup();
            let names = names.iter().map(|n| plain(n)).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { names } else { format!(" ({names})") };
            self.differ(id, format!("{} rows, {} by the findings{names}", found.len(), expected.len()));
            return;
        }
        for (then, now) in expected.iter().zip(found) {
            let row = rule.and_then(|at| then.get(at)).map_or_else(String::new, |name| format!("{} ", plain(name)));
            let other: Vec<String> = heads
                .iter()
                .zip(then)
                .enumerate()
                .filter(|(i, (_, cell))| now.get(*i) != Some(cell))
                .map(|(_, (head, _))| format!("{row}{head} ≠"))
                .collect();
            if other.is_empty() && now.len() <= heads.len() {
                self.same += 1;
            }
            other.into_iter().for_each(|what| self.differ(id, what));
            if now.len() > heads.len() {
                self.differ(id, format!("{row}more cells than heads"));
            }
        }
    }

    fn differ(&mut self, id: &str, what: String) {
        self.differences.push(Difference { submission: plain(id).to_owned(), what });
    }
}

/// The cells of one column, if there is one.
fn column(rows: &[Cells], at: Option<usize>) -> Vec<&String> {
    at.map_or_else(Vec::new, |at| rows.iter().filter_map(|row| row.get(at)).collect())
}

fn id_of(row: &[String]) -> &str {
    row.first().map_or("", String::as_str)
}

fn read<R: Read>(rows: &mut csv::Reader<R>) -> io::Result<Option<Cells>> {
    let mut record = ByteRecord::new();
    let more = rows.read_byte_record(&mut record).map_err(io::Error::other)?;
    Ok(more.then(|| record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: &[&str] = &["id", "rule", "severity"];
    const FILE: &str = "id,rule,severity\nA,r1,reject\nA,r2,note\nC,r1,review\nD,r3,note\n";

    /// What differs between the file and three submissions with rows, one (B) without.
    fn differences(file: &str, of_this_version: bool) -> (u64, Vec<String>) {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let file = format!("{MARK}{file}");
        let mut held = Held::start(file.as_bytes(), HEADS, of_this_version).unwrap();
        held.expect("A", vec![row(["A", "r1", "reject"]), row(["A", "r2", "note"])]).unwrap();
        held.expect("B", Vec::new()).unwrap();
        held.expect("C", vec![row(["C", "r1", "review"])]).unwrap();
        held.expect("D", vec![row(["D", "r3", "note"])]).unwrap();
        let (same, list) = held.finish().unwrap();
        (same, list.into_iter().map(|d| format!("{}: {}", d.submission, d.what)).collect())
    }

    #[test]
    fn what_was_changed_is_named() {
        let from_to = |from: &str, to: &str| {
            assert!(FILE.contains(from), "{from}");
            FILE.replacen(from, to, 1)
        };
        for (file, same, told) in [
            (FILE.to_owned(), 4, &[][..]),
            (from_to("A,r1,reject", "A,r1,note"), 3, &["A: r1 severity ≠"]),
            (from_to("C,r1,review", "C,r2,note"), 3, &["C: r1 rule ≠", "C: r1 severity ≠"]),
            (from_to("A,r2,note\n", ""), 2, &["A: 1 rows, 2 by the findings (r2)"]),
            (from_to("C,r1,review\n", ""), 3, &["C: 0 rows, 1 by the findings (r1)"]),
            (from_to("D,r3,note\n", ""), 3, &["D: 0 rows, 1 by the findings (r3)"]),
            (from_to("A,r1", "B,r9,note\nA,r1"), 4, &["B: 1 rows, 0 by the findings (r9)"]),
            (from_to("C,r1", "B,r9,note\nC,r1"), 4, &["B: 1 rows, 0 by the findings (r9)"]),
            (from_to("C,r1", "X,r9,note\nC,r1"), 4, &["X: 1 rows, 0 by the findings (r9)"]),
            (from_to("C,r1,review\nD,r3,note", "D,r3,note\nC,r1,review"), 4, &[": order of rows"]),
            (from_to("r3,note", "r3,note,more"), 3, &["D: r3 more cells than heads"]),
            (from_to("r3,note", "r3"), 3, &["D: r3 severity ≠"]),
            (from_to(",severity", ",weight"), 4, &[": heads"]),
            (
                String::new(),
                0,
                &[
                    ": heads",
                    "A: 0 rows, 2 by the findings (r1, r2)",
                    "C: 0 rows, 1 by the findings (r1)",
                    "D: 0 rows, 1 by the findings (r3)",
                ],
            ),
        ] {
            assert_eq!(differences(&file, true), (same, told.iter().map(|t| (*t).to_owned()).collect()), "{file}");
        }
    }

    #[test]
    fn an_earlier_version_may_have_had_fewer_columns() {
        let shorter = FILE.replace(",severity", "").replace(",reject", "").replace(",note", "").replace(",review", "");
        assert_eq!(differences(&shorter, false), (4, Vec::new()));
        assert_eq!(differences(&shorter, true).1[0], ": heads");
    }
}
