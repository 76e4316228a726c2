//! `form-not-handwritten`
//!
//! ## What is wrong
//! Something is printed where it must be written by hand.
//!
//! ## Evidence
//! The writing of each field, judged for print by the reader.
//!
//! ## Cannot tell
//! Always `review`. A field that was not judged is left out; none judged: not evaluated.

use super::some_form;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::{At, FieldValue, Fields, Visitor};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Severity, Shows};
use crate::vocabulary::form::Form;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-not-handwritten",
    worst: Severity::Review,
    source: "G2 说明1",
    title_zh: "未手写",
    title_en: "printed where it must be written by hand",
    rests_on: &["application_form", "*_commitment"],
    settings: &["reading.printed_threshold"],
    clears_zh: "用黑色水笔重新手写填表后上传；审核人员确认为手写的也可放行",
    clears_en: "the form written by hand; or the reviewer sees that it is",
    shows: Shows::Words,
    file: include_str!("form_not_handwritten.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Err(outcome) = some_form(case) {
        return outcome;
    }
    let least = case.settings.reading.printed_threshold;
    let mut flags = Vec::new();
    let mut judged = false;
    let mut document = |kind: MaterialKind, fields: Vec<WrittenField>| {
        judged |= fields.iter().any(|f| f.printed.is_some());
        let printed: Vec<&WrittenField> = fields.iter().filter(|f| f.printed.is_some_and(|p| p >= least)).collect();
        if let Some(first) = printed.first() {
            let most = printed.iter().filter_map(|f| f.printed).fold(0.0, f32::max);
            let mut words: Vec<&str> = printed.iter().map(|f| f.zh).collect();
            words.dedup();
            // Print is mostly told for the page as a whole: then no list of all its fields.
            let all = printed.len() == fields.iter().filter(|f| f.printed.is_some()).count();
            let what = if all { kind.to_string() } else { format!("{kind}的“{}”", words.join("、")) };
            flags.push(
                case.flag(&RULE, Severity::Review)
                    .on(kind)
                    .field(&*first.path)
                    .observed(words.join("、"))
                    .confidence(most)
                    .applicant(format!("{kind}不是手写，请由本人用笔重新填写一份后上传。"))
                    .says(
                        format!("{what}疑为打印，应由本人手写，请看照片认定。"),
                        format!("Something on the {} looks printed, not written by hand.", kind.english()),
                    ),
            );
        }
    };
    if let Some(form) = case.form() {
        document(MaterialKind::ApplicationForm, written_by_hand(form, case.form_of(MaterialKind::ApplicationForm)));
    }
    for (kind, commitment) in case.commitments() {
        document(kind, written_by_hand(commitment, case.form_of(kind)));
    }
    if flags.is_empty() && !judged {
        return Outcome::NotEvaluated(why::PRINT_UNSEEN);
    }
    Outcome::of(flags)
}

/// A field that is to be written by hand: its fact's name, the word for it in the message, and how surely it is print,
/// if it is filled and that was judged.
struct WrittenField {
    path: String,
    zh: &'static str,
    printed: Option<f32>,
}

/// The fields that are written by hand, as the form's file says, or as the document declares them.
fn written_by_hand(document: &impl Fields, form: Option<&Form>) -> Vec<WrittenField> {
    let mut written = Written { form, fields: Vec::new() };
    document.visit(&mut written);
    written.fields
}

struct Written<'f> {
    form: Option<&'f Form>,
    fields: Vec<WrittenField>,
}

impl<'a> Visitor<'a> for Written<'_> {
    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &'a Fact<T>) {
        let declared = self.form.and_then(|f| f.field(at.section.map(|s| s.name), at.field.name));
        if declared.map_or(at.field.by_hand, |f| f.by_hand) {
            // Of a sentence the message names the section, of a row of the table its heading.
            let zh = at.section.map(|section| section.label.zh).or(at.field.heading).unwrap_or(at.field.zh);
            self.fields.push(WrittenField { path: at.path(), zh, printed: fact.printed.filter(|_| fact.is_filled()) });
        }
    }
}
