//! From a TIFF, often of several pages from a scanner, to one source a page.
//! Walks only the chain of directories; each page is decoded by the `image` crate as if it were the first.

use super::error::PictureError;
use super::pixels::Raster;
use super::raster;
use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::settings::LimitSettings;

pub(super) struct TiffPage<'a> {
    bytes: &'a [u8],
    /// Where the page's directory lies; `None` for the first, which needs no change of the header.
    directory: Option<u64>,
    size: (u32, u32),
    max_pixels: u64,
}

/// All pages, without thumbnails (NewSubfileType, bit 0).
pub(super) fn pages<'a>(bytes: &'a [u8], limits: &LimitSettings) -> Result<Vec<TiffPage<'a>>, PictureError> {
    let directories = directories(bytes, limits.max_pdf_pages)?;
    directories
        .into_iter()
        .enumerate()
        .map(|(i, offset)| {
            let mut page =
                TiffPage { bytes, directory: (i > 0).then_some(offset), size: (0, 0), max_pixels: limits.max_pixels };
            page.size = raster::header(&page.as_first(), FileFormat::Tiff, limits.max_pixels)?.0;
            Ok(page)
        })
        .collect()
}

impl TiffPage<'_> {
    /// Upright.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    pub fn decode(&self) -> Result<Raster, PictureError> {
        raster::decode(&self.as_first(), FileFormat::Tiff, self.max_pixels)
    }

    /// The file with its header pointing to this page: the `image` crate decodes only the page that the header names.
    fn as_first(&self) -> std::borrow::Cow<'_, [u8]> {
        let Some(offset) = self.directory else { return self.bytes.into() };
        let mut copy = self.bytes.to_vec();
        if let Some(layout) = Layout::of(&copy) {
            let at = layout.first_pointer();
            let text = if layout.little { offset.to_le_bytes() } else { offset.to_be_bytes() };
            let part = match (layout.big, layout.little) {
                (true, _) => &text[..],
                (false, true) => &text[..4],
                (false, false) => &text[4..],
            };
            copy[at..at + part.len()].copy_from_slice(part);
        }
        copy.into()
    }
}

/// Offsets of the page directories in order.
fn directories(bytes: &[u8], max_pages: u16) -> Result<Vec<u64>, PictureError> {
    let broken = || PictureError::Corrupt { format: FileFormat::Tiff, why: "页目录损坏".into() };
    let layout = Layout::of(bytes).ok_or_else(broken)?;
    let mut seen = Vec::new();
    let mut pages = Vec::new();
    let mut next = layout.pointer(bytes, layout.first_pointer()).ok_or_else(broken)?;
    // A chain may loop or end in nowhere: a page that was read is kept, what follows it is not guessed.
    while next != 0 && !seen.contains(&next) {
        seen.push(next);
        let Some((is_thumbnail, following)) = layout.directory(bytes, next) else { break };
        if !is_thumbnail {
            pages.push(next);
        }
        if seen.len() > usize::from(max_pages) {
            return Err(PictureError::TooManyPages { pages: seen.len(), limit: max_pages });
        }
        next = following;
    }
    if pages.is_empty() { Err(broken()) } else { Ok(pages) }
}

/// Byte order and word size: classic TIFF (42) or BigTIFF (43).
#[derive(Clone, Copy)]
struct Layout {
    little: bool,
    big: bool,
}

impl Layout {
    fn of(bytes: &[u8]) -> Option<Self> {
        let little = bytes.starts_with(b"II");
        let version = Self { little, big: false }.number(bytes, 2, 2)?;
        let big = version == 43;
        (bytes.len() >= if big { 16 } else { 8 }).then_some(Self { little, big })
    }

    fn first_pointer(self) -> usize {
        if self.big { 8 } else { 4 }
    }

    fn pointer(self, bytes: &[u8], at: usize) -> Option<u64> {
        self.number(bytes, at, if self.big { 8 } else { 4 })
    }

    /// Whether the directory at `offset` is a thumbnail, and the offset of the next one (0: the last).
    fn directory(self, bytes: &[u8], offset: u64) -> Option<(bool, u64)> {
        let (count_size, entry_size) = if self.big { (8, 20) } else { (2, 12) };
        let at = usize::try_from(offset).ok()?;
        let count = usize::try_from(self.number(bytes, at, count_size)?).ok()?;
        let first = at.checked_add(count_size)?;
        let end = first.checked_add(count.checked_mul(entry_size)?)?;
        if end > bytes.len() {
            return None;
        }
        const NEW_SUBFILE_TYPE: u64 = 254;
        let value_at = if self.big { 12 } else { 8 };
        let thumbnail = (first..end)
            .step_by(entry_size)
            .filter(|e| self.number(bytes, *e, 2) == Some(NEW_SUBFILE_TYPE))
            .any(|e| self.number(bytes, e + value_at, 4).is_some_and(|v| v & 1 == 1));
        // The last page of a cut-off file may lack its pointer: it is then the last.
        Some((thumbnail, self.pointer(bytes, end).unwrap_or(0)))
    }

    fn number(self, bytes: &[u8], at: usize, size: usize) -> Option<u64> {
        let part = bytes.get(at..at.checked_add(size)?)?;
        let push = |n: u64, b: &u8| n << 8 | u64::from(*b);
        Some(if self.little { part.iter().rev().fold(0, push) } else { part.iter().fold(0, push) })
    }
}
