//! The page in the picture: found, rectified, its table cut into cells and its text into lines.
//! Recognises nothing, except to tell which way is up.

pub mod cells;
mod edge_trim;

pub mod lines;
pub mod quad;
pub mod rectified;
pub mod ruling;

pub mod upright;
