//! From a folder's name to the row of the table that it belongs to: `20240100001`, `20240100001_周海涛`,
//! `周海涛-20240100001`, `20240100001周海涛`.
//! What only looks like a row's is named, and not taken for it.

use super::aliases::Aliases;
use super::rows::TableRow;
use crate::vocabulary::submission::Registration;
use crate::vocabulary::text::{normalise, with_middle_dot};
use std::collections::BTreeMap;

/// The rows by what a folder's name may say of them.
pub(super) struct Matching<'a> {
    aliases: &'a Aliases,
    /// By id, as compared; the first of several rows.
    ids: BTreeMap<&'a str, &'a TableRow>,
    /// By the applicant's name, if only one has it.
    names: BTreeMap<String, Option<&'a TableRow>>,
    /// By the id with one character left out: ids that differ in one share such a text.
    shortened: BTreeMap<String, Vec<&'a TableRow>>,
}

/// Ids under this length differ in one character too easily.
const LONG_ENOUGH: usize = 6;
/// Pieces of a folder's name that are looked at: names have a handful.
const MOST_BORDERS: usize = 24;

impl<'a> Matching<'a> {
    pub fn of(rows: &'a [TableRow], aliases: &'a Aliases) -> Self {
        let mut of = Self { aliases, ids: BTreeMap::new(), names: BTreeMap::new(), shortened: BTreeMap::new() };
        for row in rows {
            if of.ids.contains_key(row.key.as_str()) {
                continue;
            }
            of.ids.insert(&row.key, row);
            if let Some(name) = name_of(row) {
                of.names.entry(name).and_modify(|one| *one = None).or_insert(Some(row));
            }
            if row.key.chars().count() >= LONG_ENOUGH {
                shortened(&row.key).for_each(|s| of.shortened.entry(s).or_default().push(row));
            }
        }
        of
    }

    /// The id, as the table writes it, of the row that a folder of this name belongs to.
    pub fn row_of(&self, folder: &str) -> Option<String> {
        if self.ids.contains_key(normalise(folder).as_str()) {
            // As the folder writes it: both are the same to whoever compares.
            return Some(folder.to_owned());
        }
        let (row, rest) = self.within(folder)?;
        self.fits(row, &rest).then(|| row.id.clone())
    }

    /// For a folder without a row: the one that it may belong to, in words. Rows that have a folder of their own
    /// (`taken`, as compared) are none.
    pub fn near(&self, folder: &str, taken: &dyn Fn(&str) -> bool) -> Option<String> {
        let free = |row: &&TableRow| !taken(&row.key);
        let key = normalise(folder);
        let told = |row: &TableRow, why: &str| format!("报名信息表第 {} 行（报名编号 {}）{why}", row.number, row.id);
        if let Some((row, _)) = self.within(folder).filter(|(row, _)| free(row)) {
            return Some(told(row, "编号相同，但文件夹名中的姓名与该行不符"));
        }
        let name = normalise(&with_middle_dot(folder));
        let parts = || folder.split(|c| self.aliases.separates(c)).map(normalise);
        if let Some(row) =
            std::iter::once(name).chain(parts()).find_map(|n| self.names.get(&n).copied().flatten().filter(free))
        {
            return Some(told(row, "姓名相同，但编号不符"));
        }
        // One character other, too many or missing, and only one row like that.
        let alike = |key: &str| -> Vec<&TableRow> {
            let mut rows: Vec<&TableRow> = shortened(key)
                .chain(std::iter::once(key.to_owned()))
                .filter_map(|s| self.shortened.get(&s))
                .flatten()
                .copied()
                .collect();
            rows.extend(shortened(key).filter_map(|s| self.ids.get(s.as_str()).copied()));
            rows.retain(free);
            rows.sort_by_key(|r| r.number);
            rows.dedup_by_key(|r| r.number);
            rows
        };
        let candidates = std::iter::once(key)
            .chain(parts())
            .filter(|k| k.chars().count() >= LONG_ENOUGH)
            .map(|k| alike(&k))
            .find(|rows| !rows.is_empty())?;
        match candidates.as_slice() {
            [row] => Some(told(row, "编号相近")),
            _ => None,
        }
    }

    /// The row whose id stands in a name between borders, and the rest of the name; `None` if none does, or several.
    fn within(&self, folder: &str) -> Option<(&'a TableRow, Vec<String>)> {
        let borders = self.borders(folder);
        let mut hits: Vec<(usize, usize, &TableRow)> = Vec::new();
        for (i, from) in borders.iter().enumerate() {
            for to in &borders[i + 1..] {
                let piece = normalise(&folder[*from..*to]);
                hits.extend(self.ids.get(piece.as_str()).map(|row| (*from, *to, *row)));
            }
        }
        // The longest: 2024-0001 and not the 0001 in it.
        let longest = hits.iter().map(|(from, to, _)| to - from).max()?;
        hits.retain(|(from, to, _)| to - from == longest);
        let (from, to, row) = *hits.first()?;
        if hits.iter().any(|h| h.2.key != row.key) {
            return None;
        }
        let rest = [&folder[..from], &folder[to..]];
        let rest = rest
            .iter()
            .flat_map(|r| r.split(|c| self.aliases.separates(c)))
            .map(normalise)
            .filter(|p| !p.is_empty())
            .collect();
        Some((row, rest))
    }

    /// Says the rest of a folder's name nothing against the row? A word that could be a person's name must be the
    /// row's.
    fn fits(&self, row: &TableRow, rest: &[String]) -> bool {
        let Some(name) = name_of(row) else { return true };
        let dotless = |t: &str| t.replace('·', "");
        let like_a_name = |p: &String| {
            (2..=4).contains(&p.chars().count()) && p.chars().all(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
        };
        rest.iter().any(|p| *p == name || dotless(p) == dotless(&name))
            || dotless(&rest.concat()) == dotless(&name)
            || !rest.iter().any(like_a_name)
    }

    /// Where one thing ends and another begins in a name: around separators, and between digits or letters of ASCII and
    /// others.
    fn borders(&self, name: &str) -> Vec<usize> {
        let mut borders = vec![0];
        let mut before: Option<(bool, bool)> = None;
        for (at, c) in name.char_indices() {
            let now = (self.aliases.separates(c), c.is_ascii());
            if before.is_some_and(|b| b != now) {
                borders.push(at);
            }
            before = Some(now);
        }
        borders.push(name.len());
        borders.truncate(MOST_BORDERS);
        borders
    }
}

fn name_of(row: &TableRow) -> Option<String> {
    Registration::text(&row.registration.name).map(normalise)
}

fn shortened(key: &str) -> impl Iterator<Item = String> + '_ {
    key.char_indices().map(|(at, c)| key[..at].to_owned() + &key[at + c.len_utf8()..])
}
