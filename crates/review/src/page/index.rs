//! From findings, one by one, to the page's index: a short row a submission, with what the list and the overview filter
//! and count.
//! Rows are arrays and recurring names are numbers, so that 2,000 submissions with 10,000 flags take less than a
//! megabyte.

use crate::findings::facts::RowState;
use crate::findings::finding::Finding;
use crate::findings::heading::Heading;
use crate::vocabulary::finding::{Severity, Verdict};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::outcome::RuleTitle;
use crate::vocabulary::submission::Registration;
use crate::vocabulary::why::chinese;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Submissions in one file of details: some 20 kB each, so that a file is read in a few milliseconds and 2,000
/// submissions are 125 files.
pub const CHUNK: usize = 16;

/// The index, as far as findings were added.
pub struct Index {
    rules: Vec<RuleTitle>,
    /// Last parts of the names of flagged fields.
    fields: Vec<String>,
    occupations: Vec<String>,
    levels: Vec<String>,
    rows: Vec<Value>,
    /// Document and field → number of submissions in which it was read with doubt.
    doubts: BTreeMap<(usize, String), u64>,
    /// A reading of at least this confidence is sure.
    sure: f32,
}

impl Index {
    /// `sure`: the working threshold, 0–1.
    pub fn new(titles: &[RuleTitle], sure: f32) -> Self {
        Self {
            rules: titles.to_vec(),
            fields: Vec::new(),
            occupations: Vec::new(),
            levels: Vec::new(),
            rows: Vec::new(),
            doubts: BTreeMap::new(),
            sure,
        }
    }

    /// Position of a rule. A rule that this version does not have is added, without a title.
    pub fn rule(&mut self, id: &str) -> usize {
        place(&mut self.rules, |r| r.id == id, || RuleTitle { id: id.to_owned(), ..RuleTitle::default() })
    }

    /// Position of a flagged field among those of its kind: what is flagged in one sentence of work and in another is
    /// worked off together.
    fn field(&mut self, field: &str) -> usize {
        let last = field.rsplit('.').next().unwrap_or(field);
        let name = last.split('[').next().unwrap_or(last);
        place(&mut self.fields, |f| f == name, || name.to_owned())
    }

    pub fn sure(&self) -> f32 {
        self.sure
    }

    /// Adds the row of one submission, in the order of the findings.
    pub fn add(&mut self, f: &Finding) {
        let heading = Heading::known(f);
        let occupation = place(&mut self.occupations, |o| *o == heading.occupation, || heading.occupation.clone());
        let level = place(&mut self.levels, |l| *l == heading.level, || heading.level.clone());
        let flags: Vec<[i64; 5]> = f
            .flags
            .iter()
            .map(|r| {
                [
                    number(self.rule(&r.flag.rule)),
                    severity(r.flag.severity),
                    document(r.flag.document).map_or(-1, number),
                    i64::from(r.flag.waived.is_some()),
                    r.flag.field.as_deref().map_or(-1, |field| number(self.field(field))),
                ]
            })
            .collect();
        self.rows.push(json!([
            f.submission_id,
            heading.name,
            occupation,
            level,
            heading.condition,
            verdict(f.verdict),
            f.work_months,
            flags,
            f.material,
            format!("{:016x}", share_number(&f.submission_id)),
            registered(f, |r| r.id_number.as_ref().map(|e| &e.raw)),
            registered(f, |r| r.mobile.as_ref().map(|e| &e.raw)),
            i32::from(f.spot_check)
        ]));
        // The traces of an alteration are not readings.
        let readings = f.facts.iter().filter(|r| !r.field.contains(".alterations["));
        let doubtful = readings
            .filter(|r| r.state == RowState::Illegible || (r.state == RowState::Read && r.confidence < self.sure));
        let blanks: BTreeSet<(usize, String)> =
            doubtful.filter_map(|r| Some((named(&r.document)?, blank(&r.field)))).collect();
        for key in blanks {
            *self.doubts.entry(key).or_default() += 1;
        }
    }

