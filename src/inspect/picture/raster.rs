//! From PNG, WebP and BMP bytes to pixels, through the `image` crate with its memory bounded.
//! JPEG, TIFF and PDF have modules of their own.

use super::error::PictureError;
use super::pixels::{Raster, upright};
use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::settings::LimitSettings;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

pub(super) struct RasterSource<'a> {
    bytes: &'a [u8],
    format: FileFormat,
    size: (u32, u32),
    max_pixels: u64,
}

impl<'a> RasterSource<'a> {
    /// Reads the header only.
    pub fn open(bytes: &'a [u8], format: FileFormat, limits: &LimitSettings) -> Result<Self, PictureError> {
        let (size, _) = header(bytes, format, limits.max_pixels)?;
        Ok(Self { bytes, format, size, max_pixels: limits.max_pixels })
    }

    /// Upright.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    pub fn decode(&self) -> Result<Raster, PictureError> {
        decode(self.bytes, self.format, self.max_pixels)
    }
}

/// Bytes that a decoder may take before it has come to the pixels, and for itself beside them: colour profiles and
/// texts have under 4 MB, unless they are bombs.
const BESIDE: u64 = 64 << 20;

/// The upright size and the orientation that a header states, checked against the limit.
pub(super) fn header(
    bytes: &[u8],
    format: FileFormat,
    max_pixels: u64,
) -> Result<((u32, u32), Orientation), PictureError> {
    let (size, orientation, _) = looked_at(bytes, format, max_pixels)?;
    Ok((size, orientation))
}

/// All pixels, not yet turned upright.
pub(super) fn decode(bytes: &[u8], format: FileFormat, max_pixels: u64) -> Result<Raster, PictureError> {
    let (_, orientation, decoded) = looked_at(bytes, format, max_pixels)?;
    // The result, and as much again for strips, rows and what is put together.
    let decoder = decoder(bytes, format, decoded.saturating_mul(2).saturating_add(BESIDE))?;
    let image = DynamicImage::from_decoder(decoder).map_err(|e| corrupt(format, &e))?;
    Ok(Raster { image, orientation, truncated_at: None })
}

/// As [`header`], with the bytes of the decoded picture. These are bounded too: a pixel has up to 16, and then the
/// limit on pixels says little.
fn looked_at(
    bytes: &[u8],
    format: FileFormat,
    max_pixels: u64,
) -> Result<((u32, u32), Orientation, u64), PictureError> {
    // TIFF's decoder takes the picture's bytes out of what it may have, and without the rest reads no orientation.
    let most = if format == FileFormat::Tiff { max_pixels.saturating_mul(16) } else { BESIDE };
    let mut decoder = decoder(bytes, format, most)?;
    let (width, height) = decoder.dimensions();
    PictureError::check_size(format, width.into(), height.into(), max_pixels)?;
    let (decoded, limit) = (decoder.total_bytes(), max_pixels.saturating_mul(4));
    if decoded > limit {
        return Err(PictureError::TooManyBytes { bytes: decoded, limit });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((upright(width, height, orientation), orientation, decoded))
}

fn decoder(bytes: &[u8], format: FileFormat, max_bytes: u64) -> Result<impl ImageDecoder + '_, PictureError> {
    let container = match format {
        FileFormat::Png => ImageFormat::Png,
        FileFormat::Webp => ImageFormat::WebP,
        FileFormat::Bmp => ImageFormat::Bmp,
        FileFormat::Tiff => ImageFormat::Tiff,
        _ => return Err(PictureError::Unsupported { format, why: "不支持的格式".into() }),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), container);
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_bytes);
    reader.limits(limits);
    reader.into_decoder().map_err(|e| corrupt(format, &e))
}

fn corrupt(format: FileFormat, error: &image::ImageError) -> PictureError {
    match error {
        image::ImageError::Unsupported(e) => PictureError::Unsupported { format, why: e.to_string() },
        e => PictureError::Corrupt { format, why: e.to_string() },
    }
}
