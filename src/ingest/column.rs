//! The columns of the registration table, with their heads and their keys in `submission.json`.

use crate::vocabulary::submission::{self, Registration};

/// The registration page's columns (docs/domain.md, "Registration table"), in its order: those that the vocabulary
/// declares, and the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Id,
    Name,
    Sex,
    BirthDate,
    IdType,
    IdNumber,
    Ethnicity,
    Education,
    Mobile,
    Phone,
    Email,
    Postcode,
    Source,
    ApplicantRole,
    Plan,
    Occupation,
    JobType,
    Level,
    Condition,
    ChsiCode,
    PriorCertificateNumber,
    RegisteredOn,
    FeePaid,
}

impl Column {
    /// Each column with its header in the table and its key in `submission.json`.
    pub const ALL: [(Self, &'static str, &'static str); 23] = [
        (Self::Id, "报名编号", "id"),
        Self::Name.declared(&Registration::name),
        Self::Sex.declared(&Registration::sex),
        Self::BirthDate.declared(&Registration::birth_date),
        Self::IdType.declared(&Registration::id_type),
        Self::IdNumber.declared(&Registration::id_number),
        Self::Ethnicity.declared(&Registration::ethnicity),
        Self::Education.declared(&Registration::education),
        Self::Mobile.declared(&Registration::mobile),
        Self::Phone.declared(&Registration::phone),
        Self::Email.declared(&Registration::email),
        Self::Postcode.declared(&Registration::postcode),
        Self::Source.declared(&Registration::source),
        Self::ApplicantRole.declared(&Registration::applicant_role),
        Self::Plan.declared(&Registration::plan),
        Self::Occupation.declared(&Registration::occupation),
        Self::JobType.declared(&Registration::job_type),
        Self::Level.declared(&Registration::level),
        Self::Condition.declared(&Registration::condition),
        Self::ChsiCode.declared(&Registration::chsi_code),
        Self::PriorCertificateNumber.declared(&Registration::prior_certificate_number),
        Self::RegisteredOn.declared(&Registration::registered_on),
        Self::FeePaid.declared(&Registration::fee_paid),
    ];

    const fn declared(self, column: &'static submission::Column) -> (Self, &'static str, &'static str) {
        (self, column.head, column.json)
    }

    pub fn from_header(header: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, h, _)| *h == header).map(|(c, ..)| c)
    }

    pub fn header(self) -> &'static str {
        Self::ALL.into_iter().find(|(c, ..)| *c == self).map_or("", |(_, h, _)| h)
    }
}
