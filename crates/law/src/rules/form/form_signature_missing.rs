//! `form-signature-missing`
//!
//! ## What is wrong
//! A filled section or a letter is not signed.
//!
//! ## Evidence
//! The signature places of each filled section (one is enough) and of each letter.
//!
//! ## Cannot tell
//! A place that is only probably blank is `review`; one that was not found, or that holds something which may be no
//! signature (a speck, half a printed bracket), is `reading-doubtful`. A hand that cannot be read is a signature if it is
//! surely a hand and as large as a name.

use super::sections::{is_signature, signed};
use super::some_form;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "form-signature-missing",
    worst: Severity::Reject,
    source: "填表说明四2",
    title_zh: "未签名",
    title_en: "not signed",
    rests_on: &[
        "application_form.signature",
        "application_form.work[].signature",
        "application_form.education.signature",
        "*_commitment.signature",
    ],
    settings: &["reading.blank_threshold"],
    clears_zh: "由本人手写签名后重新上传",
    clears_en: "the applicant's signature",
    file: include_str!("form_signature_missing.rs"),
    judge,
    ..Rule::NEW
};

/// As decided in docs/domain.md, "Doubts".
pub fn judge(case: &Case<'_>) -> Outcome {
    let unread = match some_form(case) {
        Ok(unread) => unread,
        Err(outcome) => return outcome,
    };
    let mut flags = Vec::new();
    for section in signed(case) {
        if section.signatures.iter().any(|(_, f)| is_signature(case, f)) {
            continue;
        }
        let Some((field, fact)) = section.signatures.iter().rfind(|(_, f)| f.state == State::Empty) else { continue };
        let sure = section.signatures.iter().all(|(_, f)| f.surely_blank(case.settings.reading.blank_threshold));
        let zh = section.zh;
        let draft = case.flag(&RULE, Case::by_sureness(sure)).fact(section.document, field.to_string(), fact);
        flags.push(draft.applicant(format!("{zh}缺少本人签名，请本人手写签名后重新上传。")).says(
            if sure {
                format!("{zh}缺少本人签名。")
            } else {
                format!("{zh}疑缺少本人签名，请对照截图确认。")
            },
            format!("The {} ({field}) is not signed.", section.document.english()),
        ));
    }
    Outcome::of_partial(flags, unread, super::UNREAD)
}
