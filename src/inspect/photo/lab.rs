//! sRGB to CIE L*a*b* under D65, for single pixels and for pictures reduced to a plane of colours.
//! Knows no regions and no thresholds.

use crate::vocabulary::photo::Lab;
use image::RgbImage;
use std::sync::LazyLock;

/// One pixel (IEC 61966-2-1, CIE 15).
pub fn lab(rgb: [u8; 3]) -> Lab {
    let [r, g, b] = rgb.map(|channel| LINEAR[usize::from(channel)]);
    let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b;
    let z = (0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83;
    let [x, y, z] =
        [x, y, z].map(|t: f32| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 });
    Lab { l: 116.0 * y - 16.0, a: 500.0 * (x - y), b: 200.0 * (y - z) }
}

/// C*ab: distance from the grey axis.
pub fn chroma(colour: Lab) -> f32 {
    colour.a.hypot(colour.b)
}

/// A picture's colours, row by row.
pub struct LabPlane {
    pub width: usize,
    pub height: usize,
    pub colours: Vec<Lab>,
}

impl LabPlane {
    pub fn of(picture: &RgbImage) -> Self {
        Self {
            width: picture.width() as usize,
            height: picture.height() as usize,
            colours: picture.pixels().map(|pixel| lab(pixel.0)).collect(),
        }
    }

    pub fn at(&self, x: usize, y: usize) -> Lab {
        self.colours[y * self.width + x]
    }
}

/// The middle value; `None` of nothing.
pub fn median(values: &mut [f32]) -> Option<f32> {
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        let value = value as f32 / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_the_srgb_gamut() {
        for (rgb, expected) in [
            ([255, 255, 255], [100.0, 0.0, 0.0]),
            ([0, 0, 0], [0.0, 0.0, 0.0]),
            ([255, 0, 0], [53.24, 80.09, 67.20]),
            ([0, 255, 0], [87.73, -86.18, 83.18]),
            ([0, 0, 255], [32.30, 79.19, -107.86]),
            ([128, 128, 128], [53.59, 0.0, 0.0]),
            ([67, 142, 219], [57.7, 1.7, -46.1]),
        ] {
            let found = lab(rgb);
            for (found, expected) in [found.l, found.a, found.b].into_iter().zip(expected) {
                assert!((found - expected).abs() < 0.6, "{rgb:?}: {found} for {expected}");
            }
        }
    }
}
