//! `yushen trust`: runs and the record of decisions become figures of how right the program is here, a suggested
//! threshold, and crops with what people read in them.

pub mod cases;
pub mod labels;
pub mod write;
