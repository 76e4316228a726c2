//! `work-period-after-signature`
//!
//! ## What is wrong
//! A span ends after the signature date, or in the future.
//!
//! ## Evidence
//! The end month of each span against the month of the signature beside it, else against `--as-of`.
//!
//! ## Cannot tell
//! A doubtful reading of either is `review`. 至今 ends with the signature and is never after it.

use super::{field, nothing_to_judge, nth, spans, told_by};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{Month, SpanEnd};
use crate::vocabulary::documents::WorkSentence;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Flag, Severity};

pub const RULE: Rule = Rule {
    id: "work-period-after-signature",
    worst: Severity::Reject,
    source: "G2 说明4",
    title_zh: "工作截止晚于签字",
    title_en: "a span ends after the signature date, or in the future",
    rests_on: &[
        "application_form.work[].end",
        "work_commitment.work[].end",
        "application_form.work[].occupation_end",
        "work_commitment.work[].occupation_end",
        "application_form.work[].signed_on",
        "work_commitment.work[].signed_on",
        "today",
    ],
    settings: &["reading.written_years"],
    clears_zh: "工作截止年月改为不晚于签名之日，重新填写",
    clears_en: "an end that is not after the signature",
    file: include_str!("work_period_after_signature.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    let flags = spans::filled(case)
        .filter_map(|(i, s)| {
            late(case, i, s, &s.end, "end").or_else(|| late(case, i, s, &s.occupation_end, "occupation_end"))
        })
        .collect();
    Outcome::of(flags)
}

fn late(case: &Case<'_>, index: usize, sentence: &WorkSentence, end: &Fact<SpanEnd>, name: &str) -> Option<Flag> {
    // A year that cannot be is `work-period-order`'s.
    let (month, end_sure) = spans::last_month(case, end)?;
    // A signature date that itself lies in the future is `form-date`'s and limits nothing.
    let signed = spans::signed_on(case, sentence).filter(|(day, _)| *day <= case.as_of);
    let (limit, limit_sure) = signed.map_or((Month::of(case.as_of), true), |(day, sure)| (Month::of(day), sure));
    if month <= limit {
        return None;
    }
    let future = month > Month::of(case.as_of);
    let sure = end_sure && (limit_sure || future);
    let than = if signed.is_some() { "签字日期" } else { "审核日期" };
    let late = format!(
        "{}{}工作经历的结束时间（{}）晚于{than}（{}）",
        told_by(case),
        nth(index),
        month.chinese(),
        limit.chinese()
    );
    Some(
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(told_by(case), field(index, name), end)
            .expected(format!("不晚于 {}", limit.chinese()))
            .observed(month.to_string())
            .applicant(format!("{late}，请更正后重新填写。"))
            .says(told(sure, &late), format!("The span ends in {month}, after {limit}.")),
    )
}
