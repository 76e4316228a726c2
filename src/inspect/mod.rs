//! From a submission's files to facts: what each picture shows, how surely, and where. Judges nothing.

pub mod agreement;
pub mod blank_page;
pub mod card_quality;
pub mod classify;
pub mod context;
pub mod documents;
pub mod draft;
pub mod fields;
pub mod form_page;
pub mod page;
pub mod page_outcomes;
pub mod passage;
pub mod photo;
pub mod picture;
pub mod preview;
pub mod printed;
pub mod recognisers;
pub mod second_reading;
pub mod submission;
pub mod two_cards;
pub mod upright_page;
