//! The words that all stages share: submissions, facts, packs and findings.
//! Plain data and pure functions on it; opens no file, reads no clock, knows no stage.

pub mod batch;
pub mod calendar;
pub mod documents;
pub mod evidence;
pub mod expectation;
pub mod fact;
pub mod field_words;
pub mod finding;
pub mod form;
pub mod further;
pub mod holds;
pub mod identity;
pub mod level;
pub mod material;
pub mod numerals;
pub mod office;
pub mod outcome;
pub mod pack;
pub mod passage;
pub mod personal;
pub mod photo;
pub mod plain;
pub mod record;
pub mod register;
pub mod registration;
pub mod seen;
pub mod settings;
pub mod stage;
pub mod submission;
pub mod text;
pub mod waiver;
pub mod why;
