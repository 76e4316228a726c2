//! Secrets of the office in files: read, and made on first use from the system's randomness, for their owner only.
//! What a key is for is the business of whoever asks for it.

use crate::disk;
use anyhow::{Context as _, ensure};
use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

/// Bytes that a key has at least: as many as HMAC-SHA256 gives out.
pub const LEAST: usize = 32;
/// Bytes that are read of a key file.
const LARGEST: u64 = 4096;

/// The key in a file, without white space around it.
///
/// # Errors
/// A file that cannot be read, or a key that could be guessed.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|f| f.take(LARGEST).read_to_end(&mut bytes))
        .with_context(|| format!("key {} cannot be read", path.display()))?;
    let key = bytes.trim_ascii();
    ensure!(key.len() >= LEAST, "key {} is shorter than {LEAST} bytes and could be guessed", path.display());
    Ok(key.to_owned())
}

/// Writes a new key, unless another process was first.
///
/// # Errors
/// The folder cannot be written, or the system gives no random bytes.
pub fn make(path: &Path) -> anyhow::Result<()> {
    let mut secret = [0; LEAST];
    getrandom::fill(&mut secret).map_err(|e| anyhow::anyhow!("the system gives no random bytes: {e}"))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A temporary file is its owner's alone, and keeps that when it is renamed.
    let mut file = tempfile::Builder::new().prefix(disk::UNFINISHED).tempfile_in(folder)?;
    writeln!(file, "{}", crate::report::atomic_file::hex(&secret))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(e) if e.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e.error.into()),
    }
}
