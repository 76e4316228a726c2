//! From an upright page of an empty form to its print: the table's cells and the rows of print in each and beside the table,
//! with the gaps that are left for writing.
//! Reads print only; what a gap is for is decided elsewhere.

use crate::inspect::page::cells::{self, Cell, Table};
use crate::inspect::page::lines;
use crate::inspect::page::ruling::{self, Stroke};
use crate::ocr::{Engine, OcrError};
use image::{GrayImage, Luma, imageops};

/// The print of one page.
#[derive(Debug, Clone, Default)]
pub struct PagePrint {
    pub cells: Vec<CellPrint>,
    /// Rows outside of the table, top to bottom.
    pub rows: Vec<Row>,
    /// Width and height, pixels.
    pub size: [f32; 2],
}

/// A cell of the table with its print.
#[derive(Debug, Clone)]
pub struct CellPrint {
    pub at: Cell,
    pub rows: Vec<Row>,
}

/// A row of print and gaps.
#[derive(Debug, Clone)]
pub struct Row {
    pub items: Vec<Item>,
    pub at: Cell,
    /// Height of its characters, pixels.
    pub em: f32,
}

/// Print or a gap, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Print {
        text: String,
        /// 0–1: the least sure character's probability.
        sure: f32,
    },
    Gap {
        /// Ruled below; otherwise it is white.
        ruled: bool,
        /// Pixels.
        width: f32,
    },
}

impl Row {
    /// The print without its gaps.
    pub fn text(&self) -> String {
        self.items.iter().filter_map(Item::print).collect()
    }

    /// 0–1: the least sure of its characters.
    pub fn sure(&self) -> f32 {
        let of = |i: &Item| if let Item::Print { sure, .. } = i { Some(*sure) } else { None };
        self.items.iter().filter_map(of).reduce(f32::min).unwrap_or(1.0)
    }
}

impl Item {
    pub fn print(&self) -> Option<&str> {
        match self {
            Self::Print { text, .. } => Some(text),
            Self::Gap { .. } => None,
        }
    }
}

/// Ink that counts as print, 0–255 on an evenly lit sheet.
const INK: u8 = 165;
/// Least distance between two rows' middles in a cell, and beside the table, where a title is taller, pixels.
const PITCH: f32 = 34.0;
const FREE_PITCH: f32 = 44.0;
/// Lower rows hold no print that is read, pixels (≈ 1.6 mm).
const LOWEST: f32 = 13.0;
/// Of a character's height: a white run of this width without a line below it is a gap.
const WHITE_GAP: f32 = 1.55;
/// The same: the shortest line below a gap.
const RULED_GAP: f32 = 0.9;
/// The same: the white that is shown to the recogniser in place of a gap.
const SHOWN_GAP: f32 = 0.6;
/// The same: what stands free behind a colon for its value.
const AFTER_COLON: f32 = 2.0;
/// The same: how far beyond its sure ink a piece of print is shown, for pale points and brackets at its ends.
const PALE: f32 = 0.8;
/// Fewer faint pixels are a speck.
const SPECK: usize = 8;
/// Ink of a pale point or dash, 0–255.
const FAINT: u8 = 195;

/// Reads the print of a page.
///
/// # Errors
/// The engine failed.
pub fn read(image: &GrayImage, engine: &dyn Engine) -> Result<PagePrint, OcrError> {
    let (width, height) = image.dimensions();
    let table = cells::cut(&ruling::find(image), width, height);
    let clean = cleaned(image, &table);
    let reader = Reader { image, clean: &clean, table: &table, engine };
    let mut print = PagePrint { size: [width as f32, height as f32], ..PagePrint::default() };
    for cell in &table.cells {
        let inside = Cell { x0: cell.x0 + 6.0, y0: cell.y0 + 6.0, x1: cell.x1 - 6.0, y1: cell.y1 - 6.0 };
        print.cells.push(CellPrint { at: *cell, rows: reader.rows(&inside, PITCH)? });
    }
    for part in beside(&table, width as f32, height as f32) {
        print.rows.extend(reader.rows(&part, FREE_PITCH)?);
    }
    Ok(print)
}

/// The page without its underlines and the table's horizontal lines.
fn cleaned(image: &GrayImage, table: &Table) -> GrayImage {
    let free = table.underlines.iter().filter(|s| is_underline(image, s));
    let strokes: Vec<Stroke> = free.chain(&table.borders.horizontal).copied().collect();
    lines::without(image, &strokes)
}

