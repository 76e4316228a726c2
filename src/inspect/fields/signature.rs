//! From a signature's place to how much of a name's ink stands in it: wide and high enough, and of enough stroke.
//! Reads no name. What is left of the print beside the place, a speck and the rest of an underline are no ink of a hand.

use super::ink::{self, Row, Spot};
use crate::inspect::page::cells::Cell;
use image::GrayImage;

/// In heights of the line's print: the least width, height and length of stroke of a name. A name of two characters
/// squeezed together is 1.3 wide and takes some ten strokes; half a bracket is 0.3 wide, and one stroke.
const WIDTH: f32 = 1.2;
const HEIGHT: f32 = 0.5;
const STROKE: f32 = 4.0;
/// In heights of the print: narrower ink that touches the place's left or right edge belongs to the print there.
const PRINT: f32 = 0.4;
/// In heights of the print: smaller ink is dust, and flatter ink is the rest of a line.
const DUST: f32 = 0.15;

/// The least of width, height and length of stroke, each over what a name has at least: from 1 it is a name's ink, near 0
/// there is none. `print`: pixels, the height of the line's print.
pub fn amount(clean: &GrayImage, place: &Cell, print: f32) -> f32 {
    let Some(row) = Row::of(clean, place) else { return 0.0 };
    let Some(pen) = ink::pen(std::slice::from_ref(&row)) else { return 0.0 };
    let (w, h) = (row.width, row.height);
    let (mut x0, mut x1, mut y0, mut y1, mut pixels) = (w, 0, h, 0, 0);
    for spot in ink::connected(&row.mask, w, h).iter().filter(|spot| is_of_a_hand(spot, w, print)) {
        (x0, x1, y0, y1) = (x0.min(spot.x.0), x1.max(spot.x.1 + 1), y0.min(spot.y.0), y1.max(spot.y.1 + 1));
        pixels += spot.ink;
    }
    if pixels == 0 {
        return 0.0;
    }
    let stroke = pixels as f32 / pen.max(1.0);
    let over = |pixels: f32, least: f32| pixels / (least * print.max(1.0));
    over((x1 - x0) as f32, WIDTH).min(over((y1 - y0) as f32, HEIGHT)).min(over(stroke, STROKE))
}

/// `width`: of the place, pixels.
fn is_of_a_hand(spot: &Spot, width: usize, print: f32) -> bool {
    let (w, h) = (spot.width(), spot.height());
    let beside = (spot.x.0 == 0 || spot.x.1 + 1 == width) && w < PRINT * print;
    let dust = w.max(h) < DUST * print;
    let line = h < DUST * print && w > 4.0 * h;
    !beside && !dust && !line
}

#[cfg(test)]
mod tests {
    use super::amount;
    use crate::inspect::page::cells::Cell;
    use image::{GrayImage, Luma};

    /// Strokes two pixels wide, each between two points.
    fn page(strokes: &[[i32; 4]]) -> GrayImage {
        let mut page = GrayImage::from_pixel(320, 60, Luma([252]));
        for &[ax, ay, bx, by] in strokes {
            let n = (bx - ax).abs().max((by - ay).abs()).max(1);
            for k in 0..=n {
                let (x, y) = (ax + (bx - ax) * k / n, ay + (by - ay) * k / n);
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    page.put_pixel((x + dx) as u32, (y + dy) as u32, Luma([40]));
                }
            }
        }
        page
    }

    /// A character of six strokes, 30 pixels high.
    fn character(x: i32) -> Vec<[i32; 4]> {
        let [a, b, m] = [x, x + 28, x + 14];
        vec![[a, 15, b, 15], [m, 10, m, 42], [a, 26, b, 26], [a, 42, m, 28], [m, 28, b, 42], [a, 38, b, 38]]
    }

    #[test]
    fn only_a_name_has_a_names_ink() {
        let place = Cell { x0: 10.0, y0: 0.0, x1: 310.0, y1: 56.0 };
        let measured = |strokes: &[[i32; 4]]| amount(&page(strokes), &place, 36.0);
        for (what, strokes, name) in [
            ("nothing", vec![], false),
            ("half a bracket at the edge", vec![[8, 8, 14, 20], [14, 20, 14, 34], [14, 34, 8, 46]], false),
            ("a colon", vec![[30, 20, 32, 22], [30, 36, 32, 38]], false),
            ("a bracket inside", vec![[30, 8, 36, 20], [36, 20, 36, 34], [36, 34, 30, 46]], false),
            ("the rest of an underline", vec![[20, 50, 90, 50], [110, 51, 280, 51]], false),
            ("specks far apart", vec![[40, 20, 42, 22], [200, 30, 203, 33]], false),
            ("one tall stroke", vec![[100, 6, 100, 48]], false),
            ("a cross", vec![[100, 10, 130, 40], [130, 10, 100, 40]], false),
            ("two characters", [character(60), character(96)].concat(), true),
            ("two characters squeezed", [character(60), character(90)].concat(), true),
            (
                "one line that does not lift",
                vec![[60, 40, 75, 10], [75, 10, 90, 42], [90, 42, 105, 12], [105, 12, 120, 40], [120, 40, 150, 14]],
                true,
            ),
        ] {
            let amount = measured(&strokes);
            assert_eq!(amount >= 1.0, name, "{what}: {amount}");
        }
        for strokes in [vec![], vec![[8, 8, 14, 20], [14, 20, 14, 34], [14, 34, 8, 46]], vec![[30, 20, 32, 22]]] {
            assert!(measured(&strokes) < 0.2, "{}", measured(&strokes));
        }
    }
}
