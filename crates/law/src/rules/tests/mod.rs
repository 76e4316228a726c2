//! Tests of the rules: cases as data (`fixtures/rules/*.toml`), one check function, and the properties of the month
//! arithmetic.
//! The packs and the people here are invented; the real packs have tests of their own.

mod archive;
pub mod base;
mod cases;
mod catalogue;
mod duplicates;
mod numbers;
mod pages;
mod properties;
mod waiving;
