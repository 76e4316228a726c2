//! `certificate-number`
//!
//! ## What is wrong
//! The certificate's number differs between certificate, form and registration.
//!
//! ## Evidence
//! The three places against each other; the registered number is the measure, without it the certificate's sure
//! reading.
//!
//! ## Cannot tell
//! A doubtful reading that differs is `review`. If only one place has a number there is nothing to compare.

use super::{CERTIFICATE, UNREAD, certificate, requirement, unread};
use crate::rules::case::{Case, observed};
use crate::rules::outcome::Outcome;
use crate::rules::reading::{Agreement, agreement, same_text, told};
use crate::rules::rule::Rule;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::tail;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "certificate-number",
    worst: Severity::Reject,
    source: "申报表 编号",
    title_zh: "证书编号不一致",
    title_en: "numbers differ between certificate, form and registration",
    rests_on: &[
        "prior_certificate.certificate_number",
        "application_form.prior_certificate_number",
        "registration.prior_certificate_number",
    ],
    clears_zh: "按证书原件更正申报表或报名信息中的编号",
    clears_en: "form and registration with the certificate's number",
    file: include_str!("certificate_number.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if requirement(case).is_none() {
        return if case.condition.is_some() {
            Outcome::NotApplicable
        } else {
            Outcome::NotEvaluated(why::NO_CONDITION)
        };
    }
    let threshold = case.threshold();
    let on_certificate = certificate(case).map(|c| (CERTIFICATE, "certificate_number", &c.certificate_number));
    let on_form =
        case.form().map(|f| (MaterialKind::ApplicationForm, "prior_certificate_number", &f.prior_certificate_number));
    let registered = case.text(|r| &r.prior_certificate_number);
    let sure_certificate = on_certificate.and_then(|(.., f)| f.sure(threshold)).map(String::as_str);
    let Some(expected) = registered.or(sure_certificate) else {
        return Outcome::NotEvaluated(why::NO_CERTIFICATE_NUMBER);
    };
    let differing: Vec<_> = [on_certificate, on_form]
        .into_iter()
        .flatten()
        .filter_map(|(kind, field, fact)| match agreement(fact, expected, threshold) {
            Agreement::Differs => Some((kind, field, fact, true)),
            Agreement::MayDiffer => Some((kind, field, fact, false)),
            Agreement::Same | Agreement::MaySame | Agreement::Unread => None,
        })
        .collect();
    let flags = match differing[..] {
        // Certificate and form agree with each other: the registration is what differs, once.
        [(kind, field, fact, a), (_, _, other, b)] if same(fact, other) => {
            vec![flag(case, (kind, field, fact), expected, a && b, "上一级别证书、申报表")]
        }
        _ => differing
            .iter()
            .map(|(kind, field, fact, sure)| flag(case, (*kind, field, fact), expected, *sure, kind.name()))
            .collect(),
    };
    Outcome::of_partial(flags, unread(case), UNREAD)
}

fn same(a: &Fact<String>, b: &Fact<String>) -> bool {
    matches!((a.value.as_deref(), b.value.as_deref()), (Some(a), Some(b)) if same_text(a, b))
}

fn flag(
    case: &Case<'_>,
    (kind, field, fact): (MaterialKind, &str, &Fact<String>),
    expected: &str,
    sure: bool,
    places: &str,
) -> Flag {
    let read = observed(fact).unwrap_or_default();
    // Without a registered number the certificate's own is the measure.
    let measure =
        if case.text(|r| &r.prior_certificate_number).is_some() { "报名信息" } else { "上一级别证书" };
    let draft = case.flag(&RULE, Case::by_sureness(sure)).fact(kind, field, fact).expected(expected);
    let ends = [tail(&read), tail(expected)];
    let differ = if ends[0] == ends[1] {
        format!("{places}上的证书编号与{measure}不一致")
    } else {
        format!("{places}上的证书编号为“{}”，{measure}为“{}”", ends[0], ends[1])
    };
    draft.applicant(format!("{differ}，请按证书原件更正。")).says(
        told(sure, &format!("{places}上的证书编号为“{read}”，{measure}为“{expected}”")),
        format!(
            "The certificate number on the {} {} from {expected}.",
            kind.english(),
            if sure { "differs" } else { "may differ" }
        ),
    )
}
