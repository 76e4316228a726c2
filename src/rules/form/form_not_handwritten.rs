//! `form-not-handwritten`
//!
//! ## What is wrong
//! Something is printed where it must be written by hand.
//!
//! ## Evidence
//! The writing of each blank, judged for print by the reader.
//!
//! ## Cannot tell
//! Always `review`. A blank that was not judged is left out; none judged: not evaluated.

use super::some_form;
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::documents::{ApplicationForm, Commitment};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;

const ID: &str = "form-not-handwritten";

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Err(outcome) = some_form(case) {
        return outcome;
    }
    let least = case.settings.reading.printed_threshold;
    let mut flags = Vec::new();
    let mut judged = false;
    let mut document = |kind: MaterialKind, blanks: &[(&str, Option<f32>)]| {
        judged |= blanks.iter().any(|(_, p)| p.is_some());
        let printed: Vec<&str> = blanks.iter().filter(|(_, p)| p.is_some_and(|p| p >= least)).map(|(name, _)| *name).collect();
        if let Some(first) = printed.first() {
            let most = blanks.iter().filter_map(|(_, p)| *p).fold(0.0, f32::max);
            flags.push(case.flag(ID, Severity::Review).on(kind).field(*first).observed(printed.join(", ")).confidence(most).says(
                format!("{kind}的内容疑似为打印，要求全部手写，请打印空白表后手填。"),
                format!("Something on the {} looks printed, not written by hand.", kind.english()),
            ));
        }
    };
    if let Some(form) = case.form() {
        document(MaterialKind::ApplicationForm, &form_blanks(form));
    }
    for (kind, letter) in case.commitments() {
        document(kind, &letter_blanks(letter));
    }
    if flags.is_empty() && !judged {
        return Outcome::NotEvaluated("print and handwriting were not told apart");
    }
    Outcome::of(flags)
}

fn p<T>(name: &'static str, fact: &Fact<T>) -> (&'static str, Option<f32>) {
    (name, fact.printed.filter(|_| fact.is_filled()))
}

fn form_blanks(f: &ApplicationForm) -> Vec<(&'static str, Option<f32>)> {
    let mut all = vec![
        p("name", &f.name),
        p("number", &f.number),
        p("prior_occupation", &f.prior_occupation),
        p("prior_level", &f.prior_level),
        p("prior_certificate_number", &f.prior_certificate_number),
        p("occupation", &f.occupation),
        p("level", &f.level),
        p("chsi_code", &f.chsi_code),
        p("education.school", &f.education.school),
        p("education.major", &f.education.major),
    ];
    all.extend(f.condition.iter().map(|c| p("condition", &c.fact)));
    all.extend(f.work.iter().flat_map(|w| [p("work.start", &w.start), p("work.end", &w.end), p("work.employer", &w.employer), p("work.occupation", &w.occupation)]));
    all
}

fn letter_blanks(c: &Commitment) -> Vec<(&'static str, Option<f32>)> {
    vec![
        p("name", &c.name),
        p("number", &c.number),
        p("occupation", &c.occupation),
        p("education", &c.education),
        p("institution", &c.institution),
        p("mobile", &c.mobile),
    ]
}
