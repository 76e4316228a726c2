//! Forms filled in by hand: the application form and the commitment letters. Reads what is written; judges nothing.

pub mod alteration;
pub mod application;
pub mod bars;
pub mod commitment;
pub mod handwriting;
pub mod ink;
pub mod labels;
pub mod marks;
pub mod patch;
pub mod sentence;
pub mod slots;
pub mod unread;
