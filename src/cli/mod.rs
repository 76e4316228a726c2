//! The command line: what the user asked for becomes a call of the pipeline; nothing is judged here.

pub mod rules;
