//! How flags name submissions of earlier runs: by batch and id, with what was proposed then.
//! Words only; what is shared is found in `archive`.

use crate::vocabulary::batch::Past;

/// How many are named; the rest are counted.
const NAMED: usize = 5;

/// `批次“2024-07”的 0001、…等 7 份`: what the applicant is told of other persons' submissions, so without what was proposed for them.
pub fn names<'p>(list: impl Iterator<Item = &'p Past> + Clone) -> String {
    joined(list, |p| format!("批次“{}”的 {}", p.batch, p.submission_id))
}

/// `批次“2024-07”的 0001（当时建议驳回）`: of the applicant's own submissions.
pub fn own<'p>(list: impl Iterator<Item = &'p Past> + Clone) -> String {
    joined(list, |p| format!("批次“{}”的 {}（当时{}）", p.batch, p.submission_id, p.verdict.chinese()))
}

fn joined<'p>(list: impl Iterator<Item = &'p Past> + Clone, say: impl Fn(&Past) -> String) -> String {
    let count = list.clone().count();
    let named: Vec<String> = list.take(NAMED).map(say).collect();
    let rest = if count > NAMED { format!("等 {count} 份") } else { String::new() };
    format!("{}{rest}", named.join("、"))
}

/// `2024-07/0001 (reject)`, as `observed` says it.
pub fn ids<'p>(list: impl Iterator<Item = &'p Past>) -> String {
    list.map(|p| format!("{}/{} ({})", p.batch, p.submission_id, p.verdict.id())).collect::<Vec<_>>().join("; ")
}
