//! `yushen purge`: what was read and kept longer ago than an office may keep it is removed.
//! Touches entries of stores only; outputs are the office's own files.

use crate::cli::exit;
use crate::cli::options::LangOption;
use crate::disk;
use crate::report::summary::Lang;
use crate::run::folder::OWN;
use crate::store::Store;
use anyhow::{Context as _, bail, ensure};
use clap::Args;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// A number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age(pub u32);

const DAY: Duration = Duration::from_secs(86_400);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.0)
    }
}

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.strip_suffix('d')
            .and_then(|n| n.parse().ok())
            .map(Self)
            .ok_or_else(|| "give a number of days, as 180d".to_owned())
    }
}

#[derive(Debug, Clone, Args)]
pub struct PurgeArgs {
    /// Output folders, or stores that --store named
    #[arg(required = true, value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Age in days, as 180d
    #[arg(long, value_name = "DAYS")]
    pub older_than: Age,
    #[command(flatten)]
    pub lang: LangOption,
}

/// Purges the stores of the folders.
///
/// # Errors
/// A folder without a store, or an entry that cannot be removed.
pub fn purge(request: &PurgeArgs, now: SystemTime, out: &mut dyn Write) -> anyhow::Result<u8> {
    let before = now
        .checked_sub(DAY * request.older_than.0)
        .with_context(|| format!("--older-than {} is before all time", request.older_than))?;
    for folder in &request.folders {
        let place = store_in(folder)?;
        ensure!(place.is_dir(), "{} holds no store; give an output folder, or what --store named", folder.display());
        let store = Store::existing(&place).with_context(|| {
            format!("{} is no store of this tool; give an output folder, or what --store named", place.display())
        })?;
        let done = store.purge(before).with_context(|| format!("store {}", place.display()))?;
        let megabytes = done.bytes as f64 / 1e6;
        match request.lang.lang {
            Lang::Zh => writeln!(
                out,
                "{}：删除 {} 份（{megabytes:.1} MB），保留 {} 份",
                place.display(),
                done.removed,
                done.left
            )?,
            Lang::En => {
                writeln!(out, "{}: removed {} ({megabytes:.1} MB), kept {}", place.display(), done.removed, done.left)?;
            }
        }
    }
    Ok(exit::DONE)
}

/// An output folder's own store, or the folder itself.
fn store_in(folder: &Path) -> anyhow::Result<PathBuf> {
    let own = folder.join(OWN);
    if disk::is_link(&own) {
        bail!("{} is a link: name the folder that it leads to", own.display());
    }
    Ok(if own.is_dir() { own.join("store") } else { folder.to_owned() })
}
