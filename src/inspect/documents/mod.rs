//! One file a document: what is read from it, and how. Judges nothing.

pub mod application_form;
pub mod commitment;
pub mod completion_certificate;
pub mod diploma;
pub mod id_card;
pub mod prior_certificate;
