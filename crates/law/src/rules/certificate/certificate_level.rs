//! `certificate-level`
//!
//! ## What is wrong
//! The prior certificate is not of the level that the condition requires.
//!
//! ## Evidence
//! The level on the certificate and in the form's row 现有职业资格证书.
//!
//! ## Cannot tell
//! A doubtful reading is `review`; so is a higher level than required, and a form that contradicts a certificate of the
//! right level.

use super::{CERTIFICATE, UNREAD, certificate, requirement, unread};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "certificate-level",
    worst: Severity::Reject,
    source: "报考条件",
    title_zh: "证书级别不符",
    title_en: "not of the level that the condition requires",
    rests_on: &["prior_certificate.certificate_level", "application_form.prior_level", "registration.condition"],
    clears_zh: "提交所选条件要求级别的证书，或改选与证书相符的条件",
    clears_en: "a certificate of that level, or the condition that fits it",
    file: include_str!("certificate_level.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.condition.is_none() {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    }
    let Some(required) = requirement(case).map(|r| r.level) else {
        return Outcome::NotApplicable;
    };
    let on_certificate = certificate(case).map(|c| &c.certificate_level);
    let on_form = case.form().map(|f| &f.prior_level);
    let certificate_holds = on_certificate.is_some_and(|f| f.sure(case.threshold()) == Some(&required));
    // Both say the same wrong level: one cause, told on the certificate.
    let same = |f: &Fact<Level>| {
        on_certificate
            .is_some_and(|c| c.state == State::Read && c.value == f.value && f.value.is_some_and(|l| l != required))
    };
    let mut flags: Vec<Flag> = on_certificate
        .and_then(|f| wrong(case, CERTIFICATE, "certificate_level", f, required, false))
        .into_iter()
        .collect();
    flags.extend(
        on_form
            .filter(|f| !same(f))
            .and_then(|f| wrong(case, MaterialKind::ApplicationForm, "prior_level", f, required, certificate_holds)),
    );
    Outcome::of_partial(flags, unread(case), UNREAD)
}

fn wrong(
    case: &Case<'_>,
    kind: MaterialKind,
    field: &str,
    fact: &Fact<Level>,
    required: Level,
    contradicted: bool,
) -> Option<Flag> {
    let level = fact.value.filter(|l| fact.state == State::Read && *l != required)?;
    let sure = fact.confidence >= case.threshold();
    let certain = sure && level < required && !contradicted;
    let differs = format!("{kind}上的证书级别为{level}，所选申报条件要求{required}");
    let zh = if sure && !certain { format!("{differs}，请审核人员认定。") } else { told(sure, &differs) };
    Some(
        case.flag(&RULE, Case::by_sureness(certain))
            .fact(kind, field, fact)
            .expected(required.full())
            .observed(level.full())
            .applicant(format!("{differs}，请上传符合要求的证书，或重新选择申报条件。"))
            .says(
                zh,
                format!(
                    "The prior certificate is of level {}; the condition requires {}.",
                    level.number(),
                    required.number()
                ),
            ),
    )
}
