//! `education-period`
//!
//! ## What is wrong
//! The study span is impossible, or the applicant has not graduated yet where that is not admitted.
//!
//! ## Evidence
//! The study span on the form and on the diploma, against the signature (else `--as-of`).
//!
//! ## Cannot tell
//! Always `review`. A month that cannot be may be misread: the sentence asks to look at it; on the 申报表 one that
//! is more likely another is `reading-doubtful`. Students of the condition's own classes may end whenever; 在读应届 within a year of the registration.

use super::{DIPLOMA, UNREAD, diploma, is_academic, requirement, unread};
use crate::rules::case::Case;
use crate::rules::draft::Draft;
use crate::rules::outcome::Outcome;
use crate::rules::plausible::{Dated, Plausible, Tells};
use crate::rules::reading::{misread, told};
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{Month, SpanEnd, WrittenMonth};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "education-period",
    worst: Severity::Review,
    source: "报考条件",
    title_zh: "就读时间有误",
    title_en: "study span impossible, or not yet graduated where that is not admitted",
    rests_on: &[
        "application_form.education.start",
        "application_form.education.end",
        "application_form.education.signed_on",
        "diploma.start",
        "diploma.end",
        "registration.registered_on",
        "today",
    ],
    settings: &["reading.written_years"],
    clears_zh: "按毕业证书更正就读起止年月；尚未毕业的，毕业后再报",
    clears_en: "the months of the diploma; else a registration after graduation",
    file: include_str!("education_period.rs"),
    judge,
    ..Rule::NEW
};

/// Months after the registration in which an 应届 student graduates.
const GRADUATION_YEAR: i32 = 12;

/// As decided in docs/domain.md, "Dates: today and the future".
pub fn judge(case: &Case<'_>) -> Outcome {
    if case.condition.is_none() {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    }
    if requirement(case).is_none() {
        return Outcome::NotApplicable;
    }
    let mut flags: Vec<Flag> = Vec::new();
    if let Some(study) = case.form().map(|f| &f.education) {
        let end = study.end.value.filter(|_| study.end.state == State::Read).and_then(|e| match e {
            SpanEnd::Month(m) => Some(m),
            SpanEnd::UntilNow => None,
        });
        let signed = study.signed_on.value.and_then(|w| case.day(Tells::Signing, w)).filter(|d| *d <= case.as_of);
        flags.extend(wrong(
            case,
            MaterialKind::ApplicationForm,
            ("education.start", &study.start),
            ("education.end", &study.end),
            end,
            Month::of(signed.unwrap_or(case.as_of)),
        ));
    }
    if let Some(d) = diploma(case).filter(|_| flags.is_empty()) {
        let end = d.end.value.filter(|_| d.end.state == State::Read);
        flags.extend(wrong(case, DIPLOMA, ("start", &d.start), ("end", &d.end), end, Month::of(case.as_of)));
    }
    Outcome::of_partial(flags, unread(case), UNREAD)
}

fn wrong<E: Dated>(
    case: &Case<'_>,
    kind: MaterialKind,
    start: (&str, &Fact<WrittenMonth>),
    end: (&str, &Fact<E>),
    last: Option<WrittenMonth>,
    limit: Month,
) -> Option<Flag> {
    let first = start.1.value.filter(|_| start.1.state == State::Read);
    if let Some(flag) = first.and_then(|w| cannot_be(case, kind, start, w, "起始时间")) {
        return Some(flag);
    }
    let last = last?;
    if let Some(flag) = cannot_be(case, kind, end, last, "结束时间") {
        return Some(flag);
    }
    let to = case.month(Tells::Schooling, last)?;
    if let Some(from) = first.and_then(|w| case.month(Tells::Schooling, w)).filter(|from| *from >= to) {
        let span = format!("{}至{}", from.chinese(), to.chinese());
        return Some(flag(case, kind, start.0, start.1, span, "结束时间不晚于起始时间"));
    }
    let required = requirement(case)?;
    let graduates_by = if required.students {
        None
    } else if required.in_study {
        Some(case.registered_on().map_or(limit, Month::of).max(limit).plus(GRADUATION_YEAR))
    } else {
        Some(limit)
    };
    graduates_by
        .filter(|by| to > *by)
        .map(|_| flag(case, kind, end.0, end.1, to.chinese(), "毕业时间尚未到，所选申报条件要求已毕业或为应届毕业生"))
}

/// A month that cannot be: a mistake if two readings say so, else it may be misread.
fn cannot_be<T: Dated>(
    case: &Case<'_>,
    kind: MaterialKind,
    (field, fact): (&str, &Fact<T>),
    written: WrittenMonth,
    which: &str,
) -> Option<Flag> {
    if written.year.is_none() || written.month.is_none() {
        return None;
    }
    match case.plausible(Tells::Schooling, fact) {
        Plausible::Yes => None,
        Plausible::Twice => Some(flag(case, kind, field, fact, written.to_string(), &format!("{which}不合理"))),
        // The 申报表's own doubts are told by `reading-doubtful`, where its section is needed.
        Plausible::Unsure if kind == MaterialKind::ApplicationForm && is_academic(case) != Some(true) => None,
        Plausible::Unsure | Plausible::Once => Some(draft(case, kind, field, fact, &written.to_string()).says(
            misread(&format!("{kind}上的就读{which}识读为“{written}”")),
            format!(
                "A month of study on the {} reads as {written}, which cannot be and may be misread.",
                kind.english()
            ),
        )),
    }
}

fn flag<T>(case: &Case<'_>, kind: MaterialKind, field: &str, fact: &Fact<T>, observed: String, what: &str) -> Flag {
    let sure = fact.confidence >= case.threshold();
    draft(case, kind, field, fact, &observed).says(
        told(sure, &format!("{kind}上的就读时间（{observed}）有误：{what}")),
        format!("The study span ({observed}) on the {} is impossible or not over yet.", kind.english()),
    )
}

fn draft<T>(case: &Case<'_>, kind: MaterialKind, field: &str, fact: &Fact<T>, observed: &str) -> Draft {
    let asked = if kind == DIPLOMA {
        "毕业证书上的就读时间不符合要求，请核对后上传本人的毕业证书，或重新选择申报条件。".to_owned()
    } else {
        format!("{kind}上的就读时间有误，请按毕业证书（在读的按学籍）核对后重新填写。")
    };
    case.flag(&RULE, Severity::Review).fact(kind, field, fact).observed(observed).applicant(asked)
}
