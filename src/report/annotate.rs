//! Draws what was seen onto a picture: thin outlines of cells, and numbered boxes for readings, coloured by how sure
//! they are.
//! The numbers are those of the printed table. Digits come from a small raster in this file, so no font is needed.

use image::{Rgb, RgbImage};

/// How a place was read; each grade has its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Read surely: green.
    Sure,
    /// Read with doubt: orange.
    Doubtful,
    /// Empty: blue.
    Blank,
    /// Illegible writing: violet.
    Illegible,
    /// Surely not as expected: red.
    Wrong,
}

/// A numbered box: x0, y0, x1, y1 in pixels of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub number: usize,
    pub at: [f32; 4],
    pub grade: Grade,
}

impl Grade {
    fn colour(self) -> Rgb<u8> {
        Rgb(match self {
            Self::Sure => [0, 140, 60],
            Self::Doubtful => [235, 120, 0],
            Self::Blank => [40, 110, 220],
            Self::Illegible => [150, 50, 190],
            Self::Wrong => [215, 20, 30],
        })
    }
}

const CELL: Rgb<u8> = Rgb([120, 160, 190]);
/// 5 × 7 rasters of the digits, a row a byte, the leftmost pixel its bit 4.
const DIGITS: [[u8; 7]; 10] = [
    [0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E],
    [0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E],
    [0x0E, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1F],
    [0x1F, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0E],
    [0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02],
    [0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E],
    [0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E],
    [0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08],
    [0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E],
    [0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C],
];

/// Draws the cells, then the marks over them.
pub fn draw(picture: &mut RgbImage, cells: &[[f32; 4]], marks: &[Mark]) {
    // on a picture of 1000 px a line is 2 px wide and a digit 14 px high
    let unit = (picture.width().max(picture.height()) / 700).max(1) as i32;
    for cell in cells {
        frame(picture, cell, (unit / 2).max(1), CELL);
    }
    for mark in marks {
        frame(picture, &mark.at, unit, mark.grade.colour());
    }
    for mark in marks {
        tag(picture, mark, unit);
    }
}

/// Draws a rectangle's outline inwards, so that neighbouring outlines do not touch.
fn frame(picture: &mut RgbImage, [x0, y0, x1, y1]: &[f32; 4], width: i32, colour: Rgb<u8>) {
    let (x0, y0, x1, y1) = (*x0 as i32, *y0 as i32, *x1 as i32, *y1 as i32);
    fill(picture, [x0, y0, x1, y0 + width], colour);
    fill(picture, [x0, y1 - width, x1, y1], colour);
    fill(picture, [x0, y0, x0 + width, y1], colour);
    fill(picture, [x1 - width, y0, x1, y1], colour);
}

/// Draws the mark's number in white on its colour: above the top left corner if there is room, else inside.
fn tag(picture: &mut RgbImage, mark: &Mark, unit: i32) {
    let digits: Vec<usize> = mark.number.to_string().bytes().map(|b| usize::from(b - b'0')).collect();
    let (width, height) = ((digits.len() as i32 * 6 + 1) * unit, 9 * unit);
    let x = (mark.at[0] as i32).clamp(0, (picture.width() as i32 - width).max(0));
    let above = mark.at[1] as i32 - height;
    let y = if above >= 0 { above } else { mark.at[1].max(0.0) as i32 };
    fill(picture, [x, y, x + width, y + height], mark.grade.colour());
    for (k, digit) in digits.iter().enumerate() {
        for (row, bits) in DIGITS[*digit].iter().enumerate() {
            for column in (0..5).filter(|c| bits >> (4 - c) & 1 == 1) {
                let (px, py) = (x + (1 + 6 * k as i32 + column) * unit, y + (1 + row as i32) * unit);
                fill(picture, [px, py, px + unit, py + unit], Rgb([255, 255, 255]));
            }
        }
    }
}

/// Fills the pixels x0..x1 × y0..y1 that lie inside the picture.
fn fill(picture: &mut RgbImage, [x0, y0, x1, y1]: [i32; 4], colour: Rgb<u8>) {
    let (w, h) = (picture.width() as i32, picture.height() as i32);
    for y in y0.clamp(0, h)..y1.clamp(0, h) {
        for x in x0.clamp(0, w)..x1.clamp(0, w) {
            picture.put_pixel(x as u32, y as u32, colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_in_the_picture_and_leave_their_inside_free() {
        let white = Rgb([255, 255, 255]);
        let mut picture = RgbImage::from_pixel(300, 200, white);
        let marks = [
            Mark { number: 12, at: [100.0, 80.0, 200.0, 140.0], grade: Grade::Sure },
            Mark { number: 3, at: [-20.0, -5.0, 40.0, 30.0], grade: Grade::Wrong },
            Mark { number: 4, at: [290.0, 190.0, 900.0, 900.0], grade: Grade::Blank },
        ];
        draw(&mut picture, &[[50.0, 60.0, 250.0, 180.0]], &marks);
        assert_eq!(*picture.get_pixel(150, 110), white, "inside");
        assert_eq!(*picture.get_pixel(150, 80), Grade::Sure.colour(), "the upper edge");
        assert_eq!(*picture.get_pixel(50, 120), CELL, "a cell's left edge");
        assert_eq!(*picture.get_pixel(100, 73), Grade::Sure.colour(), "the tag stands above its box");
        assert!(
            picture.pixels().filter(|p| **p == Grade::Wrong.colour()).count() > 30,
            "a box that begins outside is drawn as far as it is inside"
        );
    }
}
