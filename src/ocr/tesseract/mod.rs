//! Tesseract 5 (`chi_sim`) through libtesseract: line picture → free text with its confidence, page → boxes of its
//! lines.
//! It gives no posterior, so nothing can be verified or ranked on what it reads; and it reads print, not handwriting
//! (docs/second-reading.md).
//!
//! One instance serves one worker (55–65 MB each). Pixels are handed over in memory; no temporary file is written.

use crate::ocr::engine::{Engine, OcrError};
use crate::ocr::reading::{LineReading, TextBox, sort_for_reading};
use image::GrayImage;
use image::imageops::{self, FilterType};
use leptess::capi::TessPageIteratorLevel_RIL_TEXTLINE as TEXT_LINES;
use leptess::tesseract::TessApi;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::ffi::CStr;
use std::path::{Path, PathBuf};

pub const NAME: &str = "tesseract-chi_sim";
const LANGUAGE: &str = "chi_sim";
const DATA_FILE: &str = "chi_sim.traineddata";
/// Where the data file lies if `TESSDATA_PREFIX` does not say: Debian and Ubuntu, Fedora, others, Homebrew.
const DATA_FOLDERS: [&str; 6] = [
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
];

/// Height in pixels that a line is brought to: its characters are then about 40 px high, what the LSTM was trained on.
const LINE_HEIGHT: u32 = 56;
/// White margin added around a line, pixels: without it characters at the very edge are dropped.
const MARGIN: u32 = 12;
/// Wider lines are squeezed to this many pixels.
const MAX_LINE_WIDTH: u32 = 4000;
/// Anything plausible; saves tesseract's own guess and the warning that comes with it.
const DPI: i32 = 300;
/// Tesseract's page segmentation modes: one line; a page's blocks, found without recognising them.
const SINGLE_LINE: &CStr = c"7";
const PAGE: &CStr = c"3";
/// Tesseract's layout analysis gives a line box no probability.
const BOX_SCORE: f32 = 0.5;

/// One worker's instance.
pub struct Tesseract {
    api: RefCell<TessApi>,
}

impl Tesseract {
    /// Starts an instance.
    ///
    /// # Errors
    /// The language data is not installed.
    pub fn new() -> Result<Self, OcrError> {
        // no path: libtesseract's own default, which a private build may have set
        let folder = data_file().and_then(|f| f.parent().map(Path::to_path_buf));
        let api = TessApi::new(folder.as_deref().and_then(Path::to_str), LANGUAGE).map_err(|_| OcrError::Unavailable {
            engine: NAME,
            reason: format!(
                "{DATA_FILE} was not found; install it (Debian: tesseract-ocr-chi-sim), set TESSDATA_PREFIX to its folder, or go on without with --second-reading off"
            ),
        })?;
        let mut engine = Self { api: RefCell::new(api) };
        // its messages about single lines are suppressed: the reading itself says what was not read
        engine.set(c"debug_file", if cfg!(windows) { c"nul" } else { c"/dev/null" })?;
        Ok(engine)
    }

    fn set(&mut self, name: &CStr, value: &CStr) -> Result<(), OcrError> {
        set(self.api.get_mut(), name, value)
    }
}

/// The language data of this machine, if it lies in one of the usual places.
pub fn data_file() -> Option<PathBuf> {
    let told = std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from);
    let places = told.into_iter().flat_map(|p| [p.join("tessdata"), p]).chain(DATA_FOLDERS.iter().map(PathBuf::from));
    places.map(|p| p.join(DATA_FILE)).find(|f| f.is_file())
}

/// Lower-case hex of the language data, for `run.json`; nothing if the file is not in one of the usual places.
pub fn data_hash() -> Option<String> {
    std::fs::read(data_file()?).ok().map(|bytes| format!("{:x}", Sha256::digest(bytes)))
}

/// The library's version, `5.3.0`.
pub fn version() -> String {
    tesseract_plumbing::version().to_string_lossy().into_owned()
}

