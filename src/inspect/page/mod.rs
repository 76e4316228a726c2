//! The sheet in the picture: found, made flat, its table cut into cells and its text into lines.
//! Nothing is recognised here but which way is up.

pub mod cells;
mod edge_trim;

pub mod lines;
pub mod quad;
pub mod rectified;
pub mod ruling;

pub mod upright;
