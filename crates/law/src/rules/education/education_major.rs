//! `education-major`
//!
//! ## What is wrong
//! The major is neither 本专业 nor a listed 相关专业.
//!
//! ## Evidence
//! The major on the diploma and on the form, on the list for the school's kind.
//!
//! ## Cannot tell
//! A doubtful reading is `review`; so is a major that is listed for some kinds of school while the kind is not known,
//! one that only another source lists, and any major where the source admits a whole class (经济贸易类).

use super::{DIPLOMA, UNREAD, claimed_kind, diploma, requirement, unread};
use crate::rules::case::Case;
use crate::rules::lists::major;
use crate::rules::outcome::Outcome;
use crate::rules::reading::same_text;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "education-major",
    worst: Severity::Reject,
    source: "N24 附件1",
    title_zh: "专业不符",
    title_en: "major is neither 本专业 nor a listed 相关专业",
    rests_on: &["diploma.major", "application_form.education.major", "diploma.schooling", "registration.education"],
    clears_zh: "专业填写与毕业证书一致；不属于所列专业的，改报其他条件",
    clears_en: "the diploma's major; else another condition",
    file: include_str!("education_major.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.condition.is_none() {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    }
    if !requirement(case).is_some_and(|r| r.major) {
        return Outcome::NotApplicable;
    }
    let on_diploma = diploma(case).map(|d| &d.major);
    let on_form = case.form().map(|f| &f.education.major);
    let mut flags: Vec<Flag> = on_diploma.and_then(|f| wrong(case, DIPLOMA, "major", f)).into_iter().collect();
    // Both say the same: one cause, told on the diploma.
    let same = |f: &Fact<String>| matches!((on_diploma.and_then(|d| d.value.as_deref()), f.value.as_deref()), (Some(a), Some(b)) if same_text(a, b));
    flags.extend(
        on_form.filter(|f| !same(f)).and_then(|f| wrong(case, MaterialKind::ApplicationForm, "education.major", f)),
    );
    Outcome::of_partial(flags, unread(case), UNREAD)
}

fn wrong(case: &Case<'_>, kind: MaterialKind, field: &str, fact: &Fact<String>) -> Option<Flag> {
    let written = fact.value.as_deref().or(fact.text.as_deref()).filter(|_| fact.state == State::Read)?;
    let what = format!("{kind}上的专业“{written}”不在本专业及相关专业范围内");
    let (severity, zh) = major(case, written, claimed_kind(case))?.told(fact.confidence >= case.threshold(), &what)?;
    Some(
        case.flag(&RULE, severity)
            .fact(kind, field, fact)
            .expected("本专业或相关专业")
            .applicant(format!("{what}，请按毕业证书填写专业名称；专业确不在范围内的，请重新选择申报条件。"))
            .says(
                zh,
                format!(
                    "The major \u{201c}{written}\u{201d} is neither the occupation's own nor a listed related one."
                ),
            ),
    )
}
