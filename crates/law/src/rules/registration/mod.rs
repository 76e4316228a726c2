//! The registration itself, the plan and the fee: what came in from the table or `submission.json`.
//! Looks at no document.

pub mod fee_amount;
pub mod plan_month;
pub mod plan_not_offered;
pub mod registration_condition;
pub mod registration_conflict;
pub mod registration_duplicate;
pub mod registration_field;
pub mod registration_missing;
pub mod registration_orphan;

use super::case::Case;
use super::outcome::Outcome;
use crate::vocabulary::finding::Flag;
use crate::vocabulary::pack::Offer;
use crate::vocabulary::submission::IntakeIssue;
use crate::vocabulary::text::normalise;

/// The word for the registration in every message and flag.
pub const REGISTRATION: &str = "报名信息";

/// One flag for each issue of the intake that `flag` recognises.
pub fn of_intake<'a>(case: &Case<'a>, flag: impl FnMut(&'a IntakeIssue) -> Option<Flag>) -> Outcome {
    Outcome::of(case.submission.intake.iter().filter_map(flag).collect())
}

/// The calendar's rows for the registered occupation and level.
pub fn offers<'a>(case: &Case<'a>) -> Vec<&'a Offer> {
    let (Some(occupation), Some(level)) = (case.occupation(), case.level()) else { return Vec::new() };
    case.notices_in_force()
        .flat_map(|p| &p.calendar)
        .filter(|o| o.occupation == occupation && o.level == level)
        .collect()
}

/// Those of them for the registered 工种: exactly as written, else as it reads.
pub fn matching<'a>(case: &Case<'a>) -> Vec<&'a Offer> {
    let job_type = case.text(|r| &r.job_type);
    let rows = offers(case);
    let exact: Vec<&Offer> = rows.iter().copied().filter(|o| o.job_type.as_deref() == job_type).collect();
    if exact.is_empty() { rows.into_iter().filter(|o| same_job_type(o, job_type)).collect() } else { exact }
}

/// Is this the offer's 工种? An empty one and `--` are none.
fn same_job_type(offer: &Offer, registered: Option<&str>) -> bool {
    let plain = |t: &str| normalise(t).replace('-', "");
    match (offer.job_type.as_deref(), registered) {
        (None, None) => true,
        (None, Some(r)) => plain(r).is_empty(),
        (Some(_), None) => false,
        (Some(o), Some(r)) => plain(o) == plain(r),
    }
}
