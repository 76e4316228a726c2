//! What a submission's facts and flags are when they leave the judge, what people decide about them, and how both
//! become what the report's page shows.
//! Pure, as the law is: opens no file, reads no clock, starts no thread. The page runs the same code as the program.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), warn(clippy::print_stdout))]

pub mod again;
pub mod findings;
pub mod page;
pub mod record;

pub use yushen_law::{packs, rules, vocabulary};
