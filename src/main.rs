//! The binary: hands the arguments and the stages to the command line.
//! Decides nothing but what a panic may say on stderr.

use std::io::{stderr, stdout};
use std::process::ExitCode;
use yushen::cli::stages::Stages;

fn main() -> ExitCode {
    // A panic's message may hold what a document says; only its place is for the log. The submission gets its flag.
    std::panic::set_hook(Box::new(|info| {
        if let Some(at) = info.location() {
            if tracing::enabled!(tracing::Level::ERROR) {
                tracing::error!(file = at.file(), line = at.line(), "internal error");
            } else {
                eprintln!("yushen: internal error at {}:{}", at.file(), at.line());
            }
        }
    }));
    // Not locked: workers report their progress on stderr too.
    ExitCode::from(yushen::cli::run(std::env::args_os(), &Stages, &mut stdout(), &mut stderr()))
}
