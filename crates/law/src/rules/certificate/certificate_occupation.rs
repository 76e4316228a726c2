//! `certificate-occupation`
//!
//! ## What is wrong
//! The prior certificate's occupation is neither 本职业 nor a listed 相关职业.
//!
//! ## Evidence
//! The occupation on the certificate and in the form's row 现有职业资格证书, on the governing pack's own list.
//!
//! ## Cannot tell
//! A doubtful reading is `review`, and so is one that only another source lists, or a 工种 of 本职业.

use super::{CERTIFICATE, UNREAD, certificate, requirement, unread};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::same_text;
use crate::rules::rule::Rule;
use crate::rules::work::work_occupation::judged;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "certificate-occupation",
    worst: Severity::Reject,
    source: "报考条件",
    title_zh: "证书职业不符",
    title_en: "neither 本职业 nor a listed 相关职业",
    rests_on: &[
        "prior_certificate.certificate_occupation",
        "application_form.prior_occupation",
        "registration.occupation",
    ],
    clears_zh: "提交本职业或所列相关职业的证书",
    clears_en: "a certificate in 本职业 or a listed 相关职业",
    file: include_str!("certificate_occupation.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.governing.is_none() {
        return Outcome::NotEvaluated(why::NO_PACK);
    }
    if requirement(case).is_none() {
        return Outcome::NotApplicable;
    }
    let on_certificate = certificate(case).map(|c| &c.certificate_occupation);
    let on_form = case.form().map(|f| &f.prior_occupation);
    let mut flags: Vec<Flag> =
        on_certificate.and_then(|f| wrong(case, CERTIFICATE, "certificate_occupation", f)).into_iter().collect();
    // Both say the same: one cause, told on the certificate.
    let same = |f: &Fact<String>| matches!((on_certificate.and_then(|c| c.value.as_deref()), f.value.as_deref()), (Some(a), Some(b)) if same_text(a, b));
    flags.extend(
        on_form.filter(|f| !same(f)).and_then(|f| wrong(case, MaterialKind::ApplicationForm, "prior_occupation", f)),
    );
    Outcome::of_partial(flags, unread(case), UNREAD)
}

fn wrong(case: &Case<'_>, kind: MaterialKind, field: &str, fact: &Fact<String>) -> Option<Flag> {
    let (written, listed) = judged(case, fact)?;
    let what = format!("{kind}上的证书职业“{written}”不在本职业及相关职业范围内");
    let (severity, zh) = listed.told(fact.confidence >= case.threshold(), &what)?;
    Some(
        case.flag(&RULE, severity)
            .fact(kind, field, fact)
            .expected("本职业或相关职业")
            .applicant(format!("{what}，请上传本职业或相关职业的证书，或重新选择申报条件。"))
            .says(
                zh,
                format!(
                    "The certificate's occupation \u{201c}{written}\u{201d} is neither the occupation itself nor a listed related one."
                ),
            ),
    )
}
