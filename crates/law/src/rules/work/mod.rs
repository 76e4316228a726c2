//! Work: the spans, the employers, the occupation and the years of the 工作经历 sentences.
//! The month arithmetic is in `spans`; nothing here looks at pictures.

pub mod spans;
pub mod totals;
pub mod work_employer_dates;
pub mod work_employer_name;
pub mod work_occupation;
pub mod work_overlap;
pub mod work_period_after_signature;
pub mod work_period_order;
pub mod work_period_underage;
pub mod work_total_mismatch;
pub mod work_years;
pub mod work_years_borderline;
pub mod years;

use super::case::Case;
use super::outcome::Outcome;
use crate::vocabulary::documents::Documents;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const FORM: MaterialKind = MaterialKind::ApplicationForm;

/// The outcome if the form has no filled sentence to judge; `None` if it has one.
pub fn nothing_to_judge(case: &Case<'_>) -> Option<Outcome> {
    if case.unread(FORM) {
        return Some(Outcome::NotEvaluated(why::FORM_UNREAD));
    }
    spans::filled(case).next().is_none().then_some(Outcome::NotApplicable)
}

/// The employers whose names the rules look up in a register, as read.
pub fn employers(documents: &Documents) -> impl Iterator<Item = &str> {
    let on_form = documents.application_form.iter().flat_map(|f| &f.work);
    let sentences = on_form.chain(documents.work_commitment.iter().flat_map(|c| &c.work));
    sentences.map(|s| &s.employer).filter(|e| e.is_filled()).filter_map(|e| e.value.as_deref().or(e.text.as_deref()))
}

/// The material that tells the employments.
pub fn told_by(case: &Case<'_>) -> MaterialKind {
    case.work().0
}

/// `work[0].start`.
pub fn field(index: usize, name: &str) -> String {
    format!("work[{index}].{name}")
}

/// "第1段" in messages, where there are several.
pub fn nth(index: usize) -> String {
    format!("第 {} 段", index + 1)
}
