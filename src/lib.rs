//! Yushen (预审): from a batch of exported submission folders to a pre-review. See ARCHITECTURE.md for the map.
// A document causes no panic; tests may stop at the first thing that is not as it says.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), warn(clippy::print_stdout))]

pub mod apart;
pub mod cli;
pub mod disk;
mod ending;
pub mod ingest;
pub mod inspect;
pub mod ocr;
pub mod packs;
pub mod pipeline;
pub mod report;
pub mod run;
pub mod runtime;
pub mod store;
mod unpacking;
pub mod warning;

pub use yushen_law::{rules, vocabulary};
