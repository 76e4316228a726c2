//! `work-years`
//!
//! ## What is wrong
//! The total is under the years of the condition, even if both end months count.
//!
//! ## Evidence
//! The spans of the sentences in 本职业或相关职业, each month once; where the condition says 取得…证书后, from the month after the
//! certificate's issue.
//!
//! ## Cannot tell
//! A doubtful reading is `review`. A span that cannot be counted: not evaluated (the rule on that span says why).

use super::years::{self, Says, Verdict};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "work-years",
    worst: Severity::Reject,
    source: "报考条件",
    title_zh: "工作年限不足",
    title_en: "total under the condition's years",
    rests_on: years::RESTS_ON,
    settings: &["reading.written_years"],
    clears_zh: "补填遗漏的工作经历；年限确实不足的，待满年限后再报，或改报其他条件",
    clears_en: "work that was left out; else a later registration or another condition",
    file: include_str!("work_years.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Months and spans".
pub fn judge(case: &Case<'_>) -> Outcome {
    years::judge(
        case,
        &RULE,
        Verdict::Short,
        |years| Case::by_sureness(years.sure),
        |years, after| {
            let short = format!(
                "累计工作时间为 {} 个月{after}，申报条件要求 {} 个月（{} 年）",
                years.lenient,
                years.needed,
                years.needed / 12
            );
            Says {
                zh: told(years.sure, &short),
                applicant: Some(format!(
                    "{short}，如有遗漏的工作经历，请补填后重新提交；年限确实不足的，请满年限后再报名，或重新选择申报条件。"
                )),
                en: format!(
                    "Too few even if both end months count: {} to {} months of {}.",
                    years.strict, years.lenient, years.needed
                ),
            }
        },
    )
}
