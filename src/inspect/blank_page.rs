//! Tells the blank back of a sheet from a page with writing, with or without the front's print shining through.
//! Looks at contrast only and reads nothing; a page that is dark or blurred as a whole is not called blank.

use crate::vocabulary::documents::PageOutcome;
use image::GrayImage;

/// Side of the squares that are looked at, pixels of the rectified page (2 mm of A4).
const SQUARE: u32 = 16;
/// Part of the sheet's width and height at each edge that is not looked at: strips of desk, shadows of the scanner's
/// lid.
const EDGE: f32 = 0.06;
/// 0–1: a square holds ink if its darkest hundredth is darker than its paper by this part of it. Print and pen reach
/// 0.4 and more even where a camera blurs them; what shines through from the other side stays under 0.2.
const INK_CONTRAST: f32 = 0.25;
/// 0–1: so many squares with ink are dust, a punched hole, a staple.
const MOST_INKED: f32 = 0.002;
/// 0–255: a sheet darker than this was not lit well enough to say that nothing is on it.
const DARK: u8 = 90;

/// Is nothing written or printed on this side? `lit`: the rectified page as the light fell, 255 is white.
pub fn is_blank(lit: &GrayImage) -> bool {
    let (w, h) = lit.dimensions();
    let (left, top) = ((w as f32 * EDGE) as u32, (h as f32 * EDGE) as u32);
    let (mut squares, mut inked, mut dark) = (0u32, 0u32, 0u32);
    let mut values = Vec::with_capacity((SQUARE * SQUARE) as usize);
    for y in (top..(h - top).saturating_sub(SQUARE)).step_by(SQUARE as usize) {
        for x in (left..(w - left).saturating_sub(SQUARE)).step_by(SQUARE as usize) {
            values.clear();
            values.extend(
                (y..y + SQUARE).flat_map(|row| (x..x + SQUARE).map(move |column| lit.get_pixel(column, row).0[0])),
            );
            values.sort_unstable();
            let (ink, paper) = (values[values.len() / 100], values[values.len() * 9 / 10]);
            squares += 1;
            dark += u32::from(paper < DARK);
            inked += u32::from(f32::from(paper) - f32::from(ink) > INK_CONTRAST * f32::from(paper));
        }
    }
    squares > 0 && dark * 10 < squares && (inked as f32) <= MOST_INKED * squares as f32
}

/// What is noted of such a page.
pub fn outcome() -> PageOutcome {
    PageOutcome::Blank { why: "空白页".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// An A4 sheet at 8 px/mm with rows of short strokes of this grey; a lamp's falloff from left to right.
    fn sheet(paper: u8, stroke: Option<u8>) -> GrayImage {
        GrayImage::from_fn(840, 1188, |x, y| {
            let falloff = 1.0 - 0.25 * x as f32 / 840.0;
            let on_stroke =
                (y / 12) % 4 == 0 && (x / 9) % 3 == 0 && (100..740).contains(&x) && (100..1080).contains(&y);
            let v = stroke.filter(|_| on_stroke).unwrap_or(paper);
            let grain = ((x * 7 + y * 13) % 5) as f32;
            Luma([(f32::from(v) * falloff - grain).max(0.0) as u8])
        })
    }

    #[test]
    fn backs_of_sheets() {
        for (name, paper, stroke, want) in [
            ("a white back", 250, None, true),
            ("a grey back", 180, None, true),
            ("print that shines through", 245, Some(215), true),
            ("black print", 245, Some(40), false),
            ("blue pen, overexposed", 250, Some(150), false),
            ("a page in the dark", 60, Some(50), false),
        ] {
            assert_eq!(is_blank(&sheet(paper, stroke)), want, "{name}");
        }
    }

    #[test]
    fn dust_is_no_writing() {
        let mut page = sheet(250, None);
        for (x, y) in [(300, 400), (500, 900)] {
            page.put_pixel(x, y, Luma([20]));
            page.put_pixel(x + 1, y, Luma([20]));
            page.put_pixel(x, y + 1, Luma([20]));
        }
        assert!(is_blank(&page));
    }
}
