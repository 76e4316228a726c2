//! `work-years-borderline`
//!
//! ## What is wrong
//! The total reaches the years of the condition only if both end months count, or the month of the certificate's issue.
//!
//! ## Evidence
//! The spans of the sentences in 本职业或相关职业, each month once; where the condition says 取得…证书后, from the month after the certificate's issue (DOMAIN §6.12).
//!
//! ## Cannot tell
//! Always `review`.

use super::years::{Verdict, years};
use super::{FORM, field};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "work-years-borderline",
    worst: Severity::Review,
    source: "报考条件",
    title_zh: "工作年限临界",
    title_en: "enough only if both end months count",
    rests_on: super::years::RESTS_ON,
    clears_zh: "审核人员核实首尾月份是否在岗",
    clears_en: "the reviewer verifies the first and the last month",
    file: include_str!("work_years_borderline.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let years = match years(case) {
        Ok(years) => years,
        Err(None) => return Outcome::NotApplicable,
        Err(Some(why)) => return Outcome::NotEvaluated(why),
    };
    if years.verdict != Verdict::Borderline {
        return Outcome::Holds;
    }
    let severity = Severity::Review;
    let after = years.issued.map_or_else(String::new, |m| format!("（自取得证书的次月起算，发证 {m}）"));
    let counted = years.strict;
    let draft = case
        .flag(&RULE, severity)
        .on(FORM)
        .field(field(years.index, "start"))
        .expected(format!("≥ {}", years.needed))
        .observed(format!("{}–{}", years.strict, years.lenient));
    let draft = match case.condition {
        Some(condition) => draft.clause(&condition.clause),
        None => draft,
    };
    Outcome::maybe(Some(draft.says(
        format!("累计工作时间为 {} 个月{after}，首尾两月均计算在内才达到 {} 个月（{} 年），需人工核对。", counted, years.needed, years.needed / 12),
        format!("Enough only if both end months count: {} to {} months of {}.", years.strict, years.lenient, years.needed),
    )))
}
