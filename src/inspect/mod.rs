//! From a submission's files to facts: what each picture shows, how surely, and where. Judges nothing.

pub mod engines;
pub mod field;
pub mod form;
pub mod page;
pub mod paper;
pub mod photo;
pub mod picture;
