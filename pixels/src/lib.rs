//! Work on every pixel of 8-bit buffers: resizing (with `fast_image_resize`), cutting in perspective, evening the
//! light. Knows no picture formats.
//! A crate of its own: the kernels are generic, and compiling them again with every change of a reader took a third of
//! each build.
// A document causes no panic; tests may stop at the first thing that is not as it says.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), warn(clippy::print_stdout))]

mod light;
mod warp;

pub use light::even_light;
pub use warp::warp;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

/// How pixels are averaged when a picture is made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Each target pixel is the mean of the area it covers.
    Area,
    /// A triangle scaled to the target's pixels; as OCR and face models were trained on.
    Bilinear,
}

/// Row-major grey pixels (`width × height` bytes) at another size (width, height). `None`: the buffer does not have its
/// size, or a side is 0.
#[must_use]
pub fn gray(raw: &[u8], from: (u32, u32), to: (u32, u32), filter: Filter) -> Option<Vec<u8>> {
    Some(typed::<U8>(raw, from, to, filter)?.pixels().iter().map(|p| p.0).collect())
}

/// Row-major RGB pixels (`3 × width × height` bytes) at another size. `None` as [`gray`].
#[must_use]
pub fn rgb(raw: &[u8], from: (u32, u32), to: (u32, u32), filter: Filter) -> Option<Vec<u8>> {
    Some(typed::<U8x3>(raw, from, to, filter)?.pixels().iter().flat_map(|p| p.0).collect())
}

fn typed<P: PixelTrait>(
    raw: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    filter: Filter,
) -> Option<TypedImage<'static, P>> {
    let filter = match filter {
        Filter::Area => FilterType::Box,
        Filter::Bilinear => FilterType::Bilinear,
    };
    let source = TypedImageRef::<P>::from_buffer(from.0, from.1, raw).ok()?;
    let mut target = TypedImage::<P>::new(to.0, to.1);
    // The typed call: the untyped one compiles its kernels for every pixel format that exists.
    Resizer::new()
        .resize_typed(&source, &mut target, &ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)))
        .ok()?;
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_averaged() {
        assert_eq!(gray(&[0, 100, 200, 100], (2, 2), (1, 1), Filter::Area), Some(vec![100]));
        assert_eq!(rgb(&[10, 20, 30, 30, 40, 50], (2, 1), (1, 1), Filter::Area), Some(vec![20, 30, 40]));
        assert_eq!(gray(&[0; 3], (2, 2), (1, 1), Filter::Bilinear), None);
    }
}
