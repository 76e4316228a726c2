//! What judging needs and nothing else: the vocabulary that all stages share, rule packs parsed from their text, and
//! the rules.
//! Pure: opens no file, reads no clock and no environment, starts no thread. It compiles for `wasm32-unknown-unknown`.
// A document causes no panic; tests may stop at the first thing that is not as it says.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), warn(clippy::print_stdout))]

pub mod packs;
pub mod rules;
pub mod vocabulary;
