//! The one-inch photo: one measure, one file.
