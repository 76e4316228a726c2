//! `yushen completions`, `yushen man` and `yushen licences`: what a shell completes, what `man yushen` shows, and what
//! this program is built from.
//! Says nothing that `--help` and the file of the licences do not say.

use crate::cli::exit;
use crate::store::make_folder;
use anyhow::Context as _;
use clap::{Args, Command};
use clap_complete::Shell;
use std::io::Write;
use std::path::PathBuf;

/// Made by `cargo run --example licences`; a test holds it against `Cargo.lock`.
const THIRD_PARTY: &str = include_str!("../../licences/THIRD-PARTY.txt");

/// Licences and notices of everything inside.
///
/// # Errors
/// If they cannot be printed.
pub fn licences(out: &mut dyn Write) -> anyhow::Result<u8> {
    out.write_all(THIRD_PARTY.as_bytes())?;
    Ok(exit::DONE)
}

/// The shell's completion script.
pub fn completions(shell: Shell, mut command: Command, out: &mut dyn Write) -> anyhow::Result<u8> {
    // Into memory first: the generator panics on a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "yushen", &mut script);
    out.write_all(&script)?;
    Ok(exit::DONE)
}

#[derive(Debug, Clone, Args)]
pub struct ManArgs {
    /// Folder for a page of every command
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// One page, or with a folder a page for every command.
///
/// # Errors
/// If it cannot be written.
pub fn man(request: &ManArgs, command: Command, out: &mut dyn Write) -> anyhow::Result<u8> {
    match &request.out {
        None => clap_mangen::Man::new(command).render(out)?,
        Some(folder) => {
            let unwritten = || format!("pages cannot be written into {}", folder.display());
            make_folder(folder).with_context(unwritten)?;
            clap_mangen::generate_to(command, folder).with_context(unwritten)?;
        }
    }
    Ok(exit::DONE)
}
