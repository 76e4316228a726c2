//! The binary: hands the arguments and the stages to the command line.
//! Decides nothing but what a panic may say on stderr.

use std::io::{stderr, stdout};
use std::process::ExitCode;
use yushen::apart;
use yushen::run::stages::{JOBS, Stages};
use yushen::warning;

/// Where the system does not hold a process to its memory, the allocator does, in the processes of `apart` only: with a
/// limit that no program reaches it costs a count for each piece of memory. Linux needs none; builds with debug
/// assertions have it there too, so that tests try it.
#[cfg(any(not(target_os = "linux"), debug_assertions))]
#[global_allocator]
static COUNTED: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, usize::MAX);

#[cfg(any(not(target_os = "linux"), debug_assertions))]
fn cap(bytes: u64) {
    // It has allocated next to nothing yet, so that no limit is too small.
    let _ = COUNTED.set_limit(usize::try_from(bytes).unwrap_or(usize::MAX));
}

#[cfg(not(any(not(target_os = "linux"), debug_assertions)))]
fn cap(_bytes: u64) {}

fn main() -> ExitCode {
    if let Some(ended) = apart::serve(&JOBS, cap) {
        return ended;
    }
    apart::enable();
    // A panic's message may hold what a document says; only its place is for the log. The submission gets its flag.
    std::panic::set_hook(Box::new(|info| {
        if let Some(at) = info.location() {
            if tracing::enabled!(tracing::Level::ERROR) {
                tracing::error!(file = at.file(), line = at.line(), "internal error");
            } else {
                warning::say(&format!("internal error at {}:{}", at.file(), at.line()));
            }
        }
    }));
    // Not locked: workers report their progress on stderr too.
    ExitCode::from(yushen::cli::run(std::env::args_os(), &Stages, &mut stdout(), &mut stderr()))
}
