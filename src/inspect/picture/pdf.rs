//! From a PDF (a scan, one or more pages) to one source a page, rendered with the pure-Rust `hayro`.
//! Runs no script, opens no link, and reads no text layer: what counts is what the page looks like.

use super::caught::caught;
use super::error::PictureError;
use super::pixels::{Decoded, Rgb, fitted};
use crate::apart::{self, Ended, Job, Limits};
use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::settings::LimitSettings;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::{Name, Object};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::RgbImage;
use serde::{Deserialize, Serialize};

/// What scanners and copiers write, and what the readers were measured at.
const DPI: f32 = 200.0;
/// A PDF's unit is 1/72 inch.
const UNITS_PER_INCH: f32 = 72.0;
/// The renderer's own bound of a side, in pixels.
const MAX_SIDE: f32 = u16::MAX as f32;

/// PDF is a language to draw in, and what a page takes to be drawn is known only when it is: files of 500 bytes have
/// taken all memory, or minutes. So it is read apart from this process, each time anew: what comes of a page depends on
/// the file alone.
pub const JOB: Job = Job { name: "pdf", work: answer };

/// What is asked of a PDF: its pages, or one page.
#[derive(Serialize, Deserialize)]
struct Asked {
    max_pixels: u64,
    max_pages: u16,
    page: Option<PageAsked>,
}

#[derive(Serialize, Deserialize)]
struct PageAsked {
    index: usize,
    size: (u32, u32),
    max_pixels: u32,
}

/// The answer's first line; behind a page come its pixels, three bytes each.
#[derive(Serialize, Deserialize)]
enum Answer {
    /// Sizes at 200 dpi.
    Pages(Vec<(u32, u32)>),
    Page {
        width: u32,
        height: u32,
    },
    None(PictureError),
}

pub(super) struct PdfPage<'a> {
    bytes: &'a [u8],
    index: usize,
    size: (u32, u32),
    limits: LimitSettings,
}

/// All pages, unrendered. A picture inside that is over the pixel limit refuses the whole file: rendering would decode
/// it.
pub(super) fn pages<'a>(bytes: &'a [u8], limits: &LimitSettings) -> Result<Vec<PdfPage<'a>>, PictureError> {
    let (answer, _) =
        ask(bytes, &Asked { max_pixels: limits.max_pixels, max_pages: limits.max_pdf_pages, page: None }, limits)?;
    let Answer::Pages(sizes) = answer else { return Err(broken("没有页面")) };
    Ok(sizes
        .into_iter()
        .enumerate()
        .map(|(index, size)| PdfPage { bytes, index, size, limits: limits.clone() })
        .collect())
}

impl PdfPage<'_> {
    /// Pixels at 200 dpi, the page's own rotation applied.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// The page on white paper at the largest size that `max_pixels` admits: rendered right there, not scaled
    /// afterwards.
    pub fn render(&self, max_pixels: u32) -> Result<Rgb, PictureError> {
        let page = PageAsked { index: self.index, size: self.size, max_pixels };
        let asked =
            Asked { max_pixels: self.limits.max_pixels, max_pages: self.limits.max_pdf_pages, page: Some(page) };
        let (Answer::Page { width, height }, rgb) = ask(self.bytes, &asked, &self.limits)? else {
            return Err(broken("页面不存在"));
        };
        let pixels = RgbImage::from_raw(width, height, rgb).ok_or_else(|| broken("渲染结果尺寸不符"))?;
        Ok(Decoded { pixels, scale: self.size.0 as f32 / width as f32, complete: true, fraction: 1.0 })
    }
}

fn broken(why: &str) -> PictureError {
    PictureError::Corrupt { format: FileFormat::Pdf, why: why.into() }
}

/// # Panics
/// If there is no process to read in: our own failure, which must not look like the document's.
#[expect(clippy::panic, reason = "caught by the pipeline as an internal error, which no document's error becomes")]
fn ask(bytes: &[u8], asked: &Asked, limits: &LimitSettings) -> Result<(Answer, Vec<u8>), PictureError> {
    let request = serde_json::to_vec(asked).unwrap_or_default();
    let mut answer = match apart::run(
        JOB,
        &request,
        bytes,
        Limits { bytes: limits.max_reader_bytes, seconds: limits.max_reader_seconds },
    ) {
        Ok(answer) => answer,
        Err(Ended::OfIts) => {
            return Err(PictureError::OverReader {
                bytes: limits.max_reader_bytes,
                seconds: limits.max_reader_seconds,
            });
        }
        Err(ours) => panic!("{ours}"),
    };
    let line = answer.iter().position(|b| *b == b'\n').unwrap_or(answer.len());
    let pixels = answer.split_off((line + 1).min(answer.len()));
    match serde_json::from_slice(&answer) {
        Ok(Answer::None(error)) => Err(error),
        Ok(answer) => Ok((answer, pixels)),
        Err(e) => panic!("the process that reads PDF answers nonsense: {e}"),
    }
}

/// The job itself.
fn answer(request: &[u8], data: &[u8]) -> Vec<u8> {
    let work = || -> Result<(Answer, Vec<u8>), PictureError> {
        let asked: Asked = serde_json::from_slice(request).map_err(|_| broken("请求不完整"))?;
        let pdf = Pdf::new(data.to_vec()).map_err(|e| match e {
            LoadPdfError::Decryption(_) => PictureError::Encrypted,
            LoadPdfError::Invalid => broken("文件结构损坏"),
        })?;
        match asked.page {
            None => sizes(&pdf, &asked).map(|sizes| (Answer::Pages(sizes), Vec::new())),
            Some(page) => rendered(&pdf, &page),
        }
    };
    let (answer, pixels) = caught(FileFormat::Pdf, work).unwrap_or_else(|e| (Answer::None(e), Vec::new()));
    let mut out = serde_json::to_vec(&answer).unwrap_or_default();
    out.push(b'\n');
    out.extend(pixels);
    out
}

fn sizes(pdf: &Pdf, asked: &Asked) -> Result<Vec<(u32, u32)>, PictureError> {
    let count = pdf.pages().len();
    if count == 0 {
        return Err(broken("没有页面"));
    }
    if count > usize::from(asked.max_pages) {
        return Err(PictureError::TooManyPages { pages: count, limit: asked.max_pages });
    }
    check_embedded_pictures(pdf, asked.max_pixels)?;
    let cap = u32::try_from(asked.max_pixels).unwrap_or(u32::MAX);
    Ok((0..count).map(|index| size_at_dpi(pdf, index, cap)).collect())
}

fn rendered(pdf: &Pdf, asked: &PageAsked) -> Result<(Answer, Vec<u8>), PictureError> {
    let page = pdf.pages().get(asked.index).ok_or_else(|| broken("页面不存在"))?;
    let (width, height) = fitted(asked.size.0, asked.size.1, asked.max_pixels);
    let (page_width, page_height) = page.render_dimensions();
    // Half a pixel more than the target, so that the renderer's truncation to whole pixels meets it exactly.
    let scale = |pixels: u32, units: f32| (pixels as f32 + 0.5) / units;
    let settings =
        PixmapSettings { x_scale: scale(width, page_width), y_scale: scale(height, page_height), bg_color: WHITE };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    Ok((
        Answer::Page { width, height },
        pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect(),
    ))
}

fn size_at_dpi(pdf: &Pdf, index: usize, max_pixels: u32) -> (u32, u32) {
    let (width, height) = pdf.pages().get(index).map_or((1.0, 1.0), hayro::hayro_syntax::page::Page::render_dimensions);
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
