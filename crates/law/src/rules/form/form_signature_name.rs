//! `form-signature-name`
//!
//! ## What is wrong
//! The signature reads as another name.
//!
//! ## Evidence
//! The signature aligned with the registered name; without an alignment a sure free reading.
//!
//! ## Cannot tell
//! Always `review`. Handwriting is hard to read: a doubtful free reading that differs raises no flag unless an
//! alignment says the same.

use super::sections::signed;
use super::some_form;
use crate::rules::case::{Case, observed};
use crate::rules::outcome::Outcome;
use crate::rules::reading::{Agreement, agreement, misread, same_text};
use crate::rules::rule::Rule;
use crate::vocabulary::fact::{CopyOutcome, Fact};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-signature-name",
    worst: Severity::Review,
    source: "填表说明一",
    title_zh: "签名与姓名不符",
    title_en: "the signature reads as another name",
    rests_on: &[
        "registration.name",
        "application_form.signature",
        "application_form.work[].signature",
        "application_form.education.signature",
        "*_commitment.signature",
    ],
    clears_zh: "由本人签本人姓名；审核人员辨认确为本人签名的也可放行",
    clears_en: "the applicant's own name signed; or the reviewer reads it so",
    file: include_str!("form_signature_name.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let unread = match some_form(case) {
        Ok(unread) => unread,
        Err(outcome) => return outcome,
    };
    let Some(name) = case.name() else {
        return Outcome::NotEvaluated(why::NO_NAME);
    };
    let mut flags = Vec::new();
    for section in signed(case) {
        // Sentences of one section signed by the same other name are one cause.
        if let Some((field, fact)) = section.signatures.iter().find(|(_, f)| is_another(case, f, name)) {
            flags.push(
                case.flag(&RULE, Severity::Review)
                    .fact(section.document, field.to_string(), fact)
                    .expected(name)
                    .applicant(format!("{}的签名与本人姓名不符，请由本人手写本人姓名后重新上传。", section.zh))
                    .says(
                        misread(&format!(
                            "{}的签名识读为“{}”，报名姓名为“{name}”",
                            section.zh,
                            observed(fact).unwrap_or_default()
                        )),
                        format!("The signature on the {} reads as another name.", section.document.english()),
                    ),
            );
        }
    }
    Outcome::of_partial(flags, unread, super::UNREAD)
}

fn is_another(case: &Case<'_>, fact: &Fact<String>, name: &str) -> bool {
    match agreement(fact, name, case.threshold()) {
        Agreement::Differs => true,
        Agreement::MayDiffer => {
            fact.verified.as_ref().is_some_and(|v| v.outcome == CopyOutcome::Differs && same_text(&v.expected, name))
        }
        Agreement::Same | Agreement::MaySame | Agreement::Unread => false,
    }
}
