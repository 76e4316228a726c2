//! From a picture to the boxes of its writing; small writing is sought a second time, closer up.
//! Gives boxes only: [`super::rows`] joins them to rows.

use super::canvas::Canvas;
use super::rows::extent;
use crate::ocr::{Engine, OcrError, TextBox};

/// Longer side in pixels to which the detector reduces what it looks at.
const DETECTED: f32 = 960.0;
/// Pixels of a row's height as the detector saw it: smaller writing is sought again, closer up.
const SMALL: f32 = 26.0;
/// A closer look shows the writing at least so many times as large.
const CLOSER: f32 = 1.4;
/// Row heights of surroundings that the closer look takes in: rows that the first missed stand there.
const AROUND: f32 = 3.0;

/// The boxes of the writing.
///
/// # Errors
/// The engine failed.
pub fn boxes(canvas: &Canvas, engine: &dyn Engine) -> Result<Vec<TextBox>, OcrError> {
    let found = canvas.without_sheet(engine.detect(&canvas.image)?);
    let (w, h) = (canvas.image.width() as f32, canvas.image.height() as f32);
    let Some([x0, y0, x1, y1]) = around(&found, [w, h]) else { return Ok(found) };
    let seen = |long: f32| (DETECTED / long).min(1.0);
    let (far, near) = (seen(w.max(h)), seen((x1 - x0).max(y1 - y0)));
    if height(&found) * far > SMALL || near < CLOSER * far {
        return Ok(found);
    }
    let part =
        image::imageops::crop_imm(&canvas.image, x0 as u32, y0 as u32, (x1 - x0) as u32, (y1 - y0) as u32).to_image();
    let mut closer = engine.detect(&part)?;
    for corner in closer.iter_mut().flat_map(|b| b.corners.iter_mut()) {
        *corner = [corner[0] + x0.trunc(), corner[1] + y0.trunc()];
    }
    let closer = canvas.without_sheet(closer);
    Ok(if closer.is_empty() { found } else { closer })
}

/// The median height of the boxes, pixels of the picture.
fn height(boxes: &[TextBox]) -> f32 {
    let mut heights: Vec<f32> = boxes
        .iter()
        .map(|b| {
            let (w, h) = extent(&b.corners);
            w.min(h)
        })
        .collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or(0.0)
}

/// The part of the picture that holds all boxes and some surroundings.
fn around(boxes: &[TextBox], size: [f32; 2]) -> Option<[f32; 4]> {
    let margin = AROUND * height(boxes);
    let corners = || boxes.iter().flat_map(|b| b.corners);
    let low = |k: usize| (corners().map(|c| c[k]).fold(f32::MAX, f32::min) - margin).max(0.0);
    let high = |k: usize| (corners().map(|c| c[k]).fold(0.0, f32::max) + margin).min(size[k]);
    (!boxes.is_empty())
        .then(|| [low(0), low(1), high(0), high(1)])
        .filter(|[x0, y0, x1, y1]| x1 - x0 > 8.0 && y1 - y0 > 8.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ocr::LineReading;
    use image::GrayImage;
    use std::cell::RefCell;

    /// Finds one box of a twentieth of the width in the middle of whatever it is shown, and notes the size of that.
    struct Looker(RefCell<Vec<(u32, u32)>>, f32);

    impl Engine for Looker {
        fn name(&self) -> &'static str {
            "looker"
        }

        fn detect(&self, page: &GrayImage) -> Result<Vec<TextBox>, OcrError> {
            self.0.borrow_mut().push(page.dimensions());
            let (x, y) = (page.width() as f32 / 2.0, page.height() as f32 / 2.0);
            let (w, h) = (self.1 * 6.0, self.1);
            Ok(vec![TextBox {
                corners: [[x - w, y - h / 2.0], [x + w, y - h / 2.0], [x + w, y + h / 2.0], [x - w, y + h / 2.0]],
                score: 1.0,
            }])
        }

        fn recognise(&self, _line: &GrayImage) -> Result<LineReading, OcrError> {
            Err(OcrError::Empty { engine: "looker" })
        }
    }

    #[test]
    fn small_writing_is_looked_at_closer() {
        for (what, height, looks) in [("small in a large picture", 40.0, 2), ("large enough", 200.0, 1)] {
            let engine = Looker(RefCell::default(), height);
            let canvas = Canvas::new(&GrayImage::from_pixel(3000, 2000, image::Luma([255])), 1.0);
            let found = boxes(&canvas, &engine).unwrap();
            assert_eq!(engine.0.borrow().len(), looks, "{what}");
            // wherever it was seen, its place in the whole picture is the same
            let middle = found[0].corners.iter().map(|c| c[0]).sum::<f32>() / 4.0;
            assert!((middle - canvas.image.width() as f32 / 2.0).abs() < 2.0, "{what}: {middle}");
        }
    }
}
