//! The power spectrum of a square of the photo at its own resolution, windowed, as decades.
//! Gives numbers by frequency; each measure decides what a fall or a peak in them means.

use image::RgbImage;
use std::f32::consts::PI;

/// Pixels on a side; a power of two.
pub const SIDE: usize = 256;

/// log10 of the power at each frequency of a `SIDE`² square; index [row, column] by whole cycles per side, negative
/// ones wrapped.
pub struct Spectrum {
    decades: Vec<f32>,
}

impl Spectrum {
    /// Around `centre` (pixels of the photo), moved inward at the border; a smaller photo lies in its mean colour.
    pub fn around(photo: &RgbImage, centre: [f32; 2]) -> Self {
        let mut square = luma_square(photo, centre);
        let mean = square.iter().sum::<f32>() / square.len() as f32;
        let window: Vec<f32> = (0..SIDE).map(|i| 0.5 - 0.5 * (2.0 * PI * i as f32 / SIDE as f32).cos()).collect();
        for (index, value) in square.iter_mut().enumerate() {
            *value = (*value - mean) * window[index % SIDE] * window[index / SIDE];
        }
        let mut rows: Vec<Complex> = square.into_iter().map(|value| (value, 0.0)).collect();
        let turns = turns();
        rows.chunks_exact_mut(SIDE).for_each(|row| transform(row, &turns));
        let mut columns = transposed(&rows);
        columns.chunks_exact_mut(SIDE).for_each(|column| transform(column, &turns));
        Self { decades: transposed(&columns).into_iter().map(|(re, im)| (re * re + im * im + 1.0).log10()).collect() }
    }

    /// Decades of power at `x`, `y` cycles per side (−128…127 each).
    pub fn at(&self, x: i32, y: i32) -> f32 {
        let wrap = |cycles: i32| cycles.rem_euclid(SIDE as i32) as usize;
        self.decades[wrap(y) * SIDE + wrap(x)]
    }
}

type Complex = (f32, f32);

fn luma_square(photo: &RgbImage, centre: [f32; 2]) -> Vec<f32> {
    let origin = |centre: f32, length: u32| {
        let (side, length) = (SIDE as i64, i64::from(length));
        let start = centre.round() as i64 - side / 2;
        if length <= side { (length - side) / 2 } else { start.clamp(0, length - side) }
    };
    let (left, top) = (origin(centre[0], photo.width()), origin(centre[1], photo.height()));
    let luma = |x: i64, y: i64| {
        let inside = x >= 0 && y >= 0 && x < i64::from(photo.width()) && y < i64::from(photo.height());
        inside.then(|| {
            let [r, g, b] = photo.get_pixel(x as u32, y as u32).0.map(f32::from);
            0.299 * r + 0.587 * g + 0.114 * b
        })
    };
    let square: Vec<Option<f32>> =
        (0..SIDE * SIDE).map(|index| luma(left + (index % SIDE) as i64, top + (index / SIDE) as i64)).collect();
    let (sum, count) = square.iter().flatten().fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    let mean = sum / count.max(1) as f32;
    square.into_iter().map(|value| value.unwrap_or(mean)).collect()
}

fn turns() -> Vec<Complex> {
    (0..SIDE / 2).map(|k| -2.0 * PI * k as f32 / SIDE as f32).map(|angle| (angle.cos(), angle.sin())).collect()
}

/// Cooley–Tukey, in place.
fn transform(values: &mut [Complex], turns: &[Complex]) {
    let bits = SIDE.trailing_zeros();
    for i in 0..SIDE {
        let j = i.reverse_bits() >> (usize::BITS - bits);
        if i < j {
            values.swap(i, j);
        }
    }
    let mut half = 1;
    while half < SIDE {
        for start in (0..SIDE).step_by(2 * half) {
            for k in 0..half {
                let (c, s) = turns[k * (SIDE / 2 / half)];
                let (a, b) = (values[start + k], values[start + k + half]);
                let turned = (b.0 * c - b.1 * s, b.0 * s + b.1 * c);
                values[start + k] = (a.0 + turned.0, a.1 + turned.1);
                values[start + k + half] = (a.0 - turned.0, a.1 - turned.1);
            }
        }
        half *= 2;
    }
}

fn transposed(values: &[Complex]) -> Vec<Complex> {
    (0..SIDE * SIDE).map(|index| values[(index % SIDE) * SIDE + index / SIDE]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_is_a_peak_at_its_own_frequency() {
        for (cx, cy) in [(20, 0), (0, 50), (31, -17), (100, 90)] {
            let wave = RgbImage::from_fn(295, 413, |x, y| {
                let phase = 2.0 * PI * (cx as f32 * x as f32 + cy as f32 * y as f32) / SIDE as f32;
                image::Rgb([(128.0 + 60.0 * phase.sin()) as u8; 3])
            });
            let spectrum = Spectrum::around(&wave, [147.0, 206.0]);
            let peak = spectrum.at(cx, cy);
            for (x, y) in [(cx + 6, cy), (cx, cy + 6), (cx - 9, cy + 9), (5, 5)] {
                assert!(peak > spectrum.at(x, y) + 3.0, "({cx}, {cy}) against ({x}, {y})");
            }
        }
    }
}
