//! `work-years-borderline`
//!
//! ## What is wrong
//! The total reaches the years of the condition only if both end months count, or the month of the certificate's issue.
//!
//! ## Evidence
//! The spans of the sentences in 本职业或相关职业, each month once; where the condition says 取得…证书后, from the month after the
//! certificate's issue.
//!
//! ## Cannot tell
//! Always `review`.

use super::years::{self, Says, Verdict};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "work-years-borderline",
    worst: Severity::Review,
    source: "报考条件",
    title_zh: "工作年限临界",
    title_en: "enough only if both end months count",
    rests_on: years::RESTS_ON,
    settings: &["reading.written_years"],
    clears_zh: "审核人员核实首尾月份是否在岗",
    clears_en: "the reviewer verifies the first and the last month",
    file: include_str!("work_years_borderline.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Months and spans".
pub fn judge(case: &Case<'_>) -> Outcome {
    years::judge(
        case,
        &RULE,
        Verdict::Borderline,
        |_| Severity::Review,
        |years, after| {
            let counted = format!(
                "按月计算累计 {} 个月{after}；首尾月份均计入则满 {} 个月（{} 年）",
                years.strict,
                years.needed,
                years.needed / 12
            );
            Says {
                zh: if years.sure { format!("{counted}，请审核人员认定。") } else { told(false, &counted) },
                applicant: None,
                en: format!(
                    "Enough only if both end months count: {} to {} months of {}.",
                    years.strict, years.lenient, years.needed
                ),
            }
        },
    )
}