impl Engine for Tesseract {
    fn name(&self) -> &'static str {
        NAME
    }

    fn detect(&self, page: &GrayImage) -> Result<Vec<TextBox>, OcrError> {
        let mut api = self.api.borrow_mut();
        set(&mut api, c"tessedit_pageseg_mode", PAGE)?;
        load(&mut api, page)?;
        let Some(lines) = api.get_component_images(TEXT_LINES, true) else { return Ok(Vec::new()) };
        let mut boxes: Vec<TextBox> = (&lines).into_iter().map(|b| text_box(b.get_geometry())).collect();
        sort_for_reading(&mut boxes);
        Ok(boxes)
    }

    fn recognise(&self, line: &GrayImage) -> Result<LineReading, OcrError> {
        if line.width() == 0 || line.height() == 0 {
            return Err(OcrError::Empty { engine: NAME });
        }
        let picture = prepared(line);
        let failed =
            |reason: String| OcrError::Run { engine: NAME, width: line.width(), height: line.height(), reason };
        let mut api = self.api.borrow_mut();
        set(&mut api, c"tessedit_pageseg_mode", SINGLE_LINE)?;
        load(&mut api, &picture)?;
        api.raw.recognize().map_err(|e| failed(e.to_string()))?;
        let text = api.raw.get_utf8_text().map_err(|e| failed(e.to_string()))?;
        let text: &CStr = text.as_ref();
        let text = text.to_string_lossy().trim().to_owned();
        // 0–100; of no word at all: 0
        let confidence = if text.is_empty() { 0.0 } else { percent(api.mean_text_conf()) };
        Ok(LineReading { text, confidence, posterior: None, symbols: Vec::new() })
    }
}

fn set(api: &mut TessApi, name: &CStr, value: &CStr) -> Result<(), OcrError> {
    api.raw.set_variable(name, value).map_err(|e| OcrError::Unavailable {
        engine: NAME,
        reason: format!("{} refused: {e}; install tesseract 5", name.to_string_lossy()),
    })
}

/// Hands the pixels over; tesseract copies them.
fn load(api: &mut TessApi, picture: &GrayImage) -> Result<(), OcrError> {
    let (width, height) = picture.dimensions();
    if width == 0 || height == 0 {
        return Err(OcrError::Empty { engine: NAME });
    }
    let failed = |reason: String| OcrError::Run { engine: NAME, width, height, reason };
    let (w, h) = (
        i32::try_from(width).map_err(|e| failed(e.to_string()))?,
        i32::try_from(height).map_err(|e| failed(e.to_string()))?,
    );
    if w.checked_mul(h).is_none() {
        return Err(failed("more pixels than libtesseract can count".to_owned()));
    }
    api.raw.set_image(picture.as_raw(), w, h, 1, w).map_err(|e| failed(e.to_string()))?;
    api.set_source_resolution(DPI);
    Ok(())
}

/// The line at the height that is read best, with a white margin around it.
fn prepared(line: &GrayImage) -> GrayImage {
    let factor = f64::from(LINE_HEIGHT) / f64::from(line.height());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of a width")]
    let width = (f64::from(line.width()) * factor).round().clamp(1.0, f64::from(MAX_LINE_WIDTH)) as u32;
    let scaled = imageops::resize(line, width, LINE_HEIGHT, FilterType::CatmullRom);
    let mut picture =
        GrayImage::from_pixel(width + 2 * MARGIN, LINE_HEIGHT + 2 * MARGIN, image::Luma([paper_tone(line)]));
    imageops::replace(&mut picture, &scaled, i64::from(MARGIN), i64::from(MARGIN));
    picture
}

/// The grey that nine tenths of the pixels do not exceed: the paper's, so that the added margin has no edge.
fn paper_tone(line: &GrayImage) -> u8 {
    let mut counts = [0usize; 256];
    line.as_raw().iter().for_each(|v| counts[usize::from(*v)] += 1);
    let wanted = line.as_raw().len() * 9 / 10;
    let mut seen = 0;
    let tone = counts.iter().position(|n| {
        seen += n;
        seen >= wanted
    });
    tone.and_then(|t| u8::try_from(t).ok()).unwrap_or(u8::MAX)
}

fn percent(value: i32) -> f32 {
    f32::from(u8::try_from(value.clamp(0, 100)).unwrap_or(0)) / 100.0
}

fn text_box(b: leptess::leptonica::BoxGeometry) -> TextBox {
    #[expect(clippy::cast_precision_loss, reason = "a page has far fewer than 2^24 pixels a side")]
    let [x0, y0, x1, y1] = [b.x, b.y, b.x + b.w, b.y + b.h].map(|v| v as f32);
    TextBox { corners: [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], score: BOX_SCORE }
}

#[cfg(test)]
mod tests;
