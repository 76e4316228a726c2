//! From what people said about runs to what may be said of the program here: how often its flags were upheld, how often
//! its readings were right, and how much may have slipped through (docs/trust.md).
//! Counts and computes only: opens nothing, and says nothing of any one person.

pub mod bounds;
pub mod counting;
pub mod figures;
pub mod page;
pub mod sheet;
pub mod suggest;
