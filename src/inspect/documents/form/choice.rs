//! Boxes beside printed words, one of which is ticked (□男 □女): which word it is.
//! A word that was written instead is read like any other; two ticks, or half a one, are a doubt.

use super::document::Filled;
use super::values::of_cell;
use crate::inspect::context::DocumentContext;
use crate::inspect::fields::certainty::DOUBT;
use crate::inspect::form_page::{FormPage, Line};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::ruling::INK;
use crate::ocr::{OcrError, ctc};
use crate::vocabulary::documents::Sex;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::form::FormField;
use crate::vocabulary::holds::Holds;
use crate::vocabulary::level::Level;
use crate::vocabulary::text::normalise;
use image::GrayImage;

/// Least distance of two lines of options, pixels of the rectified page.
const OPTIONS_PITCH: f32 = 34.0;
/// In heights of the line, from the middle of a word's first character to the left: where the edges of its box stand.
const REACH: [f32; 2] = [2.4, 0.4];
/// The same: the least and the largest side of a box.
const SIDE: [f32; 2] = [0.4, 1.3];
/// Of the line's height, what an edge of a box blackens of its column at least.
const EDGE: f32 = 0.4;
/// 0–1: how much of a box's inside a tick blackens at least, and what is less than any tick.
const TICKED: f32 = 0.10;
const NOT_TICKED: f32 = 0.035;
/// 0–1: of a box's side, the frame that is not its inside.
const FRAME: f32 = 0.26;

/// Reads the options of a cell.
///
/// # Errors
/// An engine failed.
pub fn read(
    page: &FormPage,
    place: &Cell,
    field: FormField,
    options: &[String],
    cx: &DocumentContext,
) -> Result<Filled, OcrError> {
    let mut marks: Vec<Option<f32>> = options.iter().map(|_| None).collect();
    for at in page.lines(place, OPTIONS_PITCH) {
        let line = page.read_line(cx.recognisers.accurate(), at)?;
        for (mark, option) in marks.iter_mut().zip(options) {
            *mark = mark.or(box_before(&page.clean, &line, option).map(|b| blackened(&page.clean, &b)));
        }
    }
    // a form without the boxes, or a hand that wrote over them
    let Some(marks) = marks.into_iter().collect::<Option<Vec<f32>>>() else {
        return of_cell(page, place, field, cx);
    };
    let fact = ticked(&marks, options).at(page.place(place));
    Ok(match field.field.holds {
        Holds::Sex => Filled::new(field, fact.map(|word| Sex::parse(&word))),
        Holds::Level => Filled::new(field, fact.map(|word| Level::parse(&word))),
        _ => Filled::new(field, fact),
    })
}

/// A word's box: the two upright edges next to it on its left.
fn box_before(clean: &GrayImage, line: &Line, option: &str) -> Option<Cell> {
    let posterior = line.reading.posterior.as_ref()?;
    let symbols = ctc::greedy(&[posterior]);
    let read: Vec<char> = symbols.iter().map(|s| s.ch).collect();
    let word: Vec<char> = normalise(option).chars().collect();
    let at = read.windows(word.len().max(1)).position(|w| w == word)?;
    let middle = (symbols[at].start_step + symbols[at].end_step) as f32 / 2.0 * posterior.step_px;
    edges(clean, &line.at, line.at.x0 + middle)
}

/// The box left of a character whose middle stands at `x` on a line.
fn edges(clean: &GrayImage, line: &Cell, x: f32) -> Option<Cell> {
    let height = line.height();
    let [y0, y1] = [line.y0, line.y1].map(|y| (y.max(0.0) as u32).min(clean.height()));
    let black = |x: u32| (y0..y1).filter(|y| clean.get_pixel(x, *y).0[0] < INK).count() as f32;
    let from = (x - REACH[0] * height).max(line.x0 - height).max(0.0) as u32;
    let to = ((x - REACH[1] * height).max(0.0) as u32).min(clean.width());
    let upright: Vec<u32> = (from..to).filter(|x| black(*x) >= EDGE * height).collect();
    // the pair nearest to the word: what stands further left belongs to the word before
    let side = |a: u32, b: u32| (SIDE[0] * height..=SIDE[1] * height).contains(&((b - a) as f32));
    let right = upright.iter().rev().find(|b| upright.iter().any(|a| a < *b && side(*a, **b)))?;
    let left = upright.iter().find(|a| *a < right && side(**a, *right))?;
    let rows = || (y0..y1).filter(|y| clean.get_pixel(*left, *y).0[0] < INK);
    Some(Cell { x0: *left as f32, x1: *right as f32, y0: rows().next()? as f32, y1: rows().next_back()? as f32 })
}

