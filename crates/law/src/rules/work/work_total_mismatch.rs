//! `work-total-mismatch`
//!
//! ## What is wrong
//! The written total (共X年) does not agree with the spans.
//!
//! ## Evidence
//! Of each sentence or of all: not more than the months with both ends counted, not less than the whole years of the
//! plain months.
//!
//! ## Cannot tell
//! Always `review`. A span or a total that was not read is not compared.

use super::{FORM, field, nothing_to_judge, nth, spans};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::Severity;
use spans::Count::{Lenient, Strict};

pub const RULE: Rule = Rule {
    id: "work-total-mismatch",
    worst: Severity::Review,
    source: "G2 说明4",
    title_zh: "工作年限合计不符",
    title_en: "the written total does not agree with the spans",
    rests_on: &[
        "application_form.work[].years",
        "application_form.work[].start",
        "application_form.work[].end",
        "application_form.work[].occupation_start",
        "application_form.work[].occupation_end",
    ],
    clears_zh: "使“共X年”与起止年月相符后重新填写",
    clears_en: "a total that the months come to",
    file: include_str!("work_total_mismatch.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Totals of years".
pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    let work = spans::counted(case);
    let union = |count| spans::months(work.spans.iter().map(|s| (s.start, s.end)), count, None);
    let mut flags = Vec::new();
    for (i, sentence) in spans::filled(case) {
        let Some(years) = sentence.years.value.filter(|_| sentence.years.state == State::Read) else { continue };
        let own = [false, true]
            .into_iter()
            .filter_map(|second| spans::span(case, i, sentence, second))
            .filter(|s| s.start <= s.end);
        let mut lengths = own.map(|s| s.end.since(s.start)).peekable();
        let Some(&months) = lengths.peek() else { continue };
        // A total over all sentences may stand in one of them, if all could be counted.
        if lengths.any(|m| spans::total_agrees(years, m, m + 1))
            || (!work.broken && spans::total_agrees(years, union(Strict), union(Lenient)))
        {
            continue;
        }
        flags.push(
            case.flag(&RULE, Severity::Review)
                .fact(FORM, field(i, "years"), &sentence.years)
                .expected(format!("{}年{}个月", months / 12, months % 12))
                .observed(format!("{years}年"))
                .says(
                    format!(
                        "申报表{}工作经历填写“共 {years} 年”，与起止时间（{} 年 {} 个月）不符，请按起止时间重新填写。",
                        nth(i),
                        months / 12,
                        months % 12
                    ),
                    format!("The written total of {years} years does not agree with {months} months."),
                ),
        );
    }
    Outcome::of(flags)
}
