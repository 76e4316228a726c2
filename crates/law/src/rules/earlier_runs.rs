//! The texts by which flags name other submissions: the first few and their number, those of earlier runs with batch,
//! id and verdict.
//! `shared_values` and `archive` find what is shared.

use crate::vocabulary::batch::{Others, Past};

/// `批次“2024-07”的 0001（当时建议驳回）、…等 7 份`, for the clerk.
pub fn names(others: &Others<Past>) -> String {
    listed(others, |p| format!("{}（当时{}）", name(p), p.verdict.chinese()))
}

/// `批次“2024-07”的 0001`
pub fn name(past: &Past) -> String {
    format!("批次“{}”的 {}", past.batch, past.submission_id)
}

/// `0001、0002`, or `0001、0002等 7 份`.
pub fn listed<T>(others: &Others<T>, say: impl Fn(&T) -> String) -> String {
    let named = others.named.iter().map(say).collect::<Vec<_>>().join("、");
    match (others.is_whole(), others.or_more) {
        (true, _) => named,
        (false, false) => format!("{named}等 {} 份", others.count),
        (false, true) => format!("{named}等 {} 份以上", others.count),
    }
}

/// `2024-07/0001 (reject); 2024-07/0002 (pass)`, in English.
pub fn ids(others: &Others<Past>) -> String {
    observed(others, "; ", id)
}

/// `2024-07/0001 (reject)`
pub fn id(past: &Past) -> String {
    format!("{}/{} ({})", past.batch, past.submission_id, past.verdict.id())
}

/// `0001; 0002`, or `0001; 0002; 5 more`, or `0001; 0002; 5 and more`.
pub fn observed<T>(others: &Others<T>, between: &str, say: impl Fn(&T) -> String) -> String {
    let mut parts: Vec<String> = others.named.iter().map(say).collect();
    let unnamed = others.count.saturating_sub(others.named.len() as u64);
    match (others.is_whole(), others.or_more) {
        (true, _) => {}
        (false, false) => parts.push(format!("{unnamed} more")),
        (false, true) => parts.push(format!("{unnamed} and more")),
    }
    parts.join(between)
}