    /// The whole index.
    pub fn finish(mut self, about: &About<'_>) -> Value {
        let mut skipped: Vec<(Option<usize>, String, u64, &str)> = Vec::new();
        for (rule, why) in about.not_evaluated {
            let rule = (rule != "*").then(|| self.rule(rule));
            skipped.extend(why.iter().map(|(why, n)| (rule, why.clone(), *n, chinese(why).unwrap_or(why))));
        }
        skipped.sort_by(|a, b| b.2.cmp(&a.2).then(a.cmp(b)));
        let mut doubts: Vec<(usize, String, u64)> =
            self.doubts.into_iter().map(|((d, field), n)| (d, field, n)).collect();
        doubts.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (a.0, &a.1).cmp(&(b.0, &b.1))));
        let documents: Vec<[&str; 2]> = MaterialKind::ALL.iter().map(|k| [k.name(), k.english()]).collect();
        let rules: Vec<Value> = self.rules.iter().map(|r| json!([r.id, r.zh, r.en, r.clears_zh, r.rests_on])).collect();
        json!({
            "key": about.key, "chunk": CHUNK, "accept_days": about.accept_days, "reasons": about.reasons, "doubt_below": shortest(self.sure),
            "documents": documents, "rules": rules, "fields": self.fields, "occupations": self.occupations, "levels": self.levels, "doubts": doubts,
            "not_evaluated": skipped, "earlier": about.earlier, "run": about.run, "subs": self.rows, "law": about.law,
        })
    }
}

/// What the index says of the run, besides its submissions.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// Ties the page, its details and the decisions made on it together.
    pub key: String,
    /// Rule → why it was not evaluated → submissions.
    pub not_evaluated: &'a BTreeMap<String, BTreeMap<String, u64>>,
    /// Decisions that were given along with the run.
    pub earlier: Vec<Value>,
    /// Version, batches, packs, models, counts.
    pub run: Value,
    /// Days for which an accepted flag counts unless a clerk says otherwise.
    pub accept_days: u16,
    /// Ready reasons, by kind of decision.
    pub reasons: Value,
    /// Can the page judge again after a correction?
    pub law: bool,
}

/// The number by whose remainder a submission is of a machine's shard and of a clerk's part: the same in every run,
/// whatever else is in the batch.
pub fn share_number(id: &str) -> u64 {
    Sha256::digest(id.as_bytes()).iter().take(8).fold(0, |n, byte| n << 8 | u64::from(*byte))
}

/// A registered text as it stood there; empty where there is none.
fn registered(f: &Finding, of: impl Fn(&Registration) -> Option<&String>) -> &str {
    f.registration.as_ref().and_then(of).map_or("", String::as_str)
}

/// Position of a material among all.
pub fn document(kind: Option<MaterialKind>) -> Option<usize> {
    MaterialKind::ALL.iter().position(|k| Some(*k) == kind)
}

/// Position of the material of this name.
pub fn named(name: &str) -> Option<usize> {
    document(MaterialKind::from_name(name))
}

/// 0 note, 1 review, 2 reject.
pub fn severity(s: Severity) -> i64 {
    match s {
        Severity::Note => 0,
        Severity::Review => 1,
        Severity::Reject => 2,
    }
}

fn verdict(v: Verdict) -> i64 {
    match v {
        Verdict::Pass => 0,
        Verdict::Review => 1,
        Verdict::Reject => 2,
    }
}

/// 0.9, not 0.8999999761581421.
fn shortest(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// `application_form.work[2].start` → `start`: the field, whichever sentence it is in.
fn blank(field: &str) -> String {
    let path = field.split_once('.').map_or(field, |(_, path)| path);
    path.split('.')
        .map(|part| part.split('[').next().unwrap_or_default())
        .filter(|part| *part != "work")
        .collect::<Vec<_>>()
        .join(".")
}

fn place<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
    list.iter().position(is).unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::blank;

    #[test]
    fn blanks_are_counted_whatever_the_sentence() {
        for (field, expected) in [
            ("application_form.work[2].start", "start"),
            ("application_form.education.start", "education.start"),
            ("diploma.major", "major"),
        ] {
            assert_eq!(blank(field), expected);
        }
    }
}
