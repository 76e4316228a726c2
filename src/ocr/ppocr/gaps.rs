//! Cuts the wide empty places out of a line before it is recognised, and puts them back into the posterior as steps of
//! nothing.
//! A field that is half filled, or a signature far from its date, makes a line of which a quarter is white.

use super::pixels::STEP;
use crate::ocr::alphabet::BLANK;
use std::ops::Range;

/// 0–255: a column without a pixel darker than this is paper.
const PAPER: u8 = 224;
/// Pixels at height 48 that stay on either side of what is cut out: nearly two steps, so that a character that fires
/// late still does, and its neighbour is no nearer than words are.
const MARGIN: usize = 14;

/// What is cut out of a line, in steps of its posterior as if nothing had been.
pub(super) struct Gaps(Vec<Range<usize>>);

impl Gaps {
    /// The gaps of row-major pixels of the given width.
    pub(super) fn of(pixels: &[u8], width: u32) -> Self {
        let (width, step) = (width as usize, STEP as usize);
        let mut darkest = vec![u8::MAX; width];
        for row in pixels.chunks_exact(width) {
            darkest.iter_mut().zip(row).for_each(|(d, v)| *d = (*d).min(*v));
        }
        let mut gaps = Vec::new();
        let mut at = 0;
        for run in darkest.chunk_by(|a, b| (*a >= PAPER) == (*b >= PAPER)) {
            let (from, to) = (at, at + run.len());
            at = to;
            // paper at the line's ends is the caller's: it says where the line ends
            if run[0] < PAPER || from == 0 || to == width {
                continue;
            }
            let (first, last) = ((from + MARGIN).div_ceil(step), to.saturating_sub(MARGIN) / step);
            if first < last {
                gaps.push(first..last);
            }
        }
        Self(gaps)
    }

    fn steps(&self) -> usize {
        self.0.iter().map(ExactSizeIterator::len).sum()
    }

    /// Pixels that are cut out.
    pub(super) fn pixels(&self) -> u32 {
        self.steps() as u32 * STEP
    }

    /// The pixels without the gaps; `pixels` as handed to [`Self::of`].
    pub(super) fn without(&self, pixels: &[u8], width: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity(pixels.len());
        for row in pixels.chunks_exact(width as usize) {
            let mut from = 0;
            for gap in &self.0 {
                out.extend_from_slice(&row[from..gap.start * STEP as usize]);
                from = gap.end * STEP as usize;
            }
            out.extend_from_slice(&row[from..]);
        }
        out
    }

    /// The posterior of the line without its gaps, with sure blanks where they were.
    pub(super) fn put_back(&self, probs: Vec<f32>, classes: usize) -> Vec<f32> {
        if self.0.is_empty() {
            return probs;
        }
        let mut out = Vec::with_capacity(probs.len() + self.steps() * classes);
        let mut read = 0;
        for gap in &self.0 {
            let upto = (read + (gap.start * classes - out.len())).min(probs.len());
            out.extend_from_slice(&probs[read..upto]);
            read = upto;
            for _ in gap.clone() {
                let row = out.len();
                out.resize(row + classes, 0.0);
                out[row + BLANK] = 1.0;
            }
        }
        out.extend_from_slice(&probs[read..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of black bars on paper.
    fn line(width: u32, ink: &[(usize, usize)]) -> Vec<u8> {
        let row: Vec<u8> = (0..width as usize)
            .map(|x| if ink.iter().any(|(from, to)| (*from..*to).contains(&x)) { 20 } else { 250 })
            .collect();
        row.repeat(48)
    }

    #[test]
    fn wide_paper_between_ink_is_cut_and_put_back() {
        let pixels = line(400, &[(10, 50), (250, 300), (330, 380)]);
        let gaps = Gaps::of(&pixels, 400);
        // from 50 + 14 to 250 − 14, in whole steps; the 30 px between the others stay, and so does the end
        assert_eq!(gaps.0.first(), Some(&(8..29)));
        assert_eq!(gaps.0.len(), 1);
        assert_eq!(gaps.pixels(), 168);
        let cut = gaps.without(&pixels, 400);
        assert_eq!(cut.len(), 48 * 232);
        assert_eq!(&cut[..64], &pixels[..64]);
        assert_eq!(&cut[64..232], &pixels[232..400]);
        let probs: Vec<f32> = (0..30).flat_map(|s| [0.0, s as f32]).collect();
        let back = gaps.put_back(probs, 2);
        assert_eq!(back.len(), 2 * (30 + 21));
        assert_eq!(&back[2 * 7..2 * 9], &[0.0, 7.0, 1.0, 0.0]);
        assert_eq!(&back[2 * 28..2 * 30], &[1.0, 0.0, 0.0, 8.0]);
    }

    #[test]
    fn a_line_without_gaps_stays() {
        for pixels in [line(100, &[]), line(100, &[(0, 100)]), line(100, &[(0, 40), (70, 100)]), line(100, &[(50, 60)])]
        {
            let gaps = Gaps::of(&pixels, 100);
            assert_eq!((gaps.pixels(), gaps.without(&pixels, 100)), (0, pixels));
            assert_eq!(gaps.put_back(vec![0.5; 26], 2), vec![0.5; 26]);
        }
    }

    #[test]
    fn pale_ink_is_no_gap() {
        let mut pixels = line(400, &[(10, 50), (350, 390)]);
        pixels[400 * 24 + 200] = PAPER - 1;
        assert_eq!(Gaps::of(&pixels, 400).0, [8..23, 27..42]);
    }
}
