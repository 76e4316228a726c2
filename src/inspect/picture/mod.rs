//! From the bytes of a file to upright pixels, one source a page, within limits.
//! Opens no file, trusts no extension, and judges nothing: a picture that cannot be opened is a [`PictureError`] with
//! its reason.

mod caught;
mod error;
mod format;
mod jpeg;
mod pdf;
mod pixels;
mod raster;
mod tiff;

use caught::caught;
pub use error::PictureError;
pub use format::sniff;
pub use pdf::JOB as PDF;
pub use pixels::{Decoded, Luma, Rgb};

use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::settings::LimitSettings;

/// One page of a file, not decoded yet.
pub struct PageSource<'a> {
    format: FileFormat,
    /// Width and height in pixels, after the file's own orientation was applied.
    size: (u32, u32),
    content: Content<'a>,
}

enum Content<'a> {
    Jpeg(jpeg::JpegSource<'a>),
    Raster(raster::RasterSource<'a>),
    Tiff(tiff::TiffPage<'a>),
    Pdf(pdf::PdfPage<'a>),
}

/// The pages of a file, by its content: one for a picture, several for a PDF or a multi-page TIFF.
/// Only headers are read; what claims more than the limits is refused here, before any memory is taken for it.
///
/// # Errors
/// Empty, unknown, unsupported, encrypted or broken content, or content over a limit.
pub fn open<'a>(bytes: &'a [u8], limits: &LimitSettings) -> Result<Vec<PageSource<'a>>, PictureError> {
    let format = sniff(bytes);
    guarded(format, || match format {
        FileFormat::Pdf => {
            let pages = pdf::pages(bytes, limits)?;
            Ok(pages.into_iter().map(|p| PageSource { format, size: p.size(), content: Content::Pdf(p) }).collect())
        }
        FileFormat::Empty => Err(PictureError::Empty),
        FileFormat::Unknown => Err(PictureError::UnknownFormat),
        FileFormat::Gif | FileFormat::Heic => {
            Err(PictureError::Unsupported { format, why: "本工具不解码此格式，请转为 JPG 或 PDF".into() })
        }
        FileFormat::Jpeg => jpeg::JpegSource::open(bytes, limits).map(|s| one(format, s.size(), Content::Jpeg(s))),
        FileFormat::Png | FileFormat::Webp | FileFormat::Bmp => {
            raster::RasterSource::open(bytes, format, limits).map(|s| one(format, s.size(), Content::Raster(s)))
        }
        FileFormat::Tiff => {
            let pages = tiff::pages(bytes, limits)?;
            Ok(pages.into_iter().map(|p| PageSource { format, size: p.size(), content: Content::Tiff(p) }).collect())
        }
    })
}

/// All pixels of a PNG, WebP, BMP, or of a TIFF's first page, as they are stored: for the photo, which is measured
/// before it is changed.
///
/// # Errors
/// As [`PageSource::luma`].
pub(super) fn raster(bytes: &[u8], format: FileFormat, max_pixels: u64) -> Result<image::DynamicImage, PictureError> {
    raster::decode(bytes, format, max_pixels).map(|r| r.image)
}

fn one(format: FileFormat, size: (u32, u32), content: Content<'_>) -> Vec<PageSource<'_>> {
    vec![PageSource { format, size, content }]
}

impl PageSource<'_> {
    /// Width and height in pixels, upright. A PDF page's at 200 dpi (less for a page too large for the limits).
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    pub fn format(&self) -> FileFormat {
        self.format
    }

    /// The page in grey, upright, scaled down to at most `max_pixels` pixels (never up). 0–255, 255 is white.
    ///
    /// # Errors
    /// The picture cannot be decoded at all. A truncated JPEG is *not* an error: see [`Decoded::complete`].
    pub fn luma(&self, max_pixels: u32) -> Result<Luma, PictureError> {
        guarded(self.format, || match &self.content {
            Content::Jpeg(s) => s.luma(max_pixels),
            Content::Raster(s) => s.decode().map(|d| pixels::luma(d, max_pixels)),
            Content::Tiff(p) => p.decode().map(|d| pixels::luma(d, max_pixels)),
            Content::Pdf(p) => p.render(max_pixels).map(Rgb::into_luma),
        })
    }

    /// The page in colour (sRGB), upright, scaled down to at most `max_pixels` pixels (never up).
    ///
    /// # Errors
    /// As [`Self::luma`].
    pub fn rgb(&self, max_pixels: u32) -> Result<Rgb, PictureError> {
        guarded(self.format, || match &self.content {
            Content::Jpeg(s) => s.rgb(max_pixels),
            Content::Raster(s) => s.decode().map(|d| pixels::rgb(d, max_pixels)),
            Content::Tiff(p) => p.decode().map(|d| pixels::rgb(d, max_pixels)),
            Content::Pdf(p) => p.render(max_pixels),
        })
    }
}

/// [`caught`], but for PDF, which is decoded in a process of its own and caught there: what panics here is our own
/// failure.
fn guarded<T>(format: FileFormat, work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    if format == FileFormat::Pdf { work() } else { caught(format, work) }
}

#[cfg(test)]
mod tests;
