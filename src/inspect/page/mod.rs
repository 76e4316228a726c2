//! The sheet in the picture: found, upright, rectified, its table cut into cells.
