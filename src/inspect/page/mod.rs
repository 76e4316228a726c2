//! The sheet in the picture: found, made flat, its table cut into cells and its text into lines.
//! Nothing is recognised here but which way is up.

pub mod cells;
mod desk;
pub mod flat;
pub mod lines;
pub mod ruling;
pub mod sheet;
pub mod upright;
