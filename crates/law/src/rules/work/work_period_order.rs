//! `work-period-order`
//!
//! ## What is wrong
//! A span ends before it starts, or is impossible (month 13, a year that work cannot lie in).
//!
//! ## Evidence
//! Both spans of every filled sentence; the commitment letter's span where the form cannot be read.
//!
//! ## Cannot tell
//! A doubtful reading is `review`. An impossible month is certain only if two readings say so surely; one that was read
//! so once, surely or likelier than not, is `review`, and one that is more likely another is `reading-doubtful`. A blank or half-blank month is
//! `form-incomplete`.
//! Start and end in one month is a short job, not a defect.

use super::{FORM, field, nth, spans, told_by};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::plausible::{Dated, Plausible, Tells};
use crate::rules::reading::{misread, told};
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{SpanEnd, WrittenMonth};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;
use std::fmt::Display;

pub const RULE: Rule = Rule {
    id: "work-period-order",
    worst: Severity::Reject,
    source: "G2 说明4",
    title_zh: "工作起止时间有误",
    title_en: "a span ends before it starts, or is impossible",
    rests_on: &[
        "application_form.work[].start",
        "work_commitment.work[].start",
        "application_form.work[].end",
        "work_commitment.work[].end",
        "application_form.work[].occupation_start",
        "work_commitment.work[].occupation_start",
        "application_form.work[].occupation_end",
        "work_commitment.work[].occupation_end",
        "work_commitment.start",
        "work_commitment.end",
        "today",
    ],
    settings: &["reading.written_years"],
    clears_zh: "按实际起止年月重新填写",
    clears_en: "the real months",
    file: include_str!("work_period_order.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags = Vec::new();
    for (i, s) in spans::filled(case) {
        let first = wrong(case, told_by(case), (&s.start, &field(i, "start")), (&s.end, &field(i, "end")), &nth(i));
        // A second span that repeats the first one's mistake is the same mistake.
        let second = || {
            wrong(
                case,
                told_by(case),
                (&s.occupation_start, &field(i, "occupation_start")),
                (&s.occupation_end, &field(i, "occupation_end")),
                &nth(i),
            )
        };
        flags.extend(first.or_else(second));
    }
    if case.form().is_none() {
        for (kind, c) in case
            .commitments()
            .filter(|(k, _)| matches!(k, MaterialKind::WorkCommitment | MaterialKind::TrainingCommitment))
        {
            flags.extend(wrong(case, kind, (&c.start, "start"), (&c.end, "end"), ""));
        }
    }
    Outcome::of_partial(flags, case.unread(FORM), why::FORM_UNREAD)
}

fn wrong(
    case: &Case<'_>,
    kind: MaterialKind,
    start: (&Fact<WrittenMonth>, &str),
    end: (&Fact<SpanEnd>, &str),
    nth: &str,
) -> Option<Flag> {
    if let Some(flag) = impossible(case, kind, start, nth, ["起始时间", "start"]) {
        return Some(flag);
    }
    if let Some(flag) = impossible(case, kind, end, nth, ["结束时间", "end"]) {
        return Some(flag);
    }
    let ((from, start_sure), (to, end_sure)) = (spans::month(case, start.0)?, spans::last_month(case, end.0)?);
    (from > to).then(|| {
        let sure = start_sure && end_sure;
        let wrong = format!("{kind}{nth}经历的结束时间（{}）早于起始时间（{}）", to.chinese(), from.chinese());
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(kind, start.1, start.0)
            .observed(format!("{from} — {to}"))
            .confidence(start.0.confidence.min(end.0.confidence))
            .applicant(format!("{wrong}，请更正后重新填写。"))
            .says(told(sure, &wrong), format!("The span ends ({to}) before it starts ({from})."))
    })
}

/// A month that cannot be, unless it was read in doubt: then it is a doubt about the reading.
fn impossible<T: Dated + Display>(
    case: &Case<'_>,
    kind: MaterialKind,
    (fact, field): (&Fact<T>, &str),
    nth: &str,
    [zh, en]: [&str; 2],
) -> Option<Flag> {
    let written = fact.value.as_ref().filter(|v| matches!(v.parts(), [Some(_), Some(_), _]))?;
    let twice = match case.plausible(Tells::Work, fact) {
        Plausible::Yes | Plausible::Unsure => return None,
        Plausible::Once => false,
        Plausible::Twice => true,
    };
    let draft = case
        .flag(&RULE, Case::by_sureness(twice))
        .fact(kind, field, fact)
        .observed(written.to_string())
        .applicant(format!("{kind}{nth}经历的{zh}有误，请更正后重新填写{kind}。"));
    Some(if twice {
        draft.says(format!("{kind}{nth}经历的{zh}“{written}”不可能存在。"), format!("The {en} {written} cannot be."))
    } else {
        draft.says(
            misread(&format!("{kind}{nth}经历的{zh}识读为“{written}”")),
            format!("The {en} reads as {written}, which cannot be and may be misread."),
        )
    })
}
