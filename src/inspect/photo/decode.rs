//! From the bytes of a photo to upright RGB pixels, and a reduced copy for the measures that need no fine detail.
//! Refuses pictures over a pixel limit before it allocates; judges nothing.

use super::super::picture;
use crate::vocabulary::photo::FileFormat;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};
use yushen_pixels::Filter;

/// A one-inch photo has under a megapixel; a full phone picture handed in by mistake must still be judged.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Decodes by content. `known`: the size that the header tells, if it was read. `orientation`: EXIF, 1–8.
pub fn decode(bytes: &[u8], known: Option<(u32, u32)>, orientation: u8) -> Result<RgbImage, String> {
    if known.is_some_and(|(width, height)| u64::from(width) * u64::from(height) > MAX_PIXELS) {
        return Err(format!("it has more than {MAX_PIXELS} pixels"));
    }
    let mut picture = match picture::sniff(bytes) {
        format @ (FileFormat::Png | FileFormat::Webp | FileFormat::Bmp | FileFormat::Tiff) => {
            picture::raster(bytes, format, MAX_PIXELS).map_err(|error| error.to_string())?
        }
        // Within the image crate's own limits on allocation.
        _ => image::load_from_memory(bytes).map_err(|error| error.to_string())?,
    };
    if u64::from(picture.width()) * u64::from(picture.height()) > MAX_PIXELS {
        return Err(format!("it has more than {MAX_PIXELS} pixels"));
    }
    if let Some(orientation) = Orientation::from_exif(orientation) {
        picture.apply_orientation(orientation);
    }
    Ok(over_white(picture))
}

/// Reduces (area-averaged) to `width` × `height`; never fails on sizes over 0.
pub fn reduced(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    resized(picture, width, height, Filter::Area).unwrap_or_else(|| RgbImage::new(width, height))
}

/// The picture with its longer side at most `side`, or itself.
pub fn at_most(picture: &RgbImage, side: u32) -> RgbImage {
    let longer = picture.width().max(picture.height());
    if longer <= side {
        return picture.clone();
    }
    let scale = |length: u32| (u64::from(length) * u64::from(side)).div_ceil(u64::from(longer)).max(1) as u32;
    reduced(picture, scale(picture.width()), scale(picture.height()))
}

/// Bilinear, as the face models were trained on.
pub fn bilinear(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    resized(picture, width, height, Filter::Bilinear).unwrap_or_else(|| RgbImage::new(width, height))
}

/// Transparent pixels show the paper they would be printed on.
fn over_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0.map(u32::from);
        image::Rgb([r, g, b].map(|channel| ((channel * a + 255 * (255 - a)) / 255) as u8))
    })
}

fn resized(picture: &RgbImage, width: u32, height: u32, filter: Filter) -> Option<RgbImage> {
    yushen_pixels::rgb(picture.as_raw(), picture.dimensions(), (width, height), filter)
        .and_then(|p| RgbImage::from_raw(width, height, p))
}
