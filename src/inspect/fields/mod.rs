//! What reads one field of a form: its writing as a fact, and what it looks like (written by hand, altered, empty).
//! Judges nothing.

pub mod alteration;
pub mod appearance;
pub mod bars;
pub mod certainty;
pub mod crowding;
pub mod dates;
pub mod figures;
pub mod handwriting;
pub mod ink;
pub mod level;
pub mod look_alikes;
pub mod missed_characters;
pub mod numbers;
pub mod patch;
pub mod signature;
pub mod template;
pub mod template_fields;
pub mod text;
pub mod two_readers;
pub mod without_posterior;
pub mod writing;
