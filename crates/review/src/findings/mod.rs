//! A submission's record in `findings.jsonl`, its facts as a flat list, whose it is, the reason and the notice for the applicant.

pub mod facts;
pub mod finding;
pub mod heading;
pub mod notice;
pub mod others;
pub mod person;
pub mod reason;
