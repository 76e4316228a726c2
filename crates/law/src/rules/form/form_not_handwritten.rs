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
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::{ApplicationForm, Commitment};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Severity, Shows};
use crate::vocabulary::material::MaterialKind;

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
    let mut document = |kind: MaterialKind, blanks: &[Blank]| {
        judged |= blanks.iter().any(|b| b.printed.is_some());
        let printed: Vec<&Blank> = blanks.iter().filter(|b| b.printed.is_some_and(|p| p >= least)).collect();
        if let Some(first) = printed.first() {
            let most = printed.iter().filter_map(|b| b.printed).fold(0.0, f32::max);
            let fields = printed.iter().map(|b| b.field.as_str()).collect::<Vec<_>>().join(", ");
            let mut words: Vec<&str> = printed.iter().map(|b| b.zh).collect();
            words.dedup();
            // Print is mostly told for the page as a whole: then no list of all its blanks.
            let all = printed.len() == blanks.iter().filter(|b| b.printed.is_some()).count();
            let what = if all { kind.to_string() } else { format!("{kind}的“{}”", words.join("、")) };
            flags.push(case.flag(&RULE, Severity::Review).on(kind).field(&*first.field).observed(fields).confidence(most).says(
                format!("{what}疑似不是手写，须由本人用笔填写，请重新手写一份后上传。"),
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

/// A filled blank: its fact's name, its word in messages, and how surely it is print, if that was judged.
struct Blank {
    field: String,
    zh: &'static str,
    printed: Option<f32>,
}

fn blank<T>(field: impl Into<String>, zh: &'static str, fact: &Fact<T>) -> Blank {
    Blank { field: field.into(), zh, printed: fact.printed.filter(|_| fact.is_filled()) }
}

fn form_blanks(f: &ApplicationForm) -> Vec<Blank> {
    let mut all = vec![
        blank("name", "姓名", &f.name),
        blank("number", "身份证号", &f.number),
        blank("prior_occupation", "现有职业资格证书", &f.prior_occupation),
        blank("prior_level", "现有职业资格证书", &f.prior_level),
        blank("prior_certificate_number", "现有职业资格证书", &f.prior_certificate_number),
        blank("occupation", "申报职业名称", &f.occupation),
        blank("level", "申报级别", &f.level),
    ];
    all.extend(f.condition.iter().map(|c| blank("condition", "申报条件", &c.fact)));
    all.push(blank("chsi_code", "学信网验证码", &f.chsi_code));
    for (i, w) in f.work.iter().enumerate() {
        let of = |name: &str| format!("work[{i}].{name}");
        all.extend([blank(of("start"), "工作经历", &w.start), blank(of("end"), "工作经历", &w.end)]);
        all.extend([blank(of("employer"), "工作经历", &w.employer), blank(of("occupation"), "工作经历", &w.occupation)]);
    }
    all.extend([blank("education.school", "学历", &f.education.school), blank("education.major", "学历", &f.education.major)]);
    all
}

fn letter_blanks(c: &Commitment) -> Vec<Blank> {
    vec![
        blank("name", "姓名", &c.name),
        blank("number", "身份证号", &c.number),
        blank("occupation", "申报职业", &c.occupation),
        blank("education", "学历", &c.education),
        blank("institution", "培训机构", &c.institution),
        blank("mobile", "联系电话", &c.mobile),
    ]
}
