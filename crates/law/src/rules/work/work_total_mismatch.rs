//! `work-total-mismatch`
//!
//! ## What is wrong
//! A written total (共X年) does not agree with the spans, or the totals of form and letter hold only under different
//! interpretations.
//!
//! ## Evidence
//! Of each sentence or of all: not more than the months with both ends counted, not less than the whole years of the
//! plain months. The letter's total together with all of the form's: each sentence its own and the letter their sum, or
//! one total for all. A letter whose form cannot be counted: not more than its own span.
//!
//! ## Cannot tell
//! Always `review`. A span or a total that was not read is not compared. A letter's total that no interpretation of the
//! form's allows is `form-commitment-mismatch`.

use super::totals::{self, LetterTotal};
use super::{FORM, field, nothing_to_judge, nth, spans, told_by};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::total_agrees;
use crate::vocabulary::documents::Commitment;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use spans::Count::{Lenient, Strict};

pub const RULE: Rule = Rule {
    id: "work-total-mismatch",
    worst: Severity::Review,
    source: "G2 说明4",
    title_zh: "工作年限合计不符",
    title_en: "the written total does not agree with the spans",
    rests_on: &[
        "application_form.work[].years",
        "work_commitment.work[].years",
        "application_form.work[].start",
        "work_commitment.work[].start",
        "application_form.work[].end",
        "work_commitment.work[].end",
        "application_form.work[].occupation_start",
        "work_commitment.work[].occupation_start",
        "application_form.work[].occupation_end",
        "work_commitment.work[].occupation_end",
        "work_commitment.years",
        "work_commitment.start",
        "work_commitment.end",
        "today",
    ],
    settings: &["reading.written_years"],
    clears_zh: "使“共X年”与起止年月相符后重新填写",
    clears_en: "a total that the months come to",
    file: include_str!("work_total_mismatch.rs"),
    judge,
    ..Rule::NEW
};

const LETTER: MaterialKind = MaterialKind::WorkCommitment;

/// As decided in docs/domain.md, "Totals of years".
pub fn judge(case: &Case<'_>) -> Outcome {
    let letter = case.commitments().find(|(kind, _)| *kind == LETTER).map(|(_, letter)| letter);
    let mut flags = of_sentences(case);
    // A letter that repeats a sentence's mistake is no second one.
    if let Some(letter) = letter.filter(|_| flags.is_empty()) {
        flags.extend(of_letter(case, letter));
    }
    match nothing_to_judge(case) {
        Some(outcome) if flags.is_empty() && (letter.is_none() || case.unread(FORM)) => outcome,
        _ => Outcome::of(flags),
    }
}

fn of_letter(case: &Case<'_>, letter: &Commitment) -> Option<Flag> {
    let years = letter.years.value?;
    let sure = letter.years.confidence >= case.threshold();
    let draft =
        || case.flag(&RULE, Severity::Review).fact(LETTER, "years", &letter.years).observed(format!("{years}年"));
    if let Some((strict, lenient)) = totals::of_rows(case, letter).filter(|(s, l)| !total_agrees(years, *s, *l)) {
        let counted = format!("{} 年 {} 个月", strict / 12, strict % 12);
        let differs = format!("{LETTER}填写累计“共 {years} 年”，所列各段工作经历合计为 {counted}");
        let draft = draft().expected(format!("{counted}（首尾月份均计入为 {lenient} 个月）"));
        return Some(draft.applicant(format!("{differs}，请核对后重新填写。")).says(
            told(sure, &differs),
            format!("The letter's total of {years} years does not agree with the {strict} months of its rows."),
        ));
    }
    match totals::of_letter(case, letter) {
        LetterTotal::OnlyByAnother { on_form } => {
            let on_form = totals::shown(on_form);
            let differs = format!("{LETTER}填写累计“共 {years} 年”，申报表所填年限按同一口径计为 {on_form} 年");
            let asked = format!(
                "{differs}。申报表各段分别填写的，承诺书应为各段之和；填写全部合计的，承诺书应与合计一致，请核对后统一填写。"
            );
            Some(draft().expected(format!("{on_form}年")).applicant(asked).says(
                told(sure, &differs),
                format!(
                    "The letter's total of {years} years and the form's ({on_form}) hold only under different interpretations."
                ),
            ))
        }
        LetterTotal::NotCompared => {
            let months = totals::over_own_span(case, letter)?;
            let over = format!(
                "{LETTER}填写累计“共 {years} 年”，超过其起止时间（含首尾两月共 {} 年 {} 个月）",
                months / 12,
                months % 12
            );
            let draft = draft().expected(format!("不超过 {} 年 {} 个月", months / 12, months % 12));
            Some(draft.applicant(format!("{over}，请核对后重新填写。")).says(
                told(sure, &over),
                format!("The letter's total of {years} years is more than its own {months} months."),
            ))
        }
        LetterTotal::Holds | LetterTotal::Contradicts { .. } => None,
    }
}

fn of_sentences(case: &Case<'_>) -> Vec<Flag> {
    let work = spans::counted(case);
    let union = |count| spans::months(work.spans.iter().map(|s| (s.start, s.end)), count, None);
    let mut flags = Vec::new();
    for (i, sentence) in spans::filled(case) {
        let Some(years) = sentence.years.value.filter(|_| sentence.years.state == State::Read) else { continue };
        let own = [false, true]
            .into_iter()
            .filter_map(|second| spans::span(case, i, sentence, second))
            .filter(|s| s.start <= s.end);
        let mut lengths = own.map(|s| s.end.since(s.start)).peekable();
        let Some(&months) = lengths.peek() else { continue };
        // A total over all sentences may stand in one of them, if all could be counted.
        if lengths.any(|m| total_agrees(years, m, m + 1))
            || (!work.broken && total_agrees(years, union(Strict), union(Lenient)))
        {
            continue;
        }
        let differs = format!(
            "{}{}工作经历填写“共 {years} 年”，起止时间为 {} 年 {} 个月",
            told_by(case),
            nth(i),
            months / 12,
            months % 12
        );
        flags.push(
            case.flag(&RULE, Severity::Review)
                .fact(told_by(case), field(i, "years"), &sentence.years)
                .expected(format!("{}年{}个月", months / 12, months % 12))
                .observed(format!("{years}年"))
                .applicant(format!("{differs}，请按起止时间重新填写。"))
                .says(
                    told(sentence.years.confidence >= case.threshold(), &differs),
                    format!("The written total of {years} years does not agree with {months} months."),
                ),
        );
    }
    flags
}
