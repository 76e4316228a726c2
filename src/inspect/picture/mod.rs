//! From the bytes of a file to upright pixels, within limits.
