//! From a zip file to its list of entries, and from an entry's number to its bytes.
//! Reads the central directory once; any number of threads read entries at the same time, each from its own place.

use super::entry::{Entry, decoded};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use zip::ZipArchive;

/// An open zip file.
#[derive(Debug)]
pub(super) struct ZipFiles {
    archive: ZipArchive<FileAt>,
}

impl ZipFiles {
    /// # Errors
    /// It cannot be opened, or has no central directory.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|e| e.to_string())?;
        let length = file.metadata().map_err(|e| e.to_string())?.len();
        let archive = ZipArchive::new(FileAt { file: Arc::new(file), at: 0, length })
            .map_err(|e| format!("no whole zip file: {e}"))?;
        Ok(Self { archive })
    }

    /// In the order of the central directory; an entry's number is its place here.
    pub(super) fn entries(&self) -> Vec<Entry> {
        (0..self.archive.len()).map(|i| self.entry(i)).collect()
    }

    /// Does the directory name an entry twice? Only one of them is listed.
    pub(super) fn has_duplicates(&self) -> bool {
        self.archive.has_duplicate_names()
    }

    fn entry(&self, i: usize) -> Entry {
        let Ok(data) = self.archive.by_index_data(i) else {
            return Entry {
                name: format!("#{i}"),
                folder: false,
                bytes: 0,
                packed: None,
                refused: Some("压缩包目录损坏".to_owned()),
            };
        };
        let refused = if data.encrypted() {
            Some("压缩包内已加密")
        } else if data.is_symlink() {
            Some("是链接，不跟随")
        } else {
            None
        };
        Entry {
            name: decoded(data.name_raw()),
            folder: data.is_dir(),
            bytes: data.size(),
            packed: Some(data.compressed_size()),
            refused: refused.map(ToOwned::to_owned),
        }
    }

    /// At most `most` bytes of an entry; its checksum is looked at when it is read to its end.
    pub(super) fn read(&self, number: usize, most: u64, into: &mut Vec<u8>) -> io::Result<()> {
        // The directory is shared; only the place in the file is this reader's own.
        let mut archive = self.archive.clone();
        let entry = archive.by_index(number).map_err(|e| io::Error::other(e.to_string()))?;
        entry.take(most).read_to_end(into).map(drop)
    }
}

/// A file read from a place of its own, so that threads can share it.
#[derive(Debug, Clone)]
struct FileAt {
    file: Arc<File>,
    at: u64,
    length: u64,
}

impl Read for FileAt {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let n = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.at)?;
        #[cfg(windows)]
        let n = std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for FileAt {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "before the file's beginning"))?;
        Ok(self.at)
    }
}