/// An underline of an empty form has nothing above and below it; a stroke of a character has the rest of the character.
fn is_underline(image: &GrayImage, stroke: &Stroke) -> bool {
    let (from, to) =
        (stroke.from.max(0.0) as u32 + 2, (stroke.to.max(0.0) as u32).min(image.width()).saturating_sub(2));
    let inked = |x: u32| {
        let y = stroke.at(x as f32);
        let half = stroke.thickness / 2.0;
        let dark = |y: f32| y >= 0.0 && (y as u32) < image.height() && image.get_pixel(x, y as u32).0[0] < INK;
        (4..=FREE_ABOVE).any(|d| dark(y - half - d as f32)) || (4..=FREE_BELOW).any(|d| dark(y + half + d as f32))
    };
    let all = (from..to).count();
    all > 0 && (from..to).filter(|x| inked(*x)).count() * 100 <= all * MOST_INKED
}

/// Pixels above and below an underline that are white.
const FREE_ABOVE: u32 = 26;
const FREE_BELOW: u32 = 8;
/// Per cent of its columns that may be inked all the same: a speck, the foot of what stands beside it.
const MOST_INKED: usize = 6;

/// The parts of the page above and below the table, or all of it.
fn beside(table: &Table, width: f32, height: f32) -> Vec<Cell> {
    let part = |y0: f32, y1: f32| Cell { x0: 0.025 * width, y0, x1: 0.975 * width, y1 };
    let (top, low) = (0.012 * height, 0.988 * height);
    match &table.bounds {
        Some(b) => [part(top, b.y0 - 6.0), part(b.y1 + 8.0, low)].into_iter().filter(|c| c.height() > 20.0).collect(),
        None => vec![part(top, low)],
    }
}

struct Reader<'a> {
    /// What is shown to the recogniser: a 一 may have gone with the lines.
    image: &'a GrayImage,
    clean: &'a GrayImage,
    table: &'a Table,
    engine: &'a dyn Engine,
}

