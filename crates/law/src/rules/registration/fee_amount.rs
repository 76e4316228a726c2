//! `fee-amount`
//!
//! ## What is wrong
//! The fee paid is not the one in the table.
//!
//! ## Evidence
//! The exported 缴费金额 against the sum of the fee table.
//!
//! ## Cannot tell
//! No table in the pack or no value in the export: not applicable.

use crate::rules::case::{Case, value};
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "fee-amount",
    worst: Severity::Review,
    source: "N24 附件2",
    title_zh: "缴费金额不符",
    title_en: "the fee paid is not the table's",
    rests_on: &["registration.fee_paid", "registration.occupation", "registration.level"],
    clears_zh: "核对收费记录，补缴或退还差额",
    clears_en: "the record checked, the difference paid or refunded",
    file: include_str!("fee_amount.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Registration table".
pub fn judge(case: &Case<'_>) -> Outcome {
    let entry = case.registration().map(|r| &r.fee_paid);
    if entry.is_some_and(|e| e.as_ref().is_some_and(|e| e.value.is_none())) {
        return Outcome::NotEvaluated(why::NO_AMOUNT);
    }
    let paid = entry.and_then(value);
    let (Some(governing), Some(level), Some(paid)) = (case.governing, case.level(), paid) else {
        return Outcome::NotApplicable;
    };
    let Some(fee) =
        governing.notice.fees.iter().find(|f| f.occupation == governing.occupation.name && f.level == level)
    else {
        return Outcome::NotApplicable;
    };
    Outcome::maybe((fee.total != paid).then(|| {
        case.flag(&RULE, Severity::Review)
            .field("缴费金额")
            .expected(format!("{} 元", fee.total))
            .observed(format!("{paid} 元"))
            .says_to_both(
                format!("缴费金额为 {paid} 元，收费标准为 {} 元，请核对缴费记录。", fee.total),
                format!("The fee paid is {paid} yuan; the table says {}.", fee.total),
            )
    }))
}
