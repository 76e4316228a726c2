//! The prior certificate: its level, occupation, number and age, from itself, the form and the registration.
//! Whose certificate it is, is asked in `identity`.

pub mod certificate_age;
pub mod certificate_duplicate;
pub mod certificate_level;
pub mod certificate_number;
pub mod certificate_occupation;

use super::case::Case;
use crate::vocabulary::documents::PriorCertificate;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::pack::PriorRequirement;
use crate::vocabulary::why::{self, Why};

pub const CERTIFICATE: MaterialKind = MaterialKind::PriorCertificate;
pub const UNREAD: Why = why::CERTIFICATE_UNREAD;

/// What the condition asks of a prior certificate.
pub fn requirement(case: &Case<'_>) -> Option<PriorRequirement> {
    case.condition.and_then(|c| c.prior)
}

/// The certificate, if it is there, is one, and was read.
pub fn certificate<'a>(case: &Case<'a>) -> Option<&'a PriorCertificate> {
    case.documents.prior_certificate.as_ref().filter(|_| case.legible(CERTIFICATE))
}

/// Is a certificate there that was not read?
pub fn unread(case: &Case<'_>) -> bool {
    case.unread(CERTIFICATE) || (case.legible(CERTIFICATE) && case.documents.prior_certificate.is_none())
}
