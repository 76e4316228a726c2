//! Atomic replacement of a file: it is written under a temporary name in the same folder, synced, then renamed.
//! Hashes the bytes on their way, because `run.json` seals the outputs; does not know what they mean.

use crate::ending;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile, TempPath};

/// Temporary names start so. A later run may remove such files.
pub const UNFINISHED_PREFIX: &str = ".yushen-unfinished-";

/// A file that is being written. If it is dropped before [`AtomicFile::close`], its temporary file is removed.
pub struct AtomicFile {
    out: BufWriter<Hashing>,
    target: PathBuf,
}

/// A file that is complete on disk but still has its temporary name.
pub struct ClosedFile {
    temporary: TempPath,
    target: PathBuf,
    pub seal: Seal,
}

/// Size and hash of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    pub file: String,
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: String,
}

impl AtomicFile {
    /// Begins the file `folder/name`.
    ///
    /// # Errors
    /// If no file can be created in the folder.
    pub fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let file = builder().tempfile_in(folder)?;
        Ok(Self {
            out: BufWriter::with_capacity(1 << 16, Hashing { file, hash: Sha256::new(), bytes: 0 }),
            target: folder.join(name),
        })
    }

    /// Syncs the file to the disk and closes it.
    ///
    /// # Errors
    /// If the disk is full or cannot be reached.
    pub fn close(self) -> io::Result<ClosedFile> {
        let Hashing { file, hash, bytes } = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let name = self.target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(ClosedFile {
            temporary: file.into_temp_path(),
            target: self.target,
            seal: Seal { file: name, bytes, sha256: hex(&hash.finalize()) },
        })
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl ClosedFile {
    /// Renames the file to its final name and replaces an earlier file.
    ///
    /// # Errors
    /// If another program holds the earlier file open (Excel on Windows) or it may not be replaced.
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

/// SHA-256 of a stream in lower-case hex, to be compared with a [`Seal`].
///
/// # Errors
/// If it cannot be read.
pub fn sha256(mut from: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut from, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

/// Files are readable by their owner only: they hold identity numbers, and the office decides who else may read them.
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
