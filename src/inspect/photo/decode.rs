//! From the bytes of a photo to upright RGB pixels, and a reduced copy for the measures that need no fine detail.
//! Refuses pictures over a pixel limit before it allocates; judges nothing.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};
use std::io::Cursor;

/// A one-inch photo has under a megapixel; a full phone picture handed in by mistake must still be judged.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Pixels after orientation, and the size that the header tells even if they could not be decoded.
pub struct Decoded {
    pub dimensions: Option<(u32, u32)>,
    pub pixels: Result<RgbImage, String>,
}

/// Decodes by content.
pub fn decode(bytes: &[u8]) -> Decoded {
    match open(bytes) {
        Err(why) => Decoded { dimensions: None, pixels: Err(why) },
        Ok((decoder, dimensions, orientation)) => {
            if u64::from(dimensions.0) * u64::from(dimensions.1) > MAX_PIXELS {
                return Decoded { dimensions: Some(dimensions), pixels: Err(format!("more than {MAX_PIXELS} pixels")) };
            }
            let pixels = DynamicImage::from_decoder(decoder).map(|mut picture| {
                picture.apply_orientation(orientation);
                over_white(picture)
            });
            Decoded { dimensions: Some(dimensions), pixels: pixels.map_err(|error| error.to_string()) }
        }
    }
}

/// Reduces (area-averaged) to `width` × `height`; never fails on sizes over 0.
pub fn reduced(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    resized(picture, width, height, ResizeAlg::Convolution(FilterType::Box)).unwrap_or_else(|| RgbImage::new(width, height))
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
    resized(picture, width, height, ResizeAlg::Convolution(FilterType::Bilinear)).unwrap_or_else(|| RgbImage::new(width, height))
}

type Opened<'a> = (Box<dyn ImageDecoder + 'a>, (u32, u32), image::metadata::Orientation);

fn open(bytes: &[u8]) -> Result<Opened<'_>, String> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    let dimensions = if orientation.to_exif() >= 5 { (height, width) } else { (width, height) };
    Ok((Box::new(decoder), dimensions, orientation))
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

fn resized(picture: &RgbImage, width: u32, height: u32, algorithm: ResizeAlg) -> Option<RgbImage> {
    let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3).ok()?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    Resizer::new().resize(&source, &mut target, &ResizeOptions::new().resize_alg(algorithm)).ok()?;
    RgbImage::from_raw(width, height, target.into_vec())
}
