//! What judging needs and nothing else: the vocabulary that all stages share, rule packs parsed from their text, and the rules.
//! Pure: opens no file, reads no clock and no environment, starts no thread. It compiles for `wasm32-unknown-unknown`.

pub mod packs;
pub mod rules;
pub mod vocabulary;
