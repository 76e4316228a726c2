//! A document beside the first one of its kind, as the findings hold it.
//! What makes it one, and how it is judged, is in `vocabulary::further`.

use super::application_form::ApplicationForm;
use super::commitment::Commitment;
use super::completion_certificate::CompletionCertificate;
use super::diploma::Diploma;
use super::field::{Fields as _, VisitorMut};
use super::id_card::{IdCardBack, IdCardFront};
use super::prior_certificate::PriorCertificate;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::PhotoFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A document beside the first one of its kind that does not say the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Further {
    pub material: MaterialKind,
    /// Page of the material on which it begins, from 1.
    pub page: u16,
    pub facts: DocumentFacts,
}

/// What was read of one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentFacts {
    Photo(Box<PhotoFacts>),
    IdCardFront(Box<IdCardFront>),
    IdCardBack(Box<IdCardBack>),
    ApplicationForm(Box<ApplicationForm>),
    Commitment(Box<Commitment>),
    PriorCertificate(Box<PriorCertificate>),
    Diploma(Box<Diploma>),
    CompletionCertificate(Box<CompletionCertificate>),
}

impl DocumentFacts {
    /// Visits the document's fields, as `Documents::visit_mut` does those of the first one; a photo has none.
    pub fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        match self {
            Self::Photo(_) => {}
            Self::IdCardFront(d) => d.visit_mut(visitor),
            Self::IdCardBack(d) => d.visit_mut(visitor),
            Self::ApplicationForm(d) => d.visit_mut(visitor),
            Self::Commitment(d) => d.visit_mut(visitor),
            Self::PriorCertificate(d) => d.visit_mut(visitor),
            Self::Diploma(d) => d.visit_mut(visitor),
            Self::CompletionCertificate(d) => d.visit_mut(visitor),
        }
    }
}
