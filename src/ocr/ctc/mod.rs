//! Decoding of CTC posteriors: greedily, against an expected text, against candidates, under a grammar, along a
//! template.
//! Pure arithmetic on probabilities: no picture, no engine, no thresholds of its own beyond those handed in.
//!
//! Several posteriors are read as one text, in the order given: lines of a cell, wrapped sentences. They must come from
//! one engine.

mod chain;
pub mod emissions;
pub mod grammar;
mod greedy;
pub mod joint;
pub mod neighbours;
mod rivals;
pub mod template;
pub mod verify;

pub use chain::{AlignOptions, Alignment, Span, align, align_on, rank, rank_on};
pub use emissions::Emissions;
pub use greedy::{best_class, free_reading, greedy, mean_probability, text_of};
pub use rivals::{Place, gain_of, misplaced, omissions, rivals};
pub use verify::{of_two_readings, verify, verify_on};

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;
