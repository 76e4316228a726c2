//! From what was said of one submission to what counts: of the entries about one place the last one, unless it was
//! withdrawn or made on other material; and where two people contradict each other.

use crate::vocabulary::documents::AssignedPage;
use crate::vocabulary::record::{About, Assigned, Entry, Said};
use crate::vocabulary::submission::Submission;
use std::collections::BTreeMap;

/// What counts of a submission's entries, and what does not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing<'a> {
    /// By what they are about.
    pub counting: BTreeMap<About, &'a Entry>,
    /// The two that contradict each other, the earlier one first.
    pub contradictions: Vec<(&'a Entry, &'a Entry)>,
    /// Somebody said something else later: the earlier entry, and the one that counts.
    pub changed: Vec<(&'a Entry, &'a Entry)>,
    /// Made on material that is no longer the same.
    pub of_other_material: Vec<&'a Entry>,
}

impl<'a> Standing<'a> {
    /// `entries` in order of time; `material` is the submission's seal.
    pub fn new(entries: impl Iterator<Item = &'a Entry>, submission: &Submission, material: &str) -> Self {
        let mut standing = Self::default();
        let mut by_place: BTreeMap<About, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            if is_of(entry, submission, material) {
                by_place.entry(entry.about()).or_default().push(entry);
            } else {
                standing.of_other_material.push(entry);
            }
        }
        for (about, said) in by_place {
            standing.place(about, &said);
        }
        standing
    }

    /// The pages that somebody said are a material, in order of file and page: the word on a whole file before that on
    /// one of its pages, which goes before it.
    pub fn assigned(&self) -> Vec<AssignedPage> {
        let pages = self.counting.values().filter_map(|entry| match &entry.said {
            Said::Assign { page, to: Assigned::Material(material), .. } => {
                Some(AssignedPage { file: page.name.clone(), in_file: page.in_file, material: *material })
            }
            _ => None,
        });
        pages.collect()
    }

    /// The entries about one place, in order of time.
    fn place(&mut self, about: About, said: &[&'a Entry]) {
        // what each person says last, in order of time
        let mut last: Vec<&Entry> = Vec::new();
        for entry in said {
            if let Some(at) = last.iter().position(|e| e.who == entry.who) {
                let earlier = last.remove(at);
                if earlier.contradicts(entry) {
                    self.changed.push((earlier, entry));
                }
            }
            if !matches!(entry.said, Said::Withdraw(_)) {
                last.push(entry);
            }
        }
        let Some((&counts, others)) = last.split_last() else { return };
        if !counts.settles
            && let Some(&other) = others.iter().rev().find(|e| e.contradicts(counts))
        {
            self.contradictions.push((other, counts));
        }
        self.counting.insert(about, counts);
    }
}

/// Was it said of what is there now? Of a field or a page: of the same file; else of the submission as it is.
fn is_of(entry: &Entry, submission: &Submission, material: &str) -> bool {
    let file = match &entry.said {
        Said::Reading { at, .. } | Said::NoAlteration { at, .. } => at.file.as_str(),
        Said::Assign { file, .. } => file.as_str(),
        // it takes back whatever there is
        Said::Withdraw(_) => return true,
        Said::Decision { .. } | Said::AcceptFlag { .. } => "",
    };
    if file.is_empty() {
        return entry.material.is_empty() || entry.material == material;
    }
    submission.files.iter().any(|f| f.sha256.as_deref() == Some(file))
}

#[cfg(test)]
mod tests {
    use super::Standing;
    use crate::record::Record;
    use crate::vocabulary::submission::Submission;

    /// Entries in short: `who time kind field=text`, `!` before the kind for one that settles.
    fn lines(short: &[&str]) -> String {
        let line = |short: &&str| {
            let [who, minute, rest] = short.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{short}") };
            let (settles, rest) = rest.strip_prefix('!').map_or((false, rest), |rest| (true, rest));
            let said = match rest.split_once(' ') {
                None => format!("\"kind\":\"{rest}\",\"reason\":\"x\""),
                Some(("withdraw", "submission")) => "\"kind\":\"withdraw\",\"what\":\"accept\"".to_owned(),
                Some(("withdraw", field)) => {
                    format!("\"kind\":\"withdraw\",\"what\":\"correct\",\"field\":\"{field}\"")
                }
                Some((field, text)) => format!(
                    "\"kind\":\"correct\",\"field\":\"{field}\",\"new\":{{\"state\":\"read\",\"text\":\"{text}\"}}"
                ),
            };
            format!(
                "{{\"time\":\"2026-11-30T08:{minute}:00+08:00\",\"who\":\"{who}\",\"submission\":\"A1\",\"material\":\"m\",\"settles\":{settles},{said}}}\n"
            )
        };
        short.iter().map(line).collect()
    }

    #[test]
    fn the_last_entry_of_a_place_counts() {
        for (short, counting, contradictions, changed) in [
            (&["王 01 accept"][..], "王 01", 0, 0),
            (&["王 01 accept", "王 02 reject"], "王 02", 0, 1),
            (&["王 02 reject", "王 01 accept"], "王 02", 0, 1),
            (&["王 01 accept", "李 02 accept"], "李 02", 0, 0),
            (&["王 01 accept", "李 02 reject"], "李 02", 1, 0),
            (&["王 01 accept", "李 02 reject", "王 03 !reject"], "王 03", 0, 1),
            (&["王 01 accept", "李 02 reject", "赵 03 !accept"], "赵 03", 0, 0),
            (&["王 01 accept", "李 02 reject", "赵 03 !accept", "李 04 reject"], "李 04", 1, 0),
            (&["王 01 accept", "李 02 reject", "李 03 withdraw submission"], "王 01", 0, 0),
            (&["王 01 accept", "王 03 withdraw submission"], "", 0, 0),
            (&["王 01 f 甲", "李 02 g 乙"], "王 01 李 02", 0, 0),
            (&["王 01 f 甲", "李 02 f 乙"], "李 02", 1, 0),
            (&["王 01 f 甲", "李 02 f 甲"], "李 02", 0, 0),
            (&["王 01 f 甲", "李 02 withdraw f"], "王 01", 0, 0),
        ] {
            let file = yushen_law::packs::record("r.jsonl", lines(short).as_bytes(), &[]).unwrap();
            let record = Record::new(vec![file]);
            let submission = Submission { id: "A1".into(), ..Submission::default() };
            let standing = Standing::new(record.of("A1"), &submission, "m");
            let who = standing.counting.values().map(|e| format!("{} {:02}", e.who, e.time.minute()));
            let found = (who.collect::<Vec<_>>().join(" "), standing.contradictions.len(), standing.changed.len());
            assert_eq!(found, (counting.to_owned(), contradictions, changed), "{short:?}");
            let elsewhere = Standing::new(record.of("A1"), &submission, "another");
            assert!(elsewhere.counting.is_empty(), "of other material: {short:?}");
        }
    }
}
