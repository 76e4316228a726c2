//! Whitens what is left of the desk along the edges of a rectified page: corners are found to a few pixels only, and a
//! dark strip beside the paper would join everything that stands on its rows. Touches only what lies along a side.

use image::{GrayImage, Luma};

/// 0–255 on an evenly lit sheet: darker than this at the very edge is no paper.
const PAPER: u8 = 215;
/// Pixels (3 mm): further in nothing is taken for the desk.
const DEPTH: u32 = 24;
/// Pixels inward of the strip that its soft edge covers.
const SOFT: u32 = 4;
/// Part of a side along which the strip must run: a line of the table that leaves the sheet is much less.
const ALONG: f32 = 0.05;

/// Whitens the strips in the evenly lit sheet, and continues the paper over them in the one that is `lit` as the light
/// fell.
pub fn clear(image: &mut GrayImage, lit: &mut GrayImage) {
    let (w, h) = image.dimensions();
    if w.min(h) < 8 * DEPTH {
        return;
    }
    type Place = fn(u32, u32, u32, u32) -> (u32, u32);
    // the pixel `deep` inward of the side, at `along`
    let sides: [(u32, Place); 4] = [
        (w, |along, deep, _, _| (along, deep)),
        (w, |along, deep, _, h| (along, h - 1 - deep)),
        (h, |along, deep, _, _| (deep, along)),
        (h, |along, deep, w, _| (w - 1 - deep, along)),
    ];
    for (length, place) in sides {
        let depth = |along: u32| (0..DEPTH).take_while(|deep| is_dark(image, place(along, *deep, w, h))).count() as u32;
        let strip: Vec<u32> = (0..length).map(depth).collect();
        if (strip.iter().filter(|d| **d > 0).count() as f32) < ALONG * length as f32 {
            continue;
        }
        for (along, deep) in (0u32..).zip(strip).filter(|(_, d)| *d > 0) {
            let to = deep + SOFT;
            let (x, y) = place(along, to, w, h);
            let paper = *lit.get_pixel(x, y);
            for (x, y) in (0..to).map(|d| place(along, d, w, h)) {
                image.put_pixel(x, y, Luma([u8::MAX]));
                lit.put_pixel(x, y, paper);
            }
        }
    }
}

fn is_dark(image: &GrayImage, (x, y): (u32, u32)) -> bool {
    image.get_pixel(x, y).0[0] < PAPER
}

#[cfg(test)]
mod tests {
    use super::clear;
    use image::{GrayImage, Luma};

    #[test]
    fn strips_of_desk_go_and_lines_stay() {
        let grey = |x: u32, y: u32| match (x, y) {
            // a wedge of desk on the right, no wider than 12 pixels
            _ if 399 - x < y / 50 => 140,
            // a line of the table that leaves the sheet, and writing inside
            (..=40, 300..=302) | (200..=220, 100..=120) => 30,
            _ => 250,
        };
        let mut image = GrayImage::from_fn(400, 600, |x, y| Luma([grey(x, y)]));
        let mut lit = GrayImage::from_fn(400, 600, |x, y| Luma([grey(x, y) - 20]));
        clear(&mut image, &mut lit);
        assert_eq!((image.get_pixel(399, 590).0[0], image.get_pixel(390, 590).0[0]), (255, 255));
        assert_eq!(lit.get_pixel(395, 590).0[0], 230, "the paper goes on");
        assert_eq!((image.get_pixel(0, 301).0[0], image.get_pixel(210, 110).0[0]), (30, 30));
        assert_eq!(image.get_pixel(300, 300).0[0], 250);
    }
}
