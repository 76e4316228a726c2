//! The binary: hands the arguments and the stages to the command line.
//! Decides nothing but what a panic may say on stderr.

use jiff::civil::Date;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;
use yushen::cli::{AuditArgs, Opened, RulesCommand, Tools};

fn main() -> ExitCode {
    // A panic's message may hold what a document says; only its place is for the log. The submission gets its flag.
    std::panic::set_hook(Box::new(|info| {
        if let Some(at) = info.location() {
            eprintln!("yushen: internal error at {}:{}", at.file(), at.line());
        }
    }));
    // Not locked: workers report their progress on stderr too.
    ExitCode::from(yushen::cli::run(std::env::args_os(), &Unjoined, &mut stdout(), &mut stderr()))
}

/// Until the stages are joined here, every command says that they are not and ends with exit code 2.
struct Unjoined;

impl Tools for Unjoined {
    fn open(&self, _request: &AuditArgs, _as_of: Date) -> anyhow::Result<Opened> {
        anyhow::bail!("this build has no reader and no rules joined to its command line")
    }

    fn rules(&self, _command: &RulesCommand, _out: &mut dyn Write) -> anyhow::Result<()> {
        anyhow::bail!("this build has no rules joined to its command line")
    }
}
