//! `yushen completions`, `yushen man` and `yushen licences`: what a shell completes, what `man yushen` shows, and what
//! this program is built from.
//! Says nothing that `--help` and the file of the licences do not say.

use crate::cli::{exit, zh};
use crate::report::summary::Lang;
use crate::store::make_folder;
use anyhow::Context as _;
use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
pub fn man(request: &ManArgs, command: Command, lang: Lang, out: &mut dyn Write) -> anyhow::Result<u8> {
    match &request.out {
        None => out.write_all(page(command, lang)?.as_bytes())?,
        Some(folder) => {
            let unwritten = || format!("pages cannot be written into {}", folder.display());
            make_folder(folder).with_context(unwritten)?;
            let mut command = command.disable_help_subcommand(true);
            command.build();
            pages(command, lang, folder).with_context(unwritten)?;
        }
    }
    Ok(exit::DONE)
}

/// The pages of a command and of all below it.
fn pages(command: Command, lang: Lang, folder: &Path) -> io::Result<()> {
    for below in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        pages(below.clone(), lang, folder)?;
    }
    let name = Man::new(command.clone()).get_filename();
    fs::write(folder.join(name), page(command, lang)?)
}

fn page(command: Command, lang: Lang) -> io::Result<String> {
    let mut bytes = Vec::new();
    Man::new(command).render(&mut bytes)?;
    let page = String::from_utf8_lossy(&bytes).into_owned();
    Ok(if lang == Lang::Zh { zh::manual(&page) } else { page })
}
