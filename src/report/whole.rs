//! A file that appears under its name only when it is whole: written beside its place, flushed to disk, then renamed.
//! Hashes what passes through, so that `run.json` can say what belongs to it; knows nothing of what is written.

use crate::ending;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile, TempPath};

/// Names of unfinished files start so; a later run may remove them.
pub const UNFINISHED_PREFIX: &str = ".yushen-unfinished-";

/// A file being written. Dropped before [`WholeFile::close`] it leaves nothing behind.
pub struct WholeFile {
    out: BufWriter<Hashing>,
    target: PathBuf,
}

/// A file that is complete on disk, under its temporary name still.
pub struct ClosedFile {
    temporary: TempPath,
    target: PathBuf,
    pub seal: Seal,
}

/// Size and hash of one output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    pub file: String,
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: String,
}

impl WholeFile {
    /// Starts `folder/name`.
    ///
    /// # Errors
    /// If no file can be made in the folder.
    pub fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let file = builder().tempfile_in(folder)?;
        Ok(Self { out: BufWriter::with_capacity(1 << 16, Hashing { file, hash: Sha256::new(), bytes: 0 }), target: folder.join(name) })
    }

    /// Everything to the disk, then closed.
    ///
    /// # Errors
    /// If the disk is full or gone.
    pub fn close(self) -> io::Result<ClosedFile> {
        let Hashing { file, hash, bytes } = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let name = self.target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(ClosedFile { temporary: file.into_temp_path(), target: self.target, seal: Seal { file: name, bytes, sha256: hex(&hash.finalize()) } })
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl ClosedFile {
    /// Gives the file its name, over an earlier one.
    ///
    /// # Errors
    /// If the old file is held open by another program (Excel on Windows) or may not be replaced.
    pub fn publish(self) -> io::Result<()> {
        ending::lasting(|| self.temporary.persist(&self.target)).map_err(|e| e.error)
    }

    pub fn target(&self) -> &Path {
        &self.target
    }
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
        // Writing to a String cannot fail.
        let _ = write!(s, "{b:02x}");
        s
    })
}

struct Hashing {
    file: NamedTempFile,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The hash of everything that `from` gives, lower-case hex: to be held against a [`Seal`].
///
/// # Errors
/// If it cannot be read.
pub fn sha256(mut from: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut from, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

/// Files that their owner alone may read: they hold identity numbers, and whom else they are for is the office's to say.
fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED_PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o600));
    }
    builder
}