impl Reader<'_> {
    fn rows(&self, part: &Cell, pitch: f32) -> Result<Vec<Row>, OcrError> {
        let found = lines::find(self.clean, part, pitch);
        let rows = found.into_iter().filter(|at| at.height() >= LOWEST).map(|at| self.row(&at, part));
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// The print and the gaps of one row; `None` where nothing is read.
    fn row(&self, at: &Cell, part: &Cell) -> Result<Option<Row>, OcrError> {
        let em = (at.height() - 7.0).max(LOWEST);
        let inked = self.inked(at);
        let (Some(first), Some(last)) = (inked.first().map(|r| r[0]), inked.last().map(|r| r[1])) else {
            return Ok(None);
        };
        let ruled = self.ruled(at, part, em);
        let mut places: Vec<Place> = Vec::new();
        places.extend(gaps_between(part.x0, first, &ruled, em, false));
        let mut from = first;
        for pair in inked.windows(2) {
            let gaps = gaps_between(pair[0][1], pair[1][0], &ruled, em, true);
            if gaps.is_empty() {
                continue;
            }
            places.push(Place::Print([from, pair[0][1]]));
            places.extend(gaps);
            from = pair[1][0];
        }
        places.push(Place::Print([from, last]));
        let behind = gaps_between(last, part.x1, &ruled, em, false);
        let none_behind = behind.is_empty();
        places.extend(behind);
        stretch(&mut places, part, em);
        let read = self.recognise(at, &places, em)?;
        let mut items: Vec<Item> = Vec::new();
        for (place, text) in places.iter().zip(read) {
            match place {
                Place::Gap { x, ruled } => items.push(Item::Gap { ruled: *ruled, width: x[1] - x[0] }),
                Place::Print(_) => {
                    items.extend(text.into_iter().flat_map(|(text, sure)| written_gaps(&text, sure, em)));
                }
            }
        }
        let mut items = without_stray(items);
        let colon = items.last().and_then(Item::print).is_some_and(|t| t.ends_with(['：', ':']));
        if colon && none_behind && part.x1 - last > AFTER_COLON * em {
            items.push(Item::Gap { ruled: false, width: part.x1 - last });
        }
        Ok((items.iter().any(|i| i.print().is_some())).then_some(Row { items, at: *at, em }))
    }

    /// The runs of columns with print, `[from, to]`.
    fn inked(&self, at: &Cell) -> Vec<[f32; 2]> {
        let (y0, y1) = (at.y0.max(0.0) as u32, (at.y1 as u32).min(self.clean.height()));
        let (x0, x1) = (at.x0.max(0.0) as u32, (at.x1 as u32).min(self.clean.width()));
        let mut runs: Vec<[f32; 2]> = Vec::new();
        for x in x0..x1 {
            if (y0..y1).all(|y| self.clean.get_pixel(x, y).0[0] >= FAINT) {
                continue;
            }
            match runs.last_mut() {
                Some(last) if x as f32 - last[1] <= 2.0 => last[1] = x as f32 + 1.0,
                _ => runs.push([x as f32, x as f32 + 1.0]),
            }
        }
        // A speck is no print.
        let ink = |r: &[f32; 2]| {
            let dark = |x: u32| (y0..y1).filter(|y| self.clean.get_pixel(x, *y).0[0] < FAINT).count();
            (r[0] as u32..r[1] as u32).map(dark).sum::<usize>()
        };
        runs.retain(|r| ink(r) >= SPECK);
        runs
    }

    /// The underlines of a row within a part of the page, `[from, to]`.
    fn ruled(&self, at: &Cell, part: &Cell, em: f32) -> Vec<[f32; 2]> {
        let own = |s: &&Stroke| {
            let y = s.middle();
            s.length() >= RULED_GAP * em
                && y > at.y0 + 0.8 * em
                && y < at.y1 + 0.75 * em
                && s.from >= part.x0 - 12.0
                && s.to <= part.x1 + 12.0
        };
        let mut found: Vec<[f32; 2]> = self.table.underlines.iter().filter(own).map(|s| [s.from, s.to]).collect();
        found.sort_by(|a, b| a[0].total_cmp(&b[0]));
        found
    }

    /// The text of each piece of print: the row is shown to the recogniser as one line in which gaps are short, so that it
    /// reads what belongs together.
    fn recognise(&self, at: &Cell, items: &[Place], em: f32) -> Result<Vec<Option<(String, f32)>>, OcrError> {
        let pad = (0.25 * em) as u32;
        let shown = (SHOWN_GAP * em) as u32;
        let top = at.y0.max(0.0) as u32;
        let height = (at.y1 as u32).min(self.clean.height()).saturating_sub(top).max(1);
        // Where each piece begins and ends in the line.
        let mut places: Vec<Option<[u32; 2]>> = Vec::with_capacity(items.len());
        let mut x = pad;
        for item in items {
            places.push(match item {
                Place::Print([from, to]) => {
                    let width = (to - from).ceil().max(1.0) as u32;
                    let place = [x, x + width];
                    x += width;
                    Some(place)
                }
                Place::Gap { .. } => {
                    x += shown;
                    None
                }
            });
        }
        let mut line = GrayImage::from_pixel((x + pad).max(1), height, Luma([250]));
        for (item, place) in items.iter().zip(&places) {
            if let (Place::Print([from, _]), Some([a, b])) = (item, place) {
                let cut = imageops::crop_imm(self.image, *from as u32, top, b - a, height).to_image();
                imageops::replace(&mut line, &cut, i64::from(*a), 0);
            }
        }
        let reading = self.engine.recognise(&line)?;
        let step = reading.posterior.as_ref().map_or(0.0, |p| p.step_px);
        let mut texts: Vec<Option<(String, f32)>> = vec![None; items.len()];
        for symbol in &reading.symbols {
            let middle = (symbol.start_step + symbol.end_step) as f32 / 2.0 * step;
            let off = |p: &[u32; 2]| (p[0] as f32 - middle).max(middle - p[1] as f32).max(0.0);
            let nearest = places.iter().enumerate().filter_map(|(i, p)| Some((i, off(p.as_ref()?))));
            let Some((i, _)) = nearest.min_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
            let (text, sure) = texts[i].get_or_insert_with(|| (String::new(), 1.0));
            text.push(wide(symbol.ch));
            *sure = sure.min(symbol.probability);
        }
        Ok(texts)
    }
}

/// A part of a row, by its columns.
enum Place {
    Print([f32; 2]),
    Gap { x: [f32; 2], ruled: bool },
}

/// Where gaps of a row are ruled, white between print is none, but for a date's.
fn without_stray(items: Vec<Item>) -> Vec<Item> {
    if !items.iter().any(|i| matches!(i, Item::Gap { ruled: true, .. })) {
        return items;
    }
    let keep: Vec<bool> = (0..items.len())
        .map(|i| {
            let dated = items.get(i + 1).and_then(Item::print).is_some_and(|t| t.starts_with(['年', '月', '日']));
            let labelled = i.checked_sub(1).and_then(|b| items[b].print()).is_some_and(|t| t.ends_with('：'));
            dated || labelled || !matches!(items[i], Item::Gap { ruled: false, .. })
        })
        .collect();
    items.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(item, _)| item).collect()
}

