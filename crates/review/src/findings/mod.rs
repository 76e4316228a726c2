//! A submission's record in `findings.jsonl`, its facts as a flat list, whose it is, and the reason for the applicant.

pub mod facts;
pub mod finding;
pub mod heading;
pub mod reason;
