//! From decoded pixels to upright ones of a wanted size: resize first (fewer pixels to turn), then orient.
//! Decodes nothing itself.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use yushen_pixels::Filter;

/// Upright pixels and how they relate to the picture as handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<I> {
    pub pixels: I,
    /// Pixels of the upright original for one pixel here, ≥ 1: `original = here × scale`.
    pub scale: f32,
    /// Did the data reach to the last row?
    pub complete: bool,
    /// 0–1: part of the rows (in the order of storage) that hold a picture. A truncated progressive JPEG may have all
    /// rows, coarsely.
    pub fraction: f32,
}

/// Grey, 0–255, 255 is white.
pub type Luma = Decoded<GrayImage>;
/// sRGB.
pub type Rgb = Decoded<RgbImage>;

impl Rgb {
    /// The same page in grey (Rec. 709 weights, as the `image` crate's).
    pub fn into_luma(self) -> Luma {
        Decoded {
            pixels: DynamicImage::ImageRgb8(self.pixels).into_luma8(),
            scale: self.scale,
            complete: self.complete,
            fraction: self.fraction,
        }
    }
}

/// A whole raster picture and the turn it still needs.
pub(super) struct Raster {
    pub image: DynamicImage,
    pub orientation: Orientation,
    /// Rows that hold a picture, 0–1; `None` if all was decoded.
    pub truncated_at: Option<f32>,
}

/// `raster` in grey, upright, at most `max_pixels` pixels.
pub(super) fn luma(raster: Raster, max_pixels: u32) -> Luma {
    finish(raster, max_pixels, DynamicImage::into_luma8, DynamicImage::ImageLuma8)
}

/// `raster` in colour, upright, at most `max_pixels` pixels.
pub(super) fn rgb(raster: Raster, max_pixels: u32) -> Rgb {
    finish(raster, max_pixels, DynamicImage::into_rgb8, DynamicImage::ImageRgb8)
}

fn finish<I>(raster: Raster, max_pixels: u32, into: fn(DynamicImage) -> I, wrap: fn(I) -> DynamicImage) -> Decoded<I> {
    let flat = wrap(into(on_white(raster.image)));
    let (width, height) = (flat.width(), flat.height());
    let (new_width, new_height) = fitted(width, height, max_pixels);
    let mut image =
        if (new_width, new_height) == (width, height) { flat } else { resized(flat, new_width, new_height) };
    image.apply_orientation(raster.orientation);
    Decoded {
        pixels: into(image),
        scale: width as f32 / new_width as f32,
        complete: raster.truncated_at.is_none(),
        fraction: raster.truncated_at.unwrap_or(1.0),
    }
}

/// The size of at most `max_pixels` pixels with the same proportions; never larger than the picture, never 0.
pub(super) fn fitted(width: u32, height: u32, max_pixels: u32) -> (u32, u32) {
    let pixels = f64::from(width) * f64::from(height);
    if pixels <= f64::from(max_pixels) {
        return (width, height);
    }
    let factor = (f64::from(max_pixels.max(1)) / pixels).sqrt();
    let side = |n: u32| ((f64::from(n) * factor).floor() as u32).clamp(1, n);
    (side(width), side(height))
}

/// Upright size of a picture stored as `width` × `height`.
pub(super) fn upright(width: u32, height: u32, orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            (height, width)
        }
        _ => (width, height),
    }
}

/// Transparent parts become white, as paper is; dropping alpha would turn them into whatever colour hides there.
fn on_white(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image;
    }
    let rgba = image.into_rgba8();
    let blend = |c: u8, a: u8| ((u16::from(c) * u16::from(a) + 255 * (255 - u16::from(a))) / 255) as u8;
    let rgb = RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        image::Rgb([blend(r, a), blend(g, a), blend(b, a)])
    });
    DynamicImage::ImageRgb8(rgb)
}

/// Area-averaging (a triangle filter scaled to the target's pixels): no aliasing of thin strokes. Only for 8-bit grey
/// and RGB.
fn resized(image: DynamicImage, width: u32, height: u32) -> DynamicImage {
    let to = (width, height);
    let made = match &image {
        DynamicImage::ImageLuma8(i) => yushen_pixels::gray(i.as_raw(), i.dimensions(), to, Filter::Bilinear)
            .and_then(|p| GrayImage::from_raw(width, height, p))
            .map(DynamicImage::ImageLuma8),
        DynamicImage::ImageRgb8(i) => yushen_pixels::rgb(i.as_raw(), i.dimensions(), to, Filter::Bilinear)
            .and_then(|p| RgbImage::from_raw(width, height, p))
            .map(DynamicImage::ImageRgb8),
        _ => None,
    };
    // The fast way refuses nothing that 8-bit buffers of a checked size can be; the slow one is there so that no
    // picture is lost if it does.
    made.unwrap_or_else(|| image.resize_exact(width, height, image::imageops::FilterType::Triangle))
}
