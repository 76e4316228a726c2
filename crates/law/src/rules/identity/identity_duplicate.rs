//! `identity-duplicate`
//!
//! ## What is wrong
//! One person stands in two submissions of the batch for the same plan, or stood in an earlier run's for it under
//! another id.
//!
//! ## Evidence
//! The same identity number with the same plan, over the whole batch (`rules::shared`) and the archive
//! (`rules::Archive`). The same id with the same person in an earlier run is a re-submission and no duplicate; under a
//! new id the office must say which registration stands.
//!
//! ## Cannot tell
//! A submission without a number cannot be compared; with the archive neither one without 认定计划.

use crate::rules::case::Case;
use crate::rules::draft::Draft;
use crate::rules::earlier_runs;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::{Severity, Shows};

pub const RULE: Rule = Rule {
    id: "identity-duplicate",
    worst: Severity::Review,
    source: "—",
    title_zh: "同一人重复报名",
    title_en: "one person in two submissions of the batch for the same plan",
    rests_on: &["registration.id_number", "registration.plan", "batch"],
    clears_zh: "确认保留哪一条报名，撤回其余",
    clears_en: "one of the registrations withdrawn",
    certain_on_further: true,
    shows: Shows::Submissions,
    file: include_str!("identity_duplicate.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags = Vec::new();
    let others = &case.shared.identity;
    if !others.is_empty() {
        let ids = earlier_runs::observed(others, "、", String::clone);
        let names = earlier_runs::listed(others, String::clone);
        flags.push(twice(case).observed(&*names).says(
            format!("同一证件号码在同一认定计划中另有报名：{names}，请确定保留哪一条。"),
            format!("The same person is in other submissions for the same plan: {ids}."),
        ));
    }
    let earlier = &case.shared.earlier.identity;
    if !earlier.is_empty() {
        let (names, ids) = (earlier_runs::names(earlier), earlier_runs::ids(earlier));
        flags.push(twice(case).observed(&*names).says(
            format!("同一证件号码此前已以其他编号报名同一认定计划：{names}，请核对是否为驳回后重新报名。"),
            format!("The same person was registered for the same plan before, under another id: {ids}."),
        ));
    }
    Outcome::of(flags)
}

fn twice(case: &Case<'_>) -> Draft {
    case.flag(&RULE, Severity::Review)
        .field("证件号码")
        .applicant("您在同一认定计划中有多条报名，请确定保留哪一条，撤回其余。")
}
