//! `work-overlap`
//!
//! ## What is wrong
//! Two spans overlap; the months count once.
//!
//! ## Evidence
//! The spans that count, in pairs.
//!
//! ## Cannot tell
//! A shared end month is no overlap. Spans that cannot be read are not compared.

use super::{field, nothing_to_judge, spans, told_by};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "work-overlap",
    worst: Severity::Note,
    source: "—",
    title_zh: "工作时间重叠",
    title_en: "spans overlap (counted once)",
    rests_on: &[
        "application_form.work[].start",
        "work_commitment.work[].start",
        "application_form.work[].end",
        "work_commitment.work[].end",
        "application_form.work[].occupation_start",
        "work_commitment.work[].occupation_start",
        "application_form.work[].occupation_end",
        "work_commitment.work[].occupation_end",
        "application_form.work[].signed_on",
        "work_commitment.work[].signed_on",
    ],
    clears_zh: "无需处理；重叠的月份只计一次",
    clears_en: "nothing; the months count once",
    file: include_str!("work_overlap.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    let work = spans::counted(case);
    let mut flags = Vec::new();
    for (n, a) in work.spans.iter().enumerate() {
        for b in &work.spans[n + 1..] {
            let both = a.end.min(b.end).since(a.start.max(b.start));
            if both > 0 {
                flags.push(
                    case.flag(&RULE, Severity::Note)
                        .fact(told_by(case), field(b.index, "start"), &b.sentence.start)
                        .observed(format!("{}—{} / {}—{}", a.start, a.end, b.start, b.end))
                        .says(
                            format!(
                                "{}第 {} 段与第 {} 段工作经历有 {both} 个月重叠，累计年限中只计算一次。",
                                told_by(case),
                                a.index + 1,
                                b.index + 1
                            ),
                            format!("Spans {} and {} share {both} months, counted once.", a.index + 1, b.index + 1),
                        ),
                );
            }
        }
    }
    Outcome::of(flags)
}
