//! From a submission's files to facts: what each picture shows, how surely, and where. Judges nothing.

pub mod blank;
pub mod card_quality;
pub mod completion;
pub mod diploma;
pub mod engines;
pub mod field;
pub mod form;
pub mod free;
pub mod id_card;
pub mod kind;
pub mod look;
pub mod page;
pub mod paper;
pub mod passage;
pub mod photo;
pub mod picture;
pub mod printed;
pub mod prior_certificate;
pub mod read;
pub mod second;
pub mod two_cards;
