//! From JPEG bytes to pixels with `zune-jpeg`: grey straight from the Y channel, broken files as far as they go.
//! 12-bit, lossless and arithmetic-coded JPEG are refused with a reason.

use super::error::PictureError;
use super::pixels::{self, Luma, Raster, Rgb, upright};
use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::settings::LimitSettings;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

pub(super) struct JpegSource<'a> {
    bytes: &'a [u8],
    /// As stored.
    width: u32,
    height: u32,
    orientation: Orientation,
    color: ColorSpace,
}

/// What `zune-jpeg` puts where no data was.
const FILL: u8 = 128;

impl<'a> JpegSource<'a> {
    /// Reads the headers only.
    pub fn open(bytes: &'a [u8], limits: &LimitSettings) -> Result<Self, PictureError> {
        if let Some(why) = unsupported_frame(bytes) {
            return Err(PictureError::Unsupported { format: FileFormat::Jpeg, why: why.into() });
        }
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options(false));
        decoder.decode_headers().map_err(|e| corrupt(&e))?;
        let (width, height) = decoder.dimensions().ok_or_else(|| corrupt(&"没有图像尺寸"))?;
        let (width, height) = (width as u32, height as u32);
        PictureError::check_size(FileFormat::Jpeg, width.into(), height.into(), limits.max_pixels)?;
        let orientation =
            decoder.exif().and_then(|e| Orientation::from_exif_chunk(e)).unwrap_or(Orientation::NoTransforms);
        let color = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
        Ok(Self { bytes, width, height, orientation, color })
    }

    /// Upright.
    pub fn size(&self) -> (u32, u32) {
        upright(self.width, self.height, self.orientation)
    }

    pub fn luma(&self, max_pixels: u32) -> Result<Luma, PictureError> {
        // Y is the grey picture itself; other colour models (CMYK, RGB) must be converted first.
        if !matches!(self.color, ColorSpace::YCbCr | ColorSpace::Luma) {
            return self.rgb(max_pixels).map(Rgb::into_luma);
        }
        let (buffer, truncated_at) = self.decode(ColorSpace::Luma)?;
        let image = GrayImage::from_raw(self.width, self.height, buffer).map(DynamicImage::ImageLuma8);
        self.finish(image, truncated_at).map(|r| pixels::luma(r, max_pixels))
    }

    pub fn rgb(&self, max_pixels: u32) -> Result<Rgb, PictureError> {
        let (buffer, truncated_at) = self.decode(ColorSpace::RGB)?;
        let image = RgbImage::from_raw(self.width, self.height, buffer).map(DynamicImage::ImageRgb8);
        self.finish(image, truncated_at).map(|r| pixels::rgb(r, max_pixels))
    }

    fn finish(&self, image: Option<DynamicImage>, truncated_at: Option<f32>) -> Result<Raster, PictureError> {
        let image = image.ok_or_else(|| corrupt(&"像素数与尺寸不符"))?;
        Ok(Raster { image, orientation: self.orientation, truncated_at })
    }

    /// All pixels in `color`, and where the picture stops if its data does.
    fn decode(&self, color: ColorSpace) -> Result<(Vec<u8>, Option<f32>), PictureError> {
        let channels = color.num_components();
        let row = self.width as usize * channels;
        let mut buffer = vec![FILL; row * self.height as usize];
        let result = self.decode_into(&mut buffer, color, false);
        let ended = has_end_marker(self.bytes);
        let filled = rows_before_fill(&buffer, row);
        // A sound file ends with its marker and fills all rows; anything else is asked again, strictly.
        let whole = result.is_ok() && ended && filled == self.height as usize;
        if whole {
            return Ok((buffer, None));
        }
        if ended && result.is_ok() {
            let mut again = vec![0; buffer.len()];
            if self.decode_into(&mut again, color, true).is_ok() {
                return Ok((buffer, None));
            }
        }
        if filled == 0 {
            let why = result.err().unwrap_or_else(|| "没有图像数据".into());
            return Err(corrupt(&why));
        }
        Ok((buffer, Some(filled as f32 / self.height as f32)))
    }

    fn decode_into(&self, buffer: &mut [u8], color: ColorSpace, strict: bool) -> Result<(), String> {
        let mut decoder =
            JpegDecoder::new_with_options(ZCursor::new(self.bytes), options(strict).jpeg_set_out_colorspace(color));
        decoder.decode_into(buffer).map_err(|e| e.to_string())
    }
}

fn options(strict: bool) -> DecoderOptions {
    // The format's own bound; the limit on pixels is checked from the header.
    DecoderOptions::default().set_strict_mode(strict).set_max_width(65_535).set_max_height(65_535)
}

fn corrupt(why: &dyn std::fmt::Display) -> PictureError {
    PictureError::Corrupt { format: FileFormat::Jpeg, why: why.to_string() }
}

/// Rows before the block of untouched ones at the end.
fn rows_before_fill(buffer: &[u8], row: usize) -> usize {
    let rows = buffer.chunks_exact(row);
    let untouched = rows.clone().rev().take_while(|r| r.iter().all(|v| *v == FILL)).count();
    rows.len() - untouched
}

/// Does the end-of-image marker follow the first scan? In entropy-coded data `FF` is stuffed, so a plain search is
/// exact.
fn has_end_marker(bytes: &[u8]) -> bool {
    let scan = segments(bytes).find(|(marker, _)| *marker == 0xDA).map_or(bytes.len(), |(_, at)| at);
    bytes[scan..].windows(2).any(|w| w == [0xFF, 0xD9])
}

/// Frames (ITU T.81, table B.1) that `zune-jpeg` cannot decode, and 12-bit samples.
fn unsupported_frame(bytes: &[u8]) -> Option<&'static str> {
    let (marker, at) = segments(bytes).find(|(m, _)| matches!(m, 0xC0..=0xCF) && !matches!(m, 0xC4 | 0xC8 | 0xCC))?;
    match (marker, bytes.get(at + 4)) {
        (0xC3 | 0xC7 | 0xCB | 0xCF, _) => Some("无损 JPEG，不支持"),
        (0xC9..=0xCE, _) => Some("算术编码的 JPEG，不支持"),
        (0xC5..=0xC6, _) => Some("分层 JPEG，不支持"),
        (_, Some(bits)) if *bits != 8 => Some("每通道不是 8 位的 JPEG，不支持"),
        _ => None,
    }
}

/// Markers with a length, up to and including the first scan's: (marker, offset of its `FF`).
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> + '_ {
    let mut at = 2;
    let mut done = false;
    std::iter::from_fn(move || {
        // Fill bytes may stand before a marker.
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        if done || bytes.get(at) != Some(&0xFF) {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let here = at;
        done = marker == 0xDA;
        at += 2 + length;
        Some((marker, here))
    })
}
