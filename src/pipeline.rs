//! The only file that knows all stages, and the only one that knows threads.
