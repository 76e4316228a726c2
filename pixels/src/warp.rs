//! A part of a picture, cut out by a projective map.

/// Target pixels between two exact points of the map; between them it is taken for straight, which is off by a few
/// thousandths of a pixel.
const STRETCH: usize = 16;
/// Fractional bits of a place in the source.
const BITS: u32 = 16;
const ONE: f64 = (1_u64 << BITS) as f64;

/// The target (`to`: width, height) that `map`, row-major 3×3 and from target to source pixels, cuts out of a grey
/// buffer of size `from`; row-major.
/// Bilinear; outside the source its nearest pixel stands. `None`: the buffer does not have its size, or a side is 0.
#[must_use]
pub fn warp(raw: &[u8], from: (u32, u32), map: &[f32; 9], to: (u32, u32)) -> Option<Vec<u8>> {
    let (pw, ph, width, height) = (from.0 as usize, from.1 as usize, to.0 as usize, to.1 as usize);
    if pw == 0 || ph == 0 || width == 0 || height == 0 || raw.len() != pw * ph {
        return None;
    }
    let m = map.map(f64::from);
    let (right, below) = (((pw - 1) as f64 * ONE) as i64, ((ph - 1) as f64 * ONE) as i64);
    let mut out = vec![0_u8; width * height];
    for (j, row) in out.chunks_exact_mut(width).enumerate() {
        let y = j as f64 + 0.5;
        let place = |i: usize| -> [i64; 2] {
            let x = i as f64 + 0.5;
            let z = m[6] * x + m[7] * y + m[8];
            // a place far outside, or none at all, is held to a range whose differences fit
            let at = |n: f64| ((n / z - 0.5) * ONE).clamp(-1e15, 1e15) as i64;
            [at(m[0] * x + m[1] * y + m[2]), at(m[3] * x + m[4] * y + m[5])]
        };
        let mut start = place(0);
        for (k, stretch) in row.chunks_mut(STRETCH).enumerate() {
            let end = place(k * STRETCH + stretch.len());
            let n = stretch.len() as i64;
            let step = [(end[0] - start[0]) / n, (end[1] - start[1]) / n];
            let [mut x, mut y] = start;
            let last = [x + step[0] * (n - 1), y + step[1] * (n - 1)];
            let inside = [start, last].iter().all(|p| (0..right).contains(&p[0]) && (0..below).contains(&p[1]));
            for v in stretch {
                *v = if inside {
                    between(raw, pw, x, y)
                } else {
                    at_edge(raw, pw, ph, x.clamp(0, right), y.clamp(0, below))
                };
                x += step[0];
                y += step[1];
            }
            start = end;
        }
    }
    Some(out)
}

/// The value at a place that has a pixel right of it and below.
#[inline]
fn between(raw: &[u8], pw: usize, x: i64, y: i64) -> u8 {
    let i = (y >> BITS) as usize * pw + (x >> BITS) as usize;
    let (top, low) = (&raw[i..i + 2], &raw[i + pw..i + pw + 2]);
    blend([top[0], top[1], low[0], low[1]], x, y)
}

fn at_edge(raw: &[u8], pw: usize, ph: usize, x: i64, y: i64) -> u8 {
    let (x0, y0) = ((x >> BITS) as usize, (y >> BITS) as usize);
    let (x1, y1) = ((x0 + 1).min(pw - 1), (y0 + 1).min(ph - 1));
    blend([raw[y0 * pw + x0], raw[y0 * pw + x1], raw[y1 * pw + x0], raw[y1 * pw + x1]], x, y)
}

/// Four neighbours by the 256ths that the place is beyond the first.
#[inline]
fn blend(v: [u8; 4], x: i64, y: i64) -> u8 {
    let [a, b, c, d] = v.map(i32::from);
    let (ax, ay) = ((x >> (BITS - 8)) as i32 & 255, (y >> (BITS - 8)) as i32 & 255);
    let (top, low) = (a * 256 + (b - a) * ax, c * 256 + (d - c) * ax);
    ((top * 256 + (low - top) * ay + (1 << 15)) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::warp;

    fn picture(w: u32, h: u32) -> Vec<u8> {
        (0..w * h).map(|i| ((i % w * 3 + i / w * 5) % 251) as u8).collect()
    }

    /// The map pixel by pixel, in floating point.
    fn plain(raw: &[u8], (pw, ph): (u32, u32), m: &[f32; 9], (w, h): (u32, u32)) -> Vec<f64> {
        let m = m.map(f64::from);
        let at = |x: f64, y: f64| {
            let (x, y) = (x.clamp(0.0, f64::from(pw - 1)), y.clamp(0.0, f64::from(ph - 1)));
            let (ix, iy) = (x as usize, y as usize);
            let (jx, jy) = ((ix + 1).min(pw as usize - 1), (iy + 1).min(ph as usize - 1));
            let v = |x: usize, y: usize| f64::from(raw[y * pw as usize + x]);
            let (ax, ay) = (x.fract(), y.fract());
            (v(ix, iy) * (1.0 - ax) + v(jx, iy) * ax) * (1.0 - ay) + (v(ix, jy) * (1.0 - ax) + v(jx, jy) * ax) * ay
        };
        let place = |i: u32| {
            let (x, y) = (f64::from(i % w) + 0.5, f64::from(i / w) + 0.5);
            let z = m[6] * x + m[7] * y + m[8];
            at((m[0] * x + m[1] * y + m[2]) / z - 0.5, (m[3] * x + m[4] * y + m[5]) / z - 0.5)
        };
        (0..w * h).map(place).collect()
    }

    #[test]
    fn nothing_moved_is_the_same_picture() {
        let raw = picture(37, 23);
        let same = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        assert_eq!(warp(&raw, (37, 23), &same, (37, 23)), Some(raw));
    }

    #[test]
    fn maps_come_out_as_pixel_by_pixel() {
        // smooth, so that a few thousandths of a pixel are no more than a level
        let raw: Vec<u8> = (0..200 * 150)
            .map(|i| (128.0 + 90.0 * (f64::from(i % 200) / 17.0).sin() * (f64::from(i / 200) / 13.0).cos()) as u8)
            .collect();
        for map in [
            [0.9, 0.1, 3.0, -0.08, 0.95, 12.0, 0.0, 0.0, 1.0],
            // in perspective, partly outside
            [1.3, 0.2, -20.0, 0.1, 1.1, -9.0, 4e-4, -3e-4, 1.0],
            [-1.0, 0.0, 190.0, 0.0, -1.0, 140.0, 0.0, 0.0, 1.0],
        ] {
            let out = warp(&raw, (200, 150), &map, (171, 119)).unwrap();
            let want = plain(&raw, (200, 150), &map, (171, 119));
            let worst = out.iter().zip(&want).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
            assert!(worst <= 1.5, "{worst} for {map:?}");
        }
    }

    #[test]
    fn no_map_makes_it_fail() {
        let raw = picture(9, 7);
        for map in [
            [0.0; 9],
            [f32::NAN; 9],
            [1e30, 0.0, 0.0, 0.0, 1e30, 0.0, 0.0, 0.0, 1e-30],
            [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -0.1, 0.0, 0.5],
        ] {
            assert_eq!(warp(&raw, (9, 7), &map, (40, 5)).map(|v| v.len()), Some(200));
        }
        assert_eq!(warp(&raw, (9, 8), &[1.0; 9], (4, 4)), None);
        assert_eq!(warp(&[], (0, 0), &[1.0; 9], (4, 4)), None);
    }
}
