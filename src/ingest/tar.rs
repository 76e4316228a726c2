//! From a tar file, plain or packed with gzip or zstd, to its list of entries, and from an entry's number to its bytes.
//! A packed stream can only be read from its beginning, so what it holds is held in memory, up to a limit; nothing is
//! unpacked to disk.

use super::entry::{Entry, decoded};
use crate::vocabulary::settings::LimitSettings;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _};
use std::path::Path;
use tar::{Archive, EntryType};

/// A tar file as it was streamed.
#[derive(Debug)]
pub(super) struct TarFiles {
    entries: Vec<Entry>,
    /// By number; empty for what was refused.
    bytes: Vec<Vec<u8>>,
}

/// A tar file's unit.
const BLOCK: u64 = 512;

/// A stream that fails where more is read of it than was granted: the library reads long names, PAX records and lists
/// of holes as long as they claim to be, and 3 MB of gzip can claim ten gigabytes.
struct Fused<'f, R> {
    inner: R,
    left: &'f Cell<u64>,
}

impl<R: Read> Read for Fused<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left.get()).map_or(buffer.len(), |left| left.min(buffer.len()));
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other("条目的扩展头（长文件名、PAX）超过上限"));
        }
        let n = self.inner.read(&mut buffer[..most])?;
        self.left.set(self.left.get() - n as u64);
        Ok(n)
    }
}

/// Bytes of an entry in the stream: of a file with holes not what it claims to be unpacked.
fn stored(entry: &tar::Entry<'_, impl Read>) -> u64 {
    if entry.header().entry_type() == EntryType::GNUSparse {
        entry.header().entry_size().unwrap_or(0)
    } else {
        entry.size()
    }
}

impl TarFiles {
    /// Streams the whole file once. What comes after a damaged place, or over a limit, is told as one entry that was
    /// refused.
    ///
    /// # Errors
    /// It cannot be opened, or begins as none of the three.
    pub(super) fn open(path: &Path, limits: &LimitSettings) -> Result<Self, String> {
        let mut file = File::open(path).map_err(|e| e.to_string())?;
        let mut head = [0; 4];
        let n = file.read(&mut head).map_err(|e| e.to_string())?;
        file.rewind().map_err(|e| e.to_string())?;
        let file = BufReader::with_capacity(1 << 20, file);
        match &head[..n] {
            [0x1f, 0x8b, ..] => Ok(Self::stream(flate2::bufread::MultiGzDecoder::new(file), limits)),
            [0x28, 0xb5, 0x2f, 0xfd] => {
                let decoder =
                    ruzstd::decoding::StreamingDecoder::new(file).map_err(|e| format!("no whole zstd file: {e}"))?;
                Ok(Self::stream(decoder, limits))
            }
            _ => Ok(Self::stream(file, limits)),
        }
    }

    /// In the order of the file; an entry's number is its place here.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    pub(super) fn get(&self, number: usize) -> io::Result<&[u8]> {
        self.bytes.get(number).map(Vec::as_slice).ok_or_else(|| io::Error::other("不在压缩包内"))
    }

    fn stream(from: impl Read, limits: &LimitSettings) -> Self {
        let mut held = Self { entries: Vec::new(), bytes: Vec::new() };
        let fuse = Cell::new(0);
        // Over the limit the stream just ends; the entry in which it does cannot be read to its end.
        let mut archive = Archive::new(Fused { inner: from.take(limits.max_archive_bytes), left: &fuse });
        fuse.set(limits.max_archive_header_bytes);
        let list = match archive.entries() {
            Ok(list) => list,
            Err(e) => {
                held.broken(&e);
                return held;
            }
        };
        let mut total = 0_u64;
        for entry in list {
            let read = entry.and_then(|entry| {
                let size = stored(&entry);
                fuse.set(size.saturating_add(BLOCK));
                held.add(entry, &mut total, limits)?;
                // What is left of the entry, and then what comes before the next.
                let left = fuse.get().min(size.saturating_add(BLOCK));
                fuse.set(left.saturating_add(limits.max_archive_header_bytes));
                Ok(())
            });
            if let Err(e) = read {
                held.broken(&e);
                break;
            }
        }
        held
    }

    fn add(&mut self, mut entry: tar::Entry<'_, impl Read>, total: &mut u64, limits: &LimitSettings) -> io::Result<()> {
        let (name, size, kind) = (decoded(&entry.path_bytes()), entry.size(), entry.header().entry_type());
        let mut bytes = Vec::new();
        let refused = match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::Directory => None,
            EntryType::Symlink | EntryType::Link => Some("是链接，不跟随".to_owned()),
            EntryType::XGlobalHeader => return Ok(()),
            _ => Some("不是普通文件（设备、管道或套接字）".to_owned()),
        };
        // A file over its own limit is refused by name and size later on, and need not be held.
        let refused = refused.or_else(|| {
            let over = size <= limits.max_file_bytes && total.saturating_add(size) > limits.max_held_bytes;
            over.then(|| {
                format!("tar 压缩包只能整体读入内存，超过上限 {} 字节；请改用 zip 打包", limits.max_held_bytes)
            })
        });
        if refused.is_none() && size <= limits.max_file_bytes {
            entry.read_to_end(&mut bytes)?;
            if bytes.len() as u64 != size {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            *total += size;
        }
        self.entries.push(Entry { name, folder: kind == EntryType::Directory, bytes: size, packed: None, refused });
        self.bytes.push(bytes);
        Ok(())
    }

    fn broken(&mut self, error: &io::Error) {
        let why = format!("压缩包在此之后损坏、不完整或超过解压上限，其后内容未读取：{error}");
        self.entries.push(Entry {
            name: "（压缩包其余部分）".to_owned(),
            folder: false,
            bytes: 0,
            packed: None,
            refused: Some(why),
        });
        self.bytes.push(Vec::new());
    }
}
