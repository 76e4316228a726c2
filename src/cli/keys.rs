//! `yushen keys new`: a pair of keys by which runs are signed and verified.
//! Makes keys and replaces none; where they are kept is the office's business.

use crate::cli::exit;
use crate::cli::options::LangOption;
use crate::report::summary::Lang;
use crate::run::signature::{NewKeys, new_keys};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Clone, Subcommand)]
pub enum KeysCommand {
    /// Make a pair of keys in a folder: yushen.key, which signs (--sign), and yushen.pub, which verifies (verify --key)
    New(NewArgs),
}

#[derive(Debug, Clone, Args)]
pub struct NewArgs {
    /// Folder for both; is made if it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub lang: LangOption,
}

/// Makes the keys and says what each is for.
///
/// # Errors
/// There are keys in the folder, or they cannot be written.
pub fn keys(command: &KeysCommand, out: &mut dyn Write) -> anyhow::Result<u8> {
    let KeysCommand::New(request) = command;
    let NewKeys { secret, public, id } = new_keys(&request.folder)?;
    let (secret, public) = (secret.display(), public.display());
    match request.lang.lang {
        Lang::Zh => writeln!(
            out,
            "密钥编号 {id}\n签名用（须保密，丢失无法补发）  {secret}\n核对用（交给核对的人）          {public}"
        )?,
        Lang::En => writeln!(
            out,
            "key {id}\nsigns (keep it secret; it cannot be made again)  {secret}\nverifies (give it to whoever verifies)           {public}"
        )?,
    }
    Ok(exit::DONE)
}
