//! Counts the months of the 工作经历 sentences and compares them with the years that the condition requires.
//! Shared by `work-years` and `work-years-borderline`, which differ in what they flag and in the sentence.

use super::spans::{self, Count};
use super::work_occupation::judged;
use super::{FORM, field, told_by};
use crate::rules::case::Case;
use crate::rules::lists::Listed;
use crate::rules::outcome::Outcome;
use crate::rules::plausible::Tells;
use crate::rules::rule::Rule;
use crate::vocabulary::calendar::Month;
use crate::vocabulary::documents::{ApplicationForm, WorkSentence};
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why::{self, Why};
use jiff::civil::Date;

/// The evidence of both rules on the years.
pub const RESTS_ON: &[&str] = &[
    "registration.condition",
    "application_form.work[].start",
    "work_commitment.work[].start",
    "application_form.work[].end",
    "work_commitment.work[].end",
    "application_form.work[].occupation_start",
    "work_commitment.work[].occupation_start",
    "application_form.work[].occupation_end",
    "work_commitment.work[].occupation_end",
    "application_form.work[].occupation",
    "work_commitment.work[].occupation",
    "application_form.work[].signed_on",
    "work_commitment.work[].signed_on",
    "prior_certificate.issued_on",
    "today",
];

/// How the months compare with the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Enough,
    /// Enough only if both end months count.
    Borderline,
    /// Too few, even so.
    Short,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    pub verdict: Verdict,
    /// Every reading that the count rests on is sure.
    pub sure: bool,
    pub strict: i32,
    pub lenient: i32,
    /// Months that must be reached.
    pub needed: i32,
    /// Counted from the month after this one (docs/domain.md, "Months and spans").
    pub issued: Option<Month>,
    /// The sentence to point at.
    pub index: usize,
}

/// What is said of it: to the clerk, to the applicant if anything is asked of him, and in English.
pub struct Says {
    pub zh: String,
    pub applicant: Option<String>,
    pub en: String,
}

/// Raises the rule's flag if the count comes to `verdict`. `severity` and `says` are the rule's own;
/// `says` also gets the words for "counted from the month after the certificate".
pub fn judge(
    case: &Case<'_>,
    rule: &Rule,
    verdict: Verdict,
    severity: impl FnOnce(&Years) -> Severity,
    says: impl FnOnce(&Years, &str) -> Says,
) -> Outcome {
    let years = match years(case) {
        Ok(years) => years,
        Err(None) => return Outcome::NotApplicable,
        Err(Some(why)) => return Outcome::NotEvaluated(why),
    };
    if years.verdict != verdict {
        return Outcome::Holds;
    }
    let after = years.issued.map_or_else(String::new, |m| format!("（自 {}发证的次月起算）", m.chinese()));
    let draft = case
        .flag(rule, severity(&years))
        .on(told_by(case))
        .field(field(years.index, "start"))
        .expected(format!("不少于 {} 个月", years.needed))
        .observed(format!("{} 个月，首尾月份均计入为 {} 个月", years.strict, years.lenient));
    let draft = match case.condition {
        Some(condition) => draft.clause(&condition.clause),
        None => draft,
    };
    let Says { zh, applicant, en } = says(&years, &after);
    let draft = match applicant {
        Some(asked) => draft.applicant(asked),
        None => draft,
    };
    Outcome::maybe(Some(draft.says(zh, en)))
}

/// The count, or why there is none.
///
/// # Errors
/// `None` if the condition asks for no years or there is no sentence; otherwise why the count cannot be made.
fn years(case: &Case<'_>) -> Result<Years, Option<Why>> {
    let requirement = case.condition.ok_or(Some(why::NO_CONDITION))?.work.filter(|w| w.months > 0).ok_or(None)?;
    if case.unread(FORM) {
        return Err(Some(why::FORM_UNREAD));
    }
    let work = spans::counted(case);
    let Some(first) = work.spans.first() else {
        return Err(if work.broken { Some(why::NO_SPAN) } else { None });
    };
    if work.broken {
        return Err(Some(why::SPAN_NOT_COUNTED));
    }
    let needed = i32::try_from(requirement.months).unwrap_or(i32::MAX);
    let issue = requirement.after_certificate.then(|| issued_on(case)).flatten();
    let issued = issue.map(|(day, _)| Month::of(day));
    // Without the issue date the whole time is counted: too few even so is too few; enough is not cleared here but by
    // reading-doubtful.
    let from = |count| issued.map(|m| if count == Count::Strict { m.plus(1) } else { m });
    let sum = |count, all: bool| {
        let listed =
            |s: &&spans::Span<'_>| all || !matches!(judged(case, &s.sentence.occupation), Some((_, Listed::Nowhere)));
        spans::months(work.spans.iter().filter(listed).map(|s| (s.start, s.end)), count, from(count))
    };
    let (strict, lenient) = (sum(Count::Strict, false), sum(Count::Lenient, false));
    // Too few only because an occupation is not listed: work-occupation has said so.
    if strict < needed && sum(Count::Strict, true) >= needed {
        return Err(Some(why::OCCUPATION_DECIDES));
    }
    let t = case.threshold();
    // A form that does not ask for the occupation of each job takes every job for one in it.
    let asked = case.has_field(told_by(case), Some(&ApplicationForm::work), &WorkSentence::occupation);
    let in_occupation =
        |s: &WorkSentence| !asked || (s.occupation.state == State::Read && s.occupation.confidence >= t);
    let sure = work.spans.iter().all(|s| s.sure && in_occupation(s.sentence)) && issue.is_none_or(|i| i.1);
    let verdict = if strict >= needed {
        Verdict::Enough
    } else if lenient >= needed {
        Verdict::Borderline
    } else {
        Verdict::Short
    };
    Ok(Years { verdict, sure, strict, lenient, needed, issued, index: first.index })
}

/// The prior certificate's issue date, and whether it was read surely.
pub fn issued_on(case: &Case<'_>) -> Option<(Date, bool)> {
    let certificate =
        case.documents.prior_certificate.as_ref().filter(|_| case.legible(MaterialKind::PriorCertificate))?;
    let fact = &certificate.issued_on;
    let written = fact.value.filter(|_| fact.state == State::Read)?;
    Some((case.day(Tells::Issue, written)?, fact.confidence >= case.threshold()))
}
