//! Forms filled in by hand: the application form and the commitment letters. Reads what is written; judges nothing.

pub mod application;
pub mod bars;
pub mod commitment;
pub mod labels;
pub mod sentence;
pub mod slots;
