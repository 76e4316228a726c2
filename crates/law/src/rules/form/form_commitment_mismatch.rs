//! `form-commitment-mismatch`
//!
//! ## What is wrong
//! 申报表 and 工作经历承诺书 (or another letter) contradict each other.
//!
//! ## Evidence
//! Occupation and level of each letter, span and total of the work letter, against the 申报表.
//!
//! ## Cannot tell
//! A doubtful reading on either side is `review`. A 申报表 that is itself wrong (`form-occupation`, `form-level`), or a
//! span that cannot be counted, is not compared. A total that only another reading of the form's totals excuses is
//! `work-total-mismatch`.

use super::{FORM, no_form};
use crate::rules::case::{Case, observed};
use crate::rules::form::form_occupation::compare;
use crate::rules::outcome::Outcome;
use crate::rules::reading::{Agreement, told};
use crate::rules::rule::Rule;
use crate::rules::work::totals::{self, LetterTotal};
use crate::rules::work::{field, spans};
use crate::vocabulary::calendar::{Month, SpanEnd, WrittenMonth};
use crate::vocabulary::documents::{ApplicationForm, Commitment, WorkSentence};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;

pub const RULE: Rule = Rule {
    id: "form-commitment-mismatch",
    worst: Severity::Reject,
    source: "填表说明四3",
    title_zh: "申报表与承诺书矛盾",
    title_en: "申报表 and 承诺书 contradict each other",
    rests_on: &[
        "application_form.occupation",
        "application_form.level",
        "application_form.work[].start",
        "application_form.work[].end",
        "application_form.work[].years",
        "*_commitment.occupation",
        "*_commitment.level",
        "work_commitment.start",
        "work_commitment.end",
        "work_commitment.years",
        "work_commitment.work[].start",
        "work_commitment.work[].end",
        "today",
    ],
    settings: &["reading.written_years"],
    clears_zh: "使申报表与承诺书所填一致后重新上传",
    clears_en: "form and letter that say the same",
    file: include_str!("form_commitment_mismatch.rs"),
    judge,
    ..Rule::NEW
};

const WORK: MaterialKind = MaterialKind::WorkCommitment;

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = no_form(case) {
        return outcome;
    }
    let Some(form) = case.form() else { return Outcome::NotApplicable };
    let mut flags = Vec::new();
    for (kind, letter) in case.commitments() {
        flags.extend(occupation(case, form, kind, letter));
        flags.extend(level(case, form, kind, letter));
    }
    if let Some(letter) = case.commitment(WORK) {
        flags.extend(work(case, form, letter));
    }
    Outcome::of_partial(flags, case.unread(WORK), super::UNREAD)
}

fn occupation(case: &Case<'_>, form: &ApplicationForm, kind: MaterialKind, letter: &Commitment) -> Option<Flag> {
    let right = matches!(compare(case, &form.occupation), Agreement::Same | Agreement::MaySame);
    let sure = match compare(case, &letter.occupation) {
        Agreement::Differs => form.occupation.confidence >= case.threshold(),
        Agreement::MayDiffer => false,
        Agreement::Same | Agreement::MaySame | Agreement::Unread => return None,
    };
    right.then(|| {
        flag(
            case,
            kind,
            ("occupation", "申报职业"),
            &letter.occupation,
            [observed(&letter.occupation), form.occupation.value.clone()].map(Option::unwrap_or_default),
            sure,
        )
    })
}

fn level(case: &Case<'_>, form: &ApplicationForm, kind: MaterialKind, letter: &Commitment) -> Option<Flag> {
    let on_form =
        form.level.value.filter(|l| form.level.state == State::Read && case.level().is_none_or(|r| r == *l))?;
    let on_letter = letter.level.value.filter(|l| letter.level.state == State::Read && *l != on_form)?;
    let sure = form.level.confidence.min(letter.level.confidence) >= case.threshold();
    Some(flag(case, kind, ("level", "申报级别"), &letter.level, [on_letter.full(), on_form.full()], sure))
}

