//! `work-period-order`
//!
//! ## What is wrong
//! A span ends before it starts, or is impossible (month 13).
//!
//! ## Evidence
//! Both spans of every filled sentence; the commitment letter's span where the form cannot be read.
//!
//! ## Cannot tell
//! A doubtful reading is `review`. A blank or half-blank month is `form-incomplete`.
//! Start and end in one month is a short job, not a defect.

use super::{FORM, field, nth, spans};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::{SpanEnd, WrittenMonth};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;

pub const RULE: Rule = Rule {
    id: "work-period-order",
    worst: Severity::Reject,
    source: "G2 说明4",
    title_zh: "工作起止时间有误",
    title_en: "a span ends before it starts, or is impossible",
    rests_on: &[
        "application_form.work[].start",
        "application_form.work[].end",
        "application_form.work[].occupation_start",
        "application_form.work[].occupation_end",
        "work_commitment.start",
        "work_commitment.end",
    ],
    clears_zh: "按实际起止年月重新填写",
    clears_en: "the real months",
    file: include_str!("work_period_order.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags = Vec::new();
    for (i, s) in spans::filled(case) {
        let first = wrong(case, FORM, (&s.start, &field(i, "start")), (&s.end, &field(i, "end")), &nth(i));
        // A second span that repeats the first one's mistake is the same mistake.
        let second = || {
            wrong(
                case,
                FORM,
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
    Outcome::of_partial(flags, case.unread(FORM), "the form is not read by this version")
}

fn wrong(
    case: &Case<'_>,
    kind: MaterialKind,
    start: (&Fact<WrittenMonth>, &str),
    end: (&Fact<SpanEnd>, &str),
    nth: &str,
) -> Option<Flag> {
    let threshold = case.threshold();
    let first = start.0.value.filter(|_| start.0.state == State::Read);
    let last = end.0.value.filter(|_| end.0.state == State::Read);
    if let Some(written) = first.filter(|w| impossible(*w)) {
        let sure = start.0.confidence >= threshold;
        return Some(
            case.flag(&RULE, Case::by_sureness(sure)).fact(kind, start.1, start.0).observed(written.to_string()).says(
                format!("{kind}{nth}经历的起始时间“{written}”不存在，请更正后重新填写申报表。"),
                format!("The start {written} is no month."),
            ),
        );
    }
    let last = match last {
        Some(SpanEnd::Month(written)) => written,
        Some(SpanEnd::UntilNow) | None => return None,
    };
    let sure_end = end.0.confidence >= threshold;
    if impossible(last) {
        return Some(
            case.flag(&RULE, Case::by_sureness(sure_end)).fact(kind, end.1, end.0).observed(last.to_string()).says(
                format!("{kind}{nth}经历的结束时间“{last}”不存在，请更正后重新填写申报表。"),
                format!("The end {last} is no month."),
            ),
        );
    }
    let (from, to) = (first?.valid()?, last.valid()?);
    (from > to).then(|| {
        let sure = sure_end && start.0.confidence >= threshold;
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(kind, start.1, start.0)
            .observed(format!("{from} — {to}"))
            .confidence(start.0.confidence.min(end.0.confidence))
            .says(
                format!("{kind}{nth}经历的结束时间（{to}）早于起始时间（{from}），请更正后重新填写。"),
                format!("The span ends ({to}) before it starts ({from})."),
            )
    })
}

/// Both parts are there, and together they are no month.
fn impossible(written: WrittenMonth) -> bool {
    written.year.is_some() && written.month.is_some() && written.valid().is_none()
}
