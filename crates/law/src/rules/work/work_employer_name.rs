//! `work-employer-name`
//!
//! ## What is wrong
//! The employer's name is not a full name: it does not end as a legal entity's does.
//!
//! ## Evidence
//! The endings of `settings.work.employer_endings`; a name that the register has is a full one.
//!
//! ## Cannot tell
//! A name that was read in doubt and does not end so is `review` too: the reading may have lost the end.

use super::{field, nothing_to_judge, nth, spans, told_by};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::register::Lookup;
use crate::vocabulary::text::normalise;

pub const RULE: Rule = Rule {
    id: "work-employer-name",
    worst: Severity::Review,
    source: "G2 说明4 单位需填写全称",
    title_zh: "单位不是全称",
    title_en: "employer's name is not a full name",
    rests_on: &["application_form.work[].employer", "work_commitment.work[].employer", "register"],
    settings: &["work.employer_endings"],
    clears_zh: "填写营业执照上的单位全称",
    clears_en: "the employer's full name as in its licence",
    file: include_str!("work_employer_name.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    let flags = spans::filled(case)
        .filter_map(|(i, s)| {
            let name = s.employer.value.as_deref().or(s.employer.text.as_deref()).filter(|_| s.employer.is_filled())?;
            (!is_full_name(case, name)).then(|| {
                let wrong = format!("{}{}工作经历的工作单位“{name}”不是单位全称", told_by(case), nth(i));
                let draft = case.flag(&RULE, Severity::Review).fact(told_by(case), field(i, "employer"), &s.employer);
                draft.applicant(format!("{wrong}，请按营业执照上的全称重新填写。")).says(
                    told(s.employer.confidence >= case.threshold(), &wrong),
                    format!("The employer \u{201c}{name}\u{201d} is not a full name."),
                )
            })
        })
        .collect();
    Outcome::of(flags)
}

/// Ends as a legal entity's name does, or stands in the register as it is.
pub fn is_full_name(case: &Case<'_>, name: &str) -> bool {
    let endings = &case.settings.work.employer_endings;
    if endings.iter().any(|e| name.ends_with(e.as_str())) {
        return true;
    }
    let plain = normalise(name);
    endings.iter().any(|e| plain.ends_with(&normalise(e))) || matches!(case.register.look_up(name), Lookup::Found(_))
}