/// The letter says once what the sentences of the form say one by one: from the first start to the last end, in all so
/// many years.
fn work(case: &Case<'_>, form: &ApplicationForm, letter: &Commitment) -> Vec<Flag> {
    let all = spans::counted(case);
    // Where the rows of the letter are the only employments there is nothing to hold them against.
    if all.broken || all.spans.is_empty() || case.work().0 == WORK {
        return Vec::new();
    }
    let t = case.threshold();
    let mut flags = Vec::new();
    // Every month that the letter is held against was read surely, not only those that count.
    let sure_form = all.spans.iter().all(|s| {
        let both = [false, true].map(|second| spans::span(case, s.index, s.sentence, second));
        both.into_iter().flatten().all(|span| span.sure)
    });
    // The employment's span or the one in the occupation: the letter's text fits both.
    let both = |second: bool| -> Option<(Month, Month)> {
        let list: Vec<_> = all
            .spans
            .iter()
            .filter_map(|s| {
                spans::span(case, s.index, s.sentence, second)
                    .or_else(|| spans::span(case, s.index, s.sentence, !second))
            })
            .collect();
        Some((list.iter().map(|s| s.start).min()?, list.iter().map(|s| s.end).max()?))
    };
    let ends: Vec<(Month, Month)> = [both(false), both(true)].into_iter().flatten().collect();
    let (first, last) = ends_of(case, letter);
    if let Some((start, sure)) = spans::month(case, first.1)
        && !ends.iter().any(|e| e.0 == start)
    {
        flags.push(flag(
            case,
            WORK,
            (&first.0, "起始时间"),
            first.1,
            [start, ends[0].0].map(Month::chinese),
            sure && sure_form,
        ));
    }
    if let Some((end, sure)) = spans::last_month(case, last.1)
        && !ends.iter().any(|e| e.1 == end)
    {
        let both = [end, ends[0].1].map(Month::chinese);
        flags.push(flag(case, WORK, (&last.0, "结束时间"), last.1, both, sure && sure_form));
    }
    if let LetterTotal::Contradicts { on_form } = totals::of_letter(case, letter) {
        let written = form.work.iter().filter(|s| s.is_filled()).map(|s| &s.years);
        let sure = letter.years.confidence >= t && written.into_iter().all(|f| f.confidence >= t);
        let both = [letter.years.value.unwrap_or_default(), on_form].map(|y| format!("{} 年", totals::shown(y)));
        flags.push(flag(case, WORK, ("years", "累计年限"), &letter.years, both, sure));
    }
    flags
}

/// From when to when the letter says that the applicant worked: as written, or by its first and its last row.
#[expect(clippy::type_complexity, reason = "two facts with their names")]
fn ends_of<'a>(
    case: &Case<'_>,
    letter: &'a Commitment,
) -> ((String, &'a Fact<WrittenMonth>), (String, &'a Fact<SpanEnd>)) {
    let rows = || letter.work.iter().enumerate().filter(|(_, s)| s.is_filled());
    let first = rows().min_by_key(|(_, s)| spans::month(case, &s.start).map(|m| m.0));
    // 至今 names no month and is later than all that do
    let until_now = |s: &WorkSentence| s.end.value == Some(SpanEnd::UntilNow);
    let last = rows().max_by_key(|(_, s)| (until_now(s), spans::last_month(case, &s.end).map(|m| m.0)));
    (
        first.map_or_else(|| ("start".to_owned(), &letter.start), |(i, s)| (field(i, "start"), &s.start)),
        last.map_or_else(|| ("end".to_owned(), &letter.end), |(i, s)| (field(i, "end"), &s.end)),
    )
}

fn flag<T>(
    case: &Case<'_>,
    kind: MaterialKind,
    (field, what): (&str, &str),
    fact: &Fact<T>,
    [on_letter, on_form]: [String; 2],
    sure: bool,
) -> Flag {
    let differs = format!("{kind}的{what}为“{on_letter}”，{FORM}为“{on_form}”");
    let draft = case
        .flag(&RULE, Case::by_sureness(sure))
        .fact(kind, field, fact)
        .expected(on_form.clone())
        .observed(on_letter.clone());
    draft.applicant(format!("{differs}，请核对后更正一致。")).says(
        told(sure, &differs),
        format!(
            "{field} of the {} {} the application form ({on_form}).",
            kind.english(),
            if sure { "contradicts" } else { "may contradict" }
        ),
    )
}
