//! `--fail-on`: from which verdict on an audit ends with exit code 1.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Reject,
    Review,
    Never,
}
