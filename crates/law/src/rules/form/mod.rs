//! The 申报表 and the four 承诺书: the right form, filled, signed, by hand, in agreement with the registration.
//! What the filled-in work, schooling and certificates come to is judged in `work`, `education` and `certificate`.

pub mod condition_copy;
pub mod form_alteration;
pub mod form_chsi_code;
pub mod form_commitment_mismatch;
pub mod form_condition_other;
pub mod form_condition_text;
pub mod form_damaged;
pub mod form_date;
pub mod form_incomplete;
pub mod form_level;
pub mod form_not_handwritten;
pub mod form_occupation;
pub mod form_phone;
pub mod form_signature_missing;
pub mod form_signature_name;
pub mod form_template;
pub mod form_unrequired_section;
pub mod sections;

use super::case::{Case, Standing};
use super::outcome::Outcome;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why::{self, Why};

pub const FORM: MaterialKind = MaterialKind::ApplicationForm;
pub const UNREAD: Why = why::FORM_UNREAD;

/// Whether some form is still unread; `Err` with the outcome if no form can be judged.
pub fn some_form(case: &Case<'_>) -> Result<bool, Outcome> {
    let standing = |want: fn(Standing) -> bool| {
        MaterialKind::ALL.into_iter().filter(|k| k.is_form()).any(|k| want(case.standing(k)))
    };
    let unread = standing(|s| s == Standing::NotRead);
    if standing(|s| matches!(s, Standing::Read | Standing::Partial)) {
        return Ok(unread);
    }
    Err(if unread { Outcome::NotEvaluated(UNREAD) } else { Outcome::NotApplicable })
}

/// The outcome if the 申报表 cannot be judged; `None` if it can.
pub fn no_form(case: &Case<'_>) -> Option<Outcome> {
    match case.form() {
        Some(_) => None,
        None if case.unread(FORM) || (case.legible(FORM) && case.documents.application_form.is_none()) => {
            Some(Outcome::NotEvaluated(UNREAD))
        }
        None => Some(Outcome::NotApplicable),
    }
}
