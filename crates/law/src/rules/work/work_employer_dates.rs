//! `work-employer-dates`
//!
//! ## What is wrong
//! The employer did not exist during the span, or is not in the register.
//!
//! ## Evidence
//! Founding and dissolution, by month, of every enterprise with that name, present or former.
//!
//! ## Cannot tell
//! No register: not evaluated. A doubtful reading is `review`; a name that the register (an extract) does not have is
//! `review`.
//! A name in doubt that is not found is `reading-doubtful`; one that is not a full name is `work-employer-name`.

use super::work_employer_name::is_full_name;
use super::{field, nothing_to_judge, nth, spans, told_by};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::Month;
use crate::vocabulary::documents::WorkSentence;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::register::{Enterprise, Lookup};
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "work-employer-dates",
    worst: Severity::Reject,
    source: "G2 说明4",
    title_zh: "单位存续期不符",
    title_en: "employer did not exist during the span",
    rests_on: &[
        "application_form.work[].employer",
        "work_commitment.work[].employer",
        "application_form.work[].start",
        "work_commitment.work[].start",
        "application_form.work[].end",
        "work_commitment.work[].end",
        "register",
        "today",
    ],
    settings: &["work.employer_endings", "reading.written_years"],
    clears_zh: "核对单位全称和起止年月；曾用名或登记信息缺漏的，提交证明",
    clears_en: "name and months corrected, or proof of a former name",
    file: include_str!("work_employer_dates.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = nothing_to_judge(case) {
        return outcome;
    }
    let mut flags = Vec::new();
    for (i, sentence) in spans::filled(case) {
        let Some(name) = sentence.employer.value.as_deref().filter(|_| sentence.employer.state == State::Read) else {
            continue;
        };
        match case.register.look_up(name) {
            Lookup::NoRegister => return Outcome::NotEvaluated(why::NO_REGISTER),
            Lookup::Found(enterprises) => flags.extend(dead(case, i, sentence, name, &enterprises)),
            Lookup::NotFound { near } => {
                if sentence.employer.confidence >= case.threshold() && is_full_name(case, name) {
                    let draft = case.flag(&RULE, Severity::Review).fact(
                        told_by(case),
                        field(i, "employer"),
                        &sentence.employer,
                    );
                    let draft = if near.is_empty() { draft } else { draft.expected(near.join("、")) };
                    let place = format!("{}{}工作经历的工作单位“{name}”", told_by(case), nth(i));
                    let asked = format!("{place}在企业登记信息中查不到，请核对单位全称（如有曾用名请另行说明）。");
                    flags.push(draft.applicant(asked).says(
                        format!("企业登记信息中查不到{place}，请核对。"),
                        format!("The register does not have the employer \u{201c}{name}\u{201d}."),
                    ));
                }
            }
        }
    }
    Outcome::of(flags)
}

fn dead(
    case: &Case<'_>,
    index: usize,
    sentence: &WorkSentence,
    name: &str,
    enterprises: &[Enterprise],
) -> Option<Flag> {
    let span = spans::span(case, index, sentence, false).filter(|s| s.start <= s.end)?;
    let alive = |e: &Enterprise| {
        e.founded.is_none_or(|d| Month::of(d) <= span.start) && e.dissolved.is_none_or(|d| span.end <= Month::of(d))
    };
    if enterprises.iter().any(alive) {
        return None;
    }
    let lives = enterprises.iter().map(|e| {
        let day = |d: Option<jiff::civil::Date>| d.map_or_else(|| "…".to_owned(), |d| d.to_string());
        format!("{}—{}", day(e.founded), day(e.dissolved))
    });
    let lives = lives.collect::<Vec<_>>().join("; ");
    let sure = span.sure && sentence.employer.confidence >= case.threshold();
    let conflict = format!(
        "{}{}工作经历（{}至{}）与工作单位“{name}”的成立、注销时间不符",
        told_by(case),
        nth(index),
        span.start.chinese(),
        span.end.chinese()
    );
    Some(
        case.flag(&RULE, Case::by_sureness(sure))
            .fact(told_by(case), field(index, "employer"), &sentence.employer)
            .expected(&*lives)
            .observed(format!("{name} {}—{}", span.start, span.end))
            .applicant(format!("{conflict}，请核对单位全称和起止时间后重新填写。"))
            .says(
                told(sure, &format!("{conflict}：登记为 {lives}")),
                format!("The employer did not exist throughout {}—{} ({lives}).", span.start, span.end),
            ),
    )
}