/// Lets each piece of print reach into the white beside it, for pale ink at its ends.
fn stretch(places: &mut [Place], part: &Cell, em: f32) {
    let bound = |place: Option<&Place>, from_left: bool| match place {
        Some(Place::Gap { x, ruled: true }) => Some(if from_left { x[1] } else { x[0] }),
        Some(Place::Gap { x, ruled: false }) => Some((x[0] + x[1]) / 2.0),
        Some(Place::Print(x)) => Some(if from_left { x[1] } else { x[0] }),
        None => None,
    };
    for i in 0..places.len() {
        let before = bound(i.checked_sub(1).and_then(|b| places.get(b)), true).unwrap_or(part.x0);
        let behind = bound(places.get(i + 1), false).unwrap_or(part.x1);
        if let Some(Place::Print(x)) = places.get_mut(i) {
            *x = [(x[0] - PALE * em).max(before).min(x[0]), (x[1] + PALE * em).min(behind).max(x[1])];
        }
    }
}

/// The gaps in a white run: those that are ruled below, and between two pieces of print (`between`) a wide white one.
fn gaps_between(from: f32, to: f32, ruled: &[[f32; 2]], em: f32, between: bool) -> Vec<Place> {
    let mut gaps = Vec::new();
    let mut white_from = from;
    for line in ruled {
        let (a, b) = (line[0].max(white_from), line[1].min(to));
        if b - a < RULED_GAP * em {
            continue;
        }
        gaps.push(Place::Gap { x: [a, b], ruled: true });
        white_from = white_from.max(b);
    }
    let wide = to - white_from > if gaps.is_empty() { WHITE_GAP } else { AFTER_COLON } * em;
    if between && wide {
        gaps.push(Place::Gap { x: [white_from, to], ruled: false });
    }
    gaps
}

/// Print in which runs of X or ＿ stand for gaps.
fn written_gaps(text: &str, sure: f32, em: f32) -> Vec<Item> {
    let mut items = Vec::new();
    let mut print = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if matches!(c, 'X' | 'x' | '×' | '_' | '＿') {
            run.push(c);
            continue;
        }
        if run.chars().count() >= 2 {
            if !print.is_empty() {
                items.push(Item::Print { text: std::mem::take(&mut print), sure });
            }
            items.push(Item::Gap { ruled: true, width: em * run.chars().count() as f32 });
        } else {
            print.push_str(&run);
        }
        run.clear();
        if c != '\0' {
            print.push(c);
        }
    }
    if !print.is_empty() {
        items.push(Item::Print { text: print, sure });
    }
    items
}

/// Chinese print uses wide punctuation; the recogniser gives it narrow or wide.
fn wide(c: char) -> char {
    match c {
        ',' => '，',
        ':' => '：',
        ';' => '；',
        '(' | '[' | '{' => '（',
        ')' | ']' | '}' => '）',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, Place, gaps_between, written_gaps};

    #[test]
    fn ruled_and_wide_white_runs_are_gaps() {
        let found = |from: f32, to: f32, ruled: &[[f32; 2]], between: bool| {
            let gaps = gaps_between(from, to, ruled, 30.0, between);
            gaps.iter().map(|g| matches!(g, Place::Gap { ruled: true, .. })).collect::<Vec<_>>()
        };
        assert_eq!(found(100.0, 140.0, &[], true), [] as [bool; 0]);
        assert_eq!(found(100.0, 150.0, &[], true), [false]);
        assert_eq!(found(100.0, 150.0, &[], false), [] as [bool; 0], "nothing stands behind it");
        assert_eq!(found(100.0, 150.0, &[[102.0, 148.0]], true), [true]);
        assert_eq!(found(100.0, 460.0, &[[102.0, 320.0]], true), [true, false], "a signature, then the year");
        assert_eq!(found(100.0, 460.0, &[[10.0, 90.0]], false), [] as [bool; 0], "another gap's line");
    }

    #[test]
    fn runs_of_crosses_and_low_lines_are_gaps() {
        let gap = |width: f32| Item::Gap { ruled: true, width };
        let print = |text: &str| Item::Print { text: text.to_owned(), sure: 0.9 };
        assert_eq!(
            written_gaps("自XXXX年XX月", 0.9, 10.0),
            [print("自"), gap(40.0), print("年"), gap(20.0), print("月")]
        );
        assert_eq!(written_gaps("X光", 0.9, 10.0), [print("X光")]);
        assert_eq!(written_gaps("姓名：____", 0.9, 10.0), [print("姓名："), gap(40.0)]);
    }
}
