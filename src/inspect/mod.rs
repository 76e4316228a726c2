//! From a submission's files to facts: what each picture shows, how surely, and where. Judges nothing.

pub mod page;
pub mod photo;
pub mod picture;