/// 0–1: the part of a box's inside that is black.
fn blackened(clean: &GrayImage, place: &Cell) -> f32 {
    let [across, down] = [FRAME * place.width(), FRAME * place.height()];
    let columns = (place.x0 + across) as u32..((place.x1 - across).max(0.0) as u32).min(clean.width());
    let rows = (place.y0 + down) as u32..((place.y1 - down).max(0.0) as u32).min(clean.height());
    let all = columns.len() * rows.len();
    let inside = columns.flat_map(|x| rows.clone().map(move |y| (x, y)));
    inside.filter(|(x, y)| clean.get_pixel(*x, *y).0[0] < INK).count() as f32 / all.max(1) as f32
}

/// The word whose box is ticked, of options with so much black in their boxes.
fn ticked(marks: &[f32], options: &[String]) -> Fact<String> {
    let over = |least: f32| marks.iter().enumerate().filter(move |(_, m)| **m >= least).map(|(i, _)| i);
    let (sure, perhaps): (Vec<usize>, Vec<usize>) = (over(TICKED).collect(), over(NOT_TICKED).collect());
    match (&sure[..], &perhaps[..]) {
        ([], []) => Fact::blank(0.95),
        ([one], [only]) if one == only => Fact::read(&*options[*one], Some(options[*one].clone()), 0.97),
        ([one], _) | ([], [one]) => Fact::read(&*options[*one], Some(options[*one].clone()), DOUBT),
        _ => Fact::illegible(),
    }
}

#[cfg(test)]
mod tests {
    use super::{blackened, edges, ticked};
    use crate::inspect::page::cells::Cell;
    use image::{GrayImage, Luma};

    /// A printed box of 24 pixels at (20, 10), with these strokes in it.
    fn page(strokes: &[[u32; 4]]) -> GrayImage {
        let mut page = GrayImage::from_pixel(64, 44, Luma([255]));
        let edge = [[20, 10, 44, 12], [20, 32, 44, 34], [20, 10, 22, 34], [42, 10, 44, 34]];
        for [x0, y0, x1, y1] in edge.iter().chain(strokes) {
            (*x0..*x1).for_each(|x| (*y0..*y1).for_each(|y| page.put_pixel(x, y, Luma([20]))));
        }
        page
    }

    #[test]
    fn a_tick_blackens_the_inside() {
        let options = ["男", "女"].map(str::to_owned);
        // the word behind it has its middle at 60
        let line = Cell { x0: 4.0, y0: 6.0, x1: 64.0, y1: 38.0 };
        let mark = |strokes: &[[u32; 4]]| {
            let page = page(strokes);
            edges(&page, &line, 60.0).map(|b| blackened(&page, &b)).expect("a box")
        };
        let empty = mark(&[]);
        // a tick that leaves the box
        let tick = mark(&[[25, 20, 31, 24], [30, 16, 40, 19], [38, 12, 48, 15], [29, 23, 33, 30]]);
        let speck = mark(&[[31, 21, 33, 23]]);
        assert_eq!(edges(&GrayImage::from_pixel(64, 44, Luma([255])), &line, 60.0), None, "no box");
        for (name, marks, want) in [
            ("none", [empty, empty], None),
            ("the first", [tick, empty], Some("男")),
            ("the second", [empty, tick], Some("女")),
            ("both", [tick, tick], None),
            ("a speck", [speck, empty], None),
        ] {
            assert_eq!(ticked(&marks, &options).text.as_deref(), want, "{name}: {marks:?}");
        }
    }
}
