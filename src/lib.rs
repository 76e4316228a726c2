//! Yushen (预审): from a batch of exported submission folders to a pre-review. See ARCHITECTURE.md for the map.

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

pub use yushen_law::{rules, vocabulary};
