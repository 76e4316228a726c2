//! From a PDF (a scan, one or more pages) to one source a page, rendered with the pure-Rust `hayro`.
//! Runs no script, opens no link, and reads no text layer: what counts is what the page looks like.

use super::error::PictureError;
use super::pixels::{Decoded, Rgb, fitted};
use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::settings::LimitSettings;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::{Name, Object};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::RgbImage;
use std::sync::Arc;

/// What scanners and copiers write, and what the readers were measured at.
const DPI: f32 = 200.0;
/// A PDF's unit is 1/72 inch.
const UNITS_PER_INCH: f32 = 72.0;
/// The renderer's own bound of a side, in pixels.
const MAX_SIDE: f32 = u16::MAX as f32;

pub(super) struct PdfPage {
    pdf: Arc<Pdf>,
    index: usize,
    size: (u32, u32),
}

/// All pages, unrendered. A picture inside that is over the pixel limit refuses the whole file: rendering would decode it.
pub(super) fn pages(bytes: &[u8], limits: &LimitSettings) -> Result<Vec<PdfPage>, PictureError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|e| match e {
        LoadPdfError::Decryption(_) => PictureError::Encrypted,
        LoadPdfError::Invalid => PictureError::Corrupt { format: FileFormat::Pdf, why: "文件结构损坏".into() },
    })?;
    let count = pdf.pages().len();
    if count == 0 {
        return Err(PictureError::Corrupt { format: FileFormat::Pdf, why: "没有页面".into() });
    }
    if count > usize::from(limits.max_pdf_pages) {
        return Err(PictureError::TooManyPages { pages: count, limit: limits.max_pdf_pages });
    }
    check_embedded_pictures(&pdf, limits.max_pixels)?;
    let pdf = Arc::new(pdf);
    let cap = u32::try_from(limits.max_pixels).unwrap_or(u32::MAX);
    Ok((0..count).map(|index| PdfPage { size: size_at_dpi(&pdf, index, cap), pdf: Arc::clone(&pdf), index }).collect())
}

impl PdfPage {
    /// Pixels at 200 dpi, the page's own rotation applied.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// The page on white paper at the largest size that `max_pixels` admits: rendered right there, not scaled afterwards.
    pub fn render(&self, max_pixels: u32) -> Result<Rgb, PictureError> {
        let broken = |why: &str| PictureError::Corrupt { format: FileFormat::Pdf, why: why.into() };
        let page = self.pdf.pages().get(self.index).ok_or_else(|| broken("页面不存在"))?;
        let (width, height) = fitted(self.size.0, self.size.1, max_pixels);
        let (page_width, page_height) = page.render_dimensions();
        // Half a pixel more than the target, so that the renderer's truncation to whole pixels meets it exactly.
        let scale = |pixels: u32, units: f32| (pixels as f32 + 0.5) / units;
        let settings = PixmapSettings { x_scale: scale(width, page_width), y_scale: scale(height, page_height), bg_color: WHITE };
        let pixmap = hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &RenderSettings::default(), &settings);
        let (w, h) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
        let rgb: Vec<u8> = pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        let pixels = RgbImage::from_raw(w, h, rgb).ok_or_else(|| broken("渲染结果尺寸不符"))?;
        Ok(Decoded { pixels, scale: self.size.0 as f32 / w as f32, complete: true, fraction: 1.0 })
    }
}

fn size_at_dpi(pdf: &Pdf, index: usize, max_pixels: u32) -> (u32, u32) {
    let (width, height) = pdf.pages().get(index).map_or((1.0, 1.0), |p| p.render_dimensions());
    let pixels = |units: f32| (units * DPI / UNITS_PER_INCH).round().clamp(1.0, MAX_SIDE) as u32;
    fitted(pixels(width), pixels(height), max_pixels)
}

fn check_embedded_pictures(pdf: &Pdf, max_pixels: u64) -> Result<(), PictureError> {
    for object in pdf.objects() {
        let Object::Stream(stream) = object else { continue };
        let dict = stream.dict();
        if dict.get::<Name<'_>>("Subtype").is_none_or(|n| n.as_ref() != b"Image") {
            continue;
        }
        let side = |key: &str| dict.get::<i32>(key).and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        let (width, height) = (side("Width"), side("Height"));
        if width.saturating_mul(height) > max_pixels {
            return Err(PictureError::TooManyPixels { width, height, limit: max_pixels });
        }
    }
    Ok(())
}
