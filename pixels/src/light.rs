//! The light on a sheet of paper, evened.

/// Side in pixels of the blocks whose paper is sought.
const BLOCK: usize = 24;
/// Paper is never taken for darker than this: in what is black all over nothing would be ink.
const DARKEST: f32 = 24.0;
/// What paper becomes before it is cut off at 255.
const WHITE: f32 = 250.0;

/// Divides a grey buffer by the brightness of the paper around (90th percentile of 24-px blocks, the brightest of its
/// neighbours, smoothed), so that paper is 255 and ink keeps its contrast in shadow. `None`: the buffer does not have
/// its size, or a side is 0.
#[must_use]
pub fn even_light(raw: &[u8], (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let (w, h) = (width as usize, height as usize);
    if w == 0 || h == 0 || raw.len() != w * h {
        return None;
    }
    let (bw, bh) = (w.div_ceil(BLOCK), h.div_ceil(BLOCK));
    let paper = smooth(&maximum(&brightness(raw, w, h, bw, bh), bw, bh), bw, bh);
    // where a pixel stands between the middles of two blocks: the first of them, and how far beyond it
    let between = |at: usize, blocks: usize| {
        let place = ((at as f32 + 0.5) / BLOCK as f32 - 0.5).clamp(0.0, (blocks - 1) as f32);
        (place as usize, place.fract())
    };
    let columns: Vec<(usize, f32)> = (0..w).map(|x| between(x, bw)).collect();
    let mut out = vec![0_u8; w * h];
    // one more block than there is, so that the last has a neighbour
    let (mut blocks, mut around) = (vec![0.0_f32; bw + 1], vec![0.0_f32; w]);
    for (y, (line, row)) in raw.chunks_exact(w).zip(out.chunks_exact_mut(w)).enumerate() {
        let (y0, ay) = between(y, bh);
        let y1 = (y0 + 1).min(bh - 1);
        for (x, block) in blocks.iter_mut().enumerate() {
            let x = x.min(bw - 1);
            *block = paper[y0 * bw + x] * (1.0 - ay) + paper[y1 * bw + x] * ay;
        }
        for (p, (x0, ax)) in around.iter_mut().zip(&columns) {
            *p = WHITE / (blocks[*x0] * (1.0 - ax) + blocks[x0 + 1] * ax).max(DARKEST);
        }
        for ((o, v), scale) in row.iter_mut().zip(line).zip(&around) {
            *o = (f32::from(*v) * scale).min(255.0) as i32 as u8;
        }
    }
    Some(out)
}

/// The 90th percentile of every block, of every second pixel either way.
fn brightness(raw: &[u8], w: usize, h: usize, bw: usize, bh: usize) -> Vec<f32> {
    let mut paper = Vec::with_capacity(bw * bh);
    for by in 0..bh {
        for bx in 0..bw {
            let mut histogram = [0_u32; 256];
            let mut n = 0;
            for y in (by * BLOCK..((by + 1) * BLOCK).min(h)).step_by(2) {
                for &v in raw[y * w + bx * BLOCK..y * w + ((bx + 1) * BLOCK).min(w)].iter().step_by(2) {
                    histogram[usize::from(v)] += 1;
                    n += 1;
                }
            }
            let mut seen = 0;
            let p90 = (0..=255_u8).rev().find(|v| {
                seen += histogram[usize::from(*v)];
                seen * 10 >= n
            });
            paper.push(f32::from(p90.unwrap_or(255)));
        }
    }
    paper
}

fn maximum(v: &[f32], w: usize, h: usize) -> Vec<f32> {
    neighbourhood(v, w, h, |n| n.iter().copied().fold(0.0, f32::max))
}

fn smooth(v: &[f32], w: usize, h: usize) -> Vec<f32> {
    neighbourhood(v, w, h, |n| n.iter().sum::<f32>() / n.len() as f32)
}

fn neighbourhood(v: &[f32], w: usize, h: usize, f: impl Fn(&[f32]) -> f32) -> Vec<f32> {
    let mut out = Vec::with_capacity(v.len());
    let mut around = Vec::with_capacity(9);
    for y in 0..h {
        for x in 0..w {
            around.clear();
            for yy in y.saturating_sub(1)..=(y + 1).min(h - 1) {
                around.extend_from_slice(&v[yy * w + x.saturating_sub(1)..=yy * w + (x + 1).min(w - 1)]);
            }
            out.push(f(&around));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::even_light;

    /// Ink on paper that grows darker to one side: all paper becomes white, the ink stays as dark as it was against its
    /// paper.
    #[test]
    fn a_shadow_goes_and_ink_stays() {
        let (w, h) = (300_u32, 200_u32);
        let light = |x: u32| 230 - x / 3;
        let ink = |x: u32, y: u32| x % 40 < 4 && y % 50 < 20;
        let raw: Vec<u8> = (0..w * h)
            .map(|i| (i % w, i / w))
            .map(|(x, y)| if ink(x, y) { light(x) / 4 } else { light(x) } as u8)
            .collect();
        let out = even_light(&raw, (w, h)).unwrap();
        for (i, v) in out.iter().enumerate() {
            let (x, y) = (i as u32 % w, i as u32 / w);
            let right = if ink(x, y) { (45..=75).contains(v) } else { *v >= 215 };
            assert!(right, "{v} at {x}, {y}");
        }
    }

    #[test]
    fn darkness_stays_dark_and_nothing_is_nothing() {
        assert!(even_light(&[3; 100], (10, 10)).unwrap().iter().all(|v| *v < 40));
        assert_eq!(even_light(&[3; 100], (10, 11)), None);
        assert_eq!(even_light(&[], (0, 0)), None);
    }
}
