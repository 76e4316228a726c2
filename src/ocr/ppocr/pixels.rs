//! A picture's pixels at the size that a network takes, and how many of them one step of its posterior covers.

use image::GrayImage;

/// Pixels (at height 48) per CTC step.
pub(super) const STEP: u32 = 8;

/// Row-major grey pixels of the picture at the given size.
pub(super) fn resize_gray(picture: &GrayImage, width: u32, height: u32) -> Result<Vec<u8>, String> {
    if picture.dimensions() == (width, height) {
        return Ok(picture.as_raw().clone());
    }
    yushen_pixels::gray(picture.as_raw(), picture.dimensions(), (width, height), yushen_pixels::Filter::Bilinear)
        .ok_or_else(|| format!("{} × {} px cannot be resized to {width} × {height}", picture.width(), picture.height()))
}
