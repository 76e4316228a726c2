//! `yushen purge`: what was read and kept longer ago than an office may keep it is removed.
//! Touches entries of stores only, unless it is told to remove whole runs: outputs are the office's own files.

use crate::cli::exit;
use crate::cli::options::LangOption;
use crate::disk;
use crate::report::cell::visible;
use crate::report::mask::masked;
use crate::report::summary::Lang;
use crate::run::folder::{OWN, finished};
use crate::run::retention::{Fate, fate, folders};
use crate::run::today::written;
use crate::store::Store;
use anyhow::{Context as _, bail, ensure};
use clap::Args;
use jiff::Timestamp;
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
    #[arg(required_unless_present = "outputs", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Folder of the nights' output folders: those that hold an older finished run, and nothing else, are removed whole
    #[arg(long, value_name = "DIR")]
    pub outputs: Vec<PathBuf>,
    /// Say which runs --outputs would remove, and remove none
    #[arg(long, requires = "outputs", conflicts_with = "folders")]
    pub dry_run: bool,
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
    let before = Timestamp::try_from(before)?;
    request.outputs.iter().try_for_each(|root| runs(root, before, request, out))?;
    Ok(exit::DONE)
}

/// Removes whole runs that began before a moment.
fn runs(root: &Path, before: Timestamp, request: &PurgeArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let zh = request.lang.lang == Lang::Zh;
    ensure!(
        finished(root).is_none(),
        "{} is a run itself; give the folder above the runs with --outputs",
        root.display()
    );
    let list = folders(root).with_context(|| format!("{} cannot be listed", root.display()))?;
    let (mut removed, mut kept) = (0_u64, 0_u64);
    for folder in list {
        let told = folder.display();
        let unread = || format!("{told} cannot be looked at");
        let fate = fate(&folder, before).with_context(unread)?;
        let line = match &fate {
            Fate::Old(run) => {
                let (day, megabytes) = (written(run.began), run.bytes as f64 / 1e6);
                match (request.dry_run, zh) {
                    (false, true) => format!("{told}：删除（{day}，{megabytes:.1} MB）"),
                    (true, true) => format!("{told}：将删除（{day}，{megabytes:.1} MB）"),
                    (false, false) => format!("{told}: removed ({day}, {megabytes:.1} MB)"),
                    (true, false) => format!("{told}: would be removed ({day}, {megabytes:.1} MB)"),
                }
            }
            Fate::Foreign(what) if zh => format!("{told}：保留，其中有并非本程序所写的 {what}"),
            Fate::Foreign(what) => format!("{told}: kept, as it holds {what}, which is not ours"),
            Fate::AtWork if zh => format!("{told}：保留，正在写入"),
            Fate::AtWork => format!("{told}: kept, as a run is writing into it"),
            Fate::Young | Fate::Other => String::new(),
        };
        match fate {
            Fate::Old(run) => {
                removed += 1;
                if !request.dry_run {
                    run.remove().with_context(|| format!("{told} cannot be removed"))?;
                }
            }
            Fate::Young | Fate::Foreign(_) | Fate::AtWork => kept += 1,
            Fate::Other => {}
        }
        if !line.is_empty() {
            writeln!(out, "{}", masked(&visible(&line)))?;
        }
    }
    let told = root.display();
    match (request.dry_run, zh) {
        (false, true) => writeln!(out, "{told}：删除 {removed} 次运行的输出，保留 {kept} 次")?,
        (true, true) => writeln!(out, "{told}：将删除 {removed} 次运行的输出，保留 {kept} 次")?,
        (false, false) => writeln!(out, "{told}: removed the outputs of {removed} run(s), kept {kept}")?,
        (true, false) => writeln!(out, "{told}: would remove the outputs of {removed} run(s), and keep {kept}")?,
    }
    Ok(())
}

/// An output folder's own store, or the folder itself.
fn store_in(folder: &Path) -> anyhow::Result<PathBuf> {
    let own = folder.join(OWN);
    if disk::is_link(&own) {
        bail!("{} is a link: name the folder that it leads to", own.display());
    }
    Ok(if own.is_dir() { own.join("store") } else { folder.to_owned() })
}
